"""What code in the sandbox can and cannot do. One property, one test, for both ways in which a kernel is started."""

import errno
import glob
import os
import platform
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook

from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

Ask = Callable[[str], Any]
Make = Callable[..., Limits]
Files = dict[str, Path]


def ask_in(session: Session) -> Ask:
    """Evaluates an expression in the session's kernel; an exception comes back as its type's name."""

    def ask(expression: str) -> Any:
        session.run_cell(
            f"try:\n    answer = ({expression})\nexcept BaseException as error:\n    answer = type(error).__name__\n"
        )
        return session.probe({"name": "answer", "arguments": None, "seed": 0})["value"]

    return ask


@pytest.fixture(scope="module", params=[True, False], ids=["forked", "fresh"])
def limits(request: pytest.FixtureRequest) -> Iterator[Callable[..., Limits]]:
    """Makes limits for one way of starting a kernel."""

    def make(**bounds: int) -> Limits:
        return Limits(fork_server=request.param, **bounds)

    yield make
    forkserver.stop()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    path = tmp_path_factory.mktemp("files") / "data.txt"
    path.write_text("the assignment's data")
    return {"data.txt": path}


@pytest.fixture(scope="module")
def session(files: Files, limits: Make) -> Iterator[Session]:
    notebook = new_notebook(cells=[new_code_cell("import ctypes, os, socket, subprocess, sys, pathlib, signal")])
    with Session(notebook, files, [ROOT], limits()) as session:
        session.run()
        yield session


@pytest.fixture(scope="module")
def ask(session: Session) -> Ask:
    return ask_in(session)


def test_user_is_not_root(ask: Ask) -> None:
    assert ask("os.getuid()") != 0


def test_user_on_the_host_is_not_root(session: Session) -> None:
    tree = session._kernel.watch.members()  # type: ignore[union-attr]
    assert tree
    assert 0 not in {uid for process in tree for uid in process.uids()}


def test_no_capability_is_left(ask: Ask) -> None:
    status = ask("open('/proc/self/status').read()")
    for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status.split(f"{name}:")[1].split()[0], 16) == 0


def test_no_new_privileges(ask: Ask) -> None:
    assert ask("open('/proc/self/status').read().split('NoNewPrivs:')[1].split()[0]") == "1"


def test_no_further_user_namespace(ask: Ask) -> None:
    assert ask("ctypes.CDLL(None, use_errno=True).unshare(0x10000000)") == -1


@pytest.mark.parametrize(
    "call",
    [
        "unshare(0x20000000)",
        "setns(3, 0)",
        "mount(b'none', b'/tmp', b'tmpfs', 0, None)",
        "umount2(b'/tmp', 2)",
        "ptrace(0, 0, 0, 0)",
        "process_vm_readv(1, None, 0, None, 0, 0)",
        "syscall(321, 0, 0, 0)",
        "syscall(425, 1, 0)",
        "syscall(298, 0, 0, 0, 0, 0)",
        "syscall(250, 0, 0, 0, 0, 0)",
        "syscall(56, 0x10000011, 0, 0, 0, 0)",
    ],
    ids=["unshare", "setns", "mount", "umount", "ptrace", "vm_readv", "bpf", "io_uring", "perf", "keyctl", "clone"],
)
@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls on x86-64")
def test_system_call_is_refused(ask: Ask, call: str) -> None:
    assert ask(f"[ctypes.CDLL(None, use_errno=True).{call}, ctypes.get_errno()]") == [-1, errno.EPERM]


def test_system_calls_are_filtered(ask: Ask) -> None:
    assert ask("open('/proc/self/status').read().split('Seccomp:')[1].split()[0]") == "2"


def test_threads_and_children_still_work(ask: Ask) -> None:
    assert ask("subprocess.run(['/bin/echo', 'hello'], capture_output=True, text=True).stdout") == "hello\n"
    assert ask("__import__('concurrent.futures').futures.ThreadPoolExecutor(2).submit(len, 'ab').result()") == 2


