"""That kernels start behind their walls or not at all, and leave nothing. For both ways of starting one."""

import errno
import glob
import os
import site
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import psutil
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import SandboxUnavailable
from autograder.sandbox import bubblewrap, forkserver, libraries
from autograder.sandbox.gate import Gate
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

from .conftest import HIDDEN, Run, ask_in, value


def members(session: object) -> list[psutil.Process]:
    return session._kernel.watch.members()  # type: ignore[attr-defined, no-any-return]


def test_children_die_with_the_kernel(run: Run) -> None:
    child = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(600)\n    os._exit(0)"
    session = run(child)
    tree = members(session)
    assert len(tree) >= 4
    session.__exit__()
    assert not [process for process in tree if process.is_running()]


def test_nothing_is_written_after_the_end(run: Run) -> None:
    session = run("if os.fork() == 0:\n    while True: open('/tmp/alive', 'w').write(str(time.time()))")
    pid = members(session)[-1].pid
    view = os.open(f"/proc/{pid}/root/tmp", os.O_PATH)
    end = time.monotonic() + 30  # it writes as soon as it gets a turn
    while not os.path.exists(f"/proc/self/fd/{view}/alive") and time.monotonic() < end:
        time.sleep(0.05)
    session.__exit__()
    first = os.stat("alive", dir_fd=view).st_mtime
    time.sleep(0.3)
    assert os.stat("alive", dir_fd=view).st_mtime == first
    os.close(view)


