"""`diagnosis`: fourteen situations, each with a choice and a reason.

Situations that differ in one fact are judged together, so that one choice for both passes nowhere.
"""

import pytest

from autograder.judge.check import check, told
from autograder.judge.dictionaries import which

PROMPTING, SFT, TASK = CHOICES = ("prompting", "SFT", "task fine-tuning")
UNMEASURED, ENOUGH, FACTS = "not measured yet", "the prompt is good enough", "facts belong in the prompt"
FEW, BEHAVIOUR, COST = "too few examples", "examples show the behaviour", "the prompt costs too much"
LABEL = "one label from a fixed list"
NEVER_RIGHT = {
    "training adds the facts": "sft-to-add-facts",
    "a format needs training": "format-always-needs-sft",
    "LoRA makes it free": "lora-makes-it-free",
}
REASONS = (UNMEASURED, ENOUGH, FACTS, FEW, BEHAVIOUR, COST, LABEL, *NEVER_RIGHT)

RIGHT = {
    # The times are facts that change each week: no training keeps up with them. The chats do not help, they are old.
    "ferry-times": {(PROMPTING, FACTS)},
    # The facts are there; a manner is missing that prompts were tried for, and 3,000 chats show it.
    "ferry-tone": {(SFT, BEHAVIOUR)},
    # Nobody knows yet what a prompt reaches. 900 pairs are a fine test set, and a format alone is no reason.
    "orders-new": {(PROMPTING, UNMEASURED)},
    # 199 where 190 are needed, at a fine price: nothing is left to gain.
    "orders-fine": {(PROMPTING, ENOUGH)},
    # Measured three times, too low, and what is odd is the way of filling the fields, which 900 pairs show.
    "orders-odd": {(SFT, BEHAVIOUR)},
    # A style that prompts miss, and 2,000 examples of it.
    "verses": {(SFT, BEHAVIOUR)},
    # The same without a single example: there is nothing to train on.
    "verses-first-day": {(PROMPTING, FEW)},
    # A label is wanted, which would be a classifier's work, but 50 emails for six desks are too few for it, too.
    "mail-new-desks": {(PROMPTING, FEW)},
    # A label from a list of six, 40,000 examples. The price is why the prompt goes, and so a good reason as well.
    "mail-desk": {(TASK, LABEL), (TASK, COST)},
    # Text is wanted, so no classifier. The prompt works and is too expensive; 40,000 replies train a smaller model.
    "mail-reply": {(SFT, COST)},
    # Four pages, two million times a day: trained in, each call is short.
    "recipes-millions": {(SFT, COST)},
    # The same prompt costs nothing at ten calls a week.
    "recipes-few": {(PROMPTING, ENOUGH)},
    # The prompt does well for little money. That training would be cheap changes nothing.
    "quiz-lora": {(PROMPTING, ENOUGH)},
    # Both reach what is needed, and both are cheap: either is right, each for its own reason.
    "book-moods": {(PROMPTING, ENOUGH), (TASK, LABEL)},
}
# What a wrong choice shows.
SLIPS = {
    "ferry-times": {SFT: "sft-to-add-facts", TASK: "classifier-for-open-text"},
    "ferry-tone": {PROMPTING: "measurement-ignored", TASK: "classifier-for-open-text"},
    "orders-new": {SFT: "no-baseline", TASK: "classifier-for-open-text"},
    "orders-fine": {SFT: "tuning-without-need", TASK: "classifier-for-open-text"},
    "orders-odd": {PROMPTING: "measurement-ignored", TASK: "classifier-for-open-text"},
    "verses": {PROMPTING: "measurement-ignored", TASK: "classifier-for-open-text"},
    "verses-first-day": {SFT: "no-data", TASK: "classifier-for-open-text"},
    "mail-new-desks": {SFT: "no-data", TASK: "no-data"},
    "mail-desk": {PROMPTING: "prompting-at-any-price", SFT: "chat-model-for-labels"},
    "mail-reply": {PROMPTING: "prompting-at-any-price", TASK: "classifier-for-open-text"},
    "recipes-millions": {PROMPTING: "prompting-at-any-price", TASK: "classifier-for-open-text"},
    "recipes-few": {SFT: "tuning-without-need", TASK: "classifier-for-open-text"},
    "quiz-lora": {SFT: "tuning-without-need", TASK: "classifier-for-open-text"},
    "book-moods": {SFT: "chat-model-for-labels"},
}


@pytest.fixture
def require(answers, answer_to, chosen):
    """`require(names)`: these situations have a right pair."""

    def require(*names):
        given = answers("diagnosis")
        choices = {which(one[0], CHOICES) if is_pair(one) else None for one in map(given.get, RIGHT)}
        if len(choices) == 1 and choices != {None}:
            told("one-answer-for-all")
        for name in names:
            pair = answer_to(given, name)
            if not is_pair(pair):
                told("not-a-pair")
            choice, reason = chosen(pair[0], CHOICES), chosen(pair[1], REASONS)
            if (choice, reason) not in RIGHT[name]:
                told(NEVER_RIGHT.get(reason) or SLIPS[name].get(choice, "reason-does-not-fit"))

    return require


def is_pair(value):
    """A choice and a reason are one, in this order."""
    return isinstance(value, list | tuple) and len(value) == 2 and not which(value[0], REASONS)


@check("The ferry: what is missing in each situation, and what brings it", points=2, misconception="sft-to-add-facts")
def test_facts_or_behaviour(require):
    require("ferry-times", "ferry-tone")


@check("The bakery: what is known of the prompt", points=3, misconception="no-baseline")
def test_baseline(require):
    require("orders-new", "orders-fine", "orders-odd")


@check("The card shop and the railway's new desks: what there is to train on", points=3, misconception="no-data")
def test_examples(require):
    require("verses", "verses-first-day", "mail-new-desks")


@check("The railway's emails: what is wanted of the model", points=2, misconception="chat-model-for-labels")
def test_label_or_text(require):
    require("mail-desk", "mail-reply")


@check("The recipes: what a prompt costs", points=2, misconception="prompting-at-any-price")
def test_price(require):
    require("recipes-millions", "recipes-few")


@check("The pub quiz: whether there is something to gain", points=1, misconception="lora-makes-it-free")
def test_lora(require):
    require("quiz-lora")


@check("The library: a choice, and the reason that goes with it", points=1, misconception="reason-does-not-fit")
def test_either(require):
    require("book-moods")
