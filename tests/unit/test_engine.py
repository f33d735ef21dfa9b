"""What a container engine is asked for, without one: stand-ins that know an image's id."""

import os
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.image import engine
from autograder.image.engine import GPU, LESS, MORE, MORE_OF, container

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
    monkeypatch.setattr(engine, "GPU_DEVICE", tmp_path / "nvidiactl")
    for variable in ("COURSE_PROFILE", "CUDA_VISIBLE_DEVICES"):
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
    assert not {*GPU["podman"], *GPU["docker"]} & set(command)


@pytest.mark.parametrize("name", engine.ENGINES)
def test_gpu_is_passed_where_there_is_one(name: str, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_ENGINE", name)
    monkeypatch.setenv("COURSE_PROFILE", "gpu")
    engine.GPU_DEVICE.touch()
    command = container("grader", course)
    assert {*GPU[name], "--env=COURSE_PROFILE=gpu"} <= set(command)


def test_profile_cpu_asks_for_no_gpu_and_the_chosen_one_is_named(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.GPU_DEVICE.touch()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    command = container("grader", course)
    assert {*GPU[Path(command[0]).name], "--env=CUDA_VISIBLE_DEVICES=1"} <= set(command)
    monkeypatch.setenv("COURSE_PROFILE", "cpu")
    assert not {*GPU["podman"], *GPU["docker"]} & set(container("grader", course))


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
