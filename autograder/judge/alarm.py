"""An alarm clock for code of ours that works on what came back from a student: a regex or a template may never end.

It counts processor time, so that a busy machine does not change a mark, and waiting for a probe costs nothing. It
reaches everything that runs Python or looks for signals, as ``re`` does. What does neither is ended from outside, by
``autograder.judge.process``, which is told whose time it is.
"""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

CHECK_CPU_SECONDS = 20.0
AGAIN_SECONDS = 1.0


def tell(theirs: bool) -> None:
    """Called when the student's time begins or ends. The worker puts its own here."""


class OutOfTime(BaseException):
    """The time is over. No ``Exception``, because a check or a library may catch those."""


@contextlib.contextmanager
def limit() -> Iterator[None]:
    """OutOfTime is raised in the block when it has used a check's time, and again should something have caught it."""
    signal.signal(signal.SIGPROF, _ring)
    tell(True)
    try:
        signal.setitimer(signal.ITIMER_PROF, CHECK_CPU_SECONDS, AGAIN_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    finally:  # should it ring just before it is turned off
        signal.setitimer(signal.ITIMER_PROF, 0)
        tell(False)


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """The block is our own work: it is not interrupted, and its time is not counted."""
    with uninterrupted() as theirs:
        if theirs:  # else it is our own work already
            tell(False)
        try:
            yield
        finally:
            if theirs:
                tell(True)


@contextlib.contextmanager
def uninterrupted() -> Iterator[bool]:
    """The block must be done as a whole, and is short. Gives whether it stands in the student's time."""
    left, again = signal.setitimer(signal.ITIMER_PROF, 0)
    try:
        yield left > 0
    finally:
        signal.setitimer(signal.ITIMER_PROF, left, again)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
