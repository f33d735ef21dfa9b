"""The fork server seen from outside: kernels ready in half a second, where their libraries are there already.

One server serves a grading run. Where it cannot be had, or a fork fails, kernels are started afresh in a sandbox of
their own: slower, never open.
"""

import atexit
import contextlib
import logging
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import psutil

from autograder.machine.channel import Channel, Closed, Silent
from autograder.sandbox import bubblewrap, scratch

IMPORT_SECONDS = 180.0
FORK_SECONDS = 20.0
END_SECONDS = 0.5
FAILURES = 2

log = logging.getLogger(__name__)


class ForkFailed(Exception):
    """The server could not fork a kernel. Start one afresh."""


class ForkedProcess:
    """A forked kernel's outermost process, with as much of ``subprocess.Popen`` as jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        try:
            return None if self._process.status() != psutil.STATUS_ZOMBIE else 0
        except psutil.NoSuchProcess:
            return 0

    def wait(self, timeout: float | None = None) -> int:
        self._process.wait(timeout)
        return 0

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):  # as Popen: a process that is gone needs no signal
            self._process.send_signal(number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    terminate = kill


class ForkServer:
    """Started when it is made; ``fork`` waits until it has imported what the kernel's notebook imports."""

    def __init__(self, hidden: list[Path], disk_mib: int) -> None:
        self.hidden = hidden
        self.disk_mib = disk_mib
        self.kernels = scratch.folder()
        os.chmod(self.kernels, 0o711)
        self._one_at_a_time = threading.Lock()
        argv = [bubblewrap.interpreter(), "-I", str(bubblewrap.PROGRAMS.inside / "server.py")]
        mounts = [
            bubblewrap.PROGRAMS,
            bubblewrap.Mount(self.kernels, self.kernels),
        ]
        self._process = subprocess.Popen(
            bubblewrap.command(argv, mounts, hidden, disk_mib, nested=True),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())

    def fork(self, request: dict[str, Any]) -> ForkedProcess:
        """A kernel for this request (see ``inside/server.py``). Raises ForkFailed."""
        with self._one_at_a_time:
            if not self.alive:  # it was stopped while we waited, and the numbers of its pipes may be others' by now
                raise ForkFailed("the fork server is gone")
            try:
                self._channel.send(request)
                self._channel.receive(IMPORT_SECONDS)
                reply = self._channel.receive(FORK_SECONDS)
            except (Closed, Silent, ValueError) as error:
                self.stop()
                raise ForkFailed(f"the fork server is gone ({type(error).__name__})") from error
        if "pid" not in reply:
            raise ForkFailed(str(reply.get("error"))[:500])
        return ForkedProcess(self._pid_here(int(reply["pid"])))

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def has_ended(self) -> bool:
        """Or is it ending? A kernel may be gone a moment before it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        return not self.alive

    def stop(self) -> None:
        """End the server, and with it every kernel that it forked."""
        self._process.kill()
        self._process.wait()
        self._channel.close(self._process.stdin, self._process.stdout)
        shutil.rmtree(self.kernels, ignore_errors=True)

    def _pid_here(self, pid_there: int) -> int:
        """The pid, in our namespace, of a process that the server knows by another."""
        for child in psutil.Process(self._process.pid).children(recursive=True):
            if bubblewrap.pids_within(child.pid)[:1] == [pid_there]:
                return child.pid
        raise ForkFailed("the fork ended at once")


_shared: ForkServer | None = None
_failures = 0
_lock = threading.RLock()


def trusted() -> bool:
    """Is it worth asking for a fork? Not where forks failed again and again: each try costs seconds."""
    return _failures < FAILURES


def forks() -> bool:
    """Did the last fork succeed?"""
    return _failures == 0


def report(*, success: bool) -> None:
    """Say how a fork went."""
    global _failures
    with _lock:
        _failures = 0 if success else _failures + 1


def shared(hidden: list[Path], disk_mib: int) -> ForkServer:
    """This process's server for these folders to hide; a new one if there is none, or it died."""
    global _shared
    with _lock:
        if _shared is None or not _shared.alive or (_shared.hidden, _shared.disk_mib) != (hidden, disk_mib):
            stop()
            _shared = ForkServer(hidden, disk_mib)
        return _shared


@atexit.register
def stop() -> None:
    """End this process's server, if there is one."""
    global _shared
    with _lock:
        if _shared is not None:
            _shared.stop()
            _shared = None
