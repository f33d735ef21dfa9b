"""``lora_needs``: of what LoRA needs far less than full fine-tuning, and of what about as much."""

import pytest

from autograder.judge.check import check

LESS, AS_MUCH = "far less", "about as much"
KEY = {
    # Only what is trained has them beside it, and that is the adapter.
    "gradients": LESS,
    "averages": LESS,
    # Every text goes through the whole model all the same, and every layer keeps its input.
    "activations": AS_MUCH,
    "layers": AS_MUCH,
    # The adapter alone is saved.
    "file": LESS,
    # What has to be learnt is the same.
    "examples": AS_MUCH,
    # A merged model is one like the base.
    "merged-size": AS_MUCH,
    "merged-time": AS_MUCH,
}


@pytest.fixture
def require(sorted_by):
    return sorted_by("lora_needs", KEY, {LESS: "lora-saves-everything", AS_MUCH: "lora-saves-nothing"})


@check("What stands beside each weight in training", points=1, misconception="frozen-weights-taken-for-trained")
def test_beside_each_weight(require):
    require("gradients", "averages")


@check("What a step takes", points=1, misconception="step-taken-for-cheap")
def test_step(require):
    require("activations", "layers")


@check("What one more task takes on disk", points=1, misconception="adapter-taken-for-large")
def test_file(require):
    require("file")


@check("How many examples it takes", points=1, misconception="examples-saved")
def test_examples(require):
    require("examples")


@check("What a merged model takes", points=1, misconception="merged-taken-for-small")
def test_merged(require):
    require("merged-size", "merged-time")
