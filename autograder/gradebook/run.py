"""Second step of autograding: run the notebook in the sandbox and let the judge ask it."""

import logging
import threading
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer

from autograder.almanac import base
from autograder.course import Course, grade_id, own_files
from autograder.errors import SandboxUnavailable
from autograder.files import regular_files
from autograder.gradebook import ahead
from autograder.gradebook.digest import HandedIn, look_at
from autograder.gradebook.restore import NOTES, restore
from autograder.gradebook.steps import require_steps
from autograder.gradebook.verdicts import VERDICT, intake_notes, merge
from autograder.judge.check import OURS, checks_of, without_answer
from autograder.judge.consistency import require_points
from autograder.judge.pool import a_judge
from autograder.machine.profile import profile
from autograder.models import smollm2
from autograder.sandbox import bubblewrap
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session
from autograder.verdict import CheckResult, ExerciseResult

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Name:
    """A notebook of a submission."""

    student: str
    assignment: str
    notebook: str


@dataclass(frozen=True)
class Judged:
    """A notebook that was run: itself, with its outputs, how its exercises went, and what there is to say of it.

    handed_in: the submission that it is of.
    """

    handed_in: HandedIn
    notebook: NotebookNode
    exercises: dict[str, ExerciseResult]
    notes: tuple[str, ...]


class RunAndJudge(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes the place of nbgrader's Execute. Leaves a Verdict in ``resources["verdict"]``.

    Raises CourseError where this machine is not fit for it, above all without a sandbox: nothing is run then.
    """

    seed = Integer(0, help="seed of hidden inputs and of random generators").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:  # noqa: ARG002
        """``nb``, nbgrader's copy, may be older than what is judged, and gives way to it."""
        course = Course.of(self)
        name = Name(**{key: resources["nbgrader"][key] for key in ("student", "assignment", "notebook")})
        judged = ahead.take(name)
        current = look_at(course, name.student, name.assignment, self.seed)
        if judged is None or judged.handed_in != current:  # something newer has come in since it was run
            limits = Limits(parent=self)
            require_gradable(course, name.assignment, limits)
            judged = run_and_judge(course, current, name.notebook, limits, self.seed)
        resources[VERDICT] = merge(course, current, name.notebook, judged.exercises, judged.notes)
        return judged.notebook, resources


def require_gradable(course: Course, assignment: str, limits: Limits) -> None:
    """Raises CourseError where cells and checks do not fit together, steps are missing, or this machine cannot run
    submissions or, for want of a model, not judge them."""
    require_steps(course)
    require_points(course, assignment)
    if assignment == base.ASSIGNMENT:  # another assignment's base is its checks' to verify
        base.verify(course.base(assignment))
    if profile() == "gpu" and course.trains(assignment):
        smollm2.folder()
    bubblewrap.require(limits.disk_mib)


def run_and_judge(
    course: Course,
    handed_in: HandedIn,
    name: str,
    limits: Limits,
    seed: int,
    stopping: threading.Event | None = None,
) -> Judged:
    """Run a notebook and judge it. Our own failures end as ``grader error``, never as an exception.

    handed_in: as it was just now, before the notebook is read. name: the notebook's. stopping: set from outside when
    the whole run is to end.
    """
    student, assignment = handed_in.student, handed_in.assignment
    source = course.source(assignment) / f"{name}.ipynb"
    submitted = nbformat.read(course.submitted(student, assignment) / source.name, as_version=4)
    notebook = restore(submitted, course.given(source))
    exercises = [one.id for one in course.exercises(assignment) if one.notebook == name]
    directory = course.checks(assignment)
    checks = checks_of(directory, exercises)
    files = regular_files(course.submitted(student, assignment)) | own_files(course.source(assignment))
    session = Session(notebook, files, course.hidden(), limits, stopping)
    found: list[CheckResult] = []
    try:
        with a_judge() as judge, session:
            session.run()
            cells = {grade_id(notebook.cells[index]): vars(report) for index, report in session.reports.items()}
            found = judge.judge(directory, course.source(assignment), checks, cells, seed, session.probe, log)
    except SandboxUnavailable as error:
        if stopping is None or not stopping.is_set():
            log.warning("the sandbox failed in the middle of %s's submission: %s", student, error)
        found = found or [without_answer(check, "grader error", OURS) for check in checks]  # it may have been judged
    notes = (*notebook.metadata.pop(NOTES, []), *session.messages, *intake_notes(course, student, assignment))
    return Judged(handed_in, notebook, _by_exercise(exercises, found), notes)


def _by_exercise(exercises: list[str], found: list[CheckResult]) -> dict[str, ExerciseResult]:
    return {
        exercise: ExerciseResult(exercise, tuple(one for one in found if one.exercise == exercise))
        for exercise in exercises
    }
