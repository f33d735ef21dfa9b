"""How fast a kernel is there, forked and fresh, and how much memory submissions need, one and eight at a time.

    make bench

Memory is proportional set size: a page that n processes share counts 1/n in each, so the sum is what they really take.
"""

import statistics
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console
from rich.table import Table

from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

ROOT = Path(__file__).parents[2]
IMPORTS = "import datasets, peft, torch, transformers, trl"
WORK = "x = torch.ones(1000, 1000) @ torch.ones(1000, 1000)"
MIB = 1024 * 1024


def session(*, fork: bool) -> Session:
    cells = [new_code_cell(IMPORTS), new_code_cell(WORK)]
    return Session(new_notebook(cells=cells), {}, [ROOT], Limits(fork_server=fork))


def timed(*, fork: bool) -> tuple[float, float]:
    """Seconds until a kernel is ready, and until its first cell's imports are done."""
    began = time.monotonic()
    with session(fork=fork) as kernel:
        ready = time.monotonic()
        kernel.run()
        return ready - began, time.monotonic() - ready


def memory(number: int) -> float:
    """MiB of the fork server and so many kernels that have run their cells."""
    with ExitStack() as stack:
        for kernel in [stack.enter_context(session(fork=True)) for _ in range(number)]:
            kernel.run()
        server = psutil.Process(forkserver.shared([ROOT], Limits().disk_mib)._process.pid)
        return sum(one.memory_full_info().pss for one in (server, *server.children(recursive=True))) / MIB


def main() -> None:
    table = Table("kernel", "ready in s", "first cell's imports in s", title="medians", title_justify="left")
    timed(fork=True)  # the first waits for the server
    for name, fork, times in (("forked", True, 9), ("fresh", False, 3)):
        taken = [timed(fork=fork) for _ in range(times)]
        table.add_row(name, *(f"{statistics.median(column):.2f}" for column in zip(*taken, strict=True)))
    Console().print(table)
    alone, one, eight = memory(0), memory(1), memory(8)
    Console().print(f"memory: server {alone:.0f} MiB, with 1 submission {one:.0f} MiB, with 8 {eight:.0f} MiB")
    forkserver.stop()


if __name__ == "__main__":
    main()
