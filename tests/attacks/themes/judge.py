"""Answers that aim at the judge, which has to read them: pickles, bombs, templates, garbage on the wire."""

from attacks.attack import Work, attack
from attacks.themes.probes import ANYTHING, FORGE

# Who loses the kernel again and again loses what is asked after it, too.
ALL = ("to_messages", "render_for_training")


@attack(row="pickle", wants="code in the grader, when it unpickles")
def pickle_as_an_answer(work: Work) -> None:
    work.answer(
        "prefill",
        f"""
        import io, pickle, torch
        class Bomb:
            def __reduce__(self):
                return (eval, ("open({str(work.places.open_folder / "target.txt")!r}, 'w').write('owned')",))
        written = io.BytesIO()
        torch.save(Bomb(), written)
        answers = [Bomb(), pickle.dumps(Bomb()), written.getvalue(), pickle.dumps(Bomb()).decode("latin-1")]
        def prefill(*_):
            answers.append(answers.pop(0))
            return answers[0]
        def render_for_inference(*_):
            return {{"pickle": pickle.dumps(Bomb()), "__reduce__": ["os.system", "id"], "py/object": "os.system"}}
        """,
    )
    work.answer("render_for_inference", "pass")


@attack(row="floods", wants="the judge's stack to run over", earns=ANYTHING)
def answers_nested_deeply(work: Work) -> None:
    work.answer(
        "prefill",
        """
        deep = []
        for _ in range(100_000):
            deep = [deep]
        round = []
        round.append(round)
        table = {}
        table["self"] = table
        answers = [deep, round, table, (deep,)]
        def prefill(*_):
            answers.append(answers.pop(0))
            return answers[0]
        """,
    )


@attack(row="floods", wants="2 to the power of 60 items, out of 60 lists", earns=ANYTHING)
def answer_that_grows_when_written_out(work: Work) -> None:
    work.answer(
        "prefill",
        """
        shared = []
        for _ in range(18):
            shared = [shared] * 60
        def prefill(*_):
            return shared
        """,
    )


@attack(row="floods", wants="a grader that keeps ten million tokens", earns=ANYTHING, costs=("answer_mask",))
def ten_million_tokens(work: Work) -> None:
    work.answer("answer_mask", "def answer_mask(*_): return [0, 1] * 5_000_000")
    work.answer("prefill", "def prefill(*_): return 'x' * 200_000_000")


@attack(row="floods", wants="a mapping that never ends, and a list that is longer each time", earns=ANYTHING)
def answer_that_never_ends(work: Work) -> None:
    work.answer(
        "prefill",
        """
        import itertools
        from collections.abc import Mapping
        class Endless(Mapping):
            def __iter__(self): return itertools.count()
            def __len__(self): return 1
            def __getitem__(self, key): return key
        def prefill(*_):
            return Endless()
        """,
    )


@attack(row="floods", wants="a dictionary that takes minutes to build, because all its keys collide", earns=ANYTHING)
def keys_that_collide(work: Work) -> None:
    work.answer(
        "prefill",
        """
        from collections.abc import Mapping
        class Colliding(Mapping):  # its own side does not pay for it
            def __iter__(self): return iter(range(0, 120_000 * (2**61 - 1), 2**61 - 1))
            def __len__(self): return 120_000
            def __getitem__(self, key): return 0
        def prefill(*_):
            return Colliding()
        """,
    )


@attack(row="floods", wants="numbers that are hard to read or to write")
def numbers_beyond_reason(work: Work) -> None:
    work.answer(
        "prefill",
        """
        class Number(int):
            def __str__(self): return "9" * 10
        answers = [10**4000, Number(7), float("inf"), -0.0, 10**400, {float("nan"): 1}]
        def prefill(*_):
            answers.append(answers.pop(0))
            return answers[0]
        """,
    )


