"""The folder of a hub: what lies where, and who may see it."""

import os
import shutil
import socket
from pathlib import Path

from autograder.course import CONFIG, PACKAGE

COURSE_ID = "fine-tuning-llms"
_SERVER, _EXTENSIONS = "jupyter_server_config.py", "jupyter_server_config.d/course.json"
_LAB = "labconfig/page_config.json"
# What Jupyter is told, by kind of server: where it looks, and what of the package lies there.
CONFIGS = {
    "student": {
        CONFIG: f"hub/student/{CONFIG}",
        _SERVER: f"hub/student/{_SERVER}",
        _EXTENSIONS: "image/student-server.json",
        _LAB: "image/student-lab.json",
        "due_dates.py": "hub/student/due_dates.py",
    },
    "staff": {
        CONFIG: f"hub/staff/{CONFIG}",
        _SERVER: f"hub/staff/{_SERVER}",
        _EXTENSIONS: "hub/staff/server.json",
        _LAB: "hub/staff/lab.json",
    },
    "service": {CONFIG: f"hub/staff/{CONFIG}", _EXTENSIONS: "hub/service/server.json"},
}


class Layout:
    """``root``: the folder. Everybody may pass through it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.course = root / "course"
        self.exchange = root / "exchange"
        self.homes = root / "homes"
        self.hub = root / "hub"
        self.passwords = self.hub / "passwords.json"

    def config(self, kind: str) -> Path:
        """What Jupyter is told in a student's server, in that of one who grades, or in the formgrader."""
        return self.root / "config" / kind

    def port(self, name: str) -> int:
        """A port of the loopback, which was free when the hub was started."""
        return int((self.hub / f"{name}.port").read_text())

    def make(self, source: Path) -> None:
        """Make what is missing; the course is copied from ``source``. What is there already is kept."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.hub.mkdir(mode=0o700, exist_ok=True)
        for name in ("hub", "proxy", "service"):
            (self.hub / f"{name}.port").write_text(str(free_port()))
        self.exchange.mkdir(exist_ok=True)
        os.chmod(self.exchange, 0o1777)  # nbgrader asks for 0777; nobody may rename what another made there
        (self.exchange / COURSE_ID).mkdir(mode=0o755, exist_ok=True)  # before a student does
        for kind in CONFIGS:
            self._make_config(kind)
        if not self.course.is_dir():
            made = self.root / "course.making"
            shutil.rmtree(made, ignore_errors=True)
            for name in ("source", "release"):
                shutil.copytree(source / name, made / name)
            shutil.copy(source / CONFIG, made)
            made.rename(self.course)
        os.chmod(self.course, 0o700)

    def _make_config(self, kind: str) -> None:
        for name, origin in CONFIGS[kind].items():
            target = self.config(kind) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PACKAGE / origin, target)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
