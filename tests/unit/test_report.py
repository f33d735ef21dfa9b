"""What an instructor reads, where files beside the gradebook are missing or broken."""

import csv
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from traitlets.config import Config

from autograder.course import Course, Exercise
from autograder.errors import CourseError, GradebookUnavailable
from autograder.gradebook import LatePolicy
from autograder.gradebook.marks import Mark, Notebook, Record
from autograder.report import results, tables
from autograder.verdict import CheckResult, ExerciseResult, Outcome, Verdict


@pytest.fixture
def course(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """Ada has 5 of 7 points, and a misconception."""
    shutil.copy(filled, tmp_path)
    course = Course(CourseDirectory(root=str(tmp_path)))
    monkeypatch.setattr(course, "exercises", lambda _: [Exercise("f", 7, "lesson")])
    with Gradebook(course.directories.db_url) as gradebook:
        grade = gradebook.find_grade("f-checks", "lesson", "lesson", "ada")
        grade.auto_score, grade.needs_manual_grade = 5, False
        gradebook.db.commit()
    check = CheckResult("f::1", "title", 5, 7, "failed", "upside-down")
    Verdict("ada", "lesson", "cpu", "d", (ExerciseResult("f", (check,)),)).write(course.verdict("ada", "lesson"))
    checks = tmp_path / "autograder" / "checks" / "lesson"
    checks.mkdir(parents=True)
    (checks / "misconceptions.py").write_text("MISCONCEPTIONS = {}")
    return course


def break_verdict(course: Course, how: str) -> None:
    path = course.verdict("ada", "lesson")
    if how == "truncated":
        path.write_text(json.dumps(json.loads(path.read_text()))[:-9])
    elif how == "deleted":
        shutil.rmtree(path.parent)


@pytest.mark.parametrize(("how", "found"), [("whole", "upside-down"), ("truncated", ""), ("deleted", "")])
def test_row_of_a_student_does_not_depend_on_the_verdict_file(course: Course, how: str, found: str) -> None:
    break_verdict(course, how)
    with tables.write_grades(course).open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["assignment"], row["points"], row["f"]) == ("ada", "lesson", "5", "5")
    assert (row["minutes_late"], row["status"], row["misconceptions"]) == ("1500", "graded", found)


def test_a_minute_that_has_begun_is_late(course: Course) -> None:
    with Gradebook(course.directories.db_url) as gradebook:
        submission = gradebook.find_submission("lesson", "ada")
        submission.timestamp = submission.duedate + timedelta(seconds=30)
        gradebook.db.commit()
    with tables.write_grades(course).open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["minutes_late"] == "1"


def test_mark_that_nobody_has_given_is_no_zero(course: Course) -> None:
    with Gradebook(course.directories.db_url) as gradebook:
        grade = gradebook.find_grade("f-checks", "lesson", "lesson", "ada")
        grade.auto_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()
    with tables.write_grades(course).open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["points"], row["f"], row["status"]) == ("", "", "left for a person")


def test_student_who_has_handed_in_nothing_is_named(course: Course) -> None:
    """But nobody who has, and was not graded: that is no zero of theirs."""
    course.directories.student_id_exclude = "cleo"
    with Gradebook(course.directories.db_url) as gradebook:
        for name in ("ben", "cleo", "dan", "eve", "finn"):
            gradebook.add_student(name)
        gradebook.add_assignment("later")
    course.submitted("dan", "lesson").mkdir(parents=True)
    course.submitted("eve", "other").mkdir(parents=True)
    (course.submitted("eve", "other").parent / "lesson.ipynb").touch()  # passed over
    Verdict("finn", "lesson", "cpu", "d", ()).write(course.verdict("finn", "lesson"))  # whose row was lost
    with tables.write_grades(course).open(newline="") as file:
        _, row = csv.DictReader(file)
    assert (row["student"], row["points"], row["max_points"], row["status"]) == ("ben", "", "7", "nothing handed in")
    console = Console(width=80, record=True)
    tables.show(course, "lesson", console)
    assert "nothing handed in: ben\n" in console.export_text()
    assert "<p>Nothing handed in: ben</p>" in course.report("lesson").read_text()


def test_penalty_that_waits_for_a_persons_word_is_seen(course: Course) -> None:
    settings = {"LatePenalties": {"plugin_class": LatePolicy}, "LatePolicy": {"share_per_day": 0.1}}
    course.directories.config = Config(settings)
    with tables.write_grades(course).open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["points"], row["late_penalty"], row["status"]) == ("5", "0", "left for a person")
    console = Console(width=120, record=True)
    tables.show(course, "lesson", console)
    assert "late by 1 day 1 hour, to be -1?" in console.export_text()


