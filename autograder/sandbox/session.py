"""One notebook's life in the sandbox: its cells are run within the limits, then the judge's probes are answered.

A cell that ends its kernel, or cannot be interrupted, costs itself alone: the kernel is started again and the cells
before it are run once more without it.
"""

import asyncio
import copy
import re
import threading
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.errors import SandboxUnavailable
from autograder.machine.starved import STRETCH
from autograder.sandbox.kernel import Kernel, Reply
from autograder.sandbox.libraries import imported
from autograder.sandbox.limits import TIME, Limit, Limits
from autograder.sandbox.runner import CellRunner

POLL_SECONDS = 0.1
INTERRUPT_SECONDS = 3.0
MORE_TRIES = 3
MAX_NAME = 100  # characters of an exception's name
KERNELS_WORDS = ("returned", "raised", "missing", "oversized")

Status = Literal["ran", "raised", "timed out", "stopped", "not run"]
WENT = ("ran", "raised")

# What a limit that the sandbox enforces by itself looks like from within: the exception's name and its message.
_FROM_WITHIN: tuple[tuple[str, Limit], ...] = (
    (r"MemoryError:|RuntimeError: .*DefaultCPUAllocator: can't allocate memory", "memory"),
    (r"OSError: \[Errno 28\]", "disk"),
    (r"OSError: \[Errno 27\]", "file size"),
    (r"BlockingIOError: \[Errno 11\]|RuntimeError: can't start new thread", "processes"),
)


@dataclass(frozen=True)
class CellReport:
    """How a code cell went. ``error`` and ``line`` are the student's: a name to be checked before it is shown.

    ``message`` is ours, for the student: which limit was hit.
    """

    status: Status
    error: str | None = None
    line: int | None = None
    message: str | None = None


