"""One notebook's life in the sandbox: its cells are run within the limits, then the judge's probes are answered.

A cell that ends its kernel, or cannot be interrupted, costs itself alone: the kernel is started again and the cells
before it are run once more without it.
"""

import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any, Literal

import psutil
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from autograder.errors import SandboxUnavailable
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.provisioner import kernel_manager

POLL_SECONDS = 0.1
INTERRUPT_SECONDS = 3.0
CUT = "[The output was longer than what is kept; the rest was left out.]\n"

Reason = Literal["time", "memory", "died"]
Reply = dict[str, Any]


@dataclass(frozen=True)
class CellReport:
    """How a code cell went. ``error`` and ``line`` are the student's: a name to be checked before it is shown."""

    status: Literal["ran", "raised", "timed out", "too much memory", "ended the kernel", "not run"]
    error: str | None = None
    line: int | None = None


_STATUS: dict[Reason, Literal["timed out", "too much memory", "ended the kernel"]] = {
    "time": "timed out",
    "memory": "too much memory",
    "died": "ended the kernel",
}


class BoundedClient(NotebookClient):
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

    def output(self, outs: list[NotebookNode], msg: Any, display_id: str, cell_index: int) -> NotebookNode | None:
        """Called by nbclient for each output; returns None for one that is dropped."""
        before, self.output_left = self.output_left, self.output_left - len(str(msg["content"]))
        if self.output_left >= 0:
            return super().output(outs, msg, display_id, cell_index)
        if before >= 0:
            outs.append(NotebookNode(output_type="stream", name="stderr", text=CUT))
        return None


class Watch:
    """Looks at a process tree from outside: which limit has it passed since the watch began?"""

    def __init__(self, process: psutil.Process, cpu_seconds: float, wall_seconds: float, memory_mib: int) -> None:
        self.process = process
        self.cpu_end = _tree_cpu(process) + cpu_seconds
        self.wall_end = time.monotonic() + wall_seconds
        self.memory = memory_mib * MIB

    def passed(self) -> Reason | None:
        """The limit that was passed, or None. A tree that is gone has passed none: others notice that."""
        if time.monotonic() > self.wall_end or _tree_cpu(self.process) > self.cpu_end:
            return "time"
        return "memory" if _tree_memory(self.process, self.memory) > self.memory else None


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _tree_cpu(process: psutil.Process) -> float:
    total = 0.0
    for member in _tree(process):
        try:
            times = member.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _tree_memory(process: psutil.Process, enough: int) -> int:
    """Bytes in use. Resident sizes count shared pages again in each process, so a large sum is counted in shares (PSS)."""
    members = _tree(process)
    resident = sum(_memory(member, "rss") for member in members)
    return resident if resident <= enough else sum(_memory(member, "pss") for member in members)


