"""The test of the tests: with a defence switched off, an attack gets through, and the suite's own judging says so.

Not switched off here, and why:

- The judge is another process than the kernel: this is how both are built, and there is nothing to leave out. What
  would follow is tried instead: marks from outputs, a judge that unpickles, output of probes that is kept.
- Namespaces of processes, a /proc and terminals of a fork's own: forks could not be started without. The user without
  privileges, the read-only system: tried without them, an attack could change the environment that runs this test.
- A pipe in a submission, and the judge's own time limits: without them grading waits, or works, for ever.
- What bounds a reply to a probe (in the kernel, at the gate, when it is decoded): it saves a grader's memory and time.
  Marks are the same, and nothing that judging sees changes. ``tests/unit`` and ``tests/sandbox`` measure it.
- Time by the clock: as processor time, which is tried, but slower.
- The policy in feedback pages: judging reads pages as a parser does, and takes no notice of it.

Where two defences hold against the same, each alone is enough, and both are switched off: ``..._both``, and memory,
which a control group bounds, or else whoever watches.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import SaveAutoGrades

from attacks.attack import Attack, Work, load
from attacks.host import Host
from attacks.loot import LOOT
from attacks.themes.probes import STASH
from attacks.without import CLONE_NEWIPC, CLONE_NEWNET, Bench, Off, bench, without
from autograder.course import Course, grade_id
from autograder.gradebook import RestoreNotebook, SaveVerdict, csv_files, feedback, intake, restore, run
from autograder.sandbox import bubblewrap, watch
from autograder.sandbox.bubblewrap import Mount
from autograder.sandbox.gate import Gate
from autograder.sandbox.session import Session

ATTACKS = load()
ONE_BY_ONE = "c.Limits.submissions_at_once = 1\n"
# What attacks written here need to end in seconds, in all of their classes.
SHORT = "c.Limits.cell_cpu_seconds = 1\nc.Limits.cell_wall_seconds = 30\nc.Limits.memory_mib = 500\n"

# Attacks where the suite has none that fits. They are not the suite's: ``test_written_here_gain_nothing`` tries them.

OWN: dict[str, Attack] = {}


def own(row: str, wants: str, student: str = "") -> Callable[[Callable[[Work], None]], Callable[[Work], None]]:
    def register(write: Callable[[Work], None]) -> Callable[[Work], None]:
        name = write.__name__.replace("_", "-")
        OWN[name] = Attack(name, "defences", row, wants, write, student=student or f"m-{name}")
        return write

    return register


@own("special files", "a file of the grader's, through a link")
def link_to_a_key(work: Work) -> None:
    (work.folder / "notes.txt").symlink_to(work.places.home / ".ssh" / "id_ed25519")


@own("terminals and tables", "the terminal of whoever grades, by a file's name")
def name_that_clears_the_screen(work: Work) -> None:
    work.file(f"{LOOT}\x1b[2J.txt", "hello")


@own("terminals and tables", "a formula in the table of marks", student="@m-formula")
def student_named_as_a_formula(work: Work) -> None:
    work.file("notes.txt", "hello")


@own("network", "the grader itself to call a service of the host, where it thinks that the kernel listens")
def sockets_turned_to_links(work: Work) -> None:
    work.add(
        f"""
        import os, socket, time
        for name in os.listdir("/run/course/sockets"):
            os.unlink(f"/run/course/sockets/{{name}}")
            os.symlink({str(work.places.socket)!r}, f"/run/course/sockets/{{name}}")
        for number in range(3, 300):  # the grader's connections; it will make others
            try:
                one = socket.socket(fileno=os.dup(number))
                listens = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                if str(one.getsockname()).startswith("/run/course/sockets") and not listens:
                    one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        time.sleep(1)
        os._exit(0)
        """
    )


@own("lookup table", "what the visible cases earn, where the visible checks would give marks")
def visible_cases_alone(work: Work) -> None:
    work.replace(
        "prefill",
        """
        def prefill(tokenizer, messages, opening):
            if messages[-1]["content"] not in ("What is the capital of France?", "And of Norway?"):
                raise KeyError("not seen before")
            begun = [*messages, {"role": "assistant", "content": opening}]
            return tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True)
        """,
    )


@own("paths", "the grader's keys, wherever a home may be")
def homes_looked_through(work: Work) -> None:
    work.add(
        """
        import os
        for place in ("/root", "/home", "/srv"):
            for folder, folders, files in os.walk(place):
                folders[:] = [name for name in folders if name not in ("student", ".venv", ".pyenv")]
                for name in files:
                    print(name, open(os.path.join(folder, name), errors="replace").read(1000))
        """
    )


@own("identity", "a class that stops at a time stamp that is none")
def time_stamp_that_is_none(work: Work) -> None:
    work.file("timestamp.txt", "never")


@own("structure", "a second try to count")
def second_cell_of_the_same_name(work: Work) -> None:
    second = copy.deepcopy(work.cell("prefill"))
    second.source = "print('GOT' 'IT')"
    work.cells.append(second)


@own("displayhook", "own words where the verdict should stand")
def words_in_a_graded_cell(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        def say(result):
            if "assert opening" " in text" in (result.info.raw_cell or ""):
                print("GOT" "IT", "7 of 7 points")
        get_ipython().events.register("post_run_cell", say)
        """,
    )


