"""What an instructor reads after grading: a table of students by exercise, the misconceptions, ``grades.csv``."""

import math
from collections import Counter
from pathlib import Path

from nbgrader.api import Gradebook
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook.access import reading
from autograder.gradebook.csv_files import write_table
from autograder.gradebook.late import records
from autograder.gradebook.marks import Record, absent
from autograder.report.class_page import write_class_page
from autograder.report.results import Found, Results
from autograder.verdict import Verdict

LOST = "grade them again, with their folders in submitted/; of students who have left, delete the files in verdicts/"
MOST_SHOWN = 15  # misconceptions in the table


def write_grades(course: Course) -> Path:
    """``grades.csv``: for each assignment that was graded a row for each of the gradebook's students, with their marks
    (a person's mark goes first). A mark that nobody has given is empty, and so is a total of which one is missing.

    Raises CourseError where the gradebook cannot be read or the file not be written.
    """
    with reading(course) as gradebook:
        rows = [
            row for name in sorted(one.name for one in gradebook.assignments) for row in _rows(course, gradebook, name)
        ]
    names = [
        "student",
        "assignment",
        "points",
        "max_points",
        "status",
        "minutes_late",
        "late_penalty",
        "misconceptions",
    ]
    try:
        return write_table(course.root / "grades.csv", rows, names)
    except OSError as error:
        raise CourseError(f"grades.csv cannot be written: {error}. The marks are in the gradebook.") from error


def _rows(course: Course, gradebook: Gradebook, assignment: str) -> list[dict[str, object]]:
    found = list(records(course, gradebook, assignment).values())
    rows = [_grades_row(one, Verdict.read(course.verdict(one.student, assignment))) for one in found]
    for student in absent(course, gradebook, assignment) if found else ():
        most = f"{found[0].max_points:g}"
        rows.append({"student": student, "assignment": assignment, "max_points": most, "status": "nothing handed in"})
    return rows


def _grades_row(record: Record, verdict: Verdict | None) -> dict[str, object]:
    return {
        "student": record.student,
        "assignment": record.assignment,
        "points": f"{record.points:g}" if record.known else "",
        "max_points": f"{record.max_points:g}",
        "status": "left for a person" if record.needs_person else "graded",
        "minutes_late": math.ceil(record.seconds_late / 60),
        "late_penalty": f"{record.penalty:g}",
        "misconceptions": " ".join(verdict.misconceptions if verdict else ()),
        **{mark.exercise: f"{mark.points:g}" if mark.known else "" for mark in record.marks},
    }


def show(course: Course, assignment: str, console: Console) -> None:
    """Print the class: marks by exercise, and how many students have which misconception. Write its page, too."""
    results = Results.read(course, assignment)
    console.print(_marks_table(results))
    if found := results.found():
        console.print()
        console.print(_misconceptions_table(found))
    if results.absent:
        console.print(f"nothing handed in: {escape(', '.join(results.absent))}", soft_wrap=True)
    page = write_class_page(course, results)
    console.print(f"report: {page}", soft_wrap=True)
    if lost := course.judged(assignment) - results.records.keys():
        names = ", ".join(sorted(lost))
        console.print(f"not in the gradebook, though graded once: {escape(names)}: {LOST}", soft_wrap=True)


def _marks_table(results: Results) -> Table:
    """Exercises are columns by number, so that the table fits into 80 characters; the caption says which is which."""
    exercises = results.exercises
    names = [f"{number} {exercise.id} ({exercise.points})" for number, exercise in enumerate(exercises, 1)]
    marks = [mark for record in results.records.values() for mark in record.marks]
    names += ["* changed by a grader"] if any(mark.by_person for mark in marks) else []
    waits = any(mark.needs_person for mark in marks) or any(one.penalty_rises for one in results.records.values())
    names += ["? for a person"] if waits else []
    title, caption = f"{results.assignment}: points", ", ".join(names)
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
    table.add_column("student", no_wrap=True, overflow="ellipsis", max_width=30)
    for number, _ in enumerate(exercises, 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    table.add_column("sum", justify="right", no_wrap=True)
    table.add_column("what happened")
    for student, record in results.records.items():
        shown = {mark.exercise: mark.shown for mark in record.marks}
        points = [shown.get(exercise.id, "-") for exercise in exercises]
        happened = _what_happened(results.verdicts.get(student), record)
        table.add_row(escape(student), *points, record.shown, escape(happened))
    return table


def _misconceptions_table(found: list[Found]) -> Table:
    """The most frequent, by exercise; the page has all of them."""
    more = len(found) - MOST_SHOWN
    caption = f"and {more} others, which the report names" if more > 0 else None
    table = Table(title="Misconceptions found", title_justify="left", caption=caption, caption_justify="left")
    table.add_column("students", justify="right")
    table.add_column("exercise")
    table.add_column("misconception")
    for one in found[:MOST_SHOWN]:
        table.add_row(str(len(one.students)), escape(one.exercise), escape(one.title))
    return table


def _what_happened(verdict: Verdict | None, record: Record) -> str:
    late = [f"late by {record.late}{_penalty(record)}"] if record.late else []
    if verdict is None:
        return "; ".join(["what the checks said cannot be read: grade again", *late])
    if verdict.left_for_person and any(mark.needs_person for mark in record.marks):
        return "; ".join([f"for a person: {verdict.left_for_person.rstrip('.')}", *late])
    notes = [note.rstrip(".") for note in verdict.notes]
    outcomes = Counter(check.outcome for exercise in verdict.exercises for check in exercise.checks)
    if notes and set(outcomes) == {"missing"}:  # they say why
        return "; ".join([*notes, *late])
    words = [f"{count} {outcome}" for outcome, count in outcomes.items() if outcome != "passed"]
    return "; ".join([*(words or ["all passed"]), *notes, *late])


def _penalty(record: Record) -> str:
    taken = f", -{record.penalty:g}" if record.penalty else ""
    return f"{taken}, to be -{record.wanted_penalty:g}?" if record.penalty_rises else taken
