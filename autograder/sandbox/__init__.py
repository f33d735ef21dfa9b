"""Where students' code runs: a Jupyter kernel behind bubblewrap. Untrusted: everything that comes out of it."""
