"""Exercises are judged in their order, and what was wrong in an earlier one is not charged again in a later one."""

import logging
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.judge.check import checks_of
from autograder.judge.process import Judge
from autograder.verdict import CheckResult

CONFTEST = """
import pytest
from autograder.judge import alarm
from autograder.judge.arguments import ApplyChatTemplate

alarm.CHECK_CPU_SECONDS = 1.0

@pytest.fixture(scope="session")
def stand_ins():
    return {name: ApplyChatTemplate({}) for name in ("zinc", "iron", "gold")}
"""
MISCONCEPTIONS = """
from autograder.judge.check import Misconception

MISCONCEPTIONS = {name: Misconception(name, name) for name in ("wrong", "four", "five")}
"""
CHECK = """
from autograder.judge.check import check, told

@check("It is three", points=1, misconception="wrong")
def test_it(submission, rng):
    found = submission.call("{name}", rng.randrange(10**9))
    if found in (4, 5):
        told("four" if found == 4 else "five")
    assert found == 3
"""
PATTERNS = """
import re
from autograder.judge.check import check

@check("The pattern matches", points=1, misconception="wrong")
def test_one(submission):
    assert re.fullmatch(submission.call("lead"), "a" * 60)

@check("The pattern matches again", points=1, misconception="wrong")
def test_two(submission):
    assert re.fullmatch(submission.call("lead"), "a" * 60)
"""
IN_TURN = ["zinc", "iron", "gold"]  # not by name

Request = dict[str, Any]
Say = Callable[..., list[CheckResult]]


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("checks")
    (directory / "conftest.py").write_text(CONFTEST)
    (directory / "misconceptions.py").write_text(MISCONCEPTIONS)
    (directory / "test_lead.py").write_text(PATTERNS)
    for name in IN_TURN:
        (directory / f"test_{name}.py").write_text(textwrap.dedent(CHECK.format(name=name)))
    return directory


@pytest.fixture(scope="module")
def say(checks: Path) -> Iterator[Say]:
    """What these exercises' checks say when a request is answered with this value, or with this reply."""
    judge = Judge()

    def run(answer: Callable[[Request], Any], exercises: Sequence[str] = IN_TURN, seed: int = 0) -> list[CheckResult]:
        def reply(request: Request) -> dict[str, Any]:
            found = answer(request)
            after = request["arguments"]
            return found if isinstance(found, dict) else {"status": "returned", "value": found, "arguments": after}

        return judge.judge(checks, checks, checks_of(checks, exercises), {}, seed, reply, logging.getLogger(__name__))

    yield run
    judge.stop()


def test_judged_in_their_order(say: Say) -> None:
    asked = []
    say(lambda request: asked.append(request["name"]) or 3)
    assert asked == IN_TURN


def test_only_what_has_been_judged_stands_in(say: Say) -> None:
    """Else a submission could keep it, and answer with it."""
    given = []
    say(lambda request: given.append((request["name"], sorted(request["given"]))) or 4)
    assert given == [("zinc", []), ("iron", []), ("iron", ["zinc"]), ("gold", []), ("gold", ["iron", "zinc"])]


def test_what_has_lost_no_points_does_not_stand_in(say: Say) -> None:
    """There is nothing to make up for, and who answers otherwise where something stands in would have two tries."""
    given = []

    def answer(request: Request) -> int:
        given.append((request["name"], sorted(request["given"])))
        return 3 if request["name"] == "zinc" or request["given"] else 4

    assert [one.outcome for one in say(answer)] == ["passed", "failed", "passed"]
    assert given == [("zinc", []), ("iron", []), ("gold", []), ("gold", ["iron"])]


def test_asked_again_with_the_same_input(say: Say) -> None:
    inputs: dict[str, list[int]] = {}
    say(lambda request: inputs.setdefault(request["name"], []).extend(request["arguments"]) or 4)
    first, second = inputs["gold"]
    assert first == second


def test_another_seed_brings_other_inputs_and_the_same_seed_the_same(say: Say) -> None:
    """Graders change it, so that what somebody has found out helps nobody."""
    inputs: list[tuple[int, ...]] = []
    for seed in (0, 1, 1):
        asked: list[int] = []
        say(lambda request, asked=asked: asked.extend(request["arguments"]) or 3, seed=seed)
        inputs.append(tuple(asked))
    assert len(inputs[0]) == 3
    assert not set(inputs[0]) & set(inputs[1])
    assert inputs[1] == inputs[2]


def test_what_lost_points_is_known_when_the_judge_was_lost(checks: Path) -> None:
    judge, asked = Judge(), []

    def reply(request: Request) -> dict[str, Any]:
        asked.append((request["name"], sorted(request["given"])))
        if request["name"] == "iron":
            judge._process.kill()  # type: ignore[union-attr]
        return {"status": "returned", "value": 4, "arguments": [0]}

    found = judge.judge(checks, checks, checks_of(checks, IN_TURN), {}, 0, reply, logging.getLogger(__name__))
    judge.stop()
    assert [one.outcome for one in found] == ["failed", "grader error", "failed"]
    assert asked == [("zinc", []), ("iron", []), ("gold", []), ("gold", ["iron", "zinc"])]


RAISED = {"status": "raised", "type": ["TypeError"], "cell_line": 1}
STUB = {"status": "raised", "type": ["NotImplementedError"], "cell_line": 1}
SLOW = {"status": "timed out", "message": "too slow"}


@pytest.mark.parametrize(
    ("alone", "helped", "outcome", "misconception"),
    [
        (4, 3, "passed", None),
        (RAISED, 3, "passed", None),
        (STUB, 3, "passed", None),  # of the earlier exercise, which this one calls
        (4, 5, "failed", "five"),  # its own mistake
        (RAISED, 5, "failed", "five"),
        (4, RAISED, "failed", "four"),  # an own function with other parameters, where the stand-in is in the way
        (4, SLOW, "failed", "four"),
        (STUB, RAISED, "missing", None),
        (SLOW, 3, "timed out", None),  # asked once: the class is waiting
    ],
)
def test_asked_again_with_right_functions_for_earlier_exercises(
    say: Say, alone: Any, helped: Any, outcome: str, misconception: str | None
) -> None:
    found = say(lambda request: helped if request["given"] else alone)[-1]
    assert (found.outcome, found.misconception) == (outcome, misconception)


def test_answer_that_hangs_the_judge_with_stand_ins_is_asked_with_them_once(say: Say) -> None:
    asked = []

    def answer(request: Request) -> object:
        asked.append((request["name"], sorted(request["given"])))
        return {"zinc": 4, "lead": "(a|a)*b" if request["given"] else "b"}[request["name"]]

    assert [one.outcome for one in say(answer, ["zinc", "lead"])] == ["failed", "failed", "failed"]
    assert asked == [("zinc", []), ("lead", []), ("lead", ["zinc"]), ("lead", [])]
