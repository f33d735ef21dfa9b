"""A class from release to feedback, with nbgrader's own commands, by people with accounts of their own."""

import fcntl
import json
import pwd
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from conftest import ROOT
from hub.conftest import PREFIX
from hub.hub import Hub, Person, Terminal, terminal

from autograder.gradebook.access import LOCK

ASSIGNMENT = "chat-templates"
COURSE = "fine-tuning-llms"
FOLDER = Path("/var/lib") / f"{PREFIX}hub"
CLASS = FOLDER / "course"
API = f"services/{COURSE}/formgrader/api"


def nbgrader(who: Terminal, *words: str, folder: str | None = None) -> subprocess.CompletedProcess[str]:
    done = who.run("nbgrader", *words, folder=folder)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def people(hub: Hub) -> dict[str, Terminal]:
    """Everybody's terminal; those of the staff are one."""
    for name in ("grader", "ada", "ben"):
        hub.person(name).start_server()
    students = {name: terminal(f"{PREFIX}{name}") for name in ("ada", "ben")}
    return {"grader": terminal(f"{PREFIX}staff"), **students}


@pytest.fixture(scope="module")
def collected(people: dict[str, Terminal]) -> dict[str, Terminal]:
    """Ada hands in the right answers. Ben hands in nothing of worth, forged in all ways, as Ada and as himself."""
    staff = people["grader"]
    nbgrader(staff, "generate_assignment", ASSIGNMENT, "--create", "--force", folder=str(CLASS))
    nbgrader(staff, "release_assignment", ASSIGNMENT, folder=str(CLASS))
    for name in ("ada", "ben"):
        nbgrader(people[name], "fetch_assignment", ASSIGNMENT)
    account = pwd.getpwnam(f"{PREFIX}ada")
    answers = Path(account.pw_dir, COURSE, ASSIGNMENT, f"{ASSIGNMENT}.ipynb")
    shutil.copyfile(ROOT / "solutions" / ASSIGNMENT / answers.name, answers)
    nbgrader(people["ada"], "submit", ASSIGNMENT)
    as_ada = ("nbgrader", "submit", ASSIGNMENT, "--student=ada")  # later than Ada's own
    assert people["ben"].run(*as_ada).returncode != 0  # the hub does not tell him about her
    assert people["ben"].run(*as_ada, "--Authenticator.plugin_class=nbgrader.auth.NoAuthPlugin").returncode == 0
    forged = FOLDER / "exchange" / COURSE / "inbound" / f"ben+{ASSIGNMENT}+2020-01-01 00:00:00 UTC+forged"
    made = people["ben"].run(
        "sh",
        "-c",
        f"cp -r {COURSE}/{ASSIGNMENT} '{forged}' && cd '{forged}' && echo 2020-01-01 00:00:00 UTC > timestamp.txt"
        f" && ln -s {CLASS}/gradebook.db stolen && mkfifo pipe"
        " && touch -d 2020-01-01 . *.ipynb *.txt && chmod -R go+rX .",
    )
    assert made.returncode == 0, made.stderr
    said = nbgrader(staff, "collect", ASSIGNMENT, folder=str(CLASS))
    assert "claims to be by 'ada' is not theirs: filed under ben" in said.stderr
    return people


@pytest.mark.usefixtures("collected")
def test_submissions_are_filed_under_who_handed_them_in() -> None:
    assert sorted(path.name for path in (CLASS / "submitted").iterdir()) == ["ada", "ben"]
    ada = CLASS / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert ada.read_text() == (ROOT / "solutions" / ASSIGNMENT / ada.name).read_text()


@pytest.mark.usefixtures("collected")
def test_a_forged_time_is_replaced_and_a_link_is_not_followed() -> None:
    ben = CLASS / "submitted" / "ben" / ASSIGNMENT
    assert not (ben / "timestamp.txt").read_text().startswith("2020")
    assert not (ben / "stolen").exists()
    assert not (ben / "pipe").exists()


def test_marks_and_feedback_reach_the_student(collected: dict[str, Terminal]) -> None:
    staff = collected["grader"]
    for words in (["autograde", ASSIGNMENT], ["generate_feedback", ASSIGNMENT], ["release_feedback", ASSIGNMENT]):
        nbgrader(staff, *words, folder=str(CLASS))
    verdicts = {
        name: json.loads((CLASS / "verdicts" / ASSIGNMENT / f"{name}.json").read_text()) for name in ("ada", "ben")
    }
    assert verdicts["ada"]["points"] == verdicts["ada"]["max_points"]
    assert verdicts["ben"]["points"] == 0
    nbgrader(collected["ada"], "fetch_feedback", ASSIGNMENT)
    pages = list(Path(pwd.getpwnam(f"{PREFIX}ada").pw_dir, COURSE, ASSIGNMENT, "feedback").rglob("*.html"))
    assert [page.name for page in pages] == [f"{ASSIGNMENT}.html"]


BUTTONS = {
    "generate": f"assignment/{ASSIGNMENT}/assign",
    "unrelease": f"assignment/{ASSIGNMENT}/unrelease",  # what is released cannot be released again
    "release": f"assignment/{ASSIGNMENT}/release",
    "collect": f"assignment/{ASSIGNMENT}/collect",
    "autograde": f"submission/{ASSIGNMENT}/ada/autograde",
    "feedback of one": f"assignment/{ASSIGNMENT}/ada/generate_feedback",
    "feedback of all": f"assignment/{ASSIGNMENT}/generate_feedback",
    "release feedback of one": f"assignment/{ASSIGNMENT}/ada/release_feedback",
    "release feedback of all": f"assignment/{ASSIGNMENT}/release_feedback",
}


@pytest.fixture(scope="module")
def graders(hub: Hub, collected: dict[str, Terminal]) -> tuple[Person, Person]:  # noqa: ARG001
    """Both at the formgrader, whose cookies they have taken along."""
    both = hub.person("grader"), hub.person("instructor")
    for person in both:
        assert person.get(f"services/{COURSE}/formgrader/").status_code == 200
    return both


def press(person: Person, button: str) -> requests.Response:
    return person.call("POST", f"{API}/{BUTTONS[button]}", f"/services/{COURSE}/")


@pytest.mark.parametrize("button", BUTTONS)
def test_the_server_answers_others_while_a_button_works(graders: tuple[Person, Person], button: str) -> None:
    grader, instructor = graders
    pressed = time.monotonic()
    with ThreadPoolExecutor(1) as one:
        working = one.submit(press, grader, button)
        waited = []
        while not working.done():
            began = time.monotonic()
            assert instructor.get(f"{API}/assignments").status_code == 200
            waited.append(time.monotonic() - began)
            time.sleep(0.05)  # a button may be through within a second
        answer = working.result()
    took = time.monotonic() - pressed
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"], answer.json()
    print(f"\n{button}: {took:.1f} s, {len(waited)} answers meanwhile, the slowest after {max(waited):.2f} s")
    assert len(waited) > 5
    assert max(waited) < took / 3  # a server that is held up answers at the end


def test_a_button_says_that_the_class_is_being_graded(graders: tuple[Person, Person]) -> None:
    with (CLASS / LOCK).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = press(graders[0], "autograde").json()
    assert not answer["success"]
    assert answer["error"] == "this course is being graded already; wait until that is done"
