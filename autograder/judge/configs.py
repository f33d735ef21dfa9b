"""Configs that students make, made again on the trusted side.

A field is taken over by a rule of its own, or ignored because the judge sets it (logging, saving, evaluation, device,
precision, seed), or refused by name. So nothing that reads files, runs code or reaches the network comes through,
and what a release of trl or peft adds is refused until somebody has looked at it.
"""

import dataclasses
import importlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.judge.alarm import paused
from autograder.judge.rules import (
    FLAG,
    NAMES,
    PATTERN,
    PREPARED,
    WORD,
    Rule,
    either,
    number,
    one_of,
    optional,
    some_of,
    whole,
)
from autograder.judge.submission import Unusable
from autograder.judge.values import Config


class RefusedField(Unusable):
    """A field of a student's config cannot be taken over. The message is for the student."""


def rebuild(config: Config, **settings: Any) -> Any:
    """The real SFTConfig or LoraConfig, with the student's fields, and the judge's settings in place of theirs.

    An SFTConfig needs ``output_dir`` among the settings; by itself it trains on the CPU, and neither saves nor
    reports. Raises RefusedField.
    """
    table = _TABLES[config.kind]
    if missing := table.needed - settings.keys():
        raise TypeError(f"the judge must set {', '.join(missing)}")
    fields = allowed(config)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what will change in a later release
        return _kind(config)(**{**fields, **table.settings, **settings})


def allowed(config: Config) -> dict[str, Any]:
    """The fields that are taken over: two configs that differ in nothing else describe the same training.

    Their values are what JSON can hold. Raises RefusedField.
    """
    table = _TABLES[config.kind]
    known = {field.name for field in dataclasses.fields(_kind(config))}
    fields = {}
    for name, value in config.fields.items():
        if name not in known:  # not said which: the name could be anything
            raise RefusedField(f"It has a field that `{config.kind}` does not have.")
        if name not in table.ignored:
            fields[name] = _allowed(name, value, table.rules)
    return fields


def _kind(config: Config) -> Any:
    with paused():  # the first import takes seconds, which are not the student's
        return getattr(importlib.import_module(_TABLES[config.kind].module), config.kind)


def _allowed(name: str, value: Any, rules: Mapping[str, Rule]) -> Any:
    if name not in rules:
        raise RefusedField(f"The field `{name}` cannot be set here; leave it at its default.")
    value = list(value) if type(value) is tuple else value
    if not rules[name].allows(value):
        raise RefusedField(f"The field `{name}` must be {rules[name].says} here.")
    return value


@dataclass(frozen=True)
class Table:
    """What is known of a kind of config. settings: what the judge sets, unless it is told otherwise."""

    module: str
    rules: Mapping[str, Rule]
    ignored: frozenset[str]
    settings: Mapping[str, Any]
    needed: frozenset[str]


