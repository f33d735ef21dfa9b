"""Handed in as by students, the reference solutions get full marks in every assignment, and what is released none."""

import csv
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, Here

from autograder.config import load
from autograder.course import Course, grade_id

COURSE = Course(load(ROOT).coursedir)


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_solution_gets_full_marks_and_the_release_none(here: Here, assignment: str, scratch: Path) -> None:
    for student, handed_in in (("ada", "solutions"), ("bob", "release")):
        shutil.copytree(scratch / handed_in / assignment, scratch / "submitted" / student / assignment)
    done = here(scratch, "grade", assignment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert outcomes(scratch, assignment, "ada") == {"passed"}
    assert outcomes(scratch, assignment, "bob") == {"missing"}
    most = sum(exercise.points for exercise in COURSE.exercises(assignment))
    assert most > 0
    with (scratch / "grades.csv").open(newline="") as file:
        assert [(row["student"], int(row["points"])) for row in csv.DictReader(file)] == [("ada", most), ("bob", 0)]
    notebooks = {f"{exercise.notebook}.html" for exercise in COURSE.exercises(assignment)}
    assert {path.name for path in (scratch / "feedback" / "ada" / assignment).glob("*.html")} == notebooks


HELPERS = {
    "to_messages": """
def message(role, content):
    return {"role": role, "content": content}

def to_messages(record):
    if "conversations" in record:
        return [message(name[turn["from"]], turn["value"]) for turn in record["conversations"]]
    added = [record["input"]] if record.get("input", "").strip() else []
    return [message("user", "\\n\\n".join([record["instruction"], *added])), message("assistant", record["output"])]

name = {"system": "system", "human": "user", "gpt": "assistant"}
""",
    "render_for_training": """
def message(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=False)

def render_for_training(tokenizer, messages):
    return message(tokenizer, messages)
""",
}


def test_helper_may_be_called_like_a_variable_of_the_lesson_or_another_helper(here: Here, scratch: Path) -> None:
    name = "chat-templates"
    folder = scratch / "submitted" / "ada" / name
    shutil.copytree(scratch / "solutions" / name, folder)
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = HELPERS.get(grade_id(cell), cell.source)
    nbformat.write(notebook, folder / f"{name}.ipynb")
    done = here(scratch, "grade", name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert outcomes(scratch, name, "ada") == {"passed"}
    graded = nbformat.read(scratch / "autograded" / "ada" / name / f"{name}.ipynb", as_version=4)
    said = [output for cell in graded.cells if cell.cell_type == "code" for output in cell.outputs]
    assert said
    assert not [output for output in said if output.output_type == "error"]


def outcomes(course: Path, assignment: str, student: str) -> set[str]:
    verdict = json.loads((course / "verdicts" / assignment / f"{student}.json").read_text())
    return {check["outcome"] for exercise in verdict["exercises"] for check in exercise["checks"]}
