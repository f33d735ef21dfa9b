"""What profile ``gpu`` takes beside profile ``cpu``, and whether both give the same marks: ``make gpu``.

Grades ``fine-tuning``: one submission alone, and a class of right and wrong answers, under each profile.
Where this machine allows no sandbox, only the course's own right answers are judged, without one; it is said then.
Prints Markdown for ``autograder/image/MEASURED.md``.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parent))
import unsandboxed

from autograder.build.generate import copy_sources
from autograder.cli import LEFT_FOR_PERSON
from autograder.config import load
from autograder.course import Course
from autograder.errors import SandboxUnavailable
from autograder.judge.pool import stop_judges
from autograder.machine import cuda
from autograder.machine.profile import profile as chosen
from autograder.samples.answers import load_answers
from autograder.samples.demo import deal, with_answers
from autograder.sandbox import bubblewrap
from autograder.sandbox.limits import Limits

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "fine-tuning"
WRONG = 6  # classmates with a wrong answer in each exercise
LOOKS = 0.2  # seconds from one look at the GPU's memory to the next

Marks = dict[str, list[tuple[str, int, str]]]  # by student: check, points, outcome


def hand_in(course: Path, students: int | None = None) -> None:
    """Right and wrong answers to everything, or so many of these submissions; the first is the reference solution."""
    places = (ROOT / "solutions" / ASSIGNMENT).glob("*.ipynb")
    solutions = {path.name: nbformat.read(path, as_version=4) for path in places}
    answers = load_answers(ROOT / "tests" / "answers" / ASSIGNMENT)
    dealt = {"right": {}, **{f"right-{n}": row for n, row in deal(answers, right=True)}}
    dealt |= {f"wrong-{n}": row for n, row in deal(answers, right=False) if n <= WRONG}
    for student, row in list(dealt.items())[:students]:
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        for name, solution in solutions.items():
            nbformat.write(with_answers(solution, row), folder / name)


def marks(course: Path) -> Marks:
    verdicts = [json.loads(path.read_text()) for path in (course / "verdicts" / ASSIGNMENT).glob("*.json")]
    return {
        verdict["student"]: [
            (check["id"], check["points"], check["outcome"])
            for exercise in verdict["exercises"]
            for check in exercise["checks"]
        ]
        for verdict in verdicts
    }


@contextlib.contextmanager
def gpu_memory() -> Iterator[list[int]]:
    """Bytes that are free of the GPU that judges use: once before, and five times a second while the block runs.

    Empty where there is none, or where it does not say.
    """
    found = [] if cuda.driver() is None or (before := cuda.free()) is None else [before]
    ended = threading.Event()

    def look() -> None:
        while found and not ended.wait(LOOKS):
            if (free := cuda.free()) is not None:
                found.append(free)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield found
    finally:
        ended.set()
        looking.join()


@dataclass(frozen=True)
class Taken:
    """seconds: by the clock, start-up included. memory: of the GPU at most, beyond what was used before, in bytes.

    lost: what a grader's error or, of right answers, a failed check has cost.
    """

    what: str
    profile: str
    submissions: int
    seconds: float
    memory: int | None
    marks: Marks
    lost: list[str]

    def row(self, same: str) -> str:
        memory = "" if self.memory is None else f"{self.memory >> 20:,} MiB"
        return f"| {self.what} | {self.profile} | {self.submissions} | {self.seconds:.0f} | {memory} | {same} |"


def grade(what: str, profile: str, students: int | None) -> Taken:
    """Raises where grading could not do its work; where some is left for a person, it goes on."""
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        course = Path(folder).resolve()
        copy_sources(Course(load(ROOT).coursedir), course)
        hand_in(course, students)
        command = [Path(sys.executable).with_name("course"), "grade", ASSIGNMENT]
        began = time.monotonic()
        with gpu_memory() as free:
            environment = {**os.environ, "COURSE_PROFILE": profile}
            status = subprocess.run(command, cwd=course, env=environment, check=False, stdout=sys.stderr).returncode
        if status not in (0, LEFT_FOR_PERSON):
            raise subprocess.CalledProcessError(status, command)
        found = marks(course)
        assert any(points for checks in found.values() for _, points, _ in checks)
        ours = [f"{name}: {check}" for name, rows in found.items() for check, _, how in rows if how == "grader error"]
        return Taken(what, profile, len(found), time.monotonic() - began, most(free), found, ours)


def judge_without_sandbox(profile: str) -> Taken:
    """The course's own right answers, in this process: for a machine that allows no sandbox."""
    os.environ["COURSE_PROFILE"] = profile
    chosen.cache_clear()
    began = time.monotonic()
    with gpu_memory() as free:
        found = unsandboxed.judged(ASSIGNMENT)
    stop_judges()
    failed = [words for _, lost in found.values() for words in lost]
    passed: Marks = {
        f"{one.exercise}/{one.name}": [("passed", count - len(lost), "")] for one, (count, lost) in found.items()
    }
    return Taken("right answers, no sandbox", profile, len(found), time.monotonic() - began, most(free), passed, failed)


def most(free: list[int]) -> int | None:
    return free[0] - min(free) if free else None


def machine() -> str:
    """The device and the versions, in one line."""
    driver = cuda.driver()
    devices = "no GPU" if driver is None else ", ".join(f"{one.name}, {one.memory >> 30} GiB" for one in driver.devices)
    served = "" if driver is None else f", driver for CUDA {'.'.join(map(str, driver.version))}"
    libraries = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "trl", "peft"))
    return f"{devices}{served}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, {libraries}"


def runs(profiles: list[str], students: int | None) -> Iterator[Taken]:
    try:
        bubblewrap.require(Limits().disk_mib)
    except SandboxUnavailable as reason:
        print(f"Nothing of a student's was run: {reason}\n", flush=True)
        yield from map(judge_without_sandbox, profiles)
        return
    for profile in profiles:
        yield grade("one submission", profile, 1)
    for profile in profiles:
        yield grade("a class", profile, students)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", nargs="+", choices=("cpu", "gpu"), default=["cpu", "gpu"])
    parser.add_argument("--students", type=int, help="how many of the class; all, if not said")
    options = parser.parse_args()
    print(f"{machine()}\n")
    print("| what | profile | submissions | seconds | GPU memory at most | marks as the first profile's |")
    print("|---|---|---|---|---|---|", flush=True)
    first: dict[str, Marks] = {}
    problems: list[str] = []
    for taken in runs(options.profiles, options.students):
        same = taken.marks == first.setdefault(taken.what, taken.marks)
        problems += [f"{taken.what}, {taken.profile}: {words}" for words in taken.lost + ["other marks"] * (not same)]
        print(taken.row("yes" if same else "NO"), flush=True)
    print("".join(f"\n- {words}" for words in problems))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
