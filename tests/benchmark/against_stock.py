"""Grades a class with us and with a stock nbgrader twin of the assignment, in one run, and prints the ratio.

``python tests/benchmark/against_stock.py``. The class: copies of the reference solution. Both sides
grade it in one process, pinned to the same number of cores, with feedback pages in both: ours by ``grade``, stock by the
converters behind ``nbgrader autograde`` and ``nbgrader generate_feedback``. How the twin is made: ``stock_twin.py``.

Start-up is left out. Each side first grades one submission that is not measured (imports, cold files), then one, then
the class; (class - one) / (students - 1) is what one more submission costs. CPU seconds are those of the whole
process tree. Everything must get full marks, and the twin must have run every check; otherwise there are no figures.

"Own cells" is the CPU time of the submitted notebook's cells, its visible checks among them, in a kernel of that side:
what a grader cannot save. The budget speaks of what comes on top.
"""

import argparse
import ctypes
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
import psutil
import stock_twin
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde, GenerateFeedback
from rich.console import Console
from rich.table import Table

from autograder.config import load
from autograder.course import Course, find_root
from autograder.demo import copy_course
from autograder.grading import grade
from autograder.judge.check import load_checks
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

ASSIGNMENT = "chat-templates"
SIDES = ("ours", "stock")
FIRST = "student-00"
FIGURES = "figures.json"
BUDGET = 0.8  # design: CPU seconds of ours for each submission, beyond its own cells
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and seconds of CPU of this process and all that it started."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> "Spent":
        with suppress(ChildProcessError):  # kernels that outlived their parents are ours to count
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return cls(time.monotonic(), sum(one.ru_utime + one.ru_stime for one in used) + _still_running())


def _still_running() -> float:
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            total += sum(child.cpu_times()[:4])  # user, system, and those of its ended children
    return total


@dataclass(frozen=True)
class Figures:
    """What one side took for one submission and for the class. ``own``: see the module."""

    one: Spent
    everybody: Spent
    own: float
    marks: float
    checks: int

    def each(self, students: int) -> Spent:
        """What one more submission takes."""
        more = students - 1
        wall, cpu = self.everybody.wall - self.one.wall, self.everybody.cpu - self.one.cpu
        return Spent(wall / more, cpu / more)


def measure(work: Callable[[], object]) -> Spent:
    """What this work takes."""
    begun = Spent.now()
    work()
    ended = Spent.now()
    return Spent(ended.wall - begun.wall, ended.cpu - begun.cpu)


def grade_ours(app: NbGrader, student: str | None) -> None:
    """``course grade``, without its report."""
    grade(app, ASSIGNMENT, student, force=True)


def grade_stock(app: NbGrader, student: str | None) -> None:
    """``nbgrader autograde`` and ``nbgrader generate_feedback``: each takes the whole class."""
    app.coursedir.assignment_id = ASSIGNMENT
    app.coursedir.student_id = student or "*"
    for converter in (Autograde, GenerateFeedback):
        converter(coursedir=app.coursedir, parent=app, force=True).start()


def own_cells(folder: Path, side: str) -> float:
    """CPU seconds of a submitted notebook's cells in a kernel of this side, without starting it."""
    notebook = nbformat.read(folder / f"{ASSIGNMENT}.ipynb", as_version=4)
    notebook.cells.insert(0, new_code_cell("import time as _time\n_begun = _time.process_time()"))
    notebook.cells.append(new_code_cell("print(_time.process_time() - _begun)"))
    if side == "ours":
        with Session(notebook, folder, [], Limits()) as session:
            session.run()
    else:
        NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return float(notebook.cells[-1].outputs[0].text)


def require_full_marks(course: Course) -> float:
    """The marks of a full submission. Raises SystemExit where a clean one has less."""
    with Gradebook(course.directories.db_url, course.directories.course_id) as gradebook:
        found = [gradebook.find_submission(ASSIGNMENT, student) for student in course.students(ASSIGNMENT)]
        for one in found:
            if one.score != one.max_score:
                raise SystemExit(f"{one.student_id}, a clean submission, got {one.score:g} of {one.max_score:g}")
        return float(found[0].max_score)


def require_all_checks(course: Course, checks: int) -> None:
    """Raises SystemExit where a notebook that the twin graded does not say that every hidden check has passed."""
    for student in course.students(ASSIGNMENT):
        notebook = nbformat.read(course.autograded(student, ASSIGNMENT) / f"{ASSIGNMENT}.ipynb", as_version=4)
        outputs = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])]
        passed = sum(map(int, re.findall(r"^hidden checks passed: (\d+)$", "\n".join(outputs), re.MULTILINE)))
        if passed != checks:
            raise SystemExit(f"{student}: the twin ran {passed} hidden checks of {checks}")


