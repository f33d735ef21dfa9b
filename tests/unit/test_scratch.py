"""A grader's folder in /tmp: gone at its end, or when the next one begins, and never while it lives."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.sandbox import scratch

CODE = """
import sys
from pathlib import Path
from autograder.sandbox import scratch
scratch.PLACE = Path(sys.argv[1])
print(scratch.folder(), flush=True)
sys.stdin.read()
"""
Start = Callable[[], tuple["subprocess.Popen[str]", Path]]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In place of /tmp, where any other grader of this user's may sweep."""
    monkeypatch.setattr(scratch, "PLACE", tmp_path)
    return tmp_path


@pytest.fixture
def start(place: Path) -> Iterator[Start]:
    """Another grader, which lives until its input ends, and its folder."""
    started = []

    def run() -> tuple["subprocess.Popen[str]", Path]:
        process = subprocess.Popen([sys.executable, "-c", CODE, str(place)], stdin=-1, stdout=-1, text=True)
        started.append(process)
        assert process.stdout is not None
        return process, Path(process.stdout.readline().strip())

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_gone_at_the_end(start: Start) -> None:
    process, folder = start()
    assert folder.is_dir()
    process.communicate(timeout=30)
    assert not folder.parent.exists()


def test_next_one_takes_away_what_a_killed_one_left(start: Start) -> None:
    killed, left = start()
    (left / "connection.json").write_text("{}")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert left.is_dir()
    _, other = start()
    assert not left.parent.exists()
    start()
    assert other.is_dir()  # whose grader lives


def test_somebody_else_s_stays(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    killed, left = start()
    killed.kill()
    killed.wait()
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        scratch._sweep()
    assert left.is_dir()
    scratch._sweep()
    assert not left.exists()


def test_link_of_its_name_is_not_followed(place: Path) -> None:
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("")
    (place / f"{scratch._OWN}a-link").symlink_to(elsewhere)
    scratch._sweep()
    assert (elsewhere / "kept").exists()


def test_fork_has_one_of_its_own() -> None:
    ours = scratch.folder()
    pid = os.fork()
    if pid == 0:
        other = scratch.folder()
        scratch._remove()
        os._exit(0 if other.parent != ours.parent and not other.exists() else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert ours.is_dir()
    ours.rmdir()
