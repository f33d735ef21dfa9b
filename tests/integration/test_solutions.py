"""Handed in as by students, the reference solutions get full marks in every assignment, and what is released none."""

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
def test_solution_gets_full_marks_and_the_release_none(assignment: str, scratch: Path) -> None:
    for student, handed_in in (("ada", "solutions"), ("bob", "release")):
        shutil.copytree(scratch / handed_in / assignment, scratch / "submitted" / student / assignment)
    done = run_course(scratch, "grade", assignment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert outcomes(scratch, assignment, "ada") == {"passed"}
    assert outcomes(scratch, assignment, "bob") == {"missing"}
    most = sum(exercise.points for exercise in COURSE.exercises(assignment))
    assert most > 0
    with (scratch / "grades.csv").open(newline="") as file:
        assert [(row["student"], int(row["points"])) for row in csv.DictReader(file)] == [("ada", most), ("bob", 0)]
    notebooks = {f"{exercise.notebook}.html" for exercise in COURSE.exercises(assignment)}
    assert {path.name for path in (scratch / "feedback" / "ada" / assignment).glob("*.html")} == notebooks


def outcomes(course: Path, assignment: str, student: str) -> set[str]:
    verdict = json.loads((course / "verdicts" / assignment / f"{student}.json").read_text())
    return {check["outcome"] for exercise in verdict["exercises"] for check in exercise["checks"]}
