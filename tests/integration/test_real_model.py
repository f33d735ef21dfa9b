"""What the judge sees of configs on SmolLM2. Two steps on the CPU here; profile gpu does more of them, faster.

Needs the model: ``make smollm2``.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from autograder.almanac import records
from autograder.errors import CourseError
from autograder.judge import real_model
from autograder.judge.real_model import Tried, try_on
from autograder.judge.training import Plan
from autograder.judge.values import Config, decode_answer
from autograder.models import smollm2

sys.path.insert(0, str(ROOT / "autograder" / "sandbox" / "inside"))

from encoding import Encoder

RIGHT = sorted((ROOT / "tests" / "answers" / "fine-tuning" / "make_sft_config").glob("right_*.py"))
ROWS = 4
MANY = 32  # so that another order is another one
SFT = {"use_cpu": True, "bf16": False, "max_length": 512, "activation_checkpointing": False}
LORA = {"r": 8, "lora_alpha": 16, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}


def here() -> bool:
    try:
        smollm2.folder()
    except CourseError:
        return False
    return True


pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")  # peft's
needs_model = pytest.mark.skipif(not here(), reason="SmolLM2 is not here: `make smollm2` makes it")


@pytest.fixture(scope="module")
def plan() -> Plan:
    rows = records.rows(records.train_records()[:ROWS])
    return Plan(smollm2.folder(), tuple(json.dumps(row) for row in rows), 1600, 0)


@pytest.fixture(scope="module", autouse=True)
def few_steps() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(real_model.FIXED, "max_steps", 2)
        patch.setitem(real_model.FIXED, "per_device_train_batch_size", 2)
        yield


def tried(plan: Plan, lora: dict[str, Any] | None = None, **settings: Any) -> Tried:
    adapter = None if lora is None else Config("LoraConfig", {**LORA, **lora})
    return try_on(plan, Config("SFTConfig", {**SFT, **settings}), adapter)


@needs_model
def test_full_training_moves_the_model_and_trains_answers_with_their_ends(plan: Plan) -> None:
    found = tried(plan, learning_rate=2e-4)
    answers = [json.loads(row)["completion"][0]["content"] + "<|im_end|>" for row in plan.rows]
    assert [text.strip() for text in found.trained] == answers
    assert len(found.losses) == 2
    assert found.moved
    assert not found.kept
    assert found.usable


@needs_model
def test_adapter_leaves_the_base_as_it_was_and_can_be_loaded_and_merged(plan: Plan) -> None:
    found = tried(plan, {})
    assert found.kept
    assert found.moved
    assert found.usable


@needs_model
def test_questions_that_are_trained_are_seen(plan: Plan) -> None:
    found = tried(plan, {}, completion_only_loss=False)
    assert all("<|im_start|>user" in text for text in found.trained)


@needs_model
def test_how_a_config_optimises_and_lays_out_batches_is_not_judged(plan: Plan) -> None:
    """What suits the small base may suit no large one: such a config would get other marks under profile gpu."""
    odd = {"warmup_steps": 1000, "optim": "sgd", "loss_type": "dft", "packing": True, "pad_to_multiple_of": 64}
    assert tried(plan, {}, **odd, learning_rate=1e-7, max_grad_norm=1e-6) == tried(plan, {})


@needs_model
def test_norm_that_moves_is_seen(plan: Plan) -> None:
    assert not tried(plan, {"target_modules": ["q_proj"], "modules_to_save": ["norm"]}).kept


@needs_model
@pytest.mark.parametrize("answer", RIGHT, ids=lambda path: path.stem)
def test_right_config_trains_whole_answers_in_their_order(
    plan: Plan, answer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under profile gpu it gets the same marks. What is trained does not depend on the model: a tiny one is taken."""
    tiny = LlamaConfig(vocab_size=49152, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1)
    tokenizer = AutoTokenizer.from_pretrained(plan.folder)
    monkeypatch.setattr(real_model, "load_base", lambda *_: (LlamaForCausalLM(tiny), tokenizer))
    monkeypatch.setattr(real_model, "run", lambda _: ())
    found: dict[str, Any] = {}
    exec(answer.read_text(), found)
    config = decode_answer(Encoder(1_000_000).encode(found["make_sft_config"]("anywhere")))
    rows = tuple(json.dumps(row) for row in records.rows(records.train_records()[:MANY]))
    answers = [json.loads(row)["completion"][0]["content"] + "<|im_end|>" for row in rows]
    assert [text.strip() for text in try_on(replace(plan, rows=rows), config, None).trained] == answers


@needs_model
@pytest.mark.parametrize("lora", [None, {}])
def test_what_learns_nothing_is_seen(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lora: dict[str, Any] | None
) -> None:
    """An adapter that was not trained answers as the base does, which no grader could tell from one that was lost."""
    tiny = LlamaConfig(vocab_size=49152, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1)
    LlamaForCausalLM(tiny).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(plan.folder).save_pretrained(tmp_path)
    monkeypatch.setattr(real_model, "run", lambda _: ())
    found = tried(replace(plan, folder=tmp_path), lora)
    assert not found.moved
    assert found.kept
    assert found.usable is (lora is None)


def test_another_model_is_refused(tmp_path: Any) -> None:
    for name in smollm2.SHA256:
        (tmp_path / name).write_text("{}")
    with pytest.raises(CourseError, match="is not the course's own"):
        smollm2.verify(tmp_path)
    with pytest.raises(CourseError, match="make smollm2"):
        smollm2.verify(tmp_path / "nowhere")
