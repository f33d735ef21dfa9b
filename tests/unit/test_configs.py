"""Which fields of a student's config are taken over, ignored, or refused by name. The real classes are far too slow to
import here: ``tests/integration/test_judge.py`` makes them."""

import contextlib
import dataclasses
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge import configs
from autograder.judge.configs import RefusedField, rebuild
from autograder.judge.values import Config, Opaque

REFUSED = {
    "SFTConfig": ["push_to_hub", "hub_model_id", "chat_template_path", "trust_remote_code", "model_init_kwargs"],
    "LoraConfig": ["layer_replication", "auto_mapping", "loftq_config", "eva_config", "rank_pattern"],
}

CHANGE_THE_BASE = ["pissa", "pissa_niter_100000", "eva", "olora", "corda", "loftq", "orthogonal", "mica"]


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Classes that have the fields of the tables, and some that are in none."""
    for kind, table in configs._TABLES.items():
        names = {*table.rules, *table.ignored, *REFUSED[kind]}
        made = dataclasses.make_dataclass(kind, [(name, Any, "default") for name in sorted(names)])
        monkeypatch.setitem(sys.modules, table.module, SimpleNamespace(**{kind: made}))  # type: ignore[arg-type]


def sft(**fields: object) -> Any:
    return rebuild(Config("SFTConfig", fields), output_dir="ours")


def lora(**fields: object) -> Any:
    return rebuild(Config("LoraConfig", fields))


def test_fields_in_their_range_are_taken_over() -> None:
    made = sft(learning_rate=2e-4, max_steps=-1, num_train_epochs=1, packing=True, max_length=None, loss_type="dft")
    assert (made.learning_rate, made.max_steps, made.num_train_epochs) == (2e-4, -1, 1)
    assert (made.packing, made.max_length, made.loss_type) == (True, None, "dft")
    made = sft(lr_scheduler_type="cosine_with_min_lr", lr_scheduler_kwargs={"min_lr_rate": 0.1})
    assert (made.lr_scheduler_type, made.lr_scheduler_kwargs) == ("cosine_with_min_lr", {"min_lr_rate": 0.1})
    made = lora(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=("q_proj", "v_proj"), bias="none")
    assert (made.r, made.lora_alpha, made.lora_dropout, made.bias) == (16, 32, 0.05, "none")
    assert made.target_modules == ["q_proj", "v_proj"]


def test_the_judge_sets_what_it_ignores() -> None:
    made = sft(output_dir="/etc", report_to=["wandb"], use_cpu=False, bf16=True, seed=Opaque("Seed"), logging_steps=1)
    assert (made.output_dir, made.report_to, made.use_cpu, made.bf16) == ("ours", "none", True, False)
    assert (made.seed, made.logging_steps) == ("default", "default")


def test_settings_of_the_judge_come_last() -> None:
    made = rebuild(Config("SFTConfig", {"max_steps": 500}), output_dir="ours", use_cpu=False, max_steps=5)
    assert (made.max_steps, made.use_cpu) == (5, False)


def test_an_output_folder_is_needed() -> None:
    with pytest.raises(TypeError, match="output_dir"):
        rebuild(Config("SFTConfig", {}))


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in REFUSED.items() for name in names])
def test_other_fields_are_refused_by_name(kind: str, name: str) -> None:
    with pytest.raises(RefusedField, match=f"The field `{name}` cannot be set here; leave it at its default"):
        rebuild(Config(kind, {name: True}), **({"output_dir": "ours"} if kind == "SFTConfig" else {}))


def test_name_that_the_class_does_not_have_is_not_repeated() -> None:
    with pytest.raises(RefusedField) as refused:
        lora(**{"<script>": 1})
    assert str(refused.value) == "It has a field that `LoraConfig` does not have."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learning_rate", 0),
        ("learning_rate", 2.0),
        ("learning_rate", True),
        ("learning_rate", float("nan")),
        ("learning_rate", "1e-4"),
        ("num_train_epochs", 101),
        ("max_steps", 0),
        ("max_steps", 10**300),
        ("max_steps", 5.0),
        ("per_device_train_batch_size", 10_000),
        ("lr_scheduler_type", "reduce_lr_on_plateau"),
        ("lr_scheduler_kwargs", {"num_cycles": 1000}),
        ("lr_scheduler_kwargs", {"optimizer": 1}),
        ("lr_scheduler_kwargs", '{"num_cycles": 2}'),
        ("optim", "adamw_bnb_8bit"),
        ("packing", 1),
        ("eos_token", "x" * 101),
        ("max_length", Opaque("int")),
        ("pad_to_multiple_of", 1024),
        ("loss_type", ["nll"]),
    ],
)
def test_value_out_of_range_is_refused(name: str, value: object) -> None:
    with pytest.raises(RefusedField, match=f"The field `{name}` must be .* here"):
        sft(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("r", 0),
        ("r", 257),
        ("r", True),
        ("lora_alpha", 0),
        ("lora_dropout", 1),
        ("target_modules", ["../../etc"]),
        ("target_modules", ["q_proj"] * 65),
        ("target_modules", ["x" * 101]),
        ("target_modules", [1]),
        ("target_modules", "x" * 201),
        ("target_modules", "(q_proj"),
        ("target_modules", "(" * 200),
        ("target_modules", "a{99999999999999999999}"),
        ("modules_to_save", "lm_head"),
        ("modules_to_save", ["(a|a)*b"]),
        *(("init_lora_weights", word) for word in CHANGE_THE_BASE),
        ("init_lora_weights", 1),
        ("init_lora_weights", "/etc/passwd"),
        ("task_type", "WRITING"),
    ],
)
def test_lora_value_out_of_range_is_refused(name: str, value: object) -> None:
    with pytest.raises(RefusedField, match=f"The field `{name}` must be .* here"):
        lora(**{name: value})


@pytest.mark.parametrize("targets", ["all-linear", "q_proj,v_proj", r".*\.(q|v)_proj", ["all-linear"], ["c_attn"], []])
def test_targets_that_are_merely_wrong_are_taken_over(targets: object) -> None:
    assert lora(target_modules=targets).target_modules == targets


@pytest.mark.parametrize(
    "value", [{"skip_prepare_dataset": True}, {1: True, "x": True}, {"x": []}, {"x": Opaque("X")}, "{}", []]
)
def test_rows_are_prepared(value: object) -> None:
    assert sft(dataset_kwargs={"append_concat_token": False}).dataset_kwargs == {"append_concat_token": False}
    with pytest.raises(RefusedField, match="`dataset_kwargs` must be a dictionary of names and truth values"):
        sft(dataset_kwargs=value)


def test_range_is_told() -> None:
    with pytest.raises(RefusedField, match="`r` must be a whole number from 1 to 256 here"):
        lora(r=1000)
    with pytest.raises(RefusedField, match="`bias` must be one of `'none'`, `'all'`, `'lora_only'` here"):
        lora(bias="some")
    with pytest.raises(RefusedField, match="a number of at least 0 and below 1 here"):
        lora(lora_dropout=-1.0)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(Opaque("X")),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


ANY_FIELD = [(kind, name) for kind, table in configs._TABLES.items() for name in sorted(table.rules)]


@given(st.sampled_from(ANY_FIELD), PLAIN)
def test_any_value_is_taken_over_or_refused(field: tuple[str, str], value: object) -> None:
    kind, name = field
    with contextlib.suppress(RefusedField):
        made = getattr(sft(**{name: value}) if kind == "SFTConfig" else lora(**{name: value}), name)
        values = made.values() if type(made) is dict else made if type(made) is list else [made]
        assert all(type(one) in (type(None), bool, int, float, str) for one in values)
