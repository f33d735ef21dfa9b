"""The course's own right answers to an assignment, judged without the sandbox: for a machine that allows none."""

import contextlib
import io
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "autograder" / "sandbox" / "inside"))

import nbformat
import probe
import torch

from autograder.config import load
from autograder.course import Course, grade_id
from autograder.judge.check import load_checks
from autograder.judge.pool import a_judge
from autograder.samples.answers import Answer, load_answers, references

ROOT = Path(__file__).parents[2]
COURSE = Course(load(ROOT).coursedir)

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


def judged(assignment: str) -> Counts:
    """How many checks each right answer met, and which of them it failed."""
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
                results = judge.judge(directory, source, own, {}, 0, ask, logging.getLogger(__name__))
                failed = [f"{answer.name}: {one.id}" for one in results if one.outcome != "passed"]
                found[answer] = len(own), failed
    return found
