"""The grading side of the judge: starts its process, carries probes to the kernel, and survives its end.

A judge serves one submission after another, for a whole grading run; there are as many as work at once
(``autograder.judge.pool``). It ends by itself what keeps it busy (``autograder.judge.alarm``). If it cannot, or dies,
it is started again and goes on with the next check.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from autograder.errors import SandboxUnavailable
from autograder.files import folder_digest
from autograder.judge.check import BUSY, CHANCES, OURS, Check, without_answer
from autograder.judge.job import Job
from autograder.machine import profile
from autograder.machine.channel import Channel, Closed, Silent
from autograder.machine.starved import STRETCH, starved
from autograder.verdict import CheckResult

OURS_SECONDS = 300.0  # by the clock, of silence in our own work: its start, a fixture, a step of a training
CHECK_SECONDS = 60.0  # in a student's, and so much more than the seconds of processor time that alarm.py allows

SPARED_SECONDS = 1.0  # so long may any process wait for its turn
LAST_LINES = 20  # of what a judge that is lost had to say
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", *profile.ENVIRONMENT)

Probe = Callable[[dict[str, Any]], dict[str, Any]]


def first_gpu() -> str:
    """The one GPU that a judge sees: with several, a batch would be as many times as large."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]


def _listen(pipe: IO[bytes], said: deque[bytes]) -> None:
    with pipe:
        said.extend(pipe)


class Judge:
    """The judge's process, started when it is first needed (or by ``start``, to overlap with other work)."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._said: deque[bytes] = deque(maxlen=LAST_LINES)
        self._changing = threading.RLock()

    def start(self) -> Channel:
        """Start the process and return at once; it gets ready on its own. Returns the way to it."""
        with self._changing:
            if self._channel is None or self._process is None or self._process.poll() is not None:
                self.stop()
                self._process, self._channel = self._started()
            return self._channel

    def _started(self) -> tuple[subprocess.Popen[bytes], Channel]:
        package = Path(__file__).parents[2]
        code = f"import sys; sys.path.insert(0, {str(package)!r}); from autograder.judge.worker import main; main()"
        environment = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "OMP_NUM_THREADS": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # what else is installed here must not touch a mark
            "COURSE_PROFILE": profile.profile(),  # as in the verdict, whatever a judge would find
            "CUDA_VISIBLE_DEVICES": first_gpu() if profile.profile() == "gpu" else "",
        }
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._said = deque(maxlen=LAST_LINES)
        self._listener = threading.Thread(target=_listen, args=(process.stderr, self._said), daemon=True)
        self._listener.start()
        return process, Channel(process.stdout.fileno(), process.stdin.fileno())

    def stop(self) -> None:
        """End the process, whatever it is doing. From any thread, also while another waits for a message of it."""
        with self._changing:
            process, channel = self._process, self._channel
            self._process = self._channel = None
        if process is not None and channel is not None:
            process.kill()
            process.wait()
            self._listener.join(1)  # then it has the last lines
            channel.close(process.stdin, process.stdout)

    def judge(
        self,
        directory: Path,
        source: Path,
        checks: list[Check],
        cells: Mapping[str, Any],
        seed: int,
        probe: Probe,
        log: logging.Logger,
    ) -> list[CheckResult]:
        """Run these checks. Returns exactly one result for each, in their order.

        directory, source, cells: as in a Job. probe: carries a request to the student's kernel. log: for what fails on
        our side.
        """
        results: dict[str, CheckResult] = {}
        hung: Counter[str] = Counter()
        digest = folder_digest(directory)
        while left := {check.id: check for check in checks if check.id not in results}:
            lost = sorted({result.exercise for result in results.values() if result.outcome != "passed"})
            job = Job(str(directory), digest, str(source), list(left), cells, seed, lost)
            exercise = self._run(job, left, probe, results, log)
            hung.update([exercise] if exercise else [])
            for check in left.values():
                if hung[check.exercise] >= CHANCES:
                    results.setdefault(check.id, without_answer(check, "timed out", BUSY))
        return [results[check.id] for check in checks]

    def _run(
        self,
        job: Job,
        checks: dict[str, Check],
        probe: Probe,
        results: dict[str, CheckResult],
        log: logging.Logger,
    ) -> str | None:
        """One go, until it is done or the judge is lost; then the check under way (all, if none) gets its result.

        Returns the exercise whose check hung the judge, if one did. Raises SandboxUnavailable where the judge was
        stopped from another thread: nobody waits for the checks that are left.
        """
        at = _Place()
        channel = self.start()
        try:
            channel.send({"op": "judge", **vars(job)})
            self._talk(channel, at, probe, results, log)
            _settle_done(checks, results, log)
            return None
        except (Silent, Closed) as end:
            hung = isinstance(end, Silent)
        except BaseException:  # a probe's: the judge still waits for its reply, and would take the next job for it
            self.stop()
            raise
        if self._channel is not channel:
            raise SandboxUnavailable("grading was stopped")
        self.stop()
        said = b"".join(self._said).decode(errors="replace") or "nothing"
        log.error("the judge was lost at %s; it had said:\n%s", at.check or "its start", said)
        return _settle_lost(at, checks, results, hung=hung)

    def _talk(
        self, channel: Channel, at: "_Place", probe: Probe, results: dict[str, CheckResult], log: logging.Logger
    ) -> None:
        """Until the judge is done with its job. Raises Closed, Silent, and what a probe raises."""
        while True:
            message = self._hear(channel, CHECK_SECONDS if at.theirs else OURS_SECONDS)
            match message["op"]:
                case "begin":
                    at.check = message["id"]
                case "time":
                    at.theirs = message["theirs"]
                case "alive":
                    continue
                case "probe":
                    _reply(channel, probe(message["request"]))
                case "check":
                    result = CheckResult(**message["result"])
                    results[result.id] = result
                    if message["detail"]:
                        log.error("check %s failed on our side:\n%s", result.id, message["detail"])
                case "done":
                    return

    def _hear(self, channel: Channel, seconds: float) -> dict[str, Any]:
        """Its next message. Time in which others keep it from running is not its own. Raises Closed, Silent."""
        pid = self._process.pid if self._process is not None else 0
        began, before, left = time.monotonic(), starved(pid), seconds
        while True:
            try:
                return channel.receive(left)
            except Silent:
                may = min(seconds + starved(pid) - before, STRETCH * seconds)
                left = began + may - time.monotonic()
                if left < SPARED_SECONDS:
                    raise


@dataclass
class _Place:
    """Where a judge is in its job: at a check, by its id, and in the student's time or in our own."""

    check: str | None = None
    theirs: bool = False


