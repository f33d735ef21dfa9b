"""The course's own right and wrong answers, and what is to be said to them.

An answer is a file ``tests/answers/<assignment>/<exercise>/right_*.py`` or ``wrong_*.py``: the source of the student's
cell. A wrong one says in its first lines what must be told first::

    # exercise: render_for_inference
    # misconception: no-generation-prompt

and, where that first check does not end in ``failed``, also ``# outcome: raised``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course import Course, grade_id
from autograder.errors import BuildError
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
    for path in sorted(folder.glob("*/*.py")):
        text = path.read_text(encoding="utf-8")
        words = dict(_WORD.findall(text))
        source = _WORD.sub("", text).lstrip("\n")  # a class of samples should not see what is wrong with it
        right = path.name.startswith("right_")
        if not right and not path.name.startswith("wrong_"):
            raise BuildError(f"{path} should be called right_... or wrong_...")
        if not right and (words.get("exercise") != path.parent.name or "misconception" not in words):
            raise BuildError(f"{path}: a wrong answer names its exercise and its misconception in its first lines")
        outcome = words.get("outcome", "passed" if right else "failed")
        answers.append(Answer(path.parent.name, path.stem, right, source, words.get("misconception"), outcome))
    return answers


def references(course: Course, assignment: str) -> list[Answer]:
    """The course's own solutions, as right answers."""
    notebooks = {one.notebook for one in course.exercises(assignment)}
    cells = {name: _cells(course, assignment, name) for name in notebooks}
    return [
        Answer(one.id, "reference", True, cells[one.notebook][one.id], None, "passed")
        for one in course.exercises(assignment)
    ]


def _cells(course: Course, assignment: str, notebook: str) -> dict[str, str]:
    """Sources of the solved notebook's cells, by ``grade_id``."""
    read = nbformat.read(course.source(assignment) / f"{notebook}.ipynb", as_version=4)
    return {grade_id(cell): cell.source for cell in read.cells}


def problems(answer: Answer, results: list[CheckResult]) -> list[str]:
    """What is wrong with the checks, as this answer shows it; nothing, if all is well."""
    found = []
    own = [result for result in results if result.exercise == answer.exercise]
    lost = [result for result in own if result.outcome != "passed"]
    elsewhere = [result for result in results if result not in own and result.outcome != "passed"]
    found += [f"loses points outside its exercise: {_said(result, result.id)}" for result in elsewhere]
    if answer.right:
        found += [f"is right, but {_said(result, f'{result.id} says {result.outcome}')}" for result in lost]
    elif not lost:
        found.append(_said(own[0], "is wrong, and no check sees it"))
    elif (lost[0].misconception, lost[0].outcome) != (answer.misconception, answer.outcome):
        told = f"is told {lost[0].misconception} ({lost[0].outcome}) by {lost[0].id}"
        found.append(f"must be told {answer.misconception} ({answer.outcome}), {_said(lost[0], told)}")
    return found


def _said(result: CheckResult, words: str) -> str:
    """With what it tells, if anything."""
    return words if result.message is None else f"{words}: {result.message}"
