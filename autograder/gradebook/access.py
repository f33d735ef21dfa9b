"""Writing to a course's gradebook and folders: one run at a time, and only where it can be done."""

import contextlib
import fcntl
import sqlite3
from collections.abc import Iterator

from nbgrader.api import Gradebook
from sqlalchemy.exc import SQLAlchemyError

from autograder.course import Course
from autograder.errors import CourseError, GradebookUnavailable, first_line

LOCK = ".grading.lock"  # in the course's folder, held while somebody grades


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """Two runs in one course would write over each other's files. Raises CourseError where there is one already, or
    the course's folder cannot be written."""
    try:
        file = (course.root / LOCK).open("w", encoding="ascii")
    except OSError as error:
        raise CourseError(f"{course.root} cannot be written: {error.strerror}. Nothing was graded.") from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CourseError("this course is being graded already; wait until that is done") from error
        yield


def require_gradebook(course: Course) -> None:
    """Raises GradebookUnavailable where the gradebook cannot be written now."""
    url = course.directories.db_url
    try:
        if url.startswith("sqlite:///"):
            database = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=2)
            with contextlib.closing(database):
                database.execute("BEGIN IMMEDIATE")
                database.execute("CREATE TABLE IF NOT EXISTS course_probe (number INTEGER)")
                database.rollback()
        with Gradebook(url, course.directories.course_id):
            pass
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        raise GradebookUnavailable(
            f"the gradebook {course.gradebook} cannot be written: {first_line(error)}. "
            "Close what holds it open, or check its permissions."
        ) from error
