"""``course doctor``: what this machine allows, line by line, and what to change where it is not enough."""

import contextlib
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.apps.baseapp import NbGrader
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.almanac import base
from autograder.course import PACKAGE, Course
from autograder.errors import CourseError
from autograder.files import folder_digest
from autograder.gradebook.access import require_gradebook
from autograder.judge.memory import gpu_room, judges_at_once
from autograder.machine import cuda
from autograder.machine.profile import hardware, profile
from autograder.models import smollm2
from autograder.sandbox import bubblewrap, forkserver, scratch
from autograder.sandbox.cgroup import ROOT as CGROUP
from autograder.sandbox.cgroup import MemoryGroup
from autograder.sandbox.libraries import LIBRARIES
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.session import Session

State = Literal["yes", "slower", "no"]


@dataclass(frozen=True)
class Finding:
    """One line. ``state``: "no" where grading is refused, "slower" where it goes on with less."""

    what: str
    state: State
    detail: str


def examine(app: NbGrader) -> Iterator[Finding]:
    """Look at one thing after another; those that need a sandbox come last."""
    course, limits = Course(app.coursedir), Limits(parent=app)
    yield _try("course", lambda: f"{course.root}: {', '.join(course.assignments()) or 'no assignments'}")
    yield _checks(course)
    yield _try("gradebook", lambda: _gradebook(course))
    if "COURSE_IMAGE" in os.environ:
        yield Finding("image", "yes", os.environ["COURSE_IMAGE"])
    yield _profile()
    yield from _models(course)
    yield _room(limits)
    yield _memory_bound()
    sandbox = _try("sandbox (bubblewrap, user namespaces)", lambda: _sandbox(limits))
    yield sandbox
    if sandbox.state == "yes":
        yield _kernel(course, limits)


def show(findings: list[Finding], console: Console) -> bool:
    """Print them. Returns whether grading can be done."""
    able = True
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column(overflow="fold")
    for finding in findings:
        able = able and finding.state != "no"
        table.add_row(finding.state, escape(finding.what), escape(finding.detail))
    console.print(table)
    console.print("ready to grade" if able else "not ready to grade: see the lines that begin with no")
    return able


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "yes", look())
    except CourseError as error:
        return Finding(what, "no", str(error))


def _checks(course: Course) -> Finding:
    """A folder's own checks win over the package's, also where the package has newer ones."""
    shipped = {name: PACKAGE / "checks" / name for name in course.assignments()}
    others = [
        name
        for name, folder in shipped.items()
        if not folder.is_dir() or folder_digest(course.checks(name)) != folder_digest(folder)
    ]
    detail = f"the folder's own autograder/checks for {', '.join(others)}, which differ from the package's"
    return Finding("hidden checks", "yes", detail if others else "the package's")


def _gradebook(course: Course) -> str:
    require_gradebook(course)
    return f"{course.gradebook} can be written"


def _profile() -> Finding:
    try:
        detail, at_once = hardware(), judges_at_once(sys.maxsize, training=True)
    except CourseError as error:
        return Finding("GPU", "no", str(error))
    driver = cuda.driver()
    if profile() == "cpu" or driver is None:
        return Finding("GPU", "yes", f"none is used, {detail}")
    first, *others = driver.devices
    detail += (
        f"; {gpu_room(first) // MIB} of {first.memory // MIB} MB of memory are free, for {at_once} judges at once; "
        f"bfloat16 {'can' if first.bf16 else 'cannot'} be used; "
        f"the driver serves CUDA {'.'.join(map(str, driver.version))}, torch has {cuda.toolkit()}"
    )
    return Finding("GPU", "yes", f"{detail}; of {len(driver.devices)} GPUs the first is used" if others else detail)


