"""A person at the hub, without a browser, and what runs on the machine as somebody."""

import pwd
import re
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

import psutil
import requests


@dataclass
class Person:
    """Logged in to the hub with a password."""

    address: str
    name: str
    password: str
    session: requests.Session = field(default_factory=requests.Session)

    def log_in(self) -> requests.Response:
        self.session.get(f"{self.address}hub/login", timeout=30)
        data = {
            "username": self.name,
            "password": self.password,
            "_xsrf": self.session.cookies.get("_xsrf", path="/hub/"),
        }
        return self.session.post(f"{self.address}hub/login", data=data, allow_redirects=False, timeout=30)

    def start_server(self) -> None:
        self.call("POST", f"hub/api/users/{self.name}/server", "/hub/")
        for _ in range(240):
            found = self.get(f"user/{self.name}/lab")  # a page: it takes the cookie of the server along
            if found.status_code == 200 and f"/user/{self.name}/" in found.url:
                return
            time.sleep(0.5)
        raise AssertionError(f"the server of {self.name} did not start")

    def get(self, path: str) -> requests.Response:
        return self.session.get(f"{self.address}{path}", timeout=60)

    def call(self, method: str, path: str, cookies: str, **words: Any) -> requests.Response:
        """``cookies``: the path of the cookie that proves that the request is the page's own."""
        token = next((one.value for one in self.session.cookies if one.name == "_xsrf" and one.path == cookies), "")
        headers = {"X-XSRFToken": token or "", "Referer": f"{self.address}{cookies.lstrip('/')}"}
        return self.session.request(method, f"{self.address}{path}", headers=headers, timeout=300, **words)


@dataclass(frozen=True)
class Hub:
    """A hub that runs, as it said when it was ready."""

    process: subprocess.Popen[str]
    address: str
    passwords: dict[str, str]

    def person(self, name: str) -> Person:
        someone = Person(self.address, name, self.passwords[name])
        assert someone.log_in().status_code == 302
        return someone


def read(process: subprocess.Popen[str]) -> Hub:
    """Wait for a hub's address and accounts."""
    address, passwords = "", {}
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.match(r"(https?://\S+/) \(after", line):
            address = found[1]
        elif found := re.fullmatch(r"    (\w+) +(\S+)\n", line):
            passwords[found[1]] = found[2]
        elif address and passwords:
            break
    assert address, process.communicate()
    return Hub(process, address, passwords)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Terminal:
    """A terminal of somebody in the hub: their server's account, environment and view of the machine."""

    server: int
    account: str

    def run(self, *command: str, folder: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = psutil.Process(self.server).environ()
        view = ("nsenter", f"--target={self.server}", "--mount", "--pid", f"--wd={folder or environment['HOME']}")
        who = ("setpriv", f"--reuid={self.account}", f"--regid={self.account}", "--init-groups")
        return subprocess.run(
            [*view, *who, *command], env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    def python(self, code: str) -> str:
        """What a line of Python says, or the name of the error that it ends in."""
        done = self.run(
            "python", "-c", f"try:\n    print({code})\nexcept BaseException as e:\n    print(type(e).__name__)"
        )
        return done.stdout.strip()


def terminal(account: str) -> Terminal:
    """Of a person whose server runs; the formgrader, which runs as the staff, is none."""
    uid = pwd.getpwnam(account).pw_uid
    for process in psutil.process_iter(["uids", "cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if process.info["uids"].real == uid and "singleuser" in command and "root_dir" not in command:
            return Terminal(process.pid, account)
    raise AssertionError(f"nothing runs as {account}")