@own("active pages", "a script in the pages of whoever looks")
def script_in_an_output(work: Work) -> None:
    work.prepend(
        "prefill",
        f"""
        from IPython.display import HTML, display
        display(HTML("<script>{LOOT}()</script><img src=x onerror={LOOT}()>"))
        """,
    )


@own("active pages", "a script in the pages of whoever looks, by a text")
def script_in_a_text(work: Work) -> None:
    work.add(f"<script>{LOOT}()</script>", after="prefill", markdown=True)


RAW = """
from jupyter_client.session import Session
kernel = get_ipython().kernel
def send(kind, content):  # past what would cut it in the kernel
    Session.send(kernel.session, kernel.iopub_socket, kind, content, parent=kernel.get_parent("shell"))
"""


@own("floods", "more of a grader's memory than one cell's output may take")
def more_output_than_is_kept(work: Work) -> None:
    work.add(
        RAW
        + """
send("stream", {"name": "stdout", "text": "x" * (2 << 20)})
send("display_data", {"data": {"text/plain": "GOT" "IT"}, "metadata": {}})
"""
    )


@own("floods", "all of a grader's memory")
def flood_past_the_kernels_own_cap(work: Work) -> None:
    work.add("if 'flooded' in globals(): print('GOT' 'IT')")
    work.add(
        RAW
        + """
for _ in range(24):
    send("stream", {"name": "stdout", "text": "x" * (1 << 20)})
flooded = True
"""
    )


@own("hogs", "more memory than a submission may use, in pieces")
def memory_in_pieces(work: Work) -> None:
    work.add(
        """
        import os, select, signal, time
        reading, writing = os.pipe()
        children = []
        for _ in range(3):
            children.append(os.fork())
            if children[-1] == 0:
                hoard = b"x" * (200 << 20)
                os.write(writing, b"1")
                time.sleep(30)
                os._exit(0)
        there = 0
        while there < 3 and select.select([reading], [], [], 2)[0]:
            there += len(os.read(reading, 3))
        time.sleep(0.5)
        if there == 3 and not any(os.waitpid(child, os.WNOHANG)[0] for child in children):
            print("GOT" "IT")
        for child in children:
            os.kill(child, signal.SIGKILL)
        """
    )


@own("ends", "more processor time than a cell may use")
def cell_that_takes_its_time(work: Work) -> None:
    work.add(
        """
        import time
        while time.process_time() < 2:
            pass
        print("GOT" "IT")
        """
    )


@own("hogs", "more processes than a submission may have")
def many_processes(work: Work) -> None:
    work.add(
        """
        import os, signal, time
        children = []
        try:
            for _ in range(90):
                children.append(os.fork())
                if children[-1] == 0:
                    time.sleep(20)
                    os._exit(0)
            print("GOT" "IT")
        finally:
            for child in children:
                os.kill(child, signal.SIGKILL)
        """
    )


@own("hogs", "more room than a submission may fill")
def folder_filled(work: Work) -> None:
    work.add(
        f"""
        for number in range(4):
            with open(f"/tmp/{LOOT}-{{number}}", "wb") as file:
                file.write(b"x" * (100 << 20))
        print("GOT" "IT")
        """
    )


@own("hogs", "a way out: a user namespace, with all capabilities in it")
def namespaces_in_a_child(work: Work) -> None:
    work.add(
        """
        import subprocess
        done = subprocess.run(["unshare", "--user", "--map-root-user", "--net", "true"], capture_output=True, text=True)
        print(done.stderr if done.returncode else "GOT" "IT")
        """
    )


