"""One run of grading: each submission through nbgrader, one after another, whatever each of them holds."""

import errno
import functools
import logging
import shutil
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException

from autograder.clean.plain import plain
from autograder.config import logged
from autograder.course import Course, own_files
from autograder.digest import HandedIn, handed_in
from autograder.files import whole
from autograder.gradebook import LatePenalties, RunAndJudge, intake
from autograder.gradebook.access import require_gradebook
from autograder.gradebook.ahead import Ahead
from autograder.gradebook.feedback import TO_RELEASE, end_of, is_current
from autograder.gradebook.late import settle, wanted_penalty
from autograder.gradebook.marks import Record, of_submission, read
from autograder.gradebook.run import WAITS, Name, intake_notes, left_for_person, missing_verdict, run_and_judge
from autograder.gradebook.save import save_without_notebook
from autograder.gradebook.show import page_html
from autograder.graded import Graded, Status, settled
from autograder.judge.check import OURS, load_misconceptions
from autograder.judge.memory import judges_at_once
from autograder.judge.pool import stop_judges
from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.verdict import Verdict

log = logging.getLogger(__name__)

# What nbgrader logs after the reason of a failure.
CLOSING = ("Removing failed assignment", "There was an error processing assignment", "Please see the ")
OF_ALL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
AHEAD = 16  # submissions for each worker that may be run, or wait to be, before nbgrader takes them in


@dataclass(frozen=True)
class Begun:
    """A submission that was looked at. Unless its verdict stands or there is a problem, it was sent ahead to be run.

    stands: the earlier verdict holds. problem: why nbgrader cannot convert it, a word for the student, and one for a
    person who must look. failure: what kept us from looking.
    """

    handed_in: HandedIn
    earlier: Verdict | None = None
    stands: bool = False
    problem: tuple[str, str | None] | None = None
    failure: OSError | None = None


