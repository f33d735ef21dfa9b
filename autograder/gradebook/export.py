"""Exports, for ``nbgrader export --exporter=autograder.gradebook.<class>``: for Canvas, and with the checks.

Canvas's columns are those that its importer reads (instructure/canvas-lms, lib/gradebook_importer.rb): five that say
who it is, then one for each assignment, "Title (its number in Canvas)"; the second line holds the points possible.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Dict, Unicode

from autograder.course import Course
from autograder.errors import CourseError
from autograder.files import whole
from autograder.gradebook.csv_files import write_lines, write_table
from autograder.gradebook.late import records
from autograder.gradebook.marks import Record
from autograder.verdict import ExerciseResult, Verdict

IDENTITY = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
FOUND_BY = ("ID", "SIS User ID", "SIS Login ID")


class CourseExport(ExportPlugin):  # type: ignore[misc]
    """What our exports have in common: which submissions, where to, and how they fail."""

    default_file = ""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names. What is wrong is said in a line, and ends the command."""
        try:
            path = Path(self.to or self.default_file)
            self.write(path, self._records(gradebook))
            self.log.info("Written: %s", path.resolve())
        except (CourseError, OSError) as error:
            self.parent.fail("%s", error)

    def write(self, path: Path, records: list[Record]) -> None:
        raise NotImplementedError

    def _records(self, gradebook: Gradebook) -> list[Record]:
        """By assignment, then by student; those that ``--assignment`` and ``--student`` name, or all."""
        known = {assignment.name for assignment in gradebook.assignments}
        wanted = set(map(str, self.assignment)) or known
        if strange := wanted - known:
            raise CourseError(f"no such assignment in the gradebook: {', '.join(sorted(strange))}")
        course = Course(self.parent.coursedir)
        found = [record for name in sorted(wanted) for record in records(course, gradebook, name).values()]
        students = set(map(str, self.student))
        if strange := students - {record.student for record in found}:
            raise CourseError(f"no submission in the gradebook by: {', '.join(sorted(strange))}")
        return [record for record in found if not students or record.student in students]

    def verdict(self, record: Record) -> Verdict | None:
        """What the checks said, where it is known."""
        return Verdict.read(Course(self.parent.coursedir).verdict(record.student, record.assignment))

    def exercises(self, record: Record) -> Iterator[tuple[Any, ExerciseResult]]:
        """Marks with their checks, in the order of the notebook."""
        verdict = self.verdict(record)
        found = {one.id: one for one in verdict.exercises} if verdict is not None else {}
        order = list(found)
        for mark in sorted(record.marks, key=lambda one: order.index(one.exercise) if one.exercise in found else 0):
            yield mark, found.get(mark.exercise, ExerciseResult(mark.exercise, ()))


class CanvasExport(CourseExport):
    """Canvas's gradebook CSV. Who is not in the file of students is reported, and goes to a file beside it."""

    default_file = "canvas.csv"

    students = Unicode(
        "canvas-students.csv",
        help="CSV in the course folder: column student (the id here), and of Canvas's own columns Student, ID, "
        "SIS User ID, SIS Login ID, Section those that there are; one of the three ids is needed",
    ).tag(config=True)
    titles = Dict(
        help='assignment here to its heading in Canvas: {"chat-templates": "Chat templates (12345)"}; '
        "without one, its name here"
    ).tag(config=True)

    def write(self, path: Path, records: list[Record]) -> None:
        people = read_people(Course(self.parent.coursedir).root / self.students)
        most = {record.assignment: record.max_points for record in records}
        names = sorted(most)
        marks: dict[str, dict[str, float]] = {}
        for record in records:
            given = marks.setdefault(record.student, {})
            if record.needs_person:
                self.log.warning("%s: %s waits for a person, so no mark of it", record.student, record.assignment)
            else:
                given[record.assignment] = record.points
        lines = [
            [*IDENTITY, *(self.titles.get(name, name) for name in names)],
            ["    Points Possible", "", "", "", "", *(_number(most[name]) for name in names)],
        ]
        known = [student for student in marks if student in people]
        lines += [
            [*people[student], *(_number(marks[student].get(name)) for name in names)] for student in sorted(known)
        ]
        write_lines(path, lines)
        self._report_unknown(path, {student: marks[student] for student in sorted(set(marks) - set(known))}, names)

    def _report_unknown(self, path: Path, unknown: dict[str, dict[str, float]], names: list[str]) -> None:
        beside = path.with_name(f"{path.stem}-unknown.csv")
        beside.unlink(missing_ok=True)
        if unknown:
            rows = [{"student": student, **{name: _number(unknown[student].get(name)) for name in names}}
                    for student in unknown]  # fmt: skip
            write_table(beside, rows, ["student", *names])
            self.log.warning(
                "Not in %s, so not for Canvas: %s. Their marks are in %s", self.students, ", ".join(unknown), beside
            )