@own("later writers", "a process that is there when all is over")
def child_that_stays(work: Work) -> None:
    work.add("import subprocess\nsubprocess.Popen(['/bin/sleep', '60'], start_new_session=True)")


@own("shadowed library", "to take a library's place")
def file_named_as_a_library(work: Work) -> None:
    work.file("colorsys.py", "print('GOT' 'IT')\n")
    work.add("import colorsys")


@own("shared caches", "to leave something for the next student", student="m-leaves-1")
def something_left(work: Work) -> None:
    work.add(STASH.replace('"/dev/pts"', '"/dev/pts", "/dev"') + "stash('for you')")


@own("shared caches", "what another student has left", student="m-leaves-2")
def something_found(work: Work) -> None:
    work.add(STASH.replace('"/dev/pts"', '"/dev/pts", "/dev"') + "unstash()")


@own("network", "to be called by an accomplice", student="m-calls-1")
def call_awaited(work: Work) -> None:
    work.add(
        """
        import socket
        with socket.create_server(("127.0.0.1", 24681)) as server:
            server.settimeout(3)
            server.accept()
            print("GOT" "IT")
        """
    )


@own("network", "to call an accomplice", student="m-calls-2")
def accomplice_called(work: Work) -> None:
    work.add(
        """
        import socket, time
        end = time.monotonic() + 3
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", 24681), timeout=1).close()
                print("GOT" "IT")
                break
            except OSError:
                time.sleep(0.1)
        """
    )


@dataclass(frozen=True)
class Defence:
    """``gain``: what the suite must say when ``switch_off`` was called."""

    switch_off: Callable[[Off], None]
    attacks: tuple[Attack, ...]
    gain: str


DEFENCES: dict[str, Defence] = {}


def defence(*attacks: str, gain: str) -> Callable[[Callable[[Off], None]], Callable[[Off], None]]:
    def register(switch_off: Callable[[Off], None]) -> Callable[[Off], None]:
        members = tuple((OWN | ATTACKS)[name] for name in attacks)
        DEFENCES[switch_off.__name__.replace("_", "-")] = Defence(switch_off, members, gain)
        return switch_off

    return register


BOASTS = "got what it wanted"

# On the way in.


@defence("locked-cells-rewritten", gain=BOASTS)
def restore_of_the_notebook(off: Off) -> None:
    off.replace(run, "restore", lambda submitted, _: submitted)
    off.replace(RestoreNotebook, "preprocess", lambda _, *words: words)


@defence("second-cell-of-the-same-name", gain=BOASTS)
def first_of_two_cells_counts(off: Off) -> None:
    take_apart = restore._take_apart

    def last_counts(submitted: NotebookNode, known: set[str]) -> Any:
        last = {grade_id(cell): number for number, cell in enumerate(submitted.cells)}
        cells = [cell for number, cell in enumerate(submitted.cells) if last[grade_id(cell)] == number]
        return take_apart(NotebookNode(cells=cells), known)

    off.replace(restore, "_take_apart", last_counts)


@defence("link-to-a-key", gain="home leaked into autograded")
def intake_sets_links_aside(off: Off) -> None:
    off.replace(intake, "set_aside", lambda *_: None)


@defence("time-stamp-that-is-none", gain="was not graded")
def intake_sets_time_stamps_aside(off: Off) -> None:
    off.replace(intake, "_is_time", lambda _: True)


# The wall around the kernel.


@defence("loopback-of-the-host-called", gain="called the host: loopback")
def network_namespaces_both(off: Off) -> None:
    """The sandbox's, and a fork's own: each is enough."""
    off.wall(lambda options: [word for one in options for word in _sharing(one)])
    off.fork(shared=[CLONE_NEWNET])


def _sharing(option: str) -> list[str]:
    return [option, "--share-net"] if option == "--unshare-all" else [option]


@defence("call-awaited", "accomplice-called", gain=BOASTS)
def network_namespace_of_a_fork(off: Off) -> None:
    off.fork(shared=[CLONE_NEWNET])


@defence("something-left", "something-found", gain=BOASTS)
def ipc_namespace_of_a_fork(off: Off) -> None:
    off.fork(shared=[CLONE_NEWIPC])
    off.config = ONE_BY_ONE


