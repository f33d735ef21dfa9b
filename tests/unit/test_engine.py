"""What a container engine is asked for, without one: stand-ins that know an image's id."""

import os
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.image import engine, gpu
from autograder.image.engine import LESS, MORE, MORE_OF, container
from autograder.machine import cuda
from autograder.machine.cuda import Device, Driver

COURSE_OWNER = 1234


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder that root does not own, on a machine without a GPU and with both engines."""
    for name in engine.ENGINES:
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\necho sha256:abc\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(cuda, "driver", lambda: None)
    for variable in engine.HANDED_ON:
        monkeypatch.delenv(variable, raising=False)
    folder = tmp_path / "course"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, COURSE_OWNER, COURSE_OWNER)
    return folder


@pytest.mark.parametrize("name", engine.ENGINES)
def test_container_gives_up_what_it_does_not_need_and_gets_what_a_sandbox_is_made_of(
    name: str, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_ENGINE", name)
    command = container("grader", course, memory="8g")
    assert Path(command[0]).name == name
    assert {*LESS, *MORE, *MORE_OF[name], "--memory=8g"} <= set(command)
    assert {"--network=none", "--read-only", "--cap-drop=all"} <= set(command)
    owner = course.stat()
    assert f"--user={owner.st_uid}:{owner.st_gid}" in command
    assert command[-3:] == ["--env=COURSE_IMAGE=abc", f"--volume={course}:/course", "grader"]
    assert not any(word.startswith("--device") for word in command)


@pytest.fixture
def with_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The nodes and the libraries of two GPUs. Returns the flags that pass them to a container."""
    dev, folder = tmp_path / "dev", tmp_path / "driver"
    for name in ("nvidiactl", "nvidia-uvm", "nvidia-modeset", "nvidia0", "nvidia1", "nvidia-caps/nvidia-cap1", "sda"):
        (dev / name).parent.mkdir(parents=True, exist_ok=True)
        (dev / name).touch()
    folder.mkdir()
    for name in ("libcuda.so.580.1", "libnvidia-ml.so.1", "libnvidia-gpucomp.so.580.1", "libGL.so.1"):
        (folder / name).touch()
    (folder / "libcuda.so.1").symlink_to("libcuda.so.580.1")
    monkeypatch.setattr(gpu, "DEV", dev)
    monkeypatch.setattr(gpu, "_folder", lambda: folder)
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), (Device("A", 80 << 30, (8, 0)),)))
    return [
        f"--device={dev}/nvidia-caps/nvidia-cap1:/dev/nvidia-caps/nvidia-cap1",
        *(f"--device={dev}/{name}:/dev/{name}" for name in ("nvidia-uvm", "nvidia0", "nvidia1", "nvidiactl")),
        f"--volume={folder}/libcuda.so.580.1:/opt/nvidia/libcuda.so.1:ro",
        f"--volume={folder}/libnvidia-gpucomp.so.580.1:/opt/nvidia/libnvidia-gpucomp.so.580.1:ro",
        f"--volume={folder}/libnvidia-ml.so.1:/opt/nvidia/libnvidia-ml.so.1:ro",
        "--env=LD_LIBRARY_PATH=/opt/nvidia",
    ]


@pytest.mark.parametrize("name", engine.ENGINES)
def test_gpu_is_passed_as_nodes_and_libraries(
    name: str, course: Path, with_gpu: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_ENGINE", name)
    monkeypatch.setenv("COURSE_PROFILE", "gpu")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    command = container("grader", course)
    begin = command.index(with_gpu[0])
    assert command[begin : begin + len(with_gpu)] == with_gpu
    assert {"--env=COURSE_PROFILE=gpu", "--env=CUDA_VISIBLE_DEVICES=1"} <= set(command)
    assert not any("modeset" in word or "sda" in word or "libGL" in word for word in command)


def test_profile_cpu_asks_for_no_gpu(course: Path, with_gpu: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PROFILE", "cpu")
    assert not set(with_gpu) & set(container("grader", course))


@pytest.mark.parametrize(
    ("driver", "nodes", "said"),
    [
        (Driver((13, 0), (), "CUDA_ERROR_X (802)"), True, r"container: CUDA_ERROR_X \(802"),
        (Driver((13, 0), (Device("A", 80 << 30, (8, 0)),)), False, "container: there are no nodes of it in"),
    ],
)
@pytest.mark.usefixtures("with_gpu")
def test_gpu_that_cannot_be_passed_is_told(
    driver: Driver, nodes: bool, said: str, course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "driver", lambda: driver)
    monkeypatch.setattr(gpu, "DEV", tmp_path / ("dev" if nodes else "elsewhere"))
    with pytest.raises(CourseError, match=said):
        container("grader", course)
    monkeypatch.setenv("COURSE_PROFILE", "cpu")
    assert container("grader", course)[-1] == "grader"


@pytest.mark.usefixtures("with_gpu")
def test_driver_without_a_gpu_passes_nothing(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), ()))
    assert not any(word.startswith("--device") for word in container("grader", course))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Error: no such image", "there is no image 'grader': make image builds it"),
        ("Error: inspecting object: grader: image not known", "there is no image 'grader': make image builds it"),
        ("Error response from daemon: No such image: grader", "there is no image 'grader': make image builds it"),
        ("Cannot connect to the Docker daemon", "cannot be asked for the image 'grader': Cannot connect to the Docker"),
    ],
)
def test_engine_that_has_no_image_or_does_not_answer_is_told(
    said: str, told: str, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_ENGINE", "podman")
    Path(engine.engine()).write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 125\n")
    with pytest.raises(CourseError, match=told):
        container("grader", course)


@pytest.mark.parametrize(("uid", "kept"), [(0, False), (1000, True)])
def test_ordinary_user_keeps_their_id_in_podman(
    uid: int, kept: bool, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_ENGINE", "podman")
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert ("--userns=keep-id" in container("grader", course)) is kept


def test_engine_that_is_none_of_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_ENGINE", "lxc")
    with pytest.raises(CourseError, match="it is one of podman, docker"):
        engine.engine()