def _settle_done(checks: dict[str, Check], results: dict[str, CheckResult], log: logging.Logger) -> None:
    """What pytest collected differently, skipped or lost is ours: never silently nothing, and never asked for again."""
    for name, check in checks.items():
        if name not in results:
            log.error("check %s failed on our side:\n%s", name, "pytest did not run this check")
            results[name] = without_answer(check, "grader error", OURS)


def _settle_lost(at: _Place, checks: dict[str, Check], results: dict[str, CheckResult], *, hung: bool) -> str | None:
    """Results of what a lost judge leaves behind. Where it fell silent in our own work, so do the exercise's other
    checks: they would wait as long again. Returns the exercise whose check hung it in the student's time, if one did.
    """
    if at.check is None:
        results.update({name: without_answer(check, "grader error", OURS) for name, check in checks.items()})
        return None
    lost = checks[at.check]
    if hung and at.theirs:
        results.setdefault(lost.id, without_answer(lost, "timed out", BUSY))
        return lost.exercise
    for name, check in checks.items():
        if check is lost or (hung and check.exercise == lost.exercise):
            results.setdefault(name, without_answer(check, "grader error", OURS))
    return None


def _reply(channel: Channel, reply: Any) -> None:
    """Hand on what a probe gave, even where it is no JSON: too deep, or a number too long to be written."""
    try:
        channel.send({"op": "reply", "reply": reply})
    except (RecursionError, TypeError, ValueError):  # before anything was sent
        channel.send({"op": "reply", "reply": {"status": "malformed"}})