def test_kernels_of_others_are_out_of_sight(ask: Ask) -> None:
    assert len(ask("[str(path) for path in pathlib.Path('/tmp').rglob('connection.json')]") or []) == 1


def test_random_numbers_differ_between_kernels(files: Files, limits: Make) -> None:
    drawn = set()
    for _ in range(2):
        with Session(new_notebook(cells=[new_code_cell("import random")]), files, [ROOT], limits()) as session:
            session.run()
            drawn.add(ask_in(session)("random.random()"))
    assert len(drawn) == 2


def test_no_network_interface_but_loopback(ask: Ask) -> None:
    assert ask("[name for _, name in socket.if_nameindex()]") == ["lo"]


def test_no_way_out(ask: Ask) -> None:
    assert ask("socket.create_connection(('192.0.2.1', 80), timeout=2)") == "OSError"


def test_loopback_of_the_host_is_another(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert ask(f"socket.create_connection(('127.0.0.1', {port}), timeout=2)") == "ConnectionRefusedError"


def test_abstract_socket_of_the_host_is_out_of_reach(ask: Ask) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0course-test")
        server.listen()
        assert ask("socket.socket(socket.AF_UNIX).connect('\\0course-test')") == "ConnectionRefusedError"


def test_system_is_read_only(ask: Ask) -> None:
    for place in ("/usr/x", "/etc/x", "/x", "/run/x"):
        assert ask(f"open({place!r}, 'w')") in ("OSError", "PermissionError")


def test_libraries_are_read_only(ask: Ask) -> None:
    assert ask("open(os.path.join(os.path.dirname(os.__file__), 'x'), 'w')") in ("OSError", "PermissionError")


def test_course_is_out_of_sight(ask: Ask) -> None:
    for name in ("source", "autograder", "tests", "nbgrader_config.py", ".git"):
        assert ask(f"os.path.exists({str(ROOT / name)!r})") is False


def test_engine_and_checks_cannot_be_imported(ask: Ask) -> None:
    assert ask("__import__('autograder')") == "ModuleNotFoundError"


def test_homes_and_temporary_files_of_others_are_out_of_sight(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush")
    assert ask(f"os.path.exists({str(tmp_path / 'secret')!r})") is False
    shown = (sys.prefix, sys.base_prefix)
    files = f"[base for base, _, names in os.walk({str(Path.home())!r}) if names and not base.startswith({shown!r})]"
    assert ask(files) == []
    assert ask("os.path.exists('/etc/shadow') or os.path.exists('/etc/passwd')") is False


def test_processes_of_others_are_out_of_sight(ask: Ask) -> None:
    assert ask("len([name for name in os.listdir('/proc') if name.isdigit()])") <= 3
    assert ask(f"os.kill({os.getpid()}, 0)") in ("ProcessLookupError", "PermissionError")


def test_environment_of_the_grader_is_out_of_sight(files: Files, limits: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_SECRET", "hush")
    with Session(new_notebook(cells=[new_code_cell("import os")]), files, [ROOT], limits()) as session:
        session.run()
        assert ask_in(session)("'COURSE_SECRET' in os.environ or 'NBGRADER_EXECUTION' in os.environ") is False
        assert "hush" not in ask_in(session)("open('/proc/1/environ', errors='replace').read()")


def test_only_harmless_devices(ask: Ask) -> None:
    known = {"core", "console", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin"}
    assert set(ask("os.listdir('/dev')")) <= known | {"stdout", "tty", "urandom", "zero"}


def test_assignment_is_a_copy_of_its_own(ask: Ask, files: Files) -> None:
    assert ask("open('data.txt').read()") == "the assignment's data"
    ask("open('data.txt', 'w').write('mine')")
    assert files["data.txt"].read_text() == "the assignment's data"


def test_disk_is_bounded(files: Files, limits: Make) -> None:
    with Session(new_notebook(cells=[]), files, [ROOT], limits(disk_mib=16)) as session:
        session.run()
        filled = ask_in(session)("[open(f'/tmp/{n}', 'wb').write(bytes(8_000_000)) for n in range(10)]")
        assert filled == "OSError"


def test_memory_is_bounded(files: Files, limits: Make) -> None:
    cells = [new_code_cell("kept = 1"), new_code_cell("import os\nfor _ in range(3): os.fork()\nx = b'x' * 10**8 * 9")]
    with Session(new_notebook(cells=cells), files, [ROOT], limits(memory_mib=1024)) as session:
        session.run()
        assert session.reports[1].status in ("too much memory", "raised")
        assert session.probe({"name": "kept", "arguments": None, "seed": 0})["value"] == 1


def test_processes_are_bounded(files: Files, limits: Make) -> None:
    with Session(
        new_notebook(cells=[new_code_cell("import os, time")]), files, [ROOT], limits(processes=64)
    ) as session:
        session.run()
        assert ask_in(session)("[time.sleep(30) if os.fork() == 0 else 0 for _ in range(100)]") == "BlockingIOError"


def test_endless_cell_is_interrupted_and_the_next_one_runs(files: Files, limits: Make) -> None:
    cells = [new_code_cell("while True: pass"), new_code_cell("after = 2")]
    with Session(new_notebook(cells=cells), files, [ROOT], limits(cell_cpu_seconds=1)) as session:
        session.run()
        assert [report.status for report in session.reports.values()] == ["timed out", "ran"]


def test_sleeping_cell_is_interrupted_too(files: Files, limits: Make) -> None:
    cells = [new_code_cell("import time; time.sleep(1000)")]
    with Session(new_notebook(cells=cells), files, [ROOT], limits(cell_wall_seconds=2)) as session:
        session.run()
        assert session.reports[0].status == "timed out"


def test_cell_that_ignores_interrupts_is_killed(files: Files, limits: Make) -> None:
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    cells = [new_code_cell("before = 1"), new_code_cell(stubborn), new_code_cell("after = 2")]
    with Session(new_notebook(cells=cells), files, [ROOT], limits(cell_cpu_seconds=1)) as session:
        session.run()
        assert [report.status for report in session.reports.values()] == ["ran", "timed out", "ran"]
        for name, value in (("before", 1), ("after", 2)):
            assert session.probe({"name": name, "arguments": None, "seed": 0})["value"] == value


def test_children_die_with_the_kernel(files: Files, limits: Make) -> None:
    child = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(600)\n    os._exit(0)"
    daemon = "import os, time\n" + child
    with Session(new_notebook(cells=[new_code_cell(daemon)]), files, [ROOT], limits()) as session:
        session.run()
        tree = session._kernel.watch.members()  # type: ignore[union-attr]
        assert len(tree) >= 3
    end = time.monotonic() + 5
    while any(process.is_running() for process in tree) and time.monotonic() < end:
        time.sleep(0.1)
    assert not [process for process in tree if process.is_running()]


def test_nothing_is_left_on_disk(files: Files, limits: Make) -> None:
    def there() -> set[str]:
        return {*glob.glob("/tmp/course-*/connection.json"), *glob.glob("/tmp/course-*/course-*/connection.json")}

    before = there()
    with Session(new_notebook(cells=[]), files, [ROOT], limits()) as session:
        session.run()
        (connection_file,) = there() - before
    assert not Path(connection_file).parent.exists()


def test_kernel_is_started_afresh_but_never_open_when_forks_fail(
    files: Files, limits: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise forkserver.ForkFailed("no fork today")

    monkeypatch.setattr(forkserver.ForkServer, "fork", fail)
    monkeypatch.setattr(forkserver, "_failures", 0)
    with Session(new_notebook(cells=[new_code_cell("import os")]), files, [ROOT], limits()) as session:
        session.run()
        assert ask_in(session)("os.getuid()") == 1000
