"""The hidden checks of ``build_lora_trainer``: the same trainer, with an adapter on a frozen base."""

import copy

import pytest

from autograder.judge.arguments import Dataset, MakeLoraConfig
from autograder.judge.check import check, told
from autograder.judge.configs import rebuild
from autograder.judge.submission import NoAnswer
from autograder.judge.training import base_tensors
from autograder.judge.values import Config, TokenizerState

RAISES = {
    "TypeError": "arguments-do-not-fit",
    "ValueError": "trainer-not-made",
    "KeyError": "trainer-not-made",
    "AttributeError": "trainer-not-made",
    "ImportError": "name-of-an-old-release",
    "OSError": "another-tokenizer",
    "Oversized": "another-model",
}
RIGHT = 0.8
EPOCHS = 1.25  # of the notebook's ``sft_config``; in the recipe, which is for more records, one
FIELDS = {"r": 6, "lora_alpha": 12, "target_modules": ["q_proj", "down_proj"], "task_type": "CAUSAL_LM"}


@pytest.fixture(scope="module")
def given(make_model):
    return make_model(23)


@pytest.fixture(scope="module")
def built(submission, is_trainer, given, tokenizer):
    """``built(fields, rows)``: the trainer for a small model, where these are the fields of the LoRA config. It has an
    adapter."""

    def build(fields, rows):
        value = submission.call(
            "build_lora_trainer",
            given.recipe,
            tokenizer,
            Dataset(rows),
            make_lora_config=MakeLoraConfig(fields),
        )
        found = is_trainer(value)
        if found.model.lora is None:
            inside = any(".lora_" in name for name in found.model.tensors)
            told("adapter-without-peft" if inside else "no-adapter")
        return found

    return build


@pytest.fixture(scope="module")
def state(built, many_rows):
    return built(FIELDS, many_rows)


def for_any_depth(lora):
    """peft has written each target's full name into the config: those of a model with fewer layers than the base."""
    targets = lora.fields.get("target_modules")
    if not isinstance(targets, list) or not all(isinstance(name, str) for name in targets):
        return lora
    return Config(lora.kind, {**lora.fields, "target_modules": sorted({name.rpartition(".")[2] for name in targets})})


def places(tensors):
    """Names of the layers that have an adapter, each with its rank."""
    shapes = {name: tensor.shape for name, tensor in tensors.items() if ".lora_A." in name}
    return {(name.split(".lora_A.")[0].rsplit(".", 1)[-1], *shape[:1]) for name, shape in shapes.items()}


def manner(lora):
    """What else of a LoRA config decides how it learns; what is at its default is not there."""
    return {name: lora.fields.get(name) for name in ("lora_alpha", "lora_dropout", "use_rslora", "use_dora")}


def own_adapter(submission, given):
    """Places and manner of the submission's own config, which may have been made once, when the cell was run."""
    from peft import get_peft_model

    try:
        own = submission.call("make_lora_config")
        assert isinstance(own, Config)
        return places(get_peft_model(copy.deepcopy(given.module), rebuild(own)).state_dict()), manner(own)
    except (NoAnswer, ValueError, TypeError):
        told("another-adapter")


@check("The adapter is the config's own", points=1, misconception="another-adapter", raises=RAISES)
def test_adapter(state, submission, given):
    found = places(state.model.tensors), manner(state.model.lora)
    if found != ({(target, FIELDS["r"]) for target in FIELDS["target_modules"]}, manner(Config("LoraConfig", FIELDS))):
        assert found == own_adapter(submission, given)


@check("Only the adapter can move", points=2, misconception="base-not-frozen", raises=RAISES)
def test_base_is_frozen(state):
    if not state.model.trainable:
        told("adapter-frozen")
    assert all(".lora_" in name for name in state.model.trainable)
    if {name for name in state.model.tensors if ".lora_" in name} != state.model.trainable:
        told("adapter-frozen")


@check("Below it is the model that it was given", points=1, misconception="another-model", raises=RAISES)
def test_base(state, given, require_same):
    if any(".lora_B." in name and tensor.any() for name, tensor in state.model.tensors.items()):
        told("already-trained")
    require_same(base_tensors(state.model.tensors), base_tensors(given.module.state_dict()))


@check(
    "It reads every row, and the loss is on the answers and their ends alone",
    points=1,
    misconception="another-mask",
    raises=RAISES,
)
def test_loss(state, tokenizer, trains_as_asked, require_rows, many_rows):
    if state.tokenizer != TokenizerState.of(tokenizer):
        told("another-tokenizer")
    trains_as_asked(state, many_rows)
    require_rows(state, many_rows)


@check("It trains as the config says", points=1, misconception="no-config", raises=RAISES)
def test_config(state, recipes, train_alike):
    assert isinstance(state.args, Config)
    assert not state.own_optimizer
    assert train_alike(state.args, Config("SFTConfig", {**recipes.lora_sft, "num_train_epochs": EPOCHS}))


@check("With it the base becomes an assistant", points=1, misconception="no-config", raises=RAISES)
def test_base_becomes_an_assistant(built, rows, examine, recipes, on_the_real_model):
    found = built(recipes.lora, rows)
    assert isinstance(found.args, Config)
    lora = for_any_depth(found.model.lora)
    assert examine(found.args, lora).right >= RIGHT
    on_the_real_model(found.args, lora)
