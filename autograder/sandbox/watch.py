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
        used = _cpu(self._process)
        if self._cpu_end is None:
            self._cpu_end = used + self._cpu_seconds
        if time.monotonic() > self._wall_end or used > self._cpu_end:
            return "time"
        return "memory" if _memory(self._process, self._memory) > self._memory else None


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu(process: psutil.Process) -> float:
    total = 0.0
    for member in _tree(process):
        try:
            times = member.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _memory(process: psutil.Process, enough: int) -> int:
    """Bytes in use. Resident sizes count shared pages once a process, so a large sum is counted in shares (PSS)."""
    members = _tree(process)
    resident = sum(_size(member, "rss") for member in members)
    return resident if resident <= enough else sum(_size(member, "pss") for member in members)


def _size(process: psutil.Process, kind: Literal["rss", "pss"]) -> int:
    try:
        return int(process.memory_info().rss if kind == "rss" else process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
    except psutil.AccessDenied:  # only PSS can be refused
        return _size(process, "rss")