def _models(course: Course) -> Iterator[Finding]:
    """Those that trainings are judged on. Another assignment's base would be its checks' to verify."""
    folder = course.base(base.ASSIGNMENT)
    if folder.is_dir():
        yield _try("model almanac", lambda: _hash(folder, base.verify, base.SHA256))
    place = smollm2.place()
    wanted = os.environ.get("COURSE_PROFILE")
    chosen = wanted != "cpu" and cuda.problem(cuda.driver(), cuda.toolkit()) is None
    if place.is_dir() or wanted == "gpu" or chosen:
        yield _try("model SmolLM2", lambda: _hash(place, smollm2.verify, smollm2.SHA256))
    else:
        yield Finding("model SmolLM2", "yes", "not here, and not needed: profile gpu alone uses it")


def _hash(folder: Path, verify: Callable[[Path], None], pins: Mapping[str, str]) -> str:
    verify(folder)
    return f"{folder}, SHA-256 {pins['model.safetensors']}"


def _room(limits: Limits) -> Finding:
    """Is there memory and disk for what is run at the same time?"""
    at_once = limits.submissions_at_once
    with contextlib.suppress(CourseError):  # of the GPU, which another line tells
        at_once = judges_at_once(at_once, training=True)
    wanted = at_once * limits.memory_mib
    available = min(psutil.virtual_memory().available, _left_to_container()) // MIB
    places = {str(scratch.PLACE), tempfile.gettempdir()}  # what kernels need, and what trainings write
    disk, place = min((shutil.disk_usage(place).free // MIB, place) for place in places)
    detail = (
        f"{available} MB of memory are free, {at_once} submissions at once may use {wanted} MB; "
        f"{disk} MB of disk are free in {place}"
    )
    if disk < limits.disk_mib:
        return Finding("room", "slower", f"{detail}. Make room in {place}.")
    if available < wanted:
        return Finding("room", "slower", f"{detail}. Lower c.Limits.submissions_at_once or c.Limits.memory_mib.")
    return Finding("room", "yes", detail)


def _left_to_container() -> int:
    """Bytes. What the machine has free says nothing of a bound that a container has; without one, very many."""
    for limit, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        with contextlib.suppress(OSError, ValueError):  # not this version of control groups, or "max"
            return int((CGROUP / limit).read_text()) - int((CGROUP / used).read_text())
    return sys.maxsize


def _memory_bound() -> Finding:
    group = MemoryGroup.create(f"course-doctor-{os.getpid()}", 64)
    if group is None:
        detail = (
            "no control group can be made here: each process is bounded, all together are watched ten times a second. "
            "Grade as root, or where systemd delegates the memory controller, for a hard bound."
        )
        return Finding("memory bound", "slower", detail)
    group.remove()
    return Finding("memory bound", "yes", "a control group bounds each submission")


def _sandbox(limits: Limits) -> str:
    bubblewrap.require(limits.disk_mib)
    return f"can be had, as {'root, who drops to nobody' if os.geteuid() == 0 else 'an ordinary user'}"


def _kernel(course: Course, limits: Limits) -> Finding:
    """Start one, as grading does."""
    what = "kernels (namespaces within, system call filter)"
    try:
        if limits.fork_server:
            with _session(course, limits):  # the first waits until the libraries are imported
                pass
        began = time.monotonic()
        with _session(course, limits) as session:
            session.run()
            seconds = time.monotonic() - began
            (report,) = session.reports.values()
        failed = not forkserver.forks()
    except CourseError as error:
        return Finding(what, "no", str(error))
    finally:
        forkserver.stop()
    if report.status != "ran":
        return Finding(what, "no", f"libraries cannot be imported in them: {report.error or report.message}")
    if failed or not limits.fork_server:
        why = "forks fail: are namespaces within namespaces allowed?" if failed else "c.Limits.fork_server is False"
        return Finding(what, "slower", f"started afresh in {seconds:.1f} s, because {why}")
    return Finding(what, "yes", f"forked and ready in {seconds:.2f} s, {platform.machine()}")


def _session(course: Course, limits: Limits) -> Session:
    files: dict[str, Path] = {}
    imports = new_code_cell(f"import {', '.join(LIBRARIES.values())}")
    return Session(new_notebook(cells=[imports]), files, course.hidden(), limits)
