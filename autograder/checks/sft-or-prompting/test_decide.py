"""`decide(case)`: the five questions, asked about cases that nobody has seen.

A rule that is wrong costs its own check: the others ask about cases in which it has no say, or compare cases that it
decides alike. Several obstacles at once, which are right one by one, are asked for by the check of the first.
"""

import itertools
import random
from collections import ChainMap

import pytest

from autograder.judge.check import Told, check, told
from autograder.judge.dictionaries import which
from autograder.judge.submission import Raised

PROMPTING, SFT, TASK = CHOICES = ("prompting", "SFT", "task fine-tuning")
OUTPUTS = ("text", "label")
ENOUGH = 200
MANY = 50_000  # examples: enough for everybody
PLENTY = {"prompt_result": "falls short", "facts_missing": False, "examples": 5000, "output": "text"}
NOTHING = {"strict_format": False, "lora": False}
OBSTACLES = NOT_TRIED, GOOD_ENOUGH, FACTS, FEW = (  # in the order of the questions
    {"prompt_result": "not tried"},
    {"prompt_result": "good enough"},
    {"facts_missing": True},
    {"examples": 3},
)
BLOCKED = NOT_TRIED | FACTS | FEW
LOOK_ALIKES = {"team": "label", "last_year": "not tried", "elsewhere": "good enough", "wanted": "text", "gpu": True}


def case(**facts):
    """A case in which nothing speaks against training, but for the facts that are given."""
    return PLENTY | NOTHING | facts


def some(obstacles):
    """Each way to choose some of these obstacles, or none. Of two that exclude each other, the first counts."""
    return [dict(ChainMap(*chosen)) for chosen in itertools.product(*(({}, one) for one in obstacles))]


def combinations():
    """All that can be, but for the facts that decide nothing."""
    for result, missing, examples, output in itertools.product(
        ("not tried", "good enough", "falls short"), (False, True), (40, 199, 200, 300, 3000, 20_000), OUTPUTS
    ):
        yield case(prompt_result=result, facts_missing=missing, examples=examples, output=output)


SPREAD = [
    case(**facts, strict_format=strict_format, lora=lora)
    for facts in ({}, {"output": "label"}, BLOCKED, GOOD_ENOUGH)
    for strict_format in (False, True)
    for lora in (False, True)
]


@pytest.fixture(scope="session")
def enough(seed):
    """Numbers of examples that are enough: at the limit, and far above."""
    rng = random.Random(seed)
    return [ENOUGH, ENOUGH + 1, 1000, PLENTY["examples"], MANY, *(rng.randrange(2 * ENOUGH, MANY) for _ in range(8))]


def shared(enough):
    """The cases that the checks ask about, but for a few."""
    yield from SPREAD
    for asked, strict_format, lora in itertools.product(combinations(), (False, True), (False, True)):
        yield asked | {"strict_format": strict_format, "lora": lora}
    for obstacles, count, output in itertools.product(some(OBSTACLES), enough, OUTPUTS):
        yield case(**{"examples": count} | obstacles | {"output": output})


@pytest.fixture(scope="session")
def asked_before(submission, enough):
    """What came of each case, and whether it stayed as it was: the checks share most of their cases, and each question
    goes to the kernel and back."""
    different = dict.fromkeys(tuple(asked.items()) for asked in shared(enough))
    submission.ask_ahead("decide", ([dict(facts)] for facts in different))
    return {}


def decision(answer):
    """One of the choices, or the misconception. What came back is not kept: hundreds of answers may be large."""
    return "nothing-returned" if answer is None else which(answer, CHOICES) or "not-one-of-the-three"


@pytest.fixture
def ask(submission, asked_before):
    """`ask(case)`: what a submission decides. Names what is wrong with all decisions, first of all."""

    def one(asked):
        facts = tuple(asked.items())
        if facts not in asked_before:
            probe = submission.probe("decide", dict(asked))
            asked_before[facts] = decision(probe.value), probe.arguments == [dict(facts)]
        found, _ = asked_before[facts]
        return found if found in CHOICES else told(found)

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
def blocked(ask):
    """`blocked(case)`: whether it is kept from training. One for which nothing useful comes back costs other checks."""

    def one(asked):
        try:
            return ask(asked) == PROMPTING
        except (Told, Raised):
            return False

    return one