class Stopped(Exception):
    """A limit was passed, or the kernel was lost."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit)
        self.limit = limit

    @property
    def status(self) -> Literal["timed out", "stopped"]:
        return "timed out" if self.limit in TIME else "stopped"


class Session:
    """A notebook in the sandbox. Use as a context manager; ``run`` first, then ``probe`` as often as needed.

    notebook: its code cells get their outputs in place. files: what the kernel gets a copy of, by relative path.
    hidden: folders that the kernel must not see. stopping: set from outside when the whole run is to end.
    Raises SandboxUnavailable where no kernel can be had, or the run is to end.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        files: Mapping[str, Path],
        hidden: list[Path],
        limits: Limits,
        stopping: threading.Event | None = None,
    ) -> None:
        self.notebook = notebook
        self.reports: dict[int, CellReport] = {}
        self.restarts = 0
        self._files = files
        self._hidden = hidden
        self._limits = limits
        self._stopping = stopping or threading.Event()
        self._wall_left = float(limits.submission_wall_seconds)
        self._cpu_left = float(limits.submission_cpu_seconds)
        self._kernel: Kernel | None = None
        self._runner: CellRunner
        self._asked = False  # then hidden inputs are out, and nothing more comes into the notebook or the reports
        self._spoiled: set[int] = set()  # cells that went well once, and not again
        self._limit: Limit | None = None  # which was passed last
        self._not_theirs = False  # did the kernel that was lost last end with its server?
        self._tried_again: list[object] = []  # cells by index, and requests

    def __enter__(self) -> "Session":
        run_sync(self._start)()
        return self

    def __exit__(self, *_: object) -> None:
        run_sync(self._stop)()

    @property
    def messages(self) -> list[str]:
        """What was stopped, in words for the student."""
        return [report.message for _, report in sorted(self.reports.items()) if report.message]

    def run(self) -> None:
        """Run every code cell; afterwards ``reports`` says how each went."""
        run_sync(self._run)()

    def run_cell(self, source: str, grade_id: str = "") -> CellReport:
        """Run one cell more, after all others: many answers can be tried in one kernel.

        grade_id: whose answer it is; without it is a student's own.
        """
        about = {"nbgrader": {"solution": True, "grade_id": grade_id}}
        self.notebook.cells.append(new_code_cell(source, metadata=about))
        index = len(self.notebook.cells) - 1
        self.reports[index] = report = run_sync(self._run_cell)(index)
        return report

    def probe(self, request: Reply) -> Reply:
        """One request to the kernel. Returns what ``inside/probe.py`` documents, or, from us, ``{"status": "timed out"
        | "stopped", "message": ...}`` or ``{"status": "malformed"}``; if the kernel was lost, the next probe meets a
        new one."""
        self._asked = True
        reply: Reply = run_sync(self._probe)(request)
        return reply

    async def _start(self) -> None:
        self._go_on()
        imports = imported(self.notebook)
        self._kernel = await Kernel.start(
            self._files, self._hidden, imports, self._limits, self._cpu_left, self._stopping
        )
        self._runner = self._kernel.runner(self.notebook)

    async def _stop(self) -> None:
        if self._kernel is not None:
            kernel, self._kernel = self._kernel, None
            self._cpu_left -= kernel.watch.cpu_used
            await kernel.stop()

    async def _run(self) -> None:
        """Every cell that has no report yet gets one; after a lost kernel, those that went well are run again first."""
        pending = [index for index, cell in enumerate(self.notebook.cells) if _is_code(cell)]
        while pending and self._kernel is not None:
            index = pending.pop(0)
            self.reports[index] = await self._run_cell(index)
            if self._kernel is None:
                again = self._may_try_again(index)
                await self._restart()
                if again and self._kernel is not None:
                    pending.insert(0, index)
        for index in pending:
            self.reports[index] = CellReport("not run", message=f"Cell {self._number(index)} was not run any more.")

    async def _restart(self) -> None:
        """A new kernel with everything that went well so far; none when there were too many, or time is up."""
        most = self._limits.kernel_restarts + len(self._tried_again)
        while self.restarts < most and self._cpu_left > 0 and self._wall_left > 0:
            self.restarts += 1
            await self._start()
            for index, report in sorted(self.reports.items()):
                if report.status in WENT and index not in self._spoiled:
                    report = await self._run_cell(index)
                    if not (self._kernel is None and self._may_try_again(index)):
                        self._keep(index, report)
                if self._kernel is None:
                    break
            else:
                return

    def _may_try_again(self, what: object) -> bool:
        """Kernels end with students' code, and now and then for other reasons: a server that was killed, or a machine
        without memory. So what a kernel died of is run once more, a few in all.

        Raises SandboxUnavailable where it died of such a reason again.
        """
        if self._limit != "died":
            return False
        if what in self._tried_again or len(self._tried_again) == MORE_TRIES:
            if self._not_theirs:
                raise SandboxUnavailable("the server that kernels are forked from ended again and again")
            return False
        self._tried_again.append(what)
        return True

    def _keep(self, index: int, again: CellReport) -> None:
        if not self._asked:
            self.reports[index] = again
        elif again.status not in WENT:
            self._spoiled.add(index)

    async def _run_cell(self, index: int) -> CellReport:
        assert self._kernel is not None
        where = f"cell {self._number(index)}"
        cell = self.notebook.cells[index]
        work = self._runner.run(copy.deepcopy(cell) if self._asked else cell, index)
        seconds = (self._limits.cell_cpu_seconds, self._limits.cell_wall_seconds)
        try:
            reply = await self._bounded(work, ("cell cpu", "cell wall"), seconds)
        except Stopped as stopped:
            self._limit = stopped.limit
            return CellReport(stopped.status, message=self._limits.sentence(stopped.limit, where))
        finally:
            self.notebook.cells[index] = cell  # nbclient puts what it has run into its place
        if reply.get("status") != "error":
            return CellReport("ran")
        limit = _limit_from_within(reply)
        message = self._limits.sentence(limit, where) if limit is not None else None
        return CellReport("raised", str(reply.get("ename"))[:MAX_NAME], _error_line(reply.get("traceback")), message)

    def _number(self, index: int) -> int:
        """Of a code cell, counted from 1 as a person would."""
        return sum(map(_is_code, self.notebook.cells[: index + 1]))

    async def _probe(self, request: Reply) -> Reply:
        if self._kernel is None:
            return {"status": "timed out", "message": "The notebook had used up its time, or its new starts."}
        where = f"a call of `{request['name']}`"
        work = self._kernel.ask({**request, "reply_bytes": self._limits.reply_bytes})
        seconds = (self._limits.probe_cpu_seconds, self._limits.probe_wall_seconds)
        try:
            reply = await self._bounded(work, ("probe cpu", "probe wall"), seconds)
        except Stopped as stopped:
            self._limit = stopped.limit
            if self._kernel is None:
                again = self._may_try_again(request)
                await self._restart()
                if again and self._kernel is not None:
                    return await self._probe(request)
            return {"status": stopped.status, "message": self._limits.sentence(stopped.limit, where)}
        replies = reply.get("replies") if "calls" in request and reply.get("status") == "several" else [reply]
        return reply if _are_kernels_words(replies) else {"status": "malformed"}

    async def _bounded(
        self, work: Coroutine[Any, Any, Reply], words: tuple[Limit, Limit], seconds: tuple[int, int]
    ) -> Reply:
        """What the kernel replies, within CPU and wall seconds (``words`` for using more). Raises Stopped.

        Only this is the submission's time: between two probes the judge may train for minutes.
        """
        assert self._kernel is not None
        left, began, watch = max(0.0, self._wall_left), time.monotonic(), self._kernel.watch
        wall: tuple[Limit, float] = (words[1], seconds[1]) if left > seconds[1] else ("submission wall", left)
        watch.begin(words[0], seconds[0], *wall)
        self._kernel.gate.allow()
        try:
            return await self._watched(asyncio.ensure_future(work))
        finally:
            passed = time.monotonic() - began
            self._wall_left -= max(passed / STRETCH, passed - watch.waited)

    async def _watched(self, task: asyncio.Future[Reply]) -> Reply:
        """Out of time the kernel is interrupted. If it does not obey, and for other limits, it is stopped for good."""
        assert self._kernel is not None
        limit: Limit | None = None
        while limit is None:
            await asyncio.wait({task}, timeout=POLL_SECONDS)
            try:
                self._go_on()
                limit = await self._passed(task)
            except SandboxUnavailable:
                await _cancel(task)
                raise
            if task.done() and limit is None:
                return task.result()
        if limit in TIME:
            await self._kernel.interrupt()
            await asyncio.wait({task}, timeout=INTERRUPT_SECONDS)
            if task.done() and await self._passed(task) is None:
                raise Stopped(limit)
        await _cancel(task)
        await self._stop()
        raise Stopped(limit)

    def _go_on(self) -> None:
        if self._stopping.is_set():
            raise SandboxUnavailable("grading was stopped")

    async def _passed(self, task: asyncio.Future[Reply]) -> Limit | None:
        """Which limit has the kernel passed, or how was it lost?"""
        assert self._kernel is not None
        if self._kernel.gate.exceeded:
            return "output"
        if not task.done():
            return self._kernel.watch.passed() if await self._kernel.alive() else self._why_died(self._kernel)
        if isinstance(task.exception(), DeadKernelError):
            return self._why_died(self._kernel)
        if task.exception() is not None or self._runner.malformed or not isinstance(task.result(), dict):
            return "malformed"  # an unreadable message is the kernel's doing, whatever was wrong with it
        return None

    def _why_died(self, kernel: Kernel) -> Limit:
        self._not_theirs = kernel.ended_with_its_server()
        return kernel.watch.why_died()


async def _cancel(task: asyncio.Future[Reply]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _are_kernels_words(replies: object) -> bool:
    """May a kernel say these? Other words are ours."""
    return isinstance(replies, list) and all(
        isinstance(reply, dict) and reply.get("status") in KERNELS_WORDS for reply in replies
    )


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and cell.source.strip())


def _limit_from_within(reply: Reply) -> Limit | None:
    said = f"{reply.get('ename')}: {str(reply.get('evalue'))[:300]}"
    return next((limit for pattern, limit in _FROM_WITHIN if re.match(pattern, said)), None)


def _error_line(traceback: object) -> int | None:
    """The line of the cell in IPython's traceback, which colours its text."""
    lines = traceback if isinstance(traceback, list) else []
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(map(str, lines)))[:100_000]
    found = re.search(r"Cell In\[\d+\], line (\d{1,6})\b", text)
    return int(found.group(1)) if found else None
