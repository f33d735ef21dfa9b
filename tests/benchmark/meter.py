"""Time taken by a process and by everything that it starts, looked at from outside."""

import time
from contextlib import suppress
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Seconds:
    """By the clock, and of CPU."""

    wall: float
    cpu: float

    def since(self, earlier: "Seconds") -> "Seconds":
        return Seconds(self.wall - earlier.wall, self.cpu - earlier.cpu)


class Meter:
    """Adds up the CPU time of a process tree. Call ``read`` often.

    getrusage would not do: what is killed with its pid namespace, as our kernels are, is never waited for,
    and its time is in nobody's account. Lost here, on both sides alike, is what a process does after the last
    look at it (giving back its memory), and all of one that lives shorter than the time between two looks.
    """

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._used: dict[psutil.Process, float] = {}

    def read(self) -> Seconds:
        """What was spent up to now, since an arbitrary moment."""
        with suppress(psutil.NoSuchProcess):
            for process in (self._root, *self._root.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    times = process.cpu_times()
                    self._used[process] = times.user + times.system
        return Seconds(time.monotonic(), sum(self._used.values()))
