"""A course's gradebook and folders: written by one run at a time, and what cannot be done is told in a line."""

import contextlib
import fcntl
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from nbgrader.api import Gradebook, SubmittedAssignment
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from autograder.course import Course
from autograder.errors import CourseError, GradebookUnavailable, first_line


def _due(submission: Any) -> datetime | None:
    """Also with an extension of an assignment that has no due date, or none any more: nbgrader's own property would end
    everything that reads the gradebook in a TypeError."""
    due: datetime | None = submission.assignment.duedate
    return due + submission.extension if due and submission.extension else due


SubmittedAssignment.duedate = property(_due)

ADVICE = {  # to what SQLite says
    "locked": "Close what holds it open.",
    "full": "Make room on its disk.",
    "malformed": "It is damaged: restore a copy of it.",
    "not a database": "It is damaged: restore a copy of it.",
    "no such column": "It is of an older nbgrader: nbgrader db upgrade.",
}
LOCK = ".grading.lock"  # in the course's folder, held while somebody grades


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """Two runs in one course would write over each other's files. Raises CourseError where there is one already, or
    the course's folder cannot be written."""
    try:
        file = (course.root / LOCK).open("w", encoding="ascii")
    except OSError as error:
        raise CourseError(f"{error.filename} cannot be written: {error.strerror}. Nothing was graded.") from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CourseError("this course is being graded already; wait until that is done") from error
        yield


def open_gradebook(course: Course) -> Gradebook:
    """To be used as a context manager."""
    return Gradebook(course.directories.db_url, course.directories.course_id)


@contextlib.contextmanager
def reading(course: Course) -> Iterator[Gradebook]:
    """The gradebook, to look into. Raises GradebookUnavailable where that cannot be done."""
    try:
        with open_gradebook(course) as gradebook:
            yield gradebook
    except SQLAlchemyError as error:
        raise GradebookUnavailable(f"the gradebook {course.gradebook} cannot be read: {first_line(error)}") from error


def require_gradebook(course: Course) -> None:
    """Raises GradebookUnavailable where the gradebook cannot be written now."""
    url = course.directories.db_url
    try:
        if (address := make_url(url)).get_backend_name() == "sqlite" and address.database:
            database = sqlite3.connect(address.database, timeout=2)
            with contextlib.closing(database):
                database.execute("BEGIN IMMEDIATE")
                database.execute("CREATE TABLE IF NOT EXISTS course_probe (number INTEGER)")
                database.rollback()
        with open_gradebook(course):
            pass
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        said = first_line(error)
        advice = next((words for sign, words in ADVICE.items() if sign in said), "Check its place and permissions.")
        raise GradebookUnavailable(f"the gradebook {course.gradebook} cannot be written: {said}. {advice}") from error
