"""How many of the machine's cores this process may use: in a container, or under a batch system, not all."""

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def cores() -> int:
    """At least one. Source: Documentation/admin-guide/cgroup-v2.rst of Linux, ``cpu.max``; cgroup-v1's ``cpu`` too."""
    allowed = len(os.sched_getaffinity(0))
    share = _share("cpu.max") or _share("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us") or allowed
    return max(1, min(allowed, share))


def _share(*files: str) -> int | None:
    """Whole cores of the quota that stands in these files, rounded up; None where there is none."""
    try:
        quota, period = " ".join((CGROUP / file).read_text(encoding="ascii") for file in files).split()
        return -(-int(quota) // int(period)) if int(quota) > 0 else None
    except (OSError, ValueError):  # not there, or "max"
        return None
