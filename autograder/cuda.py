"""The NVIDIA driver, asked without torch: importing that takes seconds, and would keep a share of the GPU."""

import ctypes
import functools
import importlib.util
import runpy
from dataclasses import dataclass
from pathlib import Path

OLDEST = {13: (7, 5)}  # what a CUDA, by its first number, still computes on: NVIDIA's release notes
_MAJOR, _MINOR = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_..., CUDA driver API, cuda.h


@dataclass(frozen=True)
class Device:
    """A GPU. ``memory``: bytes. ``capability``: NVIDIA's number for what it can compute."""

    name: str
    memory: int
    capability: tuple[int, int]

    @property
    def bf16(self) -> bool:
        """Does it compute in bfloat16? Those since Ampere do."""
        return self.capability >= (8, 0)


@dataclass(frozen=True)
class Driver:
    """``version``: the newest CUDA that it serves, (13, 0) for 13.0."""

    version: tuple[int, int]
    devices: tuple[Device, ...]


@functools.cache
def driver() -> Driver | None:
    """The driver of this machine, or None."""
    try:
        library = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return None
    version, count = ctypes.c_int(), ctypes.c_int()
    library.cuDriverGetVersion(ctypes.byref(version))
    served = (version.value // 1000, version.value % 1000 // 10)
    if library.cuInit(0) != 0 or library.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return Driver(served, ())
    return Driver(served, tuple(_device(library, number) for number in range(count.value)))


def _device(library: ctypes.CDLL, number: int) -> Device:
    handle, major, minor = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    name, memory = ctypes.create_string_buffer(256), ctypes.c_size_t()
    library.cuDeviceGet(ctypes.byref(handle), number)
    library.cuDeviceGetName(name, len(name), handle)
    library.cuDeviceTotalMem_v2(ctypes.byref(memory), handle)
    library.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR, handle)
    library.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR, handle)
    return Device(name.value.decode(errors="replace"), memory.value, (major.value, minor.value))


@functools.cache
def toolkit() -> str | None:
    """The CUDA that torch was built with, such as "13.0"; None for a build without."""
    torch = importlib.util.find_spec("torch")
    assert torch is not None, "torch is not installed"
    assert torch.origin is not None
    version = runpy.run_path(str(Path(torch.origin).with_name("version.py")))
    found: str | None = version["cuda"]
    return found


def problem(found: Driver | None, built_with: str | None) -> str | None:
    """Why torch cannot compute on a GPU here, and what to do; None where it can."""
    if found is None:
        return "there is no NVIDIA driver here; into a container, the GPU has to be passed"
    if not found.devices:
        return "the NVIDIA driver finds no device"
    if built_with is None:
        return "this torch is built without CUDA; install autograder/image/cuda.lock"
    if found.version[0] < int(built_with.split(".")[0]):
        served = ".".join(map(str, found.version))
        return f"the NVIDIA driver is too old: it serves CUDA {served}, and torch needs {built_with}"
    first = found.devices[0]
    if first.capability < OLDEST.get(int(built_with.split(".")[0]), (0, 0)):
        return f"the GPU, {first.name}, is too old for CUDA {built_with}, with which this torch is built"
    return None
