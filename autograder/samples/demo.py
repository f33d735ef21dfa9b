"""``course demo``: a class of sample submissions, graded in a scratch folder.

The class has right answers, every named misconception, and everything that usually breaks a grader. The answers are
those of ``tests/answers``; what is peculiar to a notebook rather than an answer is written here.
"""

import functools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from rich.console import Console

from autograder.build import generate
from autograder.config import load_scratch
from autograder.course import Course, grade_id
from autograder.errors import CourseError
from autograder.grading.command import grade_and_show
from autograder.samples.answers import Answer, load_answers

ASSIGNMENT = "chat-templates"
ENDLESS = "while True:\n    pass\n"
EXIT = "import os\n\nos._exit(0)\n"
FLOOD = "for _ in range(200_000):\n    print('so much to say ' * 20)\n"
NOISE = """
import sys
import warnings

from tqdm import tqdm

for step in tqdm(range(2000), desc="thinking"):
    pass
warnings.warn("this API will change, some day")
print("a note to myself", file=sys.stderr)
"""


def run(course: Course, console: Console) -> None:
    """Build, hand in, grade, show. The scratch folder stays, so that its feedback pages can be opened."""
    began = time.monotonic()
    known = course.root / "tests" / "answers" / ASSIGNMENT
    answers = load_answers(known)
    if not answers:
        raise CourseError(f"there are no answers in {known}, of which the class is made")
    root = scratch_folder()
    with console.status("building release and solutions"):
        scratch = generate.copy_sources(course, root)
        generate.build(scratch)
    students = hand_in(scratch, answers)
    console.print(f"{len(students)} sample submissions in {root / 'submitted'}", soft_wrap=True)
    nbgrader = load_scratch(root)
    nbgrader.config.Limits.cell_cpu_seconds = 10  # nobody wants to watch an endless cell for longer
    grade_and_show(nbgrader, ASSIGNMENT, console)
    page = root / "feedback" / "misconceptions-1" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    console.print(f"open one: {page}\n{time.monotonic() - began:.0f} seconds in all", soft_wrap=True)


def scratch_folder() -> Path:
    """An empty folder for this user, the same each time. Raises CourseError where somebody else sits on it."""
    folder = Path(tempfile.gettempdir()).resolve() / f"course-demo-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise CourseError(f"no scratch folder for the demo: {error}") from error
    if folder.is_symlink() or status.st_uid != os.getuid():
        raise CourseError(f"{folder} belongs to somebody else; set TMPDIR to a folder of your own")
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return folder


def hand_in(course: Course, answers: list[Answer]) -> list[str]:
    """Put the class into ``submitted/``. Returns the students."""
    release = course.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    solution = course.root / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    given, solved = nbformat.read(release, as_version=4), nbformat.read(solution, as_version=4)
    submissions = {
        "perfect": solved,
        **{
            f"written-differently-{n}": with_answers(solved, dealt) for n, dealt in islice(deal(answers, right=True), 3)
        },
        **{f"misconceptions-{n}": with_answers(solved, dealt) for n, dealt in deal(answers, right=False)},
        "empty": given,
        "syntax-error": change(solved, "prefill", lambda source: source.replace("):", ")", 1)),
        "endless-cell": change(solved, "render_for_inference", lambda source: ENDLESS + source),
        "exits-kernel": change(solved, "prefill", lambda source: EXIT + source),
        "floods-output": change(solved, "to_messages", lambda source: source + "\n" + FLOOD),
        "noisy-but-right": change(solved, "to_messages", lambda source: source + NOISE),
    }
    for student, notebook in submissions.items():
        nbformat.write(notebook, _folder(course, student) / release.name)
    (_folder(course, "not-json") / release.name).write_text('{"cells": [', encoding="utf-8")
    (_folder(course, "no-notebook") / "notes.txt").write_text("I will hand it in tomorrow.\n", encoding="utf-8")
    return course.students(ASSIGNMENT)


def _folder(course: Course, student: str) -> Path:
    folder = course.submitted(student, ASSIGNMENT)
    folder.mkdir(parents=True)
    return folder


def deal(answers: list[Answer], *, right: bool) -> Iterator[tuple[int, dict[str, str]]]:
    """Deal answers out so that each student has one for each exercise, and each misconception occurs."""
    piles: dict[str, dict[str, str]] = {}
    for answer in answers:
        if answer.right is right:
            piles.setdefault(answer.exercise, {}).setdefault(answer.misconception or answer.name, answer.source)
    dealt = zip_longest(*(pile.values() for pile in piles.values()))
    for number, row in enumerate(dealt, 1):
        yield number, {exercise: source for exercise, source in zip(piles, row, strict=True) if source}


def with_answers(notebook: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """A copy of the notebook in which these solution cells are replaced."""
    for name, text in answers.items():
        notebook = change(notebook, name, functools.partial(lambda new, _old: new, text))
    return notebook


def change(notebook: NotebookNode, name: str, edit: Callable[[str], str]) -> NotebookNode:
    """A copy of the notebook in which one solution cell is edited."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        if grade_id(cell) == name:
            cell.source = edit(cell.source)
    return copy