def read_people(path: Path) -> dict[str, tuple[str, ...]]:
    """Canvas's columns by student's id here. Raises CourseError where the file is not as it should be."""
    if not path.is_file():
        raise CourseError(
            f"there is no {path.name}: export the gradebook from Canvas, add a column student with the ids here, "
            f"and save it as {path}"
        )
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            between = max(",;\t", key=file.readline().count)  # which one a spreadsheet takes depends on the country
            file.seek(0)
            reader = csv.DictReader(file, delimiter=between)
            columns = reader.fieldnames or []
            rows = [{name: (row.get(name) or "").strip() for name in ("student", *IDENTITY)} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path.name} is not a CSV file in UTF-8: {error}") from error
    if "student" not in columns:
        raise CourseError(f"{path.name} has no column student, which says whose id here each line is")
    people: dict[str, tuple[str, ...]] = {}
    for row in rows:
        student = row["student"]
        if student in people:
            raise CourseError(f"{path.name} names {student} twice")
        if student and not any(row[name] for name in FOUND_BY):
            raise CourseError(f"{path.name} says nothing of {student} that Canvas knows: {', '.join(FOUND_BY)}")
        if student:
            people[student] = tuple(row[name] for name in IDENTITY)
    return people


class CsvExport(CourseExport):
    """A line for each check."""

    default_file = "checks.csv"

    def write(self, path: Path, records: list[Record]) -> None:
        rows = [row for record in records for row in self._rows(record)]
        write_table(path, rows, ["student", "assignment", "exercise", "mark", "max_mark"])

    def _rows(self, record: Record) -> Iterator[dict[str, object]]:
        for mark, exercise in self.exercises(record):
            of = {
                "student": record.student,
                "assignment": record.assignment,
                "exercise": mark.exercise,
                "mark": "" if mark.waiting else _number(mark.points),
                "max_mark": _number(mark.max_points),
                "by_person": "yes" if mark.by_person else "",
                "comment": mark.comment,
            }
            for check in exercise.checks:
                yield of | {f"check_{name}": value for name, value in asdict(check).items() if value is not None}
            if not exercise.checks:
                yield of


class JsonExport(CourseExport):
    """A list of submissions, each with its exercises, each with its checks."""

    default_file = "checks.json"

    def write(self, path: Path, records: list[Record]) -> None:
        with whole(path) as file:
            json.dump([self._submission(record) for record in records], file, indent=1, ensure_ascii=False)

    def _submission(self, record: Record) -> dict[str, Any]:
        verdict = self.verdict(record)
        return {
            "student": record.student,
            "assignment": record.assignment,
            "points": record.points if record.known else None,
            "max_points": record.max_points,
            "needs_person": record.needs_person,
            "handed_in": f"{record.handed_in}" if record.handed_in else None,
            "due": f"{record.due}" if record.due else None,
            "seconds_late": record.seconds_late,
            "late_penalty": record.penalty,
            "notes": list(verdict.notes) if verdict else [],
            "exercises": [
                {
                    "id": mark.exercise,
                    "points": None if mark.waiting else mark.points,
                    "max_points": mark.max_points,
                    "by_person": mark.by_person,
                    "comment": mark.comment or None,
                    "checks": [asdict(check) for check in exercise.checks],
                }
                for mark, exercise in self.exercises(record)
            ],
        }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
