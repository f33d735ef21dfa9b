"""Grade an assignment: every submission through nbgrader, one after another, whatever each of them holds."""

import contextlib
import enum
import fcntl
import functools
import os
import shutil
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import SQLAlchemyError

from autograder import smollm2
from autograder.clean.plain import plain
from autograder.config import logged
from autograder.course import Course, is_student_id, own_files
from autograder.digest import submission_digest
from autograder.errors import CourseError, GradebookUnavailable
from autograder.gradebook import RunAndJudge, intake
from autograder.gradebook.ahead import Ahead
from autograder.gradebook.restore import restore
from autograder.gradebook.run import Judged, Name, missing_verdict, run_and_judge
from autograder.gradebook.save import register_assignment, save_without_notebook
from autograder.gradebook.show import page_html
from autograder.judge.check import OURS, load_misconceptions
from autograder.judge.pool import stop_judges
from autograder.profile import profile
from autograder.sandbox import bubblewrap, forkserver
from autograder.sandbox.limits import Limits
from autograder.verdict import Verdict

AHEAD = 4  # submissions for each worker that may be run, or wait to be, before nbgrader takes them in


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
    if profile() == "gpu":
        smollm2.folder()
    bubblewrap.require(Limits(parent=app).disk_mib)
    require_gradebook(course)
    run = GradingRun(app, course, assignment, force)
    graded = []
    try:
        with _alone(course), run.ahead:
            register_assignment(course, assignment)
            for begun in run.in_order(students):
                if progress is not None:
                    progress(begun.student, None)
                graded.append(run.finish(begun))
                if progress is not None:
                    progress(begun.student, graded[-1])
    except SQLAlchemyError as error:
        raise GradebookUnavailable(f"grading stopped: {_first_line(error)}. What was graded before stays.") from error
    except OSError as error:
        raise CourseError(f"grading stopped: {error}. What was graded before stays.") from error
    return graded


@contextlib.contextmanager
def _alone(course: Course) -> Iterator[None]:
    """Two runs in one course would write over each other's files. Raises CourseError where there is one already."""
    folder = course.root / "verdicts"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CourseError("this course is being graded already; wait until that is done") from error
        yield


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


@dataclass(frozen=True)
class Begun:
    """A submission that was looked at. Of the last three one is set, unless it was sent ahead to be run.

    earlier: a verdict that still stands. problem: why nbgrader cannot convert it, a word for the student, and one for
    a person who must look.
    """

    student: str
    digest: str
    earlier: Verdict | None = None
    problem: tuple[str, str | None] | None = None


class GradingRun:
    """What the submissions of one run have in common."""

    def __init__(self, app: NbGrader, course: Course, assignment: str, force: bool) -> None:
        self.app = app
        self.course = course
        self.assignment = assignment
        self.force = force
        self.seed = RunAndJudge(parent=app).seed
        self.limits = Limits(parent=app)
        self.misconceptions = load_misconceptions(course.checks(assignment))
        self.own_files = own_files(course.source(assignment))
        self.ahead = Ahead(self.limits.submissions_at_once, self._stop)
        self._stopping = threading.Event()

    def _stop(self) -> None:
        self._stopping.set()
        stop_judges()
        forkserver.stop()

    def in_order(self, students: list[str]) -> Iterator[Begun]:
        """Look at each, and send ahead what is to be run, but not more than a few: their results are kept."""
        begun: deque[Begun] = deque()
        for student in students:
            begun.append(self._begin(student))
            if len(begun) > AHEAD * self.limits.submissions_at_once:
                yield begun.popleft()
        yield from begun

    def _begin(self, student: str) -> Begun:
        submission = self.course.submitted(student, self.assignment)
        intake.set_aside(submission, self.own_files)
        digest = submission_digest(self.course, student, self.assignment, self.seed)
        earlier = Verdict.read(self.course.verdict(student, self.assignment))
        if not self.force and self._stands(earlier, digest, student):
            return Begun(student, digest, earlier=earlier)
        problem = self._unreadable(student)
        if problem is None:
            for path in self.course.notebooks(self.assignment):
                if (submission / path.name).is_file():
                    name = Name(student, self.assignment, path.stem)
                    self.ahead.prepare(name, functools.partial(self._run, name))
        return Begun(student, digest, problem=problem)

    def _run(self, name: Name) -> Judged:
        """What a worker does."""
        file = f"{name.notebook}.ipynb"
        submitted = nbformat.read(self.course.submitted(name.student, name.assignment) / file, as_version=4)
        notebook = restore(submitted, self.course.given(self.course.source(name.assignment) / file))
        return run_and_judge(self.course, name, notebook, self.limits, self.seed, self._stopping)

    def finish(self, begun: Begun) -> Graded:
        """One submission, to its end. Whatever it holds, the next one is graded too."""
        if begun.earlier is not None:
            return self._graded(begun.earlier, Status.UNCHANGED)
        if begun.problem is not None:
            return self._grade_without_notebook(begun.student, begun.digest, *begun.problem)
        return self._grade_with_nbgrader(begun.student, begun.digest)

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
        aside = [name for name in names if os.path.lexists(intake.aside_folder(folder) / name)]
        if aside and not there:
            return f"{' and '.join(aside)} could not be taken in.", f"{' and '.join(aside)} was set aside."
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
        aside = intake.notes(self.course.submitted(student, self.assignment), self.own_files)
        notes = [*([message] if why is None else []), *aside]
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
    why = f"The grader failed: {plain(lines[-1]) if lines else 'no reason was given'}"
    return replace(blank, exercises=exercises, left_for_person=why)


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
