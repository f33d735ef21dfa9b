"""The hidden checks of ``merge``: a plain model that answers as the one with the adapter did."""

import pytest

from autograder.judge.check import check, told
from autograder.judge.training import base_tensors
from autograder.judge.values import ModelState

RAISES = {
    "AttributeError": "merged-twice",
    "OSError": "loaded-again",
    "RuntimeError": "another-model-merged",  # onto the notebook's base, which has other sizes
    "Oversized": "another-model-merged",
}


@pytest.fixture(scope="module")
def tuned(make_model, recipes):
    return make_model(51, lora={**recipes.lora, "lora_alpha": 30})  # its own: as nobody's config has it


@pytest.fixture(scope="module")
def merged(submission, tuned):
    value = submission.call("merge", tuned.recipe)
    if value is None:
        told("nothing-returned")
    if not isinstance(value, ModelState):
        told("no-model")
    return value


@pytest.fixture(scope="module")
def whole(merged, tuned):
    """It is told if it lacks the last layer: its weights have other names then."""
    names = base_tensors(tuned.module.state_dict()).keys()
    if names == {f"model.{name}" for name in base_tensors(merged.tensors)}:
        told("head-taken-off")
    return merged


@pytest.fixture(scope="module")
def logits(whole, tuned):
    """What the tuned model computes, what the one that came back does, and ``of(module)``, which says it of any."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    ids = torch.tensor([[5, 17, 301, 44, 9, 260], [7, 7, 300, 12, 99, 401]])

    def of(module):
        with torch.inference_mode():
            return module.eval()(ids).logits

    if {"PeftModel", "LoraModel"} & set(whole.kind) or any(".lora_" in name for name in whole.tensors):
        told("still-an-adapter")
    rebuilt = LlamaForCausalLM(LlamaConfig(**tuned.recipe.architecture))
    own = rebuilt.state_dict()
    assert whole.tensors.keys() <= own.keys()
    assert all(tensor.shape == own[name].shape for name, tensor in whole.tensors.items())
    rebuilt.load_state_dict(whole.tensors, strict=False)
    return of(tuned.module), of(rebuilt), of


@check("It is a plain model, without peft around it", points=2, misconception="still-an-adapter", raises=RAISES)
def test_plain(merged):
    assert "PeftModel" not in merged.kind
    assert not any(".lora_" in name for name in merged.tensors)


@check("It answers as the model with the adapter did", points=2, misconception="another-model-merged", raises=RAISES)
def test_logits(logits, tuned):
    import torch

    wanted, found, of = logits
    with tuned.module.disable_adapter():
        if torch.allclose(found, of(tuned.module), atol=1e-4):
            told("adapter-thrown-away")
    assert torch.allclose(found, wanted, atol=1e-3)


@check(
    "It can be saved and loaded as a model: every weight has the base's name",
    points=1,
    misconception="still-an-adapter",
    raises=RAISES,
)
def test_names(whole, tuned):
    assert base_tensors(tuned.module.state_dict()).keys() <= whole.tensors.keys()
