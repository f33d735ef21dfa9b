"""The grader's image grades as one would outside, in a sandbox within, and not at all without one."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import COURSE, ROOT
from image.containers import MEMORY, Tree, finished, give, run_in_image

from autograder.config import load
from autograder.course import Course
from autograder.image.engine import MORE, MORE_OF, container, image_id
from autograder.samples.answers import load_answers
from autograder.samples.demo import hand_in

ASSIGNMENT = "chat-templates"


@pytest.fixture
def handed_in(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder without the package, with the class of the demo."""
    monkeypatch.chdir(ROOT)
    hand_in(Course(load(scratch).coursedir), load_answers(ROOT / "tests" / "answers" / ASSIGNMENT))
    with (scratch / "nbgrader_config.py").open("a") as config:
        config.write("c.Limits.cell_cpu_seconds = 5\n")
    return scratch


def verdicts(course: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in (course / "verdicts" / ASSIGNMENT).glob("*.json")}


def test_verdicts_are_those_of_a_grader_outside_and_name_the_image(
    handed_in: Path, tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inside = tmp_path_factory.mktemp("inside") / "course"
    shutil.copytree(handed_in, inside)
    give(inside)
    done = run_in_image("--course", str(inside), "--image", tree.image, "--memory", MEMORY, "grade", ASSIGNMENT)
    outside = subprocess.run([COURSE, "grade", ASSIGNMENT], cwd=handed_in, check=False, stdout=-1)
    assert done.returncode == outside.returncode == 3, done.stdout  # one cannot be read, and is left for a person
    mine, theirs = verdicts(handed_in), verdicts(inside)
    assert len(mine) == len(list((handed_in / "submitted").iterdir())) > 20
    assert {name: one["exercises"] for name, one in theirs.items()} == {
        name: one["exercises"] for name, one in mine.items()
    }
    assert {one["versions"].get("image") for one in theirs.values()} == {image_id(tree.image)}
    assert {one["versions"].get("image") for one in mine.values()} == {None}
    assert (inside / "feedback" / "perfect" / ASSIGNMENT / f"{ASSIGNMENT}.html").stat().st_uid == inside.stat().st_uid


def test_doctor_says_what_the_image_is(tree: Tree) -> None:
    done = tree.inside("doctor", COLUMNS="400")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "ready to grade"
    for line in (
        f"image +{image_id(tree.image)}",
        "GPU +none is used",
        "model almanac +/course",
        "model SmolLM2 +/opt",
    ):
        assert re.search(f"yes +{line}", done.stdout), line
    assert re.search(r"yes +kernels .*forked", done.stdout)


def run_tests(tree: Tree, packages: Path, *words: str) -> str:
    """The end of what pytest says, whose tests run in a grader."""
    command = container(tree.image, tree.root, memory=MEMORY)
    options = ["--entrypoint=pytest", f"--volume={packages}:/packages:ro", "--env=PYTHONPATH=/packages"]
    options += ["--env=OMP_NUM_THREADS=1"]
    done = finished([*command[:2], *options, *command[2:], "-q", "-p", "no:cacheprovider", *words])
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tests need beside the image: it has no package of the tests."""
    folder = tmp_path_factory.mktemp("packages")
    lock = ["-r", str(ROOT / "autograder" / "image" / "dev.lock")]
    pip = [sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--require-hashes", "--target", str(folder)]
    subprocess.run([*pip, *lock], check=True)
    for path in (folder, *folder.rglob("*")):
        os.chmod(path, path.stat().st_mode | 0o444 | (0o111 if path.is_dir() else 0))
    return folder


def test_every_property_of_the_sandbox_holds_inside(tree: Tree, packages: Path) -> None:
    said = run_tests(tree, packages, "tests/sandbox", "-k", "not unforked")
    assert int(re.findall(r"(\d+) passed", said)[0]) > 100


def test_attacks_gain_nothing_inside(tree: Tree, packages: Path) -> None:
    sample = "endless or disk or fork-bomb or memory-bomb or gradebook-opened or do_no_harm and machine"
    said = run_tests(tree, packages, "tests/attacks/test_attacks.py", "-k", sample)
    assert int(re.findall(r"(\d+) passed", said)[0]) > 15


def submit(tree: Tree) -> None:
    folder = tree.root / "submitted" / "ada" / ASSIGNMENT
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", folder)
    give(tree.root / "submitted")


@pytest.mark.parametrize("missing", [[one] for one in (MORE[0], *MORE_OF["podman"])] + [[*MORE, *MORE_OF["podman"]]])
def test_without_the_flags_nothing_is_graded(tree: Tree, missing: list[str]) -> None:
    submit(tree)
    command = [word for word in container(tree.image, tree.root, memory=MEMORY) if word not in missing]
    done = finished([*command, "grade", ASSIGNMENT])
    assert done.returncode == 1
    assert done.stdout.startswith("error: no sandbox: bwrap:")
    assert "flags in autograder/image/README.md" in done.stdout
    assert not (tree.root / "verdicts").exists()


# As much of NVIDIA's driver as is asked before torch: one device.
DRIVER = """
int cuInit(unsigned flags) { return 0; }
int cuDriverGetVersion(int *version) { *version = 13000; return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int number) { *device = number; return 0; }
int cuDeviceGetName(char *name, int size, int device) { name[0] = 'G'; name[1] = 0; return 0; }
int cuDeviceTotalMem_v2(unsigned long *bytes, int device) { *bytes = 80UL << 30; return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) { *value = 9; return 0; }
"""
COMMAND = """
import json, sys
from pathlib import Path
from autograder.image import gpu
from autograder.image.engine import container
dev, image, folder, memory = sys.argv[1:]
gpu.DEV = Path(dev)
print(json.dumps(container(image, Path(folder), memory=memory)))
"""
IN_SANDBOX = """
import subprocess
from autograder.sandbox.bubblewrap import command
print(subprocess.run(command(["ls", "/dev", "/opt"], [], [], 64), check=True, stdout=-1, text=True).stdout)
"""


@pytest.fixture
def with_gpu(tree: Tree, tmp_path: Path) -> list[str]:
    """The command of a container on a machine whose driver is a stand-in, and whose GPU's nodes are others'."""
    dev, folder = tmp_path / "dev", tmp_path / "driver"
    folder.mkdir()
    dev.mkdir()
    for name in ("nvidiactl", "nvidia0"):
        os.mknod(dev / name, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    compiler = ["gcc", "-shared", "-nostdlib", "-x", "c", "-", "-o", folder / "libcuda.so.1"]
    subprocess.run(compiler, input=DRIVER, text=True, check=True)
    words = [sys.executable, "-c", COMMAND, str(dev), tree.image, str(tree.root), MEMORY]
    environment = {**os.environ, "COURSE_PROFILE": "", "LD_LIBRARY_PATH": str(folder)}
    return json.loads(subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=-1).stdout)


def test_gpu_goes_into_the_container_and_not_into_the_sandbox(with_gpu: list[str]) -> None:
    done = finished([*with_gpu[:2], "--env=COLUMNS=400", *with_gpu[2:], "doctor"])
    assert done.returncode == 0, done.stdout
    assert re.search("yes +GPU +none is used, profile cpu: this torch is built without CUDA", done.stdout)
    assert re.search(r"yes +kernels .*forked", done.stdout)
    seen = finished([*with_gpu[:2], "--entrypoint=ls", *with_gpu[2:], "/opt/nvidia", "/dev/nvidia0", "/dev/nvidiactl"])
    assert seen.returncode == 0, seen.stdout
    sandbox = finished([*with_gpu[:2], "--entrypoint=python3", *with_gpu[2:], "-c", IN_SANDBOX])
    assert sandbox.returncode == 0, sandbox.stdout
    assert "course" in sandbox.stdout
    assert "null" in sandbox.stdout
    assert "nvidia" not in sandbox.stdout


class TestBadInput:
    """One clear line each, and nothing graded half."""

    def test_no_gpu(self, tree: Tree) -> None:
        submit(tree)
        done = tree.inside("grade", ASSIGNMENT, COURSE_PROFILE="gpu")
        assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
        assert "COURSE_PROFILE=gpu, but there is no NVIDIA driver here" in done.stdout

    def test_not_a_course(self, tree: Tree, tmp_path: Path) -> None:
        done = run_in_image("--course", str(tmp_path), "--image", tree.image, "grade", ASSIGNMENT)
        assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
        assert "is not in a course" in done.stdout
        empty = tmp_path / "empty"
        empty.mkdir()
        give(empty)
        done = Tree(empty, tree.image).inside("grade", ASSIGNMENT)
        assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
        assert "/course is not in a course" in done.stdout

    def test_roots_own_folder(self, tree: Tree, scratch: Path) -> None:
        os.chown(scratch, 0, 0)
        done = run_in_image("--course", str(scratch), "--image", tree.image, "grade", ASSIGNMENT)
        assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
        assert "belongs to root" in done.stdout

    def test_no_image(self, handed_in: Path) -> None:
        give(handed_in)
        done = run_in_image("--course", str(handed_in), "--image", "course-no-such-image", "grade", ASSIGNMENT)
        assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
        assert "there is no image 'course-no-such-image': make image builds it" in done.stdout

    def test_read_only_folder(self, handed_in: Path, tree: Tree) -> None:
        give(handed_in)
        command = container(tree.image, handed_in, memory=MEMORY)
        done = finished([word.replace(":/course", ":/course:ro") for word in command] + ["grade", ASSIGNMENT])
        assert done.returncode == 1
        assert len(done.stdout.splitlines()) == 1
        assert "cannot be written" in done.stdout
        assert not (handed_in / "verdicts").exists()

    def test_another_model(self, tree: Tree, tmp_path: Path) -> None:
        other = tmp_path / "model"
        other.mkdir()
        (other / "model.safetensors").write_bytes(b"something else")
        give(other)
        command = container(tree.image, tree.root, memory=MEMORY)
        more = [f"--volume={other}:/opt/models/SmolLM2-135M-Instruct:ro", "--env=COLUMNS=400"]
        done = finished([*command[:2], *more, *command[2:], "doctor"])
        assert done.returncode == 1
        assert re.search(r"no +model SmolLM2 +.* is not the course's own", done.stdout)
