"""A sample of the right and wrong answers to each exercise; ``course verify`` tries them all."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.config import load
from autograder.course import Course
from autograder.errors import BuildError
from autograder.judge.process import Judge
from autograder.samples.answers import Answer, load_answers, problems, references
from autograder.samples.trying import Matrix, try_answers

ROOT = Path(__file__).parents[2]
COURSE = Course(load(ROOT).coursedir)

QUICK = [name for name in COURSE.assignments() if name != "fine-tuning"]  # for which the judge trains


def sample(assignment: str) -> list[Answer]:
    """Of each exercise the reference solution and the first wrong answer."""
    wrong = [one for one in load_answers(ROOT / "tests" / "answers" / assignment) if not one.right]
    firsts = {answer.exercise: answer for answer in reversed(wrong)}
    return [*references(COURSE, assignment), *firsts.values()]


SAMPLES = [(assignment, answer) for assignment in QUICK for answer in sample(assignment)]


@pytest.fixture(scope="module")
def matrix() -> Callable[[str], Matrix]:
    return functools.cache(lambda assignment: try_answers(COURSE, assignment, sample(assignment)))


@pytest.mark.parametrize(
    ("assignment", "answer"), SAMPLES, ids=[f"{answer.exercise}/{answer.name}" for _, answer in SAMPLES]
)
def test_answer_gets_what_it_deserves(matrix: Callable[[str], Matrix], assignment: str, answer: Answer) -> None:
    assert problems(answer, matrix(assignment)[answer]) == []


def test_answer_that_defines_nothing_is_not_judged_by_the_solution() -> None:
    broken = Answer("decide", "right_broken", True, "def decide(:", None, "passed")
    ((_, results),) = try_answers(COURSE, "sft-or-prompting", [broken]).items()
    assert {one.outcome for one in results if one.id.startswith("decide::")} == {"raised"}


def test_answer_that_harms_another_exercise_is_named_and_who_was_tried_beside_it_is_not() -> None:
    solutions = {one.exercise: one for one in references(COURSE, "sft-or-prompting")}
    source = solutions["decide"].source + "\nkind_of_tuning.clear()\n"
    harmful, beside = Answer("decide", "right_harmful", True, source, None, "passed"), solutions["recall"]
    tried = try_answers(COURSE, "sft-or-prompting", [harmful, beside])
    found = problems(harmful, tried[harmful])
    assert found
    assert all(one.startswith("loses points outside its exercise: kind_of_tuning::") for one in found)
    assert problems(beside, tried[beside]) == []


def test_solved_notebook_that_does_not_run_is_named(scratch: Path) -> None:
    course = Course(load(scratch).coursedir)
    path = course.source("sft-or-prompting") / "sft-or-prompting.ipynb"
    path.write_text(path.read_text().replace("kinds = (", "kinds = jsonn, ("))
    with pytest.raises(BuildError, match=r"sft-or-prompting\.ipynb: .* cell kind_of_tuning-checks raised: NameError"):
        try_answers(course, "sft-or-prompting", references(course, "sft-or-prompting"))


def test_answers_are_tried_with_the_seed_that_the_course_grades_with(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (scratch / "nbgrader_config.py").open("a") as config:
        config.write("\nc.RunAndJudge.seed = 7\n")
    course = Course(load(scratch).coursedir)
    seeds: list[int] = []
    monkeypatch.setattr(Judge, "judge", lambda *words: seeds.append(words[5]) or [])
    try_answers(course, "sft-or-prompting", references(course, "sft-or-prompting")[:1])
    assert seeds == [7]


ONE_IDEA = ("wrong_only-alpaca", "wrong_only-sharegpt", "wrong_last-message-only")


def test_one_wrong_idea_is_told_as_one() -> None:
    """``problems`` looks at the first lost check alone; here the later ones must not blame something else."""
    answers = load_answers(ROOT / "tests" / "answers" / "chat-templates")
    told = try_answers(COURSE, "chat-templates", [one for one in answers if one.name in ONE_IDEA])
    assert {answer.name for answer in told} == set(ONE_IDEA)
    for answer, results in told.items():
        assert {one.misconception for one in results if one.outcome != "passed"} == {answer.misconception}, answer
