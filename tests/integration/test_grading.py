"""From submission to marks and feedback: ``course grade``, nbgrader's own command and its Python API."""

import copy
import csv
import html
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from conftest import COURSE, ROOT, course_copy, run_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.course import grade_id
from autograder.samples.demo import ENDLESS, EXIT, FLOOD, NOISE, change

ASSIGNMENT = "chat-templates"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
QUICK = "c.Limits.cell_cpu_seconds = 4"
FULL = 41


def hand_in(course: Path, student: str, notebook: NotebookNode | str | None) -> None:
    folder = course / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    if isinstance(notebook, str):
        (folder / NOTEBOOK).write_text(notebook)
    elif notebook is not None:
        (folder / NOTEBOOK).write_text(json.dumps(notebook))  # not nbformat's, which would mend what is broken


def built_on_mistakes(solved: NotebookNode) -> NotebookNode:
    """Both renderers are wrong. What calls them is right, but for ``answer_mask``."""
    sources = {
        "render_for_training": """
            def render_for_training(tokenizer, messages):
                return tokenizer.apply_chat_template(messages[-1:], tokenize=False)
            """,
        "render_for_inference": """
            def render_for_inference(tokenizer, messages):
                return tokenizer.apply_chat_template(messages, tokenize=False)
            """,
        "encode_for_generation": """
            def encode_for_generation(tokenizer, messages):
                text = render_for_inference(tokenizer, messages)
                return tokenizer(text, return_tensors="pt", add_special_tokens=False)
            """,
        "prefill": """
            def prefill(tokenizer, messages, opening):
                begun = [*messages, {"role": "assistant", "content": opening + "and so on"}]
                return render_for_training(tokenizer, begun).rpartition("and so on")[0]
            """,
        "answer_mask": """
            def answer_mask(tokenizer, messages):
                text = render_for_training(tokenizer, messages)
                return [1] * len(tokenizer(text, add_special_tokens=False)["input_ids"])
            """,
    }
    notebook = copy.deepcopy(solved)
    for cell in notebook.cells:
        if grade_id(cell) in sources:
            cell.source = textwrap.dedent(sources[grade_id(cell)])
    return notebook


def tampered(solved: NotebookNode) -> NotebookNode:
    """Full points claimed, the graded cell emptied and doubled, a solution cell doubled, and a helper cell added."""
    notebook = copy.deepcopy(solved)
    for cell in list(notebook.cells):
        if grade_id(cell) == "prefill-checks":
            cell.source = "pass"
            cell.metadata["nbgrader"] = {**cell.metadata.nbgrader, "points": 1000, "locked": False}
            cell.metadata["tags"] = ["skip-execution"]
            notebook.cells.append(copy.deepcopy(cell))
        elif grade_id(cell) == "prefill":
            second = copy.deepcopy(cell)
            second.source = "def prefill(*arguments): return None"
            notebook.cells.append(second)
    notebook.cells.insert(3, new_code_cell("helper = 1"))
    return notebook


@pytest.fixture(scope="module")
def solved() -> NotebookNode:
    return nbformat.read(ROOT / "solutions" / ASSIGNMENT / NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, solved: NotebookNode) -> tuple[Path, Any]:
    """A class that has been graded, and what the command said."""
    course = course_copy(tmp_path_factory.mktemp("course"), QUICK)
    submissions: dict[str, NotebookNode | str | None] = {
        "perfect": solved,
        "empty": nbformat.read(ROOT / "release" / ASSIGNMENT / NOTEBOOK, as_version=4),
        "syntax-error": change(solved, "prefill", lambda source: source.replace("):", ")", 1)),
        "endless-cell": change(solved, "render_for_inference", lambda source: ENDLESS + source),
        "endless-call": change(solved, "to_messages", lambda _: "def to_messages(record):\n    while True: pass"),
        "exits-kernel": change(solved, "prefill", lambda source: EXIT + source),
        "floods-output": change(solved, "to_messages", lambda source: source + "\n" + FLOOD),
        "noisy-but-right": change(solved, "to_messages", lambda source: source + NOISE),
        "built-on-mistakes": built_on_mistakes(solved),
        "tampered": tampered(solved),
        "strange-files": solved,
        "not-json": '{"cells": [',
        "no-notebook": None,
    }
    for student, notebook in submissions.items():
        hand_in(course, student, notebook)
    strange = course / "submitted" / "strange-files" / ASSIGNMENT
    os.mkfifo(strange / "pipe")
    (strange / "link").symlink_to("/etc/hostname")
    (strange / "helper.py").write_text("answer = 42\n")
    (strange / "timestamp.txt").write_text("garbage")
    return course, run_course(course, "grade", ASSIGNMENT)


def verdict(course: Path, student: str) -> dict[str, Any]:
    return json.loads((course / "verdicts" / ASSIGNMENT / f"{student}.json").read_text())


