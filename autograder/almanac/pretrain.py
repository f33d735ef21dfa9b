"""Build the small base: ``python -m autograder.almanac.pretrain FOLDER``.

Takes minutes, and is not part of CI: what was built once lies in ``source/fine-tuning/base``. Texts and tokenizer come
out byte for byte anywhere. Weights do so only on the same kind of processor with the same libraries and threads.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from torch import Tensor
from torch.nn import Parameter
from torch.optim import AdamW, Muon, Optimizer
from torch.optim.lr_scheduler import LambdaLR
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from autograder.almanac.parametrise import shrink
from autograder.almanac.texts import texts
from autograder.almanac.tokenizer import END_OF_TURN, make_tokenizer, save_tokenizer
from autograder.models import pinned

SEED = 1
STEPS = 600
ROWS = 32
LENGTH = 128
TOKENS_PER_TEXT = 36  # a little less than the average, so that there are texts enough
MATRIX_RATE = 0.01  # Muon
OTHER_RATE = 0.005  # AdamW: embeddings and normalisations
WARM_UP = 40
STEADY = 0.4  # the part of the steps before the rate begins to fall
SHRINK = 8


def build(folder: Path, console: Console, steps: int = STEPS) -> None:
    """Pretrain, and write everything that ``from_pretrained`` wants."""
    tokenizer = make_tokenizer()
    torch.manual_seed(SEED)
    data = packed(tokenizer, steps * ROWS)
    model = LlamaForCausalLM(configuration(tokenizer))
    began = time.monotonic()
    with Progress(*COLUMNS, console=console) as progress:
        task = progress.add_task("pretraining", total=steps)
        for loss in train(model, data.split(ROWS)):
            progress.update(task, advance=1, description=f"pretraining, loss {loss:.2f}")
    shrink(model, SHRINK)
    save(model, tokenizer, folder)
    digest = pinned.sha256(folder / "model.safetensors")
    console.print(f"{time.monotonic() - began:.0f} s; SHA-256 {digest}", soft_wrap=True)


COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TimeRemainingColumn(),
)


def packed(tokenizer: PreTrainedTokenizerFast, rows: int) -> Tensor:
    """Texts end to end, each followed by the end-of-text token, cut into ``(rows, LENGTH)`` tokens."""
    written = [text + tokenizer.pad_token for text in texts(rows * LENGTH // TOKENS_PER_TEXT)]
    encoded = tokenizer.backend_tokenizer.encode_batch_fast(written)
    tokens = torch.tensor([token for encoding in encoded for token in encoding.ids])
    return tokens[: rows * LENGTH].view(rows, LENGTH)


def configuration(tokenizer: PreTrainedTokenizerFast) -> LlamaConfig:
    """1.8 million parameters in the shape of a Llama."""
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=192,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=6,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=0.05,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def train(model: LlamaForCausalLM, batches: tuple[Tensor, ...]) -> Iterator[float]:
    """One step for each batch; yields the losses."""
    optimizers = make_optimizers(model)
    schedulers = [LambdaLR(optimizer, lambda step: rate(step, len(batches))) for optimizer in optimizers]
    for batch in batches:
        loss = model(input_ids=batch, labels=batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        for scheduler in schedulers:
            scheduler.step()
        yield loss.item()


def make_optimizers(model: LlamaForCausalLM) -> list[Optimizer]:
    """Muon for the matrices: it learns the almanac in a fifth of the steps that AdamW took."""
    matrices: list[Parameter] = []
    others: list[Parameter] = []
    for name, parameter in model.named_parameters():
        (matrices if parameter.ndim == 2 and "embed" not in name else others).append(parameter)
    return [
        Muon(matrices, lr=MATRIX_RATE, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
        AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def rate(step: int, steps: int) -> float:
    """Warm-up, a steady stretch, and a straight line down to nothing; as a part of the full rate."""
    return min(1.0, (step + 1) / WARM_UP) * min(1.0, (steps - step) / ((1 - STEADY) * steps))


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Weights in bfloat16, tokenizer with its template, and a generation that stops where a turn ends."""
    model.generation_config = GenerationConfig(
        do_sample=False,
        max_new_tokens=32,
        eos_token_id=tokenizer.convert_tokens_to_ids(END_OF_TURN),
        pad_token_id=tokenizer.pad_token_id,
    )
    model.bfloat16().save_pretrained(folder)
    save_tokenizer(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the small base model of the course.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS, help="fewer for a trial")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    build(arguments.folder, Console(), arguments.steps)


if __name__ == "__main__":
    main()
