"""The hidden checks of ``build_trainer``: what its trainer reads, trains and changes."""

import pytest

from autograder.judge.arguments import Dataset, MakeSFTConfig
from autograder.judge.check import check, told
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
RIGHT = 0.6  # as of make_sft_config, whose answer may be what trains here


@pytest.fixture(scope="module")
def given(make_model):
    return make_model(11)


@pytest.fixture(scope="module")
def state(submission, is_trainer, recipes, given, tokenizer, many_rows):
    """The trainer for a small model; what its config is comes from the judge."""
    stand_in = MakeSFTConfig(recipes.sft)
    value = submission.call("build_trainer", given.recipe, tokenizer, Dataset(many_rows), make_sft_config=stand_in)
    return is_trainer(value)


@check(
    "It holds the model that it was given, and changed nothing in it",
    points=1,
    misconception="another-model",
    raises=RAISES,
)
def test_model(state, given, require_same):
    if state.model.lora is not None:
        told("adapter-in-full-fine-tuning")
    require_same(base_tensors(state.model.tensors), base_tensors(given.module.state_dict()))


@check("Every weight can move", points=1, misconception="weights-frozen", raises=RAISES)
def test_all_weights_are_trained(state, given):
    if state.model.lora is not None:
        told("adapter-in-full-fine-tuning")
    assert state.model.trainable == {name for name, _ in given.module.named_parameters()}


@check(
    "Every row is read, through the tokenizer's own template", points=1, misconception="another-template", raises=RAISES
)
def test_rows(state, require_rows, many_rows):
    require_rows(state, many_rows)


@check("The loss is on the answers and their ends alone", points=2, misconception="another-mask", raises=RAISES)
def test_loss(state, trains_as_asked, many_rows, tokenizer):
    if state.tokenizer is not None and state.tokenizer.chat_template != tokenizer.chat_template:
        told("another-tokenizer")
    trains_as_asked(state, many_rows)


@check("It has the tokenizer that it was given", points=1, misconception="another-tokenizer", raises=RAISES)
def test_tokenizer(state, tokenizer):
    assert state.tokenizer == TokenizerState.of(tokenizer)


@check("It trains as the config says", points=1, misconception="no-config", raises=RAISES)
def test_config(state, recipes, submission, train_alike):
    assert isinstance(state.args, Config)
    assert not state.own_optimizer
    if train_alike(state.args, Config("SFTConfig", recipes.sft)):
        return
    try:
        own = submission.call("make_sft_config", "anywhere")  # called once, when the cell was run
    except NoAnswer:
        told("no-config")
    assert isinstance(own, Config)
    assert train_alike(state.args, own)


@check("With it the base becomes an assistant", points=1, misconception="no-config", raises=RAISES)
def test_base_becomes_an_assistant(state, examine, on_the_real_model):
    assert isinstance(state.args, Config)
    if state.batch is None:
        told("no-batch")
    assert examine(state.args).right >= RIGHT
    on_the_real_model(state.args)
