"""Accounts of the operating system for a hub that root tries out: made, found again after a crash, and removed.

An account is ours when its name has the prefix and its comment the mark; no other one is ever changed.
"""

import contextlib
import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

import psutil

from autograder.errors import CourseError

MARK = "course hub, removed when it stops"


def create(names: list[str]) -> None:
    """Make these accounts, locked: nobody can log in to them but through the hub. Those of a crashed run are kept."""
    for name in names:
        found = _find(name)
        if found is not None and found.pw_gecos != MARK:
            raise CourseError(f"there is an account {name} that is not this hub's; choose another --prefix")
    for name in names:
        if _find(name) is None:
            _run("useradd", "--create-home", "--user-group", "--shell", "/bin/bash", "--comment", MARK, name)
        os.chmod(pwd.getpwnam(name).pw_dir, 0o700)


def remove(names: list[str]) -> None:
    """End what still runs as one of ours, and remove the accounts with their homes."""
    ours = [found for found in map(_find, names) if found is not None and found.pw_gecos == MARK]
    end_processes({account.pw_uid for account in ours})
    for account in ours:
        _run("userdel", "--remove", account.pw_name)


def end_processes(uids: set[int]) -> None:
    """Kill everything that runs as one of these users."""
    for _ in range(50):
        left = [process for process in psutil.process_iter(["uids", "status"]) if _real_uid(process) in uids]
        if not left:
            return
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.1)
    raise CourseError(f"processes do not end: {', '.join(str(process.pid) for process in left)}")


def give(path: Path, name: str, *, below: bool = True) -> None:
    """Make a folder this account's. ``below``: with everything in it."""
    account = pwd.getpwnam(name)
    os.chown(path, account.pw_uid, account.pw_gid)
    for folder, folders, files in os.walk(path) if below else ():
        for file in (*folders, *files):
            os.chown(Path(folder, file), account.pw_uid, account.pw_gid, follow_symlinks=False)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _real_uid(process: psutil.Process) -> int | None:
    uids = process.info["uids"]
    return None if uids is None or process.info["status"] == psutil.STATUS_ZOMBIE else uids.real


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except OSError as error:
        raise CourseError(f"{command[0]} cannot be run: {error}") from error
    if done.returncode:
        raise CourseError(f"{command[0]} failed: {done.stderr.strip()}")
