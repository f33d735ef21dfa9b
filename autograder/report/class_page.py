"""The report of a class as a web page: where its points are, which checks it fails, who has which misconception.

Its template is ``gradebook/templates/class.html.j2``.
"""

import os
import statistics
from collections import Counter
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from autograder.course import CHECKS_SUFFIX, Course
from autograder.errors import CourseError
from autograder.files import whole
from autograder.gradebook.marks import Record
from autograder.gradebook.pages import page, prose
from autograder.report.results import Results

BARS = 10  # at most, for the sums of points


@dataclass(frozen=True)
class Bar:
    """A line of a table with a bar. share: of the whole, in 0...1."""

    label: str
    share: float
    words: str


@dataclass(frozen=True)
class Cell:
    """A mark, and the address of its place in the student's feedback; "" where there is no page."""

    words: str
    address: str


@dataclass(frozen=True)
class Row:
    """A student's marks, one for each exercise."""

    student: str
    marks: list[Cell]
    total: str


def write_class_page(course: Course, results: Results) -> Path:
    """Raises CourseError where it cannot be written."""
    path = course.report(results.assignment)
    try:
        path.parent.mkdir(exist_ok=True)
        with whole(path) as file:
            file.write(class_page(course, results, path.parent))
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}. The marks are in the gradebook.") from error
    return path


def class_page(course: Course, results: Results, folder: Path) -> str:
    """The page, with links to students' feedback as they are seen from its folder."""
    records = results.records.values()
    settled = [record for record in records if not record.needs_person]
    most = sum(exercise.points for exercise in results.exercises)
    return page(
        "class",
        title=results.assignment,
        waiting=len(records) - len(settled),
        late=sum(record.seconds_late > 0 for record in records),
        median=statistics.median(record.points for record in settled) if settled else None,
        most=most,
        names=[exercise.id for exercise in results.exercises],
        sums=_sums(settled, most),
        exercises=_exercises(results, settled),
        checks=_checks(results),
        found=results.found(),
        absent=results.absent,
        rows=[_row(course, results, record, folder) for record in records],
        prose=lambda text: Markup(prose(text)),
    )


def _sums(records: list[Record], most: int) -> list[Bar]:
    """How many students have how many points, in ranges of whole points."""
    width = max(1, ceil((most + 1) / BARS))
    counts = Counter(min(int(record.points), most) // width for record in records)  # extra credit goes beyond
    ranges = [(low, min(low + width - 1, most)) for low in range(0, most + 1, width)]
    highest = max(counts.values(), default=1)
    return [
        Bar(f"{low} to {high}" if low < high else str(low), counts[low // width] / highest, str(counts[low // width]))
        for low, high in ranges
    ]


def _exercises(results: Results, records: list[Record]) -> list[Bar]:
    """Which share of its points the class has in each exercise."""
    given = [{mark.exercise: mark.points for mark in record.marks} for record in records]
    bars = []
    for number, exercise in enumerate(results.exercises, 1):
        share = statistics.mean(marks.get(exercise.id, 0) for marks in given) / exercise.points if given else 0
        bars.append(Bar(f"{number} `{exercise.id}`", min(share, 1), f"{share:.0%}"))
    return bars


def _checks(results: Results) -> list[tuple[str, list[Bar]]]:
    """By exercise, for each check which share of the class passes it, and how the others end."""
    outcomes: dict[str, dict[str, Counter[str]]] = {exercise.id: {} for exercise in results.exercises}
    for verdict in results.verdicts.values():
        for exercise in verdict.exercises:
            for check in exercise.checks:
                outcomes.setdefault(exercise.id, {}).setdefault(check.title, Counter())[check.outcome] += 1
    return [(name, [_check(title, count) for title, count in checks.items()]) for name, checks in outcomes.items()]


def _check(title: str, outcomes: Counter[str]) -> Bar:
    words = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    return Bar(title, outcomes["passed"] / outcomes.total(), words)


def _row(course: Course, results: Results, record: Record, folder: Path) -> Row:
    marks = {mark.exercise: mark for mark in record.marks}
    feedback = course.feedback(record.student, record.assignment)
    cells = []
    for exercise in results.exercises:
        found = feedback / f"{exercise.notebook}.html"
        address = f"{quote(os.path.relpath(found, folder))}#{exercise.id}{CHECKS_SUFFIX}" if found.is_file() else ""
        cells.append(Cell(marks[exercise.id].shown if exercise.id in marks else "-", address))
    return Row(record.student, cells, record.shown)
