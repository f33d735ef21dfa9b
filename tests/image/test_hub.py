"""The student's image under a JupyterHub: its server starts for somebody who logs in, and runs their notebooks."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from conftest import ROOT
from hub.hub import Person, free_port
from image.conftest import NAMES

from autograder.hub.layout import COURSE_ID
from autograder.image.engine import LESS

CONFIG = """
c.JupyterHub.bind_url = "{address}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.command = ["{command}"]
c.JupyterHub.authenticator_class = "jupyterhub.auth.DummyAuthenticator"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.cmd = {cmd!r}
c.Spawner.environment = {environment!r}
c.Spawner.start_timeout = 120
"""
ASSIGNMENT = "chat-templates"
STUDENT = 1000  # everybody, in the image
HERE = {"--network=none": "--network=host"}  # the hub's own loopback, where it waits for the server


@pytest.fixture
def exchange(tmp_path: Path) -> Path:
    """As an instructor made it who is nobody in the image, with chat-templates released."""
    exchange = tmp_path / "exchange"
    course = exchange / COURSE_ID
    shutil.copytree(ROOT / "release" / ASSIGNMENT, course / "outbound" / ASSIGNMENT)
    exchange.chmod(0o1777)
    (course / "inbound").mkdir()
    (course / "inbound").chmod(0o733)
    return exchange


@pytest.fixture
def person(images: dict[str, str], exchange: Path, tmp_path: Path) -> Iterator[Person]:
    """Logged in to a hub whose servers are containers of the student's image."""
    proxy = ROOT / ".hub/node_modules/.bin/configurable-http-proxy"
    if not proxy.exists():
        pytest.fail("needs the hub's proxy: make image-test brings it", pytrace=False)
    less = [HERE.get(word, word) for word in LESS if word != "--read-only"]  # it has a home to write to
    less += ["--env=JUPYTERHUB_*", "--env=JPY_*", f"--volume={exchange}:/usr/local/share/nbgrader/exchange"]
    cmd = ["podman", "run", "--rm", *less, images["student"]]
    address = f"http://127.0.0.1:{free_port()}/"
    config = tmp_path / "jupyterhub_config.py"
    config.write_text(
        CONFIG.format(
            address=address,
            hub=free_port(),
            proxy=free_port(),
            command=proxy,
            folder=tmp_path,
            cmd=[*cmd, "jupyterhub-singleuser"],
            environment={name: os.environ[name] for name in ("CONTAINERS_CONF", "PATH")},
        )
    )
    hub = subprocess.Popen([sys.executable, "-m", "jupyterhub", "--config", config], cwd=tmp_path)
    try:
        someone = Person(address, "ada", "any")
        assert logged_in(someone)
        yield someone
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


def test_server_starts_for_a_student_who_sees_assignments_and_runs_kernels(person: Person) -> None:
    person.start_server()
    home = f"user/{person.name}"
    listed = person.get(f"{home}/assignments?course_id={COURSE_ID}").json()
    assert [one["assignment_id"] for one in listed["value"]] == [ASSIGNMENT], listed
    assert person.get(f"{home}/formgrader").status_code == 404
    made = person.call("POST", f"{home}/api/kernels", f"/{home}/", json={"name": "python3"})
    assert made.status_code == 201, made.text
    assert len(containers()) == 1


def test_what_somebody_hands_in_carries_their_name_in_the_hub(person: Person, exchange: Path) -> None:
    person.start_server()
    home = f"user/{person.name}"
    for action in ("fetch", "submit"):
        words = {"course_id": COURSE_ID, "assignment_id": ASSIGNMENT}
        done = person.call("POST", f"{home}/assignments/{action}", f"/{home}/", json=words)
        assert done.json()["success"], done.text
    (submission,) = (exchange / COURSE_ID / "inbound").iterdir()
    assert submission.name.startswith(f"{person.name}+{ASSIGNMENT}+")
    assert submission.stat().st_uid == STUDENT  # whoever they are: the name is a claim
    listed = [one["student_id"] for one in done.json()["value"] if one["status"] == "submitted"]
    assert listed == [person.name]


def containers() -> list[str]:
    """Images of those that run."""
    command = ["podman", "ps", "--format", "{{.Image}}"]
    images = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return [image for image in images if NAMES["student"] in image]
