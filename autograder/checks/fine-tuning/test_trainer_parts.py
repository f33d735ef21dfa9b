"""``trainer_parts``: ten parts of a training, each brought by every ``Trainer`` or added by ``SFTTrainer``.

Each check asks for parts of both kinds, or of the one that its misconception turns round.
"""

import pytest

from autograder.judge.check import check

OLD, NEW = "Trainer", "SFTTrainer"
KEY = {
    # Lesson 3 had them all: Trainer's own code, which SFTTrainer inherits.
    "training-loop": OLD,
    "optimizer": OLD,
    "accumulation": OLD,
    "checkpoints": OLD,
    "logging": OLD,
    # Trainer wants rows of token ids and labels; SFTTrainer makes them.
    "chat-template": NEW,
    "tokenising": NEW,
    "prompt-mask": NEW,
    "packing": NEW,
    # Trainer trains a model with an adapter, but puts none on.
    "adapter": NEW,
}


@pytest.fixture
def require(sorted_by):
    return sorted_by("trainer_parts", KEY, {NEW: "all-of-it-is-new", OLD: "nothing-is-new"})


@check("Who takes the steps", points=1, misconception="loop-taken-for-new")
def test_steps(require):
    require("training-loop", "optimizer", "accumulation")


@check("Who writes down what happens", points=1, misconception="records-taken-for-new")
def test_records(require):
    require("checkpoints", "logging")


@check("Who gets the rows ready", points=1, misconception="trainer-reads-messages")
def test_rows(require):
    require("chat-template", "tokenising", "prompt-mask", "packing")


@check("Who puts an adapter on", points=1, misconception="trainer-adds-adapters")
def test_adapter(require):
    require("adapter")
