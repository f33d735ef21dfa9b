"""`kind_of_tuning`: twelve sentences, each about task fine-tuning or about SFT.

Each check asks for three sentences on one thing, of both kinds: one kind for everything passes none.
"""

import pytest

from autograder.judge.check import check, told
from autograder.judge.dictionaries import which

TASK, SFT = KINDS = ("task fine-tuning", "SFT")
KEY = {
    # A number stands for a label; what lesson 3's classifier learns from.
    "class-number": TASK,
    # The right answer is a text that somebody wrote.
    "written-answer": SFT,
    # Roles and one row of tokens: what a model that writes is trained on.
    "conversation": SFT,
    # The head of lesson 3. SFT keeps the layer that guesses tokens.
    "new-layer": TASK,
    # SFT goes on with what pretraining did, on answers.
    "next-token": SFT,
    # Scores of labels come from a head.
    "score-per-label": TASK,
    # Only a model that guesses tokens can write.
    "generates": SFT,
    # A classifier's result is its highest score.
    "highest-score": TASK,
    # A label is an output of the head; a model that writes needs no new output for a new word.
    "one-more-label": TASK,
    # Two outputs are two labels.
    "two-outputs": TASK,
    # What instruction tuning does to a base model.
    "follows-instructions": SFT,
    # The request says what to do, so one model does many things.
    "many-requests": SFT,
}
SLIPS = {
    "class-number": "supervised-means-sft",
    "written-answer": "answer-taken-for-label",
    "conversation": "answer-taken-for-label",
    "new-layer": "sft-adds-a-head",
    "next-token": "sft-adds-a-head",
    "score-per-label": "sft-adds-a-head",
    "generates": "scores-taken-for-text",
    "highest-score": "scores-taken-for-text",
    "one-more-label": "scores-taken-for-text",
    "two-outputs": "classifier-taken-for-assistant",
    "follows-instructions": "instructions-are-one-task",
    "many-requests": "instructions-are-one-task",
}


@pytest.fixture
def require(answers, answer_to, chosen):
    """`require(names)`: these sentences have their kind."""

    def require(*names):
        given = answers("kind_of_tuning")
        name_the_whole({name: which(given.get(name), KINDS) for name in KEY})
        for name in names:
            if chosen(answer_to(given, name), KINDS) != KEY[name]:
                told(SLIPS[name])

    return require


def name_the_whole(kinds):
    """Where all answers together are what one misconception gives."""
    if set(kinds.values()) == {SFT}:
        told("supervised-means-sft")
    if set(kinds.values()) == {TASK}:
        told("every-tuning-is-a-task")
    if all(kind is not None and kind != KEY[name] for name, kind in kinds.items()):
        told("kinds-swapped")


@check("What one example looks like in each kind of tuning", points=2, misconception="answer-taken-for-label")
def test_examples(require):
    require("class-number", "written-answer", "conversation")


@check("What is trained, and with which last layer", points=2, misconception="sft-adds-a-head")
def test_training(require):
    require("new-layer", "next-token", "score-per-label")


@check("How the result is used", points=2, misconception="scores-taken-for-text")
def test_use(require):
    require("generates", "highest-score", "one-more-label")


@check("What the result can do", points=2, misconception="instructions-are-one-task")
def test_result(require):
    require("two-outputs", "follows-instructions", "many-requests")
