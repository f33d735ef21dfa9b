"""Where a control group is made. Version 2 is tried on a copy of its files alone, version 1 in tests/sandbox too."""

from pathlib import Path

import pytest

from autograder.errors import SandboxUnavailable
from autograder.sandbox import cgroup
from autograder.sandbox.cgroup import MemoryGroup
from autograder.sandbox.watch import Watch


@pytest.fixture
def unified(tmp_path: Path) -> Path:
    """Version 2 as systemd sets it up: controllers are handed down to slices, not below a session."""
    for folder, controllers in (("", "cpu memory pids"), ("user.slice", "memory pids"), ("user.slice/session", "")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "cgroup.subtree_control").write_text(controllers)
    return tmp_path


def test_group_goes_where_the_memory_controller_is_handed_down(unified: Path) -> None:
    group = MemoryGroup.create("mine", 64, unified, "0::/user.slice/session\n")
    assert group is not None
    assert (unified / "user.slice" / "mine" / "memory.max").read_text() == str(64 * 1024 * 1024)
    group.add([1, 2])
    assert (unified / "user.slice" / "mine" / "cgroup.procs").read_text() == "2"


def test_group_that_a_killed_grader_left_is_no_hindrance(unified: Path) -> None:
    (unified / "user.slice" / "mine").mkdir()
    assert MemoryGroup.create("mine", 64, unified, "0::/user.slice/session\n") is not None
    assert (unified / "user.slice" / "mine" / "memory.max").is_file()  # and not in a group further up


def test_group_that_stays_costs_nobody_marks(unified: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here it cannot be removed because its files are real ones."""
    monkeypatch.setattr(cgroup, "EMPTY_SECONDS", 0.1)
    group = MemoryGroup.create("mine", 64, unified, "0::/user.slice/session\n")
    assert group is not None
    group.remove()
    assert (unified / "user.slice" / "mine").is_dir()


@pytest.mark.parametrize(("events", "killed"), [("oom 1\noom_kill 0\n", 0), ("oom 1\noom_kill 2\n", 2)])
def test_processes_that_were_killed_are_seen(unified: Path, events: str, killed: int) -> None:
    group = MemoryGroup.create("mine", 64, unified, "0::/user.slice/session\n")
    assert group is not None
    (unified / "user.slice" / "mine" / "memory.events").write_text(events)
    assert group.killed == killed


@pytest.mark.parametrize(("events", "full"), [("oom 0\noom_kill 2\n", False), ("oom 1\noom_kill 2\n", True)])
def test_bound_of_another_group_is_not_one_s_own(unified: Path, events: str, full: bool) -> None:
    group = MemoryGroup.create("mine", 64, unified, "0::/user.slice/session\n")
    assert group is not None
    (unified / "user.slice" / "mine" / "memory.events").write_text(events)
    assert group.was_full is full
    if full:
        assert Watch._bound_of(group) == "memory"
    else:
        with pytest.raises(SandboxUnavailable, match="had no memory left"):
            Watch._bound_of(group)


@pytest.mark.parametrize(("failures", "full"), [("0\n", False), ("7\n", True)])
def test_bound_in_version_1(tmp_path: Path, failures: str, full: bool) -> None:
    (tmp_path / "memory").mkdir()
    group = MemoryGroup.create("mine", 64, tmp_path, "4:memory:/\n")
    assert group is not None
    (tmp_path / "memory" / "mine" / "memory.failcnt").write_text(failures)
    assert group.was_full is full


def test_version_1_uses_the_path_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    group = MemoryGroup.create("mine", 64, tmp_path, "4:memory:/elsewhere/in/the/host\n1:cpu:/\n")
    assert group is not None
    assert (tmp_path / "memory" / "mine" / "memory.limit_in_bytes").is_file()


def test_without_a_hierarchy_there_is_none(tmp_path: Path) -> None:
    for own in ("", "0::/\n", "4:memory:/x\n", "1:cpu:/\n"):
        assert MemoryGroup.create("mine", 64, tmp_path / "nowhere", own) is None