_CURVE = one_of("linear", "cosine", "1-sqrt")
_SFT_RULES = {
    # how long, and on how much at a time
    "num_train_epochs": number(0, 100, above=True),
    "max_steps": either(whole(1, 10_000), one_of(-1)),
    "per_device_train_batch_size": whole(1, 256),
    "gradient_accumulation_steps": whole(1, 256),
    "dataloader_drop_last": FLAG,
    "train_sampling_strategy": one_of("random", "sequential", "group_by_length"),
    # the optimizer
    "learning_rate": number(1e-7, 1, above=True),  # where the polynomial schedule ends
    "lr_scheduler_type": one_of(
        *("linear", "cosine", "cosine_with_restarts", "cosine_with_min_lr", "cosine_warmup_with_min_lr", "polynomial"),
        *("constant", "constant_with_warmup", "inverse_sqrt", "warmup_stable_decay"),
    ),
    "lr_scheduler_kwargs": optional(
        some_of(
            num_cycles=number(0, 100),
            power=number(0, 100),
            lr_end=number(0, 1),
            min_lr=number(0, 1),
            min_lr_rate=number(0, 1),
            min_lr_ratio=number(0, 1),
            warmup_lr_rate=number(0, 1),
            warmup_type=_CURVE,
            decay_type=_CURVE,
            num_stable_steps=whole(0, 10_000),
            num_decay_steps=whole(0, 10_000),
            timescale=whole(1, 10_000),
        )
    ),
    "warmup_steps": number(0, 10_000),
    "optim": one_of("adamw_torch", "adamw_torch_fused", "adafactor", "adagrad", "rmsprop", "sgd"),
    "weight_decay": number(0, 1),
    "adam_beta1": number(0, 1, below=True),
    "adam_beta2": number(0, 1, below=True),
    "adam_epsilon": number(0, 1, above=True),
    "max_grad_norm": number(0, 1000),
    "neftune_noise_alpha": optional(number(0, 1000)),
    # the loss
    "completion_only_loss": optional(FLAG),
    "assistant_only_loss": FLAG,
    "loss_type": one_of("nll", "dft", "chunked_nll"),
    "label_smoothing_factor": number(0, 1),
    # the data
    "dataset_text_field": WORD,
    "eos_token": optional(WORD),
    "pad_token": optional(WORD),
    "max_length": optional(whole(1, 8192)),
    "truncation_mode": one_of("keep_start", "keep_end"),
    "pad_to_multiple_of": optional(whole(1, 64)),  # more is padding alone, and the class is waiting
    "shuffle_dataset": FLAG,
    "dataset_kwargs": optional(PREPARED),
    "packing": FLAG,
    "packing_strategy": one_of("bfd", "bfd_split", "wrapped"),
}
_SAVING = "output_dir save_strategy save_steps save_total_limit save_only_model save_on_each_node enable_jit_checkpoint"
_LOGGING = (
    "logging_strategy logging_steps logging_first_step logging_nan_inf_filter log_on_each_node log_level"
    " log_level_replica disable_tqdm report_to run_name project trackio_space_id trackio_bucket_id"
    " trackio_static_space_id include_num_input_tokens_seen skip_memory_metrics"
)
_EVALUATION = (  # the judge has its own
    "do_train do_eval do_predict eval_strategy eval_steps eval_delay eval_on_start eval_packing"
    " eval_accumulation_steps eval_do_concat_batches eval_use_gather_object per_device_eval_batch_size"
    " prediction_loss_only batch_eval_metrics include_for_metrics metric_for_best_model greater_is_better"
    " load_best_model_at_end"
)
_COLUMNS = "remove_unused_columns label_names"  # what SFTTrainer makes has no others
_SEED = "seed data_seed full_determinism"
_PRECISION = "bf16 fp16 bf16_full_eval fp16_full_eval tf32"
_DEVICE = (  # and what trades time for memory
    "use_cpu torch_compile torch_compile_backend torch_compile_mode use_liger_kernel liger_kernel_config use_cache"
    " activation_checkpointing activation_checkpointing_kwargs gradient_checkpointing gradient_checkpointing_kwargs"
    " activation_offloading torch_empty_cache_steps auto_find_batch_size average_tokens_across_devices"
    " ddp_find_unused_parameters dataloader_num_workers dataloader_pin_memory dataloader_persistent_workers"
    " dataloader_prefetch_factor dataloader_multiprocessing_context dataloader_in_order dataset_num_proc"
)
_SFT_IGNORED = frozenset(f"{_SAVING} {_LOGGING} {_EVALUATION} {_COLUMNS} {_SEED} {_PRECISION} {_DEVICE}".split())
SFT_SETTINGS = {
    "use_cpu": True,
    "bf16": False,
    "activation_checkpointing": False,
    "save_strategy": "no",
    "report_to": "none",
    "disable_tqdm": True,
}
_TASKS = "CAUSAL_LM SEQ_CLS SEQ_2_SEQ_LM TOKEN_CLS QUESTION_ANS FEATURE_EXTRACTION"  # of peft
_LORA_RULES = {
    "r": whole(1, 256),
    "lora_alpha": number(0, 4096, above=True),
    "lora_dropout": number(0, 1, below=True),
    "target_modules": optional(either(NAMES, PATTERN)),  # "all-linear" passes for a pattern, and peft knows it
    "exclude_modules": optional(either(NAMES, PATTERN)),
    "modules_to_save": optional(NAMES),
    "bias": one_of("none", "all", "lora_only"),
    "task_type": optional(one_of(*_TASKS.split())),
    "inference_mode": FLAG,
    "fan_in_fan_out": FLAG,
    "use_rslora": FLAG,
    "use_dora": FLAG,
    "init_lora_weights": one_of(True, False, "gaussian"),  # others change the base's weights
}
_LORA_IGNORED = frozenset({"base_model_name_or_path", "peft_version"})  # peft writes them itself when it uses a config

_TABLES = {
    "SFTConfig": Table("trl", _SFT_RULES, _SFT_IGNORED, SFT_SETTINGS, frozenset({"output_dir"})),
    "LoraConfig": Table("peft", _LORA_RULES, _LORA_IGNORED, {}, frozenset()),
}
