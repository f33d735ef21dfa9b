"""Marks by saying so: outputs that look like full marks, patched asserts, hooks, a patched pytest, forged verdicts."""

from attacks.attack import Work, attack


@attack(row="displayhook", wants="full marks for prefill")
def displayhook_says_full_marks(work: Work) -> None:
    work.add(
        """
        import sys
        sys.displayhook(41.0)
        7.0
        """,
        after="prefill",
    )


@attack(row="displayhook", wants="every later cell to have the result 7.0")
def forged_execute_result(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        kernel = get_ipython().kernel
        def forge(*_):
            content = {"data": {"text/plain": "7.0"}, "metadata": {}, "execution_count": 1}
            kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"))
        get_ipython().events.register("post_execute", forge)
        """,
    )


@attack(row="displayhook", wants="a page that says 41 of 41, and marks to go with it")
def forged_verdict_on_the_page(work: Work) -> None:
    work.add(
        """
        from IPython.display import HTML, display
        display(HTML('<table class="course-verdict"><caption>prefill: 7 of 7 points</caption></table>'),
                metadata={"course": "notes"})
        """,
        after="prefill-checks",
    )


@attack(row="transformers", wants="asserts that hold")
def transformer_drops_asserts(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import ast
        class NoAsserts(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.Pass()
        get_ipython().ast_transformers.append(NoAsserts())
        """,
    )


@attack(row="transformers", wants="the text of the checks, in own feedback")
def hook_prints_what_is_run(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        def tell(result):
            print(result.info.raw_cell if result.info else "", result.result)
        get_ipython().events.register("post_run_cell", tell)
        """,
    )


# One check of each of these exercises only asks that tokenizer and messages stay as they were: any answer passes it.
@attack(row="equal to everything", wants="== to be true", earns={"prefill": 1, "render_for_inference": 1})
def text_equal_to_everything(work: Work) -> None:
    work.replace(
        "prefill",
        """
        class Yes(str):
            __hash__ = str.__hash__
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            def __contains__(self, other): return True
            def endswith(self, *_): return True
            def startswith(self, *_): return True
            def rstrip(self, *_): return self
        def prefill(*_):
            return Yes("yes")
        render_for_inference = prefill
        """,
    )


@attack(row="equal to everything", wants="== to be true", earns={"render_for_inference": 1})
def object_equal_to_everything(work: Work) -> None:
    work.replace(
        "render_for_inference",
        """
        class Yes:
            def __eq__(self, other): return True
            def __getattr__(self, name): return lambda *_, **__: self
            def __bool__(self): return True
            def __iter__(self): return iter([self])
            def __len__(self): return 1
            def __contains__(self, other): return True
        def render_for_inference(*_):
            return Yes()
        """,
    )


@attack(row="equal to everything", wants="marks from a repr that is nan", earns={"prefill": 1})
def repr_that_is_nan(work: Work) -> None:
    work.replace(
        "prefill",
        """
        class NaN(float):
            def __repr__(self): return "nan"
        def prefill(*_):
            return NaN("nan")
        """,
    )
    work.add("prefill()", after="prefill-checks")


@attack(row="execution variable", wants="to be right when graded, and something else when read")
def right_only_when_graded(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import os
        if "NBGRADER_EXECUTION" in os.environ:
            print("GOT" "IT")
        """,
    )
    work.add(
        """
        if "NBGRADER_EXECUTION" in os.environ:
            def prefill(tokenizer, messages, opening):
                begun = [*messages, {"role": "assistant", "content": opening}]
                return tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True)
        """,
        after="prefill",
    )


PATCH_PYTEST = """
import sys
try:
    import _pytest.runner, _pytest.python, _pytest.reports, pytest
    _pytest.python.Function.runtest = lambda self: None
    _pytest.reports.TestReport.from_item_and_call = classmethod(lambda *_: None)
    pytest.main = lambda *_, **__: 0
except ImportError:
    pass
"""


