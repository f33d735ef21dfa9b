"""One run of grading: each submission through nbgrader, one after another, whatever each of them holds."""

import functools
import logging
import shutil
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import nbformat
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from sqlalchemy.exc import SQLAlchemyError

from autograder.clean.plain import plain
from autograder.course import Course, own_files
from autograder.errors import CourseError, raise_if_of_all, typed
from autograder.gradebook import RunAndJudge, intake
from autograder.gradebook.access import require_gradebook
from autograder.gradebook.ahead import Ahead
from autograder.gradebook.digest import HandedIn, look_at
from autograder.gradebook.marks import Record
from autograder.gradebook.run import Name, run_and_judge
from autograder.gradebook.save import flag_submission, save_without_notebook
from autograder.gradebook.verdicts import WAITS, failed_verdict, intake_notes, missing_verdict, waiting_notebooks
from autograder.grading.converting import convert
from autograder.grading.outcome import Graded, Status
from autograder.grading.settling import Settling
from autograder.judge.memory import judges_at_once
from autograder.judge.pool import stop_judges
from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.verdict import Verdict

OF_THE_RUN = (CourseError, SQLAlchemyError)  # what the next submission would meet, too
AHEAD = 16  # submissions for each worker that may be run, or wait to be, before nbgrader takes them in

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Begun:
    """A submission that was looked at. Unless its verdict stands or there is a problem, it was sent ahead to be run.

    before: its entry in the gradebook. stands: the earlier verdict holds. problem: why nbgrader cannot convert it, a
    word for the student, and one for a person who must look. failure: what kept us from looking.
    """

    handed_in: HandedIn
    before: Record | None = None
    earlier: Verdict | None = None
    stands: bool = False
    problem: tuple[str, str | None] | None = None
    failure: Exception | None = None


def _reason(error: Exception) -> str:
    return plain(str(error) if isinstance(error, OSError) else typed(error))


