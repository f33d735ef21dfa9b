"""What the exports read and write, without a class that was graded."""

import csv
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory

from autograder.errors import CourseError
from autograder.gradebook.csv_files import write_table
from autograder.gradebook.export import CanvasExport, CourseExport, CsvExport, JsonExport, read_people
from autograder.gradebook.marks import Mark, Notebook, Record


def people(folder: Path, text: str) -> Mapping[str, Any]:
    path = folder / "canvas-students.csv"
    path.write_text(text, encoding="utf-8")
    return read_people(path)


def test_canvas_own_export_with_one_column_more_is_read(tmp_path: Path) -> None:
    text = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Old (1),student
"    Points Possible",,,,,10,
"Lovelace, Ada",501,,ada@uni,"One, two",9,ada
"Who, Ever",502,,,One,,
"""
    assert people(tmp_path, text) == {"ada": ("Lovelace, Ada", "501", "", "ada@uni", "One, two")}


@pytest.mark.parametrize("between", [";", "\t"])
def test_what_another_country_s_spreadsheet_writes_is_read(tmp_path: Path, between: str) -> None:
    text = '\ufeffStudent;ID;student\n"Lovelace, Ada";501;ada\n'.replace(";", between)
    assert people(tmp_path, text) == {"ada": ("Lovelace, Ada", "501", "", "", "")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Student,ID\nAda,501\n", "no column student"),
        ("", "no column student"),
        ("student,ID\nada,501\nada,502\n", "names ada twice"),
        ("student,Student\nada,Ada\n", "says nothing of ada that Canvas knows"),
    ],
)
def test_a_file_of_students_that_is_none_is_refused_in_a_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        people(tmp_path, text)


def test_a_file_of_students_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "canvas-students.csv").write_bytes("student,ID\njosé,1\n".encode("latin-1"))
    with pytest.raises(CourseError, match="not a CSV file in UTF-8"):
        read_people(tmp_path / "canvas-students.csv")


def exporter(kind: type[CourseExport], folder: Path, to: str = "canvas.csv") -> CourseExport:
    app = NbGrader(log=logging.getLogger("export"))
    app.coursedir = CourseDirectory(parent=app, root=str(folder))
    return kind(parent=app, to=str(folder / to))


def canvas(folder: Path, *records: Record) -> list[str]:
    """The lines of the file after its second."""
    exporter(CanvasExport, folder).write(folder / "canvas.csv", list(records))
    return (folder / "canvas.csv").read_text().splitlines()[2:]


def record(student: str, assignment: str, points: float | None, **words: Any) -> Record:
    return Record(student, assignment, (Notebook("n", (Mark("f-checks", points, 7, **words),)),))


def test_a_mark_that_is_not_final_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    people(tmp_path, "student,ID,Student\nada,1,Ada\n")
    assert canvas(tmp_path, record("ada", "one", 5, needs_person=True), record("ada", "two", 6.5)) == ["Ada,1,,,,,6.5"]
    assert caplog.messages == ["ada: one waits for a person, so no mark of it"]


def test_a_mark_that_waits_is_no_number_in_the_other_exports(tmp_path: Path) -> None:
    waiting = [record("ada", "one", points, needs_person=True) for points in (5, None)]
    exporter(CsvExport, tmp_path).write(tmp_path / "checks.csv", waiting)
    with (tmp_path / "checks.csv").open(newline="") as file:
        assert [(row["mark"], row["max_mark"]) for row in csv.DictReader(file)] == [("", "7")] * 2
    exporter(JsonExport, tmp_path).write(tmp_path / "checks.json", waiting)
    found = json.loads((tmp_path / "checks.json").read_text())
    assert [(one["points"], one["max_points"], one["needs_person"]) for one in found] == [(5, 7, True), (None, 7, True)]
    assert [one["exercises"][0]["points"] for one in found] == [None, None]


def test_the_unknown_go_to_a_file_that_goes_when_there_are_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    people(tmp_path, "student,ID\nada,1\n")
    assert canvas(tmp_path, record("ada", "one", 5), record("ben", "one", 6)) == [",1,,,,5"]
    beside = tmp_path / "canvas-unknown.csv"
    assert caplog.messages == [f"Not in canvas-students.csv, so not for Canvas: ben. Their marks are in {beside}"]
    assert beside.read_text().splitlines() == ["student,one", "ben,6"]
    people(tmp_path, "student,ID\nada,1\nben,2\n")
    assert canvas(tmp_path, record("ada", "one", 5), record("ben", "one", 6)) == [",1,,,,5", ",2,,,,6"]
    assert not beside.exists()


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", [{"a": "=1", "b": -1}], ["a"])

    class Broken:
        def __str__(self) -> str:
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_table(tmp_path / "t.csv", [{"a": Broken()}], ["a"])
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_text().splitlines() == ["a,b", "'=1,-1"]


@pytest.mark.parametrize(
    ("to", "assignments", "said"),
    [
        ("no/such/folder.csv", [], "No such file or directory"),
        ("checks.csv", ["lessn"], "no such assignment in the gradebook: lessn"),
    ],
)
def test_an_export_that_cannot_be_made_ends_in_a_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, to: str, assignments: list[str], said: str
) -> None:
    export = exporter(CsvExport, tmp_path, to)
    export.assignment = assignments
    with pytest.raises(SystemExit) as ended:
        export.export(SimpleNamespace(assignments=[]))
    assert ended.value.code == 1
    assert said in caplog.text
    assert not (tmp_path / to).exists()
