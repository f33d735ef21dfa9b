"""The gradebook and the hub on a real PostgreSQL server: two graders at once, a connection that is lost."""

import os
import pwd
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from conftest import COURSE, ROOT, course_copy
from hub.conftest import proxy_is_there, started
from hub.hub import terminal
from hub.postgres import PASSWORD, Server, server

from autograder.hub.database import database_url

ASSIGNMENT = "chat-templates"
STUDENTS = [f"student{number}" for number in range(4)]
FULL, PREFIX = 41, "coursepg-"
COUNTS = {
    "student": len(STUDENTS),
    "submitted_assignment": len(STUDENTS),
    "submitted_notebook": len(STUDENTS),
    "assignment": 1,
}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def course(postgres: Server, tmp_path: Path) -> Path:
    """A class of right answers, and an empty gradebook on the server."""
    url = database_url(postgres.address, "course_gradebook")
    course_copy(tmp_path, f"c.CourseDirectory.db_url = {url!r}\n")
    for student in STUDENTS:
        folder = tmp_path / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", folder)
    with postgres.connect("course_gradebook") as connection:
        connection.execute("drop schema public cascade; create schema public")
    return tmp_path


def begin(course: Path, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "120"}
    pipe = subprocess.PIPE
    return subprocess.Popen([*words], cwd=course, env=environment, stdout=pipe, stderr=pipe, text=True)


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out + err


def assert_all_there_once(postgres: Server) -> None:
    for table, count in COUNTS.items():
        assert postgres.rows(f"select count(*) from {table}") == [(count,)], table
    marks = postgres.rows("select notebook_id, sum(auto_score) from grade group by notebook_id")
    assert [mark for _, mark in marks] == [FULL] * len(STUDENTS)


def test_two_graders_at_once(postgres: Server, course: Path) -> None:
    both = [begin(course, str(COURSE), "grade", ASSIGNMENT) for _ in range(2)]
    ends = [end(one) for one in both]
    assert sorted(status for status, _ in ends) in ([0, 0], [0, 1])  # one after the other, or at once
    for status, said in ends:
        assert "Traceback" not in said
        assert status == 0 or "this course is being graded already" in said
    assert_all_there_once(postgres)


def test_two_graders_with_a_submission_each(postgres: Server, course: Path) -> None:
    """By nbgrader's own command, as the formgrader's button does it."""
    programs = Path(COURSE).parent
    assert end(begin(course, str(COURSE), "grade", ASSIGNMENT, "--student", STUDENTS[0]))[0] == 0
    autograde = (str(programs / "nbgrader"), "autograde", ASSIGNMENT, "--create")
    halves = (f"--student={STUDENTS[1]}", f"--student={STUDENTS[2]}")
    for status, said in [end(one) for one in [begin(course, *autograde, half) for half in halves]]:
        assert status == 0, said
    assert end(begin(course, str(COURSE), "grade", ASSIGNMENT))[0] == 0
    assert_all_there_once(postgres)


@pytest.mark.parametrize("way", ["cut", "restart"])
def test_lost_connection_loses_nothing(postgres: Server, course: Path, way: str) -> None:
    grader = begin(course, str(COURSE), "grade", ASSIGNMENT)
    lost, done = 0, threading.Event()

    def lose() -> None:
        nonlocal lost
        while not done.wait(0.5):
            if way == "cut":
                lost += postgres.cut("course_gradebook")
            elif postgres.rows("select 1 from pg_tables where tablename = 'grade'"):
                postgres.stop()
                postgres.start()
                lost += 1
                return

    loser = threading.Thread(target=lose)
    loser.start()
    status, said = end(grader)
    done.set()
    loser.join()
    assert lost
    assert "Traceback" not in said
    assert PASSWORD not in said
    assert status in (0, 1, 3)
    assert status == 0 or any(words in said for words in ("grading stopped", "The grader failed", "cannot be written"))
    again, said = end(begin(course, str(COURSE), "grade", ASSIGNMENT))
    assert again == 0, said
    assert_all_there_once(postgres)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make accounts of the operating system")
def test_hub_and_gradebook_are_there_each_for_its_account(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy_is_there()
    monkeypatch.setenv("COURSE_HUB_DATABASE", postgres.address_for_accounts)
    for database, account in (("course_hub", "root"), ("course_gradebook", f"{PREFIX}staff")):
        with postgres.connect(database) as connection:
            connection.execute(f"""
                drop schema public cascade; create schema public; create role "{account}" login;
                revoke connect on database {database} from public; grant all on schema public to "{account}";
                grant connect on database {database} to "{account}"
            """)
    folder = Path("/var/lib") / f"{PREFIX}hub"
    postgres.folder.chmod(0o755)  # the socket, for the accounts
    with started(PREFIX) as hub:
        for name in ("grader", "ada"):
            hub.person(name).start_server()
        assert not (folder / "hub" / "jupyterhub.sqlite").exists()
        assert {name for (name,) in postgres.rows("select name from users", "course_hub")} >= {"grader", "ada"}
        staff, ada = terminal(f"{PREFIX}staff"), terminal(f"{PREFIX}ada")
        owner = pwd.getpwnam(f"{PREFIX}staff")
        work = folder / "course" / "submitted" / "ada" / ASSIGNMENT
        work.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", work)
        for path in (work.parents[1], *work.parents[1].rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        graded = staff.run("course", "grade", ASSIGNMENT, folder=str(folder / "course"))
        assert graded.returncode == 0, graded.stderr
        assert not (folder / "course" / "gradebook.db").exists()
        assert postgres.rows("select sum(auto_score) from grade") == [(FULL,)]
        into = f"__import__('psycopg').connect(host='{postgres.folder}', dbname='%s')"
        assert "Connection" in staff.python(into % "course_gradebook")
        assert staff.python(into % "course_hub") == "OperationalError"
        assert "course_gradebook" in " ".join(psutil.Process(staff.server).environ().values())
        seen = ada.run("sh", "-c", "env; ps axww; cat /proc/*/environ").stdout
        assert "COURSE_EXCHANGE=" in seen
        assert "course_gradebook" not in seen
        assert ada.python(into % "course_gradebook") == "OperationalError"
