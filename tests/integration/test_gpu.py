"""Profile ``gpu``: the same marks as profile ``cpu``, and a GPU without room is our fault, never a student's.

What needs a GPU also needs SmolLM2 (``make smollm2``).
"""

import json
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from conftest import ROOT, run_course
from torch import OutOfMemoryError

from autograder import cuda
from autograder.answers import load_answers
from autograder.demo import deal, with_answers
from autograder.judge import memory, training
from autograder.judge.check import Check
from autograder.judge.plugin import judge

ASSIGNMENT = "fine-tuning"
WRONG = 6  # classmates with a wrong answer in each exercise

needs_gpu = pytest.mark.skipif(
    cuda.problem(cuda.driver(), cuda.toolkit()) is not None, reason="no GPU here that torch can use"
)


def test_gpu_without_room_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("trl.trainer.sft_trainer.SFTTrainer", full)
    with pytest.raises(OutOfMemoryError) as raised:
        training.build(None, None, [], SimpleNamespace(use_cpu=True))
    assert judge(Check("A title", 2, None, {}, "f::test_it", "f"), raised.value, {}).outcome == "grader error"


def hand_in(course: Path) -> None:
    solutions = {
        path.name: nbformat.read(path, as_version=4) for path in (course / "solutions" / ASSIGNMENT).glob("*.ipynb")
    }
    answers = load_answers(ROOT / "tests" / "answers" / ASSIGNMENT)
    dealt = {"right": {}, **{f"right-{n}": row for n, row in deal(answers, right=True)}}
    dealt |= {f"wrong-{n}": row for n, row in deal(answers, right=False) if n <= WRONG}
    for student, row in dealt.items():
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        for name, solution in solutions.items():
            nbformat.write(with_answers(solution, row), folder / name)


def marks(course: Path) -> dict[str, list[tuple[str, int, str]]]:
    verdicts = [json.loads(path.read_text()) for path in (course / "verdicts" / ASSIGNMENT).glob("*.json")]
    return {
        verdict["student"]: [
            (check["id"], check["points"], check["outcome"])
            for exercise in verdict["exercises"]
            for check in exercise["checks"]
        ]
        for verdict in verdicts
    }


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
    shutil.copytree(scratch / "solutions" / ASSIGNMENT, scratch / "submitted" / "ada" / ASSIGNMENT)
    query = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "--loop-ms=200"]
    with subprocess.Popen(query, stdout=subprocess.PIPE, text=True) as meter:
        done = run_course(scratch, "grade", ASSIGNMENT, COURSE_PROFILE="gpu")
        meter.terminate()
        assert meter.stdout is not None
        used = [int(line.split()[0]) for line in meter.stdout if line.strip()]
    assert done.returncode == 0, done.stdout + done.stderr
    assert max(used) - used[0] < memory.GPU_BYTES >> 20
