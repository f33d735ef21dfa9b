"""What ends a program from outside: it cleans up first."""

import signal
import sys


def clean_up_when_ended() -> None:
    """A request to end, and a terminal that is gone, end it as ``sys.exit`` does. ``nohup`` keeps its word."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: sys.exit(128 + number))
