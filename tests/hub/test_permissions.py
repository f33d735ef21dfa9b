"""What students may not do, tried as real users: from a terminal of theirs, and with their cookies."""

import pwd
import re
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from conftest import ROOT
from hub.conftest import HARDWARE, PREFIX
from hub.hub import Hub, Person, Terminal, terminal

from autograder.models import smollm2

COURSE = "fine-tuning-llms"
FOLDER = Path("/var/lib") / f"{PREFIX}hub"
CLASS = FOLDER / "course"
SERVICE = f"services/{COURSE}/formgrader"

PROBES = {
    "the gradebook": f"open('{CLASS}/gradebook.db').read(1)",
    "the course's folder": f"os.listdir('{CLASS}')",
    "a reference solution": f"open('{CLASS}/source/chat-templates/chat-templates.ipynb').read(1)",
    "a submission that was collected": f"os.listdir('{CLASS}/submitted')",
    "what the hub remembers": f"os.listdir('{FOLDER}/hub')",
    "passwords": f"open('{FOLDER}/hub/passwords.json').read()",
    "the secret of cookies": f"open('{FOLDER}/hub/cookie_secret').read()",
    "the hidden checks": f"os.listdir('{ROOT}/autograder/checks')",
    "the hidden checks, as the graders' copy": f"os.listdir('{FOLDER}/package')",
    "the package": "__import__('autograder.course')",
    "another student's home": f"os.listdir('/home/{PREFIX}ben')",
    "the course's home": f"os.listdir('/home/{PREFIX}staff')",
    "who has submitted": f"os.listdir('{FOLDER}/exchange/{COURSE}/inbound')",
    "whose feedback there is": f"os.listdir('{FOLDER}/exchange/{COURSE}/feedback')",
    "changing what was released": f"open('{FOLDER}/exchange/{COURSE}/outbound/new', 'w')",
    "moving the course's exchange": f"os.rename('{FOLDER}/exchange/{COURSE}', '{FOLDER}/exchange/x')",
    "changing how servers are set up": f"open('{FOLDER}/config/student/nbgrader_config.py', 'a')",
    "another's secrets": "[open(f'/proc/{pid}/environ').read() for pid in os.listdir('/proc') "
    "if pid.isdigit() and os.stat(f'/proc/{pid}').st_uid != os.getuid()]",
}
PAGES = {
    "the formgrader": f"{SERVICE}/",
    "its submissions": f"{SERVICE}/api/submissions/chat-templates",
    "its students": f"{SERVICE}/api/students",
    "its files": f"services/{COURSE}/api/contents",
    "its terminals": f"services/{COURSE}/api/terminals",
    "another's files": "user/ben/api/contents",
    "another's terminals": "user/ben/api/terminals",
    "a formgrader of one's own": "user/ada/formgrader",
    "files above one's own": "user/ada/api/contents/..%2F..%2Fetc",
    "all users": "hub/api/users",
    "another user": "hub/api/users/ben",
    "the hub's groups": "hub/api/groups",
    "the hub's admin page": "hub/admin",
}
MADE = {FOLDER / "exchange" / COURSE / "outbound" / "new", FOLDER / "exchange" / "x"}  # by probes, if they could
tried: list[str] = []


@pytest.fixture(scope="module")
def ada(hub: Hub) -> Person:
    for name in ("grader", "ben", "ada"):
        person = hub.person(name)
        person.start_server()
    staff = terminal(f"{PREFIX}staff")
    staff.run("nbgrader", "generate_assignment", "sft-or-prompting", "--create", "--force", folder=str(CLASS))
    staff.run("nbgrader", "release_assignment", "sft-or-prompting", folder=str(CLASS))
    staff.run("mkdir", "-p", f"{CLASS}/submitted", f"{FOLDER}/exchange/{COURSE}/feedback")
    staff.run("chmod", "711", f"{FOLDER}/exchange/{COURSE}/feedback")  # as nbgrader releases it
    return person


