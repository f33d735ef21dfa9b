"""What a judge may use of the machine's memory and the GPU's, and for one batch."""

import resource
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.judge import memory, process
from autograder.judge.memory import HOST_BYTES, judges_at_once, too_large
from autograder.machine import cuda
from autograder.machine.cuda import Device, Driver


def trainer(rows: int, length: int, batch: int, multiple: int | None = None, *, padding_free: bool = False) -> Any:
    args = SimpleNamespace(per_device_train_batch_size=batch, pad_to_multiple_of=multiple)
    data = {"input_ids": [[0], *[[0] * length] * rows]}
    return SimpleNamespace(args=args, train_dataset=data, padding_free=padding_free)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (trainer(800, 90, 256, 64), None),
        (trainer(4, 8192, 2), None),
        (trainer(4, 8192, 3), "a batch of 3 rows of 8,192 tokens"),
        (trainer(2, 8192, 256), "a batch of 3 rows of 8,192 tokens"),
        (trainer(2, 8150, 3, 64), "a batch of 3 rows of 8,192 tokens"),
        (trainer(4, 8192, 1, padding_free=True), None),
        (trainer(4, 8192, 2, padding_free=True), "a batch of 2 rows of 8,192 tokens"),
        (trainer(0, 0, 8), None),
    ],
)
def test_batch_may_have_so_many_pairs_of_tokens(made: Any, said: str | None) -> None:
    assert too_large(made) == said


@pytest.mark.parametrize(
    ("profile", "gigabytes", "free", "most"),
    [
        ("cpu", 80, 0, 16),
        ("gpu", 80, 80, 10),
        ("gpu", 80, None, 10),
        ("gpu", 80, 30, 3),
        ("gpu", 24, 24, 3),
        ("gpu", 8, 7, 1),
        ("gpu", 800, 800, 16),
    ],
)
def test_no_more_judges_work_than_the_gpu_has_room_for(
    monkeypatch: pytest.MonkeyPatch, profile: str, gigabytes: int, free: int | None, most: int
) -> None:
    monkeypatch.setattr(memory, "profile", lambda: profile)
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), (Device("A", gigabytes << 30, (8, 0)),)))
    monkeypatch.setattr(cuda, "free", lambda: None if free is None else free << 30)
    assert judges_at_once(16, training=True) == most
    assert judges_at_once(16, training=False) == 16


@pytest.mark.parametrize(("shared", "most"), [(False, 1), (True, 5)])
def test_gpu_of_one_process_at_a_time_has_one_judge(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shared: bool, most: int
) -> None:
    """Others would be told that it is busy."""
    monkeypatch.setattr(memory, "profile", lambda: "gpu")
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), (Device("A", 40 << 30, (8, 0), 3),)))
    monkeypatch.setattr(cuda, "free", lambda: 40 << 30)
    monkeypatch.setenv("CUDA_MPS_PIPE_DIRECTORY", str(tmp_path if shared else tmp_path / "nowhere"))
    assert judges_at_once(16, training=True) == most


def test_gpu_that_others_have_filled_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "profile", lambda: "gpu")
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), (Device("A100", 40 << 30, (8, 0)),)))
    monkeypatch.setattr(cuda, "free", lambda: 4 << 30)
    with pytest.raises(CourseError, match=r"the GPU, A100, has 4\.0 GB of memory free, and a judge needs 5"):
        judges_at_once(16, training=True)
    assert judges_at_once(16, training=False) == 16


@pytest.mark.parametrize(("profile", "bounds"), [("cpu", [(resource.RLIMIT_DATA, HOST_BYTES)]), ("gpu", [])])
def test_memory_of_the_machine_is_bounded_where_trainings_use_it(
    monkeypatch: pytest.MonkeyPatch, profile: str, bounds: list[tuple[int, int]]
) -> None:
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(memory, "profile", lambda: profile)
    monkeypatch.setattr(resource, "setrlimit", lambda which, bound: found.append((which, bound[1])))
    memory.bound_host()
    assert found == bounds


@pytest.mark.parametrize(("given", "one"), [(None, "0"), ("", ""), ("3", "3"), ("GPU-a,GPU-b", "GPU-a")])
def test_a_judge_sees_one_gpu(monkeypatch: pytest.MonkeyPatch, given: str | None, one: str) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if given is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", given)
    assert process.first_gpu() == one
