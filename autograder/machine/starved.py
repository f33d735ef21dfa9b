"""Has a process had no processor, though it wanted one? Then the clock says nothing of how long it takes."""

from pathlib import Path

STRETCH = 5  # at most so many times as long does anybody wait for a process that others keep from running


def starved(pid: int) -> float:
    """Seconds in which its first thread was ready to run and did not; 0 where it is gone, or Linux does not count them.

    Source: Documentation/scheduler/sched-stats.rst of Linux; the second number, in nanoseconds.
    """
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
