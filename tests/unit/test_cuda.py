"""Whether torch can compute on a GPU, and what is said where it cannot."""

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.machine import cuda
from autograder.machine.cuda import Device, Driver
from autograder.machine.profile import hardware, profile

AMPERE = Device("A", 40 << 30, (8, 0))
TURING = Device("T", 16 << 30, (7, 5))
UUID = bytes(range(16))


def libcuda(init: int = 0, devices: int = 1) -> Any:
    """A driver library's functions, as ctypes calls them."""

    def put(where: Any, value: Any) -> int:
        where._obj.value = value
        return 0

    def name(buffer: Any, *_: Any) -> int:
        buffer.value = b"NVIDIA H200"
        return 0

    def uuid(where: Any, _: Any) -> int:
        where._obj[:] = UUID
        return 0

    return SimpleNamespace(
        cuDriverGetVersion=lambda where: put(where, 13010),
        cuInit=lambda _: init,
        cuGetErrorName=lambda code, where: put(where, b"CUDA_ERROR_X" if code != 5 else None),
        cuDeviceGetCount=lambda where: put(where, devices),
        cuDeviceGet=put,
        cuDeviceGetName=name,
        cuDeviceTotalMem_v2=lambda where, _: put(where, 139 << 30),
        cuDeviceGetAttribute=lambda where, attribute, _: put(where, {75: 9, 76: 0, 20: 3}[attribute]),
        cuDeviceGetUuid_v2=uuid,
    )


def libnvml(known: str, init: int = 0) -> Any:
    """NVML's functions: one device, by this name."""

    def memory(_: Any, where: Any) -> int:
        where._obj.free = 3 << 30
        return 0

    return SimpleNamespace(
        nvmlInit_v2=lambda: init,
        nvmlDeviceGetHandleByUUID=lambda name, _: 0 if name.decode() == known else 6,
        nvmlDeviceGetMemoryInfo=memory,
    )


def test_driver_says_what_it_serves_and_what_it_finds() -> None:
    assert cuda.ask(libcuda(devices=2)) == Driver((13, 1), (Device("NVIDIA H200", 139 << 30, (9, 0), 3),) * 2)
    assert cuda.ask(libcuda(init=100)) == Driver((13, 1), ())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (802, "CUDA_ERROR_X (802): on machines with NVSwitch, nvidia-fabricmanager"),
        (803, "after an upgrade, start the machine again"),
        (304, "CUDA_ERROR_X (304)"),
        (5, "CUDA error (5)"),
    ],
)
def test_driver_that_does_not_start_is_told(code: int, said: str) -> None:
    found = cuda.ask(libcuda(init=code))
    assert said in str(cuda.problem(found, "13.0"))
    assert found.devices == ()


@pytest.mark.parametrize(
    ("nvml", "free"),
    [
        (libnvml("GPU-00010203-0405-0607-0809-0a0b0c0d0e0f"), 3 << 30),
        (libnvml("MIG-00010203-0405-0607-0809-0a0b0c0d0e0f"), 3 << 30),
        (libnvml("GPU-of-another"), None),
        (libnvml("GPU-00010203-0405-0607-0809-0a0b0c0d0e0f", init=9), None),
    ],
)
def test_free_memory_is_that_of_the_same_device(nvml: Any, free: int | None) -> None:
    assert cuda.ask_free(libcuda(), nvml) == free


def test_hardware_is_named_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    monkeypatch.setattr(cuda, "toolkit", lambda: "13.0")
    for driver, said in (
        (Driver((13, 0), (AMPERE,)), "profile gpu: A"),
        (Driver((12, 9), (AMPERE,)), "profile cpu: the NVIDIA driver is too old: it serves CUDA 12.9, and"),
        (Driver((13, 0), (), "CUDA_ERROR_X (802)"), "profile cpu: the NVIDIA driver does not start: CUDA_ERROR_X"),
    ):
        monkeypatch.setattr(cuda, "driver", lambda driver=driver: driver)
        profile.cache_clear()
        assert hardware().startswith(said)
    monkeypatch.setenv("COURSE_PROFILE", "cpu")
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), (AMPERE,)))
    profile.cache_clear()
    assert hardware() == "profile cpu: as asked"
    profile.cache_clear()


@pytest.mark.parametrize(
    ("driver", "built_with", "said"),
    [
        (None, "13.0", "no NVIDIA driver"),
        (Driver((13, 0), ()), "13.0", "finds no device"),
        (Driver((13, 0), (AMPERE,)), None, "built without CUDA"),
        (Driver((12, 9), (AMPERE,)), "13.0", "too old: it serves CUDA 12.9, and torch needs 13.0"),
        (Driver((13, 0), (Device("Tesla V100", 16 << 30, (7, 0)),)), "13.0", "Tesla V100, is too old for CUDA 13.0"),
        (Driver((13, 0), (Device("T500", 4 << 30, (7, 5)),)), "13.0", "T500, is too small: a judge needs 5 GB"),
    ],
)
def test_each_reason_is_said(driver: Driver | None, built_with: str | None, said: str) -> None:
    assert said in str(cuda.problem(driver, built_with))


@pytest.mark.parametrize("version", [(13, 0), (13, 2), (14, 0)])
def test_a_driver_serves_the_versions_of_its_generation_and_before(version: tuple[int, int]) -> None:
    assert cuda.problem(Driver(version, (AMPERE,)), "13.0") is None


def test_an_older_cuda_computes_on_an_older_gpu() -> None:
    assert cuda.problem(Driver((13, 0), (Device("Tesla V100", 16 << 30, (7, 0)),)), "12.8") is None


def test_bfloat16_is_there_since_ampere() -> None:
    assert AMPERE.bf16
    assert not TURING.bf16


def test_toolkit_is_what_torch_says() -> None:
    torch = pytest.importorskip("torch")
    assert cuda.toolkit() == torch.version.cuda


@pytest.mark.skipif(cuda.problem(cuda.driver(), cuda.toolkit()) is None, reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PROFILE", "gpu")
    profile.cache_clear()
    with pytest.raises(CourseError, match="COURSE_PROFILE=gpu, but "):
        profile()
    monkeypatch.setenv("COURSE_PROFILE", "tpu")
    with pytest.raises(CourseError, match="it is one of cpu, gpu"):
        profile()
    monkeypatch.delenv("COURSE_PROFILE")
    assert profile() == "cpu"
    profile.cache_clear()