@pytest.fixture
def prompted(ask, blocked, enough):
    """`prompted(obstacle)`: whether it keeps each case from training, alone and together with those of later questions.
    Of these only such as do so alone: the others cost their own checks."""

    def always(obstacle):
        later = (*OBSTACLES[OBSTACLES.index(obstacle) + 1 :], {"examples": ENOUGH - 1})
        right = [one for one in later if blocked(case(**one))]
        cases = [case(**{"examples": count} | others | obstacle) for others in some(right) for count in enough]
        return {ask(asked) for asked in cases} == {PROMPTING}

    return always


@check("Where no prompt has been measured, that comes first", points=1, misconception="no-baseline")
def test_not_tried(prompted):
    assert prompted(NOT_TRIED)


@check("Where a prompt does the job, it stays", points=1, misconception="tuning-without-need")
def test_good_enough(prompted):
    assert prompted(GOOD_ENOUGH)


@check("Where facts are missing, they come from the right place", points=2, misconception="sft-to-add-facts")
def test_facts(prompted):
    assert prompted(FACTS)


@check("Where there is hardly anything to train on, nothing is trained", points=1, misconception="no-data")
def test_examples(ask, rng):
    for count in (0, 1, *(rng.randrange(2, ENOUGH // 2) for _ in range(3))):
        answer = ask(case(examples=count))
        if answer != PROMPTING and {ask(case(examples=few)) for few in (0, ENOUGH - 1)} == {PROMPTING}:
            told("threshold-misplaced")
        assert answer == PROMPTING


@check("200 examples are enough, and 199 are not", points=1, misconception="threshold-misplaced")
def test_threshold(ask, enough):
    if ask(case(examples=0)) != PROMPTING:
        told("no-data")
    for output in OUTPUTS:
        assert len({ask(case(output=output, examples=count)) == PROMPTING for count in enough}) == 1
        if ask(case(output=output, examples=0)) == PROMPTING:  # where labels need none, that costs its own check
            assert ask(case(output=output, examples=ENOUGH - 1)) == PROMPTING


@check("Where texts are wanted and nothing speaks against training", points=1, misconception="measurement-ignored")
def test_text(ask, enough):
    decided = {ask(case(examples=count)) for count in enough}
    if TASK in decided:
        told("classifier-for-open-text")
    if decided == {PROMPTING} and ask(case(lora=True)) != PROMPTING:
        told("lora-decides")
    assert SFT in decided


@check("Where a label is wanted and nothing speaks against training", points=1, misconception="chat-model-for-labels")
def test_label(ask, enough):
    decided = {ask(case(output="label", examples=count)) for count in enough}
    if decided == {PROMPTING}:
        told("lora-decides" if ask(case(output="label", lora=True)) != PROMPTING else "measurement-ignored")
    assert SFT not in decided


@check("A label is no reason to skip the other questions", points=1, misconception="label-asked-first")
def test_label_comes_last(ask, blocked, enough):
    for obstacles, count in itertools.product(filter(None, some(OBSTACLES)), enough):
        asked = case(**{"examples": count} | obstacles)
        if blocked(asked):  # a rule that texts lack, too, costs its own check
            assert ask(asked | {"output": "label"}) == PROMPTING


@check("Whether the output has a strict format decides nothing", points=1, misconception="format-decides")
def test_format(ask):
    for asked in combinations():
        assert ask(asked | {"strict_format": True}) == ask(asked)


@check("Whether LoRA is at hand decides nothing", points=1, misconception="lora-decides")
def test_lora(ask):
    for asked in combinations():
        for strict in (asked, asked | {"strict_format": True}):  # what the format changes costs its own check
            assert ask(strict | {"lora": True}) in (ask(asked), ask(strict))


@check(
    "More keys and another order change nothing, and the case stays as it was",
    points=1,
    misconception="case-taken-apart",
)
def test_more_keys(ask, asked_before, rng):
    usual, answers = [], []
    for asked in (case(), case(output="label"), case(**BLOCKED), case(examples=20)):
        usual.append(ask(asked))
        more = list((asked | LOOK_ALIKES | {"calls_per_day": rng.randrange(1, 999)}).items())
        rng.shuffle(more)
        try:
            answers.append(ask(dict(more)))
        except Raised:  # it has just answered without the additional keys
            told("case-taken-apart")
    if not all(untouched for _, untouched in asked_before.values()):  # in whichever check
        told("case-changed")
    assert answers == usual
