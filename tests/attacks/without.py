"""Grading with one defence left out, in this process, so that a test can leave out whatever it likes.

Helpers are warm: one fork server and the judges serve all cases but those that need others. The server is the course's
own, with a handful of lines edited: each step that it takes can be left out by a word in the request for a fork.
"""

import ctypes
import gc
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console
from traitlets.config import Config

from attacks import arena, canaries, judging
from attacks.arena import TWIN, Class, honest_part
from attacks.attack import ASSIGNMENT, Attack
from attacks.host import Host
from attacks.subreaper import PR_SET_CHILD_SUBREAPER
from autograder.config import load
from autograder.course import PACKAGE
from autograder.gradebook import feedback
from autograder.grading import class_run
from autograder.grading.command import grade_and_show
from autograder.grading.outcome import Status
from autograder.judge import alarm, pool, process
from autograder.sandbox import bubblewrap, forkserver
from autograder.sandbox.limits import Limits
from autograder.sandbox.provisioner import SandboxProvisioner

GONE_SECONDS = 2.0
CLONE_NEWIPC, CLONE_NEWNET = 0x08000000, 0x40000000
# What the edited copy of ``inside`` looks at, and what it does not do then.
EDITS = {
    "server.py": (
        (
            "lockdown.unshare(NEW_NAMESPACES)",
            "lockdown.unshare(NEW_NAMESPACES & ~sum(request.get('shared', [])))",
        ),
        (
            "            _start_loopback()\n",
            f"            {CLONE_NEWNET} in request.get('shared', []) or _start_loopback()\n",
        ),
        (
            'request["writable"].items():\n',
            'request["writable"].items():\n        if place in request.get("kept", []):\n            continue\n',
        ),
    ),
    "kernel.py": (
        (
            "    lockdown.drop_capabilities()\n    lockdown.filter_system_calls()\n",
            "    without = globals()['without'] = request.get('without', [])\n"
            "    'capabilities' in without or lockdown.drop_capabilities()\n"
            "    'filter' in without or lockdown.filter_system_calls()\n",
        ),
        (
            "    sys.path[:] = [*sys.path[1:], os.getcwd()]",
            "    sys.path[:] = [*sys.path[1:], os.getcwd()]\n"
            "    'path' in without and sys.path.insert(0, sys.path.pop())",
        ),
    ),
}


