"""Grading again: what a grader did by hand, marks before and after, what is late, and what is exported."""

import csv
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests
from conftest import COURSE, ROOT, Here, course_copy, run_course
from markup_oracle import text_of
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook

from autograder.config import load
from autograder.course import Course
from autograder.gradebook import flags
from autograder.gradebook.digest import look_at
from autograder.gradebook.marks import Record, read
from autograder.gradebook.save import SaveVerdict, register_assignment
from autograder.gradebook.verdicts import VERDICT, failed_verdict, merge
from autograder.grading.class_run import GradingRun
from autograder.grading.settling import Settling
from autograder.samples.demo import change
from autograder.verdict import Verdict

ASSIGNMENT = "chat-templates"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
TOKEN = "only-for-this-test"


def hand_in(course: Path, student: str, *, right: bool, handed_in: str | None = None) -> None:
    """The right answers, or the same with ``prefill`` half right: 3 of its 7 points."""
    notebook = nbformat.read(ROOT / "solutions" / ASSIGNMENT / NOTEBOOK, as_version=4)
    if not right:
        wrong = ("continue_final_message", "add_generation_prompt")
        notebook = change(notebook, "prefill", lambda source: source.replace(*wrong))
    folder = course / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / NOTEBOOK)
    if handed_in is not None:
        (folder / "timestamp.txt").write_text(handed_in)


