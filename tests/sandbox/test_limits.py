"""How much code in the sandbox can use, and what is said to whoever uses more. For both ways of starting a kernel."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograder.machine.starved import STRETCH
from autograder.sandbox import session as sessions
from autograder.sandbox import watch
from autograder.sandbox.cgroup import MemoryGroup
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

from .conftest import Run, ask_in, value

ENDLESS = "while True: pass"
STUBBORN = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
CHILDREN = {
    "alive": """
        for _ in range(2):
            if os.fork() == 0:
                while True: pass
        time.sleep(60)
        """,
    "ended": """
        while True:
            child = os.fork()
            while child == 0:
                if time.process_time() > 0.3:
                    os._exit(0)
            os.waitpid(child, 0)
        """,
}


def last(session: Session) -> tuple[str, str | None]:
    """How the last cell ended, and what the student is told."""
    report = session.reports[max(session.reports)]
    return report.status, report.message


def test_endless_cell_is_interrupted_and_the_kernel_goes_on(run: Run) -> None:
    session = run("import os; me = os.getpid(); x = []", ENDLESS, "after = 2", cell_cpu_seconds=1)
    assert [report.status for report in session.reports.values()] == ["ran", "ran", "timed out", "ran"]
    assert session.messages == ["Your code used more than 1 s of processor time in cell 3."]
    assert session.restarts == 0


def test_sleeping_cell_is_interrupted_too(run: Run) -> None:
    session = run("time.sleep(1000)", cell_wall_seconds=2)
    assert last(session) == ("timed out", "Your code took longer than 2 s in cell 2.")


def test_cell_that_ignores_interrupts_is_killed(run: Run) -> None:
    session = run("before = 1", STUBBORN + ENDLESS, "after = 2", cell_cpu_seconds=1)
    assert [report.status for report in session.reports.values()] == ["ran", "ran", "timed out", "ran"]
    assert (value(session, "before"), value(session, "after")) == (1, 2)
    assert session.restarts == 1


def test_cell_that_stops_itself_is_killed(run: Run) -> None:
    session = run("before = 1", "import signal; os.kill(os.getpid(), signal.SIGSTOP)", cell_wall_seconds=2)
    assert last(session)[0] == "timed out"
    assert value(session, "before") == 1


def test_cell_that_ends_its_kernel_is_told(run: Run) -> None:
    session = run("before = 1", "os._exit(0)", "after = 2")
    assert [report.status for report in session.reports.values()] == ["ran", "ran", "stopped", "ran"]
    assert session.messages == ["Your code ended the Python process it ran in (exit, or a crash) in cell 3."]
    assert value(session, "after") == 2


def test_cell_that_stops_the_kernel_s_loop_costs_no_other(run: Run) -> None:
    session = run("import asyncio; asyncio.get_event_loop().stop()", "after = 2")
    assert [report.status for report in session.reports.values()] == ["ran", "ran", "ran"]
    assert session.restarts == 0
    assert value(session, "after") == 2


@pytest.mark.parametrize("children", CHILDREN.values(), ids=CHILDREN.keys())
def test_time_of_children_counts(run: Run, children: str) -> None:
    session = run(textwrap.dedent(children), cell_cpu_seconds=2, cell_wall_seconds=20)
    assert last(session) == ("timed out", "Your code used more than 2 s of processor time in cell 2.")


@pytest.fixture
def busy() -> Iterator[None]:
    """Others have the processors: many processes, each a session of its own, as a submission may have them."""
    spinning = [
        subprocess.Popen([sys.executable, "-c", ENDLESS], start_new_session=True) for _ in range(8 * os.cpu_count())
    ]
    yield
    for process in spinning:
        process.kill()
        process.wait()


def test_time_in_which_others_have_the_processors_is_not_the_student_s(
    run: Run, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "STRETCH", 100)  # in a container that others besiege, 5 times may be too little
    work = "def work():\n    end = time.process_time() + 0.5\n    while time.process_time() < end: pass\n    return 1"
    session = run(work, "def sleep(): time.sleep(60)", probe_wall_seconds=3)
    request.getfixturevalue("busy")
    began = time.monotonic()
    assert session.probe({"name": "work", "arguments": [], "seed": 0})["status"] == "returned"
    assert time.monotonic() - began > 3, "nobody kept it from running"
    assert session.probe({"name": "sleep", "arguments": [], "seed": 0})["status"] == "timed out"


def test_who_is_kept_from_running_for_ever_is_not_waited_for_for_ever(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = run("def sleep(): time.sleep(30)", probe_wall_seconds=1)
    monkeypatch.setattr(watch, "starved", lambda _: 100 * time.monotonic())
    assert session.probe({"name": "sleep", "arguments": [], "seed": 0})["status"] == "timed out"


def test_who_starves_by_their_own_doing_has_no_endless_notebook(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that never gets a processor, as by a policy that yields to a sibling, is in nobody else's way."""
    session = run("def sleep(): time.sleep(2)", submission_wall_seconds=10)
    left = session._wall_left
    monkeypatch.setattr(watch, "starved", lambda _: 100 * time.monotonic())
    assert session.probe({"name": "sleep", "arguments": [], "seed": 0})["status"] == "returned"
    assert left - session._wall_left > 2 / STRETCH


