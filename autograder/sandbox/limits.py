"""How much a submission may use, and what a student is told who used more.

Configure in nbgrader_config.py: ``c.Limits.cell_cpu_seconds = 60``. What holds them: from within, where the system can,
``inside/lockdown.py``, which gets them from ``provisioner.py``; from outside ``watch.py``, ``gate.py``, ``session.py``.
"""

from typing import Literal

from traitlets import Bool, Integer
from traitlets.config import Configurable

from autograder.machine.cores import cores

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


def bound(default: int, says: str, least: int = 1) -> "Integer[int, int]":
    """A setting of ``Limits``. To the system, zero of most would mean no bound."""
    return Integer(default, min=least, help=says).tag(config=True)


class Limits(Configurable):
    """Bounds for one submission. Seconds count CPU time of the whole process tree where the name says so."""

    cell_cpu_seconds = bound(90, "CPU seconds that one cell may use")
    cell_wall_seconds = bound(240, "seconds by the clock that one cell may take")
    probe_cpu_seconds = bound(5, "CPU seconds that one call of a student's function may use")
    probe_wall_seconds = bound(20, "seconds by the clock that one such call may take")
    submission_cpu_seconds = bound(300, "CPU seconds for one notebook, cells and probes")
    submission_wall_seconds = bound(
        900, "seconds by the clock for one notebook, cells and probes, without what the judge takes meanwhile"
    )
    start_wall_seconds = bound(120, "seconds by the clock until a kernel must answer")
    memory_mib = bound(4096, "memory of a submission's processes together, in MiB")
    disk_mib = bound(512, "what a submission may write to each of its folders, in MiB")
    file_mib = bound(256, "the largest file that it may write, in MiB")
    files = bound(10_000, "files and folders that it may make")
    processes = bound(256, "processes and threads at one time")
    output_bytes = bound(MIB, "output kept of one cell; what comes after is dropped")
    reply_bytes = bound(4 * MIB, "the longest answer to one probe")
    traffic_bytes = bound(16 * MIB, "what a kernel may send during one cell or probe before it is cut off")
    kernel_restarts = bound(12, "how often a notebook whose cells end the kernel is started again", least=0)
    submissions_at_once = bound(cores(), "how many submissions are run at the same time")
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
