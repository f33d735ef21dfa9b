"""Configs put to use: the judge builds the trainer that a student described, and trains it.

What it makes is kept, because most of a class describes the same training, in one way or another.
"""

import functools
import json
import math
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from autograder.judge.alarm import paused
from autograder.judge.beginning import beginning
from autograder.judge.configs import allowed, rebuild
from autograder.judge.memory import ATTENDED, bound_gpu, largest_batch, too_large
from autograder.judge.submission import Unusable
from autograder.judge.values import Config
from autograder.machine.profile import profile

KEPT = 32  # trained models in memory, of 7 MB each
MOST_ATTENDED = 3 * ATTENDED  # pairs of tokens in all steps; three minutes on the small base and one core
MOST_WORDS = 200  # characters of a library's error that a student is told
EACH_STEP = {"logging_strategy": "steps", "logging_steps": 1}
GPU_ERROR = re.compile("CUDA|CUBLAS|CUDNN|NVML")  # by which torch tells those that have no type of their own
ADAPTER_NAME = re.compile(r"(\.lora_\w+)\.(?!(?:weight|bias)$)[^.]+")
ARGUMENTS = json.JSONEncoder(sort_keys=True).encode


class Untrainable(Unusable):
    """trl or peft refuse to build a trainer with this config, or there is nothing to train."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"It cannot be trained with: {reason}.")


@dataclass(frozen=True)
class Trained:
    """A model after its training. losses: one for each step, in nats per trained token.

    found: what checks have found out about it, for those that come later.
    """

    model: Any
    losses: tuple[float, ...]
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def diverged(self) -> bool:
        """Is the loss worse at the end than at the beginning, or no number?"""
        return not all(map(math.isfinite, self.losses)) or self.losses[-1] > self.losses[0]


@dataclass(frozen=True)
class Plan:
    """What is trained: rows of ``prompt`` and ``completion``, on a base, as the configs say.

    most_rows: how many of the rows may be seen, over all steps; the training is cut there. folder: of the base.
    """

    folder: Path
    rows: tuple[str, ...]  # JSON, so that a plan can be compared
    most_rows: int
    seed: int


def on_step() -> None:
    """Called after each step of a training. The worker puts its own here, which says that it is alive."""


def load_base(folder: Path, dtype: Any = "float32") -> tuple[Any, Any]:
    """A fresh model, and its tokenizer."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype), AutoTokenizer.from_pretrained(folder)


def rows_seen(args: Any, rows: int) -> int:
    """How many rows a training with this SFTConfig sees, steps over the data set's end counted."""
    return _steps(args, rows) * _batch(args)


def _steps(args: Any, rows: int) -> int:
    if args.max_steps > 0:
        return int(args.max_steps)
    return math.ceil(args.num_train_epochs * math.ceil(rows / _batch(args)))


def _batch(args: Any) -> int:
    """Rows in each step."""
    return int(args.per_device_train_batch_size * args.gradient_accumulation_steps)


def _cut(trainer: Any, plan: Plan) -> None:
    """Make no more steps than see so many of the plan's rows. Packed, there are fewer, and each holds several."""
    args, held = trainer.args, len(trainer.train_dataset)
    steps = max(1, plan.most_rows * held // (len(plan.rows) * _batch(args)))
    if _steps(args, held) > steps:
        args.max_steps = steps


def build(model: Any, tokenizer: Any, rows: list[dict[str, Any]], args: Any, lora: Any = None) -> Any:
    """The trainer. Raises Untrainable."""
    with paused():  # the first import takes seconds, which are not the student's
        from datasets import Dataset, disable_progress_bars
        from trl.trainer.sft_trainer import SFTTrainer

    disable_progress_bars()
    try:
        trainer = SFTTrainer(
            model=model,
            args=args,
            train_dataset=Dataset.from_list(rows),
            processing_class=tokenizer,
            peft_config=lora,
        )
    except (ValueError, TypeError, KeyError, RuntimeError) as error:
        if of_the_gpu(error):  # and so our fault
            raise
        raise Untrainable(_why(error)) from error
    if (batch := too_large(trainer)) is not None:
        raise Untrainable(f"{batch}: more than the grader has memory for")
    return trainer


def _why(error: Exception) -> str:
    """In the library's own words, where these are of the config and one sentence; else the error's type."""
    words = re.split(r"(?<=[.!?])\s", " ".join(str(error).split()))[0]
    of_config = isinstance(error, ValueError) and 0 < len(words) <= MOST_WORDS
    return words.rstrip(".") if of_config else type(error).__name__


def of_the_gpu(error: BaseException | None) -> bool:
    """Has the GPU failed, or its memory not sufficed?"""
    from torch import AcceleratorError, OutOfMemoryError

    if isinstance(error, OutOfMemoryError | AcceleratorError):
        return True
    named = isinstance(error, RuntimeError) and GPU_ERROR.search(str(error)) is not None
    return named and profile() == "gpu"  # on the CPU it can only be what a student's config asks for


def train(plan: Plan, config: Config, lora: Config | None = None) -> Trained:
    """Train the base as these configs say, or give back what was trained like this before.

    Raises RefusedField and Untrainable.
    """
    return _train(plan, fields_of(config), None if lora is None else fields_of(lora))


def fields_of(config: Config) -> str:
    """What of a config decides about a training, as JSON."""
    return ARGUMENTS(allowed(config))


_by_beginning: WeakValueDictionary[str, Trained] = WeakValueDictionary()  # of those that `_train` keeps


@functools.lru_cache(KEPT)
def _train(plan: Plan, fields: str, lora_fields: str | None) -> Trained:
    with paused():
        bound_gpu()
    rows = [json.loads(row) for row in plan.rows]
    config = Config("SFTConfig", json.loads(fields))
    lora = None if lora_fields is None else rebuild(Config("LoraConfig", json.loads(lora_fields)))
    with paused():
        model, tokenizer = load_base(plan.folder)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"output_dir": folder, "seed": plan.seed, "use_cpu": profile() == "cpu", **EACH_STEP}
        trainer = build(model, tokenizer, rows, rebuild(config, **settings), lora)
        _cut(trainer, plan)
        with paused():
            began = beginning(trainer)
        if (alike := _by_beginning.get(began)) is not None:
            return alike
        losses = run(trainer)
    trainer.model.eval()
    trained = _by_beginning[began] = Trained(trainer.model, losses)
    return trained