def _memory(process: psutil.Process, kind: Literal["rss", "pss"]) -> int:
    try:
        return int(process.memory_info().rss if kind == "rss" else process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
    except psutil.AccessDenied:
        return int(process.memory_info().rss)


class Session:
    """A notebook in the sandbox. Use as a context manager; ``run`` first, then ``probe`` as often as needed.

    notebook: its code cells get their outputs in place. files: the folder that the kernel starts in a copy of.
    hidden: folders that the kernel must not see. Raises SandboxUnavailable where no kernel can be had.
    """

    def __init__(self, notebook: NotebookNode, files: Path, hidden: list[Path], limits: Limits) -> None:
        self.notebook = notebook
        self.reports: dict[int, CellReport] = {}
        self._start_options = {"files": str(files), "hidden": hidden, "limits": limits}
        self._limits = limits
        self._restarts_left = limits.kernel_restarts
        self._end = time.monotonic() + limits.submission_wall_seconds
        self._client: BoundedClient | None = None

    def __enter__(self) -> "Session":
        run_sync(self._start)()
        return self

    def __exit__(self, *_: object) -> None:
        run_sync(self._stop)()

    def run(self) -> None:
        """Run every code cell; afterwards ``reports`` says how each went."""
        run_sync(self._run)()

    def probe(self, request: Reply) -> Reply:
        """One call into the kernel. Returns what ``inside/probe.py`` documents, or ``{"status": "timed out" | "too much
        memory" | "ended the kernel" | "oversized"}``; after these three the kernel is a new one, its cells run again."""
        reply: Reply = run_sync(self._probe)(request)
        return reply

    async def _start(self) -> None:
        manager = kernel_manager()
        self._client = BoundedClient(self.notebook, manager, self._limits.output_bytes)
        try:
            await manager.start_kernel(**self._start_options)
            self._client.kc = manager.client()
            self._client.kc.start_channels()
            await self._client.kc.wait_for_ready(timeout=self._limits.start_wall_seconds)
            self._client.kc.allow_stdin = False
        except RuntimeError as error:  # jupyter_client's word for "the kernel died" and "did not answer"
            await self._stop()
            raise SandboxUnavailable(f"no kernel in the sandbox: {error}") from error

    async def _stop(self) -> None:
        if self._client is None:
            return
        client, self._client = self._client, None
        if client.kc is not None:
            client.kc.stop_channels()
        if client.km.has_kernel:
            await client.km.shutdown_kernel(now=True)
        await client.km.cleanup_resources()

    async def _run(self) -> None:
        index = 0
        while index < len(self.notebook.cells):
            if self._is_code(index) and index not in self.reports:
                report = await self._run_cell(index)
                self.reports[index] = report
                if report.status in ("ended the kernel", "too much memory") or self._client is None:
                    await self._restart()
                    if self._restarts_left < 0:
                        break
                    index = -1
            index += 1
        for left in range(len(self.notebook.cells)):
            if self._is_code(left):
                self.reports.setdefault(left, CellReport("not run"))

    async def _restart(self) -> None:
        """A new kernel with everything that went well so far."""
        self._restarts_left -= 1
        await self._stop()
        await self._start()
        if self._restarts_left < 0:
            return
        for index, report in sorted(self.reports.items()):
            if report.status in ("ran", "raised"):
                again = await self._run_cell(index)
                if again.status not in ("ran", "raised"):
                    self.reports[index] = again
                    await self._restart()
                    return

    def _is_code(self, index: int) -> bool:
        cell = self.notebook.cells[index]
        return bool(cell.cell_type == "code" and cell.source.strip())

    async def _run_cell(self, index: int) -> CellReport:
        assert self._client is not None
        cell = self.notebook.cells[index]
        cell.outputs = []
        cell.execution_count = None
        task = asyncio.ensure_future(self._client.async_execute_cell(cell, index))
        reason = await self._bounded(task, self._limits.cell_cpu_seconds, self._limits.cell_wall_seconds)
        if reason is not None:
            return CellReport(_STATUS[reason])
        reply = self._client.reply
        if reply.get("status") != "error":
            return CellReport("ran")
        return CellReport("raised", str(reply.get("ename")), _error_line(reply.get("traceback")))

    async def _probe(self, request: Reply) -> Reply:
        if self._client is None or time.monotonic() > self._end:
            return {"status": "timed out"}
        task = asyncio.ensure_future(self._ask(request))
        reason = await self._bounded(task, self._limits.probe_cpu_seconds, self._limits.probe_wall_seconds)
        if reason is None:
            return task.result()
        if self._client is None or reason != "time":
            await self._restart()
        return {"status": _STATUS[reason]}

    async def _ask(self, request: Reply) -> Reply:
        assert self._client is not None
        client = self._client.kc
        message = client.session.msg("probe_request", request)
        client.shell_channel.send(message)
        while True:
            try:
                reply = await client.get_shell_msg(timeout=POLL_SECONDS)
            except Empty:
                if not await self._client.km.is_alive():
                    raise DeadKernelError("Kernel died") from None
                continue
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                break
        content: Reply = reply["content"]
        return {"status": "oversized"} if len(str(content)) > self._limits.reply_bytes else content

    async def _bounded(self, task: "asyncio.Future[Any]", cpu_seconds: float, wall_seconds: float) -> Reason | None:
        """Wait for a task that waits for the kernel. Returns the limit that ended it, if one did.

        Out of time the kernel is interrupted; if it does not obey, and out of memory, it is stopped for good.
        """
        assert self._client is not None
        wall_seconds = max(0.0, min(wall_seconds, self._end - time.monotonic()))
        process = psutil.Process(self._client.km.provisioner.pid)
        watch = Watch(process, cpu_seconds, wall_seconds, self._limits.memory_mib)
        reason: Reason | None = None
        while reason is None:
            await asyncio.wait({task}, timeout=POLL_SECONDS)
            if task.done():
                return "died" if isinstance(task.exception(), DeadKernelError) else _result(task)
            reason = watch.passed()
        if reason == "time":
            await self._client.km.interrupt_kernel()
            await asyncio.wait({task}, timeout=INTERRUPT_SECONDS)
        if not task.done() or task.exception() is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._stop()
        return reason


def _result(task: "asyncio.Future[Any]") -> None:
    task.result()  # raises what is our own fault


def _error_line(traceback: object) -> int | None:
    """The line of the cell in IPython's traceback, which colours its text."""
    lines = traceback if isinstance(traceback, list) else []
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(map(str, lines)))[:100_000]
    found = re.search(r"Cell In\[\d+\], line (\d+)", text)
    return int(found.group(1)) if found else None
