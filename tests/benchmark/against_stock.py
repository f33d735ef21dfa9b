"""Grades a class with us and with a stock nbgrader twin of the assignment, in one run, and prints the ratio.

``python tests/benchmark/against_stock.py``. The class: copies of the reference solution. Each side grades it
in one process, pinned to the same cores, with feedback pages on both sides: ours through ``grade``, stock by
the converters behind ``nbgrader autograde`` and ``nbgrader generate_feedback``. ``stock_twin.py`` says how
the twin is made.

Start-up is left out. A side grades one submission that is not measured (imports, cold files), then one, then
all; (all - one) / (students - 1) is what one more submission costs. CPU seconds are those of the whole
process tree, kernels and judge included. Clean submissions must get full marks on both sides, and the twin
must have run every check; otherwise there are no figures.

"Own cells" is the CPU time of the submitted notebook's cells, its visible checks among them, in a kernel of
that side, without hidden checks: what a grader cannot save. The budget speaks of what comes on top.
"""

import argparse
import multiprocessing
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import side
import stock_twin
from meter import Meter, Seconds
from rich.console import Console
from rich.table import Table

from autograder.build.generate import copy_sources
from autograder.config import load
from autograder.course import Course, find_root

ASSIGNMENT = "chat-templates"
SIDES = ("ours", "stock")
BUDGET = 0.8  # design: CPU seconds for each submission, beyond its own cells
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Figures:
    """What one more submission takes on one side, and what the side reported."""

    each: Seconds
    report: side.Report

    @property
    def beyond(self) -> float:
        return self.each.cpu - self.report.own


def prepare(course: Course, name: str, root: Path, students: int) -> None:
    """A course folder for one side, with the class in ``submitted/``."""
    root.mkdir()
    if name == "ours":
        copy_sources(course, root)
    else:
        stock_twin.make(course, ASSIGNMENT, root)
    for number in range(students):
        place = root / "submitted" / f"student-{number:02}" / ASSIGNMENT
        shutil.copytree(course.root / "solutions" / ASSIGNMENT, place)


def measure(name: str, root: Path, students: int, cores: int) -> Figures:
    """Run one side on so many cores, and look at it. Raises SystemExit with its last words if it fails."""
    ours, theirs = multiprocessing.Pipe()
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=side.run, args=(name, root, ASSIGNMENT, theirs), daemon=True)
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[-cores:])  # inherited
    process.start()
    os.sched_setaffinity(0, allowed)
    theirs.close()
    assert process.pid is not None
    meter = Meter(process.pid)
    at: dict[str, Seconds] = {}
    try:
        while not isinstance(message := ours.recv() if ours.poll(LOOK_SECONDS) else None, side.Report):
            now = meter.read()
            if message is not None:
                at[message] = now
                ours.send("go on")
    except EOFError:
        raise SystemExit(f"{name} failed:\n{(root / side.LOG).read_text()[-4000:]}") from None
    process.join()
    one, everybody = at["class"].since(at["one"]), at["end"].since(at["class"])
    more = everybody.since(one)
    return Figures(Seconds(more.wall / (students - 1), more.cpu / (students - 1)), message)


def show(ours: Figures, stock: Figures, students: int, cores: int, console: Console) -> None:
    """Both sides and their ratio."""
    rows = {
        "wall": (ours.each.wall, stock.each.wall),
        "CPU": (ours.each.cpu, stock.each.cpu),
        "CPU of the own cells": (ours.report.own, stock.report.own),
        "CPU beyond them": (ours.beyond, stock.beyond),
    }
    table = Table(title="Seconds for each submission, start-up left out", title_justify="left")
    for name in ("", *SIDES, "ours / stock"):
        table.add_column(name, justify="right" if name else "left")
    for name, (left, right) in rows.items():
        table.add_row(name, f"{left:.2f}", f"{right:.2f}", f"{left / right:.2f}")
    console.print(table)
    of = f"{students} clean submissions of {ASSIGNMENT}, {ours.report.marks:g} marks each on both sides"
    where = f"{cores} core(s), load {os.getloadavg()[0]:.1f}"
    console.print(f"{of}; {ours.report.checks} hidden checks; {where}", soft_wrap=True)
    console.print(f"throughput: {stock.each.wall / ours.each.wall:.1f} times stock's by the clock")
    console.print(f"budget: {BUDGET} s CPU beyond the own cells; now {ours.beyond:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description="our grading beside stock nbgrader's")
    parser.add_argument("--students", type=int, default=8, help="size of the class, at least 2")
    parser.add_argument("--cores", type=int, default=1, help="cores that each side may use")
    options = parser.parse_args()
    if options.students < 2 or options.cores < 1:
        parser.error("at least 2 students and 1 core")
    os.environ["HF_HUB_OFFLINE"] = "1"  # as in our sandbox: nobody's network is measured
    course = Course(load(find_root(Path(__file__).resolve().parent)).coursedir)
    console = Console()
    found = []
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        for name in SIDES:
            with console.status(f"{name}: {options.students} submissions"):
                root = Path(folder).resolve() / name
                prepare(course, name, root, options.students)
                found.append(measure(name, root, options.students, options.cores))
            os.chdir(course.root)
    ours, stock = found
    if (ours.report.marks, ours.report.checks) != (stock.report.marks, stock.report.checks):
        raise SystemExit("the two sides do not judge the same: other marks, or other checks")
    show(ours, stock, options.students, options.cores, console)


if __name__ == "__main__":
    main()
