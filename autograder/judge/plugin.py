"""The pytest side of the judge: gives checks their ``submission`` and turns each test's end into an outcome."""

import builtins
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from autograder.judge import alarm
from autograder.judge.check import BUSY, CHANCES, OURS, Check, Misconception, Told
from autograder.judge.submission import Missing, NoAnswer, Oversized, Raised, Stopped, Submission, TimedOut, Unusable
from autograder.verdict import CheckResult, Outcome

NO_TRUTH = "Boolean value of Tensor"  # torch's words where data is compared, and a tensor is among it
_LIBRARIES = {"TemplateError", "TemplateSyntaxError", "UndefinedError", "JSONDecodeError", "OutOfMemoryError"}
_BUILTINS = {
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}


@dataclass
class Judging:
    """One submission, and the checks that are to be run against it, by id and in this order.

    source, seed: as in a Job. lost: exercises that have lost points. busy: how many checks of an exercise were too
    long at work. stand_ins: see the fixture. broken_off: was something ended by what is no Exception?
    """

    submission: Submission
    checks: Mapping[str, Check]
    source: Path
    seed: int
    lost: set[str]
    busy: Counter[str] = field(default_factory=Counter)
    stand_ins: Mapping[str, Any] = field(default_factory=dict)
    broken_off: bool = False


class JudgePlugin:
    """Runs checks, which pytest has read once, against one submission after another. What a fixture of the session's
    holds is of one submission.

    ``report`` is called once for each check, with its result and, for our own failures, the exception.
    """

    def __init__(
        self,
        judgings: Iterator[Judging],
        misconceptions: Mapping[str, Misconception],
        begin: Callable[[str], None],
        report: Callable[[CheckResult, BaseException | None], None],
    ) -> None:
        self._judgings = judgings
        self._misconceptions = misconceptions
        self._begin = begin
        self._report = report
        self._now: Judging

    @pytest.fixture(scope="session")
    def seed(self) -> int:
        """Hidden inputs are drawn with this."""
        return self._now.seed

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> random.Random:
        """A check's numbers depend on its name, and not on which others ran before it."""
        return random.Random(f"{self._now.seed}/{request.node.name}")

    @pytest.fixture(scope="session")
    def source(self) -> Path:
        """The folder with what students get."""
        return self._now.source

    @pytest.fixture(scope="session")
    def stand_ins(self) -> Mapping[str, Any]:
        """Right functions by the names of their exercises, where a conftest.py has any. A check that fails is asked
        again with those of earlier exercises that have lost points: they are not to cost points a second time."""
        return {}

    @pytest.fixture(scope="session")
    def submission(self, stand_ins: Mapping[str, Any]) -> Submission:
        """The student's answers."""
        self._now.stand_ins = stand_ins
        return self._now.submission

    def pytest_configure(self, config: pytest.Config) -> None:
        config.option.tbstyle = "no"  # else pytest writes out all that a failed check was given, and nobody reads it

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own, which ends with its session. It ends where something was broken off: pytest may
        have lost track of a fixture, for whoever comes next."""
        items = {_id(item): item for item in session.items}
        for judging in self._judgings:
            self._now = judging
            chosen = [items[name] for name in judging.checks if name in items]
            for item, after in zip_longest(chosen, chosen[1:]):  # after the last one all fixtures end
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if judging.broken_off:
                break
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._begin(_id(item))
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Only this is limited: what a fixture does is our own work, but where it says ``in_time``."""
        check = self._now.checks[_id(item)]
        if self._now.busy[check.exercise] >= CHANCES:
            raise alarm.OutOfTime
        rng: random.Random | None = getattr(item, "funcargs", {}).get("rng")
        drawn = rng.getstate() if rng is not None else None
        try:
            with alarm.limit():
                return (yield)
        except (AssertionError, Missing, Raised) as first:
            lost = self._now.lost - {check.exercise}
            earlier = {name: one for name, one in self._now.stand_ins.items() if name in lost}
            if not earlier or self._now.busy[check.exercise]:
                raise
            if rng is not None and drawn is not None:
                rng.setstate(drawn)  # the same hidden inputs
            return self._again(item, check, earlier, first)

    def _again(self, item: pytest.Item, check: Check, earlier: Mapping[str, Any], first: BaseException) -> None:
        """What fails now is the exercise's own mistake; where there is no answer now, the first one counts."""
        try:
            with alarm.limit(), self._now.submission.with_given(earlier):
                item.runtest()
        except (NoAnswer, alarm.OutOfTime) as end:
            self._now.busy[check.exercise] += isinstance(end, alarm.OutOfTime)
            raise first from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        report = yield
        self._now.broken_off |= call.excinfo is not None and not isinstance(call.excinfo.value, Exception)
        if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            error = call.excinfo.value if call.excinfo else None
            check = self._now.checks[_id(item)]
            self._now.busy[check.exercise] += isinstance(error, alarm.OutOfTime)
            result = judge(check, error, self._misconceptions)
            if result.outcome != "passed":
                self._now.lost.add(check.exercise)
            self._report(result, error if result.outcome == "grader error" else None)
        return report


def _id(item: pytest.Item) -> str:
    return f"{item.path.stem.removeprefix('test_')}::{item.name}"


def judge(check: Check, error: BaseException | None, misconceptions: Mapping[str, Misconception]) -> CheckResult:
    """The result of a check that ended with this exception, or without one."""
    misconception: str | None = None
    outcome: Outcome
    message: str | None = None
    match error:
        case None:
            outcome = "passed"
        case Told(misconception=name) if name in misconceptions:
            outcome, misconception = "failed", name
        case Told():
            outcome, message = "grader error", OURS
        case AssertionError():
            outcome, misconception = "failed", check.misconception
        case RuntimeError() if NO_TRUTH in str(error):
            outcome, misconception = "failed", check.misconception
        case Missing():
            outcome, message = "missing", str(error)
        case Unusable():
            outcome, message = "failed", str(error)
        case TimedOut():
            outcome, message = "timed out", str(error)
        case alarm.OutOfTime():
            outcome, message = "timed out", BUSY
        case Oversized():
            outcome, message, misconception = "raised", str(error), check.raises.get("Oversized")
        case Stopped():
            outcome, message = "raised", str(error)
        case Raised():
            outcome, message = "raised", _describe(error)
            known = check.raises if error.tells else {}
            misconception = next((known[name] for name in error.names if name in known), None)
        case _:
            outcome, message = "grader error", OURS
    if misconception is not None:
        hint = misconceptions[misconception].hint
        message = f"{message} {hint}" if message else hint
    points = check.points if outcome == "passed" else 0
    return CheckResult(check.id, check.title, points, check.points, outcome, misconception, message)


def _describe(error: Raised) -> str:
    """Type and line only. A type of the student's own making is not named: its name could carry the hidden input."""
    name = next((name for name in error.names if name in _BUILTINS or name in _LIBRARIES), "Exception")
    return f"{name} in line {error.line} of your cell." if error.line else f"{name} was raised."