def test_endless_call_is_interrupted(run: Run) -> None:
    session = run("def endless():\n    while True: pass", probe_cpu_seconds=1)
    reply = session.probe({"name": "endless", "arguments": [], "seed": 0})
    message = "Your code used more than 1 s of processor time in a call of `endless`."
    assert reply == {"status": "timed out", "message": message}
    assert session.restarts == 0


def test_what_calls_publish_is_not_kept(run: Run) -> None:
    """Each may send 16 MiB: of hundreds that would be more memory than a machine has, and the grader's at that."""
    publish = "get_ipython().kernel.iopub_socket.send_multipart([b'x' * size])"
    session = run(f"def f(size):\n    if size: {publish}; time.sleep(0.1)\n    return size")
    before = psutil.Process().memory_info().rss
    for size in [4_000_000] * 30 + [0, 0]:
        assert session.probe({"name": "f", "arguments": [size], "seed": 0})["value"] == size
    assert psutil.Process().memory_info().rss - before < 60_000_000
    assert session.run_cell("print('still heard')").status == "ran"


def test_endless_call_among_others_ends_them_all(run: Run) -> None:
    """And leaves the kernel as it is, for each to be made alone."""
    session = run("def endless(forever):\n    while forever: pass\n    return 1", probe_cpu_seconds=1)
    reply = session.probe({"name": "endless", "calls": [[False], [True], [True]], "seed": 0})
    assert reply["status"] == "timed out"
    assert session.probe({"name": "endless", "arguments": [False], "seed": 0})["value"] == 1
    assert session.restarts == 0


def test_one_submission_cannot_take_all_that_epolls_of_a_user_may_watch(run: Run) -> None:
    greedy = """
        import select
        pipes, polls, watched = [], [], 0
        try:
            while True:
                pipes.append(os.pipe())
                polls += [select.epoll(), select.epoll()]
        except OSError:
            pass
        for poll in polls:
            for file in [one for pair in pipes for one in pair]:
                poll.register(file)
                watched += 1
    """
    session = run("import os", textwrap.dedent(greedy))
    bound = int(Path("/proc/sys/fs/epoll/max_user_watches").read_text())
    assert 0 < value(session, "watched") * Limits().processes < bound / 2


def test_processor_time_of_a_submission_is_bounded(run: Run) -> None:
    session = run(*[ENDLESS] * 4, "after = 1", cell_cpu_seconds=1, submission_cpu_seconds=3)
    assert "Your code used up the 3 s of processor time that a notebook may use in cell" in session.messages[-1]
    assert len(session.messages) < 5