def test_long_id_leaves_room_for_marks(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    records = results.records
    monkeypatch.setattr(
        results, "records", lambda *given: {one + "-a" * 45: record for one, record in records(*given).items()}
    )
    console = Console(width=80, record=True)
    tables.show(course, "lesson", console)
    (line,) = (line for line in console.export_text().splitlines() if "ada-a" in line)
    assert line.split("│")[2:4] == [" 5 ", "   5 "]


@pytest.mark.parametrize(
    ("how", "said"),
    [("whole", "1 failed"), ("truncated", "cannot be read: grade again"), ("deleted", "cannot be read: grade again")],
)
def test_table_shows_a_student_whose_verdict_is_gone(course: Course, how: str, said: str) -> None:
    break_verdict(course, how)
    console = Console(width=120, record=True)
    tables.show(course, "lesson", console)
    (line,) = (line for line in console.export_text().splitlines() if "ada" in line)
    assert line.split("│")[1:4] == [" ada     ", " 5 ", "   5 "]
    assert said in line


@pytest.mark.parametrize(
    ("marks", "cells", "legend"),
    [
        ([Mark("f-checks", 5, 7), Mark("g-checks", None, 3, needs_person=True)], ["5", "?", "5"], "? for a person"),
        ([Mark("f-checks", 5, 7, 6), Mark("g-checks", 2, 3)], ["6*", "2", "8"], "* changed by a grader"),
        (
            [Mark("f-checks", 5, 7, 6, needs_person=True), Mark("g-checks", 2, 3)],
            ["6*?", "2", "8"],
            "* changed by a grader, ? for a person",
        ),
        ([Mark(f"{one}-checks", None, 3, needs_person=True) for one in "fg"], ["?", "?", "?"], "? for a person"),
    ],
)
def test_table_sums_what_is_known_and_explains_its_signs(
    course: Course, monkeypatch: pytest.MonkeyPatch, marks: list[Mark], cells: list[str], legend: str
) -> None:
    record = Record("ada", "lesson", (Notebook("lesson", tuple(marks)),))
    monkeypatch.setattr(course, "exercises", lambda _: [Exercise("f", 7, "lesson"), Exercise("g", 3, "lesson")])
    monkeypatch.setattr(results, "records", lambda *_: {"ada": record})
    console = Console(width=120, record=True)
    tables.show(course, "lesson", console)
    shown = console.export_text()
    (line,) = (line for line in shown.splitlines() if "ada" in line)
    assert [cell.strip() for cell in line.split("│")[2:5]] == cells
    assert f"2 g (3), {legend}" in " ".join(shown.split())


def test_table_has_no_word_for_a_person_who_has_marked(course: Course) -> None:
    verdict = Verdict.read(course.verdict("ada", "lesson"))
    assert verdict is not None
    replace(verdict, left_for_person="It was set aside.").write(course.verdict("ada", "lesson"))
    settings = {"LatePenalties": {"plugin_class": LatePolicy}, "LatePolicy": {"share_per_day": 0.1}}
    course.directories.config = Config(settings)  # a penalty waits, which is another matter
    console = Console(width=120, record=True)
    tables.show(course, "lesson", console)
    (line,) = (line for line in console.export_text().splitlines() if "ada" in line)
    assert "1 failed; late by" in line
    assert "for a person" not in line


@pytest.mark.parametrize(
    ("outcome", "points", "told"),
    [("raised", 0, "1 raised; A note"), ("missing", 0, "A note"), ("passed", 5, "all passed; A note")],
)
def test_table_hides_outcomes_only_where_nothing_was_handed_in(
    course: Course, outcome: Outcome, points: int, told: str
) -> None:
    check = CheckResult("f::1", "title", points, 5, outcome)
    verdict = Verdict("ada", "lesson", "cpu", "d", (ExerciseResult("f", (check,)),), said={"": ("A note.",)})
    verdict.write(course.verdict("ada", "lesson"))
    console = Console(width=120, record=True)
    tables.show(course, "lesson", console)
    (line,) = (line for line in console.export_text().splitlines() if "ada" in line)
    assert line.split("│")[4].strip().startswith(told)


def test_misconceptions_are_counted_by_exercise_and_the_most_frequent_are_shown(course: Course) -> None:
    checks = tuple(CheckResult(f"f::{one}", "title", 0, 1, "failed", f"wrong-{one % 20}") for one in range(40))
    verdict = Verdict("ada", "lesson", "cpu", "d", (ExerciseResult("f", checks),))
    verdict.write(course.verdict("ada", "lesson"))
    console = Console(width=80, record=True)
    tables.show(course, "lesson", console)
    shown = console.export_text()
    assert shown.count("│        1 │ f        │ wrong-") == 15
    assert "and 5 others, which the report names" in shown
    assert (course.root / "reports" / "lesson.html").read_text().count("<strong>wrong-") == 20


def test_gradebook_that_is_none_is_told_in_a_line(course: Course) -> None:
    (course.root / "gradebook.db").write_text("this is no database, whatever its name says" * 100)
    with pytest.raises(GradebookUnavailable, match=r"gradebook.db cannot be read: .*file is not a database$"):
        tables.write_grades(course)
    with pytest.raises(GradebookUnavailable):
        tables.show(course, "lesson", Console())


def test_report_that_cannot_be_written_comes_after_the_table(course: Course) -> None:
    (course.root / "reports").write_text("a file in its place")
    console = Console(width=80, record=True)
    with pytest.raises(CourseError, match=r"lesson.html cannot be written: File exists"):
        tables.show(course, "lesson", console)
    assert "ada" in console.export_text()


def test_grades_that_cannot_be_written_are_told_in_a_line(course: Course) -> None:
    (course.root / "grades.csv").mkdir()
    with pytest.raises(CourseError, match=r"^grades.csv cannot be written: .* The marks are in the gradebook\.$"):
        tables.write_grades(course)