class GradingRun:
    """What the submissions of one run have in common."""

    def __init__(self, app: NbGrader, settling: Settling, course: Course, assignment: str, force: bool) -> None:
        self._app = app
        self._settling = settling
        self._course = course
        self._assignment = assignment
        self._force = force
        self._seed = RunAndJudge(parent=app).seed
        self._limits = Limits(parent=app)
        self._own_files = own_files(course.source(assignment))
        self._notebooks = course.notebooks(assignment)
        self._at_once = judges_at_once(self._limits.submissions_at_once, training=course.trains(assignment))
        self._stopping = threading.Event()
        self.ahead = Ahead(self._at_once, self._stop)

    def _stop(self) -> None:
        self._stopping.set()
        stop_judges()
        forkserver.stop()

    def in_order(self, students: list[str], before: Mapping[str, Record]) -> Iterator[Begun]:
        """Look at each, and send ahead what is to be run, but not more than a few: their results are kept."""
        begun: deque[Begun] = deque()
        for student in students:
            begun.append(self._begin(student, before.get(student)))
            if len(begun) > AHEAD * self._at_once:
                yield begun.popleft()
        yield from begun

    def _begin(self, student: str, before: Record | None) -> Begun:
        try:
            return self._look_at(student, before)
        except OF_THE_RUN:
            raise
        except Exception as error:
            raise_if_of_all(error)
            return Begun(HandedIn(student, self._assignment, "", ""), before, failure=error)

    def _look_at(self, student: str, before: Record | None) -> Begun:
        intake.set_aside(self._course.submitted(student, self._assignment), self._own_files)
        found = look_at(self._course, student, self._assignment, self._seed)
        earlier = Verdict.read(self._course.verdict(student, self._assignment))
        if not self._force and before is not None and self._stands(earlier, found, before):
            return Begun(found, before, earlier, stands=True)
        problem = self._unreadable(student)
        if problem is None:
            for path in self._course.handed_in(student, self._assignment):
                work = (self._course, found, path.stem, self._limits, self._seed, self._stopping)
                self.ahead.prepare(Name(student, self._assignment, path.stem), functools.partial(run_and_judge, *work))
        return Begun(found, before, earlier, problem=problem)

    def finish(self, begun: Begun) -> Graded:
        """One submission, to its end. Whatever it holds, the next one is graded too."""
        try:
            if begun.failure is not None:
                raise begun.failure
            return self._finish(begun)
        except OF_THE_RUN:
            raise
        except Exception as error:  # whatever its files or its entry in the gradebook make us trip over
            raise_if_of_all(error)
            why = f"The grader could not work on it: {_reason(error)}"
            log.debug("%s", begun.handed_in.student, exc_info=True)
            verdict = failed_verdict(self._course, begun.handed_in, why)
            flag_submission(self._course, verdict.student, verdict.assignment)
            return Graded(verdict.student, Status.FOR_PERSON, verdict, why, before=begun.before, failed=True)

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
        return Graded(verdict.student, status, verdict, before=begun.before, resubmitted=resubmitted)

    def _stands(self, earlier: Verdict | None, found: HandedIn, before: Record) -> bool:
        if earlier is None or earlier.digest != found.digest or not earlier.reusable:
            return False
        if not before.agrees_with(earlier):
            return False
        there = self._course.handed_in(found.student, self._assignment)
        if any(earlier.submissions.get(one.stem) != found.files for one in there):  # nbgrader was asked for some alone
            return False
        converted = there and earlier.left_for_person is None
        if converted and not self._course.autograded(found.student, self._assignment).is_dir():
            return False
        return self._course.feedback(found.student, self._assignment).is_dir()

    def _unreadable(self, student: str) -> tuple[str, str | None] | None:
        """Why nbgrader cannot convert this submission: a word for the student, and one for a person who must look."""
        there = self._course.handed_in(student, self._assignment)
        if not there:
            waiting = waiting_notebooks(self._course, student, self._assignment)
            expected = " and ".join(path.name for path in self._notebooks)
            none = f"No notebook was submitted: {expected} expected."
            return (WAITS, " ".join(waiting.values())) if waiting else (none, None)
        for path in there:
            try:
                nbformat.read(path, as_version=4).metadata.get("language", "").lower()  # as nbconvert does
            except Exception as error:  # nbformat raises whatever the broken file makes it trip over
                why = f"{path.name} is not a notebook that can be read ({type(error).__name__})."
                return why, why
        return None

    def _grade_without_notebook(self, begun: Begun, message: str, why: str | None) -> Verdict:
        blank = missing_verdict(self._course, begun.handed_in, message)
        taken = intake_notes(self._course, begun.handed_in.student, self._assignment)
        notes = [*([message] if why is None else []), *taken]
        return self._save(begun, replace(blank, said={"": tuple(notes)}, left_for_person=why))

    def _grade_with_nbgrader(self, begun: Begun) -> Verdict:
        """Feedback goes first: without it the verdict does not stand, and who is killed meanwhile is graded again."""
        student = begun.handed_in.student
        self._clear(student)
        problem = convert(self._app, Autograde, student, self._assignment)
        verdict = Verdict.read(self._course.verdict(student, self._assignment))
        if problem is None and verdict is not None:
            self._settling.write_feedback(verdict)
            return verdict
        require_gradebook(self._course)  # if that is what failed, the whole run ends here
        why = f"The grader failed: {problem or 'its verdict cannot be read'}"
        return self._save(begun, failed_verdict(self._course, begun.handed_in, why))

    def _save(self, begun: Begun, verdict: Verdict) -> Verdict:
        self._clear(verdict.student)
        save_without_notebook(self._course, begun.earlier, verdict)
        self._settling.write_feedback(verdict)
        return verdict

    def _clear(self, student: str) -> None:
        for place in (self._course.autograded, self._course.feedback):
            if (folder := place(student, self._assignment)).is_dir():
                shutil.rmtree(folder)
