"""`decide(case)`: the five questions, asked about cases that nobody has seen.

Each check asks about cases which one rule decides, with everything else as it should be. So who has one rule wrong
loses that rule's check alone. The facts that decide nothing vary only in the checks that are about them.
"""

import itertools

import pytest

from autograder.judge.check import check, told
from autograder.judge.submission import Raised
from autograder.judge.tables import which

PROMPTING, SFT, TASK = CHOICES = ("prompting", "SFT", "task fine-tuning")
ENOUGH = 200
MANY = 50_000  # examples: enough for everybody
PLENTY = {"prompt_result": "falls short", "facts_missing": False, "examples": 5000, "output": "text"}
NOTHING = {"strict_format": False, "lora": False}
BLOCKED = {"prompt_result": "not tried", "facts_missing": True, "examples": 3}
OBSTACLES = (*({name: value} for name, value in BLOCKED.items()), {"prompt_result": "good enough"})


def case(**facts):
    """A case in which nothing speaks against training, but for the facts that are given."""
    return PLENTY | NOTHING | facts


SPREAD = [
    case(**facts, strict_format=strict_format, lora=lora)
    for facts in ({}, {"output": "label"}, BLOCKED, {"prompt_result": "good enough"})
    for strict_format in (False, True)
    for lora in (False, True)
]


@pytest.fixture(scope="session")
def asked_before():
    """Decisions by case: the checks share most of their cases, and each question goes to the kernel and back."""
    return {}


@pytest.fixture
def ask(submission, asked_before):
    """`ask(case)`: what a submission decides. Names what is wrong with all decisions, first of all."""

    def one(asked):
        facts = tuple(asked.items())
        if facts not in asked_before:
            asked_before[facts] = submission.call("decide", dict(asked))
        answer = asked_before[facts]
        if answer is None:
            told("nothing-returned")
        return which(answer, CHOICES) or told("not-one-of-the-three")

    decided = [one(asked) for asked in SPREAD]
    if len(set(decided)) == 1:
        if {one(asked) for asked in combinations()} == set(decided):
            told("one-answer-for-all")
        return one
    for fact, misconception in (("strict_format", "format-decides"), ("lora", "lora-decides")):
        if len({(asked[fact], answer) for asked, answer in zip(SPREAD, decided, strict=True)}) == 2:
            told(misconception)
    return one


@pytest.fixture
def many(rng):
    """Numbers of examples that are more than enough."""
    return lambda count=5: [rng.randrange(2 * ENOUGH, MANY) for _ in range(count)]


@check("Where no prompt has been measured, that comes first", points=1, misconception="no-baseline")
def test_not_tried(ask, many):
    for count in many():
        assert ask(case(prompt_result="not tried", examples=count)) == PROMPTING


@check("Where a prompt does the job, it stays", points=1, misconception="tuning-without-need")
def test_good_enough(ask, many):
    for count in many():
        assert ask(case(prompt_result="good enough", examples=count)) == PROMPTING


@check("Where facts are missing, they come from the right place", points=2, misconception="sft-to-add-facts")
def test_facts(ask, many):
    for count in many():
        assert ask(case(facts_missing=True, examples=count)) == PROMPTING


@check("Where there is hardly anything to train on, nothing is trained", points=1, misconception="no-data")
def test_examples(ask, rng):
    for count in (0, 1, *(rng.randrange(2, ENOUGH // 2) for _ in range(3))):
        assert ask(case(examples=count)) == PROMPTING


@check("200 examples are enough, and 199 are not", points=1, misconception="threshold-misplaced")
def test_threshold(ask):
    plenty = ask(case())
    if plenty == PROMPTING != ask(case(examples=MANY)):
        told("threshold-misplaced")
    if ask(case(examples=0)) != PROMPTING:
        told("no-data")
    assert ask(case(examples=ENOUGH - 1)) == PROMPTING
    assert ask(case(examples=ENOUGH)) == ask(case(examples=ENOUGH + 1)) == plenty


@check("Where texts are wanted and nothing speaks against training", points=1, misconception="measurement-ignored")
def test_text(ask, many):
    for count in many():
        answer = ask(case(examples=count))
        if answer == TASK:
            told("classifier-for-open-text")
        if answer == PROMPTING and ask(case(examples=count, lora=True)) != PROMPTING:
            told("lora-decides")
        if answer == PROMPTING and ask(case(examples=MANY)) != PROMPTING:
            told("threshold-misplaced")
        assert answer == SFT


@check("Where a label is wanted and nothing speaks against training", points=1, misconception="chat-model-for-labels")
def test_label(ask, many):
    for count in many():
        answer = ask(case(output="label", examples=count))
        if answer == PROMPTING and ask(case(output="label", examples=MANY)) != PROMPTING:
            told("threshold-misplaced")
        if answer == PROMPTING:
            told("lora-decides" if ask(case(output="label", lora=True)) != PROMPTING else "measurement-ignored")
        assert answer == TASK


@check("A label is no reason to skip the other questions", points=1, misconception="label-asked-first")
def test_label_comes_last(ask, rng):
    for _ in range(3):  # everything speaks against training: one rule that is missing does not matter here
        assert ask(case(**BLOCKED | {"examples": rng.randrange(0, ENOUGH // 2)}, output="label")) == PROMPTING
    for obstacle in OBSTACLES:
        if ask(case(**obstacle)) == PROMPTING:  # a rule that texts lack, too, costs its own check
            assert ask(case(**obstacle, output="label")) == PROMPTING


def combinations():
    """All that can be, but for the facts that decide nothing."""
    for result, missing, examples, output in itertools.product(
        ("not tried", "good enough", "falls short"), (False, True), (40, 150, 300, 3000, 20_000), ("text", "label")
    ):
        yield case(prompt_result=result, facts_missing=missing, examples=examples, output=output)


@check("Whether the output has a strict format decides nothing", points=1, misconception="format-decides")
def test_format(ask):
    for asked in combinations():
        assert ask(asked | {"strict_format": True}) == ask(asked)


@check("Whether LoRA is at hand decides nothing", points=1, misconception="lora-decides")
def test_lora(ask):
    for asked in combinations():
        assert ask(asked | {"lora": True}) == ask(asked)


@check(
    "More keys and another order change nothing, and the case stays as it was",
    points=1,
    misconception="case-taken-apart",
)
def test_more_keys(submission, ask, rng):
    for asked in (case(), case(output="label"), case(**BLOCKED), case(examples=20)):
        usual = ask(asked)
        more = list((asked | {"team": "harbour office", "calls_per_day": rng.randrange(1, 999), "gpu": True}).items())
        rng.shuffle(more)
        try:
            probe = submission.probe("decide", dict(more))
        except Raised:  # it has just answered without the additional keys
            told("case-taken-apart")
        if probe.arguments != [dict(more)]:
            told("case-changed")
        assert ask(dict(more)) == usual
