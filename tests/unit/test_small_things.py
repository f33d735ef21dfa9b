"""Verdict files, ids, profiles, spreadsheets, sandbox command lines."""

import io
import json
import math
import os
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import InvalidEntry
from sqlalchemy.exc import OperationalError

from autograder import cli
from autograder.course import find_root, is_plain_id, own_files
from autograder.errors import CourseError, GradebookUnavailable
from autograder.gradebook.access import alone
from autograder.gradebook.csv_files import no_formula
from autograder.gradebook.verdict_html import notes_html
from autograder.grading.assignment import _stops
from autograder.grading.converting import _reason
from autograder.hub.run import _require_port
from autograder.hub.spawner import AccountSpawner
from autograder.judge.training import Trained
from autograder.machine import cores
from autograder.machine.signals import Ended, clean_up_when_ended
from autograder.sandbox import bubblewrap
from autograder.sandbox.provisioner import SandboxProvisioner, copy_files
from autograder.verdict import CheckResult, ExerciseResult, Outcome, Verdict


def make_verdict(*outcomes: Outcome) -> Verdict:
    checks = tuple(
        CheckResult(f"f::{n}", "title", 2 * (outcome == "passed"), 2, outcome, "wrong" if outcome == "failed" else None)
        for n, outcome in enumerate(outcomes)
    )
    return Verdict("ada", "lesson", "cpu", "d", (ExerciseResult("f", checks),))


def test_verdict_adds_up_and_survives_its_file(tmp_path: Path) -> None:
    verdict = make_verdict("passed", "failed", "passed")
    assert (verdict.points, verdict.max_points, verdict.misconceptions) == (4, 6, ("wrong",))
    verdict.write(tmp_path / "new" / "ada.json")
    assert Verdict.read(tmp_path / "new" / "ada.json") == verdict
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["ada.json"]


@pytest.mark.parametrize("kind", [OperationalError, InvalidEntry])
def test_a_connection_that_is_lost_is_told_in_a_line(kind: type[Exception], tmp_path: Path) -> None:
    """nbgrader raises its own error where it was adding something."""
    lost = OperationalError("COMMIT", {}, Exception("server closed the connection"))
    said = r"grading stopped: .*server closed the connection"
    with pytest.raises(GradebookUnavailable, match=said), _stops(tmp_path):
        raise lost if kind is OperationalError else InvalidEntry(*lost.args)


def test_verdict_keeps_what_is_said_and_of_what_by_notebook() -> None:
    said = {"lesson": ("One.", "Two."), "": ("One.",)}
    verdict = replace(make_verdict("passed"), said=said, submissions={"lesson": "d"})
    data = verdict.to_json()
    assert data["notes"] == ("One.", "Two.")
    assert Verdict.from_json(json.loads(json.dumps(data))) == verdict


def test_course_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    course: Any = SimpleNamespace(root=tmp_path / "nowhere")
    with pytest.raises(
        CourseError, match=r"nowhere/.grading.lock cannot be written: No such file.* Nothing was graded"
    ):
        alone(course).__enter__()


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"exercises": 3}', "\0"])
def test_broken_verdict_file_is_none(tmp_path: Path, broken: str) -> None:
    (tmp_path / "ada.json").write_text(broken)
    assert Verdict.read(tmp_path / "ada.json") is None


@pytest.mark.parametrize(
    ("was", "is_now"), [('"said": {}', '"said": []'), ('"points": 2,', '"points": "two",'), ('"passed"', '"perfect"')]
)
def test_verdict_of_another_shape_is_none(tmp_path: Path, was: str, is_now: str) -> None:
    check = CheckResult("one::test", "It is one", 2, 2, "passed")
    Verdict("ada", "lesson", "cpu", "0", (ExerciseResult("one", (check,)),)).write(tmp_path / "ada.json")
    text = (tmp_path / "ada.json").read_text()
    assert was in text
    assert Verdict.read(tmp_path / "ada.json") is not None
    (tmp_path / "ada.json").write_text(text.replace(was, is_now, 1))
    assert Verdict.read(tmp_path / "ada.json") is None


@pytest.mark.parametrize(
    ("outcome", "reusable"),
    [
        ("passed", True),
        ("failed", True),
        ("raised", True),
        ("missing", True),
        ("timed out", False),
        ("grader error", False),
    ],
)
def test_verdict_in_which_time_or_we_had_a_part_is_not_reused(outcome: Outcome, reusable: bool) -> None:
    assert make_verdict("passed", outcome).reusable is reusable


@pytest.mark.parametrize("name", ["ada", "ada.lovelace@uni", "Ada L-1", "a" * 100, "Zoe\u0308", "हिन्दी"])
def test_student_id(name: str) -> None:
    assert is_plain_id(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".hidden", "a/b", "a\nb", "=1+1", "<script>", "a" * 101, " lead", "trail "]
)
def test_no_student_id(name: str) -> None:
    assert not is_plain_id(name)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1+1", "-x", "-1\n", "-", "@x", "\tx", "\rx", "\nx"])
def test_spreadsheet_sees_no_formula(value: str) -> None:
    assert no_formula(value) == f"'{value}"


