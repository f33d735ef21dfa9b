"""The hidden checks of ``make_lora_config``."""

import re

import pytest

from autograder.judge import alarm
from autograder.judge.check import check
from autograder.judge.configs import rebuild

alarm.CHECK_CPU_SECONDS = 3.0
MODULES = ["q_proj", "v_proj", "lm_head", "gate_up_down_" * 4 + "!"]


@pytest.fixture
def config(submission):
    return lambda: rebuild(submission.call("make_lora_config"))


@check("The rank is 4", points=1, misconception="wrong")
def test_rank(config):
    assert config().r == 4


@check("It goes where it was asked to", points=1, misconception="wrong")
def test_targets(config):
    wanted = config().target_modules or []
    found = [name for name in MODULES if (re.fullmatch(wanted, name) if isinstance(wanted, str) else name in wanted)]
    assert found == ["q_proj", "v_proj"]


@check("It goes there again", points=1, misconception="wrong")
def test_targets_again(config):
    wanted = config().target_modules or []
    found = [name for name in MODULES if (re.fullmatch(wanted, name) if isinstance(wanted, str) else name in wanted)]
    assert found == ["q_proj", "v_proj"]
