"""What ends a program from outside: it cleans up first."""

import signal
from types import FrameType


class Ended(KeyboardInterrupt):
    """Somebody wants the program to end. asyncio and nbgrader let a KeyboardInterrupt through, and tidy up; SystemExit
    means to nbgrader that a submission could not be converted. ``status``: the exit status, as shells count it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


def clean_up_when_ended() -> None:
    """Ctrl-C, a request to end and a terminal that is gone raise Ended. ``nohup`` keeps its word."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> None:
    raise Ended(number)