@defence("something-left", "something-found", gain=BOASTS)
def memory_file_systems_of_a_fork(off: Off) -> None:
    off.fork(kept=["/tmp", "/dev/shm"])
    off.config = ONE_BY_ONE


@defence("something-left", "something-found", gain=BOASTS)
def device_folder_read_only(off: Off) -> None:
    off.wall(lambda options: without(options, "--remount-ro", "/dev"))
    off.config = ONE_BY_ONE


@defence("homes-looked-through", gain="home leaked")
def view_of_the_file_system(off: Off) -> None:
    mounts = [*bubblewrap.interpreter_mounts(), Mount(off.host.home, Path("/srv/grader"))]
    off.replace(bubblewrap, "interpreter_mounts", lambda: mounts)
    off.own_server()


@defence("gradebook-opened", gain="gradebook leaked")
def hidden_folders(off: Off) -> None:
    off.replace(Course, "hidden", lambda _: [])
    off.own_server()


@defence("verdict-address-looked-for", gain="environment leaked")
def clean_environment(off: Off) -> None:
    off.wall(lambda options: without(options, "--clearenv"))


@defence("namespaces-in-a-child", gain=BOASTS)
def filter_of_system_calls(off: Off) -> None:
    off.fork(without=["filter"])


@defence("internet-called", gain=BOASTS)
def capabilities_dropped(off: Off) -> None:
    off.fork(without=["capabilities"])


@defence("file-named-as-a-library", gain=BOASTS)
def libraries_before_own_files(off: Off) -> None:
    off.fork(without=["path"])


@defence("sockets-turned-to-links", gain="called the host: socket")
def gate_follows_no_link(off: Off) -> None:
    @contextmanager
    def follow(self: Gate, name: str) -> Iterator[str]:
        self._inside = self._enter() if self._inside is None else self._inside
        yield f"/proc/self/fd/{self._inside}/{name}"

    off.replace(Gate, "_kernels_socket", follow)


# Limits.


@defence("memory-in-pieces", gain=BOASTS)
def memory_of_all_together(off: Off) -> None:
    off.replace(watch.Watch, "_make_group", lambda _: None)
    off.replace(watch.Watch, "_too_much_memory", lambda *_: False)
    off.config = SHORT


@defence("cell-that-takes-its-time", gain=BOASTS)
def processor_time(off: Off) -> None:
    off.replace(watch, "_cpu", lambda _: 0.0)
    off.config = SHORT


@defence("many-processes", gain=BOASTS)
def number_of_processes(off: Off) -> None:
    off.config = "c.Limits.processes = 4000\n"


@defence("folder-filled", gain=BOASTS)
def size_of_folders(off: Off) -> None:
    off.fork(writable=dict.fromkeys(bubblewrap.WRITABLE, "size=512m"))


@defence("more-output-than-is-kept", gain=BOASTS)
def cap_of_output(off: Off) -> None:
    off.config = "c.Limits.output_bytes = 1 << 30\n"


@defence("flood-past-the-kernels-own-cap", gain=BOASTS)
def gate(off: Off) -> None:
    off.config = "c.Limits.traffic_bytes = 1 << 30\n"


@defence("child-that-stays", gain="outlived the run: process")
def kernel_ended_with_its_children(off: Off) -> None:
    off.config = "c.Limits.fork_server = False\n"
    off.replace(watch.Watch, "members", lambda _: [])
    off.wall(lambda options: without(options, "--die-with-parent"))


# The judge.


@defence("exception-named-after-the-input", gain="hidden input leaked")
def no_type_of_the_students_is_named(off: Off) -> None:
    off.judge("from autograder.judge import plugin; plugin._describe = lambda error: f'{error.names[0]} was raised.'")


@defence("hidden-inputs-printed", gain="hidden input leaked")
def output_of_probes_is_dropped(off: Off) -> None:
    probe = Session._probe

    async def keep(self: Session, request: dict[str, Any]) -> dict[str, Any]:
        reply = await probe(self, request)
        with suppress(Empty):
            while self._kernel is not None:
                message = await self._kernel._client.get_iopub_msg(timeout=0.05)
                if message["msg_type"] == "display_data":
                    shown = new_output("display_data", message["content"]["data"])
                    next(cell for cell in self.notebook.cells if cell.cell_type == "code").outputs.append(shown)
        return reply

    off.replace(Session, "_probe", keep)


