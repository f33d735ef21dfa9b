"""The recipes that the lesson compares, written as students write them."""

import tempfile
import time
from dataclasses import dataclass
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, PrinterCallback, set_seed
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from autograder.almanac import base
from autograder.almanac.records import rows, train_records


@dataclass(frozen=True)
class Recipe:
    """What is trained, and how fast. No rank: everything."""

    name: str
    rank: int | None = None
    alpha: int = 32
    targets: str | tuple[str, ...] = "all-linear"
    rate: float = 1.8e-4
    batch: int = 3
    schedule: str = "constant"  # a higher rate that falls spoils 1 seed in 10 for an adapter

    def lora(self) -> LoraConfig | None:
        """A fresh configuration, since peft writes into it."""
        if self.rank is None:
            return None
        targets = self.targets if isinstance(self.targets, str) else list(self.targets)
        return LoraConfig(r=self.rank, lora_alpha=self.alpha, target_modules=targets, task_type="CAUSAL_LM")


FULL = Recipe("full fine-tuning", rate=2e-4, batch=8, schedule="linear")
LORA = Recipe("LoRA r 16, alpha 32, all-linear", rank=16)
NARROW = Recipe("LoRA r 8, alpha 8, q and v only", rank=8, alpha=8, targets=("q_proj", "v_proj"))
RECIPES = (FULL, LORA, NARROW)


@dataclass(frozen=True)
class Tuned:
    """A model after its training, and what that took."""

    model: Any
    seconds: float
    trainable_share: float


def fine_tune(recipe: Recipe, seed: int) -> Tuned:
    """Train a fresh base on the students' records, with the settings of the lesson."""
    set_seed(seed)
    model: Any = AutoModelForCausalLM.from_pretrained(base.FOLDER, dtype=torch.float32)
    with tempfile.TemporaryDirectory() as scratch:
        trainer = SFTTrainer(
            model=model,
            args=configuration(recipe, seed, scratch),
            train_dataset=Dataset.from_list(rows(train_records())),
            processing_class=AutoTokenizer.from_pretrained(base.FOLDER),
            peft_config=recipe.lora(),
        )
        trainer.remove_callback(PrinterCallback)
        began = time.monotonic()
        trainer.train()
        seconds = time.monotonic() - began
    return Tuned(trainer.model, seconds, trainable_share(trainer.model))


def configuration(recipe: Recipe, seed: int, output_dir: str) -> SFTConfig:
    """The settings of the lesson, on a CPU, with nothing written."""
    return SFTConfig(
        output_dir=output_dir,
        seed=seed,
        learning_rate=recipe.rate,
        lr_scheduler_type=recipe.schedule,
        num_train_epochs=1,
        per_device_train_batch_size=recipe.batch,
        use_cpu=True,
        bf16=False,
        activation_checkpointing=False,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )


def trainable_share(model: Any) -> float:
    """In 0...1."""
    parameters = list(model.parameters())
    return sum(p.numel() for p in parameters if p.requires_grad) / sum(p.numel() for p in parameters)
