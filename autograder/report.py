"""What an instructor reads after grading: a table of students by exercise, the misconceptions, ``grades.csv``."""

import csv
import os
from collections import Counter
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.course import CHECKS_SUFFIX, Course
from autograder.grading import Graded, Status, grade
from autograder.judge.check import load_misconceptions
from autograder.verdict import Verdict


def verdicts(course: Course, assignment: str) -> list[Verdict]:
    """All verdicts of an assignment that can be read, by student."""
    folder = course.verdict("", assignment).parent
    read = (Verdict.read(path) for path in sorted(folder.glob("*.json")))
    return [verdict for verdict in read if verdict is not None]


def write_grades(course: Course) -> Path:
    """``grades.csv``: a row for each graded submission, with the gradebook's marks (a person's mark goes first)."""
    path = course.root / "grades.csv"
    rows: list[dict[str, object]] = []
    assignments = sorted(folder.name for folder in (course.root / "verdicts").glob("*") if folder.is_dir())
    with Gradebook(course.directories.db_url, course.directories.course_id) as gradebook:
        for assignment in assignments:
            rows += [_grades_row(gradebook, verdict) for verdict in verdicts(course, assignment)]
    fresh = path.with_name(f".grades.csv.{os.getpid()}")
    with fresh.open("w", newline="", encoding="utf-8") as file:
        names = ["student", "assignment", "points", "max_points", "status", "misconceptions"]
        names += list(dict.fromkeys(name for row in rows for name in row if name not in names))
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    fresh.replace(path)
    return path


def _grades_row(gradebook: Gradebook, verdict: Verdict) -> dict[str, object]:
    submission = gradebook.find_submission(verdict.assignment, verdict.student)
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return {
        "student": verdict.student,
        "assignment": verdict.assignment,
        "points": f"{submission.score:g}",
        "max_points": f"{submission.max_score:g}",
        "status": "left for a person" if any(grade.needs_manual_grade for grade in grades) else "graded",
        "misconceptions": " ".join(verdict.misconceptions),
        **{grade.name.removesuffix(CHECKS_SUFFIX): f"{grade.score:g}" for grade in grades},
    }


def _safe(value: object) -> object:
    """A spreadsheet must not take a cell for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def grade_and_show(
    nbgrader: NbGrader, assignment: str, console: Console, student: str | None = None, *, force: bool = False
) -> list[Graded]:
    """Grade with a progress bar, write ``grades.csv``, and show the class. Raises what ``grade`` raises."""
    course = Course(nbgrader.coursedir)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"grading {assignment}", total=len(course.students(assignment)) if student is None else 1)

        def progress(name: str, graded: Graded | None) -> None:
            bar.update(task, description=f"grading {escape(name)}", advance=0 if graded is None else 1)

        graded = grade(nbgrader, assignment, student, force=force, progress=progress)
    grades = write_grades(course)
    show(course, assignment, console)
    counts = Counter(one.status.value for one in graded)
    console.print(", ".join(f"{count} {status}" for status, count in counts.items()))
    console.print(f"marks: {grades}\nfeedback: {course.root / 'feedback'}", soft_wrap=True)
    for one in graded:
        if one.status is Status.FOR_PERSON:
            console.print(f"for a person: {escape(one.student)}: {escape(one.why or '')}", soft_wrap=True)
    return graded


def show(course: Course, assignment: str, console: Console) -> None:
    """Print the class: marks by exercise, and how many students have which misconception."""
    found = verdicts(course, assignment)
    console.print(_marks_table(assignment, found))
    known = load_misconceptions(course.checks(assignment))
    counts = Counter(name for verdict in found for name in verdict.misconceptions)
    if counts:
        table = Table(title="Misconceptions found", title_justify="left")
        table.add_column("students", justify="right")
        table.add_column("misconception")
        for name, count in counts.most_common():
            table.add_row(str(count), escape(known[name].title if name in known else name))
        console.print(table)


def _marks_table(assignment: str, found: list[Verdict]) -> Table:
    """Exercises are columns by number, so that the table fits into 80 characters; the caption says which is which."""
    exercises = found[0].exercises if found else ()
    names = [f"{number} {exercise.id} ({exercise.max_points})" for number, exercise in enumerate(exercises, 1)]
    table = Table(title=f"{assignment}: points", title_justify="left", caption=", ".join(names), caption_justify="left")
    table.add_column("student", no_wrap=True)
    for number, _ in enumerate(exercises, 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    table.add_column("sum", justify="right", no_wrap=True)
    table.add_column("what happened")
    for verdict in found:
        marks = ["?" if one.ours or verdict.left_for_person else str(one.points) for one in verdict.exercises]
        table.add_row(escape(verdict.student), *marks, str(verdict.points), escape(_what_happened(verdict)))
    return table


def _what_happened(verdict: Verdict) -> str:
    if verdict.left_for_person:
        return f"for a person: {verdict.left_for_person}"
    if verdict.notes and not any(one.points for one in verdict.exercises):
        return "; ".join(verdict.notes)
    outcomes = Counter(check.outcome for exercise in verdict.exercises for check in exercise.checks)
    words = [f"{count} {outcome}" for outcome, count in outcomes.items() if outcome != "passed"]
    return "; ".join([*words, *verdict.notes]) or "all passed"
