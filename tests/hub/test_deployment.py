"""The settings by which a deployment differs from ``make hub``: TLS, another authenticator, another address."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from hub.conftest import proxy_is_there, started
from hub.hub import Hub

from autograder.course import PACKAGE
from autograder.hub.layout import Layout
from autograder.hub.namespace import CHECKOUT

PREFIX = "coursetls-"
SUBJECT = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, Path]]:
    """A hub with TLS and JupyterHub's own authenticator for trials, and its certificate."""
    if os.geteuid() != 0:
        pytest.skip("only root can make accounts of the operating system")
    proxy_is_there()
    folder = tmp_path_factory.mktemp("tls")
    key = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *key, *SUBJECT]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    with started(PREFIX, COURSE_HUB_TLS=str(folder), COURSE_HUB_AUTHENTICATOR="dummy") as hub:
        yield hub, folder / "cert.pem"


def log_in(site: tuple[Hub, Path], name: str) -> requests.Response:
    """With any password: the authenticator for trials asks for none."""
    hub, certificate = site
    known = {"verify": str(certificate), "timeout": 30}
    with requests.Session() as session:
        session.get(f"{hub.address}hub/login", **known)
        data = {"username": name, "password": "any", "_xsrf": session.cookies.get("_xsrf", path="/hub/")}
        referer = {"Referer": f"{hub.address}hub/login"}
        return session.post(f"{hub.address}hub/login", data=data, headers=referer, allow_redirects=False, **known)


def test_another_authenticator_lets_in_the_class_and_nobody_else(site: tuple[Hub, Path]) -> None:
    assert site[0].address.startswith("https://")
    assert log_in(site, "ada").status_code == 302
    assert log_in(site, "eve").status_code == 403


def test_cookies_go_through_tls_alone(site: tuple[Hub, Path]) -> None:
    login = next(one for one in log_in(site, "ada").raw.headers.getlist("Set-Cookie") if "jupyterhub-hub-login=" in one)
    for word in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert word in login, login


def test_an_address_for_others_needs_tls(tmp_path: Path) -> None:
    Layout(tmp_path / "hub").make(CHECKOUT)
    settings = {
        "COURSE_HUB_FOLDER": str(tmp_path / "hub"),
        "COURSE_HUB_STAFF": "instructor",
        "COURSE_HUB_STUDENTS": "ada",
        "COURSE_HUB_BIND": "0.0.0.0:8000",
    }
    command = [sys.executable, "-m", "jupyterhub", f"--config={PACKAGE / 'hub' / 'jupyterhub_config.py'}"]
    refused = subprocess.run(
        command, cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode != 0
    assert "can be reached from elsewhere: set COURSE_HUB_TLS" in refused.stderr