@pytest.fixture(scope="module")
def class_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada has all, Ben 3 of 7 points in ``prefill``."""
    course = course_copy(tmp_path_factory.mktemp("regrade") / "course")
    hand_in(course, "ada", right=True)
    hand_in(course, "ben", right=False, handed_in="2026-05-02 13:00:00 UTC")
    done = run_course(course, "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    return course


@pytest.fixture
def course(class_of_two: Path, tmp_path: Path) -> Path:
    """A copy of that class, to do with as one likes."""
    return Path(shutil.copytree(class_of_two, tmp_path / "course", symlinks=True))


def records(course: Path) -> dict[str, Record]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return read(gradebook, ASSIGNMENT)


def prefill(course: Path, student: str) -> Any:
    (mark,) = (mark for mark in records(course)[student].marks if mark.exercise == "prefill")
    return mark


def page_of(course: Path, student: str) -> str:
    return text_of((course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def make_stricter(course: Path) -> None:
    """One of the checks of ``prefill`` fails for everybody now."""
    checks = course / "autograder" / "checks" / ASSIGNMENT
    shutil.copytree(ROOT / "autograder" / "checks" / ASSIGNMENT, checks, dirs_exist_ok=True)
    path = checks / "test_prefill.py"
    path.write_text(re.sub(r"(def test_\w+\(.*\):\n)", r"\1    assert 1 == 2\n", path.read_text(), count=1))


def nbgrader(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", *words]
    return subprocess.run(
        command, cwd=course, env=environment, check=False, capture_output=True, text=True, timeout=300
    )


@pytest.fixture
def formgrader(course: Path) -> Iterator[Callable[..., Any]]:
    """nbgrader's own server extension in this course, asked as its pages ask it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", f"--port={port}"]
    options = ["--ip=127.0.0.1", f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with (course.parent / "server.log").open("w") as log:
        server = subprocess.Popen([*command, *options], cwd=course, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/formgrader/api/"

    def ask(method: str, path: str, **words: Any) -> Any:
        headers = {"Authorization": f"token {TOKEN}"}
        answer = requests.request(method, address + path, headers=headers, timeout=300, **words)
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.text.startswith(("{", "[")) else answer.text

    try:
        wait_for(port, server)
        yield ask
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the server did not start")


def correct(ask: Callable[..., Any], student: str, **marks: str | None) -> None:
    """What a grader types into the formgrader's page of a submission; it sends numbers as text."""
    found = ask("GET", f"submitted_notebooks/{ASSIGNMENT}/{ASSIGNMENT}")
    (submission,) = (one for one in found if one["student"] == student)
    identity = {"submission_id": submission["id"]}
    grade = next(one for one in ask("GET", "grades", params=identity) if one["name"] == "prefill-checks")
    comment = next(one for one in ask("GET", "comments", params=identity) if one["name"] == "prefill")
    ask("PUT", f"grade/{grade['id']}", json=grade | marks)
    ask("PUT", f"comment/{comment['id']}", json=comment | {"manual_comment": "Nearly *there*."})


def test_a_grader_s_mark_and_comment_survive_every_way_of_grading_again(
    here: Here, course: Path, formgrader: Callable[..., Any]
) -> None:
    correct(formgrader, "ben", manual_score="6.5", extra_credit="0.25")
    again = [
        lambda: formgrader("POST", f"submission/{ASSIGNMENT}/ben/autograde"),
        lambda: nbgrader(course, "autograde", ASSIGNMENT, "--student", "ben", "--force"),
        lambda: here(course, "grade", ASSIGNMENT, "--student", "ben", "--force"),
    ]
    for grade in again:
        assert getattr(grade(), "returncode", 0) == 0
        mark = prefill(course, "ben")
        assert (mark.auto, mark.points, mark.comment, mark.needs_person) == (3, 6.75, "Nearly *there*.", False)
    page = page_of(course, "ben")
    assert page.count("A grader changed this mark from 3 to 6.75.") == 2  # in the table, and with the checks
    assert re.search(r"from 3 to 6.75.\s+Nearly there\.", page)
    (row,) = (row for row in rows(course / "grades.csv") if row["student"] == "ben")
    assert (row["prefill"], row["points"], row["status"]) == ("6.75", "40.75", "graded")
    assert re.search(r"ben .* 6.75\* .* 40.75 ", here(course, "report", ASSIGNMENT).stdout)


def test_a_grader_s_mark_is_looked_at_again_when_the_checks_say_something_else(
    here: Here, course: Path, formgrader: Callable[..., Any]
) -> None:
    correct(formgrader, "ada", manual_score="5", extra_credit=None)
    make_stricter(course)
    done = here(course, "grade", ASSIGNMENT, "--student", "ada")
    assert done.returncode == 3
    assert "for a person: ada: prefill keeps a grader's 5, the checks now give" in done.stdout
    assert prefill(course, "ada").points == 5
    correct(formgrader, "ada", manual_score="5", extra_credit=None)  # as with the button "mark as graded"
    assert here(course, "grade", ASSIGNMENT, "--student", "ada").returncode == 0


def test_no_mark_falls_without_a_word(course: Path, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    make_stricter(course)
    refused = here(course, "grade", ASSIGNMENT)  # nobody there to ask
    assert refused.returncode == 3
    assert re.search(r"ada +│ 41 +│ prefill 7 → 6 ", refused.stdout), refused.stdout
    assert f"course grade {ASSIGNMENT} --lower" in refused.stdout
    assert "for a person: ada: graded again, the same submission would lose marks: prefill 7 → " in refused.stdout
    assert records(course)["ada"].points == 41
    assert next(row["points"] for row in rows(course / "grades.csv") if row["student"] == "ada") == "41"
    assert "to be looked at by a person" in page_of(course, "ada")
    for answer, status in (("", 3), ("\n", 3), ("n\n", 3), ("y\n", 0)):
        assert records(course)["ada"].points == 41
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        assert here(course, "grade", ASSIGNMENT).returncode == status
    lowered = records(course)["ada"]
    assert lowered.points < 41
    assert not lowered.needs_person
    page = page_of(course, "ada")
    assert f"{lowered.points:g} of 41" in page
    assert "to be looked at" not in page


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_flag_lowers_without_a_question(here: Here, course: Path) -> None:
    make_stricter(course)
    done = here(course, "grade", ASSIGNMENT, "--student", "ada", "--lower")
    assert done.returncode == 0, done.stdout
    assert re.search(r"ada +│ 41 +│ 40 +│ prefill 7 → 6", done.stdout), done.stdout
    assert records(course)["ada"].points < 41
    assert records(course)["ben"].points == 37


def test_nbgrader_s_own_command_keeps_the_mark_and_flags_it(course: Path) -> None:
    make_stricter(course)
    assert nbgrader(course, "autograde", ASSIGNMENT, "--force").returncode == 0
    mark = prefill(course, "ada")
    assert (mark.points, mark.needs_person) == (7, True)


def test_a_newer_submission_counts_though_it_is_worse(here: Here, course: Path) -> None:
    hand_in(course, "ada", right=False)
    done = here(course, "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stdout
    assert re.search(r"ada +│ 41 +│ 37 +│ a newer submission, prefill 7 → 3", done.stdout), done.stdout
    assert "ben" not in done.stdout.partition("Marks that changed")[2].partition(f"{ASSIGNMENT}: points")[0]
    assert prefill(course, "ada").points == 3


def test_pages_are_of_the_marks_whoever_graded(here: Here, course: Path) -> None:
    """nbgrader leaves a page that is there where it grades anew; it would be given out."""
    hand_in(course, "ada", right=False)
    assert nbgrader(course, "autograde", ASSIGNMENT, "--student", "ada", "--force").returncode == 0
    assert not (course / "feedback" / "ada" / ASSIGNMENT).exists()
    assert here(course, "grade", ASSIGNMENT).returncode == 0
    assert "37 of 41" in page_of(course, "ada")


def test_of_two_notebooks_one_that_was_graded_alone_does_not_stand_for_both(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after ``nbgrader autograde --notebook``, or where the formgrader's button failed at the second."""
    monkeypatch.chdir(scratch)
    app = load(scratch)
    course = Course(app.coursedir)
    submitted = course.submitted("ada", "fine-tuning")
    shutil.copytree(scratch / "release" / "fine-tuning", submitted)
    for folder in (course.autograded("ada", "fine-tuning"), course.feedback("ada", "fine-tuning")):
        folder.mkdir(parents=True)
    run = GradingRun(app, Settling(app, course, "fine-tuning"), course, "fine-tuning", force=False)
    found, before = look_at(course, "ada", "fine-tuning", 0), Record("ada", "fine-tuning", ())
    verdict = Verdict("ada", "fine-tuning", "cpu", found.digest, (), submissions={"lora": found.files})
    assert not run._stands(replace(verdict, submissions={"lora": found.files, "sft-trainer": "old"}), found, before)
    assert run._stands(replace(verdict, submissions=dict.fromkeys(("lora", "sft-trainer"), found.files)), found, before)
    (submitted / "sft-trainer.ipynb").unlink()
    alone = look_at(course, "ada", "fine-tuning", 0)
    assert run._stands(replace(verdict, digest=alone.digest, submissions={"lora": alone.files}), alone, before)


def test_of_two_notebooks_each_knows_its_own_submission(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer submission replaces both; while the first is taken in, the second's marks are still of the old one."""
    monkeypatch.chdir(scratch)
    course = Course(load(scratch).coursedir)
    shutil.copytree(scratch / "release" / "fine-tuning", scratch / "submitted" / "ada" / "fine-tuning")
    old = Verdict("ada", "fine-tuning", "cpu", "old", (), submissions={"lora": "old", "sft-trainer": "old"})
    old.write(course.verdict("ada", "fine-tuning"))
    found = look_at(course, "ada", "fine-tuning", 0)
    first = merge(course, found, "lora", {}, ("It was slow.",))
    assert first.submissions == {"lora": first.submissions["lora"], "sft-trainer": "old"}
    assert first.submissions["lora"] != "old"
    assert {check.outcome for one in first.exercises for check in one.checks} == {"grader error"}  # it may stay alone
    assert (first.reusable, first.left_for_person) == (False, "sft-trainer.ipynb has not been judged yet.")
    first.write(course.verdict("ada", "fine-tuning"))
    both = merge(course, found, "sft-trainer", {}, ("It has a link.",))
    assert both.submissions == dict.fromkeys(("lora", "sft-trainer"), first.submissions["lora"])
    assert both.notes == ("It was slow.", "It has a link.")
    both.write(course.verdict("ada", "fine-tuning"))
    again = merge(course, found, "lora", {}, ())
    assert again.notes == ("It has a link.",)  # and not what was said of a notebook the last time


def test_a_mark_for_a_notebook_that_is_missing_is_looked_at_once(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a newer submission: until somebody has, and not each time that this one is graded again."""
    monkeypatch.chdir(scratch)
    course = Course(load(scratch).coursedir)
    monkeypatch.setattr(Course, "of", lambda _: course)
    submitted = course.submitted("ada", "fine-tuning")
    submitted.mkdir(parents=True)
    shutil.copy(scratch / "release" / "fine-tuning" / "sft-trainer.ipynb", submitted)
    register_assignment(course, "fine-tuning")
    found = look_at(course, "ada", "fine-tuning", 0)
    earlier = Verdict("ada", "fine-tuning", "cpu", "old", (), submissions={"lora": "old", "sft-trainer": found.files})
    earlier.write(course.verdict("ada", "fine-tuning"))
    with Gradebook(course.directories.db_url) as gradebook:
        gradebook.update_or_create_student("ada")
        gradebook.update_or_create_submission("fine-tuning", "ada")
        for grade in gradebook.find_submission_notebook("lora", "fine-tuning", "ada").grades:
            grade.auto_score, grade.manual_score = 0, 1
        gradebook.db.commit()
    names = {"student": "ada", "assignment": "fine-tuning", "notebook": "sft-trainer"}
    for looked_at, cleared in ((True, False), (True, True), (False, True)):
        flags.remember(course, "ada", "fine-tuning")
        with Gradebook(course.directories.db_url) as gradebook:  # as nbgrader does then
            for grade in gradebook.find_submission_notebook("lora", "fine-tuning", "ada").grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
            gradebook.db.commit()
        verdict = merge(course, found, "sft-trainer", {}, ())
        resources = {"nbgrader": {**names, "db_url": course.directories.db_url}, VERDICT: verdict}
        SaveVerdict(config=course.config).preprocess(new_notebook(), resources)
        with Gradebook(course.directories.db_url) as gradebook:
            grades = gradebook.find_submission_notebook("lora", "fine-tuning", "ada").grades
            assert {(grade.manual_score, grade.needs_manual_grade) for grade in grades} == {(1, looked_at)}
            for grade in grades if cleared else ():  # as a person does who has looked
                grade.needs_manual_grade = False
            gradebook.db.commit()


def test_notebook_that_is_not_there_is_missing_also_after_a_failure_of_ours(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scratch)
    course = Course(load(scratch).coursedir)
    submitted = course.submitted("ada", "fine-tuning")
    submitted.mkdir(parents=True)
    shutil.copy(scratch / "release" / "fine-tuning" / "sft-trainer.ipynb", submitted)
    found = look_at(course, "ada", "fine-tuning", 0)
    failed_verdict(course, found, "The grader failed.").write(course.verdict("ada", "fine-tuning"))
    verdict = merge(course, found, "sft-trainer", {}, ())
    notebooks = {one.id: one.notebook for one in course.exercises("fine-tuning")}
    outcomes = {(notebooks[one.id], check.outcome) for one in verdict.exercises for check in one.checks}
    assert outcomes == {("lora", "missing"), ("sft-trainer", "grader error")}  # the latter until it is judged
    assert verdict.left_for_person == "The grader failed in at least one check."


def test_a_grader_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    """Everybody is graded once: those who were done are not run again, and nobody is left out."""
    course = course_copy(tmp_path / "course")
    names = ["ada", "ben", "cleo", "dan", "eve", "finn"]
    for name in names:
        hand_in(course, name, right=name != "ben")
    grading = subprocess.Popen([COURSE, "grade", ASSIGNMENT], cwd=course, stdout=subprocess.DEVNULL)
    verdicts = course / "verdicts" / ASSIGNMENT
    end = time.monotonic() + 120
    while len(list(verdicts.glob("*.json"))) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    grading.kill()
    grading.wait(30)
    written = {path: path.stat().st_mtime_ns for path in verdicts.glob("*.json")}
    assert len(written) < len(names)
    del written[max(written, key=written.__getitem__)]  # it may have been killed before there was feedback
    again = run_course(course, "grade", ASSIGNMENT)
    assert again.returncode == 0, again.stdout + again.stderr
    found = records(course)
    assert sorted(found) == names
    assert {name: sum(mark.points for mark in one.marks) for name, one in found.items()} == {
        name: 37 if name == "ben" else 41 for name in names
    }
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_late_work_costs_what_the_policy_says(here: Here, course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LatePolicy.share_per_day = 0.1\n")
    due = nbgrader(course, "db", "assignment", "add", ASSIGNMENT, "--duedate", "2026-05-01 12:00:00 UTC")
    assert due.returncode == 0, due.stderr
    asked = here(course, "grade", ASSIGNMENT)  # after the fact: nobody loses without a word
    assert asked.returncode == 3
    assert "late penalty 0 → 7.4" in asked.stdout
    assert records(course)["ben"].points == 37
    waits = {row["student"]: row["status"] for row in rows(course / "grades.csv")}
    assert waits == {"ada": "graded", "ben": "left for a person"}
    exported = nbgrader(course, "export", "--exporter=autograder.gradebook.JsonExport")
    assert exported.returncode == 0, exported.stderr
    told = {one["student"]: one["needs_person"] for one in json.loads((course / "checks.json").read_text())}
    assert told == {"ada": False, "ben": True}
    assert nbgrader(course, "autograde", ASSIGNMENT, "--student", "ben", "--force").returncode == 0
    assert (records(course)["ben"].points, records(course)["ben"].penalty) == (37, 0)  # the same submission still
    done = here(course, "grade", ASSIGNMENT, "--lower")
    assert done.returncode == 0, done.stdout
    assert "late by 1 day 1 hour, -7.4" in " ".join(done.stdout.split())
    found = {row["student"]: row for row in rows(course / "grades.csv")}
    assert (found["ben"]["points"], found["ben"]["minutes_late"], found["ben"]["late_penalty"]) == (
        "29.6",
        "1500",
        "7.4",
    )
    assert (found["ada"]["points"], found["ada"]["minutes_late"]) == ("41", "0")  # no time, never late
    page = page_of(course, "ben")
    assert "Handed in 1 day 1 hour after it was due (2026-05-01 12:00 UTC)" in page
    assert "29.6 of 41" in page
    hand_in(course, "cleo", right=True, handed_in="2026-05-03 12:00:01 UTC")
    assert nbgrader(course, "autograde", ASSIGNMENT, "--force").returncode == 0
    assert records(course)["cleo"].points == pytest.approx(41 * 0.7)  # for the first time: no question
    assert records(course)["ben"].penalty == 7.4


def test_late_work_that_comes_again_is_another_and_an_extension_gives_back(here: Here, course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LatePolicy.share_per_day = 0.1\n")
    due = nbgrader(course, "db", "assignment", "add", ASSIGNMENT, "--duedate", "2026-05-01 12:00:00 UTC")
    assert due.returncode == 0, due.stderr
    hand_in(course, "ben", right=True, handed_in="2026-05-05 12:00:01 UTC")
    done = here(course, "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stdout  # it falls below the 37 that the earlier one has, without a question
    assert records(course)["ben"].points == 20.5
    verdict = course / "verdicts" / ASSIGNMENT / "ben.json"
    before = verdict.stat().st_mtime_ns
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.grant_extension(ASSIGNMENT, "ben", days=5)
    done = here(course, "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stdout
    assert records(course)["ben"].points == 41
    assert "41 of 41" in page_of(course, "ben")
    assert verdict.stat().st_mtime_ns == before  # for this, nobody is judged again


def test_canvas_gets_its_own_columns_and_nobody_is_lost(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.CanvasExport.titles = {{"{ASSIGNMENT}": "Chat templates (77)"}}\n')
    exporter = "--exporter=autograder.gradebook.CanvasExport"
    missing = nbgrader(course, "export", exporter)
    assert missing.returncode == 1
    assert "there is no canvas-students.csv" in missing.stderr
    assert "Traceback" not in missing.stderr
    people = 'Student,ID,SIS User ID,SIS Login ID,Section,student\n"=Ada, A",501,,ada@uni,One,ada\n'
    (course / "canvas-students.csv").write_text("\ufeff" + people, encoding="utf-8")
    done = nbgrader(course, "export", exporter, "--to=canvas.csv")
    assert done.returncode == 0, done.stderr
    assert "Not in canvas-students.csv, so not for Canvas: ben." in done.stderr
    with (course / "canvas.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Chat templates (77)"],
            ["    Points Possible", "", "", "", "", "41"],
            ["'=Ada, A", "501", "", "ada@uni", "One", "41"],
        ]
    assert rows(course / "canvas-unknown.csv") == [{"student": "ben", ASSIGNMENT: "37"}]


def test_checks_are_exported_as_csv_and_json(course: Path) -> None:
    for name in ("Csv", "Json"):
        done = nbgrader(course, "export", f"--exporter=autograder.gradebook.{name}Export", "--student=['ben']")
        assert done.returncode == 0, done.stderr
    (ben,) = json.loads((course / "checks.json").read_text())
    verdict = json.loads((course / "verdicts" / ASSIGNMENT / "ben.json").read_text())
    assert [one["id"] for one in ben["exercises"]] == [one["id"] for one in verdict["exercises"]]
    assert [one["checks"] for one in ben["exercises"]] == [one["checks"] for one in verdict["exercises"]]
    lines = rows(course / "checks.csv")
    assert len(lines) == sum(len(one["checks"]) for one in verdict["exercises"])
    lost = [line["check_misconception"] for line in lines if line["check_outcome"] == "failed"]
    assert set(lost) == {check["misconception"] for one in verdict["exercises"] for check in one["checks"]} - {None}
    strange = nbgrader(course, "export", "--exporter=autograder.gradebook.CsvExport", "--student=['zoe']")
    assert strange.returncode == 1
    assert "no submission in the gradebook by: zoe" in strange.stderr
