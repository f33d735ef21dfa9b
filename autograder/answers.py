"""The course's own right and wrong answers, and what the hidden checks say to them.

An answer is a file ``tests/answers/<assignment>/<exercise>/right_*.py`` or ``wrong_*.py``: the source of the student's
cell. A wrong one says in its first lines what must be told first::

    # exercise: render_for_inference
    # misconception: no-generation-prompt

and, where that first check does not end in ``failed``, also ``# outcome: raised``.
"""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course import Course, grade_id, own_files
from autograder.errors import BuildError
from autograder.judge.check import load_checks
from autograder.judge.process import Judge
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session
from autograder.verdict import CheckResult

_WORD = re.compile(r"^# (exercise|misconception|outcome): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One way to fill in a cell. ``misconception`` and ``outcome``: of the first check that a wrong one fails."""

    exercise: str
    name: str
    right: bool
    source: str
    misconception: str | None
    outcome: str


def load_answers(folder: Path) -> list[Answer]:
    """All answers to an assignment. Raises BuildError where a wrong one does not say what it must be told."""
    answers = []
    for path in sorted(folder.glob("*/*_*.py")):
        text = path.read_text(encoding="utf-8")
        words = dict(_WORD.findall(text))
        source = _WORD.sub("", text).lstrip("\n")  # a class of samples should not see what is wrong with it
        right = path.name.startswith("right_")
        if not right and (words.get("exercise") != path.parent.name or "misconception" not in words):
            raise BuildError(f"{path}: a wrong answer names its exercise and its misconception in its first lines")
        outcome = words.get("outcome", "passed" if right else "failed")
        answers.append(Answer(path.parent.name, path.stem, right, source, words.get("misconception"), outcome))
    return answers


def try_answers(
    course: Course, assignment: str, answers: Iterable[Answer], began: Callable[[Answer], None] | None = None
) -> dict[Answer, list[CheckResult]]:
    """What all checks of the answer's notebook say when it takes the place of the reference solution.

    Runs in the sandbox, in one kernel for each exercise. began: called before each answer.
    """
    results: dict[Answer, list[CheckResult]] = {}
    by_exercise: dict[str, list[Answer]] = {}
    for answer in answers:
        by_exercise.setdefault(answer.exercise, []).append(answer)
    judge = Judge()
    judge.start()
    try:
        for exercise, group in by_exercise.items():
            _try_exercise(course, assignment, exercise, group, judge, results, began)
    finally:
        judge.stop()
    return results


def _try_exercise(
    course: Course,
    assignment: str,
    exercise: str,
    answers: list[Answer],
    judge: Judge,
    results: dict[Answer, list[CheckResult]],
    began: Callable[[Answer], None] | None,
) -> None:
    """Each answer's cell is run after the solved notebook, and after it the reference's own cell again."""
    exercises = course.exercises(assignment)
    name = next(one.notebook for one in exercises if one.id == exercise)
    checks = [
        check
        for check in load_checks(course.checks(assignment))
        if any(one.id == check.exercise and one.notebook == name for one in exercises)
    ]
    notebook = nbformat.read(course.source(assignment) / f"{name}.ipynb", as_version=4)
    reference = next(cell.source for cell in notebook.cells if grade_id(cell) == exercise)
    limits = Limits(submission_wall_seconds=3600)
    with Session(notebook, own_files(course.source(assignment)), course.hidden(), limits) as session:
        session.run()
        for answer in answers:
            if began is not None:
                began(answer)
            report = session.run_cell(answer.source)
            cells = {exercise: vars(report)}
            log = logging.getLogger(__name__)
            results[answer] = judge.judge(
                course.checks(assignment), course.source(assignment), checks, cells, 0, session.probe, log
            )
            session.run_cell(f"del {exercise}\n" + reference)


def problems(answer: Answer, results: list[CheckResult]) -> list[str]:
    """What is wrong with the checks, as this answer shows it; nothing, if all is well."""
    found = []
    lost = [result for result in results if result.outcome != "passed"]
    own = [result for result in lost if result.id.startswith(f"{answer.exercise}::")]
    found += [f"loses points outside its exercise: {result.id}" for result in lost if result not in own]
    if answer.right:
        found += [f"is right, but {result.id} says {result.outcome}: {result.message}" for result in own]
    elif not own:
        found.append("is wrong, and no check sees it")
    elif (own[0].misconception, own[0].outcome) != (answer.misconception, answer.outcome):
        found.append(
            f"must be told {answer.misconception} ({answer.outcome}), "
            f"is told {own[0].misconception} ({own[0].outcome}) by {own[0].id}"
        )
    return found
