"""Looks at a kernel's processes from outside: how much time, memory, disk and how many files do they use?

The race that remains: a look comes every ``session.POLL_SECONDS`` or so. Between two looks, where there is no control
group, processes together can pass the bound of memory (each alone is bounded by ``inside/lockdown.py``).
"""

import contextlib
import os
import time
from collections.abc import Iterable

import psutil

from autograder.errors import SandboxUnavailable
from autograder.machine.starved import STRETCH, starved
from autograder.sandbox.bubblewrap import SOCKETS, WRITABLE
from autograder.sandbox.cgroup import MemoryGroup
from autograder.sandbox.limits import MIB, Limit, Limits


class Watch:
    """Which limit has the kernel passed since ``begin``? Lives as long as the kernel.

    pid: the process below which the kernel is. cpu_left: seconds left to the whole submission.
    """

    def __init__(self, pid: int, limits: Limits, cpu_left: float) -> None:
        self._process = psutil.Process(pid)
        self._limits = limits
        self._cpu_left = cpu_left
        self._group = self._make_group()
        self.cpu_used = 0.0  # as of the last look

    def begin(self, cpu: Limit, cpu_seconds: float, wall: Limit, wall_seconds: float) -> None:
        """A cell or a probe begins. It may use this much; ``cpu`` and ``wall`` are the words for using more."""
        self._cpu, self._cpu_seconds, self._wall = cpu, cpu_seconds, wall
        self._cpu_end: float | None = None  # known at the first look: a look costs more than most probes
        self._starved: dict[int, float] = {}  # by process, as of the first look
        self.waited = 0.0  # seconds in which others had the processors, as of the last look
        self._wall_seconds = wall_seconds
        self._wall_end = time.monotonic() + wall_seconds
        self._killed = self._group.killed if self._group is not None else 0

    def passed(self) -> Limit | None:
        """The limit that was passed, or None. A tree that is gone has passed none: who waits for it notices that.

        Raises SandboxUnavailable where memory ran out, and not its own.
        """
        members = self.members()
        self.cpu_used = used = max(self.cpu_used, sum(map(_cpu, members)))  # some may be gone, and their time with them
        if self._cpu_end is None:
            self._cpu_end = used + self._cpu_seconds
            self._starved = {member.pid: starved(member.pid) for member in members}
        self.waited = max((starved(one.pid) - self._starved.get(one.pid, 0.0) for one in members), default=self.waited)
        if time.monotonic() > self._wall_end + min(self.waited, (STRETCH - 1) * self._wall_seconds):
            return self._wall
        if used > self._cpu_left:
            return "submission cpu"
        if used > self._cpu_end:
            return self._cpu
        places = _places(members)
        if self._group is None and self._too_much_memory(members, places):
            return "memory"
        if self._group is not None and self._group.killed > self._killed:  # a child of the kernel: it lives itself
            return self._bound_of(self._group)
        return "disk" if any(one.f_files - one.f_ffree > self._limits.files for one in places) else None

    def why_died(self) -> Limit:
        """The kernel is gone by itself, or was killed for what it used. Raises SandboxUnavailable as ``passed``."""
        return self._bound_of(self._group) if self._group is not None and self._group.killed > 0 else "died"

    @staticmethod
    def _bound_of(group: MemoryGroup) -> Limit:
        """Something in it was killed for want of memory: for its own bound, or one further up, which others fill."""
        if not group.was_full:
            raise SandboxUnavailable("this machine, or the container, had no memory left")
        return "memory"

    def members(self) -> list[psutil.Process]:
        """The processes of the kernel, outermost first."""
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def close(self) -> None:
        """When all processes are gone."""
        if self._group is not None:
            self._group.remove()
            self._group = None

    def _too_much_memory(self, members: list[psutil.Process], places: list[os.statvfs_result]) -> bool:
        """Resident sizes count shared pages once a process, so a sum that is too large is counted again in shares."""
        bound = self._limits.memory_mib * MIB - sum((one.f_blocks - one.f_bfree) * one.f_frsize for one in places)
        return sum(map(_resident, members)) > bound and sum(map(_share, members)) > bound

    def _make_group(self) -> MemoryGroup | None:
        group = MemoryGroup.create(f"course-{self._process.pid}", self._limits.memory_mib)
        if group is not None:
            try:
                group.add(member.pid for member in self.members())
            except OSError:
                group.remove()
                return None
        return group


def _cpu(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:4]))  # user and system, its own and its ended children's
    except psutil.NoSuchProcess:
        return 0.0


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _share(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
    except psutil.AccessDenied:
        return _resident(process)


def _places(members: Iterable[psutil.Process]) -> list[os.statvfs_result]:
    """How full the places are that the kernel may write to; their files are kept in memory."""
    for member in members:
        with contextlib.suppress(OSError):  # gone, or not in the sandbox's own view of the file system
            os.stat(f"/proc/{member.pid}/root{SOCKETS}")
            return [os.statvfs(f"/proc/{member.pid}/root{place}") for place in WRITABLE]
    return []
