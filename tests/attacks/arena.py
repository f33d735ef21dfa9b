"""A class with attackers in it: made, graded by ``course grade``, and read back as anybody could see it."""

import csv
import functools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from conftest import COURSE, ROOT, course_copy
from nbformat import NotebookNode

from attacks import canaries
from attacks.attack import ASSIGNMENT, OPEN, Attack, Evidence
from attacks.host import Host
from attacks.loot import LOOT
from autograder.samples.answers import load_answers
from autograder.samples.demo import change, deal, with_answers

HERE = Path(__file__).parent
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
TWIN = "twin"
NEIGHBOURS = ("ada", "bea", TWIN, "zoe")  # attackers are called m-..., so they come between these
NOISE = """
import sys, warnings
warnings.warn("this API will change, some day")
print("a note to myself", file=sys.stderr)
"""
# Ends what attacks need to end in seconds; no honest neighbour comes near. The clock leaves a loop the time to use up
# its processor time on a busy machine, and disks are small beside the memory that holds them, so that each ends by its
# own limit.
LIMITS = """
c.Limits.cell_cpu_seconds = 2
c.Limits.cell_wall_seconds = 8
c.Limits.probe_cpu_seconds = 1
c.Limits.probe_wall_seconds = 6
c.Limits.kernel_restarts = 6
c.Limits.memory_mib = 768
c.Limits.disk_mib = 200
c.Limits.files = 4000
c.Limits.processes = 64
c.Limits.submissions_at_once = 2
"""
# The same for the judge, said in the course's own copy of the checks.
JUDGE_LIMITS = """
from autograder.judge import alarm
alarm.CHECK_CPU_SECONDS = 3.0
"""
# Every folder and control group that the grader makes for a moment, so that it can be asked later whether it is gone.
RECORD = """
import os, tempfile
def _record(path):
    with open({log!r}, "a") as log:
        log.write(str(path) + chr(10))
def _recorded(*words, _make=tempfile.mkdtemp, **more):
    path = _make(*words, **more)
    _record(path)
    return path
def _grouped(path, *words, _make=os.mkdir, **more):
    _make(path, *words, **more)
    if str(path).startswith("/sys/fs/cgroup/"):
        _record(path)
if tempfile.mkdtemp.__name__ != "_recorded":
    tempfile.mkdtemp, os.mkdir = _recorded, _grouped
"""


@dataclass(frozen=True)
class Class:
    """A graded class. ``outlived``: what was still there afterwards. ``heard``: who called services of the host.

    ``evidence``: by an attack's name, where it would show that it did something.
    """

    course: Path
    status: int
    said: str
    outlived: list[str]
    changed: list[str]
    heard: list[str]
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    assignment: str = ASSIGNMENT

    def verdict(self, student: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.verdict_file(student).read_text())
        return found

    def verdict_file(self, student: str) -> Path:
        return self.course / "verdicts" / self.assignment / f"{student}.json"

    def points(self, student: str) -> dict[str, int]:
        return {exercise["id"]: exercise["points"] for exercise in self.verdict(student)["exercises"]}

    def record(self, student: str) -> dict[str, Any]:
        """Everything that the class holds about a student, byte for byte; of the verdict, all but its digest, which is
        of the class's limits, too."""
        kept: dict[str, Any] = {}
        for folder in ("autograded", "feedback"):
            for path in sorted((self.course / folder / student).rglob("*")):
                if path.is_file():
                    kept[str(path.relative_to(self.course))] = path.read_bytes()
        kept["verdict"] = {name: value for name, value in self.verdict(student).items() if name != "digest"}
        with (self.course / "grades.csv").open(newline="") as file:
            kept["grades.csv"] = [row for row in csv.reader(file) if row[0] == student]
        kept["gradebook.db"] = self._marks(student)
        return kept

    def _marks(self, student: str) -> list[Any]:
        query = """
            SELECT cell.name, auto_score, manual_score, needs_manual_grade FROM grade
            JOIN base_cell AS cell ON cell.id = grade.cell_id
            JOIN submitted_notebook AS notebook ON notebook.id = grade.notebook_id
            JOIN submitted_assignment AS submission ON submission.id = notebook.assignment_id
            WHERE submission.student_id = ? ORDER BY cell.name"""
        connection = sqlite3.connect(self.course / "gradebook.db")
        try:
            return connection.execute(query, (student,)).fetchall()
        finally:
            connection.close()


def grade_class(folder: Path, host: Host, attacks: Iterable[Attack], config: str = "") -> Class:
    """Make and grade a class of the neighbours and these attackers; ``folder`` gets it. ``config``: more of it.

    It is graded at a place below the environment, which the sandbox shows: what keeps a course out of sight is needed.
    """
    place = sys.prefix if os.access(sys.prefix, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="attacked-", dir=place) as scratch:
        os.chmod(scratch, 0o755)
        course = Path(scratch).resolve() / "course"
        course.mkdir()
        found = _grade_class(course, host, attacks, config)
        shutil.move(course, folder)
    return replace(found, course=folder)


def _grade_class(course: Path, host: Host, attacks: Iterable[Attack], config: str) -> Class:
    _make_course(course, config)
    for student, notebook in neighbours().items():
        hand_in(course, student, notebook)
    evidence = {
        one.name: one.hand_in(honest_part(), course / "submitted" / one.student / ASSIGNMENT, host.places(course))
        for one in attacks
    }
    return grade_and_look(course, host, evidence)


