"""A kernel in the sandbox, seen from outside: start it, run a cell, ask it, interrupt it, end it."""

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode

from autograder.errors import SandboxUnavailable
from autograder.sandbox import bubblewrap, forkserver
from autograder.sandbox.gate import Gate
from autograder.sandbox.limits import Limits
from autograder.sandbox.provisioner import kernel_manager
from autograder.sandbox.runner import CellRunner
from autograder.sandbox.watch import Watch

ANSWER_SECONDS = 0.5
END_SECONDS = 60.0  # the kernel may have millions of things to clear away


class KernelLost(Exception):
    """The kernel did not get ready."""


# Of a start; anything else that happens there is a mistake in the code.
FAILURES = (KernelLost, OSError, RuntimeError, psutil.NoSuchProcess, forkserver.ForkFailed)

Reply = dict[str, Any]

log = logging.getLogger(__name__)


class Kernel:
    """One kernel's life. Made by ``Kernel.start``. What it says is not to be trusted."""

    def __init__(self, manager: AsyncKernelManager, limits: Limits) -> None:
        self._manager = manager
        self._limits = limits
        provisioner: Any = manager.provisioner
        self.gate = Gate(provisioner.pid, limits.traffic_bytes)
        self._client: AsyncKernelClient
        self.watch: Watch

    @classmethod
    async def start(
        cls,
        files: Mapping[str, Path],
        hidden: list[Path],
        imports: list[str],
        limits: Limits,
        cpu_left: float,
        stopping: threading.Event,
    ) -> "Kernel":
        """A kernel that answers: a fork, or else one of its own. Raises SandboxUnavailable where none can be had.

        imports: modules that it should have, if it is a fork; see ``libraries.py``. The others are as for Session.
        """
        words = {"files": files, "hidden": hidden, "imports": imports, "limits": limits}
        if limits.fork_server and forkserver.trusted():
            try:
                kernel = await cls._start(words, limits, cpu_left, fork=True)
                forkserver.report(success=True)
                return kernel
            except SandboxUnavailable as failure:
                if stopping.is_set():
                    raise
                forkserver.report(success=False)
                log.warning("a kernel is started afresh: %s", failure)
        return await cls._start(words, limits, cpu_left, fork=False)

    @classmethod
    async def _start(cls, words: dict[str, Any], limits: Limits, cpu_left: float, *, fork: bool) -> "Kernel":
        manager = kernel_manager()
        kernel: Kernel | None = None
        try:
            await manager.start_kernel(**words, fork=fork)
            kernel = cls(manager, limits)
            await kernel._connect()
            kernel.watch = Watch(kernel._pid, limits, cpu_left)
            return kernel
        except BaseException as error:  # ours too, as with a full disk: what has been started must not stay
            await (_end(manager) if kernel is None else kernel.stop())
            if isinstance(error, FAILURES):
                raise SandboxUnavailable(f"no kernel in the sandbox: {error}") from error
            raise

    async def _connect(self) -> None:
        """Reach its sockets through the gate, and wait until it answers."""
        await self.gate.open([f"s-{self._manager.shell_port}", f"s-{self._manager.iopub_port}"])
        self._manager.ip = str(self.gate.directory / "s")
        self._client = self._manager.client()
        self._client.start_channels(stdin=False, hb=False, control=False)
        end = time.monotonic() + self._limits.start_wall_seconds
        while not (await self._says("shell") and await self._says("iopub")):
            if not await self.alive():
                raise KernelLost("it ended before it answered")
            if time.monotonic() > end:
                raise KernelLost(f"it did not answer in {self._limits.start_wall_seconds} s")

    async def _says(self, channel: str) -> bool:
        """Does anything come? A kernel's answer may be lost before we listen to what it publishes: asked again."""
        if channel == "shell":
            self._client.kernel_info()
        try:
            receive = self._client.get_shell_msg if channel == "shell" else self._client.get_iopub_msg
            await receive(timeout=ANSWER_SECONDS)
            return True
        except Empty:
            return False

    @property
    def _pid(self) -> int:
        """The process below which everything of this kernel runs."""
        provisioner: Any = self._manager.provisioner
        return int(provisioner.pid)

    async def alive(self) -> bool:
        return bool(await self._manager.is_alive())

    def ended_with_its_server(self) -> bool:
        """Nobody's code can do that, but a machine without memory, or who kills processes."""
        provisioner: Any = self._manager.provisioner
        return provisioner.server is not None and provisioner.server.has_ended()

    def runner(self, notebook: NotebookNode) -> CellRunner:
        """What runs cells of this notebook in this kernel."""
        return CellRunner(notebook, self._manager, self._client, self._limits.output_bytes)

    async def ask(self, request: Reply) -> Reply:
        """One probe: see ``inside/probe.py``. What it prints is thrown away."""
        self._drop_published()
        message = self._client.session.msg("probe_request", request)
        self._client.shell_channel.send(message)
        while True:
            with contextlib.suppress(Empty):
                reply: Reply = await self._client.get_shell_msg(timeout=ANSWER_SECONDS)
                if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                    content: Reply = reply["content"]
                    return content

    def _drop_published(self) -> None:
        """What a kernel publishes in a probe nobody asks for. It would stay in our memory, up to ``traffic_bytes`` of
        each of hundreds."""
        socket: zmq.Socket[bytes] = zmq.Socket.shadow(self._client.iopub_channel.socket.underlying)
        with contextlib.suppress(zmq.Again):
            while True:
                socket.recv_multipart(zmq.NOBLOCK, copy=False)

    async def interrupt(self) -> None:
        """As Ctrl-C: to the kernel itself, which is the second process of its namespace."""
        for member in self.watch.members():
            if bubblewrap.pids_within(member.pid)[-1:] == [2]:
                with contextlib.suppress(OSError, psutil.NoSuchProcess):
                    member.send_signal(signal.SIGINT)

    async def stop(self) -> None:
        """Kill it and everything below it, and clear away its sockets. Raises SandboxUnavailable if it cannot."""
        members = self.watch.members() if hasattr(self, "watch") else []
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        if hasattr(self, "_client"):
            self._client.stop_channels()
        _, left = psutil.wait_procs(members, timeout=END_SECONDS)
        await _end(self._manager)
        await self.gate.close()
        if hasattr(self, "watch"):
            self.watch.close()
        if left:
            raise SandboxUnavailable(f"processes of a submission could not be ended: {[one.pid for one in left]}")


async def _end(manager: AsyncKernelManager) -> None:
    if manager.has_kernel:
        await manager.shutdown_kernel(now=True)
    await manager.cleanup_resources()
