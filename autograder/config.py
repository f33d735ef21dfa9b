"""nbgrader, set up from ``nbgrader_config.py`` as its own commands do it."""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader


def load(root: Path) -> NbGrader:
    """The application whose configuration ``nbgrader autograde`` would use in this course folder.

    Changes into the folder, as nbgrader expects of its user. It logs to nobody until a handler is added.
    """
    os.chdir(root)
    bin_directory = str(Path(sys.executable).parent)
    if bin_directory not in os.environ["PATH"].split(os.pathsep):  # nbgrader starts `alembic` by its bare name
        os.environ["PATH"] = os.pathsep.join([bin_directory, os.environ["PATH"]])
    app = NbGrader(log=logging.getLogger("autograder.nbgrader"))
    app.log.propagate = False
    app.log.addHandler(logging.NullHandler())
    app.initialize([], root=str(root))
    return app


@contextlib.contextmanager
def logged(app: NbGrader) -> Iterator[io.StringIO]:
    """Collects what nbgrader has to say from warnings upwards, in place of printing it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    app.log.addHandler(handler)
    app.log.setLevel(logging.WARNING)
    try:
        yield stream
    finally:
        app.log.removeHandler(handler)
