"""How much memory a judge may use: of the machine, of the GPU, and for one batch of a training.

A student's config decides how large a batch is. It is refused before it is trained if the batch is too large, so that
the same config gets the same outcome on any machine; what passes the other two bounds is our fault.
"""

import functools
import resource
from typing import Any

from autograder import cuda
from autograder.profile import profile

HOST_BYTES = 8 << 30
GPU_BYTES = 8 << 30
BATCH_TOKENS = 16_000  # measured on the small base with trl 1.16: up to 4 GB, where they are packed into one row


def batch_tokens(trainer: Any) -> int:
    """The most tokens that a batch of an SFTTrainer's can have, padding counted."""
    args = trainer.args
    multiple = args.pad_to_multiple_of or 1
    longest = max(map(len, trainer.train_dataset["input_ids"]), default=0)
    rows = min(args.per_device_train_batch_size, len(trainer.train_dataset))
    return int(rows * -(-longest // multiple) * multiple)


def bound_host() -> None:
    """Beyond its share of the machine's memory this process gets none. CUDA's own reservations are no memory."""
    if profile() == "cpu":
        resource.setrlimit(resource.RLIMIT_DATA, (HOST_BYTES, HOST_BYTES))


@functools.cache
def bound_gpu() -> None:
    """Beyond its share of the GPU's memory torch raises OutOfMemoryError in this process. Initialises CUDA."""
    import torch

    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, GPU_BYTES / total))


def judges_at_once(wanted: int) -> int:
    """How many judges can work at the same time, of so many: under profile ``gpu`` as many as the GPU has room for."""
    driver = cuda.driver()
    if profile() == "cpu" or driver is None:
        return wanted
    return max(1, min(wanted, driver.devices[0].memory // GPU_BYTES))
