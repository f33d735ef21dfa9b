"""One notebook's life in the sandbox: its cells are run within the limits, then the judge's probes are answered.

A cell that ends its kernel, or cannot be interrupted, costs itself alone: the kernel is started again and the cells
before it are run once more without it.
"""

import asyncio
import re
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.sandbox.kernel import POLL_SECONDS, Kernel, Reply
from autograder.sandbox.limits import Limits
from autograder.sandbox.watch import Reason, Watch

INTERRUPT_SECONDS = 3.0

Status = Literal["ran", "raised", "timed out", "too much memory", "ended the kernel", "not run"]
_STATUS: dict[Reason, Status] = {"time": "timed out", "memory": "too much memory", "died": "ended the kernel"}


@dataclass(frozen=True)
class CellReport:
    """How a code cell went. ``error`` and ``line`` are the student's: a name to be checked before it is shown."""

    status: Status
    error: str | None = None
    line: int | None = None


class Stopped(Exception):
    """A limit was passed, or the kernel died. ``kernel_lost``: it was not possible to go on with it."""

    def __init__(self, reason: Reason, *, kernel_lost: bool) -> None:
        super().__init__(reason)
        self.status = _STATUS[reason]
        self.kernel_lost = kernel_lost


class Session:
    """A notebook in the sandbox. Use as a context manager; ``run`` first, then ``probe`` as often as needed.

    notebook: its code cells get their outputs in place. files: the folder that the kernel starts in a copy of.
    hidden: folders that the kernel must not see. Raises SandboxUnavailable where no kernel can be had.
    """

    def __init__(self, notebook: NotebookNode, files: Path, hidden: list[Path], limits: Limits) -> None:
        self.notebook = notebook
        self.reports: dict[int, CellReport] = {}
        self._files = files
        self._hidden = hidden
        self._limits = limits
        self._restarts_left = limits.kernel_restarts
        self._end = time.monotonic() + limits.submission_wall_seconds
        self._kernel: Kernel | None = None

    def __enter__(self) -> "Session":
        run_sync(self._start)()
        return self

    def __exit__(self, *_: object) -> None:
        run_sync(self._stop)()

    def run(self) -> None:
        """Run every code cell; afterwards ``reports`` says how each went."""
        run_sync(self._run)()

    def run_cell(self, source: str) -> CellReport:
        """Run one cell more, after all others: ``course verify`` tries many answers in one kernel."""
        self.notebook.cells.append(new_code_cell(source))
        index = len(self.notebook.cells) - 1
        self.reports[index] = report = run_sync(self._run_cell)(index)
        return report

    def probe(self, request: Reply) -> Reply:
        """One call into the kernel. Returns what ``inside/probe.py`` documents, or a ``status`` of "oversized", or
        one of ``CellReport``'s for what stopped the call; if the kernel was lost, the next probe meets a new one."""
        reply: Reply = run_sync(self._probe)(request)
        return reply

    async def _start(self) -> None:
        self._kernel = await Kernel.start(self.notebook, self._files, self._hidden, self._limits)

    async def _stop(self) -> None:
        if self._kernel is not None:
            kernel, self._kernel = self._kernel, None
            await kernel.stop()

    async def _run(self) -> None:
        """Every cell that has no report yet gets one; after a lost kernel, those that went well are run again first."""
        pending = [index for index, cell in enumerate(self.notebook.cells) if _is_code(cell)]
        while pending and self._kernel is not None:
            index = pending.pop(0)
            self.reports[index] = report = await self._run_cell(index)
            if report.status not in ("ran", "raised") and self._kernel is None:
                await self._restart()
        for index in pending:
            self.reports[index] = CellReport("not run")

    async def _restart(self) -> None:
        """A new kernel with everything that went well so far; none when there were too many."""
        while self._restarts_left > 0:
            self._restarts_left -= 1
            await self._start()
            for index, report in sorted(self.reports.items()):
                if report.status in ("ran", "raised"):
                    self.reports[index] = await self._run_cell(index)
                if self._kernel is None:
                    break
            else:
                return

    async def _run_cell(self, index: int) -> CellReport:
        assert self._kernel is not None
        cell = self.notebook.cells[index]
        run = self._kernel.run_cell(cell, index)
        try:
            reply = await self._bounded(run, self._limits.cell_cpu_seconds, self._limits.cell_wall_seconds)
        except Stopped as stopped:
            return CellReport(stopped.status)
        if reply.get("status") != "error":
            return CellReport("ran")
        return CellReport("raised", str(reply.get("ename")), _error_line(reply.get("traceback")))

    async def _probe(self, request: Reply) -> Reply:
        if self._kernel is None or time.monotonic() > self._end:
            return {"status": "timed out"}
        ask = self._kernel.ask(request)
        try:
            reply = await self._bounded(ask, self._limits.probe_cpu_seconds, self._limits.probe_wall_seconds)
        except Stopped as stopped:
            if stopped.kernel_lost:
                await self._restart()
            return {"status": stopped.status}
        return {"status": "oversized"} if len(str(reply)) > self._limits.reply_bytes else reply

    async def _bounded(self, work: Coroutine[Any, Any, Reply], cpu_seconds: float, wall_seconds: float) -> Reply:
        """What the kernel replies. Raises Stopped.

        Out of time the kernel is interrupted; if it does not obey, and out of memory, it is stopped for good.
        """
        assert self._kernel is not None
        wall_seconds = max(0.0, min(wall_seconds, self._end - time.monotonic()))
        watch = Watch(self._kernel.pid, cpu_seconds, wall_seconds, self._limits.memory_mib)
        task = asyncio.ensure_future(work)
        reason: Reason | None = None
        while reason is None:
            await asyncio.wait({task}, timeout=POLL_SECONDS)
            if not task.done():
                reason = watch.passed()
            elif isinstance(task.exception(), DeadKernelError):
                reason = "died"
            else:
                return task.result()
        if reason == "time":
            await self._kernel.interrupt()
            await asyncio.wait({task}, timeout=INTERRUPT_SECONDS)
            if task.done() and task.exception() is None:
                raise Stopped(reason, kernel_lost=False)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self._stop()
        raise Stopped(reason, kernel_lost=True)


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and cell.source.strip())


def _error_line(traceback: object) -> int | None:
    """The line of the cell in IPython's traceback, which colours its text."""
    lines = traceback if isinstance(traceback, list) else []
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(map(str, lines)))[:100_000]
    found = re.search(r"Cell In\[\d+\], line (\d+)", text)
    return int(found.group(1)) if found else None
