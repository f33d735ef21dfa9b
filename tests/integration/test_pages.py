"""Feedback shows the marks that stand, whatever kept it from being written; and one submission stops no other."""

import csv
import errno
import importlib
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import COURSE, ROOT, Here, course_copy, run_course
from nbgrader.api import Gradebook

from autograder.config import load
from autograder.course import Course
from autograder.errors import SandboxUnavailable
from autograder.gradebook.feedback import end_of, is_current
from autograder.gradebook.marks import read
from autograder.judge.process import Judge
from autograder.sandbox.session import Session

ASSIGNMENT = "sft-or-prompting"


def hand_in(course: Path) -> Path:
    """Two students, who have answered everything, and nothing."""
    for student, state in {"ada": "solutions", "bob": "release"}.items():
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        shutil.copy(ROOT / state / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", folder)
    return course


@pytest.fixture
def submitted(scratch: Path) -> Path:
    """A course whose two students have not been graded."""
    return hand_in(scratch)


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose two students have been graded. Tests get copies of it: grading takes seconds."""
    course = hand_in(course_copy(tmp_path_factory.mktemp("graded")))
    assert run_course(course, "grade", ASSIGNMENT).returncode == 0
    return course


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(graded_once, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def page(graded: Path) -> Path:
    """Ada's."""
    return graded / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html"


def test_page_that_was_lost_or_cut_off_is_written_again(here: Here, graded: Path, page: Path) -> None:
    whole = page.read_text()
    for damage in (page.unlink, lambda: page.write_text(""), lambda: page.write_text(whole[:5000])):
        damage()
        assert "2 unchanged" in here(graded, "grade", ASSIGNMENT).stdout
        assert page.read_text() == whole


def test_page_shows_a_mark_that_was_changed_when_the_run_was_over(here: Here, graded: Path, page: Path) -> None:
    course = Course(load(graded).coursedir)
    with Gradebook(course.directories.db_url) as gradebook:
        for grade in gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ada").grades:
            grade.manual_score = 1
        gradebook.db.commit()
        record = read(gradebook, ASSIGNMENT)["ada"]
    assert not is_current(page, record)
    assert "2 unchanged" in here(graded, "grade", ASSIGNMENT).stdout
    assert is_current(page, record)
    assert "A grader changed this mark" in page.read_text()


def test_page_without_answers_is_tried_again(
    here: Here, graded: Path, page: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It could not be made, for want of room perhaps. What the student handed in beside the notebook is no feedback."""
    (graded / "submitted" / "ada" / ASSIGNMENT / "more.txt").write_text("mine")
    with monkeypatch.context() as patch:
        patch.setattr("autograder.gradebook.feedback._cell", None)
        assert "1 graded, 1 unchanged" in here(graded, "grade", ASSIGNMENT).stdout
    assert "ada's feedback does not show their answers: TypeError" in caplog.text
    assert "Your answer" not in page.read_text()
    assert {path.name for path in page.parent.iterdir()} == {page.name}
    assert "2 unchanged" in here(graded, "grade", ASSIGNMENT).stdout
    assert "Your answer" in page.read_text()


def test_answers_that_were_removed_are_graded_again(here: Here, graded: Path, page: Path) -> None:
    shutil.rmtree(graded / "autograded" / "ada")
    assert "1 graded, 1 unchanged" in here(graded, "grade", ASSIGNMENT).stdout
    assert page.is_file()


@pytest.mark.parametrize("place", ["feedback/ada", "autograded/ada", f"verdicts/{ASSIGNMENT}/ada.json/x"])
def test_what_is_in_the_way_of_one_submission_costs_it_alone(here: Here, submitted: Path, place: str) -> None:
    (submitted / place).parent.mkdir(parents=True)
    (submitted / place).write_text("")
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert "for a person: ada: The grader " in done.stdout, done.stdout
    assert (submitted / "feedback" / "bob" / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(("number", "ends"), [(errno.EIO, False), (errno.ENOSPC, True)])
def test_submission_that_cannot_be_read_costs_it_alone_but_not_where_no_other_could_be(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch, number: int, ends: bool
) -> None:
    real = Path.read_bytes

    def broken(path: Path) -> bytes:
        if "/submitted/ada/" in str(path):
            raise OSError(number, os.strerror(number), str(path))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", broken)
    done = here(submitted, "grade", ASSIGNMENT)
    if ends:
        assert done.returncode == 1
        assert done.stderr.startswith("error: grading stopped: [Errno 28] No space left on device")
    else:
        assert done.returncode == 3
        assert "for a person: ada: The grader could not work on it: [Errno 5] Input/output error" in done.stdout
        assert (submitted / "feedback" / "bob" / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()


@pytest.mark.parametrize("place", ["autograder.gradebook.intake.set_aside", "autograder.grading.class_run.convert"])
def test_what_nobody_thought_of_costs_one_submission(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    module, name = place.rsplit(".", 1)
    real = getattr(importlib.import_module(module), name)

    def trips(*words: Any) -> Any:
        if re.search(r"\bada\b", str(words[:3])):
            raise KeyError("a place")
        return real(*words)

    monkeypatch.setattr(place, trips)
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert "for a person: ada: The grader could not work on it: KeyError: 'a place'" in done.stdout
    assert (submitted / "feedback" / "bob" / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()
    assert "Traceback" not in done.stdout + done.stderr
    assert status(submitted, "ada") == "left for a person"


def status(course: Path, student: str) -> str:
    with (course / "grades.csv").open() as file:
        return next(row["status"] for row in csv.DictReader(file) if row["student"] == student)


@pytest.mark.parametrize("newer", [True, False])
def test_mark_of_an_earlier_submission_is_not_final_where_we_trip_over_what_is_there(
    here: Here, graded: Path, monkeypatch: pytest.MonkeyPatch, newer: bool
) -> None:
    assert status(graded, "ada") == "graded"
    if newer:
        (graded / "submitted" / "ada" / ASSIGNMENT / "more.txt").write_text("newer")
    with monkeypatch.context() as patch:
        patch.setattr("autograder.grading.class_run.look_at", None)
        assert here(graded, "grade", ASSIGNMENT, "--student", "ada").returncode == 3
    assert status(graded, "ada") == "left for a person"
    assert here(graded, "grade", ASSIGNMENT).returncode == 0
    assert status(graded, "ada") == "graded"


@pytest.mark.parametrize("full", ["the course's", "/tmp"])
def test_full_disk_is_named_where_the_error_does_not_name_it(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    place = submitted.resolve() if full == "the course's" else Path(full)
    real = Path.read_bytes

    def broken(path: Path) -> bytes:
        if "/submitted/ada/" in str(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # as of a write to an open file
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", broken)
    monkeypatch.setattr(shutil, "disk_usage", lambda one: SimpleNamespace(free=0 if one == place else 1))
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 1
    assert f"[Errno 28] No space left on device: the disk of {place}. What was graded" in done.stderr


def test_sandbox_that_fails_when_all_is_judged_takes_nothing_away(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Session.__exit__

    def and_fail(session: Session, *error: Any) -> None:
        close(session, *error)
        raise SandboxUnavailable("its folder cannot be removed")

    monkeypatch.setattr(Session, "__exit__", and_fail)
    assert "40 │ all passed" in here(submitted, "grade", ASSIGNMENT).stdout


def test_sandbox_that_fails_before_anything_is_judged_is_no_zero(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Session.run

    def run(session: Session) -> None:
        if run_once:
            raise SandboxUnavailable(run_once.pop())
        real(session)

    run_once = ["the machine has no memory"]
    shutil.rmtree(submitted / "submitted" / "bob")
    monkeypatch.setattr(Session, "run", run)
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert "for a person: ada: The grader failed in at least one check." in done.stdout
    with (submitted / "grades.csv").open(newline="") as file:
        assert [(row["student"], row["points"]) for row in csv.DictReader(file)] == [("ada", "")]
    assert "all passed" in here(submitted, "grade", ASSIGNMENT).stdout


def test_classes_are_judged_with_the_seed_that_the_course_names(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (submitted / "nbgrader_config.py").open("a") as config:
        config.write("\nc.RunAndJudge.seed = 7\n")
    judge, seeds = Judge.judge, []
    monkeypatch.setattr(Judge, "judge", lambda *words: seeds.append(words[5]) or judge(*words))
    assert here(submitted, "grade", ASSIGNMENT).returncode == 0
    assert seeds == [7, 7]


def test_page_of_one_s_own_is_no_feedback(here: Here, scratch: Path) -> None:
    """One notebook is missing; a page of its name is handed in, which nobody may read but its author."""
    folder = scratch / "submitted" / "ada" / "fine-tuning"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "release" / "fine-tuning" / "lora.ipynb", folder)
    planted = folder / "sft-trainer.html"
    planted.write_text("<script>31 of 31 points</script>")
    planted.chmod(stat.S_IRUSR)
    assert here(scratch, "grade", "fine-tuning").returncode == 3  # it may be what a browser made of the notebook
    pages = scratch / "feedback" / "ada" / "fine-tuning"
    assert {path.name for path in pages.iterdir()} == {"lora.html", "sft-trainer.html"}
    page = (pages / "sft-trainer.html").read_text()
    assert "<script>" not in page
    assert "This notebook could not be taken in as it is: a person looks at it." in page
    assert "<strong>0</strong> of 31 points" in page
    again = scratch / "autograded" / "ada" / "fine-tuning" / "sft-trainer.html"
    again.write_text("<script>")  # as an earlier version of this package took it in
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "fine-tuning", "--force"],
        cwd=scratch, check=True, capture_output=True,
    )  # fmt: skip
    assert "<script>" not in "".join(path.read_text() for path in pages.glob("*.html"))


def test_end_of_a_page_is_of_these_marks(graded: Path, page: Path) -> None:
    course = Course(load(graded).coursedir)
    with Gradebook(course.directories.db_url) as gradebook:
        records = read(gradebook, ASSIGNMENT)
    assert page.read_text().endswith(f"</html>{end_of(records['ada'])}")
    assert not is_current(page, records["bob"])
    (notebook,) = records["ada"].notebooks
    turned = replace(records["ada"], notebooks=(replace(notebook, marks=notebook.marks[::-1]),))
    assert is_current(page, turned)  # a database gives rows in any order


def test_who_waits_for_a_person_is_not_forgotten_when_the_folder_is_gone(here: Here, graded: Path, page: Path) -> None:
    """And has nothing left of what was handed in, and graded, before."""
    assert "Your answer" in page.read_text()
    notebook = graded / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook.write_text("{")
    assert here(graded, "grade", ASSIGNMENT).returncode == 3
    assert "Your answer" not in page.read_text()
    assert not (graded / "autograded" / "ada" / ASSIGNMENT).exists()
    shutil.rmtree(graded / "submitted" / "ada")
    done = here(graded, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert "for a person: ada: " in done.stdout
    assert "1 unchanged, 1 left for a person" in done.stdout
    with (graded / "nbgrader_config.py").open("a") as config:
        config.write("\nc.CourseDirectory.student_id_exclude = 'ada'\n")
    assert here(graded, "grade", ASSIGNMENT).returncode == 0


def test_gradebook_that_lost_marks_or_students_is_told(here: Here, graded: Path) -> None:
    with sqlite3.connect(graded / "gradebook.db") as database:
        database.execute("DELETE FROM grade")
    done = here(graded, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert "for a person: ada: the gradebook has no mark of kind_of_tuning, diagnosis" in done.stdout
    (graded / "gradebook.db").unlink()
    done = here(graded, "grade", ASSIGNMENT, "--student", "bob")
    assert (
        "not in the gradebook, though graded once: ada: grade them again, with their folders in submitted/; "
        in done.stdout
    )


def test_copy_of_the_gradebook_from_before_is_brought_up_to_date(here: Here, graded: Path, page: Path) -> None:
    shown = page.read_text()
    with sqlite3.connect(graded / "gradebook.db") as database:
        database.execute("UPDATE grade SET auto_score = 0")
    assert "1 graded, 1 unchanged" in here(graded, "grade", ASSIGNMENT).stdout
    assert page.read_text() == shown
    with sqlite3.connect(graded / "gradebook.db") as database:
        database.execute("UPDATE grade SET auto_score = NULL")
    assert "2 graded" in here(graded, "grade", ASSIGNMENT).stdout
    assert page.read_text() == shown


def test_report_is_there_when_nobody_reads_the_table(submitted: Path) -> None:
    subprocess.run(["sh", "-c", f"{COURSE} grade {ASSIGNMENT} | true"], cwd=submitted, check=True, timeout=300)
    assert (submitted / "grades.csv").is_file()
    assert (submitted / "reports" / f"{ASSIGNMENT}.html").is_file()
