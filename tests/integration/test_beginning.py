"""Configs that say the same in other words are trained once; those that do not, each by itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.almanac import records
from autograder.judge import training
from autograder.judge.training import Plan, Trained, train
from autograder.judge.values import Config

BASE = Path(__file__).parents[2] / "source" / "fine-tuning" / "base"
SFT = {"learning_rate": 2e-4, "max_steps": 2, "per_device_train_batch_size": 8}
LORA = {"r": 16, "lora_alpha": 32, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}
LAYERS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

pytestmark = pytest.mark.filterwarnings("ignore")  # of what trl and peft say about releases to come


@pytest.fixture(scope="module", autouse=True)
def nothing_trained() -> Iterator[None]:
    """What others have trained is not what is looked at."""
    training.forget()
    yield
    training.forget()


def trained(fields: dict[str, Any], lora: dict[str, Any] | None = None, seed: int = 0, rows: int = 16) -> Trained:
    data = records.rows(records.train_records()[:rows])
    plan = Plan(BASE, tuple(json.dumps(row) for row in data), 64, seed)
    return train(plan, Config("SFTConfig", fields), lora and Config("LoraConfig", lora))


ALIKE = {
    "defaults said aloud": ({**SFT, "weight_decay": 0.0, "packing": False, "lr_scheduler_type": "linear"}, None),
    "a length that no row reaches": ({**SFT, "max_length": 400, "truncation_mode": "keep_end"}, None),
    "each layer's name": (SFT, {**LORA, "target_modules": LAYERS}),
    "a pattern": (SFT, {**LORA, "target_modules": ".*_proj"}),
    "an adapter's defaults": (SFT, {**LORA, "lora_dropout": 0.0, "bias": "none", "init_lora_weights": True}),
    "biases that the base does not have": (SFT, {**LORA, "bias": "all"}),
    "another scale of the same strength": (SFT, {**LORA, "lora_alpha": 8, "use_rslora": True}),
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_begins_alike_is_trained_once_and_would_have_gone_alike(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, lora = ALIKE[name]
    usual = trained(SFT, lora and LORA)
    assert trained(fields, lora) is usual
    monkeypatch.setattr(training, "_train", training._train.__wrapped__)
    monkeypatch.setattr(training, "_by_beginning", {})
    again = trained(fields, lora)
    assert again is not usual
    assert again.losses == usual.losses
    weights = usual.model.state_dict()
    assert all(torch.equal(one, weights[other]) for other, one in again.model.state_dict().items())


@pytest.mark.parametrize(
    ("fields", "lora", "more"),
    [
        ({**SFT, "learning_rate": 2.1e-4}, None, {}),
        ({**SFT, "max_length": 40}, None, {}),
        ({**SFT, "weight_decay": 0.1}, None, {}),
        ({**SFT, "eos_token": "<|endoftext|>"}, None, {}),
        (SFT, None, {"seed": 1}),
        (SFT, None, {"rows": 15}),
        (SFT, {**LORA, "r": 8, "lora_alpha": 16}, {}),
        (SFT, {**LORA, "lora_alpha": 33}, {}),
        (SFT, {**LORA, "use_rslora": True}, {}),
        (SFT, {**LORA, "use_dora": True}, {}),
        (SFT, {**LORA, "lora_dropout": 0.1}, {}),
        (SFT, {**LORA, "modules_to_save": ["lm_head"]}, {}),
        (SFT, {**LORA, "target_modules": LAYERS[:-1]}, {}),
    ],
)
def test_what_does_not_is_trained_by_itself(
    fields: dict[str, Any], lora: dict[str, Any] | None, more: dict[str, int]
) -> None:
    one, usual, adapted = trained(fields, lora, **more), trained(SFT), trained(SFT, LORA)
    assert usual is not adapted
    assert one is not usual
    assert one is not adapted
