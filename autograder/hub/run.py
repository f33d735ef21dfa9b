"""``make hub``: the course in a JupyterHub of its own on this machine's loopback, until Ctrl-C.

As root: every student has an account of the operating system, made for this and removed afterwards. As an ordinary
user: everybody's server runs as that user, in a folder of its own.
What was done in it is thrown away when it is stopped; after a crash it is found again.
"""

import argparse
import contextlib
import ctypes
import fcntl
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil

from autograder.course import PACKAGE
from autograder.errors import CourseError
from autograder.hub import accounts
from autograder.hub.authenticator import write_passwords
from autograder.hub.layout import COURSE_ID, Layout
from autograder.hub.namespace import CHECKOUT
from autograder.machine.signals import clean_up_when_ended

STAFF = ["instructor", "grader"]
STUDENTS = ["ada", "ben", "cleo"]
PROXY = CHECKOUT / ".hub" / "node_modules" / ".bin" / "configurable-http-proxy"
READY_SECONDS = 120
STOP_SECONDS = 30
_SUBREAPER = 36  # prctl: processes that lose their parent become ours
ORDINARY = (
    "Run by an ordinary user: everybody's server runs as you, in a folder of its own. Nobody is kept from another's\n"
    "files, the course or the gradebook, and a submission is filed under the name it claims. Root keeps them apart."
)


class HubCrashed(CourseError):
    """It was ready, and ended by itself."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make hub", description="the course in a JupyterHub, until Ctrl-C")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--prefix", default="course-", help="of the accounts that root's hub makes")
    options = parser.parse_args()
    clean_up_when_ended()
    os.umask(0o022)  # students' accounts read what is made here
    try:
        serve(options.port, options.prefix if os.geteuid() == 0 else "")
    except CourseError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        pass


def serve(port: int, prefix: str) -> None:
    """Run the hub until a signal comes. ``prefix``: of its accounts; empty where it has none."""
    began = time.monotonic()
    _require_programs(as_root=bool(prefix))
    _require_port(port)
    ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
    layout = Layout(Path("/var/lib", f"{prefix}hub") if prefix else CHECKOUT / ".hub" / "folder")
    names = [f"{prefix}{name}" for name in ("staff", *STUDENTS)] if prefix else []
    with _place(layout, names):
        passwords = write_passwords(layout.passwords, [*STAFF, *STUDENTS])
        with _hub(layout, port, prefix) as hub:
            scheme = _wait_until_ready(hub, port, layout)
            print(f"{scheme}://127.0.0.1:{port}/ (after {time.monotonic() - began:.0f} s; Ctrl-C stops it)\n")
            print("\n".join(f"    {name:12} {password}" for name, password in passwords.items()))
            print(f"\n{ORDINARY}" if not prefix else f"\nStudents' accounts: {', '.join(names[1:])}", flush=True)
            hub.wait()
            raise HubCrashed(f"the hub ended, see {layout.hub / 'hub.log'}; start it again, and it goes on")


def _require_programs(*, as_root: bool) -> None:
    if as_root and shutil.which("unshare") is None:
        raise CourseError("unshare is missing: it comes with util-linux")
    if shutil.which("node") is None:
        raise CourseError("Node is missing: apt-get install nodejs npm (or your system's), version 20 or newer")
    if not PROXY.exists():
        raise CourseError(f"the proxy is missing: make {PROXY.relative_to(CHECKOUT)}")


def _require_port(port: int) -> None:
    """Or whoever listens there already would be taken for ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CourseError(f"port {port} cannot be had: {error}. Take another: make hub PORT=...") from error


@contextlib.contextmanager
def _place(layout: Layout, names: list[str]) -> Iterator[None]:
    """The folder and the accounts: removed when the hub is stopped, kept with what was done in them when it crashes."""
    fresh = not layout.root.exists()
    layout.root.parent.mkdir(parents=True, exist_ok=True)
    with layout.root.with_name(f"{layout.root.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(f"a hub runs already in {layout.root}") from None
        try:
            _make(layout, names)
            yield
        except HubCrashed:
            raise
        except (CourseError, KeyboardInterrupt) as ending:
            if fresh or not isinstance(ending, CourseError):
                accounts.remove(names)
                shutil.rmtree(layout.root, ignore_errors=True)
                Path(lock.name).unlink()
            raise


def _make(layout: Layout, names: list[str]) -> None:
    accounts.create(names)
    try:
        layout.make(CHECKOUT)
        if names:
            accounts.give(layout.course, names[0])
            accounts.give(layout.exchange / COURSE_ID, names[0], below=False)
    except OSError as error:
        raise CourseError(f"{layout.root} cannot be made: {error}") from error


@contextlib.contextmanager
def _hub(layout: Layout, port: int, prefix: str) -> Iterator[subprocess.Popen[bytes]]:
    """The hub and all that it starts; when this ends, none of them is left."""
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "COURSE_HUB_FOLDER": str(layout.root),
        "COURSE_HUB_STAFF": ",".join(STAFF),
        "COURSE_HUB_STUDENTS": ",".join(STUDENTS),
        "COURSE_HUB_PREFIX": prefix,
        "COURSE_HUB_BIND": f"127.0.0.1:{port}",
        "COURSE_HUB_PROXY": str(PROXY),
    }
    config = PACKAGE / "hub" / "jupyterhub_config.py"
    command = [str(programs / "python"), "-m", "jupyterhub", f"--config={config}"]
    if prefix:
        private = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command = [*private, sys.executable, "-m", "autograder.hub.namespace", f"{prefix}staff", *command]
    with (layout.hub / "hub.log").open("ab") as log:
        hub = subprocess.Popen(command, cwd=layout.hub, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield hub
    finally:
        _stop(hub, prefix)


def _stop(hub: subprocess.Popen[bytes], prefix: str) -> None:
    """Ask the hub to end, then end what is left."""
    ours = psutil.Process()
    with contextlib.suppress(psutil.NoSuchProcess, IndexError):
        asked = psutil.Process(hub.pid)
        (asked.children()[0] if prefix else asked).terminate()  # unshare itself would just go
    with contextlib.suppress(subprocess.TimeoutExpired):
        hub.wait(STOP_SECONDS)
    end = time.monotonic() + STOP_SECONDS
    while left := ours.children(recursive=True):
        if time.monotonic() > end:
            raise CourseError(f"processes do not end: {', '.join(str(process.pid) for process in left)}")
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=1)


def _wait_until_ready(hub: subprocess.Popen[bytes], port: int, layout: Layout) -> str:
    """Returns ``http``, or ``https`` where a deployment's setting for TLS is tried."""
    tls = bool(os.environ.get("COURSE_HUB_TLS"))
    anyone = ssl._create_unverified_context()  # it is asked whether it answers, and nothing secret
    connect = partial(http.client.HTTPSConnection, context=anyone) if tls else http.client.HTTPConnection
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and hub.poll() is None:
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(connect("127.0.0.1", port, timeout=5)) as connection,
        ):
            connection.request("GET", "/hub/login")
            if connection.getresponse().status == 200:
                return "https" if tls else "http"
        time.sleep(0.2)
    said = (layout.hub / "hub.log").read_text(errors="replace").strip().splitlines()
    raise CourseError("the hub did not start: " + " / ".join(said[-5:]))


if __name__ == "__main__":
    main()
