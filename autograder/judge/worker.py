"""The judge's own process: waits for work on stdin, runs pytest, asks for probes, reports checks.

Words that come in: ``judge`` (a Job) and, after each probe, ``reply``. Words that go out: ``begin`` (a check's id),
``time`` (is what follows the student's, or our own work?), ``probe`` (a request), ``alive`` (in a long training),
``check`` (a result, and for our own failures a traceback), ``done``. It ends when stdin ends.
"""

import contextlib
import ctypes
import dataclasses
import functools
import gc
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.judge import alarm, memory, training
from autograder.judge.check import load_checks, load_misconceptions
from autograder.judge.job import Job
from autograder.judge.plugin import JudgePlugin, Judging
from autograder.judge.submission import Reply, Submission
from autograder.machine.channel import Channel, Closed
from autograder.verdict import CheckResult

PR_SET_PDEATHSIG = 1
# Parts of pytest that serve a person at a terminal, keep all that was ever warned of, or collect garbage (0.3 s a time)
# to look for leaks in the checks.
UNUSED = ("cacheprovider", "terminal", "logging", "warnings", "faulthandler", "unraisableexception", "threadexception")


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # even a busy judge ends with its grading run
    channel = Channel(os.dup(0), os.dup(1))
    memory.bound_host()
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):  # whatever a library prints must not be taken for a verdict
        os.dup2(quiet, descriptor)
    gc.disable()  # imports leave next to nothing behind; looking for it takes a seventh of their time
    import torch
    import transformers

    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    training.on_step = functools.partial(channel.send, {"op": "alive"})
    alarm.tell = lambda theirs: channel.send({"op": "time", "theirs": theirs})
    gc.freeze()  # the libraries stay for good: no need to look through them again and again
    gc.enable()
    job = _receive(channel)
    while job is not None:
        after = _judge(channel, job)
        if after is not None and not after.has_checks_of(job):
            _forget(Path(job.checks))
        job = after


def _receive(channel: Channel) -> Job | None:
    """None where no more will come."""
    try:
        message = channel.receive()
    except Closed:
        return None
    return Job(**{name: part for name, part in message.items() if name != "op"})


def _forget(directory: Path) -> None:
    """After these checks come others, or the same after an edit. pytest would take their modules for those of the same
    name; and what they found out about trained models is theirs alone."""
    for name, module in list(sys.modules.items()):
        if (place := getattr(module, "__file__", None)) is not None and Path(place).is_relative_to(directory):
            del sys.modules[name]
    training.forget()


def _judge(channel: Channel, first: Job) -> Job | None:
    """This job, and those after it with the same checks: pytest reads them once, which takes as long as to run them.
    Returns the next, with others or where pytest has given up; None where no more will come."""
    from torch import OutOfMemoryError

    directory = Path(first.checks)
    known = {check.id: check for check in load_checks(directory)}
    job: Job | None = first

    def done() -> Job | None:
        with contextlib.suppress(Closed):  # then nothing more will come
            channel.send({"op": "done"})
        return _receive(channel)

    def ask(request: dict[str, Any]) -> Reply:
        with alarm.uninterrupted():  # else the reply to this request could be taken for that to the next
            channel.send({"op": "probe", "request": request})
            try:
                reply: Reply = channel.receive()["reply"]
                return reply
            except (RecursionError, ValueError):  # the line has been read, but nests deeper than can be parsed here
                return {"status": "malformed"}

    def report(result: CheckResult, ours: BaseException | None) -> None:
        detail = "" if ours is None else "".join(traceback.format_exception(ours))
        channel.send({"op": "check", "result": dataclasses.asdict(result), "detail": detail})
        if training.of_the_gpu(ours) and not isinstance(ours, OutOfMemoryError):
            os._exit(1)  # CUDA computes nothing more in this process, so that the next check gets a new one

    def judgings() -> Iterator[Judging]:
        nonlocal job
        while job is not None and job.has_checks_of(first):
            checks = {name: known[name] for name in job.ids}
            yield Judging(Submission(ask, job.cells, job.seed), checks, Path(job.source), job.seed, set(job.lost))
            job = done()

    plugin = JudgePlugin(
        judgings(),
        load_misconceptions(directory),
        begin=lambda check: channel.send({"op": "begin", "id": check}),
        report=report,
    )
    _run_pytest(directory, plugin)
    if job is not None and job.has_checks_of(first):  # pytest has given up
        job = done()
    return job


def _run_pytest(directory: Path, plugin: JudgePlugin) -> None:
    options = ["--import-mode=importlib", f"--rootdir={directory}", f"--confcutdir={directory}", "-c", os.devnull]
    options += ["--assert=plain", "--capture=no"]
    options += [word for name in UNUSED for word in ("-p", f"no:{name}")]
    pytest.main([*options, str(directory)], plugins=[plugin])
