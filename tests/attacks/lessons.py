"""Classes of other assignments than the main one: a tiny one of configs, and the notebook of adapters and models."""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from conftest import COURSE, ROOT
from nbformat import NotebookNode

from attacks import canaries
from attacks.arena import TWIN, Class, configure, grade_and_look, hand_in
from attacks.attack import Attack
from attacks.host import Host
from autograder.course import grade_id
from autograder.samples.demo import with_answers

TINY = Path(__file__).parent / "lesson"
# SFTConfig takes its time the first time, and so does a trainer.
LIMITS = """
c.Limits.probe_cpu_seconds = 6
c.Limits.probe_wall_seconds = 12
c.Limits.cell_cpu_seconds = 6
c.Limits.cell_wall_seconds = 12
"""


@dataclass(frozen=True)
class Lesson:
    """An assignment for attackers. solved: what the honest ones have solved; their twin, and the attackers, nothing.

    make: puts source, release, solutions and checks into a course folder.
    """

    assignment: str
    notebook: str
    solved: Sequence[str]
    make: Callable[[Path], None]


def grade_lesson(lesson: Lesson, folder: Path, host: Host, attacks: Iterable[Attack]) -> Class:
    """Two who have solved something, the attackers between them, and their twin, who has not."""
    place = sys.prefix if os.access(sys.prefix, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="attacked-", dir=place) as scratch:
        os.chmod(scratch, 0o755)
        course = Path(scratch).resolve() / "course"
        course.mkdir()
        lesson.make(course)
        (course / "notes-of-the-instructor.txt").write_text(canaries.COURSE)
        given, solution = _notebook(course, lesson, "release"), _notebook(course, lesson, "solutions")
        solved = with_answers(
            given, {grade_id(cell): cell.source for cell in solution.cells if grade_id(cell) in lesson.solved}
        )
        for student, notebook in {"ada": solved, TWIN: given, "zoe": solved}.items():
            hand_in(course, student, notebook, lesson.assignment, lesson.notebook)
        evidence = {}
        for one in attacks:
            work = course / "submitted" / one.student / lesson.assignment
            evidence[one.name] = one.hand_in(given, work, host.places(course), lesson.notebook)
        found = grade_and_look(course, host, evidence, lesson.assignment)
        shutil.move(course, folder)
    return replace(found, course=folder)


def _notebook(course: Path, lesson: Lesson, state: str) -> NotebookNode:
    return nbformat.read(course / state / lesson.assignment / f"{lesson.notebook}.ipynb", as_version=4)


def _make_configs(course: Path) -> None:
    """Built by the course's own build."""
    checks = course / "autograder" / "checks" / "configs"
    source = course / "source" / "configs"
    checks.mkdir(parents=True)
    source.mkdir(parents=True)
    shutil.copy(TINY / "configs.pct.py", source)
    shutil.copy(TINY / "misconceptions.py", checks)
    for path in TINY.glob("make_*.py"):
        shutil.copy(path, checks / f"test_{path.name}")
    configure(course, LIMITS)
    done = subprocess.run([COURSE, "build"], cwd=course, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _make_models(course: Path) -> None:
    """The course's own assignment, without its other notebook, and the checks of that."""
    ignore = shutil.ignore_patterns("__pycache__", "sft-trainer.*")
    for state in ("source", "release", "solutions", "autograder/checks"):
        shutil.copytree(ROOT / state / "fine-tuning", course / state / "fine-tuning", ignore=ignore)
    exercises = {grade_id(cell) for cell in _notebook(course, MODELS, "source").cells}
    for path in (course / "autograder" / "checks" / "fine-tuning").glob("test_*.py"):
        if path.stem.removeprefix("test_") not in exercises:
            path.unlink()
    configure(course, LIMITS)


CONFIGS = Lesson("configs", "configs", ("make_lora_config", "make_sft_config"), _make_configs)
MODELS = Lesson("fine-tuning", "lora", ("trainable_share", "merge"), _make_models)
LESSONS = {"configs": functools.partial(grade_lesson, CONFIGS), "models": functools.partial(grade_lesson, MODELS)}
