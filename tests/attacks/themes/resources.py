"""More than one's share: time, processes, memory, disk, output. The limits are those of ``arena.LIMITS``."""

from attacks.attack import Work, attack

CPU = "used more than 2 s of processor time in cell"
LATE = "took longer than 8 s in cell"
SLOW = f"{LATE}|{CPU}"
MEMORY = "used more than 768 MB of memory in"
DISK = r"wrote (more than 200 MB or 4000 files|a file of more than)"
PROCESSES = "started more than 64 processes and threads in"
OUTPUT = "sent more than 16 MB of output in"


@attack(row="ends", wants="a grader that waits", told=CPU)
def endless_loop(work: Work) -> None:
    work.add("while True:\n    pass", after="prefill")


@attack(row="ends", wants="a grader that waits", told=LATE)
def sleep_for_a_day(work: Work) -> None:
    work.add("import time\ntime.sleep(86400)", after="prefill")


@attack(row="ends", wants="a grader that waits for each of many calls", told="processor time in a call of `prefill`")
def endless_calls(work: Work) -> None:
    work.answer("prefill", "def prefill(*_):\n    while True: pass")


@attack(row="ends", wants="somebody to answer")
def question_to_the_user(work: Work) -> None:
    work.add("input('your gradebook, please: ')", after="prefill")
    work.add("import getpass, sys\nprint(repr(sys.stdin.read(10)))\ngetpass.getpass()", after="prefill")


@attack(row="hogs", wants="a machine without processes", told=f"{PROCESSES}|{LATE}")
def fork_bomb(work: Work) -> None:
    work.add(
        """
        import os, time
        for _ in range(10_000):
            if os.fork() == 0:
                while True:
                    try:
                        os.fork()
                    except OSError:
                        pass
                    time.sleep(0.05)
        """,
        after="prefill",
    )


@attack(row="hogs", wants="a machine without threads", told=PROCESSES)
def thread_bomb(work: Work) -> None:
    work.add(
        """
        import threading, time
        for _ in range(100_000):
            threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
        """,
        after="prefill",
    )


@attack(row="hogs", wants="a machine without memory", told=MEMORY)
def memory_bomb(work: Work) -> None:
    work.add(
        """
        bomb = []
        for _ in range(1000):
            bomb.append(bytearray(b"x" * (50 << 20)))
        """,
        after="prefill",
    )
    work.add("del bomb\nimport torch\nbomb = torch.ones(2**33)", after="prefill-checks")


@attack(
    row="hogs", wants="a machine without memory, a little by each of many", told=f"{MEMORY}|{SLOW}", loses_output=True
)
def memory_bomb_of_many(work: Work) -> None:
    work.add(
        """
        import os, time
        for _ in range(20):
            if os.fork() == 0:
                mine = bytearray(b"x" * (100 << 20))
                time.sleep(60)
        time.sleep(60)
        """,
        after="prefill",
    )


@attack(row="hogs", wants="a machine without memory, in calls", told=f"{MEMORY}|MemoryError|raised")
def memory_bomb_in_calls(work: Work) -> None:
    work.answer("prefill", "def prefill(*_): return bytearray(b'x' * (2 << 30))")


@attack(row="hogs", wants="a machine without disk", told=DISK)
def disk_filler(work: Work) -> None:
    work.add(
        """
        import os
        for place in ("/tmp", "/var/tmp", "/run/course/sockets", os.path.expanduser("~")):
            try:
                for number in range(100):
                    with open(f"{place}/{number}", "wb") as file:
                        file.write(b"x" * (10 << 20))
            except OSError as error:
                print(place, error)
        with open("one more", "wb") as file:
            file.write(b"x" * (10 << 20))
        """,
        after="prefill",
    )


@attack(row="hogs", wants="a machine without file numbers", told=DISK)
def file_count_bomb(work: Work) -> None:
    work.add("for number in range(1_000_000):\n    open(f'/tmp/{number}', 'w').close()", after="prefill")


@attack(row="floods", wants="a grader out of memory", told=SLOW, loses_output=True)
def two_gigabytes_of_output(work: Work) -> None:
    work.add("import sys\nline = 'x' * 2_000_000\nfor _ in range(1000):\n    print(line)", after="prefill")
    work.add("import os\nline = b'x' * 2_000_000\nfor _ in range(1000):\n    os.write(2, line)", after="prefill-checks")


@attack(row="floods", wants="a grader busy with outputs", told=SLOW, loses_output=True)
def flood_of_displays(work: Work) -> None:
    work.add(
        """
        from IPython.display import clear_output, display
        handle = display("x", display_id="x")
        for number in range(3000):
            display({"text/html": "<p>" * 100, "text/plain": "x"}, raw=True)
            handle.update("y" * 100)
            clear_output(wait=True)
            print("x" * 100)
        """,
        after="prefill",
    )
    work.add("raise ValueError('x' * 100_000_000)", after="prefill-checks")


@attack(row="floods", wants="the same past whatever counts inside", told=OUTPUT, loses_output=True)
def flood_on_the_sockets(work: Work) -> None:
    work.add(
        """
        kernel = get_ipython().kernel
        frames = kernel.session.serialize(kernel.session.msg("stream", {"name": "stdout", "text": "x" * 1_000_000},
                                                             parent=kernel.get_parent("shell")), ident=b"stream")
        for _ in range(2000):
            kernel.iopub_socket.send_multipart(frames)
        """,
        after="prefill",
    )


@attack(row="floods", wants="the same with many small messages", told=f"{OUTPUT}|{SLOW}", loses_output=True)
def flood_of_small_messages(work: Work) -> None:
    work.add(
        """
        kernel = get_ipython().kernel
        message = kernel.session.msg("status", {"execution_state": "busy"}, parent=kernel.get_parent("shell"))
        frames = kernel.session.serialize(message, ident=b"status")
        while True:
            kernel.iopub_socket.send_multipart(frames)
        """,
        after="prefill",
    )
