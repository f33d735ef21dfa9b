"""How long the lesson takes: ``python tests/benchmark/lesson.py``.

For each notebook, what there is to read and how long all its code runs, with the reference solutions, in an ordinary
kernel as a student has it. For each assignment, how long ``course grade`` takes by the clock for one submission, the
reference solution, start-up and tables included.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from rich.console import Console
from rich.progress import track
from rich.table import Table
from traitlets.config import Config

sys.path.insert(0, str(Path(__file__).parents[1]))
from reading import TEXTS, words

from autograder.build.generate import copy_sources
from autograder.config import load
from autograder.course import Course

ROOT = Path(__file__).parents[2]
WORDS_A_MINUTE = 225
QUIET = Config({"KernelManager": {"transport_encryption": "auto"}})  # or a kernel warns of itself


def run(path: Path) -> float:
    """Seconds by the clock. Raises where a cell fails, a visible check among them."""
    notebook = nbformat.read(path, as_version=4)
    began = time.monotonic()
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_name="python3", resources=where, config=QUIET).execute()
    return time.monotonic() - began


def grade(course: Path, assignment: str) -> float:
    """Seconds by the clock. Raises where the reference solution is not graded."""
    shutil.copytree(ROOT / "solutions" / assignment, course / "submitted" / "reference" / assignment)
    command = Path(sys.executable).with_name("course")
    began = time.monotonic()
    subprocess.run([command, "grade", assignment], cwd=course, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def main() -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    notebooks = Table("notebook", "words", "minutes of reading", "seconds of running", title_justify="left")
    assignments = Table("assignment", "seconds to grade one submission", title_justify="left")
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        scratch = Path(folder).resolve()
        shutil.copytree(ROOT / "solutions", scratch / "student")
        for text in track(TEXTS, "running"):
            name = text.name.removesuffix(".pct.py")
            count = words(text)
            taken = run(scratch / "student" / text.parent.name / f"{name}.ipynb")
            notebooks.add_row(name, f"{count}", f"{count / WORDS_A_MINUTE:.1f}", f"{taken:.0f}")
        course = Course(load(ROOT).coursedir)
        (scratch / "course").mkdir()
        copy_sources(course, scratch / "course")
        for assignment in track(course.assignments(), "grading"):
            assignments.add_row(assignment, f"{grade(scratch / 'course', assignment):.0f}")
    for table in (notebooks, assignments):
        Console().print(table)
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
