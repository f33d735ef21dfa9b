"""What ``course doctor`` counts, on machines that are not here."""

import contextlib
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from autograder import doctor
from autograder.course import PACKAGE
from autograder.judge import memory
from autograder.machine import cuda
from autograder.machine.cuda import Device, Driver
from autograder.models import smollm2
from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import CellReport


@pytest.mark.parametrize(("profile", "at_once"), [("cpu", 16), ("gpu", 3)])
def test_room_is_for_as_many_submissions_as_are_graded_at_once(
    monkeypatch: pytest.MonkeyPatch, profile: str, at_once: int
) -> None:
    monkeypatch.setattr(memory, "profile", lambda: profile)
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), (Device("A", 24 << 30, (8, 0)),)))
    found = doctor._room(Limits(submissions_at_once=16, memory_mib=10))
    assert f"{at_once} submissions at once may use {at_once * 10} MB" in found.detail


def test_room_is_told_where_the_gpu_that_is_asked_for_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PROFILE", "gpu")
    monkeypatch.setattr(cuda, "driver", lambda: None)
    assert "16 submissions at once" in doctor._room(Limits(submissions_at_once=16, memory_mib=1)).detail


@pytest.mark.parametrize("full", ["/tmp", "/elsewhere"])
def test_room_is_that_of_the_fuller_disk(monkeypatch: pytest.MonkeyPatch, full: str) -> None:
    """Kernels' files are in /tmp, whatever TMPDIR says; what trainings write is there."""
    monkeypatch.setattr(doctor.tempfile, "gettempdir", lambda: "/elsewhere")
    monkeypatch.setattr(
        doctor.shutil, "disk_usage", lambda place: SimpleNamespace(free=7 << 20 if place == full else 1 << 40)
    )
    found = doctor._room(Limits())
    assert found.state == "slower"
    assert f"7 MB of disk are free in {full}" in found.detail
    assert found.detail.endswith(f"Make room in {full}.")


@pytest.mark.parametrize(
    ("text", "said"), [("# another", "own autograder/checks for chat-templates,"), (None, "the package's")]
)
def test_checks_of_the_folder_are_told_where_they_are_others(tmp_path: Path, text: str | None, said: str) -> None:
    (own := tmp_path / "autograder" / "checks" / "chat-templates").parent.mkdir(parents=True)
    shutil.copytree(PACKAGE / "checks" / "chat-templates", own)
    if text is not None:
        (own / "test_prefill.py").write_text(text)
    course: Any = SimpleNamespace(assignments=lambda: ["chat-templates"], checks=lambda _: own)
    assert said in doctor._checks(course).detail
    course.assignments = lambda: ["chat-templates", "haiku"]  # which the package does not have
    assert "haiku, which differ" in doctor._checks(course).detail


def test_base_of_another_assignment_is_not_held_against_the_almanac_s(tmp_path: Path) -> None:
    (tmp_path / "source" / "haiku" / "base").mkdir(parents=True)
    (tmp_path / "source" / "fine-tuning" / "base").mkdir(parents=True)
    course: Any = SimpleNamespace(base=lambda name: tmp_path / "source" / name / "base")
    (finding,) = [one for one in doctor._models(course) if one.what == "model almanac"]
    assert finding.state == "no"
    assert "haiku" not in finding.detail


@pytest.mark.parametrize(
    ("profile", "built_with", "state"), [("", None, "yes"), ("cpu", "13.0", "yes"), ("", "13.0", "no")]
)
def test_real_model_is_missed_only_where_profile_gpu_would_use_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, profile: str, built_with: str | None, state: str
) -> None:
    monkeypatch.setenv("COURSE_PROFILE", profile)
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), (Device("A", 24 << 30, (8, 0)),)))
    monkeypatch.setattr(cuda, "toolkit", lambda: built_with)
    monkeypatch.setattr(smollm2, "place", lambda: tmp_path / "nowhere")
    course: Any = SimpleNamespace(base=lambda name: tmp_path / name / "base")
    assert [finding.state for finding in doctor._models(course)] == [state]


@pytest.mark.parametrize(
    ("fork_server", "failures", "state", "said"),
    [
        (True, 0, "yes", "forked and ready in "),
        (True, 1, "slower", "because forks fail"),
        (False, 0, "slower", "because c.Limits.fork_server is False"),
    ],
)
def test_what_is_said_of_kernels_is_how_they_were_started(
    monkeypatch: pytest.MonkeyPatch, fork_server: bool, failures: int, state: str, said: str
) -> None:
    class Run(contextlib.nullcontext["Run"]):
        reports: ClassVar = {0: CellReport("ran")}

        def __enter__(self) -> "Run":
            return self

        def run(self) -> None:
            pass

    def server(*_: object) -> None:
        pytest.fail("a server was started that no session asked for")

    monkeypatch.setattr(doctor, "_session", lambda *_: Run())
    monkeypatch.setattr(forkserver, "ForkServer", server)
    monkeypatch.setattr(forkserver, "_failures", failures)
    course: Any = SimpleNamespace(hidden=list)
    found = doctor._kernel(course, Limits(fork_server=fork_server))
    assert found.state == state
    assert said in found.detail
