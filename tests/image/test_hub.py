"""A class as autograder/hub/README.md sets it up: a hub whose servers are containers of the student's image, made by
DockerSpawner, an account for each student, an exchange, and somebody who collects, grades and releases feedback.
"""

import contextlib
import os
import pwd
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from conftest import ROOT, course_copy, run_course
from hub.hub import Person, free_port
from image.conftest import NAMES

from autograder.hub import accounts
from autograder.hub.layout import COURSE_ID

# What a hub of one's own has beside README's lines. Here containers are on the host's own loopback, where the hub is.
CONFIG = """
c.JupyterHub.bind_url = "{address}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.command = ["{command}"]
c.JupyterHub.authenticator_class = "jupyterhub.auth.DummyAuthenticator"
c.Authenticator.allow_all = True
c.Spawner.start_timeout = 120
{readme}
from dockerspawner import DockerSpawner


class OnLoopback(DockerSpawner):
    async def get_ip_and_port(self):
        return "127.0.0.1", self.port


c.JupyterHub.spawner_class = OnLoopback
c.DockerSpawner.image = "{image}"
c.DockerSpawner.remove = True
c.DockerSpawner.network_name = "host"
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.port = {port}
c.DockerSpawner.cmd = ["jupyterhub-singleuser", "--ip=127.0.0.1", "--port={port}"]
"""
ASSIGNMENT = "chat-templates"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
NAME = "courseimg-ada"


def readme(before: str, exchange: Path) -> str:
    """The indented lines that follow these words, for this exchange."""
    _, _, rest = (ROOT / "autograder" / "hub" / "README.md").read_text(encoding="utf-8").partition(before)
    found = re.match(r"[^\n]*\n\n((?:(?: {4}.*)?\n)+)", rest)
    assert found is not None
    return re.sub("^ {4}", "", found[1], flags=re.MULTILINE).replace("/srv/exchange", str(exchange))


@dataclass(frozen=True)
class Class:
    """One who is logged in to the hub, the folder of those who grade, and the exchange between them."""

    student: Person
    course: Path
    exchange: Path

    def nbgrader(self, *words: str) -> None:
        programs = Path(sys.executable).parent
        done = subprocess.run(
            [programs / "nbgrader", *words],
            cwd=self.course,
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def does(self, action: str) -> list[dict[str, str]]:
        """What the student's assignment list says after one of its buttons."""
        home = f"user/{self.student.name}"
        data = {"course_id": COURSE_ID, "assignment_id": ASSIGNMENT}
        done = self.student.call("POST", f"{home}/assignments/{action}", f"/{home}/", json=data).json()
        assert done["success"], done
        return done["value"]


@pytest.fixture
def account() -> Iterator[str]:
    """Of the operating system, with a home, under the student's name in the hub."""
    accounts.create([NAME])
    yield NAME
    accounts.remove([NAME])


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[str]:
    """Podman, which says what Docker would."""
    address = f"unix://{tmp_path}/podman.sock"
    with subprocess.Popen(["podman", "system", "service", "--time=0", address]) as service:
        for _ in range(100):
            if not (tmp_path / "podman.sock").exists():
                time.sleep(0.1)
        yield address
        service.terminate()


@pytest.fixture
def people(images: dict[str, str], engine: str, account: str, tmp_path: Path) -> Iterator[Class]:
    proxy = ROOT / ".hub/node_modules/.bin/configurable-http-proxy"
    if not proxy.exists():
        pytest.fail("needs the hub's proxy: make image-test brings it", pytrace=False)
    exchange, course = tmp_path / "exchange", tmp_path / "course"
    subprocess.run(readme("and not to user 1000 or a student:", exchange), shell=True, check=True)
    folders = [f"{name}/{ASSIGNMENT}" for name in ("source", "release")]
    course_copy(course, readme("and in its `nbgrader_config.py` also:", exchange), folders=folders)
    course.chmod(0o700)
    address = f"http://127.0.0.1:{free_port()}/"
    settings = CONFIG.format(
        address=address,
        hub=free_port(),
        proxy=free_port(),
        port=free_port(),
        command=proxy,
        image=images["student"],
        readme=readme("With DockerSpawner:", exchange),
    )
    (tmp_path / "jupyterhub_config.py").write_text(settings)
    environment = {**os.environ, "DOCKER_HOST": engine}
    hub = subprocess.Popen([sys.executable, "-m", "jupyterhub"], cwd=tmp_path, env=environment)
    try:
        student = Person(address, account, "any")
        assert logged_in(student)
        student.start_server()
        yield Class(student, course, exchange)
    finally:
        hub.terminate()
        hub.wait(timeout=60)
    assert containers() == []


def logged_in(person: Person) -> bool:
    for _ in range(120):
        with contextlib.suppress(requests.ConnectionError):
            if person.log_in().status_code == 302:  # before the hub is there, its proxy answers with 404
                return True
        time.sleep(0.5)
    return False


def test_class_goes_from_release_to_feedback(people: Class) -> None:
    home = f"user/{NAME}"
    people.nbgrader("release_assignment", ASSIGNMENT)
    listed = people.student.get(f"{home}/assignments?course_id={COURSE_ID}").json()
    assert [one["assignment_id"] for one in listed["value"]] == [ASSIGNMENT], listed
    assert people.student.get(f"{home}/formgrader").status_code == 404
    people.does("fetch")
    solved = (ROOT / "solutions" / ASSIGNMENT / NOTEBOOK).read_text(encoding="utf-8")
    saved = people.student.call(
        "PUT",
        f"{home}/api/contents/{ASSIGNMENT}/{NOTEBOOK}",
        f"/{home}/",
        json={"type": "file", "format": "text", "content": solved},
    )
    assert saved.status_code == 200, saved.text
    made = people.student.call("POST", f"{home}/api/kernels", f"/{home}/", json={"name": "python3"})
    assert made.status_code == 201, made.text
    assert len(containers()) == 1

    assert [one["student_id"] for one in people.does("submit") if one["status"] == "submitted"] == [NAME]
    (submission,) = (people.exchange / COURSE_ID / "inbound").iterdir()
    assert submission.name.startswith(f"{NAME}+{ASSIGNMENT}+")
    assert submission.stat().st_uid == pwd.getpwnam(NAME).pw_uid

    people.nbgrader("collect", "--update", ASSIGNMENT)
    graded = run_course(people.course, "grade", ASSIGNMENT)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    people.nbgrader("release_feedback", ASSIGNMENT)
    people.does("fetch_feedback")
    pages = people.student.get(f"{home}/api/contents/{ASSIGNMENT}/feedback").json()["content"]
    (page,) = people.student.get(f"{home}/api/contents/{pages[0]['path']}").json()["content"]
    assert "41</strong> of 41 points" in people.student.get(f"{home}/files/{page['path']}").text


def containers() -> list[str]:
    """Images of those that run."""
    command = ["podman", "ps", "--format", "{{.Image}}"]
    images = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return [image for image in images if NAMES["student"] in image]
