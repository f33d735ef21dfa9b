"""A kernel in the sandbox, seen from outside: start it, run a cell, ask it, interrupt it, end it."""

import logging
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from autograder.errors import SandboxUnavailable
from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.sandbox.provisioner import kernel_manager

POLL_SECONDS = 0.1
CUT = "[The output was longer than what is kept; the rest was left out.]\n"

Reply = dict[str, Any]

log = logging.getLogger(__name__)


class CellRunner(NotebookClient):
    """nbclient's notebook runner, which keeps only so much output of a cell and never raises for a student's error."""

    def __init__(self, notebook: NotebookNode, manager: AsyncKernelManager, output_bytes: int) -> None:
        super().__init__(
            notebook,
            km=manager,
            allow_errors=True,
            timeout=None,
            coalesce_streams=True,
            store_widget_state=False,
            skip_cells_with_tag="",  # a student's tag must not keep a cell from running
            record_timing=False,
            on_cell_execute=self._begin,
            on_cell_executed=self._end,
        )
        self.output_bytes = output_bytes
        self.output_left = output_bytes
        self.reply: Reply = {}

    def _begin(self, **_: Any) -> None:
        self.output_left = self.output_bytes

    def _end(self, execute_reply: Reply, **_: Any) -> None:
        self.reply = execute_reply["content"]

    def output(
        self, outs: list[NotebookNode], msg: Any, display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Called by nbclient for each output; returns None for one that is dropped."""
        before, self.output_left = self.output_left, self.output_left - len(str(msg["content"]))
        if self.output_left >= 0:
            return super().output(outs, msg, display_id, cell_index)
        if before >= 0:
            outs.append(NotebookNode(output_type="stream", name="stderr", text=CUT))
        return None


class Kernel:
    """One kernel's life. Made by ``Kernel.start``; every method but ``stop`` may raise DeadKernelError."""

    def __init__(self, manager: AsyncKernelManager, notebook: NotebookNode, limits: Limits) -> None:
        self._manager = manager
        self._client: AsyncKernelClient = manager.client()
        self._runner = CellRunner(notebook, manager, limits.output_bytes)
        self._runner.kc = self._client

    @classmethod
    async def start(cls, notebook: NotebookNode, files: Path, hidden: list[Path], limits: Limits) -> "Kernel":
        """A kernel that answers: a fork, or else one of its own. Raises SandboxUnavailable where none can be had."""
        if limits.fork_server and forkserver.trusted():
            try:
                kernel = await cls._start(notebook, files, hidden, limits, fork=True)
                forkserver.report(success=True)
                return kernel
            except SandboxUnavailable as failure:
                forkserver.report(success=False)
                log.warning("a kernel is started afresh: %s", failure)
        return await cls._start(notebook, files, hidden, limits, fork=False)

    @classmethod
    async def _start(
        cls, notebook: NotebookNode, files: Path, hidden: list[Path], limits: Limits, *, fork: bool
    ) -> "Kernel":
        manager = kernel_manager()
        kernel: Kernel | None = None
        try:
            await manager.start_kernel(files=str(files), hidden=hidden, limits=limits, fork=fork)
            kernel = cls(manager, notebook, limits)
            kernel._client.start_channels()
            kernel._client.allow_stdin = False
            await kernel._client.wait_for_ready(timeout=limits.start_wall_seconds)
            return kernel
        except (RuntimeError, forkserver.ForkFailed) as error:  # RuntimeError: it died, or did not answer in time
            if kernel is not None:
                await kernel.stop()
            raise SandboxUnavailable(f"no kernel in the sandbox: {error}") from error

    @property
    def pid(self) -> int:
        """The process below which everything of this kernel runs."""
        provisioner: Any = self._manager.provisioner
        return int(provisioner.pid)

    async def run_cell(self, cell: NotebookNode, index: int) -> Reply:
        """Run a cell, fill in its outputs, and return the content of the kernel's ``execute_reply``."""
        cell.outputs = []
        cell.execution_count = None
        await self._runner.async_execute_cell(cell, index)
        return self._runner.reply

    async def ask(self, request: Reply) -> Reply:
        """One probe: see ``inside/probe.py``. What it prints is thrown away."""
        message = self._client.session.msg("probe_request", request)
        self._client.shell_channel.send(message)
        while True:
            try:
                reply: Reply = await self._client.get_shell_msg(timeout=POLL_SECONDS)
            except Empty:
                if not await self._manager.is_alive():
                    raise DeadKernelError("Kernel died") from None
                continue
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                content: Reply = reply["content"]
                return content

    async def interrupt(self) -> None:
        await self._manager.interrupt_kernel()

    async def stop(self) -> None:
        """Kill it and everything below it, and clear away its sockets."""
        self._client.stop_channels()
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=True)
        await self._manager.cleanup_resources()
