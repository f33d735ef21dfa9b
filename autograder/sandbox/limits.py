"""How much a submission may use. Configure in nbgrader_config.py: ``c.Limits.cell_cpu_seconds = 60``."""

from traitlets import Bool, Integer
from traitlets.config import Configurable

MIB = 1024 * 1024


class Limits(Configurable):
    """Bounds for one submission. Seconds count CPU time of the whole process tree where the name says so."""

    cell_cpu_seconds = Integer(30, help="CPU seconds that one cell may use").tag(config=True)
    cell_wall_seconds = Integer(60, help="seconds by the clock that one cell may take").tag(config=True)
    probe_cpu_seconds = Integer(5, help="CPU seconds that one call of a student's function may use").tag(config=True)
    probe_wall_seconds = Integer(20, help="seconds by the clock that one such call may take").tag(config=True)
    submission_wall_seconds = Integer(600, help="seconds by the clock for one notebook, cells and probes").tag(
        config=True
    )
    start_wall_seconds = Integer(120, help="seconds by the clock until a kernel must answer").tag(config=True)
    memory_mib = Integer(4096, help="memory of a submission's processes together, in MiB").tag(config=True)
    disk_mib = Integer(512, help="what a submission may write to each of its folders, in MiB").tag(config=True)
    processes = Integer(256, help="processes and threads at one time").tag(config=True)
    output_bytes = Integer(256 * 1024, help="output kept of one cell; what comes after is dropped").tag(config=True)
    reply_bytes = Integer(4 * MIB, help="the longest answer to one probe").tag(config=True)
    fork_server = Bool(True, help="fork kernels from a server that has imported the libraries").tag(config=True)
    kernel_restarts = Integer(6, help="how often a notebook whose cells end the kernel is started again").tag(
        config=True
    )