@attack(row="floods", wants="a tensor that takes no memory here and all of it there", costs=("encode_for_generation",))
def tensors_that_unfold(work: Work) -> None:
    work.answer(
        "encode_for_generation",
        """
        import torch
        class Lie(torch.Tensor):
            @property
            def shape(self): return (1, 10**12)
        answers = [torch.zeros(1).expand(10**9), torch.zeros(1, device="meta").expand(10**12), torch.zeros(10**6, 0),
                   torch.zeros(3).as_subclass(Lie), torch.sparse_coo_tensor(size=(10**6, 10**6)),
                   torch.quantize_per_tensor(torch.zeros(3), 0.1, 0, torch.qint8),
                   torch.zeros(3, dtype=torch.complex64)]
        def encode_for_generation(*_):
            answers.append(answers.pop(0))
            return {"input_ids": answers[0], "attention_mask": answers[0]}
        """,
    )


@attack(
    row="jinja",
    wants="a template that never ends, or runs code, where the judge renders it",
    costs=("render_for_training",),
)
def templates_that_loop_or_reach_out(work: Work) -> None:
    work.answer(
        "render_for_training",
        """
        BAD = ["{% for a in range(9999999) %}{% for b in range(9999999) %}{% endfor %}{% endfor %}",
               "{{ cycler.__init__.__globals__.os.system('id') }}", "{{ 'x' * 10**9 }}", "{% include '/etc/passwd' %}"]
        def render_for_training(tokenizer, messages):
            text = tokenizer.apply_chat_template(messages, tokenize=False)
            tokenizer.chat_template = BAD[0]
            messages.append({"role": "{{ 7*7 }}", "content": BAD[1]})
            BAD.append(BAD.pop(0))
            return text
        """,
    )


@attack(row="floods", wants="the grader's stack to run over at a message of brackets", costs=ALL)
def message_of_brackets(work: Work) -> None:
    work.add(
        FORGE
        + """
def forge(send, parent):
    pack = kernel.session.pack
    def brackets(content):
        return b"[" * 200_000 + b"]" * 200_000 if isinstance(content, dict) and "status" in content else pack(content)
    kernel.session.pack = brackets
    send({"status": "returned"})
    kernel.session.pack = pack
forging(forge)
""",
        after="render_for_inference-checks",
    )


@attack(row="floods", wants="the grader to stumble over bytes that are no message")
def garbage_on_the_wire(work: Work) -> None:
    work.add(
        FORGE
        + """
def forge(send, parent):
    pack = kernel.session.pack
    garbage = itertools.cycle([b"\\xff\\xfe", b"", b"{", b"9" * 10_000, b"NaN", b"[1e999]", b'{"a":' * 5000])
    for part in ("header", "content", "both"):
        kernel.session.pack = lambda content: next(garbage)
        send({"status": "returned"})
    kernel.session.pack = pack
    socket = getattr(kernel, "iopub_socket", None)
    for frames in ([b""], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"], [b"x"] * 50):
        try:
            socket.send_multipart(frames)
        except Exception:
            pass
    send({"status": "missing"})
forging(forge)
""",
        after="render_for_inference-checks",
    )


@attack(row="floods", wants="the same while a cell runs", costs=("prefill",), loses_output=True)
def garbage_from_a_cell(work: Work) -> None:
    work.add(
        """
        kernel = get_ipython().kernel
        for frames in ([b"stream", b"<IDS|MSG>", b"", b"[]", b"7", b"{}", b"null"], [b"<IDS|MSG>"], [b"\\xff"] * 9):
            kernel.iopub_socket.send_multipart(frames)
        parent = kernel.get_parent("shell")
        for content in (None, 7, {"name": 1, "text": [2]}, {"data": {"text/html": {"a": 1}}, "metadata": 3}):
            for kind in ("stream", "display_data", "error", "execute_input", "clear_output", "status", "comm_open"):
                kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
        """,
        after="prefill-checks",
    )


@attack(row="equal to everything", wants="a type that calls itself what is asked for", earns=ANYTHING)
def types_with_other_names(work: Work) -> None:
    work.answer(
        "prefill",
        """
        def named(name):
            return type(name, (), {"__len__": lambda self: 1, "__iter__": lambda self: iter([])})()
        answers = [named(name) for name in ("Tensor", "str", "\\x1b[2J", "<script>", "x" * 100_000)]
        def prefill(*_):
            answers.append(answers.pop(0))
            return answers[0]
        """,
    )
