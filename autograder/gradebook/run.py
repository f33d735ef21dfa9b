"""Second step of autograding: run the notebook in the sandbox and let the judge ask it."""

import logging
import threading
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer

from autograder import smollm2
from autograder.course import Course, grade_id, own_files
from autograder.digest import environment_versions, folder_digest, submission_digest
from autograder.errors import SandboxUnavailable
from autograder.gradebook import ahead, intake
from autograder.gradebook.restore import NOTES
from autograder.judge.check import OURS, load_checks, without_answer
from autograder.judge.pool import a_judge
from autograder.profile import profile
from autograder.sandbox import bubblewrap
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session
from autograder.verdict import CheckResult, ExerciseResult, Verdict

VERDICT = "verdict"
WAITS = "This notebook could not be taken in as it is: a person looks at it."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Name:
    """A notebook of a submission."""

    student: str
    assignment: str
    notebook: str


@dataclass(frozen=True)
class Judged:
    """A notebook that was run: itself, with its outputs, how its exercises went, and what there is to say of it."""

    notebook: NotebookNode
    exercises: dict[str, ExerciseResult]
    notes: tuple[str, ...]


class RunAndJudge(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes the place of nbgrader's Execute. Leaves a Verdict in ``resources["verdict"]``.

    Raises CourseError where this machine is not fit for it, above all without a sandbox: nothing is run then.
    """

    seed = Integer(0, help="seed of hidden inputs and of random generators").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        course = Course(self.parent.parent.coursedir)
        name = Name(**{key: resources["nbgrader"][key] for key in ("student", "assignment", "notebook")})
        judged = ahead.take(name)
        if judged is None:
            limits = Limits(parent=self)
            require_hardware(course, name.assignment, limits)
            judged = run_and_judge(course, name, nb, limits, self.seed)
        resources[VERDICT] = merge(course, name, judged, self.seed)
        return judged.notebook, resources


def require_hardware(course: Course, assignment: str, limits: Limits) -> None:
    """Raises CourseError where this machine cannot run submissions or, for want of a model, not judge them."""
    if profile() == "gpu" and course.trains(assignment):
        smollm2.folder()
    bubblewrap.require(limits.disk_mib)


def run_and_judge(
    course: Course,
    name: Name,
    notebook: NotebookNode,
    limits: Limits,
    seed: int,
    stopping: threading.Event | None = None,
) -> Judged:
    """Run a restored notebook and judge it. Our own failures end as ``grader error``, never as an exception.

    stopping: set from outside when the whole run is to end.
    """
    exercises = [one.id for one in course.exercises(name.assignment) if one.notebook == name.notebook]
    directory = course.checks(name.assignment)
    checks = [check for check in load_checks(directory) if check.exercise in exercises]
    files = intake.kernel_files(course, name.student, name.assignment)
    session = Session(notebook, files, course.hidden(), limits, stopping)
    found: list[CheckResult] = []
    try:
        with a_judge() as judge, session:
            session.run()
            cells = {grade_id(notebook.cells[index]): vars(report) for index, report in session.reports.items()}
            found = judge.judge(directory, course.source(name.assignment), checks, cells, seed, session.probe, log)
    except SandboxUnavailable as error:
        log.warning("the sandbox failed in the middle of %s's submission: %s", name.student, error)
        found = found or [without_answer(check, "grader error", OURS) for check in checks]  # it may have been judged
    notes = (*notebook.metadata.pop(NOTES, []), *session.messages, *intake_notes(course, name.student, name.assignment))
    return Judged(notebook, _by_exercise(exercises, found), notes)


def _by_exercise(exercises: list[str], found: list[CheckResult]) -> dict[str, ExerciseResult]:
    return {
        exercise: ExerciseResult(exercise, tuple(one for one in found if one.id.partition("::")[0] == exercise))
        for exercise in exercises
    }


def merge(course: Course, name: Name, judged: Judged, seed: int) -> Verdict:
    """This notebook's part of the verdict, with what is there already of the assignment's other notebooks."""
    digest = submission_digest(course, name.student, name.assignment, seed)
    earlier = Verdict.read(course.verdict(name.student, name.assignment))
    blank = missing_verdict(course, name.student, name.assignment, digest)
    base = earlier if earlier is not None and earlier.digest == digest else blank
    exercises = tuple(judged.exercises.get(exercise.id, exercise) for exercise in base.exercises)
    ours = ["The grader failed in at least one check."] if any(exercise.ours for exercise in exercises) else []
    waiting = left_for_person(course, name.student, name.assignment).values()
    before = earlier.submissions if earlier is not None else {}
    return Verdict(
        name.student, name.assignment, profile(), digest, exercises,
        notes=tuple(dict.fromkeys([*base.notes, *judged.notes])),
        left_for_person=" ".join([*waiting, *ours]) or None,
        versions=environment_versions(),
        submissions={**before, name.notebook: submission_of(course, name.student, name.assignment)},
    )  # fmt: skip


def intake_notes(course: Course, student: str, assignment: str) -> list[str]:
    """What was not taken in, in words for the student."""
    own = own_files(course.source(assignment))
    return intake.notes(course.submitted(student, assignment), own, course.notebooks(assignment))


def left_for_person(course: Course, student: str, assignment: str) -> dict[str, str]:
    """Names of the notebooks that could not be taken in, and why they wait for a person."""
    return intake.left_for_person(course.submitted(student, assignment), course.notebooks(assignment))


def submission_of(course: Course, student: str, assignment: str) -> str:
    """Which submission is it, whatever the checks are? The digest of its files."""
    return folder_digest(course.submitted(student, assignment))


def missing_verdict(
    course: Course, student: str, assignment: str, digest: str, message: str = "No notebook was submitted."
) -> Verdict:
    """A verdict in which every check is missing."""
    checks = load_checks(course.checks(assignment))
    waiting = left_for_person(course, student, assignment)
    exercises = tuple(
        ExerciseResult(
            exercise.id,
            tuple(without_answer(check, "missing", words) for check in checks if check.exercise == exercise.id),
        )
        for exercise in course.exercises(assignment)
        for words in [WAITS if f"{exercise.notebook}.ipynb" in waiting else message]
    )
    submission = submission_of(course, student, assignment)
    return Verdict(
        student, assignment, profile(), digest, exercises,
        versions=environment_versions(),
        submissions={path.stem: submission for path in course.notebooks(assignment)},
    )  # fmt: skip
