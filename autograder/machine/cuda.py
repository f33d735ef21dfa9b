"""The NVIDIA driver, asked without torch: importing that takes seconds, and would keep a share of the GPU."""

import ctypes
import functools
import importlib.util
import os
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

OLDEST = {13: (7, 5)}  # what a CUDA, by its first number, still computes on: NVIDIA's release notes
LEAST_MEMORY = 5 << 30  # bytes without which a judge may fail: trainings took 3 to 6 GB on a CPU, libraries and all
_MAJOR, _MINOR = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_..., CUDA driver API, cuda.h
_MODE, _PROHIBITED, _EXCLUSIVE = 20, 2, 3  # CU_DEVICE_ATTRIBUTE_COMPUTE_MODE and two of its values, there
_NO_DEVICE = 100
_HELP = {  # by CUresult, cuda.h
    802: "on machines with NVSwitch, nvidia-fabricmanager has to run",
    803: "its library and its kernel module are of different versions; after an upgrade, start the machine again",
    804: "a library for forward compatibility is found before the driver's own; see LD_LIBRARY_PATH",
    999: "is /dev/nvidia-uvm there, and may you open it?",
}


@dataclass(frozen=True)
class Device:
    """A GPU. ``memory``: bytes. ``capability``: NVIDIA's number for what it can compute. ``mode``: who may, at once."""

    name: str
    memory: int
    capability: tuple[int, int]
    mode: int = 0

    @property
    def exclusive(self) -> bool:
        """Is it one process's at a time? Not where NVIDIA's MPS, which is that process, serves others."""
        pipes = os.environ.get("CUDA_MPS_PIPE_DIRECTORY", "/tmp/nvidia-mps")
        return self.mode == _EXCLUSIVE and not os.path.isdir(pipes)

    @property
    def bf16(self) -> bool:
        """Does it compute in bfloat16? Those since Ampere do."""
        return self.capability >= (8, 0)


@dataclass(frozen=True)
class Driver:
    """``version``: the newest CUDA that it serves, (13, 0) for 13.0. ``error``: why it does not start."""

    version: tuple[int, int]
    devices: tuple[Device, ...]
    error: str | None = None


@functools.cache
def driver() -> Driver | None:
    """The driver of this machine, or None."""
    try:
        return ask(ctypes.CDLL("libcuda.so.1"))
    except OSError:
        return None


def ask(library: Any) -> Driver:
    """What this libcuda says of itself and of its devices."""
    version, count = ctypes.c_int(), ctypes.c_int()
    library.cuDriverGetVersion(ctypes.byref(version))
    served = (version.value // 1000, version.value % 1000 // 10)
    if code := library.cuInit(0) or library.cuDeviceGetCount(ctypes.byref(count)):
        return Driver(served, (), None if code == _NO_DEVICE else _error(library, code))
    return Driver(served, tuple(_device(library, number) for number in range(count.value)))


def _error(library: Any, code: int) -> str:
    name = ctypes.c_char_p()
    library.cuGetErrorName(code, ctypes.byref(name))
    said = f"{(name.value or b'CUDA error').decode()} ({code})"
    return f"{said}: {_HELP[code]}" if code in _HELP else said


def _device(library: Any, number: int) -> Device:
    handle, major, minor, mode = ctypes.c_int(), ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    name, memory = ctypes.create_string_buffer(256), ctypes.c_size_t()
    library.cuDeviceGet(ctypes.byref(handle), number)
    library.cuDeviceGetName(name, len(name), handle)
    library.cuDeviceTotalMem_v2(ctypes.byref(memory), handle)
    library.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR, handle)
    library.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR, handle)
    library.cuDeviceGetAttribute(ctypes.byref(mode), _MODE, handle)
    return Device(name.value.decode(errors="replace"), memory.value, (major.value, minor.value), mode.value)


class _Memory(ctypes.Structure):
    """nvmlMemory_t, nvml.h. Bytes."""

    _fields_ = [(name, ctypes.c_ulonglong) for name in ("total", "free", "used")]


def free() -> int | None:
    """Bytes of the first device's memory that nobody uses now; None where NVML does not say."""
    try:
        return ask_free(ctypes.CDLL("libcuda.so.1"), ctypes.CDLL("libnvidia-ml.so.1"))
    except (OSError, AttributeError):  # not there, or older than what is called
        return None


def ask_free(library: Any, nvml: Any) -> int | None:
    """The same, of this libcuda, which has been started, and libnvidia-ml. They count devices in different orders."""
    device, uuid = ctypes.c_int(), (ctypes.c_ubyte * 16)()
    library.cuDeviceGet(ctypes.byref(device), 0)
    library.cuDeviceGetUuid_v2(ctypes.byref(uuid), device)
    if nvml.nvmlInit_v2() != 0:
        return None
    handle, memory = ctypes.c_void_p(), _Memory()
    names = (f"{kind}-{UUID(bytes=bytes(uuid))}".encode() for kind in ("GPU", "MIG"))  # of MIG: a part of a GPU
    found = any(nvml.nvmlDeviceGetHandleByUUID(name, ctypes.byref(handle)) == 0 for name in names)
    said = found and nvml.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)) == 0
    return int(memory.free) if said else None


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
    if found.error is not None:
        return f"the NVIDIA driver does not start: {found.error}"
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
    if first.mode == _PROHIBITED:
        return f"the GPU, {first.name}, lets nobody compute; root allows it by: nvidia-smi --compute-mode=DEFAULT"
    if first.memory < LEAST_MEMORY:
        return f"the GPU, {first.name}, is too small: a judge needs {LEAST_MEMORY >> 30} GB of its memory"
    return None
