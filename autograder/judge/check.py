"""How a hidden check is written.

A check is a pytest function in ``checks/<assignment>/test_<exercise>.py``. The file's name gives the exercise, the
decorator what the student is told::

    @check("The text ends where the assistant's turn has just begun", points=2, misconception="no-generation-prompt")
    def test_generation_prompt(submission, headers, asking):
        messages = asking()
        text = submission.call("render_for_inference", headers, messages)
        assert text == headers.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)

A plain ``assert`` that fails tells the check's own misconception. Where what came back is what another, recognisable
misconception gives, ``told("its-id")`` names that one.
"""

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, TypeVar

from autograder.errors import BuildError, typed
from autograder.verdict import CheckResult, Outcome

OURS = "The grader could not judge this. It is not your fault: a person will look at it."
BUSY = "What your function gave back kept the grader busy for too long."
CHANCES = 2  # once so many checks of an exercise kept the judge busy, its others are not run: a class is waiting

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Misconception:
    """A wrong idea that students have: what it is, and what helps."""

    title: str
    hint: str


@dataclass(frozen=True)
class Check:
    """What is known of a check without running it. ``raises`` maps names of exceptions to misconceptions."""

    title: str
    points: int
    misconception: str
    raises: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    exercise: str = ""


def without_answer(check: Check, outcome: Outcome, message: str) -> CheckResult:
    """The result of a check that was not run to its end."""
    return CheckResult(check.id, check.title, 0, check.points, outcome, None, message)


class Told(AssertionError):
    """The answer is what this misconception gives."""

    def __init__(self, misconception: str) -> None:
        super().__init__(f"told {misconception!r}")
        self.misconception = misconception


def told(misconception: str) -> NoReturn:
    """Fail the check and name the misconception (an id of the assignment's ``misconceptions.py``)."""
    raise Told(misconception)


def check(
    title: str, *, points: int, misconception: str, raises: Mapping[str, str] | None = None
) -> Callable[[Function], Function]:
    """Mark a pytest function as a hidden check. ``title`` is read by students: it must not give the input away."""

    def mark(function: Function) -> Function:
        function.check = Check(title, points, misconception, raises or {})  # type: ignore[attr-defined]
        return function

    return mark


def load_checks(directory: Path) -> list[Check]:
    """All checks of an assignment: by file, then as written.

    Raises BuildError where a file cannot be loaded, a test is no check, or a misconception is not on the list.
    """
    known = load_misconceptions(directory)
    checks: list[Check] = []
    for path in sorted(directory.glob("test_*.py")):
        exercise = path.stem.removeprefix("test_")
        for name, member in vars(_load(path)).items():
            if name.startswith(("test_", "Test")):
                found = _declared(f"{path}: {name}", member, known)
                checks.append(replace(found, id=f"{exercise}::{name}", exercise=exercise))
    return checks


def checks_of(directory: Path, exercises: Sequence[str]) -> list[Check]:
    """Those of these exercises, in the exercises' order, which is also that of judging: what a function is given in a
    check may hold the answer to an earlier exercise, and a submission could keep it for a later check."""
    chosen = (check for check in load_checks(directory) if check.exercise in exercises)
    return sorted(chosen, key=lambda check: exercises.index(check.exercise))


def _declared(place: str, member: object, known: Mapping[str, Misconception]) -> Check:
    found = getattr(member, "check", None)
    if not isinstance(found, Check):
        raise BuildError(f"{place} is not marked with @check")
    if any(mark.name == "parametrize" for mark in getattr(member, "pytestmark", ())):
        raise BuildError(f"{place} is parametrised: students are told of one check, so loop over the cases in it")
    if unknown := {found.misconception, *found.raises.values()} - known.keys():
        raise BuildError(f"{place} names unknown misconceptions: {', '.join(sorted(unknown))}")
    if type(found.points) is not int or found.points < 1:
        raise BuildError(f"{place} needs points, a whole number from 1")
    return found


def load_misconceptions(directory: Path) -> dict[str, Misconception]:
    """The assignment's misconceptions by id."""
    path = directory / "misconceptions.py"
    if not path.exists():
        raise BuildError(f"{path} is missing")
    known = getattr(_load(path), "MISCONCEPTIONS", None)
    if not isinstance(known, dict) or not all(isinstance(one, Misconception) for one in known.values()):
        raise BuildError(f"{path}: MISCONCEPTIONS should be a dictionary from ids to Misconception(title, hint)")
    if empty := [name for name, one in known.items() if not (one.title.strip() and one.hint.strip())]:
        raise BuildError(f"{path}: without a title, or a hint: {', '.join(empty)}")
    return known


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"checks_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise BuildError(f"{path} cannot be loaded: {typed(error)}") from error
    return module
