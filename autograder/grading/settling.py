"""After the marks are in: late penalties, what a person must look at, and pages that show what the gradebook says."""

import logging
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import GenerateFeedback

from autograder.course import STAMPS, Course
from autograder.errors import raise_if_of_all
from autograder.gradebook.access import open_gradebook
from autograder.gradebook.feedback import end_of, is_current, write_page
from autograder.gradebook.late import follow, policy_of, records
from autograder.gradebook.marks import Record, of_submission
from autograder.grading.converting import convert
from autograder.grading.outcome import Graded, Status, settled
from autograder.judge.check import load_misconceptions
from autograder.verdict import Verdict

log = logging.getLogger(__name__)


class Settling:
    """Of one assignment."""

    def __init__(self, app: NbGrader, course: Course, assignment: str) -> None:
        self._app = app
        self._course = course
        self._assignment = assignment
        self._late_policy = policy_of(course)
        self._misconceptions = load_misconceptions(course.checks(assignment))
        self._notebooks = [path.stem for path in course.notebooks(assignment)]

    def records(self) -> dict[str, Record]:
        """What the gradebook has, by student."""
        with open_gradebook(self._course) as gradebook:
            return records(self._course, gradebook, self._assignment)

    def settle(self, graded: list[Graded], *, may_lower: bool = False) -> list[Graded]:
        """Late penalties follow due dates; then what the gradebook says in the end, and what a person must look at.

        Feedback shows it: pages that do not, also of an earlier run that was killed, are written again.
        """
        before = self.records()
        done = [one for one in graded if not one.failed]
        for one in done:
            if before[one.student].wanted_penalty != before[one.student].penalty:
                self._penalise(one.student, may_lower)
        now = self.records()
        ends = {one.student: settled(one, now[one.student]) for one in done}
        for one in done:
            if not self._is_shown(now[one.student]):
                ends[one.student] = self._show(ends[one.student])
        return [ends.get(one.student, one) for one in graded]

    def waiting_still(self, graded: Collection[str]) -> list[Graded]:
        """Others in the gradebook, whose folders are gone, at whom a person must look."""
        found = []
        for student, record in self.records().items():
            known = student in graded or student in self._course.excluded
            verdict = None if known else Verdict.read(self._course.verdict(student, self._assignment))
            if verdict is not None:
                found.append(settled(Graded(student, Status.UNCHANGED, verdict), record))
        return [one for one in found if one.status is Status.FOR_PERSON]

    def write_feedback(self, verdict: Verdict) -> None:
        """nbgrader's generate_feedback; a page from the verdict alone where there is no notebook to show."""
        student, assignment = verdict.student, self._assignment
        folder, answers = self._course.feedback(student, assignment), self._course.autograded(student, assignment)
        problem = None
        if answers.is_dir():
            problem = convert(self._app, GenerateFeedback, student, assignment)
            if problem is not None:
                log.warning("%s's feedback does not show their answers: %s", student, problem)
                shutil.rmtree(folder, ignore_errors=True)
        if problem is not None or not answers.is_dir():
            with open_gradebook(self._course) as gradebook:
                record = of_submission(gradebook.find_submission(assignment, student))
            end = end_of(record) if problem is None else ""  # a page without answers is tried again
            for name in self._notebooks:
                write_page(self._course, verdict, record, name, self._misconceptions, end)
        for name in STAMPS:  # by which release_feedback names the released page
            handed_on = self._course.submitted(student, assignment) / name
            if handed_on.is_file():
                shutil.copyfile(handed_on, folder / name)

    def _penalise(self, student: str, may_lower: bool) -> None:
        with open_gradebook(self._course) as gradebook:
            submission = gradebook.find_submission(self._assignment, student)
            follow(self._late_policy, submission, may_lower=may_lower)
            gradebook.db.commit()

    def _is_shown(self, record: Record) -> bool:
        return all(is_current(self._page(record.student, name), record) for name in self._notebooks)

    def _show(self, graded: Graded) -> Graded:
        try:
            self.write_feedback(graded.verdict)
            return graded
        except OSError as error:
            raise_if_of_all(error)
            why = f"feedback could not be written: {error}"
            return replace(graded, status=Status.FOR_PERSON, why="; ".join(filter(None, [graded.why, why])))

    def _page(self, student: str, notebook: str) -> Path:
        return self._course.feedback(student, self._assignment) / f"{notebook}.html"