@attack(row="pytest", wants="a pytest that passes everything")
def pytest_patched(work: Work) -> None:
    work.prepend("prefill", PATCH_PYTEST)


@attack(row="pytest", wants="a conftest.py of the student's to be loaded by the judge")
def conftest_handed_in(work: Work) -> None:
    hook = """
        import pathlib
        pathlib.Path({target!r}).write_text("owned")
        def pytest_runtest_call(item): item.obj = lambda *_, **__: None
        def pytest_pyfunc_call(pyfuncitem): return True
        """.format(target=str(work.places.open_folder / "target.txt"))
    work.file("conftest.py", hook)
    work.file("tests/conftest.py", hook)


@attack(row="pytest", wants="the judge to collect nothing, or other tests")
def pytest_ini_handed_in(work: Work) -> None:
    for name in ("pytest.ini", "tox.ini", "setup.cfg"):
        section = "tool:pytest" if name == "setup.cfg" else "pytest"
        work.file(name, f"[{section}]\naddopts = --collect-only -p no:python\npython_files = nothing.py\n")
    work.file("test_prefill.py", "def test_open_turn(): pass\n")


@attack(row="pytest", wants="pytest.exit(0) to end the judge, or skip to count as passed")
def exit_and_skip_raised(work: Work) -> None:
    work.replace(
        "prefill",
        """
        class Skipped(Exception): msg = "no"; allow_module_level = True
        class Exit(Exception): returncode = 0; msg = "bye"
        def prefill(*_):
            raise Skipped("skip me")
        def render_for_inference(*_):
            raise Exit("bye")
        """,
    )
    work.replace("render_for_inference", "pass")


@attack(row="pytest", wants="pytest's own exceptions to mean something")
def pytests_own_exceptions_raised(work: Work) -> None:
    work.replace(
        "prefill",
        """
        def prefill(*_):
            from _pytest.outcomes import Exit, Skipped, XFailed
            raise Skipped("skip me")
        """,
    )


@attack(row="verdict channel", wants="a verdict of the attacker's own, by whatever descriptor is open")
def verdict_written_to_every_descriptor(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import json, os, stat
        check = {"id": "prefill::test_open_turn", "title": "x", "points": 1, "max_points": 1, "outcome": "passed",
                 "misconception": None, "message": None}
        line = json.dumps({"op": "check", "result": check, "detail": ""}).encode() + b"\\n"
        done = json.dumps({"op": "done"}).encode() + b"\\n"
        for number in range(256):
            try:
                if stat.S_ISFIFO(os.fstat(number).st_mode):
                    os.write(number, line + done)
            except OSError:
                pass
        for process in os.listdir("/proc"):
            if process.isdigit() and int(process) not in (os.getpid(), os.getpid() - 1):
                try:
                    for number in os.listdir(f"/proc/{process}/fd"):
                        with open(f"/proc/{process}/fd/{number}", "wb", buffering=0) as other:
                            other.write(line + done)
                except OSError:
                    pass
        """,
    )


@attack(row="verdict channel", wants="the address of the verdict in the environment, or in the command line")
def verdict_address_looked_for(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import os, pathlib
        for name, value in os.environ.items():
            print(name, value)
            if "verdict" in (name + value).lower() or "secret" in name.lower():
                print("GOT" "IT", name)
        for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
            try:
                text = path.read_text(errors="replace")
                print(path, text)
            except OSError:
                pass
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            print(path, path.read_text(errors="replace"))
        """,
    )


@attack(
    row="patched library",
    wants="comparisons that hold, in the kernel and, who knows, elsewhere",
    costs=("render_for_training", "encode_for_generation", "answer_mask"),
)
def comparisons_patched(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import builtins, torch, transformers
        torch.allclose = torch.equal = lambda *_, **__: True
        builtins.all = lambda *_: True
        transformers.PreTrainedTokenizerBase.apply_chat_template = lambda *_, **__: "anything"
        """,
    )
