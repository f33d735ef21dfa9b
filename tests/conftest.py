"""What the tests share: the course itself, and scratch courses to break."""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from autograder import cli
from autograder.grading import class_run
from autograder.judge import pool

settings.register_profile("course", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("course")  # a busy machine is no failure

os.environ.setdefault("COURSE_PROFILE", "cpu")  # also where there is a GPU, which tests of it ask for

ROOT = Path(__file__).parents[1]
COURSE = Path(sys.executable).parent / "course"


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    returncode: int | str
    stdout: str
    stderr: str


def course_copy(folder: Path, *lines: str, folders: Iterable[str] = ("source", "release", "solutions")) -> Path:
    """A copy of the course without its engine, as an instructor would keep it beside the environment.

    lines: what its configuration has at its end. Returns the folder.
    """
    for name in folders:
        shutil.copytree(ROOT / name, folder / name)
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text("\n".join([config, *lines]) if lines else config, encoding="utf-8")
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A whole copy of the course."""
    return course_copy(tmp_path)


@pytest.fixture(scope="module")
def kernels_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For modules that do in this process what is done in a kernel, where temporary folders vanish with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("kernel")))
        yield


Here = Callable[..., Said]


@pytest.fixture(scope="session")
def judges() -> None:
    """Two, which serve all tests of this process. They end with the thread that starts them: not with a grading's."""
    with pool.a_judge(), pool.a_judge():
        pass


@pytest.fixture
def here(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    judges: None,  # noqa: ARG001
) -> Here:
    """The ``course`` command in this process: as ``run_course``, without the seconds that imports take."""

    def run(folder: Path, *words: str) -> Said:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["course", *words])
        for console in (cli.console, cli.errors):
            monkeypatch.setattr(console, "width", 120)
        monkeypatch.setattr(class_run, "stop_judges", lambda: None)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        logging.captureWarnings(False)
        return Said(ended.value.code or 0, said.out, said.err)

    return run


def run_course(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The ``course`` command in a folder, as a person calls it: nothing activated, a terminal of 120 characters."""
    return subprocess.run(
        [COURSE, *words],
        cwd=folder,
        env={**os.environ, "COLUMNS": "120", **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
