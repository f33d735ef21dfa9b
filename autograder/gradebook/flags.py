"""Which marks a person was asked to look at, before nbgrader forgets it.

To a notebook that is missing nbgrader gives a zero, and takes the flag away, before any step of ours is run. By then a
newer submission's mark by hand could look as if somebody had agreed to it.
"""

from nbgrader.api import MissingEntry

from autograder.course import Course
from autograder.gradebook.access import open_gradebook

_flagged: dict[tuple[str, str], set[str]] = {}  # cells, by student and assignment


def remember(course: Course, student: str, assignment: str) -> None:
    """The flags of this submission's missing notebooks, as they are now."""
    _flagged[student, assignment] = flagged = set()
    there = {path.stem for path in course.handed_in(student, assignment)}
    if there == {path.stem for path in course.notebooks(assignment)}:
        return
    with open_gradebook(course) as gradebook:
        try:
            notebooks = gradebook.find_submission(assignment, student).notebooks
        except MissingEntry:
            return
        missing = [notebook for notebook in notebooks if notebook.name not in there]
        flagged |= {grade.name for notebook in missing for grade in notebook.grades if grade.needs_manual_grade}


def remembered(student: str, assignment: str) -> set[str]:
    """Cells of notebooks that were missing."""
    return _flagged.get((student, assignment), set())