def test_time_of_a_submission_is_bounded(run: Run) -> None:
    session = run("time.sleep(60)", "after = 1", submission_wall_seconds=3)
    assert session.messages[0] == "Your code used up the 3 s that a notebook may take in cell 2."


@pytest.mark.parametrize(
    ("cell", "limits", "restarts"),
    [
        (ENDLESS, {"cell_cpu_seconds": 1, "submission_cpu_seconds": 2}, 1),
        ("time.sleep(60)", {"submission_wall_seconds": 1}, 0),
    ],
    ids=["processor time", "time"],
)
def test_new_kernel_brings_no_new_time(
    run: Run, monkeypatch: pytest.MonkeyPatch, cell: str, limits: dict[str, int], restarts: int
) -> None:
    monkeypatch.setattr(sessions, "INTERRUPT_SECONDS", 0.3)
    session = run(*[STUBBORN + cell] * 3, **limits)
    assert last(session)[0] == "not run"
    assert session.restarts <= restarts


def test_time_between_two_calls_is_the_judges(run: Run) -> None:
    """It may train for minutes meanwhile."""
    session = run("def slow(): time.sleep(0.5); return 1", submission_wall_seconds=10)
    time.sleep(10)
    assert session.probe({"name": "slow", "arguments": [], "seed": 0})["status"] == "returned"


def test_memory_of_one_process_is_bounded(run: Run) -> None:
    session = run("kept = 1", "x = b'x' * (3 * 10**9)", memory_mib=1024)
    assert last(session) == ("raised", "Your code used more than 1 GB of memory in cell 3.")
    assert value(session, "kept") == 1


def test_memory_of_tensors_is_bounded(run: Run) -> None:
    session = run("import torch\nx = torch.ones(10**9)", memory_mib=1024)
    assert last(session) == ("raised", "Your code used more than 1 GB of memory in cell 2.")


def test_memory_of_all_processes_together_is_bounded(run: Run) -> None:
    together = "for _ in range(3): os.fork()\nx = b'x' * 10**8 * 4\ntime.sleep(20)"
    session = run("kept = 1", together, memory_mib=1024)
    assert last(session) == ("stopped", "Your code used more than 1 GB of memory in cell 3.")
    assert value(session, "kept") == 1


def test_children_that_are_killed_for_memory_stop_the_cell(run: Run) -> None:
    """The kernel itself is small, and lives."""
    large = "for _ in range(2):\n    if os.fork() == 0: x = b'x' * 10**8 * 7; time.sleep(20)\ntime.sleep(20)"
    session = run("kept = 1", large, memory_mib=1024)
    assert last(session) == ("stopped", "Your code used more than 1 GB of memory in cell 3.")
    assert value(session, "kept") == 1


def test_memory_of_all_is_watched_where_there_is_no_control_group(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryGroup, "create", classmethod(lambda *_: None))
    session = run("for _ in range(3): os.fork()\nx = b'x' * 10**8 * 4\ntime.sleep(20)", memory_mib=1024)
    assert last(session) == ("stopped", "Your code used more than 1 GB of memory in cell 2.")


def test_memory_that_is_shared_counts_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryGroup, "create", classmethod(lambda *_: None))
    monkeypatch.setattr(watch, "_resident", lambda _: 1 << 40)  # so that shares are counted at once
    session = run("x = b'x' * 10**8 * 4", "for _ in range(3):\n    if os.fork() == 0: time.sleep(3)", memory_mib=1024)
    assert last(session) == ("ran", None)


@pytest.mark.parametrize("group", [True, False], ids=["bounded", "watched"])
def test_files_in_memory_count_as_memory(run: Run, monkeypatch: pytest.MonkeyPatch, group: bool) -> None:
    if not group:
        monkeypatch.setattr(MemoryGroup, "create", classmethod(lambda *_: None))
    fill = "for n in range(8): open(f'/dev/shm/{n}', 'wb').write(bytes(10**8))\ntime.sleep(10)"
    session = run(fill, memory_mib=512, disk_mib=1024)
    assert last(session) == ("stopped", "Your code used more than 512 MB of memory in cell 2.")


