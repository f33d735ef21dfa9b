"""How known answers are dealt into rounds, and whose it is when a round is not as it should be."""

from collections.abc import Callable, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from autograder.config import load
from autograder.course import Course
from autograder.samples.answers import Answer, load_answers, problems, references
from autograder.samples.trying import _Causes, _Desk, rounds
from autograder.sandbox.session import CellReport
from autograder.verdict import CheckResult

ROOT = Path(__file__).parents[2]
COURSE = Course(load(ROOT).coursedir)
EXERCISES = ["one", "two", "three", "four", "five"]


def answer(exercise: str, name: str = "right_so", misconception: str | None = None) -> Answer:
    right = misconception is None
    return Answer(exercise, name, right, f"{exercise} = {name!r}", misconception, "passed" if right else "failed")


def test_each_answer_has_a_round_beside_others() -> None:
    answers = [
        answer(name, f"right_{n}") for name, many in zip(EXERCISES, (1, 2, 5, 0, 4), strict=True) for n in range(many)
    ]
    found = rounds(answers, EXERCISES)
    assert sorted((one for dealt in found for one in dealt), key=answers.index) == answers
    assert len(found) == 5  # of the exercise with most answers
    assert max(map(len, found)) == 3
    for dealt in found:
        places = [EXERCISES.index(one.exercise) for one in dealt]
        assert places == sorted(set(places))  # in the order of their cells


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_wrong_answers_to_each_exercise_meet_right_ones_to_each_other(assignment: str) -> None:
    known = [*references(COURSE, assignment), *load_answers(ROOT / "tests" / "answers" / assignment)]
    notebooks = {one.id: one.notebook for one in COURSE.exercises(assignment)}
    for notebook in set(notebooks.values()):
        exercises = [one for one in notebooks if notebooks[one] == notebook]
        met = {
            (one.exercise, other)
            for dealt in rounds(known, exercises)
            for one in dealt
            for other in set(exercises) - {beside.exercise for beside in dealt if not beside.right}
            if not one.right
        }
        assert met == set(permutations(exercises, 2))


@pytest.mark.parametrize("exercises", [["one"], EXERCISES])
def test_answers_to_one_exercise_are_tried_alone(exercises: list[str]) -> None:
    answers = [answer("one", f"right_{n}") for n in range(3)]
    assert rounds(answers, exercises) == [[one] for one in answers]


class Kernel:
    """In place of a session: what each name is bound to."""

    def __init__(self) -> None:
        self.bound = dict.fromkeys(EXERCISES, "solution")

    def run_cell(self, source: str, exercise: str = "") -> CellReport:
        if exercise:
            self.bound[exercise] = source.partition(" = ")[2].strip("'")
        return CellReport("ran")


def desk_where(lost: Callable[[dict[str, str], str], str | None]) -> _Desk:
    """A judge with one check an exercise: ``lost(bound, exercise)`` is the misconception that is found."""
    kernel = Kernel()

    def judge(cells: Mapping[str, Any], _log: object) -> list[CheckResult]:
        assert {name for name, value in kernel.bound.items() if value != "solution"} == cells.keys()
        found = {name: lost(kernel.bound, name) for name in EXERCISES}
        return [
            CheckResult(f"{name}::test_it", "", int(told is None), 1, "failed" if told else "passed", told, told)
            for name, told in found.items()
        ]

    return _Desk(kernel, {name: f"{name} = 'solution'" for name in EXERCISES}, judge)  # type: ignore[arg-type]


RIGHT, WRONG = answer("one"), answer("three", "wrong_so", "so")


def test_round_that_is_as_it_should_be_is_judged_once() -> None:
    asked: list[str] = []

    def lost(bound: dict[str, str], exercise: str) -> str | None:
        asked.append(exercise)
        return "so" if bound[exercise].startswith("wrong") else None

    found = desk_where(lost).try_round([RIGHT, WRONG])
    assert len(asked) == len(EXERCISES)
    assert [one.exercise for one in found[RIGHT]] == ["one", "two", "four", "five"]
    assert [one.exercise for one in found[WRONG]] == ["two", "three", "four", "five"]
    assert not problems(RIGHT, found[RIGHT])
    assert not problems(WRONG, found[WRONG])


def test_who_harms_a_neighbour_is_found() -> None:
    """Here an exercise that has its solution, and one that has a right answer."""

    def lost(bound: dict[str, str], exercise: str) -> str | None:
        return "so" if bound["three"] == "wrong_so" and exercise != "five" else None

    found = desk_where(lost).try_round([RIGHT, WRONG])
    assert not problems(RIGHT, found[RIGHT])
    assert problems(WRONG, found[WRONG]) == [
        f"loses points outside its exercise: {name}::test_it: so" for name in ("one", "two", "four")
    ]


@pytest.mark.parametrize(
    ("at", "together", "right", "wrong"),
    [
        ("one", "odd", ["is right, but one::test_it says failed: odd (only beside three/wrong_so)"], []),
        ("three", "odd", [],
         ["must be told so (failed), is told odd (failed) by three::test_it: odd (only beside one/right_so)"]),
        ("three", None, [], ["is wrong, and no check sees it: (only beside one/right_so)"]),
    ],
)  # fmt: skip
def test_what_only_two_together_do_is_told_as_that(
    at: str, together: str | None, right: list[str], wrong: list[str]
) -> None:
    def lost(bound: dict[str, str], exercise: str) -> str | None:
        if exercise == at and "solution" not in (bound["one"], bound["three"]):
            return together
        return "so" if bound[exercise].startswith("wrong") else None

    found = desk_where(lost).try_round([RIGHT, WRONG])
    assert problems(RIGHT, found[RIGHT]) == right
    assert problems(WRONG, found[WRONG]) == wrong


def test_cause_of_a_failure_is_its_last_line_and_its_place() -> None:
    causes = _Causes()
    detail = (
        'Traceback:\n  File "/x/judge/plugin.py", line 3, in f\n'
        '  File "/x/checks/a/test_three.py", line 13, in test_three\n'
        "    1 / 0\nZeroDivisionError: division by zero\n"
    )
    causes.log.error("check %s failed on our side:\n%s", "three::test_three", detail)
    assert causes.of == {"three::test_three": "ZeroDivisionError: division by zero, in test_three.py, line 13"}