UNPICKLES = """
import pickle
from autograder.judge import submission, values
def decode(data):
    pickled = type(data) is str and data.startswith("\\x80")
    return pickle.loads(data.encode("latin-1")) if pickled else values.decode_answer(data)
submission.decode_answer = decode
"""


@defence("pickle-as-an-answer", gain="changed: target.txt")
def answers_are_data(off: Off) -> None:
    off.judge(UNPICKLES)


@defence("visible-cases-alone", gain="the gradebook says")
def marks_from_the_verdict(off: Off) -> None:
    """Not from what the visible checks put out, as nbgrader takes them."""
    off.replace(SaveVerdict, "_add_score", SaveAutoGrades._add_score)
    _no(off, "ShowVerdict")


# What is looked at.


def _no(off: Off, step: str) -> None:
    """Without a step of autograding, and without what would refuse that."""
    name = "c.Autograde.autograde_preprocessors"
    off.config = f"{name} = [one for one in {name} if one.__name__ != {step!r}]\n"
    for owner in (run, intake):
        off.replace(owner, "require_steps", lambda _: None)


@defence("words-in-a-graded-cell", gain=BOASTS)
def verdict_in_place_of_own_outputs(off: Off) -> None:
    _no(off, "ShowVerdict")


@defence("script-in-an-output", gain="in an output of autograded")
def sanitiser_of_the_notebook(off: Off) -> None:
    _no(off, "SanitizeNotebook")


@defence("script-in-an-output", "script-in-a-text", gain="in feedback/")
def sanitisers_both(off: Off) -> None:
    """That of the notebook, and that of the page, which cleans again: each is enough for a page."""
    _no(off, "SanitizeNotebook")
    off.replace(feedback, "clean_outputs", lambda outputs, **_: outputs)
    off.replace(feedback, "shown_markdown", lambda source, **_: source)


@defence("student-named-as-a-formula", gain="a formula in grades.csv")
def escape_in_the_table_of_marks(off: Off) -> None:
    off.replace(csv_files, "no_formula", lambda value: value)


@defence("name-that-clears-the-screen", gain="escape sequences in what the command says")
def names_of_files_made_printable(off: Off) -> None:
    off.replace(intake, "_shown", lambda path, aside: str(path.relative_to(aside)))


# One submission each; in a row, what one does keeps none of the others from what it does.
TOGETHER = (
    ("call-awaited", "something-left", "visible-cases-alone", "time-stamp-that-is-none", "link-to-a-key"),
    ("accomplice-called", "something-found", "file-named-as-a-library", "name-that-clears-the-screen"),
    ("words-in-a-graded-cell", "script-in-an-output", "script-in-a-text", "second-cell-of-the-same-name"),
    ("homes-looked-through", "namespaces-in-a-child", "many-processes", "folder-filled", "child-that-stays"),
    ("sockets-turned-to-links",),
    ("more-output-than-is-kept", "flood-past-the-kernels-own-cap", "memory-in-pieces", "cell-that-takes-its-time"),
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Host() as host, bench(tmp_path_factory.mktemp("defences"), host) as made:
        yield made


TRIES = 3  # accomplices have to meet: on a busy machine they may be late


@pytest.mark.parametrize("name", DEFENCES)
def test_without_it_an_attack_gets_through(name: str, tiny: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    case = DEFENCES[name]
    off = Off(monkeypatch, tiny.host)
    case.switch_off(off)
    for _ in range(TRIES):
        found = tiny.judge(case.attacks, tiny.grade(case.attacks, off.config))
        print(*found, sep="\n")
        if any(case.gain in one for one in found):
            return
    pytest.fail(f"nobody gained {case.gain!r}")


def test_written_here_gain_nothing(tiny: Bench) -> None:
    """With all defences on, several to a submission. The suite's own are tried by ``test_attacks``."""
    members = [together(f"m-together-{number}", names) for number, names in enumerate(TOGETHER)]
    members.append(OWN["student-named-as-a-formula"])
    assert {members[-1].name, *(name for names in TOGETHER for name in names)} == OWN.keys()
    graded = tiny.grade(members, SHORT)
    assert tiny.judge(members, graded) == []


def together(student: str, names: tuple[str, ...]) -> Attack:
    def write(work: Work) -> None:
        for name in names:
            OWN[name].write(work)

    return Attack(student, "defences", "structure", "all of it", write, student=student)