@pytest.mark.parametrize("place", ["/tmp", "/dev/shm", "/home/student", "."])
def test_disk_is_bounded(run: Run, place: str) -> None:
    fill = f"for n in range(10): open(f'{place}/{{n}}', 'wb').write(bytes(8_000_000))"
    session = run(fill, disk_mib=16)
    assert last(session) == ("raised", "Your code wrote more than 16 MB or 10000 files to disk in cell 2.")


def test_size_of_a_file_is_bounded(run: Run) -> None:
    session = run("open('/tmp/big', 'wb').write(bytes(20_000_000))", file_mib=16)
    assert last(session) == ("raised", "Your code wrote a file of more than 16 MB in cell 2.")


def test_number_of_files_is_bounded(run: Run) -> None:
    session = run("for n in range(3000): open(f'/tmp/{n}', 'w').close()\ntime.sleep(5)", files=1000)
    assert last(session)[0] in ("raised", "stopped")
    assert last(session)[1] == "Your code wrote more than 512 MB or 1000 files to disk in cell 2."


def test_number_of_processes_is_bounded(run: Run) -> None:
    session = run("for _ in range(100):\n    if os.fork() == 0: time.sleep(5)", processes=64)
    assert last(session) == ("raised", "Your code started more than 64 processes and threads in cell 2.")


def test_number_of_threads_is_bounded(run: Run) -> None:
    many = "import threading\nfor _ in range(100): threading.Thread(target=time.sleep, args=(5,)).start()"
    session = run(many, processes=64)
    assert last(session) == ("raised", "Your code started more than 64 processes and threads in cell 2.")


def test_no_core_dump_and_few_open_files(run: Run) -> None:
    ask = ask_in(run("import resource"))
    assert ask("[resource.getrlimit(resource.RLIMIT_CORE)[1], resource.getrlimit(resource.RLIMIT_NOFILE)[1]]") == [
        0,
        256,
    ]


def test_limits_cannot_be_raised(run: Run) -> None:
    ask = ask_in(run("import resource"))
    for name in ("DATA", "FSIZE", "NPROC", "NOFILE", "CORE"):
        assert ask(f"resource.setrlimit(resource.RLIMIT_{name}, (1 << 60, 1 << 60))") in (
            "ValueError",
            "PermissionError",
        )


def test_output_is_cut_and_costs_nothing(run: Run) -> None:
    session = run("for _ in range(100_000): print('so much to say ' * 20)", output_bytes=10_000)
    assert last(session) == ("ran", None)
    (output,) = session.notebook.cells[1].outputs[:1]
    assert "the rest was left out" in str(session.notebook.cells[1].outputs)
    assert len(str(session.notebook.cells[1].outputs)) < 25_000
    assert output.text.startswith("so much to say")


def test_output_of_many_displays_is_cut(run: Run) -> None:
    session = run("for _ in range(3000): display({'text/plain': 'x' * 100}, raw=True)", output_bytes=10_000)
    assert last(session) == ("ran", None)
    assert len(session.notebook.cells[1].outputs) < 100


def test_giant_message_of_an_exception_is_cut(run: Run) -> None:
    session = run("raise ValueError('x' * 10**8)")
    assert last(session) == ("raised", None)
    assert len(str(session.notebook.cells[1].outputs)) < 2_000_000


