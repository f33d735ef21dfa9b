"""This process's judges: each serves one submission at a time, and goes on to the next."""

import atexit
import contextlib
import threading
from collections.abc import Iterator

from autograder.judge.process import Judge

_judges: list[Judge] = []
_idle: list[Judge] = []
_lock = threading.Lock()


@contextlib.contextmanager
def a_judge() -> Iterator[Judge]:
    """A judge that nobody else has meanwhile."""
    with _lock:
        if not _idle:
            _judges.append(Judge())
            _idle.append(_judges[-1])
        judge = _idle.pop()
    try:
        judge.start()  # the first time it imports its libraries, while the fork server imports the same
        yield judge
    finally:
        with _lock:
            _idle.append(judge)


@atexit.register
def stop_judges() -> None:
    """End them all. Who asks for one afterwards gets it started again."""
    with _lock:
        for judge in _judges:
            judge.stop()