def forget() -> None:
    """All that was trained, with what checks have found out about it."""
    _train.cache_clear()
    _by_beginning.clear()


def run(trainer: Any) -> tuple[float, ...]:
    """Train, and return the loss of each step. The grader's time alone is used, and that is bounded.

    Raises Untrainable where it would take too long, or nothing would happen.
    """
    if not len(trainer.train_dataset):
        raise Untrainable("no row has anything left to be trained")
    if not any(parameter.requires_grad for parameter in trainer.model.parameters()):
        raise Untrainable("nothing in it can move")
    rows, longest, pairs = largest_batch(trainer)
    if pairs * _batches(trainer) > MOST_ATTENDED:
        raise Untrainable(
            f"{_batches(trainer)} batches of {rows} rows of {longest:,} tokens: more than the grader has time for"
        )
    trainer.add_callback(_alive())
    try:
        trainer.create_optimizer()
        _make_schedule(trainer)
    except (ValueError, TypeError, ArithmeticError) as error:  # its settings do not fit one another
        raise Untrainable(_why(error)) from error
    with paused():
        trainer.train()
    losses = tuple(float(entry["loss"]) for entry in trainer.state.log_history if "loss" in entry)
    if not losses:
        raise Untrainable("not one step is made")
    return losses


def _make_schedule(trainer: Any) -> None:
    """Make one as the training will, for an optimizer that is thrown away, and ask it for the rate of each step.

    Raises ValueError, TypeError and ArithmeticError.
    """
    import torch

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=trainer.args.learning_rate)
    steps = _steps(trainer.args, len(trainer.train_dataset))
    schedule = trainer.create_scheduler(steps, optimizer)
    for factor in getattr(schedule, "lr_lambdas", ()):
        for step in range(steps + 1):
            factor(step)
    trainer.lr_scheduler = None


def _batches(trainer: Any) -> int:
    """How many go through the model, over all steps."""
    return _steps(trainer.args, len(trainer.train_dataset)) * int(trainer.args.gradient_accumulation_steps)


def _alive() -> Any:
    from transformers import TrainerCallback

    class Alive(TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            on_step()

    return Alive()


def base_tensors(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The base's tensors among those of a model, whatever peft put around their names; those with two names once."""
    named = {
        name.removeprefix("base_model.model.").replace(".base_layer.", "."): tensor for name, tensor in tensors.items()
    }
    return {name: tensor for name, tensor in named.items() if ".lora_" not in name and name != "lm_head.weight"}


def adapter_tensors(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The adapter's tensors among those of a model or a file, without the adapter's own name, which a file lacks."""
    return {ADAPTER_NAME.sub(r"\1", name): tensor for name, tensor in tensors.items() if ".lora_" in name}


def same(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Are these the same tensors, by name, type, shape and content?"""
    import torch

    return found.keys() == wanted.keys() and all(
        (tensor.dtype, tensor.shape) == (wanted[name].dtype, wanted[name].shape) and torch.equal(tensor, wanted[name])
        for name, tensor in found.items()
    )
