"""Runs a command and says which processes it left behind: ``python subreaper.py REPORT COMMAND ...``.

As a subreaper it becomes the parent of every orphan below it, so none gets out of sight, and nobody else's gets in.
"""

import ctypes
import json
import subprocess
import sys
import time
from pathlib import Path

import psutil

PR_SET_CHILD_SUBREAPER = 36
SECONDS = 5.0


def main(report: Path, command: list[str]) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    status = subprocess.call(command)
    end = time.monotonic() + SECONDS  # who has been killed needs a moment to go
    while (left := psutil.Process().children(recursive=True)) and time.monotonic() < end:
        psutil.wait_procs(left, timeout=0.1)
    report.write_text(json.dumps([_describe(process) for process in left]))
    for process in left:
        process.kill()
    return status


def _describe(process: psutil.Process) -> str:
    try:
        return f"{process.pid}: {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return str(process.pid)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
