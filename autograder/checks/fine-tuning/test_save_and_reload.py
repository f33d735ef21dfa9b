"""The hidden checks of ``save_and_reload``: the folder that it writes, and the model that comes back."""

import json

import pytest

from autograder.judge.arguments import Folder
from autograder.judge.check import check, told
from autograder.judge.training import adapter_tensors, base_tensors, same
from autograder.judge.values import ModelState

RAISES = {
    "TypeError": "base-first-folder-second",
    "OSError": "adapter-loaded-as-a-model",
    "ValueError": "nothing-saved",  # peft's, where a folder has no config of an adapter
    "FileExistsError": "folder-is-there",
    "RuntimeError": "weights-do-not-fit",
}


@pytest.fixture(scope="module")
def tuned(make_model, recipes):
    """A model whose adapter has learnt something."""
    return make_model(41, lora=recipes.lora)


@pytest.fixture(scope="module")
def fresh(make_model):
    """A base that is another one than the trainer's, so that it can be seen which of them is used."""
    return make_model(42)


@pytest.fixture(scope="module")
def probe(submission, tuned, fresh, make_trainer, rows):
    return submission.probe("save_and_reload", make_trainer(tuned.recipe, rows), Folder(), fresh.recipe)


@pytest.fixture(scope="module")
def files(probe):
    found = probe.arguments[1]
    assert isinstance(found, dict)
    if any(name.endswith(("model.safetensors", "pytorch_model.bin")) and "adapter" not in name for name in found):
        told("whole-model-saved")
    if "adapter_model.bin" in found:
        told("not-safetensors")
    return found


@pytest.fixture(scope="module")
def reloaded(probe):
    value = probe.value
    if value is None:
        told("nothing-returned")
    if not isinstance(value, ModelState) or value.lora is None:
        told("no-peft-model")
    return value


@check(
    "The folder holds an adapter: its weights and its config", points=1, misconception="nothing-saved", raises=RAISES
)
def test_files(files):
    assert {"adapter_config.json", "adapter_model.safetensors"} <= files.keys()


@check(
    "Whoever loads the folder on the base gets the trained adapter",
    points=2,
    misconception="another-adapter-saved",
    raises=RAISES,
)
def test_saved_adapter(files, tuned, recipes):
    from safetensors import SafetensorError
    from safetensors.torch import load

    if not {"adapter_config.json", "adapter_model.safetensors"} <= files.keys():
        told("nothing-saved")
    try:
        config, tensors = json.loads(files["adapter_config.json"]), load(files["adapter_model.safetensors"])
    except (SafetensorError, ValueError, KeyError, RecursionError):
        told("another-adapter-saved")
    assert isinstance(config, dict)
    assert config.get("r") == recipes.lora["r"]
    assert same(adapter_tensors(tensors), adapter_tensors(tuned.module.state_dict()))


@check("What comes back is a base with this adapter", points=2, misconception="adapter-not-loaded", raises=RAISES)
def test_reloaded_adapter(reloaded, tuned):
    if same(adapter_tensors(reloaded.tensors), adapter_tensors(tuned.module.state_dict())):
        return
    if any(name.startswith("base_model.model.base_model.") for name in reloaded.tensors):
        told("the-old-model")
    raise AssertionError


@check("Its base is the one that was given", points=1, misconception="the-old-model", raises=RAISES)
def test_reloaded_base(reloaded, fresh):
    assert same(base_tensors(reloaded.tensors), base_tensors(fresh.module.state_dict()))