def test_nothing_is_left_on_disk(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = tempfile.mkdtemp

    def recorded(*words: Any, **more: Any) -> str:
        made.append(make(*words, **more))
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", recorded)
    session = run()
    assert made
    session.__exit__()
    assert [path for path in made if glob.glob(f"{path}/*")] == []  # a fork server's own, empty, stays


@pytest.mark.parametrize("place", ["gate", "kernel"])
def test_start_that_fails_on_our_side_leaves_nothing(run: Run, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """A full disk, before the kernel is there and after."""
    make = tempfile.mkdtemp
    made: list[str] = []

    def full(*words: Any, **more: Any) -> str:
        if (len(made) % 2 == 1) == (place == "gate"):
            made.append("")
            raise OSError(errno.ENOSPC, "No space left on device")
        made.append(make(*words, **more))
        return made[-1]

    run("x = 1")  # now the fork server is there
    before = set(psutil.Process().children(recursive=True))
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    monkeypatch.setattr(forkserver, "_failures", 0)
    with pytest.raises(SandboxUnavailable, match="No space left on device"):
        run("x = 1")
    assert made
    assert not [folder for folder in made if folder and os.path.exists(folder)]
    _, alive = psutil.wait_procs(set(psutil.Process().children(recursive=True)) - before, timeout=5)
    assert not alive


def test_no_control_group_is_left(run: Run) -> None:
    session = run()
    group = session._kernel.watch._group  # type: ignore[union-attr]
    if group is None:
        pytest.skip("no control group can be made here")
    session.__exit__()
    assert not group._folder.exists()


def test_kernel_is_a_fork_where_it_should_be(run: Run, fork: bool) -> None:
    served = set()
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # one that just ends
            served |= {one.pid} if "server.py" in " ".join(one.cmdline()) else set()
    kernel = members(run())[-1]
    assert bool(served & {one.pid for one in kernel.parents()}) is fork


def test_kernel_is_started_afresh_but_never_open_when_forks_fail(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise forkserver.ForkFailed("no fork today")

    monkeypatch.setattr(forkserver.ForkServer, "fork", fail)
    monkeypatch.setattr(forkserver, "_failures", 0)
    assert ask_in(run())("os.getuid()") == 1000
    monkeypatch.setattr(forkserver, "_failures", 0)


def test_fork_server_that_is_stopped_from_another_thread_is_not_waited_for() -> None:
    server = forkserver.ForkServer([], 64)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.fork, {})
        time.sleep(0.2)  # it imports for longer
        server.stop()
        with pytest.raises(forkserver.ForkFailed, match="gone"):
            waiting.result(forkserver.IMPORT_SECONDS / 3)


def test_fork_server_hides_what_its_course_hides(tmp_path: Path) -> None:
    one, other = (forkserver.shared([tmp_path / name], 64) for name in ("one", "other"))
    assert forkserver.shared([tmp_path / "other"], 64) is other
    assert (other.hidden, one.alive) == ([tmp_path / "other"], False)
    forkserver.stop()


def test_nothing_is_run_where_there_is_no_sandbox(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    forkserver.stop()
    monkeypatch.setattr(bubblewrap, "command", lambda *_, **__: ["/bin/false"])
    monkeypatch.setattr(forkserver, "_failures", 0)
    with pytest.raises(SandboxUnavailable):
        run()
    forkserver.stop()
    monkeypatch.setattr(forkserver, "_failures", 0)


def test_link_in_the_place_of_a_socket_is_not_followed(run: Run, tmp_path: Path) -> None:
    os.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("host-service")
        server.listen()
        target = tmp_path / "host-service"
        session = run(f"os.symlink({str(target)!r}, '/run/course/sockets/s-9')", "kept = 1")
        gate = Gate(members(session)[0].pid, 1000)
        with pytest.raises(OSError), gate._kernels_socket("s-9"):  # noqa: PT011
            pass
        with gate._kernels_socket("s-1") as path:
            assert path.startswith("/proc/self/fd/")
        assert value(session, "kept") == 1


def test_nothing_is_shown_of_what_runs_after_the_first_hidden_input(run: Run) -> None:
    """It would be a way out for hidden inputs: a function sees one, leaves a sign somewhere, and ends its kernel."""
    source = "print(time.time())\ndef die(): os._exit(0)"
    session = run(source)
    (shown,) = session.notebook.cells[1].outputs
    reports = dict(session.reports)
    before = shown.text
    for _ in range(2):
        assert session.probe({"name": "die", "arguments": [], "seed": 0})["status"] == "stopped"
    assert session.restarts == 3  # each is tried twice, and nobody needs a kernel after the last
    assert [output.text for output in session.notebook.cells[1].outputs] == [before]
    assert session.reports == reports


def test_what_fails_when_it_is_run_again_is_left_out_then(run: Run) -> None:
    """As where a cell works in the first kernel alone."""
    session = run("first = time.time() < START\nif not first: time.sleep(60)".replace("START", str(time.time() + 10)),
                  "def die(): os._exit(0)", "def two(): return 2", cell_wall_seconds=2)  # fmt: skip
    time.sleep(10)
    assert session.probe({"name": "die", "arguments": [], "seed": 0})["status"] == "stopped"
    assert session.probe({"name": "two", "arguments": [], "seed": 0})["status"] == "returned"
    assert [report.status for report in session.reports.values()] == ["ran"] * 4


def test_what_is_hidden_may_be_named_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "real" / "package").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    real = (tmp_path / "real").resolve()
    command = bubblewrap.command(["true"], [bubblewrap.Mount(real, real)], [tmp_path / "link" / "package"], 64)
    assert command[command.index(str(real / "package")) - 1] == "--tmpfs"


@pytest.mark.parametrize("inner_first", [True, False])
def test_hidden_folders_may_lie_in_one_another(inner_first: bool) -> None:
    """As an exchange does in nbgrader's folder."""
    hidden = [Path("/usr/share/doc"), Path("/usr/share")]
    command = bubblewrap.command(["ls", "/usr/share"], [], hidden if inner_first else hidden[::-1], 64)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert (done.stdout.split(), done.stderr) == (["doc"], "")


def test_environment_may_lie_behind_links(tmp_path: Path) -> None:
    """Homes often do, and an environment may be made from a Python whose folder is a link to the newest."""
    (tmp_path / "python").symlink_to(sys.base_prefix)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    subprocess.run([tmp_path / "python" / "bin" / name, "-m", "venv", "--without-pip", tmp_path / "made"], check=True)
    (tmp_path / "link").symlink_to(tmp_path / "made")
    code = (
        "import sys; print(sys.prefix, sys.base_prefix); from autograder.sandbox.bubblewrap import require; require(64)"
    )
    words = [tmp_path / "link" / "bin" / "python", "-c", code]
    libraries = os.pathsep.join([str(ROOT), *site.getsitepackages()])
    done = subprocess.run(
        words, env={**os.environ, "PYTHONPATH": libraries}, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.stderr) == ([str(tmp_path / "link"), str(tmp_path / "python")], "")


@pytest.mark.parametrize(("word", "name"), [("-v", "ulimit -v"), ("-d", "ulimit -d")])
def test_memory_that_a_shell_bounds_already_is_named(word: str, name: str) -> None:
    """Else a submission would meet that bound, and be told that it used more than it may."""
    code = "from autograder.sandbox.bubblewrap import require; require(64)"
    command = ["sh", "-c", f"ulimit {word} 4000000; exec {sys.executable} -c '{code}'"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)
    assert f"SandboxUnavailable: no sandbox: {name} bounds this shell's processes" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts something over /proc, as root")
def test_what_lies_over_proc_is_named() -> None:
    """As NVIDIA's toolkit lays it into containers that get a GPU."""
    code = "from autograder.sandbox.bubblewrap import require; require(64)"
    script = f"mount -t tmpfs course /proc/driver && exec {sys.executable} -c '{code}'"
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)
    assert "SandboxUnavailable: no sandbox" in done.stderr
    assert "lies over this one: /proc/driver" in done.stderr


def test_what_a_notebook_imports_is_there_in_its_fork_already(run: Run, fork: bool) -> None:
    session = run("import sys\nthere = 'matplotlib.pyplot' in sys.modules", "if False:\n    import matplotlib")
    assert value(session, "there") is fork


def test_fork_server_imports_nothing_that_nobody_imports(run: Run) -> None:
    forkserver.stop()
    ask = ask_in(run())
    assert ask("[name for name in ('torch', 'trl') if name in __import__('sys').modules]") == []


def test_what_the_server_cannot_import_costs_no_kernel(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(libraries.LIBRARIES, "time", "no_such_module")
    before = run()
    assert ask_in(before)("1 + 1") == 2
    assert ask_in(run())("1 + 1") == 2
    assert forkserver.forks()
    assert ask_in(before)("1 + 1") == 2


def test_kernel_cannot_say_what_only_we_say(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our messages are shown to the student, and what is asked is hidden."""
    session = run()
    for status in ("stopped", "timed out", "malformed", "passed"):
        reply = AsyncMock(return_value={"status": status, "message": "a hidden input"})
        monkeypatch.setattr(Kernel, "ask", reply)
        assert session.probe({"name": "f", "arguments": ["a hidden input"], "seed": 0}) == {"status": "malformed"}
        reply.return_value = {"status": "several", "replies": [{"status": "missing"}, reply.return_value]}
        assert session.probe({"name": "f", "calls": [["a hidden input"]] * 2, "seed": 0}) == {"status": "malformed"}
    reply.return_value = {"status": "several", "replies": []}
    assert session.probe({"name": "f", "arguments": [], "seed": 0}) == {"status": "malformed"}
    for replies in (None, "missing", [{"status": "several", "replies": []}], ["missing"]):
        reply.return_value = {"status": "several", "replies": replies}
        assert session.probe({"name": "f", "calls": [[]], "seed": 0}) == {"status": "malformed"}


def test_calls_in_one_go_are_as_if_each_were_alone(run: Run) -> None:
    """Each finds the names of the function's own cell, and what the call before has bound."""
    counting = "count = 0\ndef f(step):\n    global count\n    count += step\n    return count\n"
    replies = []
    for together in (True, False):
        session = run("count = 5")
        session.run_cell(counting, "f")
        session.run_cell("count = 100", "g")
        calls: list[Any] = [[1], [2], ["three"], [3]]
        if together:
            replies.append(session.probe({"name": "f", "calls": calls, "seed": 0})["replies"])
        else:
            replies.append([session.probe({"name": "f", "arguments": call, "seed": 0}) for call in calls])
    assert replies[0] == replies[1]
    assert [reply.get("value") for reply in replies[0]] == [1, 3, None, 6]


def killed_after(seconds: float, session: Session) -> threading.Timer:
    """Somebody kills its kernel: the machine for want of memory, or a person."""

    def kill() -> None:
        for one in reversed(members(session)):
            with suppress(psutil.NoSuchProcess):  # with the innermost, others may go by themselves
                one.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    return timer


def test_kernel_that_somebody_kills_costs_nothing(fork: bool) -> None:
    cells = [new_code_cell(source) for source in ("import time; kept = 1", "time.sleep(3); slept = 1", "after = 2")]
    with Session(new_notebook(cells=cells), {}, HIDDEN, Limits(fork_server=fork)) as session:
        killed_after(1, session)
        session.run()
        assert [report.status for report in session.reports.values()] == ["ran", "ran", "ran"]
        assert session.restarts == 1
        session.run_cell("def slow():\n    time.sleep(3)\n    return kept + slept + after")
        killed_after(1, session)
        reply = session.probe({"name": "slow", "arguments": [], "seed": 0})
        assert (reply["status"], reply["value"], session.restarts) == ("returned", 4, 2)


@pytest.mark.parametrize(("times", "lost"), [(1, False), (2, True)])
def test_server_that_ends_is_nobody_s_zero(monkeypatch: pytest.MonkeyPatch, times: int, lost: bool) -> None:
    """Killed a second after a kernel was forked from it, so many times."""
    start, timers = Session._start, []

    async def and_kill(session: Session) -> None:
        await start(session)
        if len(timers) < times:
            timers.append(threading.Timer(1, forkserver.shared(HIDDEN, Limits().disk_mib)._process.kill))
            timers[-1].start()

    monkeypatch.setattr(Session, "_start", and_kill)
    with Session(new_notebook(cells=[new_code_cell("import time; time.sleep(3)")]), {}, HIDDEN, Limits()) as session:
        if lost:
            with pytest.raises(SandboxUnavailable, match="ended again and again"):
                session.run()
        else:
            session.run()
            assert [report.status for report in session.reports.values()] == ["ran"]
        assert session.restarts == 1


def test_call_finds_what_its_own_cell_had(run: Run) -> None:
    """Although a number that is bound again is the same object, and not all of a cell is Python."""
    session = run("n = 1")
    for cell, source in {"f": "n = 1\ndef f(): return n", "g": "!true\nn = 1\ndef g(): return n", "h": "n = 2"}.items():
        session.run_cell(source, cell)
    replies = [session.probe({"name": name, "arguments": [], "seed": 0}) for name in "fg"]
    assert [reply["value"] for reply in replies] == [1, 1]


NAMELESS = """
import ctypes, time
ctypes.CDLL(None).prctl(15, b"\\xff\\xfe", 0, 0, 0)  # its name is no text any more
"""


def test_kernel_whose_name_is_no_text_is_interrupted_like_others(run: Run) -> None:
    session = run(NAMELESS, "time.sleep(60)", "after = 1", cell_wall_seconds=2)
    assert [report.status for report in session.reports.values()] == ["ran", "ran", "timed out", "ran"]


def test_kernel_that_dies_each_time_is_the_student_s(run: Run) -> None:
    session = run("os._exit(0)", "os._exit(0)", "os.kill(os.getpid(), 9)", "os._exit(0)", "after = 1")
    assert [report.status for report in session.reports.values()] == ["ran", *["stopped"] * 4, "ran"]
    assert session.restarts == 4 + 3  # three are tried again
    assert value(session, "after") == 1


def test_traceback_may_say_whatever_it_likes(run: Run) -> None:
    """Python reads no number of 5000 digits."""
    source = """
class Odd(Exception):
    def _render_traceback_(self): return ["Cell In[1], line " + "9" * 5000]
raise Odd
"""
    session = run(source)
    (report,) = (one for one in session.reports.values() if one.status == "raised")
    assert report.line is None
