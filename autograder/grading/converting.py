"""nbgrader's converters, asked to work on one submission."""

from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters.base import BaseConverter, NbGraderException

from autograder.clean.plain import plain
from autograder.config import logged

# What nbgrader and SQLAlchemy log after the reason of a failure.
CLOSING = (
    "Removing failed assignment", "There was an error processing assignment", "Please see the ",
    "There was an error accessing the nbgrader database", "[SQL: ", "[parameters: ", "(Background on this error at: ",
)  # fmt: skip


def convert(app: NbGrader, converter: type[BaseConverter], student: str, assignment: str) -> str | None:
    """Returns why it failed, as nbgrader logged it, or None where it did not."""
    app.coursedir.assignment_id = assignment
    app.coursedir.student_id = student
    with logged(app) as said:
        try:
            converter(coursedir=app.coursedir, parent=app, force=True).start()
        except NbGraderException:  # why is in the log
            return _reason(said.getvalue())
        except SystemExit as ending:  # of nbgrader's with a number, of ``intake.pre_convert`` with the reason
            return _reason(f"{said.getvalue()}\n{ending if isinstance(ending.code, str) else ''}")
    return None


def _reason(said: str) -> str:
    """The last of it that is one."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith(CLOSING)]
    return plain(lines[-1]) if lines else "no reason was given"
