"""Submissions are run and judged ahead, several at a time, while nbgrader takes them in one after another.

One writer puts marks into the gradebook. What takes time is before that, and one submission's does not touch another's.
"""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from jupyter_core.utils import ensure_event_loop

_prepared: dict[Hashable, Future[Any]] = {}


class Ahead:
    """Workers. Use as a context manager: at its end nothing of them is left, whether it was asked for or not."""

    def __init__(self, workers: int, stop: Callable[[], None]) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="ahead")
        self._stop = stop

    def __enter__(self) -> "Ahead":
        return self

    def __exit__(self, *_: object) -> None:
        for future in _prepared.values():
            future.cancel()
        self._stop()  # what is running ends soon after
        self._pool.shutdown(wait=True)
        _prepared.clear()

    def prepare(self, name: Hashable, work: Callable[[], Any]) -> None:
        """Begin this work as soon as a worker is free."""
        _prepared[name] = self._pool.submit(in_own_loop, work)


def in_own_loop(work: Callable[[], Any]) -> Any:
    """Work in a worker's thread leaves no event loop open there."""
    loop = ensure_event_loop()
    try:
        return work()
    finally:
        loop.run_until_complete(asyncio.sleep(0))  # what was closed last closes in the loop's next round
        loop.close()


def take(name: Hashable) -> Any | None:
    """The result of work that was prepared, when it is done; None where none was. Raises what the work raised."""
    future = _prepared.pop(name, None)
    return None if future is None else future.result()