class Bench:
    """Grades tiny classes at one place, one after another. Made by ``bench``."""

    def __init__(self, course: Path, host: Host) -> None:
        self.course = course
        self.host = host
        self.peaceful: Class

    def grade(self, attacks: Iterable[Attack], config: str = "") -> Class:
        """These attackers and one honest neighbour. What comes back lies at the bench, and is gone with the next."""
        for path in self.course.iterdir():  # the place itself stays: a server that runs hides it, and no other
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.host.target.write_text(canaries.HOST)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(arena, "_grade", grade_here)
            patch.setattr(arena, "_folders_left", self._folders_left)
            patch.setattr(arena, "neighbours", lambda: {TWIN: honest_part()})
            for owner, name in ((tempfile, "mkdtemp"), (os, "mkdir")):  # the configuration puts others in their places
                patch.setattr(owner, name, getattr(owner, name))
            patch.setenv("HOME", str(self.host.home))
            patch.setenv("COURSE_SECRET", canaries.ENVIRONMENT)
            patch.setattr(judging, "NEIGHBOURS", (TWIN,))
            feedback._markdown.cache_clear()
            found = arena._grade_class(self.course, self.host, attacks, config)
            feedback._markdown.cache_clear()
        return found

    @staticmethod
    def _folders_left(course: Path, _look: Callable[[Path], list[str]] = arena._folders_left) -> list[str]:
        """Less that of the server, which stays for the next class: had it died, it was started again in this one."""
        server = forkserver._shared
        return [one for one in _look(course) if server is None or one != f"folder {server.kernels}"]

    def judge(self, attacks: Iterable[Attack], graded: Class) -> list[str]:
        """All that the suite finds wrong with a class."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(judging, "NEIGHBOURS", (TWIN,))
            found = judging.harm(graded, self.peaceful)
            if graded.status in (0, 3):  # else nobody has anything
                found += [one for attack in attacks for one in judging.wins(attack, graded)]
            return found


def grade_here(course: Path, _host: Host) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """In place of ``arena._grade``: ``course grade``, and which processes were left behind. They are ended."""
    before = set(psutil.Process().children(recursive=True))
    here, said, status = Path.cwd(), io.StringIO(), 0
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graded = grade_and_show(load(course), ASSIGNMENT, Console(file=said, width=200))
            gc.collect()  # of event loops that ended with their threads, nobody wants to hear
        status = 3 if any(one.status is Status.FOR_PERSON for one in graded) else 0
    except Exception as error:  # the command would end with it
        status = 1
        said.write(f"{type(error).__name__}: {error}")
    finally:
        os.chdir(here)
        left = _left(before)
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0)
    return subprocess.CompletedProcess([], status, said.getvalue(), ""), [f"process {one}" for one in left]


def _left(before: set[psutil.Process]) -> list[str]:
    end = time.monotonic() + GONE_SECONDS
    while (left := [one for one in psutil.Process().children(recursive=True) if one not in before]) and (
        time.monotonic() < end
    ):
        psutil.wait_procs(left, timeout=0.1)
    words = []
    for one in left:
        try:
            words.append(f"{one.pid}: {' '.join(one.cmdline())[:200]}")
            one.kill()
        except psutil.NoSuchProcess:
            pass
    psutil.wait_procs(left, timeout=GONE_SECONDS)
    return words


@contextmanager
def bench(scratch: Path, host: Host) -> Iterator[Bench]:
    """A place below the environment, which the sandbox shows, as the suite has it; a server, and judges."""
    place = sys.prefix if os.access(sys.prefix, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="attacked-", dir=place) as folder, pytest.MonkeyPatch.context() as patch:
        os.chmod(folder, 0o755)
        course = Path(folder).resolve() / "course"
        course.mkdir()
        patch.setattr(bubblewrap, "PROGRAMS", replace(bubblewrap.PROGRAMS, host=_edited(scratch / "inside")))
        patch.setattr(class_run, "stop_judges", lambda: None)
        patch.setattr(class_run, "forkserver", types.SimpleNamespace(stop=lambda: None))
        patch.setattr(forkserver, "_shared", None)
        patch.setattr(forkserver, "_failures", 0)
        patch.setattr(alarm, "CHECK_CPU_SECONDS", alarm.CHECK_CPU_SECONDS)  # the class's checks change it
        made = Bench(course, host)
        try:
            limits = _limits()
            forkserver.shared([course, PACKAGE], limits.disk_mib)
            with ExitStack() as stack:
                for _ in range(limits.submissions_at_once):
                    stack.enter_context(pool.a_judge())
            peaceful = made.grade([])
            shutil.copytree(course, scratch / "peaceful")
            made.peaceful = replace(peaceful, course=scratch / "peaceful")
            yield made
        finally:
            pool.stop_judges()
            forkserver.stop()


def _limits() -> Limits:
    config = Config()
    exec(arena.LIMITS, {"c": config})
    return Limits(config=config)


def _edited(folder: Path) -> Path:
    shutil.copytree(bubblewrap.PROGRAMS.host, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name, edits in EDITS.items():
        text = (folder / name).read_text()
        for old, new in edits:
            assert text.count(old) == 1, f"{name} has changed: {old!r}"
            text = text.replace(old, new)
        (folder / name).write_text(text)
    folder.chmod(0o755)
    return folder


class Off:
    """What a case has at hand to switch its defence off, until the end of its test."""

    def __init__(self, patch: pytest.MonkeyPatch, host: Host) -> None:
        self._patch = patch
        self.host = host
        self.config = ""

    def replace(self, owner: object, name: str, value: object) -> None:
        self._patch.setattr(owner, name, value)

    def fork(self, **words: object) -> None:
        """Forks are asked for with these words more: see ``EDITS``."""
        ask = SandboxProvisioner._request
        self.replace(SandboxProvisioner, "_request", lambda this, *asked: ask(this, *asked) | words)

    def own_server(self) -> None:
        """A fork server is started for this case, and ended with its class."""
        self.replace(class_run, "forkserver", forkserver)
        self.replace(forkserver, "_shared", None)

    def wall(self, edit: Callable[[list[str]], list[str]]) -> None:
        """Bubblewrap gets other options."""
        options = bubblewrap._options
        self.replace(bubblewrap, "_options", lambda *words: edit(options(*words)))
        self.own_server()

    def judge(self, code: str) -> None:
        """Judges are started for this case, and run this before they begin."""
        start = subprocess.Popen

        def popen(argv: list[str], **more: Any) -> Any:
            before, main, after = argv[-1].rpartition("main()")
            assert main
            return start([*argv[:-1], f"{before}exec({code!r}); {main}{after}"], **more)

        words: Mapping[str, Any] = {"PIPE": subprocess.PIPE, "DEVNULL": subprocess.DEVNULL}
        self.replace(process, "subprocess", types.SimpleNamespace(Popen=popen, **words))
        self.replace(pool, "_judges", [])
        self.replace(pool, "_idle", [])
        self.replace(class_run, "stop_judges", pool.stop_judges)


def without(options: list[str], *words: str) -> list[str]:
    """Options less these, which stand in it next to each other."""
    place = next(place for place in range(len(options)) if options[place : place + len(words)] == list(words))
    return options[:place] + options[place + len(words) :]