def test_giant_name_of_an_exception_is_cut(run: Run) -> None:
    """Also where the kernel does not cut it: it would go to the judge with each check's job."""
    uncut = "send = get_ipython().kernel.session.send\n"
    uncut += "def long(stream, kind, content=None, *more, **words):\n"
    uncut += "    more_of_it = {**content, 'ename': 'x' * 10**6} if kind == 'execute_reply' else content\n"
    uncut += "    return send(stream, kind, more_of_it, *more, **words)\n"
    session = run(
        "raise type('x' * 10**6, (Exception,), {})", f"{uncut}get_ipython().kernel.session.send = long", "1 / 0"
    )
    errors = [report.error for report in session.reports.values() if report.status == "raised"]
    assert len(errors) == 2
    assert max(len(error or "") for error in errors) == 100


def test_outputs_without_anything_in_them_are_bounded(run: Run) -> None:
    """Each takes memory, though it has no text; the kernel's own bound can be passed by."""
    sends = (
        "from jupyter_client.session import Session\n"
        "k = get_ipython().kernel\n"
        "about = k.get_parent('shell')\n"
        "for _ in range(5000): Session.send(k.session, k.iopub_socket, 'display_data', {'data': {}}, about)"
    )
    session = run(sends, output_bytes=100_000)
    assert 0 < len(session.notebook.cells[1].outputs) < 600


def test_flood_past_the_cut_is_stopped_at_the_socket(run: Run) -> None:
    flood = (
        "from ipykernel.kernelapp import IPKernelApp\n"
        "socket = IPKernelApp.instance().iopub_thread\n"
        "for _ in range(400): socket.send_multipart([bytes(1 << 20)])\n"
        "time.sleep(30)"
    )
    session = run("kept = 1", flood, traffic_bytes=4 << 20)
    assert last(session) == ("stopped", "Your code sent more than 4 MB of output in cell 3.")
    assert value(session, "kept") == 1


def test_each_cell_may_send_as_much_as_the_first(run: Run) -> None:
    plots = ["display({'text/plain': 'x' * (2 << 20)}, raw=True)"] * 4
    session = run(*plots, traffic_bytes=4 << 20, output_bytes=8 << 20)
    assert {report.status for report in session.reports.values()} == {"ran"}


def test_message_without_end_is_stopped_at_the_socket(run: Run) -> None:
    frame = """
        import stat
        sockets = [n for n in map(int, os.listdir('/proc/self/fd')) if os.path.exists(f'/proc/self/fd/{n}')
                   and stat.S_ISSOCK(os.stat(f'/proc/self/fd/{n}').st_mode)]
        head = b'\\x03' + (1 << 30).to_bytes(8, 'big')  # ZeroMQ's for a part of a message, of a gigabyte
        for _ in range(2000):
            for n in sockets:
                try:
                    os.write(n, head + bytes(60_000))
                except OSError:
                    time.sleep(0.001)
        time.sleep(30)
        """
    session = run("kept = 1", textwrap.dedent(frame), traffic_bytes=4 << 20, cell_wall_seconds=10)
    assert last(session) == ("stopped", "Your code sent more than 4 MB of output in cell 3.")
    assert value(session, "kept") == 1


def test_message_that_is_none_costs_its_cell(run: Run) -> None:
    forged = (
        "from ipykernel.kernelapp import IPKernelApp\n"
        "kernel = IPKernelApp.instance().kernel\n"
        "kernel.session.send(kernel.iopub_socket, 'stream', {'name': 5}, parent=kernel.get_parent())\n"
    )
    session = run("kept = 1", forged)
    assert last(session) == ("stopped", "Your code sent messages that no notebook sends in cell 3.")
    assert value(session, "kept") == 1


def test_output_of_a_notebook_is_bounded(run: Run) -> None:
    """Each cell by itself shows no more than it may."""
    session = run(*["for _ in range(10): print('x' * 900)"] * 30, output_bytes=10_000)
    shown = [sum(len(output.text) for output in cell.outputs) for cell in session.notebook.cells[1:]]
    assert shown[0] >= 9000
    assert sum(shown) < 10 * 10_000
    assert session.notebook.cells[-1].outputs[-1].text.startswith("[The output was longer than what is kept")
    assert {report.status for report in session.reports.values()} == {"ran"}
