"""The reference solutions, handed in as a student would, get full marks in every assignment, and say so in words."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, run_course

from autograder.config import load
from autograder.course import Course

COURSE = Course(load(ROOT).coursedir)


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_solution_gets_full_marks(assignment: str, scratch: Path) -> None:
    shutil.copytree(scratch / "solutions" / assignment, scratch / "submitted" / "ada" / assignment)
    done = run_course(scratch, "grade", assignment)
    assert done.returncode == 0, done.stdout + done.stderr
    verdict = json.loads((scratch / "verdicts" / assignment / "ada.json").read_text())
    lost = [check for exercise in verdict["exercises"] for check in exercise["checks"] if check["outcome"] != "passed"]
    assert lost == []
    most = sum(exercise.points for exercise in COURSE.exercises(assignment))
    assert sum(exercise["points"] for exercise in verdict["exercises"]) == most > 0
    with (scratch / "grades.csv").open(newline="") as file:
        assert [(row["student"], int(row["points"])) for row in csv.DictReader(file)] == [("ada", most)]
    notebooks = {f"{exercise.notebook}.html" for exercise in COURSE.exercises(assignment)}
    assert {path.name for path in (scratch / "feedback" / "ada" / assignment).glob("*.html")} == notebooks
