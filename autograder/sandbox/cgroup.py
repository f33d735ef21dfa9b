"""A hard bound of a kernel's memory, where this process may make control groups (as root, mostly).

Versions 1 and 2 differ in their files' names and in where a group may be made. Where none can be made, ``watch.py``
measures instead.
"""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox.limits import MIB

ROOT = Path("/sys/fs/cgroup")
EMPTY_SECONDS = 2.0


class MemoryGroup:
    """Made by ``create``. Processes that are added, and all that they start, share the bound."""

    def __init__(self, folder: Path, events: str) -> None:
        self._folder = folder
        self._events = folder / events

    @classmethod
    def create(cls, name: str, memory_mib: int, root: Path = ROOT, own: str | None = None) -> "MemoryGroup | None":
        """A group with this name, or None where it cannot be had. ``own``: the text of ``/proc/self/cgroup``."""
        own = Path("/proc/self/cgroup").read_text(encoding="ascii") if own is None else own
        for parent, limits, events in _places(root, own):
            folder = parent / name
            with contextlib.suppress(OSError):
                folder.rmdir()  # left by a grader that was killed: names end in numbers of processes, which come again
            try:
                folder.mkdir()
            except OSError:
                continue
            try:
                for file in limits:
                    (folder / file).write_text(str(memory_mib * MIB))
                return cls(folder, events)
            except OSError:
                folder.rmdir()
        return None

    def add(self, pids: Iterable[int]) -> None:
        """Raises OSError where they may not be moved."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                (self._folder / "cgroup.procs").write_text(str(pid))

    @property
    def killed(self) -> int:
        """How many processes in it were killed for want of memory."""
        words = [line.split() for line in self._events.read_text(encoding="ascii").splitlines()]
        return sum(int(count) for name, count in words if name == "oom_kill")

    @property
    def was_full(self) -> bool:
        """Has it come to its own bound? Processes are also killed for that of a group further up."""
        if (failures := self._folder / "memory.failcnt").is_file():  # the first version
            return int(failures.read_text(encoding="ascii")) > 0
        words = dict(line.split() for line in (self._folder / "memory.events").read_text(encoding="ascii").splitlines())
        return int(words.get("oom", 0)) > 0

    def remove(self) -> None:
        """When its processes are gone. One that stays costs nobody their marks: ``create`` takes it away."""
        end = time.monotonic() + EMPTY_SECONDS
        while self._folder.is_dir() and time.monotonic() < end:
            with contextlib.suppress(OSError):  # busy: the last process is still being taken down
                self._folder.rmdir()
                return
            time.sleep(0.01)


def _places(root: Path, own: str) -> list[tuple[Path, tuple[str, ...], str]]:
    """Folders to make a group in, with the files that bound memory, and the one that counts processes killed."""
    paths = {line.split(":")[1]: line.split(":", 2)[2].strip("/") for line in own.splitlines()}
    if "memory" in paths:
        # In a container the path that /proc names is often not below its own view of the hierarchy.
        parents = dict.fromkeys((root / "memory" / paths["memory"], root / "memory"))
        return [(parent, ("memory.limit_in_bytes",), "memory.oom_control") for parent in parents if _ours(parent)]
    if "" not in paths:
        return []
    # A group with processes may not hand a controller down; so it goes beside our own, or further up.
    here = root / paths[""]
    parents = dict.fromkeys(parent for parent in (here, *here.parents) if parent.is_relative_to(root))
    return [(one, ("memory.max",), "memory.events") for one in parents if _ours(one) and _hands_down_memory(one)]


def _ours(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)


def _hands_down_memory(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return "memory" in (folder / "cgroup.subtree_control").read_text(encoding="ascii").split()
    return False
