"""Looks at a process tree from outside: how much time and memory does it use?"""

import time
from typing import Literal

import psutil

from autograder.sandbox.limits import MIB

Reason = Literal["time", "memory", "died"]


class Watch:
    """Which limit has the tree below ``pid`` passed since the watch began?"""

    def __init__(self, pid: int, cpu_seconds: float, wall_seconds: float, memory_mib: int) -> None:
        self._process = psutil.Process(pid)
        self._cpu_seconds = cpu_seconds
        self._cpu_end: float | None = None  # known at the first look: a look costs more than most probes
        self._wall_end = time.monotonic() + wall_seconds
        self._memory = memory_mib * MIB

    def passed(self) -> Reason | None:
        """The limit that was passed, or None. A tree that is gone has passed none: who waits for it notices that."""
        members = _tree(self._process)  # reads the state of every process of the machine: once is enough
        used = sum(map(_cpu, members))
        if self._cpu_end is None:
            self._cpu_end = used + self._cpu_seconds
        if time.monotonic() > self._wall_end or used > self._cpu_end:
            return "time"
        return "memory" if _memory(members, self._memory) > self._memory else None


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:4]))  # user and system, its own and its ended children's
    except psutil.NoSuchProcess:
        return 0.0


def _memory(members: list[psutil.Process], enough: int) -> int:
    """Bytes in use. Resident sizes count shared pages once a process, so a large sum is counted in shares (PSS)."""
    resident = sum(_size(member, "rss") for member in members)
    return resident if resident <= enough else sum(_size(member, "pss") for member in members)


def _size(process: psutil.Process, kind: Literal["rss", "pss"]) -> int:
    try:
        return int(process.memory_info().rss if kind == "rss" else process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
    except psutil.AccessDenied:  # only PSS can be refused
        return _size(process, "rss")