def outcomes(course: Path, student: str, exercise: str) -> set[str]:
    (found,) = (one for one in verdict(course, student)["exercises"] if one["id"] == exercise)
    return {check["outcome"] for check in found["checks"]}


def lost_in(course: Path, student: str) -> set[str]:
    return {one["id"] for one in verdict(course, student)["exercises"] if one["points"] < one["max_points"]}


def test_command_leaves_the_unreadable_one_for_a_person(graded: tuple[Path, Any]) -> None:
    _, done = graded
    assert done.returncode == 3, done.stderr
    assert "for a person: not-json" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("student", ["perfect", "noisy-but-right", "tampered", "strange-files"])
def test_right_work_gets_full_marks_whatever_surrounds_it(graded: tuple[Path, Any], student: str) -> None:
    assert verdict(graded[0], student)["points"] == FULL


@pytest.mark.parametrize(
    ("student", "exercise", "outcome"),
    [
        ("syntax-error", "prefill", "raised"),
        ("endless-cell", "render_for_inference", "timed out"),
        ("endless-call", "to_messages", "timed out"),
        ("exits-kernel", "prefill", "raised"),
    ],
)
def test_broken_cell_costs_its_own_exercise_alone(
    graded: tuple[Path, Any], student: str, exercise: str, outcome: str
) -> None:
    assert outcomes(graded[0], student, exercise) == {outcome}
    assert lost_in(graded[0], student) == {exercise}


def test_mistake_costs_no_points_in_what_is_built_on_it(graded: tuple[Path, Any]) -> None:
    assert lost_in(graded[0], "built-on-mistakes") == {"render_for_training", "render_for_inference", "answer_mask"}
    (found,) = (one for one in verdict(graded[0], "built-on-mistakes")["exercises"] if one["id"] == "answer_mask")
    assert {check["misconception"] for check in found["checks"]} == {None, "everything-marked"}


def test_flood_ends_and_is_cut(graded: tuple[Path, Any]) -> None:
    course, _ = graded
    assert lost_in(course, "floods-output") <= {"to_messages"}
    assert (course / "autograded" / "floods-output" / ASSIGNMENT / NOTEBOOK).stat().st_size < 2_000_000


@pytest.mark.parametrize("student", ["empty", "no-notebook", "not-json"])
def test_nothing_to_judge_is_missing(graded: tuple[Path, Any], student: str) -> None:
    found = verdict(graded[0], student)
    assert found["points"] == 0
    assert {check["outcome"] for one in found["exercises"] for check in one["checks"]} == {"missing"}


def test_verdict_file_has_what_the_contract_says(graded: tuple[Path, Any]) -> None:
    found = verdict(graded[0], "syntax-error")
    assert {"student", "assignment", "profile", "points", "max_points", "exercises"} <= found.keys()
    assert found["max_points"] == FULL
    for exercise in found["exercises"]:
        assert {"id", "points", "max_points", "checks"} == exercise.keys()
        for check in exercise["checks"]:
            names = {"id", "title", "points", "max_points", "outcome", "misconception", "message"}
            assert names == check.keys()
            assert (check["outcome"] == "passed") == (check["points"] == check["max_points"])


def test_restored_cells_are_told(graded: tuple[Path, Any]) -> None:
    notes = " ".join(verdict(graded[0], "tampered")["notes"])
    assert "prefill-checks" in notes
    assert "two cells `prefill`" in notes


def test_links_and_pipes_are_set_aside_and_told(graded: tuple[Path, Any]) -> None:
    course, _ = graded
    copied = {path.name for path in (course / "autograded" / "strange-files" / ASSIGNMENT).iterdir()}
    assert "helper.py" in copied
    assert not copied & {"pipe", "link"}
    assert "`link`" in " ".join(verdict(course, "strange-files")["notes"])


