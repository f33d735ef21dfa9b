"""Every right answer gets full marks; every wrong one is told its misconception and loses points in its exercise
alone."""

from pathlib import Path

import pytest

from autograder.answers import Answer, load_answers, problems, try_answers
from autograder.config import load
from autograder.course import Course
from autograder.judge.check import load_checks, load_misconceptions
from autograder.verdict import CheckResult

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "chat-templates"
ANSWERS = load_answers(ROOT / "tests" / "answers" / ASSIGNMENT)

Matrix = dict[Answer, list[CheckResult]]


@pytest.fixture(scope="module")
def course() -> Course:
    return Course(load(ROOT).coursedir)


@pytest.fixture(scope="module")
def matrix(course: Course) -> Matrix:
    return try_answers(course, ASSIGNMENT, ANSWERS)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.exercise}/{answer.name}")
def test_answer_gets_what_it_deserves(matrix: Matrix, answer: Answer) -> None:
    assert problems(answer, matrix[answer]) == []


def test_every_check_is_failed_by_a_wrong_answer(course: Course, matrix: Matrix) -> None:
    failed = {result.id for results in matrix.values() for result in results if result.outcome != "passed"}
    assert {check.id for check in load_checks(course.checks(ASSIGNMENT))} == failed


def test_every_misconception_is_told_to_somebody(course: Course) -> None:
    told = {answer.misconception for answer in ANSWERS if not answer.right}
    assert set(load_misconceptions(course.checks(ASSIGNMENT))) == told


def test_every_exercise_has_answers_enough(course: Course) -> None:
    for exercise in course.exercises(ASSIGNMENT):
        mine = [answer for answer in ANSWERS if answer.exercise == exercise.id]
        assert sum(answer.right for answer in mine) >= 3
        assert sum(not answer.right for answer in mine) >= 4


def test_there_are_checks_enough(course: Course) -> None:
    assert len(load_checks(course.checks(ASSIGNMENT))) >= 20
