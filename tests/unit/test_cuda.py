"""Whether torch can compute on a GPU, and what is said where it cannot."""

import pytest

from autograder import cuda
from autograder.cuda import Device, Driver
from autograder.errors import CourseError
from autograder.profile import profile

AMPERE = Device("A", 40 << 30, (8, 0))
TURING = Device("T", 16 << 30, (7, 5))


@pytest.mark.parametrize(
    ("driver", "built_with", "said"),
    [
        (None, "13.0", "no NVIDIA driver"),
        (Driver((13, 0), ()), "13.0", "finds no device"),
        (Driver((13, 0), (AMPERE,)), None, "built without CUDA"),
        (Driver((12, 9), (AMPERE,)), "13.0", "too old: it serves CUDA 12.9, and torch needs 13.0"),
        (Driver((13, 0), (Device("Tesla V100", 16 << 30, (7, 0)),)), "13.0", "Tesla V100, is too old for CUDA 13.0"),
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