def grade_and_look(course: Path, host: Host, evidence: Mapping[str, Evidence], assignment: str = ASSIGNMENT) -> Class:
    """Grade what has been handed in, and look at what became of everything around it."""
    (course / "gradebook.db").write_bytes(_empty_gradebook())
    canaries.plant_in_gradebook(course / "gradebook.db")
    before, calls = _untouched(course), len(host.heard)
    done, left = _grade(course, host) if assignment == ASSIGNMENT else _grade(course, host, assignment)
    outlived = [*left, *_folders_left(course), *_traces()]
    changed = [*host.changes(), *(name for name, data in _untouched(course).items() if before.get(name) != data)]
    said = done.stdout + done.stderr
    return Class(course, done.returncode, said, outlived, changed, host.heard[calls:], evidence, assignment)


@functools.cache
def honest_part() -> NotebookNode:
    """The solved notebook, with the stubs of what attackers want marks for."""
    solved = nbformat.read(ROOT / "solutions" / ASSIGNMENT / NOTEBOOK, as_version=4)
    given = nbformat.read(ROOT / "release" / ASSIGNMENT / NOTEBOOK, as_version=4)
    stubs = {cell.metadata.nbgrader.grade_id: cell.source for cell in given.cells if "nbgrader" in cell.metadata}
    return with_answers(solved, {name: stubs[name] for name in OPEN})


@functools.cache
def neighbours() -> dict[str, NotebookNode]:
    """One who is right and noisy, one with misconceptions, the attackers' twin, and one who writes otherwise."""
    solved = nbformat.read(ROOT / "solutions" / ASSIGNMENT / NOTEBOOK, as_version=4)
    answers = load_answers(ROOT / "tests" / "answers" / ASSIGNMENT)
    secret = f"    # {canaries.NEIGHBOUR}\n"
    found = {
        "ada": change(solved, "to_messages", lambda source: source + NOISE),
        "bea": with_answers(solved, next(deal(answers, right=False))[1]),
        TWIN: honest_part(),
        "zoe": with_answers(solved, next(deal(answers, right=True))[1]),
    }
    for name in ("ada", "zoe"):
        found[name] = change(found[name], "prefill", lambda source: source.rstrip("\n") + "\n" + secret)
    return found


def _make_course(course: Path, config: str) -> None:
    course_copy(course)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "autograder" / "checks", course / "autograder" / "checks", ignore=ignore)
    canaries.plant(course)
    with (course / "autograder" / "checks" / ASSIGNMENT / "conftest.py").open("a") as fixtures:
        fixtures.write(JUDGE_LIMITS)
    configure(course, config)


def configure(course: Path, config: str) -> None:
    text = (ROOT / "nbgrader_config.py").read_text() + LIMITS + RECORD.format(log=str(course / "made.log")) + config
    (course / "nbgrader_config.py").write_text(text)
    (course / "made.log").touch()


def hand_in(
    course: Path, student: str, notebook: NotebookNode, assignment: str = ASSIGNMENT, name: str = ASSIGNMENT
) -> None:
    folder = course / "submitted" / student / assignment
    folder.mkdir(parents=True)
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook))


@functools.cache
def _empty_gradebook() -> bytes:
    with tempfile.TemporaryDirectory(prefix="attacked-gradebook-") as folder:
        Path(folder, "nbgrader_config.py").write_text("")
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        words = [sys.executable, "-m", "nbgrader", "db", "student", "list"]
        subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True, timeout=120)
        return Path(folder, "gradebook.db").read_bytes()


def _grade(
    course: Path, host: Host, assignment: str = ASSIGNMENT
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    report = course / "left.json"
    words = [sys.executable, str(HERE / "subreaper.py"), str(report), str(COURSE), "grade", assignment]
    environment = {
        **os.environ, "HOME": str(host.home), "COLUMNS": "200", "COURSE_SECRET": canaries.ENVIRONMENT,
    }  # fmt: skip
    done = subprocess.run(
        words, cwd=course, env=environment, capture_output=True, text=True, timeout=900, check=False, errors="replace"
    )
    left = [f"process {one}" for one in json.loads(report.read_text())]
    report.unlink()
    return done, left


def _folders_left(course: Path) -> list[str]:
    made = (course / "made.log").read_text().splitlines()
    assert made, "the grader makes folders, and they should have been written down"
    return [f"folder {path}" for path in made if os.path.lexists(path)]


def _traces() -> list[str]:
    """What attacks leave behind has a name of theirs."""
    places = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/dev/mqueue"), Path.home())
    found = [f"file {path}" for place in places if place.is_dir() for path in place.glob(f"*{LOOT}*")]
    sockets = Path("/proc/net/unix").read_text().splitlines()
    return found + [f"socket {line.split()[-1]}" for line in sockets if LOOT in line]


def _untouched(course: Path) -> dict[str, bytes]:
    """What grading must leave as it is: everything but what it writes, and what it sets aside of an attacker's."""
    written = re.compile(
        r"(autograded|feedback|verdicts|reports)/|gradebook\.db|grades\.csv|\.nbgrader\.log|\.grading\.lock|made\.log|left\.json"
    )
    found = {}
    for path in sorted(course.rglob("*")):
        name = str(path.relative_to(course))
        mine = not name.startswith("submitted/") or name.split("/")[1] in NEIGHBOURS
        if path.is_file() and mine and not written.match(name) and "__pycache__" not in name:
            found[name] = path.read_bytes()
    return found
