"""How much memory a judge may use: of the machine, of the GPU, and for one batch of a training.

A student's config decides how large a batch is. It is refused before it is trained if the batch is too large, so that
the same config gets the same outcome on any machine; what passes the other two bounds is our fault.
"""

import functools
import resource
from typing import Any

from autograder.errors import CourseError
from autograder.machine import cuda
from autograder.machine.profile import profile

HOST_BYTES = 8 << 30
GPU_BYTES = 8 << 30
CONTEXT_BYTES = 1 << 30  # of these, what CUDA itself may take in a process, and torch does not count
ATTENDED = 2 * 8192**2  # pairs of tokens in a batch; measured with trl 1.16 on the small base: 3 to 4 GB


def too_large(trainer: Any) -> str | None:
    """What batch an SFTTrainer would make that a judge has no room for; None where it has.

    Attention takes the square of a row's length, and trl lays packed rows end to end into one.
    """
    rows, longest, pairs = largest_batch(trainer)
    return f"a batch of {rows} rows of {longest:,} tokens" if pairs > ATTENDED else None


def largest_batch(trainer: Any) -> tuple[int, int, int]:
    """Its rows, the tokens of the longest of them, and how many pairs of tokens attend to each other."""
    args, lengths = trainer.args, [len(row) for row in trainer.train_dataset["input_ids"]]
    multiple = args.pad_to_multiple_of or 1
    rows = min(args.per_device_train_batch_size, len(lengths))
    longest = -(-max(lengths, default=0) // multiple) * multiple
    return rows, longest, (rows * longest) ** 2 if trainer.padding_free else rows * longest**2


def bound_host() -> None:
    """Beyond its share of the machine's memory this process gets none. CUDA's own reservations are no memory."""
    if profile() == "cpu":
        resource.setrlimit(resource.RLIMIT_DATA, (HOST_BYTES, HOST_BYTES))


@functools.cache
def bound_gpu() -> None:
    """Beyond its share of the GPU's memory torch raises OutOfMemoryError in this process. Starts CUDA there."""
    if profile() == "cpu":
        return
    import torch

    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, (GPU_BYTES - CONTEXT_BYTES) / total))


def gpu_room(device: cuda.Device) -> int:
    """Bytes of the first device's memory that are free; all of them, where nobody says."""
    free = cuda.free()
    return device.memory if free is None else free


def judges_at_once(wanted: int, *, training: bool) -> int:
    """How many judges can work at the same time, of so many.

    Those that train under profile ``gpu``: as many as the GPU has room for now, and one where it serves no more than
    one process. Raises CourseError where there is room for none.
    """
    driver = cuda.driver()
    if not training or profile() == "cpu" or driver is None:
        return wanted
    free = gpu_room(driver.devices[0])
    if free < cuda.LEAST_MEMORY:
        raise CourseError(
            f"the GPU, {driver.devices[0].name}, has {free / (1 << 30):.1f} GB of memory free, and a judge needs "
            f"{cuda.LEAST_MEMORY >> 30}: end what else uses it, or grade with COURSE_PROFILE=cpu"
        )
    return 1 if driver.devices[0].exclusive else max(1, min(wanted, free // GPU_BYTES))
