"""Second step of autograding: run the notebook in the sandbox and let the judge ask it."""

import atexit
import functools
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer

from autograder.course import Course, grade_id
from autograder.digest import environment_versions, submission_digest
from autograder.errors import SandboxUnavailable
from autograder.gradebook.intake import aside_notes
from autograder.gradebook.restore import NOTES
from autograder.judge.check import OURS, Check, load_checks, without_answer
from autograder.judge.process import Judge
from autograder.profile import profile
from autograder.sandbox import bubblewrap
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session
from autograder.verdict import CheckResult, ExerciseResult, Verdict

VERDICT = "verdict"


@functools.cache
def shared_judge() -> Judge:
    """The judge of this grading run; nbgrader makes its preprocessors anew for every notebook."""
    judge = Judge()
    atexit.register(judge.stop)
    return judge


class RunAndJudge(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes the place of nbgrader's Execute. Leaves a Verdict in ``resources["verdict"]``.

    Raises SandboxUnavailable where there is no sandbox: nothing of the student's is run without one.
    """

    seed = Integer(0, help="seed of hidden inputs and of random generators").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        course = Course(self.parent.parent.coursedir)
        limits = Limits(parent=self)
        bubblewrap.require(limits.disk_mib)
        exercises = [one.id for one in course.exercises(names["assignment"]) if one.notebook == names["notebook"]]
        checks = [check for check in load_checks(course.checks(names["assignment"])) if check.exercise in exercises]
        results = self._judge(nb, course, names, checks, limits)
        part = {name: ExerciseResult(name, tuple(results[name])) for name in exercises}
        notes = nb.metadata.pop(NOTES, []) + aside_notes(course.submitted(names["student"], names["assignment"]))
        resources[VERDICT] = self._merge(course, names, part, notes)
        return nb, resources

    def _judge(
        self, nb: NotebookNode, course: Course, names: dict[str, str], checks: list[Check], limits: Limits
    ) -> dict[str, list[CheckResult]]:
        files = course.autograded(names["student"], names["assignment"])
        judge = shared_judge()
        judge.start()  # the first time it imports its libraries, while the fork server imports the same
        try:
            with Session(nb, files, course.hidden(), limits) as session:
                session.run()
                cells = {grade_id(nb.cells[index]): vars(report) for index, report in session.reports.items()}
                directory = course.checks(names["assignment"])
                found = judge.judge(directory, checks, cells, self.seed, session.probe, self.log)
        except SandboxUnavailable:
            self.log.exception("the sandbox failed in the middle of a submission")
            found = [without_answer(check, "grader error", OURS) for check in checks]
        results: dict[str, list[CheckResult]] = {}
        for check, result in zip(checks, found, strict=True):
            results.setdefault(check.exercise, []).append(result)
        return results

    def _merge(
        self, course: Course, names: dict[str, str], part: dict[str, ExerciseResult], notes: list[str]
    ) -> Verdict:
        """This notebook's part of the verdict, with what is there already of the assignment's other notebooks."""
        student, assignment = names["student"], names["assignment"]
        digest = submission_digest(course, student, assignment, self.seed)
        earlier = Verdict.read(course.verdict(student, assignment))
        blank = missing_verdict(course, student, assignment, digest)
        base = earlier if earlier is not None and earlier.digest == digest else blank
        exercises = tuple(part.get(exercise.id, exercise) for exercise in base.exercises)
        ours = any(exercise.ours for exercise in exercises)
        return Verdict(
            student, assignment, profile(), digest, exercises,
            notes=tuple(dict.fromkeys([*base.notes, *notes])),
            left_for_person="The grader failed in at least one check." if ours else None,
            versions=environment_versions(),
        )  # fmt: skip


def missing_verdict(
    course: Course, student: str, assignment: str, digest: str, message: str = "No notebook was submitted."
) -> Verdict:
    """A verdict in which every check is missing."""
    checks = load_checks(course.checks(assignment))
    exercises = tuple(
        ExerciseResult(
            exercise.id,
            tuple(without_answer(check, "missing", message) for check in checks if check.exercise == exercise.id),
        )
        for exercise in course.exercises(assignment)
    )
    return Verdict(student, assignment, profile(), digest, exercises, versions=environment_versions())
