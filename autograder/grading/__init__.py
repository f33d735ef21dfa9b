"""``course grade``: a class through nbgrader, one submission after another, until its marks stand."""
