"""The class's report as a web page."""

import html
import re
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from autograder.course import Course, Exercise
from autograder.gradebook.marks import Mark, Notebook, Record
from autograder.judge.check import Misconception
from autograder.report.class_page import class_page
from autograder.report.results import Results
from autograder.verdict import CheckResult, ExerciseResult, Outcome, Verdict

MOST = 20


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(CourseDirectory(root=str(tmp_path)))


def record(student: str, points: float | None, seconds_late: float = 0) -> Record:
    """A student with one exercise, `f`. points: None where a person must look."""
    mark = Mark("f-checks", points, MOST, needs_person=points is None)
    return Record(student, "lesson", (Notebook("lesson", (mark,)),), seconds_late=seconds_late)


def verdict(student: str, outcome: Outcome = "passed", misconception: str | None = None) -> Verdict:
    check = CheckResult("f::1", "It is `x`", 0, MOST, outcome, misconception)
    return Verdict(student, "lesson", "cpu", "d", (ExerciseResult("f", (check,)),))


def results(records: list[Record], verdicts: list[Verdict] | None = None) -> Results:
    said = {one.student: one for one in verdicts or map(verdict, (one.student for one in records))}
    known = {"upside-down": Misconception("It is <turned>.", "Which way is `up`?")}
    return Results("lesson", (Exercise("f", MOST, "lesson"),), {one.student: one for one in records}, said, known)


def shown(course: Course, given: Results) -> str:
    return class_page(course, given, course.root / "reports")


def words(part: str) -> str:
    """Of a page, with spaces between cells."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", part)).split())


def rows(page: str, heading: str) -> list[str]:
    """The lines of the first table below a heading, as text."""
    table = page.partition(f"<h2>{heading}</h2>")[2].partition("</table>")[0]
    return [words(row) for row in table.partition("<tbody>")[2].split("<tr>")[1:]]


def test_sums_stand_in_ranges_that_leave_nobody_out(course: Course) -> None:
    points = [0, 2, 2.5, 3, 19, 20, 21]  # the last has extra credit
    page = shown(course, results([record(f"student-{one}", one) for one in points]))
    found = dict(row.rsplit(" ", 1) for row in rows(page, "Points"))
    assert found == {"0 to 2": "3", "3 to 5": "1", "6 to 8": "0", "9 to 11": "0", "12 to 14": "0", "15 to 17": "0",
                     "18 to 20": "3"}  # fmt: skip
    assert "Median 3 of 20 points" in words(page)


def test_who_waits_for_a_person_is_counted_apart(course: Course) -> None:
    page = shown(course, results([record("ada", 10), record("ben", None), record("eva", 20, seconds_late=9)]))
    assert "3 submissions, 1 late" in words(page)
    assert "1 wait for a person" in words(page)
    assert rows(page, "Exercises") == ["1 f 75%"]
    assert rows(page, "Students") == ["ada 10 10", "ben ? ?", "eva 20 20"]


def test_checks_say_how_they_end_and_misconceptions_who_has_them(course: Course) -> None:
    given = [verdict("ada"), verdict("ben", "failed", "upside-down"), verdict("eva", "raised", "upside-down")]
    page = shown(course, results([record(one.student, 0) for one in given], given))
    assert rows(page, "Checks") == ["It is x 1 passed, 1 failed, 1 raised"]
    assert 'style="width:33.3%"' in page
    (line,) = rows(page, "Misconceptions")
    assert line.startswith("2 f : It is <turned>. ")
    assert line.endswith("Which way is up ? ben, eva")


def test_the_most_frequent_misconception_goes_first() -> None:
    given = [verdict("ada", "failed", "rare"), *(verdict(one, "failed", "upside-down") for one in ("ben", "eva"))]
    assert [one.students for one in results([], given).found()] == [("ben", "eva"), ("ada",)]


def test_marks_lead_to_the_feedback_that_is_there(course: Course) -> None:
    feedback = course.feedback("ada #1", "lesson")
    feedback.mkdir(parents=True)
    (feedback / "lesson.html").touch()
    page = shown(course, results([record("ada #1", 1), record("ben", 2)]))
    assert page.count("<a href=") == 1
    assert '<a href="../feedback/ada%20%231/lesson/lesson.html#f-checks">1</a>' in page


def test_names_are_text(course: Course) -> None:
    name = "<b onclick=evil()>"
    page = shown(course, results([record(name, 1)], [verdict(name, "failed", "upside-down")]))
    assert "<b" not in page.partition("<main")[2]
    assert page.count("&lt;b onclick=evil()&gt;") == 2


def test_empty_class_has_a_page(course: Course) -> None:
    page = shown(course, results([]))
    assert "0 submissions" in words(page)
    assert "None was found." in words(page)
