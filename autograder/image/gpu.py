"""A GPU for a container, without NVIDIA's toolkit: its device nodes, and the driver's own libraries, read-only.

The toolkit lays mounts over /proc/driver/nvidia, and beside these the kernel refuses a sandbox within its own /proc
(github.com/NVIDIA/nvidia-container-toolkit: issue 168, pull request 1833). Apptainer passes GPUs like this, too.
"""

from pathlib import Path

from autograder.errors import CourseError
from autograder.machine import cuda

DEV = Path("/dev")
NODES = ("nvidiactl", "nvidia-uvm", "nvidia[0-9]*", "nvidia-caps/*")  # the last: of parts of a GPU (MIG)
LIBRARIES = (
    "libcuda.so.1",
    "libnvidia-ml.so.1",  # NVML
    "libnvidia-ptxjitcompiler.so.1",  # for code that is compiled when it is loaded, and what that needs:
    "libnvidia-nvvm*.so.*",
    "libnvidia-gpucomp.so.*",
)
INSIDE = "/opt/nvidia"  # not below what a sandbox shows


def flags() -> list[str]:
    """What both engines are asked for; nothing where there is no GPU. Raises CourseError where it cannot be passed."""
    driver = cuda.driver()
    if driver is None or not (driver.devices or driver.error):
        return []
    nodes = sorted(path for pattern in NODES for path in DEV.glob(pattern))
    reason = driver.error or (f"there are no nodes of it in {DEV}" if not nodes else None)
    if reason is not None:
        raise CourseError(f"the GPU cannot be passed to a container: {reason}. COURSE_PROFILE=cpu does without")
    libraries = sorted(path for pattern in LIBRARIES for path in _folder().glob(pattern))
    return [
        *(f"--device={node}:/dev/{node.relative_to(DEV)}" for node in nodes),
        *(f"--volume={path.resolve()}:{INSIDE}/{path.name}:ro" for path in libraries),
        f"--env=LD_LIBRARY_PATH={INSIDE}",
    ]


def _folder() -> Path:
    """Where the libcuda lies that ``cuda.driver`` has loaded."""
    loaded = [line.split(maxsplit=5) for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()]
    return next(Path(words[5]).parent for words in loaded if len(words) == 6 and "/libcuda.so" in words[5])
