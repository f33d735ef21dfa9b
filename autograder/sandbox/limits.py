"""How much a submission may use, and what a student is told who used more.

Configure in nbgrader_config.py: ``c.Limits.cell_cpu_seconds = 60``.
"""

import os
from typing import Literal

from traitlets import Bool, Integer
from traitlets.config import Configurable

MIB = 1024 * 1024

Limit = Literal[
    "cell cpu",
    "cell wall",
    "probe cpu",
    "probe wall",
    "submission cpu",
    "submission wall",
    "memory",
    "disk",
    "file size",
    "processes",
    "output",
    "died",
    "malformed",
]
FOR_SPEED = ("start_wall_seconds", "submissions_at_once", "fork_server")
TIME: tuple[Limit, ...] = ("cell cpu", "cell wall", "probe cpu", "probe wall", "submission cpu", "submission wall")


class Limits(Configurable):
    """Bounds for one submission. Seconds count CPU time of the whole process tree where the name says so."""

    cell_cpu_seconds = Integer(90, help="CPU seconds that one cell may use").tag(config=True)
    cell_wall_seconds = Integer(240, help="seconds by the clock that one cell may take").tag(config=True)
    probe_cpu_seconds = Integer(5, help="CPU seconds that one call of a student's function may use").tag(config=True)
    probe_wall_seconds = Integer(20, help="seconds by the clock that one such call may take").tag(config=True)
    submission_cpu_seconds = Integer(300, help="CPU seconds for one notebook, cells and probes").tag(config=True)
    submission_wall_seconds = Integer(
        900, help="seconds by the clock for one notebook, cells and probes, without what the judge takes meanwhile"
    ).tag(config=True)
    start_wall_seconds = Integer(120, help="seconds by the clock until a kernel must answer").tag(config=True)
    memory_mib = Integer(4096, help="memory of a submission's processes together, in MiB").tag(config=True)
    disk_mib = Integer(512, help="what a submission may write to each of its folders, in MiB").tag(config=True)
    file_mib = Integer(256, help="the largest file that it may write, in MiB").tag(config=True)
    files = Integer(10_000, help="files and folders that it may make").tag(config=True)
    processes = Integer(256, help="processes and threads at one time").tag(config=True)
    output_bytes = Integer(MIB, help="output kept of one cell; what comes after is dropped").tag(config=True)
    reply_bytes = Integer(4 * MIB, help="the longest answer to one probe").tag(config=True)
    traffic_bytes = Integer(16 * MIB, help="what a kernel may send during one cell or probe before it is cut off").tag(
        config=True
    )
    kernel_restarts = Integer(12, help="how often a notebook whose cells end the kernel is started again").tag(
        config=True
    )
    submissions_at_once = Integer(os.cpu_count() or 1, help="how many submissions are run at the same time").tag(
        config=True
    )
    fork_server = Bool(True, help="fork kernels from a server that imports libraries once").tag(config=True)

    @property
    def deciding(self) -> dict[str, object]:
        """Those that an outcome can depend on, by name; the others say how fast it goes."""
        return {name: getattr(self, name) for name in self.trait_names(config=True) if name not in FOR_SPEED}

    def sentence(self, limit: Limit, where: str) -> str:
        """What a student is told. ``where``: "cell 7", or "a call of `prefill`"."""
        return f"Your code {self._what(limit)} in {where}."

    def _what(self, limit: Limit) -> str:
        match limit:
            case "cell cpu":
                return f"used more than {self.cell_cpu_seconds} s of processor time"
            case "cell wall":
                return f"took longer than {self.cell_wall_seconds} s"
            case "probe cpu":
                return f"used more than {self.probe_cpu_seconds} s of processor time"
            case "probe wall":
                return f"took longer than {self.probe_wall_seconds} s"
            case "submission cpu":
                return f"used up the {self.submission_cpu_seconds} s of processor time that a notebook may use"
            case "submission wall":
                return f"used up the {self.submission_wall_seconds} s that a notebook may take"
            case "memory":
                return f"used more than {_size(self.memory_mib)} of memory"
            case "disk":
                return f"wrote more than {_size(self.disk_mib)} or {self.files} files to disk"
            case "file size":
                return f"wrote a file of more than {_size(self.file_mib)}"
            case "processes":
                return f"started more than {self.processes} processes and threads"
            case "output":
                return f"sent more than {_size(self.traffic_bytes // MIB)} of output"
            case "died":
                return "ended the Python process it ran in (exit, or a crash)"
            case "malformed":
                return "sent messages that no notebook sends"


def _size(mib: int) -> str:
    return f"{mib // 1024} GB" if mib >= 1024 and mib % 1024 == 0 else f"{mib} MB"
