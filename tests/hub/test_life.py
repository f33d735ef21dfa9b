"""A hub that is stopped leaves nothing behind; one that is killed is found again."""

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from conftest import ROOT
from hub.conftest import PREFIX, proxy_is_there, started
from hub.hub import terminal

OTHER = "coursetwo-"
FOLDER = Path("/var/lib") / f"{OTHER}hub"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make accounts of the operating system")


@pytest.fixture(autouse=True)
def proxy() -> None:
    proxy_is_there()


def accounts(prefix: str) -> list[str]:
    return [one.pw_name for one in pwd.getpwall() if one.pw_name.startswith(prefix)]


def test_a_hub_that_is_killed_goes_on_and_one_that_is_stopped_leaves_nothing() -> None:
    before, others = set(psutil.pids()), accounts("")
    with started(OTHER) as hub:
        hub.person("ada").start_server()
        shell = terminal(f"{OTHER}ada")
        assert shell.run("sh", "-c", "echo mine > work.txt; setsid sleep 1000 > /dev/null 2>&1 &").returncode == 0
        uid = pwd.getpwnam(f"{OTHER}ada").pw_uid
        _crash(hub.process.pid)
        assert hub.process.wait(60) == 1
    assert len(accounts(OTHER)) == 4  # kept, with what was done
    assert not [one for one in psutil.process_iter(["uids"]) if one.info["uids"].real == uid]
    with started(OTHER) as hub:
        assert pwd.getpwnam(f"{OTHER}ada").pw_uid == uid
        hub.person("ada").start_server()
        assert terminal(f"{OTHER}ada").run("cat", "work.txt").stdout == "mine\n"
        second = [sys.executable, "-m", "autograder.hub.run", f"--prefix={OTHER}"]
        refused = subprocess.run(second, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert "a hub runs already" in refused.stderr
        assert refused.returncode == 1
        ours = {child.pid for child in psutil.Process(hub.process.pid).children(recursive=True)}
        assert len(ours) > 4
    assert hub.process.returncode == 0
    assert not ours & set(psutil.pids())
    assert not accounts(OTHER)
    assert accounts("") == others
    assert not FOLDER.exists()
    assert not Path(f"/home/{OTHER}ada").exists()
    assert not [pid for pid in set(psutil.pids()) - before if f"{OTHER}hub" in _environment(pid)]


def test_an_account_that_was_there_is_not_touched() -> None:
    subprocess.run(["useradd", "--no-create-home", f"{PREFIX}x-ada"], check=True)
    try:
        command = [sys.executable, "-m", "autograder.hub.run", f"--prefix={PREFIX}x-"]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert refused.returncode == 1
        assert f"there is an account {PREFIX}x-ada that is not this hub's" in refused.stderr
        assert accounts(f"{PREFIX}x-") == [f"{PREFIX}x-ada"]
    finally:
        subprocess.run(["userdel", f"{PREFIX}x-ada"], check=True)


def _crash(launcher: int) -> None:
    """Kill the hub itself, which nobody can do anything about."""
    for child in psutil.Process(launcher).children(recursive=True):
        if "-m jupyterhub" in " ".join(child.cmdline()) and "unshare" not in child.name():
            os.kill(child.pid, signal.SIGKILL)
            return
    raise AssertionError("there is no hub")


def _environment(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_text(errors="replace")
    except OSError:
        return ""
