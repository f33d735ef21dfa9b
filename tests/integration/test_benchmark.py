"""The benchmark against stock nbgrader measures what it says: its twin runs all checks, and gives full marks."""

import shutil
import sys
from pathlib import Path

from conftest import ROOT

from autograder.config import load
from autograder.course import Course
from autograder.judge.check import load_checks

sys.path.insert(0, str(ROOT / "tests" / "benchmark"))

import side
import stock_twin

ASSIGNMENT = "chat-templates"


def test_stock_twin_runs_every_check_and_gives_full_marks(tmp_path: Path) -> None:
    course = Course(load(ROOT).coursedir)
    stock_twin.make(course, ASSIGNMENT, tmp_path)
    shutil.copytree(course.root / "solutions" / ASSIGNMENT, tmp_path / "submitted" / "ada" / ASSIGNMENT)
    app = load(tmp_path)
    twin = Course(app.coursedir)
    side.grade_stock(app, ASSIGNMENT, "ada")
    assert side.full_marks(twin, ASSIGNMENT) == sum(one.points for one in course.exercises(ASSIGNMENT))
    side.require_all_checks(twin, ASSIGNMENT, len(load_checks(course.checks(ASSIGNMENT))))