def test_grades_and_gradebook_agree(graded: tuple[Path, Any]) -> None:
    course, _ = graded
    with (course / "grades.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    for student, row in rows.items():
        assert row["points"] == ("" if student == "not-json" else f"{verdict(course, student)['points']:g}")
    assert rows["not-json"]["status"] == "left for a person"
    assert len(rows) == 13


def words_of(page: str) -> str:
    """What a reader of a page could copy: no tags (highlighting puts them between words), nothing escaped."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


def test_everybody_gets_a_feedback_page_that_hides_the_checks(graded: tuple[Path, Any]) -> None:
    course, _ = graded
    checks = (ROOT / "autograder" / "checks" / ASSIGNMENT).glob("*.py")
    lines = {" ".join(line.split()) for path in checks for line in path.read_text().splitlines()}
    given = nbformat.read(ROOT / "release" / ASSIGNMENT / NOTEBOOK, as_version=4)
    public = " ".join(" ".join(cell.source for cell in given.cells).split())  # a visible check may say the same
    telling = {line for line in lines if len(line) > 30 and (line.startswith("assert ") or "{%" in line)}
    secrets = {line for line in telling if line not in public}
    assert len(secrets) > 30
    for student in (course / "submitted").iterdir():
        page = (course / "feedback" / student.name / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
        assert "course-verdict" in page
        assert not [line for line in secrets if line in words_of(page)]
    shown = (course / "feedback" / "perfect" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert 'print("to_messages: both kinds of record become messages. Well done.")' in words_of(
        shown
    )  # it would see one


def test_grading_again_keeps_what_has_not_changed(graded: tuple[Path, Any]) -> None:
    course, _ = graded
    again = run_course(course, "grade", ASSIGNMENT, "--student", "perfect")
    assert again.returncode == 0
    assert "1 unchanged" in again.stdout


def marks(course: Path, student: str) -> dict[str, float | None]:
    with sqlite3.connect(course / "gradebook.db") as database:
        return dict(
            database.execute(
                "select base_cell.name, grade.auto_score from grade"
                " join base_cell on base_cell.id = grade.cell_id"
                " join submitted_notebook on submitted_notebook.id = grade.notebook_id"
                " join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id"
                " where submitted_assignment.student_id = ?",
                (student,),
            )
        )


def test_nbgraders_own_command_gives_the_same_marks(graded: tuple[Path, Any], tmp_path: Path) -> None:
    student = "tampered"
    course = course_copy(tmp_path, QUICK)
    shutil.copytree(graded[0] / "submitted" / student, course / "submitted" / student)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for words in (["generate_assignment", ASSIGNMENT, "--force"], ["autograde", ASSIGNMENT]):
        subprocess.run(["nbgrader", *words], cwd=course, env=environment, check=True, capture_output=True, timeout=300)
    assert marks(course, student) == marks(graded[0], student)
    assert verdict(course, student)["exercises"] == verdict(graded[0], student)["exercises"]


def test_nbgraders_python_api_gives_the_same_marks(graded: tuple[Path, Any], tmp_path: Path) -> None:
    course = course_copy(tmp_path, QUICK)
    shutil.copytree(graded[0] / "submitted" / "syntax-error", course / "submitted" / "syntax-error")
    code = """
import asyncio
from nbgrader.apps import NbGraderAPI
from autograder.config import load
from pathlib import Path

async def as_in_the_formgrader():  # whose handler calls the API while the server's event loop runs
    app = load(Path.cwd())
    api = NbGraderAPI(app.coursedir, parent=app)
    assert api.generate_assignment("chat-templates")["success"]
    done = api.autograde("chat-templates", "syntax-error")
    assert done["success"], done

asyncio.run(as_in_the_formgrader())
"""
    subprocess.run([sys.executable, "-c", code], cwd=course, check=True, capture_output=True, timeout=300)
    assert marks(course, "syntax-error") == marks(graded[0], "syntax-error")


@pytest.mark.parametrize("number", [None, signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_running_however_grading_ends(
    tmp_path: Path, solved: NotebookNode, number: signal.Signals | None
) -> None:
    course = course_copy(tmp_path, QUICK)
    hand_in(course, "endless", change(solved, "prefill", lambda source: ENDLESS + source))
    words = [COURSE, "grade", ASSIGNMENT]
    place = Path(tempfile.mkdtemp(dir="/tmp", prefix="ends-"))  # short: sockets are made in it
    environment = {**os.environ, "TMPDIR": str(place)}
    grading = subprocess.Popen(
        words, cwd=course, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=in_a_terminal
    )
    below = psutil.Process(grading.pid)
    wait_until(lambda: len(below.children(recursive=True)) > 5)  # judge, server and, below it, a kernel
    started = below.children(recursive=True)
    words_of_all = [word for process in started for word in process.cmdline()]
    scratch = {Path(*Path(word).parts[:3]) for word in words_of_all if word.startswith("/tmp/course-")}
    assert scratch
    if number is not None:
        grading.send_signal(number)
    _, said = grading.communicate(timeout=120)
    if number is signal.SIGINT:
        assert (grading.returncode, said) == (128 + number, b"stopped; what was done before stays\n")
    assert (grading.returncode == 0) == (number is None)
    wait_until(lambda: not any(process.is_running() for process in started))
    if number is signal.SIGKILL:  # it could not; the next one does
        subprocess.run([sys.executable, "-c", "from autograder.sandbox.scratch import folder; folder()"], check=True)
    assert not [path for path in (*scratch, *place.glob("course-*")) if path.exists()]
    shutil.rmtree(place)


def in_a_terminal() -> None:
    """Ctrl-C reaches it, even if the tests run in the background of a shell or under ``nohup``."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.1)
