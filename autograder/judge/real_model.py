"""A student's configs on the real model, SmolLM2: what holds whatever learning rate, rank and steps they say.

The small base is judged by its answers. Here the judge says itself how the model is optimised and on what batches (what
suits one model wrecks the other, and a dozen steps are no place for a warm-up), and looks at which tokens are trained,
what the training changed, and whether the adapter can be used.
"""

import functools
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.judge.alarm import paused
from autograder.judge.configs import rebuild
from autograder.judge.memory import bound_gpu
from autograder.judge.training import (
    EACH_STEP,
    Plan,
    adapter_tensors,
    base_tensors,
    build,
    fields_of,
    load_base,
    run,
    same,
)
from autograder.judge.values import Config
from autograder.machine.profile import profile
from autograder.models.small_tokenizers import CHATML_TURNS

FULL_RATE, LORA_RATE = 5e-5, 2e-4
FIXED = {
    "max_steps": 12,
    "num_train_epochs": 1,
    "per_device_train_batch_size": 8,
    "gradient_accumulation_steps": 1,
    "lr_scheduler_type": "constant",
    "warmup_steps": 0,
    "optim": "adamw_torch",
    "weight_decay": 0.0,
    "adam_beta1": 0.9,
    "adam_beta2": 0.999,
    "adam_epsilon": 1e-8,
    "max_grad_norm": 1.0,
    "neftune_noise_alpha": None,
    "label_smoothing_factor": 0.0,
    "loss_type": "nll",
    "packing": False,
    "pad_to_multiple_of": None,
    "train_sampling_strategy": "random",
    "dataloader_drop_last": False,
    "shuffle_dataset": False,
}
ANY_TOKENS = [1, 4093, 198, 1780, 314, 260, 3575]  # of SmolLM2's, to compare logits
CLOSE = 1e-3  # of logits in float32, which are about 20


@dataclass(frozen=True)
class Tried:
    """A trainer after its training.

    trained: for each row the text of the labels that count. losses: one for each step. kept: are all weights of the
    base what they were? moved: did what should learn, the adapter or the base, change? usable: saved, loaded again
    and merged, does an adapter give the same logits? (True without one.)
    """

    trained: tuple[str, ...]
    losses: tuple[float, ...]
    kept: bool
    moved: bool
    usable: bool


def try_on(plan: Plan, config: Config, lora: Config | None) -> Tried:
    """Train SmolLM2 on what these configs say is trained, or give back what was tried before.

    Under profile ``gpu`` in bfloat16 if the GPU has it, else in float32. plan: its folder is SmolLM2's.
    Raises RefusedField and Untrainable.
    """
    theirs = {name: value for name, value in config.fields.items() if name not in {"learning_rate", *FIXED}}
    return _try_on(plan, fields_of(Config(config.kind, theirs)), None if lora is None else fields_of(lora))


@functools.lru_cache(64)
def _try_on(plan: Plan, fields: str, lora_fields: str | None) -> Tried:
    import torch

    with paused():
        bound_gpu()
    config = Config("SFTConfig", json.loads(fields))
    lora = None if lora_fields is None else rebuild(Config("LoraConfig", json.loads(lora_fields)))
    bf16 = profile() == "gpu" and torch.cuda.is_bf16_supported(including_emulation=False)
    dtype = torch.bfloat16 if bf16 and lora is not None else torch.float32  # what is trained in full stays precise
    settings = {
        **FIXED,
        "learning_rate": FULL_RATE if lora is None else LORA_RATE,
        "use_cpu": profile() == "cpu",
        "bf16": bf16,
        "seed": plan.seed,
        **EACH_STEP,
    }
    with tempfile.TemporaryDirectory() as folder:
        args = rebuild(config, output_dir=folder, **settings)
        with paused():
            model, tokenizer = load_base(plan.folder, dtype)
            tokenizer.chat_template = CHATML_TURNS  # its own has no marks for ``assistant_only_loss``
        trainer = build(model, tokenizer, [json.loads(row) for row in plan.rows], args, lora)
        before = _copy(trainer.model)
        losses = run(trainer)
        with paused():
            after = _copy(trainer.model)
            kept = same(base_tensors(after), base_tensors(before))
            moved = not same(adapter_tensors(after), adapter_tensors(before)) if lora is not None else not kept
            usable = lora is None or _usable(trainer.model, plan.folder, Path(folder))
        return Tried(tuple(_trained(trainer)), losses, kept, moved, usable)


def _copy(model: Any) -> dict[str, Any]:
    return {name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()}


def _trained(trainer: Any) -> list[str]:
    decode = trainer.processing_class.decode
    return [decode([label for label in row["labels"] if label >= 0]) for row in trainer.train_dataset]


def _usable(model: Any, place: Path, folder: Path) -> bool:
    """Save the adapter, load it onto a fresh model, and merge it there."""
    import torch
    from peft import PeftModel

    model.save_pretrained(folder)
    ids = torch.tensor([ANY_TOKENS])
    with torch.inference_mode():
        fresh, _ = load_base(place)
        alone = fresh(ids).logits
        reloaded = PeftModel.from_pretrained(fresh, folder)
        if not same(adapter_tensors(_float(reloaded)), adapter_tensors(_float(model))):
            return False
        with_adapter = reloaded(ids).logits
        merged = reloaded.merge_and_unload()(ids).logits
    return bool(torch.allclose(merged, with_adapter, atol=CLOSE)) and not torch.equal(with_adapter, alone)


def _float(model: Any) -> dict[str, Any]:
    return {name: tensor.float() for name, tensor in _copy(model).items()}
