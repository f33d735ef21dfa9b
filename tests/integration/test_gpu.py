"""Profile ``gpu``: the same marks as profile ``cpu``, and a GPU without room is our fault, never a student's.

What needs a GPU also needs SmolLM2 (``make smollm2``).
"""

import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from benchmark import gpu
from benchmark.gpu import ASSIGNMENT, WRONG, gpu_memory, hand_in, marks
from conftest import run_course
from torch import AcceleratorError, OutOfMemoryError

from autograder.judge import memory, training
from autograder.judge.check import Check
from autograder.judge.plugin import judge
from autograder.machine import cuda

needs_gpu = pytest.mark.skipif(
    cuda.problem(cuda.driver(), cuda.toolkit()) is not None, reason="no GPU here that torch can use"
)


@pytest.mark.parametrize(
    "error",
    [
        OutOfMemoryError("CUDA out of memory"),
        AcceleratorError("CUDA error: an illegal memory access was encountered"),
        RuntimeError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling cublasCreate(handle)"),
        RuntimeError("NVML_SUCCESS == r INTERNAL ASSERT FAILED"),
    ],
)
def test_gpu_without_room_or_out_of_order_is_our_fault(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise error

    monkeypatch.setattr("trl.trainer.sft_trainer.SFTTrainer", fails)
    monkeypatch.setattr(training, "profile", lambda: "gpu")
    with pytest.raises(type(error)) as raised:
        training.build(None, None, [], SimpleNamespace(use_cpu=True))
    assert judge(Check("A title", 2, None, {}, "f::test_it", "f"), raised.value, {}).outcome == "grader error"


def test_config_that_asks_for_a_gpu_where_there_is_none_is_no_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise RuntimeError("No CUDA GPUs are available")

    monkeypatch.setattr("trl.trainer.sft_trainer.SFTTrainer", fails)
    with pytest.raises(training.Untrainable):
        training.build(None, None, [], SimpleNamespace(use_cpu=True))


def test_what_the_gpu_is_asked_while_something_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, and again and again: so the most that is used is seen."""
    said = iter([500, 300, None, 400])
    monkeypatch.setattr(cuda, "driver", lambda: cuda.Driver((13, 0), ()))
    monkeypatch.setattr(cuda, "free", lambda: next(said, 500))
    monkeypatch.setattr(gpu, "LOOKS", 0.01)
    with gpu_memory() as free:
        while len(free) < 4:
            time.sleep(0.01)
    assert (free[0], gpu.most(free)) == (500, 200)
    monkeypatch.setattr(cuda, "driver", lambda: None)
    with gpu_memory() as free:
        time.sleep(0.05)
    assert gpu.most(free) is None


@pytest.mark.gpu
@needs_gpu
def test_both_profiles_give_the_same_marks(scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    hand_in(scratch)
    other = Path(shutil.copytree(scratch, tmp_path_factory.mktemp("gpu") / "course"))
    for course, profile in ((scratch, "cpu"), (other, "gpu")):
        done = run_course(course, "grade", ASSIGNMENT, COURSE_PROFILE=profile)
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(marks(scratch)) > WRONG
    assert marks(other) == marks(scratch)


@pytest.mark.gpu
@needs_gpu
def test_a_judge_takes_no_more_than_its_share_of_the_gpu(scratch: Path) -> None:
    """Of two notebooks, which two judges would take at once."""
    hand_in(scratch, 1)
    with (scratch / "nbgrader_config.py").open("a") as config:
        config.write("c.Limits.submissions_at_once = 1\n")
    with gpu_memory() as free:
        done = run_course(scratch, "grade", ASSIGNMENT, COURSE_PROFILE="gpu")
    assert done.returncode == 0, done.stdout + done.stderr
    assert 0 < (gpu.most(free) or 0) < memory.GPU_BYTES
