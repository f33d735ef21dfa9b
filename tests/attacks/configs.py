"""A tiny assignment of configs, built by the course's own build, and a class with attackers that hands it in."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import nbformat
from conftest import COURSE

from attacks import canaries
from attacks.arena import TWIN, Class, configure, grade_and_look, hand_in
from attacks.attack import CONFIGS, Attack
from attacks.host import Host

LESSON = Path(__file__).parent / "lesson"
# SFTConfig takes its time the first time.
LIMITS = "c.Limits.probe_cpu_seconds = 6\nc.Limits.probe_wall_seconds = 12\nc.Limits.cell_cpu_seconds = 6\n"


def grade_configs(folder: Path, host: Host, attacks: Iterable[Attack]) -> Class:
    """Two who have solved it, the attackers between them, and their twin, who has not."""
    place = sys.prefix if os.access(sys.prefix, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="attacked-", dir=place) as scratch:
        os.chmod(scratch, 0o755)
        course = Path(scratch).resolve() / "course"
        _make_course(course)
        solved = nbformat.read(course / "solutions" / CONFIGS / f"{CONFIGS}.ipynb", as_version=4)
        given = nbformat.read(course / "release" / CONFIGS / f"{CONFIGS}.ipynb", as_version=4)
        for student, notebook in {"ada": solved, TWIN: given, "zoe": solved}.items():
            hand_in(course, student, notebook, CONFIGS)
        evidence = {
            one.name: one.hand_in(given, course / "submitted" / one.student / CONFIGS, host.places(course), CONFIGS)
            for one in attacks
        }
        found = grade_and_look(course, host, evidence, CONFIGS)
        shutil.move(course, folder)
    return replace(found, course=folder)


def _make_course(course: Path) -> None:
    checks = course / "autograder" / "checks" / CONFIGS
    source = course / "source" / CONFIGS
    checks.mkdir(parents=True)
    source.mkdir(parents=True)
    shutil.copy(LESSON / "configs.pct.py", source)
    shutil.copy(LESSON / "misconceptions.py", checks)
    for path in LESSON.glob("make_*.py"):
        shutil.copy(path, checks / f"test_{path.name}")
    (course / "notes-of-the-instructor.txt").write_text(canaries.COURSE)
    configure(course, LIMITS)
    done = subprocess.run([COURSE, "build"], cwd=course, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
