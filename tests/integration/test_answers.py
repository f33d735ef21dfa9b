"""A sample of the right and wrong answers to each exercise; ``course verify`` tries them all."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.answers import Answer, load_answers, problems, references, try_answers
from autograder.config import load
from autograder.course import Course
from autograder.verdict import CheckResult

ROOT = Path(__file__).parents[2]
COURSE = Course(load(ROOT).coursedir)

Matrix = dict[Answer, list[CheckResult]]


SLOW = ("lora", "build_trainer", "make_sft_config")  # a notebook and exercises for which the judge trains


def sample(assignment: str) -> list[Answer]:
    """Of each exercise the reference solution and the first wrong answer."""
    slow = {one.id for one in COURSE.exercises(assignment) if {one.id, one.notebook} & {*SLOW}}
    wrong = [one for one in load_answers(ROOT / "tests" / "answers" / assignment) if not one.right]
    firsts = {answer.exercise: answer for answer in reversed(wrong)}
    return [one for one in (*references(COURSE, assignment), *firsts.values()) if one.exercise not in slow]


SAMPLES = [(assignment, answer) for assignment in COURSE.assignments() for answer in sample(assignment)]


@pytest.fixture(scope="module")
def matrix() -> Callable[[str], Matrix]:
    return functools.cache(lambda assignment: try_answers(COURSE, assignment, sample(assignment)))


@pytest.mark.parametrize(
    ("assignment", "answer"), SAMPLES, ids=[f"{answer.exercise}/{answer.name}" for _, answer in SAMPLES]
)
def test_answer_gets_what_it_deserves(matrix: Callable[[str], Matrix], assignment: str, answer: Answer) -> None:
    assert problems(answer, matrix(assignment)[answer]) == []
