"""`recall`: nine questions from memory, on what the flashcards say."""

import pytest

from autograder.judge.check import check, told

# The right answer first. What stands beside a wrong one is the misconception that it shows.
OPTIONS = {
    "base-model": {
        "continues the text": None,
        "answers and stops": "base-taken-for-assistant",
        "scores each label": "base-taken-for-assistant",
    },
    "sft-example": {
        "a request and its answer": None,
        "a text and its label": "answer-taken-for-label",
        "a text alone": "pretraining-taken-for-sft",
    },
    "classifier-output": {
        "a score for each label": None,
        "a written answer": "scores-taken-for-text",
        "a conversation": "scores-taken-for-text",
    },
    "first-step": {
        "measure a prompt": None,
        "train an adapter": "no-baseline",
        "collect 10,000 examples": "no-baseline",
    },
    "changing-facts": {
        "into the prompt": None,
        "into the weights": "sft-to-add-facts",
        "into an adapter": "sft-to-add-facts",
    },
    "sft-teaches": {
        "how to answer": None,
        "what happened this week": "sft-to-add-facts",
        "to run faster": "sft-makes-it-faster",
    },
    "lora-trains": {
        "a small adapter": None,
        "every weight": "lora-trains-everything",
        "a new last layer": "adapter-taken-for-head",
    },
    "lora-saves": {
        "memory in training": None,
        "collecting examples": "lora-makes-it-free",
        "measuring a prompt": "lora-makes-it-free",
    },
    "flawed-examples": {
        "learns them too": None,
        "corrects them": "flaws-are-harmless",
        "skips them": "flaws-are-harmless",
    },
}


@pytest.fixture
def require(answers, answer_to, chosen):
    """`require(names)`: these questions are answered rightly."""

    def require(*names):
        given = answers("recall")
        for name in names:
            slip = OPTIONS[name][chosen(answer_to(given, name), OPTIONS[name])]
            if slip is not None:
                told(slip)

    return require


@check("What goes in and what comes out", points=2, misconception="answer-taken-for-label")
def test_in_and_out(require):
    require("base-model", "sft-example", "classifier-output")


@check("What prompts are for, and what SFT is for", points=2, misconception="no-baseline")
def test_prompts_and_training(require):
    require("first-step", "changing-facts", "sft-teaches")


@check("What LoRA and examples do", points=2, misconception="lora-makes-it-free")
def test_lora_and_examples(require):
    require("lora-trains", "lora-saves", "flawed-examples")