@pytest.mark.parametrize("value", ["ada", "1-1", -1, -0.5, "-1", "-0.5", "-1e-05", ""])
def test_what_is_no_formula_stays_as_it_is(value: object) -> None:
    assert no_formula(value) == value


def test_port_that_somebody_else_has_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CourseError, match=f"port {port} cannot be had"):
            _require_port(port)
    _require_port(port)
    with pytest.raises(CourseError, match="port 99999 cannot be had"):
        _require_port(99999)


def test_letters_that_a_terminal_lacks_are_shown_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    latin = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", latin)
    monkeypatch.setattr(cli, "app", lambda: cli.console.print("Zoë: 3 → 4"))
    cli.main()
    latin.flush()
    assert latin.buffer.getvalue().decode("latin-1") == "Zoë: 3 \\u2192 4\n"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, 8),
        ({"cpu.max": "max 100000"}, 8),
        ({"cpu.max": "150000 100000"}, 2),
        ({"cpu.max": "10000 100000"}, 1),
        ({"cpu.max": "9900000 100000"}, 8),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8),
        ({"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"}, 3),
    ],
)
def test_cores_are_those_that_may_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, str], found: int
) -> None:
    monkeypatch.setattr(cores, "CGROUP", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8))
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{text}\n")
    assert cores.cores() == found


@pytest.fixture
def handlers() -> Iterator[None]:
    """Of signals, put back afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_is_ended_from_outside_cleans_up(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_DFL)
    clean_up_when_ended()
    with pytest.raises(Ended) as ended:
        signal.raise_signal(number)
    assert ended.value.status == 128 + number


@pytest.mark.usefixtures("handlers")
def test_nohup_keeps_its_word() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    clean_up_when_ended()
    signal.raise_signal(signal.SIGHUP)


def test_root_is_found_from_below_and_missed_outside(tmp_path: Path) -> None:
    (tmp_path / "course" / "source").mkdir(parents=True)
    (tmp_path / "course" / "nbgrader_config.py").touch()
    assert find_root(tmp_path / "course" / "source") == tmp_path / "course"
    with pytest.raises(CourseError, match="not in a course"):
        find_root(tmp_path)


def test_text_with_the_solutions_is_no_file_for_students(tmp_path: Path) -> None:
    for name in ("lesson.ipynb", "lesson.pct.py", "data.csv"):
        (tmp_path / name).touch()
    assert set(own_files(tmp_path)) == {"data.csv"}


def test_what_became_a_link_is_not_read_for_a_kernel(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    copy_files({"data.csv": tmp_path / "link"}, tmp_path / "files")
    SandboxProvisioner._let_sandbox_read(tmp_path / "files")
    assert (tmp_path / "files" / "data.csv").is_symlink()
    assert (tmp_path / "secret").stat().st_uid == os.geteuid()


def test_hidden_folder_is_masked_also_below_one_that_is_shown() -> None:
    shown = bubblewrap.Mount(Path("/opt/x"), Path("/opt/x"))
    argv = bubblewrap.command(["true"], [shown], [Path("/opt/x/secret"), Path("/usr/share/course")], 64)
    for place in ("/opt/x/secret", "/usr/share/course"):
        assert argv[argv.index(place) - 1] == "--tmpfs"


def test_environment_of_the_caller_stays_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    argv = bubblewrap.command(["true"], [], [], 64)
    assert "--clearenv" in argv
    assert not any("hush" in word for word in argv)


@pytest.mark.parametrize(
    ("losses", "diverged"), [((2.0, 1.0), False), ((1.0, 2.0), True), ((2.0, math.nan), True), ((math.nan, 1.0), True)]
)
def test_training_whose_loss_rises_or_is_no_number_has_diverged(losses: tuple[float, ...], diverged: bool) -> None:
    assert Trained(None, losses).diverged is diverged


def test_nobody_gets_the_account_of_those_who_grade() -> None:
    spawner = AccountSpawner(prefix="course-", shared={"grace": "course-staff"})
    assert [spawner.account(name) for name in ("ada", "grace")] == ["course-ada", "course-staff"]
    with pytest.raises(ValueError, match="nobody can be called 'staff' here"):
        spawner.account("staff")


def test_reason_of_a_failure_is_what_was_said_before_the_advice() -> None:
    said = (
        "Traceback:\nsqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked"
        "\n[SQL: UPDATE grade]\n(Background on this error at: https://sqlalche.me/e/20/e3q8)\n"
        "There was an error accessing the nbgrader database. This may occur if you recently upgraded nbgrader."
    )
    assert _reason(said) == "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked"


def test_why_we_failed_altogether_is_said_to_graders_alone() -> None:
    ours = ExerciseResult("f", (CheckResult("f::1", "t", 0, 7, "grader error"),))
    missing = ExerciseResult("g", (CheckResult("g::1", "t", 0, 7, "missing"),))
    why = "The grader failed: /srv/course is full"
    failed = Verdict("ada", "lesson", "cpu", "", (ours,), left_for_person=why)
    assert notes_html(failed) == ""
    assert why in notes_html(replace(failed, exercises=(ours, missing)))
