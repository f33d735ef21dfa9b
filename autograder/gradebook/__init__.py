"""The nbgrader side: what nbgrader_config.py names, so that every way of grading takes the same steps."""

import warnings

from sqlalchemy.exc import SAWarning

from autograder.gradebook.export import CanvasExport, CsvExport, JsonExport
from autograder.gradebook.feedback import FeedbackExporter, GetMarks
from autograder.gradebook.intake import pre_convert
from autograder.gradebook.late import LatePenalties, LatePolicy
from autograder.gradebook.release import ReleaseFeedback
from autograder.gradebook.restore import RestoreNotebook
from autograder.gradebook.run import RunAndJudge
from autograder.gradebook.sanitize import SanitizeNotebook
from autograder.gradebook.save import SaveVerdict
from autograder.gradebook.show import ShowVerdict

# nbgrader adds a submission before its parts; what SQLAlchemy says of the order is nothing that its users could change.
warnings.filterwarnings("ignore", r"Object of type <Submitted\w+> not in session", SAWarning, r"nbgrader\.api")

__all__ = [
    "CanvasExport",
    "CsvExport",
    "FeedbackExporter",
    "GetMarks",
    "JsonExport",
    "LatePenalties",
    "LatePolicy",
    "ReleaseFeedback",
    "RestoreNotebook",
    "RunAndJudge",
    "SanitizeNotebook",
    "SaveVerdict",
    "ShowVerdict",
    "pre_convert",
]
