"""The nbgrader side: what nbgrader_config.py names, so that every way of grading takes the same steps."""

from autograder.gradebook.feedback import FeedbackExporter, GetMarks, keep_pages
from autograder.gradebook.intake import pre_convert
from autograder.gradebook.restore import RestoreNotebook
from autograder.gradebook.run import RunAndJudge
from autograder.gradebook.sanitize import SanitizeNotebook
from autograder.gradebook.save import SaveVerdict
from autograder.gradebook.show import ShowVerdict

__all__ = [
    "FeedbackExporter",
    "GetMarks",
    "RestoreNotebook",
    "RunAndJudge",
    "SanitizeNotebook",
    "SaveVerdict",
    "ShowVerdict",
    "keep_pages",
    "pre_convert",
]
