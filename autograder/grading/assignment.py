"""Grade an assignment, and lower marks where a person agrees: what ``course grade`` does, without its words."""

import contextlib
import errno
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from nbgrader.api import InvalidEntry
from nbgrader.apps.baseapp import NbGrader
from sqlalchemy.exc import SQLAlchemyError

from autograder.course import Course
from autograder.errors import CourseError, GradebookUnavailable, first_line
from autograder.gradebook.access import alone, open_gradebook, require_gradebook
from autograder.gradebook.run import require_gradable
from autograder.gradebook.save import lower_marks, register_assignment
from autograder.grading.class_run import GradingRun
from autograder.grading.outcome import Graded, Status
from autograder.grading.settling import Settling
from autograder.sandbox import scratch
from autograder.sandbox.limits import Limits


def grade(
    app: NbGrader,
    assignment: str,
    student: str | None = None,
    *,
    force: bool = False,
    progress: Callable[[str, Graded | None], None] | None = None,
) -> list[Graded]:
    """Grade what lies in ``submitted/<student>/<assignment>/``; without ``student``, of everybody.

    force: grade again what has not changed. progress: called with a student's id before (None) and after each.
    No mark of a submission falls because it is graded again; see ``lower``.
    Raises CourseError, and has then written nothing, where the work cannot be begun.
    """
    course = Course(app.coursedir)
    course.require_assignment(assignment)
    students = _students(course, assignment, student)
    require_gradable(course, assignment, Limits(parent=app))
    settling = Settling(app, course, assignment)
    run = GradingRun(app, settling, course, assignment, force)
    with _stops(course.root), alone(course), run.ahead:
        require_gradebook(course)  # which makes it: not two at once
        register_assignment(course, assignment)
        course.verdicts(assignment).mkdir(parents=True, exist_ok=True)
        graded = []
        for begun in run.in_order(students, settling.records()):
            if progress is not None:
                progress(begun.handed_in.student, None)
            graded.append(run.finish(begun))
            if progress is not None:
                progress(graded[-1].student, graded[-1])
        return settling.settle(graded) + (settling.waiting_still(students) if student is None else [])


def lower(app: NbGrader, assignment: str, graded: list[Graded]) -> list[Graded]:
    """A person has agreed: marks that were kept fall, late penalties rise, and feedback says so."""
    course = Course(app.coursedir)
    settling = Settling(app, course, assignment)
    with _stops(course.root), alone(course):
        with open_gradebook(course) as gradebook:
            for one in graded:
                lower_marks(gradebook, one.verdict)
        return settling.settle([replace(one, status=Status.GRADED) for one in graded], may_lower=True)


@contextlib.contextmanager
def _stops(root: Path) -> Iterator[None]:
    """What ends a run, as one sentence."""
    try:
        yield
    except (SQLAlchemyError, InvalidEntry) as error:  # the latter is nbgrader's word where a connection was lost
        raise GradebookUnavailable(f"grading stopped: {first_line(error)}. What was graded before stays.") from error
    except OSError as error:
        raise CourseError(f"grading stopped: {_named(root, error)}. What was graded before stays.") from error


def _named(root: Path, error: OSError) -> str:
    """What it says, and which disk is full, where it does not: a write to an open file tells no path."""
    if error.errno != errno.ENOSPC or error.filename is not None:
        return str(error)
    fullest = min((root, scratch.PLACE), key=lambda place: shutil.disk_usage(place).free)
    return f"{error}: the disk of {fullest}"


def _students(course: Course, assignment: str, student: str | None) -> list[str]:
    students = course.students(assignment)
    unusable = course.unusable(assignment)
    where = str(course.submitted("<student>", assignment).relative_to(course.root))
    if student is not None:
        submission = course.submitted(student, assignment)
        for folder in (one for one in (submission, submission.parent) if one in unusable):
            raise CourseError(f"nothing is taken from {folder}: {unusable[folder]}")
        if student in course.excluded:
            raise CourseError(f"{student!r} is left out: c.CourseDirectory.student_id_exclude names them")
        if student not in students:
            there = where.replace("<student>", student)
            raise CourseError(f"{student!r} has not submitted {assignment}: there is no {there}")
        students = [student]
    if not students:
        refused = "; ".join(f"nothing is taken from {folder}: {why}" for folder, why in unusable.items())
        raise CourseError(refused or f"no submissions of {assignment}: put them into {where}/")
    return students
