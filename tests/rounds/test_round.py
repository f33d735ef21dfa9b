"""A class from release to feedback with nbgrader's own commands, on one account: what they do, and what they say."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, course_copy, run_course

ASSIGNMENT = "chat-templates"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
SOLUTION = ROOT / "solutions" / ASSIGNMENT / NOTEBOOK
COURSE_ID = "fine-tuning-llms"


def runner(root: Path) -> Callable[..., str]:
    """Runs a command of nbgrader's in the course's folder or in a student's, and returns what it said."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COURSE_ID": COURSE_ID,
        "COURSE_EXCHANGE": str(root / "exchange"),
        "JUPYTERHUB_USER": "ada",
        "JUPYTER_DATA_DIR": str(root / "jupyter"),  # where nbgrader keeps what was handed in
    }
    options = {
        "course": [f"--Exchange.root={root / 'exchange'}"],
        "student": ["--Authenticator.plugin_class=nbgrader.auth.NoAuthPlugin"],  # there is no hub to ask
    }

    def run(folder: str, *words: str) -> str:
        command = [sys.executable, "-m", "nbgrader", *words, *options[folder]]
        done = subprocess.run(
            command, cwd=root / folder, env=environment, check=False, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The folder, and by command what it said. Ada hands in through the exchange, so does Ben, a broken notebook; Zoe's
    lies in the course's folder without time or secret, and Cleo's with a secret that is no text."""
    root = tmp_path_factory.mktemp("round")
    (root / "student").mkdir()
    (root / "exchange").mkdir()
    (root / "exchange").chmod(0o777)
    course_copy(root / "course", folders=["source"])
    shutil.copy(ROOT / "autograder" / "hub" / "student" / "nbgrader_config.py", root / "student")
    run = runner(root)
    said = {
        words[0]: run("course", *words)
        for words in (["generate_assignment", ASSIGNMENT, "--create"], ["release_assignment", ASSIGNMENT], ["list"])
    }
    said |= {words[0]: run("student", *words) for words in (["list"], ["fetch_assignment", ASSIGNMENT])}
    mine = root / "student" / COURSE_ID / ASSIGNMENT / NOTEBOOK
    shutil.copyfile(SOLUTION, mine)
    said["validate"] = run("student", "validate", str(mine))
    said["submit"] = run("student", "submit", ASSIGNMENT)
    mine.write_text('{"cells": [')
    run("student", "submit", ASSIGNMENT, "--CourseDirectory.student_id=ben")
    for name in ("cleo", "zoe"):
        by_hand = root / "course" / "submitted" / name / ASSIGNMENT
        by_hand.mkdir(parents=True)
        shutil.copyfile(SOLUTION, by_hand / NOTEBOOK)
    (root / "course" / "submitted" / "cleo" / ASSIGNMENT / "submission_secret.txt").write_bytes(b"\xff\xfe\x80")
    one_account = "--ExchangeCollect.check_owner=False"  # here Ada and Ben are the same user, and it would say so
    said["collect"] = run("course", "collect", ASSIGNMENT, one_account)
    for name in ("ada", "zoe"):
        said[f"autograde {name}"] = run("course", "autograde", ASSIGNMENT, "--student", name)
    said["generate_feedback"] = run("course", "generate_feedback", ASSIGNMENT)
    assert run_course(root / "course", "grade", ASSIGNMENT).returncode == 3  # Ben's, for a person
    said["release_feedback"] = run("course", "release_feedback", ASSIGNMENT)
    said["export"] = run("course", "export")
    said["fetch_feedback"] = run("student", "fetch_feedback", ASSIGNMENT)
    return root, said


def test_nobody_is_warned_of_what_nobody_can_change(walked: tuple[Path, dict[str, str]]) -> None:
    warned = {
        name: [line for line in text.splitlines() if re.search(r"warning|error|traceback", line, re.IGNORECASE)]
        for name, text in walked[1].items()
    }
    (released,) = warned.pop("release_feedback")
    assert released.endswith("so no feedback there: cleo, zoe. Send them what lies in feedback/")
    assert {name: lines for name, lines in warned.items() if lines} == {}


def test_what_can_be_changed_is_still_said(walked: tuple[Path, dict[str, str]]) -> None:
    assert "Success! Your notebook passes all the tests." in walked[1]["validate"]
    assert f"Submitted as: {COURSE_ID} {ASSIGNMENT}" in walked[1]["submit"]


def test_feedback_reaches_everybody_who_handed_in_through_the_exchange(walked: tuple[Path, dict[str, str]]) -> None:
    root, _ = walked
    assert len(list((root / "exchange" / COURSE_ID / "feedback").glob("*.html"))) == 2  # Ada's, and what Ben is told
    pages = list((root / "student" / COURSE_ID / ASSIGNMENT / "feedback").rglob("*.html"))
    assert any("41</strong> of 41 points" in page.read_text(encoding="utf-8") for page in pages)


def test_nbgraders_own_export_has_the_checks_and_leaves_the_grades_alone(walked: tuple[Path, dict[str, str]]) -> None:
    course = walked[0] / "course"
    assert (course / "checks.csv").read_text(encoding="utf-8").startswith("student,assignment,exercise,mark,max_mark")
    assert (course / "grades.csv").read_text(encoding="utf-8").startswith("student,assignment,points,max_points,status")