@pytest.fixture(scope="module")
def shell(ada: Person) -> Terminal:
    return terminal(f"{PREFIX}{ada.name}")


@pytest.fixture(scope="module", autouse=True)
def count() -> Callable[[], None]:
    yield
    print(f"\n{len(tried)} probes were tried and refused")


@pytest.mark.parametrize("what", PROBES)
def test_a_terminal_does_not_reach(what: str, shell: Terminal) -> None:
    said = shell.python(f"__import__('os') and (lambda os: {PROBES[what]})(__import__('os'))")
    assert said in {"PermissionError", "FileNotFoundError", "ModuleNotFoundError"}
    tried.append(what)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("what", [what for what in PROBES if what not in {"the package", "another's secrets"}])
def test_what_a_terminal_is_kept_from_is_there(what: str) -> None:
    """As root sees it: else a terminal would be refused nothing. Two name no place."""
    places = set(map(Path, re.findall(r"'(/[^']+)'", PROBES[what])))
    assert places
    assert [place for place in places - MADE if not place.exists()] == []


@pytest.mark.parametrize("what", [what for what, page in PAGES.items() if page.startswith(SERVICE)])
def test_what_a_browser_is_kept_from_is_there_for_those_who_grade(what: str, hub: Hub) -> None:
    assert hub.person("grader").get(PAGES[what]).status_code == 200


@pytest.mark.parametrize("what", PAGES)
def test_a_browser_does_not_reach(what: str, ada: Person) -> None:
    assert ada.get(PAGES[what]).status_code in {403, 404}
    tried.append(what)


def test_a_student_does_not_change_the_class_list_and_the_instructor_does(hub: Hub, ada: Person) -> None:
    path = f"hub/api/groups/nbgrader-{COURSE}/users"
    assert ada.call("POST", path, "/hub/", json={"users": ["grader"]}).status_code == 403
    instructor = hub.person("instructor")
    assert instructor.call("POST", path, "/hub/", json={"users": ["grader"]}).status_code == 200
    assert instructor.call("DELETE", path, "/hub/", json={"users": ["grader"]}).status_code == 200


def test_those_who_grade_reach_the_formgrader(hub: Hub) -> None:
    for name in ("instructor", "grader"):
        assert hub.person(name).get(f"{SERVICE}/api/assignments").status_code == 200


def test_those_who_grade_are_told_of_the_hardware_and_find_the_real_model(shell: Terminal) -> None:
    staff = terminal(f"{PREFIX}staff")
    living = [one for one in psutil.process_iter(["uids", "status"]) if one.info["status"] != psutil.STATUS_ZOMBIE]
    servers = {one.pid: one for one in living if one.info["uids"].real == _uid(staff.account)}
    told = [{name: one.environ().get(name) for name in HARDWARE} for one in servers.values()]
    assert len(told) >= 2  # a grader's, and the formgrader
    assert all(one == HARDWARE for one in told)
    assert shell.python(f"{{*{set(HARDWARE)}}} & {{*__import__('os').environ}}") == "set()"
    assert staff.python(f"__import__('os').path.isdir('{smollm2.MADE}')") == str(smollm2.MADE.is_dir())


def _uid(account: str) -> int:
    return pwd.getpwnam(account).pw_uid


def test_cookies_are_not_for_scripts_or_other_sites(hub: Hub) -> None:
    person = Person(hub.address, "ben", hub.passwords["ben"])
    login = next(one for one in re.split(r", (?=[\w-]+=)", person.log_in().headers["set-cookie"]) if "hub-login" in one)
    assert "HttpOnly" in login
    assert "SameSite=Lax" in login
    assert Person(hub.address, "ben", "wrong").log_in().status_code == 403


def test_an_account_cannot_be_logged_in_to_but_through_the_hub(ada: Person) -> None:
    line = next(
        line for line in Path("/etc/shadow").read_text().splitlines() if line.startswith(f"{PREFIX}{ada.name}:")
    )
    assert line.split(":")[1].startswith("!")