class GradingRun:
    """What the submissions of one run have in common."""

    def __init__(self, app: NbGrader, course: Course, assignment: str, force: bool) -> None:
        self.app = app
        self.course = course
        self.assignment = assignment
        self.force = force
        self.seed = RunAndJudge(parent=app).seed
        self.limits = Limits(parent=app)
        penalties = LatePenalties(parent=app)
        penalties.init_plugin()
        self.late_policy = penalties.plugin_inst
        self.misconceptions = load_misconceptions(course.checks(assignment))
        self.own_files = own_files(course.source(assignment))
        self._notebooks = course.notebooks(assignment)
        self.at_once = judges_at_once(self.limits.submissions_at_once, training=course.trains(assignment))
        self.ahead = Ahead(self.at_once, self._stop)
        self.before: dict[str, Record] = {}
        self._stopping = threading.Event()

    def gradebook(self) -> Gradebook:
        return Gradebook(self.course.directories.db_url, self.course.directories.course_id)

    def records(self) -> dict[str, Record]:
        with self.gradebook() as gradebook:
            return read(gradebook, self.assignment)

    def _stop(self) -> None:
        self._stopping.set()
        stop_judges()
        forkserver.stop()

    def in_order(self, students: list[str]) -> Iterator[Begun]:
        """Look at each, and send ahead what is to be run, but not more than a few: their results are kept."""
        begun: deque[Begun] = deque()
        for student in students:
            begun.append(self._begin(student))
            if len(begun) > AHEAD * self.at_once:
                yield begun.popleft()
        yield from begun

    def _begin(self, student: str) -> Begun:
        try:
            return self._look_at(student)
        except OSError as error:
            return Begun(HandedIn(student, self.assignment, "", ""), failure=_of_one(error))

    def _look_at(self, student: str) -> Begun:
        intake.set_aside(self.course.submitted(student, self.assignment), self.own_files)
        found = handed_in(self.course, student, self.assignment, self.seed)
        earlier = Verdict.read(self.course.verdict(student, self.assignment))
        if not self.force and self._stands(earlier, found):
            return Begun(found, earlier, stands=True)
        problem = self._unreadable(student)
        if problem is None:
            for path in self._notebooks:
                if self._has(student, path.name):
                    name = Name(student, self.assignment, path.stem)
                    work = (self.course, found, path.stem, self.limits, self.seed, self._stopping)
                    self.ahead.prepare(name, functools.partial(run_and_judge, *work))
        return Begun(found, earlier, problem=problem)

    def finish(self, begun: Begun) -> Graded:
        """One submission, to its end. Whatever it holds, the next one is graded too."""
        try:
            if begun.failure is not None:
                raise begun.failure
            return self._finish(begun)
        except OSError as error:
            student, why = begun.handed_in.student, f"The grader could not work on it: {_of_one(error)}"
            verdict = _grader_error(missing_verdict(self.course, begun.handed_in, waiting={}), why)
            return Graded(student, Status.FOR_PERSON, verdict, why, before=self.before.get(student), failed=True)

    def _finish(self, begun: Begun) -> Graded:
        status = Status.GRADED
        if begun.stands and begun.earlier is not None:
            verdict, status = begun.earlier, Status.UNCHANGED
        elif begun.problem is not None:
            verdict = self._grade_without_notebook(begun, *begun.problem)
        else:
            verdict = self._grade_with_nbgrader(begun)
        judged = begun.earlier.submissions if begun.earlier is not None else {}
        resubmitted = judged not in ({}, verdict.submissions)
        before = self.before.get(verdict.student)
        return Graded(verdict.student, status, verdict, before=before, resubmitted=resubmitted)

    def _stands(self, earlier: Verdict | None, found: HandedIn) -> bool:
        if earlier is None or earlier.digest != found.digest or not earlier.reusable:
            return False
        there = [path.stem for path in self._notebooks if self._has(found.student, path.name)]
        if any(earlier.submissions.get(name) != found.files for name in there):  # nbgrader was asked for some alone
            return False
        converted = there and earlier.left_for_person is None
        if converted and not self.course.autograded(found.student, self.assignment).is_dir():
            return False
        return self.course.feedback(found.student, self.assignment).is_dir() and found.student in self.before

    def _has(self, student: str, notebook: str) -> bool:
        return (self.course.submitted(student, self.assignment) / notebook).is_file()

    def settle(self, graded: list[Graded], *, may_lower: bool = False) -> list[Graded]:
        """Late penalties follow due dates; then what the gradebook says in the end, and what a person must look at.

        Feedback shows it: pages that do not, also of an earlier run that was killed, are written again.
        """
        records = self.records()
        done = [one for one in graded if not one.failed]
        wanted = {one.student: wanted_penalty(self.late_policy, records[one.student]) for one in done}
        for one in done:
            if wanted[one.student] != records[one.student].penalty:
                self._penalise(one.student, may_lower)
        records = self.records()
        ends = {one.student: settled(one, records[one.student], wanted[one.student]) for one in done}
        for one in done:
            if not self._is_shown(records[one.student]):
                ends[one.student] = self._show(ends[one.student])
        return [ends.get(one.student, one) for one in graded]

    def _show(self, graded: Graded) -> Graded:
        try:
            self.write_feedback(graded.verdict)
            return graded
        except OSError as error:
            why = f"feedback could not be written: {_of_one(error)}"
            return replace(graded, status=Status.FOR_PERSON, why="; ".join(filter(None, [graded.why, why])))

    def waiting_still(self, graded: list[str]) -> list[Graded]:
        """Others in the gradebook, whose folders are gone, at whom a person must look."""
        known = {*graded, *self.course.directories.student_id_exclude.split(",")}
        found = []
        for student, record in self.records().items():
            verdict = None if student in known else Verdict.read(self.course.verdict(student, self.assignment))
            if verdict is not None:
                found.append(settled(Graded(student, Status.UNCHANGED, verdict), record, record.penalty))
        return [one for one in found if one.status is Status.FOR_PERSON]

    def _penalise(self, student: str, may_lower: bool) -> None:
        with self.gradebook() as gradebook:
            submission = gradebook.find_submission(self.assignment, student)
            settle(self.late_policy, submission, may_lower=may_lower)
            gradebook.db.commit()

    def _is_shown(self, record: Record) -> bool:
        return all(is_current(self._page(record.student, path.stem), record) for path in self._notebooks)

    def _page(self, student: str, notebook: str) -> Path:
        return self.course.feedback(student, self.assignment) / f"{notebook}.html"

    def _unreadable(self, student: str) -> tuple[str, str | None] | None:
        """Why nbgrader cannot convert this submission: a word for the student, and one for a person who must look."""
        folder = self.course.submitted(student, self.assignment)
        names = [path.name for path in self._notebooks]
        there = [folder / name for name in names if (folder / name).is_file()]
        waiting = left_for_person(self.course, student, self.assignment)
        if waiting and not there:
            return WAITS, " ".join(waiting.values())
        if not there:
            return f"No notebook was submitted: {' and '.join(names)} expected.", None
        for path in there:
            try:
                nbformat.read(path, as_version=4)
            except Exception as error:  # nbformat raises whatever the broken file makes it trip over
                why = f"{path.name} is not a notebook that can be read ({type(error).__name__})."
                return why, why
        return None

    def _grade_without_notebook(self, begun: Begun, message: str, why: str | None) -> Verdict:
        blank = missing_verdict(self.course, begun.handed_in, message)
        taken = intake_notes(self.course, begun.handed_in.student, self.assignment)
        notes = [*([message] if why is None else []), *taken]
        return self._save(begun, replace(blank, said={"": tuple(notes)}, left_for_person=why))

    def _grade_with_nbgrader(self, begun: Begun) -> Verdict:
        student = begun.handed_in.student
        problem = self._autograde(student)
        verdict = Verdict.read(self.course.verdict(student, self.assignment))
        if problem is None and verdict is not None:
            self.write_feedback(verdict)
            return verdict
        require_gradebook(self.course)  # if that is what failed, the whole run ends here
        blank = missing_verdict(self.course, begun.handed_in)
        return self._save(begun, _grader_error(blank, problem or ""))

    def _save(self, begun: Begun, verdict: Verdict) -> Verdict:
        self._clear(verdict.student)
        save_without_notebook(self.course, begun.earlier, verdict)
        self.write_feedback(verdict)
        return verdict

    def _clear(self, student: str) -> None:
        for folder in (
            self.course.autograded(student, self.assignment),
            self.course.feedback(student, self.assignment),
        ):
            if folder.is_dir():
                shutil.rmtree(folder)

    def _autograde(self, student: str) -> str | None:
        """nbgrader's autograde. Returns what it logged where it failed.

        Feedback goes first: without it the verdict does not stand, and who is killed meanwhile is graded again.
        """
        self._clear(student)
        return self._convert(Autograde, student)

    def write_feedback(self, verdict: Verdict) -> None:
        """nbgrader's generate_feedback; a page from the verdict alone where there is no notebook to show."""
        folder = self.course.feedback(verdict.student, self.assignment)
        answers = self.course.autograded(verdict.student, self.assignment)
        shown: set[str] = set()
        problem = None
        if answers.is_dir():
            problem = self._convert(GenerateFeedback, verdict.student)
            if problem is None:
                shown = {path.stem for path in answers.glob("*.ipynb")}
            else:
                log.warning("%s's feedback does not show their answers: %s", verdict.student, _reason(problem))
                shutil.rmtree(folder, ignore_errors=True)
        with self.gradebook() as gradebook:
            record = of_submission(gradebook.find_submission(self.assignment, verdict.student))
        folder.mkdir(parents=True, exist_ok=True)
        for name in (path.stem for path in self._notebooks if path.stem not in shown):
            end = end_of(record) if problem is None else ""  # a page without answers is tried again
            with whole(self._page(verdict.student, name)) as file:
                file.write(page_html(verdict, record, name, self.misconceptions) + end)
        for name in TO_RELEASE:
            handed_on = self.course.submitted(verdict.student, self.assignment) / name
            if handed_on.is_file():
                shutil.copyfile(handed_on, folder / name)

    def _convert(self, converter: type[BaseConverter], student: str) -> str | None:
        self.app.coursedir.assignment_id = self.assignment
        self.app.coursedir.student_id = student
        with logged(self.app) as said:
            try:
                converter(coursedir=self.app.coursedir, parent=self.app, force=True).start()
            except NbGraderException:  # why is in the log
                return said.getvalue()
            except SystemExit as ending:  # of nbgrader's with a number, of ``intake.pre_convert`` with the reason
                return f"{said.getvalue()}\n{ending if isinstance(ending.code, str) else ''}"
        return None


def _of_one(error: OSError) -> OSError:
    """The error, where it may be this submission's alone. Raises one that the next submission would meet, too."""
    if error.errno in OF_ALL:
        raise error
    return error


def _grader_error(blank: Verdict, said: str) -> Verdict:
    """Ours: no check was judged."""
    exercises = tuple(
        replace(one, checks=tuple(replace(check, outcome="grader error", message=OURS) for check in one.checks))
        for one in blank.exercises
    )
    return replace(blank, exercises=exercises, left_for_person=f"The grader failed: {_reason(said)}")


def _reason(said: str) -> str:
    """The last of it that is one."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith(CLOSING)]
    return plain(lines[-1]) if lines else "no reason was given"
