"""Does a right answer ever fail by chance? Every right answer of the course, judged by all checks of its exercise,
over many seeds.

``make flakes`` writes the record, ``tests/benchmark/FLAKES.md``. A seed draws the hidden inputs, the trainings, the
questions and the small models anew. The answers are the course's own, so they run without the sandbox.
"""

import argparse
import contextlib
import io
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "autograder" / "sandbox" / "inside"))

import nbformat
import probe
import torch
from rich.progress import track

from autograder.answers import Answer, load_answers, references
from autograder.config import load
from autograder.course import Course, grade_id
from autograder.judge import process
from autograder.judge.check import load_checks
from autograder.judge.pool import a_judge

ROOT = Path(__file__).parents[2]
COURSE = Course(load(ROOT).coursedir)
HEAD = """# Right answers that failed by chance

Written by `make flakes`, on the CPU: the right answers of the course, each judged by all checks of its exercise.

| assignment | exercise | right answers | seeds | checks run | failed |
|---|---|---|---|---|---|
"""

Counts = dict[Answer, tuple[int, list[str]]]


def right_answers(assignment: str) -> list[Answer]:
    known = load_answers(ROOT / "tests" / "answers" / assignment)
    return [*references(COURSE, assignment), *(answer for answer in known if answer.right)]


def setting(assignment: str, notebook: str) -> list[str]:
    """The sources that answers to this notebook stand on: its first cell, and all its solutions."""
    cells = nbformat.read(COURSE.source(assignment) / f"{notebook}.ipynb", as_version=4).cells
    mine = {one.id for one in COURSE.exercises(assignment)}
    return [cell.source for cell in cells if cell.get("id") == "setup" or grade_id(cell) in mine]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What answers print is of no interest here."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def judged(assignment: str, seed: int) -> Counts:
    """How many checks each right answer met with this seed, and which of them it failed."""
    notebooks = {one.id: one.notebook for one in COURSE.exercises(assignment)}
    checks = load_checks(COURSE.checks(assignment))
    found: Counts = {}
    torch.cuda.is_available = lambda: False  # as in the sandbox, where answers see no GPU
    with tempfile.TemporaryDirectory() as scratch, a_judge() as judge:
        work = Path(shutil.copytree(COURSE.source(assignment), Path(scratch, "work")))
        with contextlib.chdir(work):
            for answer in right_answers(assignment):
                names: dict[str, Any] = {}
                with quiet():
                    for source in [*setting(assignment, notebooks[answer.exercise]), answer.source]:
                        exec(compile(source, f"<{answer.exercise}>", "exec"), names)

                def ask(request: dict[str, Any], names: dict[str, Any] = names) -> dict[str, Any]:
                    with quiet():
                        return probe.answer({**request, "reply_bytes": 4 << 20}, names)

                own = [check for check in checks if check.exercise == answer.exercise]
                directory, source = COURSE.checks(assignment), COURSE.source(assignment)
                results = judge.judge(directory, source, own, {}, seed, ask, logging.getLogger(__name__))
                failed = [f"{answer.name}: {one.id}, seed {seed}" for one in results if one.outcome != "passed"]
                found[answer] = len(own), failed
    return found


def run(seeds: range) -> Iterator[dict[str, list[Counts]]]:
    """By assignment, what was found with each seed so far. One process takes all answers of a seed: they share
    trainings."""
    found: dict[str, list[Counts]] = {assignment: [] for assignment in COURSE.assignments()}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(judged, assignment, seed): assignment for seed in seeds for assignment in found}
        for job in track(as_completed(jobs), "judging", total=len(jobs)):
            found[jobs[job]].append(job.result())
            yield found


def record(found: dict[str, list[Counts]]) -> str:
    lines, failed = [], []
    for assignment, counts in found.items():
        seeds = len(counts)
        for exercise in COURSE.exercises(assignment):
            mine = [value for one in counts for answer, value in one.items() if answer.exercise == exercise.id]
            lost = [words for _, some in mine for words in some]
            checks = sum(count for count, _ in mine)
            answers = len(mine) // max(1, seeds)
            lines.append(f"| {assignment} | `{exercise.id}` | {answers} | {seeds} | {checks:,} | {len(lost)} |")
            failed += lost
    said = [*lines, "", f"False fails: {len(failed)}.", *(f"- {one}" for one in failed)]
    return HEAD + "\n".join(said) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed, to go on after a run that was stopped")
    parser.add_argument("--seeds", type=int, default=30, help="how many")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("FLAKES.md"))
    options = parser.parse_args()
    os.environ["COURSE_PROFILE"] = "cpu"
    process.CHECK_SECONDS = 3600.0  # two at a time, on a machine that may be busy
    with tempfile.TemporaryDirectory() as scratch:  # answers make folders, and leave them to their sandbox
        tempfile.tempdir = os.environ["TMPDIR"] = scratch
        for found in run(range(options.first, options.first + options.seeds)):
            options.output.write_text(record(found), encoding="utf-8")
    print(options.output.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
