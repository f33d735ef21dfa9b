"""The hidden checks of ``make_sft_config``."""

import pytest

from autograder.judge.check import check
from autograder.judge.configs import rebuild


@pytest.fixture
def config(submission):
    return lambda: rebuild(submission.call("make_sft_config", "out"), output_dir="of-the-judge")


@check("The learning rate is usual for LoRA", points=1, misconception="wrong")
def test_learning_rate(config):
    assert 1e-4 <= config().learning_rate <= 5e-4


@check("It ends after one epoch", points=1, misconception="wrong")
def test_epochs(config):
    assert (config().num_train_epochs, config().max_steps) == (1, -1)


@check("Nothing goes anywhere", points=1, misconception="wrong")
def test_harmless(config):
    made = config()
    assert (made.num_train_epochs, made.max_length) == (1, 128)
    assert (made.push_to_hub, made.hub_token, made.hub_model_id, made.model_init_kwargs) == (False, None, None, None)
    assert made.chat_template_path is None
    assert made.output_dir == "of-the-judge"
    assert made.trust_remote_code is False