def run_side(side: str, root: Path) -> None:
    """One side, in a process of its own. Leaves its figures in ``figures.json``."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    app = load(root)
    course = Course(app.coursedir)
    work = {"ours": grade_ours, "stock": grade_stock}[side]
    work(app, FIRST)
    one = measure(lambda: work(app, FIRST))
    everybody = measure(lambda: work(app, None))
    checks = len(load_checks(course.checks(ASSIGNMENT)))
    if side == "stock":
        require_all_checks(course, checks)
    own = statistics.median(own_cells(course.submitted(FIRST, ASSIGNMENT), side) for _ in range(3))
    figures = Figures(one, everybody, own, require_full_marks(course), checks)
    (root / FIGURES).write_text(json.dumps(asdict(figures)), encoding="utf-8")


def prepare(course: Course, side: str, root: Path, students: int) -> None:
    """A course folder for one side, with the class in ``submitted/``."""
    root.mkdir()
    if side == "ours":
        copy_course(course, root)
    else:
        stock_twin.make(course, ASSIGNMENT, root)
    for number in range(students):
        solution = course.root / "solutions" / ASSIGNMENT
        shutil.copytree(solution, root / "submitted" / f"student-{number:02}" / ASSIGNMENT)


def figures_of(side: str, root: Path, cores: int) -> Figures:
    """Start a side, pinned to so many cores. Raises SystemExit with its last words where it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    pinned = ",".join(map(str, sorted(os.sched_getaffinity(0))[-cores:]))
    ran = subprocess.run(
        ["taskset", "--cpu-list", pinned, sys.executable, __file__, "--side", side, "--root", str(root)],
        env={**os.environ, "PATH": path, "HF_HUB_OFFLINE": "1"}, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if ran.returncode != 0:
        raise SystemExit(f"{side} failed:\n{ran.stderr[-4000:]}")
    found = json.loads((root / FIGURES).read_text(encoding="utf-8"))
    return Figures(**{**found, "one": Spent(**found["one"]), "everybody": Spent(**found["everybody"])})


def show(found: dict[str, Figures], students: int, cores: int, console: Console) -> None:
    """Both sides and their ratio."""
    each = {side: figures.each(students) for side, figures in found.items()}
    rows = {
        "wall": {side: spent.wall for side, spent in each.items()},
        "CPU": {side: spent.cpu for side, spent in each.items()},
        "CPU of the own cells": {side: figures.own for side, figures in found.items()},
        "CPU beyond them": {side: each[side].cpu - figures.own for side, figures in found.items()},
    }
    table = Table(title="Seconds for each submission, start-up left out", title_justify="left")
    for name in ("", *SIDES, "ours / stock"):
        table.add_column(name, justify="right" if name else "left")
    for name, row in rows.items():
        table.add_row(name, *(f"{row[side]:.2f}" for side in SIDES), f"{row['ours'] / row['stock']:.2f}")
    console.print(table)
    ours = found["ours"]
    console.print(
        f"{ASSIGNMENT}: {students} clean submissions, {ours.marks:g} marks each on both sides, "
        f"{ours.checks} hidden checks, {cores} core(s), load {os.getloadavg()[0]:.1f}"
    )
    console.print(f"throughput on {cores} core(s): {each['stock'].wall / each['ours'].wall:.1f} times stock's")
    console.print(f"budget: {BUDGET} s CPU beyond the own cells; now {rows['CPU beyond them']['ours']:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=8, help="size of the class, at least 2")
    parser.add_argument("--cores", type=int, default=1, help="cores that each side may use")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        run_side(options.side, options.root)
        return
    if options.students < 2:
        parser.error("the class needs at least 2 students")
    console = Console()
    course = Course(load(find_root(Path(__file__).resolve())).coursedir)
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        found = {}
        for side in SIDES:
            with console.status(f"{side}: {options.students} submissions"):
                root = Path(folder).resolve() / side
                prepare(course, side, root, options.students)
                found[side] = figures_of(side, root, options.cores)
    if found["ours"].marks != found["stock"].marks:
        raise SystemExit("the two assignments do not give the same marks")
    show(found, options.students, options.cores, console)


if __name__ == "__main__":
    main()
