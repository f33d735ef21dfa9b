"""Grade an assignment: every submission through nbgrader, one after another, whatever each of them holds."""

import contextlib
import enum
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import SQLAlchemyError

from autograder.config import logged
from autograder.course import Course, is_student_id
from autograder.digest import submission_digest
from autograder.errors import CourseError, GradebookUnavailable
from autograder.gradebook import RunAndJudge
from autograder.gradebook.intake import aside_notes, set_aside
from autograder.gradebook.run import missing_verdict, shared_judge
from autograder.gradebook.save import register_assignment, save_without_notebook
from autograder.gradebook.show import page_html
from autograder.judge.check import OURS, load_misconceptions
from autograder.sandbox import bubblewrap, forkserver
from autograder.sandbox.limits import Limits
from autograder.verdict import Verdict


class Status(enum.Enum):
    """What became of a submission in this run."""

    GRADED = "graded"
    UNCHANGED = "unchanged"
    FOR_PERSON = "left for a person"


@dataclass(frozen=True)
class Graded:
    """One submission's end. ``why``: what a person has to look at."""

    student: str
    status: Status
    verdict: Verdict
    why: str | None = None


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
    Raises CourseError, and has then written nothing, where the work cannot be begun.
    """
    course = Course(app.coursedir)
    course.require_assignment(assignment)
    students = _students(course, assignment, student)
    bubblewrap.require(Limits(parent=app).disk_mib)
    require_gradebook(course)
    run = GradingRun(app, course, assignment, force)
    graded = []
    try:
        register_assignment(course, assignment)
        for one in students:
            if progress is not None:
                progress(one, None)
            graded.append(run.grade(one))
            if progress is not None:
                progress(one, graded[-1])
    except SQLAlchemyError as error:
        raise GradebookUnavailable(f"grading stopped: {_first_line(error)}. What was graded before stays.") from error
    except OSError as error:
        raise CourseError(f"grading stopped: {error}. What was graded before stays.") from error
    finally:
        shared_judge().stop()
        forkserver.stop()
    return graded


def _students(course: Course, assignment: str, student: str | None) -> list[str]:
    students = course.students(assignment)
    where = course.submitted("<student>", assignment).relative_to(course.root)
    if student is not None:
        if student not in students:
            raise CourseError(
                f"{student!r} has not submitted {assignment}: there is no {where}".replace("<student>", student)
            )
        return [student]
    if not students:
        raise CourseError(f"no submissions of {assignment}: put them into {where}/")
    strange = [name for name in students if not is_student_id(name)]
    if strange:
        raise CourseError(f"not a student's id: {', '.join(map(repr, strange))}; use letters, digits, and . _ @ -")
    return students


def require_gradebook(course: Course) -> None:
    """Raises GradebookUnavailable where the gradebook cannot be written now."""
    url = course.directories.db_url
    try:
        if url.startswith("sqlite:///"):
            database = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=2)
            with closing(database):
                database.execute("BEGIN IMMEDIATE")
                database.execute("CREATE TABLE IF NOT EXISTS course_probe (number INTEGER)")
                database.rollback()
        with Gradebook(url, course.directories.course_id):
            pass
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        raise GradebookUnavailable(
            f"the gradebook {url} cannot be written: {_first_line(error)}. "
            "Close what holds it open, or check its permissions."
        ) from error


class GradingRun:
    """What the submissions of one run have in common."""

    def __init__(self, app: NbGrader, course: Course, assignment: str, force: bool) -> None:
        self.app = app
        self.course = course
        self.assignment = assignment
        self.force = force
        self.seed = RunAndJudge(parent=app).seed
        self.misconceptions = load_misconceptions(course.checks(assignment))

    def grade(self, student: str) -> Graded:
        """One submission, to its end. Whatever it holds, the next one is graded too."""
        set_aside(self.course.submitted(student, self.assignment))
        digest = submission_digest(self.course, student, self.assignment, self.seed)
        earlier = Verdict.read(self.course.verdict(student, self.assignment))
        if not self.force and self._stands(earlier, digest, student):
            assert earlier is not None
            return self._graded(earlier, Status.UNCHANGED)
        problem = self._unreadable(student)
        if problem is not None:
            return self._grade_without_notebook(student, digest, *problem)
        return self._grade_with_nbgrader(student, digest)

    def _stands(self, earlier: Verdict | None, digest: str, student: str) -> bool:
        pages = self.course.feedback(student, self.assignment)
        return earlier is not None and earlier.digest == digest and earlier.reusable and pages.is_dir()

    def _graded(self, verdict: Verdict, status: Status) -> Graded:
        if verdict.left_for_person:
            return Graded(verdict.student, Status.FOR_PERSON, verdict, verdict.left_for_person)
        return Graded(verdict.student, status, verdict)

    def _unreadable(self, student: str) -> tuple[str, str | None] | None:
        """Why nbgrader cannot convert this submission: a word for the student, and one for a person who must look."""
        folder = self.course.submitted(student, self.assignment)
        names = [path.name for path in self.course.notebooks(self.assignment)]
        there = [folder / name for name in names if (folder / name).is_file()]
        if not there:
            return f"No notebook was submitted: {' and '.join(names)} expected.", None
        for path in there:
            try:
                nbformat.read(path, as_version=4)
            except Exception as error:  # nbformat raises whatever the broken file makes it trip over
                why = f"{path.name} is not a notebook that can be read ({type(error).__name__})."
                return why, why
        return None

    def _grade_without_notebook(self, student: str, digest: str, message: str, why: str | None) -> Graded:
        blank = missing_verdict(self.course, student, self.assignment, digest, message)
        notes = [*([message] if why is None else []), *aside_notes(self.course.submitted(student, self.assignment))]
        verdict = replace(blank, notes=tuple(notes), left_for_person=why)
        self._clear(student)
        save_without_notebook(self.course, verdict)
        self._write_page(verdict)
        return self._graded(verdict, Status.GRADED)

    def _grade_with_nbgrader(self, student: str, digest: str) -> Graded:
        log = self._convert(student)
        verdict = Verdict.read(self.course.verdict(student, self.assignment))
        if verdict is None:
            require_gradebook(self.course)  # if that is what failed, the whole run ends here
            blank = missing_verdict(self.course, student, self.assignment, digest)
            verdict = _grader_error(blank, log)
            self._clear(student)
            save_without_notebook(self.course, verdict)
            self._write_page(verdict)
        return self._graded(verdict, Status.GRADED)

    def _clear(self, student: str) -> None:
        for folder in (
            self.course.autograded(student, self.assignment),
            self.course.feedback(student, self.assignment),
        ):
            if folder.is_dir():
                shutil.rmtree(folder)

    def _convert(self, student: str) -> str:
        """nbgrader's autograde and generate_feedback. Returns what they logged."""
        self.app.coursedir.assignment_id = self.assignment
        self.app.coursedir.student_id = student
        self.course.verdict(student, self.assignment).unlink(missing_ok=True)
        with logged(self.app) as log, contextlib.suppress(NbGraderException, SystemExit):
            for converter in (Autograde, GenerateFeedback):
                converter(coursedir=self.app.coursedir, parent=self.app, force=True).start()
        return log.getvalue()  # what was suppressed is said there; without a verdict a person is called

    def _write_page(self, verdict: Verdict) -> None:
        folder = self.course.feedback(verdict.student, self.assignment)
        folder.mkdir(parents=True, exist_ok=True)
        for path in self.course.notebooks(self.assignment):
            page = folder / path.with_suffix(".html").name
            page.write_text(page_html(verdict, self.misconceptions), encoding="utf-8")


def _grader_error(blank: Verdict, log: str) -> Verdict:
    """Ours: no check was judged."""
    exercises = tuple(
        replace(one, checks=tuple(replace(check, outcome="grader error", message=OURS) for check in one.checks))
        for one in blank.exercises
    )
    lines = [line for line in log.strip().splitlines() if line.strip()]
    why = f"The grader failed: {lines[-1] if lines else 'no reason was given'}"
    return replace(blank, exercises=exercises, left_for_person=why)


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
