"""The judge's own process against what submissions send: whatever it is costs one check, and the judge goes on."""

import base64
import json
import logging
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from autograder.almanac import records
from autograder.errors import SandboxUnavailable
from autograder.judge import configs, process
from autograder.judge.check import BUSY, OURS, load_checks
from autograder.judge.configs import RefusedField, rebuild
from autograder.judge.memory import HOST_BYTES
from autograder.judge.process import Judge
from autograder.judge.training import Plan, Untrainable, train
from autograder.judge.values import Config, decode_answer
from autograder.machine import profile
from autograder.verdict import CheckResult

sys.path.insert(0, str(ROOT / "autograder" / "sandbox" / "inside"))

import encoding
import making
import probe

pytestmark = pytest.mark.usefixtures("kernels_place")

FILES = {
    "conftest.py": '''
        import time
        import pytest
        from autograder.judge import alarm

        alarm.CHECK_CPU_SECONDS = 1.0

        @pytest.fixture(scope="session")
        def expensive():
            """More of the judge's time than a check may use."""
            while time.process_time() < 2 + expensive_since:
                pass

        expensive_since = time.process_time()

        @pytest.fixture(scope="session")
        def adapted():
            """A small base with an adapter. What is imported here is not imported in the time of a check."""
            from peft import get_peft_model
            from transformers import LlamaConfig, LlamaForCausalLM

            sizes = {"hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2, "vocab_size": 8}
            config = LlamaConfig(num_hidden_layers=1, **sizes)
            return lambda adapter: get_peft_model(LlamaForCausalLM(config), adapter)
        ''',
    "misconceptions.py": """
        from autograder.judge.check import Misconception

        MISCONCEPTIONS = {"wrong": Misconception("It is wrong.", "Make it right.")}
        """,
    "test_three.py": """
        @check("It is three", points=1, misconception="wrong")
        def test_three(submission):
            assert submission.call("three") == 3
        """,
    "test_fixture.py": """
        @check("It is three after a long while", points=1, misconception="wrong")
        def test_fixture(submission, expensive):
            assert submission.call("three") == 3
        """,
    "test_pattern.py": """
        @check("The pattern matches", points=1, misconception="wrong")
        def test_one(submission):
            assert re.fullmatch(submission.call("pattern"), "a" * 60)

        @check("The pattern matches again", points=1, misconception="wrong")
        def test_two(submission):
            assert re.fullmatch(submission.call("pattern"), "a" * 60)

        @check("The pattern matches once more", points=1, misconception="wrong")
        def test_three(submission):
            assert re.fullmatch(submission.call("pattern"), "a" * 60)
        """,
    "test_caught.py": """
        @check("What has been caught rings again", points=1, misconception="wrong")
        def test_caught(submission):
            try:
                re.fullmatch("(a|a)*b", "a" * 60)
            except BaseException:
                re.fullmatch("(a|a)*b", "a" * 60)
        """,
    "test_template.py": """
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        @check("The template renders", points=1, misconception="wrong")
        def test_template(submission):
            ImmutableSandboxedEnvironment().from_string(submission.call("template")).render()
        """,
    "test_stuck.py": """
        def consume(value):
            collections.deque(itertools.repeat(value), maxlen=0)  # in C, which never looks for signals

        @check("It is consumed", points=1, misconception="wrong")
        def test_one(submission):
            consume(submission.call("stuck"))

        @check("It is consumed again", points=1, misconception="wrong")
        def test_two(submission):
            consume(submission.call("stuck"))

        @check("It is consumed once more", points=1, misconception="wrong")
        def test_three(submission):
            consume(submission.call("stuck"))
        """,
    "test_dies.py": """
        @check("It survives", points=1, misconception="wrong")
        def test_dies(submission):
            os.write(2, b"these are its last words")
            os.kill(os.getpid(), submission.call("signal"))
        """,
    "test_gpu.py": """
        import torch
        from autograder.judge import training

        @check("The GPU computes", points=1, misconception="wrong")
        def test_gpu(submission):
            error = submission.call("error")
            training.profile = lambda: "gpu" if error == "RuntimeError" else "cpu"
            raise {"RuntimeError": RuntimeError, **vars(torch)}[error]("CUDA error")
        """,
    "test_environment.py": """
        @check("The judge has been told", points=1, misconception="wrong")
        def test_environment(submission, request):
            assert not request.config.pluginmanager.hasplugin("anyio")  # what happens to be installed here
            told = {"COURSE_PROFILE": "cpu", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
            told |= {"CUDA_VISIBLE_DEVICES": "", "SECRET": None}
            assert {name: os.environ.get(name) for name in told} == told
        """,
    "test_silent.py": """
        @check("It does not last", points=1, misconception="wrong")
        def test_silent(submission):
            with alarm.paused() if submission.call("silent") == "paused" else contextlib.nullcontext():
                time.sleep(20)
        """,
    "test_waiting.py": """
        @pytest.fixture(scope="module")
        def waiting(submission):
            submission.call("waiting")
            time.sleep(20)

        @check("It does not last", points=1, misconception="wrong")
        def test_waiting(waiting):
            pass

        @check("It does not last either", points=1, misconception="wrong")
        def test_waiting_again(waiting):
            pass
        """,
    "test_kept.py": """
        @pytest.fixture(scope="session")
        def kept(submission):
            return submission.call("kept")

        @check("It is three", points=1, misconception="wrong")
        def test_kept(kept):
            assert kept == 3
        """,
    "test_panics.py": """
        @pytest.fixture(scope="session")
        def before():
            return 3

        @pytest.fixture(scope="session")
        def panics(before, submission):
            value = submission.call("panics")
            if value == 0:
                raise BaseException("as of a library in Rust")
            yield before
            if value == 1:
                raise BaseException("at its end")

        @check("It does not", points=1, misconception="wrong")
        def test_panics(panics):
            assert panics == 3
        """,
    "test_fixed.py": """
        @pytest.fixture(scope="module")
        def found(submission):
            with in_time():
                return re.fullmatch(submission.call("fixed"), "a" * 40)

        @check("It does not match", points=1, misconception="wrong")
        def test_one(found):
            assert found is None

        @check("It still does not", points=1, misconception="wrong")
        def test_two(found):
            assert found is None

        @check("Nor does it now", points=1, misconception="wrong")
        def test_three(found):
            assert found is None
        """,
    "test_memory.py": """
        @check("It fits", points=1, misconception="wrong")
        def test_memory(submission):
            assert len(bytearray(submission.call("bytes"))) > 0
        """,
    "test_lora.py": """
        @check("LoRA is where it was asked for", points=1, misconception="wrong")
        def test_lora(submission, adapted):
            model = adapted(rebuild(submission.call("lora")))
            assert {name.split(".")[-3] for name, _ in model.named_modules() if "lora_A.default" in name} == {"q_proj"}
        """,
}
HEAD = """
import collections, contextlib, itertools, os, re, time
import pytest
from autograder.judge import alarm
from autograder.judge.check import check
from autograder.judge.configs import rebuild
from autograder.judge.submission import in_time
"""

Ask = Callable[..., dict[str, CheckResult]]


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("checks")
    for name, text in FILES.items():
        (directory / name).write_text(HEAD + text.replace("\n        ", "\n"))
    return directory


@pytest.fixture(scope="module")
def one_judge() -> Iterator[Judge]:
    judge = Judge()
    yield judge
    judge.stop()


@pytest.fixture
def judge(one_judge: Judge) -> Judge:
    """It runs, whatever the test before did to it."""
    one_judge.start()
    return one_judge


@pytest.fixture
def ask(judge: Judge, checks: Path) -> Ask:
    """What the checks of these exercises say when each probe is answered with this reply, or by this function."""

    def run(exercises: str, reply: Any) -> dict[str, CheckResult]:
        chosen = [one for one in load_checks(checks) if one.exercise in exercises.split()]
        answer = reply if callable(reply) else lambda _: reply
        return {one.id: one for one in judge.judge(checks, checks, chosen, {}, 0, answer, logging.getLogger(__name__))}

    return run


def returned(value: object) -> dict[str, Any]:
    return {"status": "returned", "value": value, "arguments": []}


def outcomes(results: dict[str, CheckResult]) -> list[str]:
    return [result.outcome for result in results.values()]


def pid(judge: Judge) -> int:
    assert judge._process is not None
    return judge._process.pid


def test_right_answer_passes(ask: Ask) -> None:
    assert outcomes(ask("three", returned(3))) == ["passed"]
    assert outcomes(ask("three", returned(4))) == ["failed"]


def test_what_a_fixture_holds_is_of_one_submission(ask: Ask, judge: Judge) -> None:
    before = pid(judge)
    assert [outcomes(ask("kept", returned(value))) for value in (3, 4, 3)] == [["passed"], ["failed"], ["passed"]]
    assert pid(judge) == before


def test_what_breaks_off_a_fixture_is_of_one_submission(ask: Ask, judge: Judge) -> None:
    before = pid(judge)
    assert outcomes(ask("panics three", returned(0))) == ["grader error", "failed"]
    for value in (3, 1, 3):
        second = "passed" if value == 3 else "failed"
        assert outcomes(ask("panics three", returned(value))) == ["passed", second]
    assert pid(judge) == before


def test_each_check_is_its_own_assignment_s_and_as_it_is_now(judge: Judge, checks: Path, tmp_path: Path) -> None:
    """A judge in a server sees several assignments, and checks that are corrected meanwhile."""

    def outcome(directory: Path) -> list[str]:
        (three,) = (one for one in load_checks(directory) if one.exercise == "three")
        words = (directory, directory, [three], {}, 0, lambda _: returned(4), logging.getLogger(__name__))
        return outcomes({three.id: judge.judge(*words)[0]})

    other = Path(shutil.copytree(checks, tmp_path / "other"))
    before = pid(judge)
    assert outcome(checks) == ["failed"]
    (other / "test_three.py").write_text((other / "test_three.py").read_text().replace("== 3", "== 4"))
    assert outcome(other) == ["passed"]
    (other / "test_three.py").write_text((other / "test_three.py").read_text().replace("== 4", "== 50"))
    assert outcome(other) == ["failed"]
    assert pid(judge) == before


@pytest.mark.parametrize(
    ("exercise", "value"),
    [
        ("caught", None),
        ("template", "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"),
    ],
)
def test_endless_work_costs_its_check_and_not_the_process(ask: Ask, judge: Judge, exercise: str, value: object) -> None:
    before = pid(judge)
    results = ask(f"{exercise} three", lambda request: returned(3 if request["name"] == "three" else value))
    assert results["three::test_three"].outcome == "passed"
    endless = results[f"{exercise}::test_{exercise}"]
    assert (endless.outcome, endless.message) == ("timed out", BUSY)
    assert pid(judge) == before


def test_endless_pattern_is_given_up_after_two_checks(ask: Ask, judge: Judge) -> None:
    before, asked = pid(judge), []
    results = ask("pattern", lambda request: asked.append(request) or returned("(a|a)*b"))
    assert outcomes(results) == ["timed out"] * 3
    assert len(asked) == 2
    assert outcomes(ask("pattern", returned("a*"))) == ["passed"] * 3  # the next student's
    assert pid(judge) == before


def test_what_cannot_be_interrupted_is_killed(ask: Ask, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "CHECK_SECONDS", 4.0)
    before, asked = pid(judge), []
    results = ask("stuck three", lambda request: asked.append(request["name"]) or returned(3))
    assert outcomes(results) == ["timed out"] * 3 + ["passed"]
    assert results["stuck::test_one"].message == BUSY
    assert asked == ["stuck", "stuck", "three"]
    assert pid(judge) != before


def test_judge_that_dies_is_our_fault_and_starts_again(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    results = ask("dies three", lambda request: returned(9 if request["name"] == "signal" else 3))
    assert outcomes(results) == ["grader error", "passed"]
    assert results["dies::test_dies"].message == OURS
    assert "lost at dies::test_dies; it had said:\nthese are its last words" in caplog.text


@pytest.mark.parametrize(
    ("error", "goes_on"), [("AcceleratorError", False), ("RuntimeError", False), ("OutOfMemoryError", True)]
)
def test_process_in_which_cuda_failed_judges_nothing_more(ask: Ask, judge: Judge, error: str, goes_on: bool) -> None:
    before = pid(judge)
    results = ask("gpu three", lambda request: returned(error if request["name"] == "error" else 3))
    assert outcomes(results) == ["grader error", "passed"]
    assert (pid(judge) == before) is goes_on


def test_judge_that_is_stopped_from_another_thread_is_not_waited_for(checks: Path) -> None:
    """As at the end of a run, where nobody wants any longer what it is about to say, nor that it starts again."""
    judge = Judge()
    known = [one for one in load_checks(checks) if one.exercise in ("stuck", "three")]
    asked = threading.Event()

    def answer(_: object) -> dict[str, Any]:
        asked.set()
        return returned(3)  # which keeps the judge at ``stuck``

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(judge.judge, checks, checks, known, {}, 0, answer, logging.getLogger(__name__))
        assert asked.wait(process.OURS_SECONDS / 3)
        judge.stop()
        with pytest.raises(SandboxUnavailable, match="grading was stopped"):
            waiting.result(process.OURS_SECONDS / 3)
    assert judge._process is None


def test_judge_is_told_of_the_hardware_and_of_nothing_else(checks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_PROFILE")
    monkeypatch.setattr(profile, "profile", lambda: "cpu")
    monkeypatch.setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    monkeypatch.setenv("SECRET", "x")
    judge, (check,) = Judge(), (one for one in load_checks(checks) if one.exercise == "environment")
    (result,) = judge.judge(checks, checks, [check], {}, 0, returned, logging.getLogger(__name__))
    judge.stop()
    assert result.outcome == "passed"


@pytest.mark.parametrize(
    ("reply", "outcome"), [("check", "timed out"), ("paused", "grader error"), ("fixture", "grader error")]
)
def test_silence_is_the_students_only_in_the_students_time(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, reply: str, outcome: str
) -> None:
    """In our own work it lasts until it is given up for the whole exercise, and for that alone."""
    monkeypatch.setattr(process, "CHECK_SECONDS", 2.0)
    monkeypatch.setattr(process, "OURS_SECONDS", 15.0)  # its start, on a busy machine, included
    names = {"check": "silent", "paused": "silent", "fixture": "waiting"}
    results = ask(f"{names[reply]} three", lambda request: returned(3 if request["name"] == "three" else reply))
    assert results.pop("three::test_three").outcome == "passed"
    assert outcomes(results) == ([outcome, outcome] if reply == "fixture" else [outcome])


def test_judge_without_memory_is_our_fault_and_goes_on(ask: Ask, judge: Judge) -> None:
    before = pid(judge)
    results = ask("memory three", lambda request: returned(3 if request["name"] == "three" else HOST_BYTES))
    assert outcomes(results) == ["grader error", "passed"]
    assert outcomes(ask("memory", returned(HOST_BYTES // 64))) == ["passed"]
    assert pid(judge) == before


def test_checks_that_pytest_cannot_run_are_our_fault(
    judge: Judge, checks: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Path(shutil.copytree(checks, tmp_path / "broken"))
    (broken / "conftest.py").write_text("1 / 0\n")
    (three,) = (one for one in load_checks(broken) if one.exercise == "three")
    before = pid(judge)
    for _ in range(2):
        (found,) = judge.judge(broken, broken, [three], {}, 0, lambda _: returned(3), logging.getLogger(__name__))
        assert (found.outcome, found.message) == ("grader error", OURS)
    assert caplog.text.count("check three::test_three failed on our side:\npytest did not run this check") == 2
    shutil.copy(checks / "conftest.py", broken)
    (found,) = judge.judge(broken, broken, [three], {}, 0, lambda _: returned(3), logging.getLogger(__name__))
    assert (found.outcome, pid(judge)) == ("passed", before)


def test_judge_that_died_between_two_submissions_starts_again(ask: Ask, judge: Judge) -> None:
    assert judge._process is not None
    judge._process.kill()
    judge._process.wait()
    assert outcomes(ask("three", returned(3))) == ["passed"]


def test_probe_that_fails_on_our_side_does_not_confuse_the_next_submission(ask: Ask) -> None:
    def fail(_: object) -> object:
        raise SandboxUnavailable("grading was stopped")

    with pytest.raises(SandboxUnavailable):
        ask("three", fail)
    assert outcomes(ask("three", returned(3))) == ["passed"]


def test_neither_fixtures_nor_slow_answers_use_up_a_checks_time(ask: Ask) -> None:
    def slow(_: object) -> object:
        time.sleep(2.0)
        return returned(3)

    assert outcomes(ask("fixture three", slow)) == ["passed", "passed"]


def nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    "reply",
    [
        returned(nested(900)),
        returned(nested(100_000)),
        returned(10**5000),
        returned(float("nan")),
        returned("half of a character: \ud800"),
        returned({"dict": [["a", 1], ["a", 2]]}),
        returned(b"bytes"),
        {"status": {}},
        {"status": "passed"},
        {},
        [],
        None,
    ],
    ids=range(12),
)
def test_reply_that_is_no_answer_costs_its_check(ask: Ask, judge: Judge, reply: object) -> None:
    ask("three", returned(3))
    before = pid(judge)
    (result,) = ask("three", reply).values()
    assert (result.outcome, result.message) == ("raised", "What came back is not data that could be read.")
    assert pid(judge) == before


RUBBISH = [
    None,
    0,
    -1.5,
    True,
    "",
    "x" * 100_000,
    "<|im_start|>",
    [],
    [[]],
    [None],
    [0, 1] * 1000,
    ["a", {"dict": [["role", 1], ["content", None]]}],
    [{"dict": [["role", "user"], ["content", "x"]]}],
    {"dict": []},
    {"dict": [[1, 2], [None, 3]]},
    {"dict": [["input_ids", 1], ["attention_mask", None]]},
    {"dict": [["input_ids", "x"], ["attention_mask", {"tuple": []}]]},
    {"tuple": [{"float": "nan"}]},
    {"opaque": "Tensor"},
    {"tensor": {"dtype": "torch.float32", "shape": [], "data": ["nan"]}},
    {"tensor": {"dtype": "torch.int64", "shape": [0, 3], "data": []}},
    {"tensor": {"dtype": "torch.int64", "shape": [1, 2, 1], "data": [1, 2]}},
    {"config": {"kind": "LoraConfig", "fields": []}},
]
RIGHT_KIND = [  # of the kind that is asked for in one exercise, and still rubbish
    {"dict": [["input_ids", {"tensor": part}], ["attention_mask", {"tensor": part}]]}
    for part in (
        {"dtype": "torch.int64", "shape": [1, 2], "data": [10**15, -1]},
        {"dtype": "torch.float16", "shape": [1, 1], "data": ["inf"]},
        {"dtype": "torch.bool", "shape": [1, 0], "data": []},
        {"dtype": "torch.int64", "shape": [], "data": [1]},
    )
]


def judge_rubbish(judge: Judge, assignment: str, value: object) -> set[str]:
    """The outcomes of all checks, where each call gives this value."""
    directory = ROOT / "autograder" / "checks" / assignment

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        """What an honest kernel would send of the arguments, and the value."""
        made = [making.make(argument) for argument in request["arguments"] or ()]
        after = [encoding.Encoder(10**7).encode(argument) for argument in made]
        return {"status": "returned", "value": value, "arguments": after}

    source = ROOT / "source" / assignment
    results = judge.judge(directory, source, load_checks(directory), {}, 0, answer, logging.getLogger(__name__))
    return {result.outcome for result in results}


@pytest.mark.parametrize("value", RUBBISH + RIGHT_KIND, ids=range(len(RUBBISH + RIGHT_KIND)))
@pytest.mark.parametrize("assignment", ["chat-templates", "sft-or-prompting"])
def test_rubbish_earns_nothing_and_is_not_our_fault(judge: Judge, assignment: str, value: object) -> None:
    allowed = {"failed", "passed"} if value in RIGHT_KIND else {"failed"}
    assert judge_rubbish(judge, assignment, value) <= allowed


def tensors(**named: torch.Tensor) -> str:
    return base64.b64encode(save(named)).decode()


NO_MODEL = {"kind": [], "trainable": [], "weights": tensors(), "lora": None}
NO_TRAINER = {
    "kind": ["SFTTrainer"],
    "args": {"opaque": "x"},
    "model": {"model": NO_MODEL},
    "rows": None,
    "batch": None,
    "own_optimizer": False,
    "tokenizer": None,
}
ADAPTER = {"config": {"kind": "LoraConfig", "fields": [["r", 2**70], ["target_modules", [[]]]]}}
ODD_TENSORS = {
    "model.norm.weight": torch.zeros(3, dtype=torch.int8),
    "model.embed_tokens.weight": torch.full((2, 2), float("nan")),
    "base_model.model.model.layers.0.self_attn.q_proj.lora_A.default.weight": torch.zeros(()),
}
ODD_ROWS = [
    {"dict": [["input_ids", [10**9, -5]], ["labels", [-100, -101]]]},
    {"dict": [["input_ids", "x"], ["labels", {"tuple": []}]]},
    {"dict": [[1, 2]]},
]
ODD_ARGS = {"config": {"kind": "SFTConfig", "fields": [["learning_rate", "x"], ["output_dir", 3], [" ", []]]}}
ODD = [
    None,
    [0.5],
    {"dict": [["prompt", [1]], ["completion", [{"dict": [["role", []]]}]]]},
    {"float": "nan"},
    {"opaque": "TrainingArguments"},
    ADAPTER,
    ODD_ARGS,
    {"folder": [["adapter_config.json", "AAAA"], ["adapter_model.safetensors", ""]]},
    {"model": NO_MODEL},
    {"model": {**NO_MODEL, "kind": ["PeftModel"], "weights": tensors(**ODD_TENSORS), "lora": ADAPTER}},
    {"trainer": NO_TRAINER},
    {"trainer": {**NO_TRAINER, "rows": ODD_ROWS, "args": ODD_ARGS, "batch": {"dict": [["labels", None]]}}},
    {"trainer": {**NO_TRAINER, "model": {"model": {**NO_MODEL, "weights": tensors(**ODD_TENSORS), "lora": ADAPTER}}}},
]


@pytest.mark.filterwarnings("ignore")  # of what trl and peft say about releases to come
@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_models_and_trainers_that_are_odd_are_not_our_fault(judge: Judge, value: object) -> None:
    assert judge_rubbish(judge, "fine-tuning", value) <= {"failed", "passed", "raised"}


def test_config_that_is_in_range_is_used(ask: Ask) -> None:
    config = {"config": {"kind": "LoraConfig", "fields": [["target_modules", ["q_proj"]], ["r", 2]]}}
    assert outcomes(ask("lora", returned(config))) == ["passed"]


def test_refused_field_is_named(ask: Ask) -> None:
    config = {"config": {"kind": "LoraConfig", "fields": [["layer_replication", [[0, 4], [2, 5]]]]}}
    (result,) = ask("lora", returned(config)).values()
    assert (result.outcome, result.misconception) == ("failed", None)
    assert result.message == "The field `layer_replication` cannot be set here; leave it at its default."


def test_targets_that_never_end_matching_time_out(ask: Ask, judge: Judge) -> None:
    before = pid(judge)
    config = {"config": {"kind": "LoraConfig", "fields": [["target_modules", "([a-z0-9_.]|[a-z0-9_.])*!"]]}}
    (result,) = ask("lora", returned(config)).values()
    assert (result.outcome, result.message) == ("timed out", BUSY)
    assert pid(judge) == before


def real(kind: str) -> Any:
    import peft
    import trl

    return {"SFTConfig": trl.SFTConfig, "LoraConfig": peft.LoraConfig}[kind]


def crossed(made: object) -> Any:
    """A config after its way from a kernel to the judge."""
    request = {"name": "config", "arguments": None, "given": {}, "seed": 0, "reply_bytes": 100_000}
    return decode_answer(probe.answer(request, {"config": made})["value"])


@pytest.mark.parametrize("kind", ["SFTConfig", "LoraConfig"])
def test_tables_name_fields_that_exist_and_each_once(kind: str) -> None:
    table = configs._TABLES[kind]
    assert {*table.rules, *table.ignored, *table.settings} <= real(kind).__dataclass_fields__.keys()
    assert not table.rules.keys() & table.ignored


def test_of_a_config_only_what_was_set_is_sent() -> None:
    config = real("LoraConfig")(r=4, target_modules=["v_proj", "q_proj"], task_type="CAUSAL_LM")
    fields = {"task_type": "CAUSAL_LM", "r": 4, "target_modules": ["q_proj", "v_proj"]}
    assert crossed(config) == Config("LoraConfig", fields)
    assert rebuild(crossed(config)) == config


def test_what_a_config_sets_by_itself_is_not_sent() -> None:
    config = real("SFTConfig")("somewhere", use_cpu=True, activation_checkpointing=True, lr_scheduler_type="cosine")
    config.learning_rate = 1e-3
    fields = {"output_dir": "somewhere", "learning_rate": 1e-3, "lr_scheduler_type": "cosine"}
    assert crossed(config) == Config("SFTConfig", {**fields, "bf16": True})
    made = rebuild(crossed(config), output_dir="ours")
    assert (made.output_dir, made.learning_rate, made.lr_scheduler_type.value) == ("ours", 1e-3, "cosine")
    assert (made.bf16, made.use_cpu, made.report_to, made.save_strategy.value) == (False, True, [], "no")


@pytest.mark.filterwarnings("ignore")  # of what trl and peft say about releases to come
@pytest.mark.parametrize("strategy", ["bfd", "wrapped"])
def test_batch_that_a_judge_has_no_room_for_is_refused_before_it_is_made(strategy: str) -> None:
    rows = tuple(json.dumps(row) for row in records.rows(records.train_records()))
    plan = Plan(ROOT / "source" / "fine-tuning" / "base", rows, 1600, 0)
    fields = {"per_device_train_batch_size": 256, "packing": True, "packing_strategy": strategy, "max_length": 8192}
    with pytest.raises(Untrainable, match=r"a batch of 4 rows of 8,\d{3} tokens: more than the grader has memory for"):
        train(plan, Config("SFTConfig", fields))


PACKED = {"packing": True, "packing_strategy": "bfd"}


@pytest.mark.filterwarnings("ignore")  # of what trl and peft say about releases to come
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({**PACKED, "max_length": 8192, "per_device_train_batch_size": 1}, "tokens: more than the grader has time for"),
        ({**PACKED, "max_length": 1024, "per_device_train_batch_size": 8}, "tokens: more than the grader has time for"),
        ({"max_length": 8}, "no row has anything left to be trained"),
        ({"per_device_train_batch_size": 256, "num_train_epochs": 0.01, "dataloader_drop_last": True}, None),
        ({"packing": True, "packing_strategy": "wrapped", "per_device_train_batch_size": 64,
          "dataloader_drop_last": True}, "not one step is made"),
    ],
)  # fmt: skip
def test_training_that_would_take_hours_or_do_nothing_is_refused(fields: dict[str, Any], why: str | None) -> None:
    rows = tuple(json.dumps(row) for row in records.rows(records.train_records()))
    plan = Plan(ROOT / "source" / "fine-tuning" / "base", rows, 1600, 0)
    config = Config("SFTConfig", {"num_train_epochs": 100, **fields})
    if why is None:
        assert len(train(plan, config).losses) == 1
    else:
        with pytest.raises(Untrainable, match=why):
            train(plan, config)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("fields", "lora", "why"),
    [
        ({"packing": True, "max_length": None}, None, "When packing is enabled, `max_length` can't be `None`"),
        ({"adam_beta1": 0}, None, "betas must be either both floats or both Tensors"),
        ({"lr_scheduler_type": "polynomial", "warmup_steps": 0.999}, None, "ZeroDivisionError"),  # in its last step
        ({"lr_scheduler_kwargs": {"min_lr": 0.1}}, None, "TypeError"),  # a schedule that takes no such thing
        ({"lr_scheduler_type": "cosine_with_min_lr"}, None,
         "One of min_lr or min_lr_rate should be set through the `lr_scheduler_kwargs`"),
        ({}, {"target_modules": ["query"]}, "Target modules {'query'} not found in the base model"),
        ({}, {"target_modules": ["model"]}, "ValueError"),  # it prints the whole model
    ],
)  # fmt: skip
def test_why_nothing_can_be_trained_is_told_in_one_sentence(
    fields: dict[str, Any], lora: dict[str, Any] | None, why: str
) -> None:
    plan = Plan(ROOT / "source" / "fine-tuning" / "base", ('{"prompt": "a", "completion": "b"}',), 64, 0)
    with pytest.raises(Untrainable) as told:
        train(plan, Config("SFTConfig", fields), lora and Config("LoraConfig", lora))
    assert str(told.value) == f"It cannot be trained with: {why}."


@pytest.mark.filterwarnings("ignore")
def test_packed_rows_are_cut_by_what_they_hold() -> None:
    """Steps on long rows are as many times as long."""
    rows = tuple(json.dumps(row) for row in records.rows(records.train_records()[:64]))
    plan = Plan(ROOT / "source" / "fine-tuning" / "base", rows, 64, 0)
    fields = {**PACKED, "max_length": 256, "per_device_train_batch_size": 1, "max_steps": 60}
    assert len(train(plan, Config("SFTConfig", fields)).losses) < 20
    unpacked = {"per_device_train_batch_size": 4, "max_steps": 60}
    assert len(train(plan, Config("SFTConfig", unpacked)).losses) == 16


def test_pattern_that_never_ends_is_out_of_time_in_a_fixture_too(ask: Ask) -> None:
    assert outcomes(ask("fixed", returned("(a|a)*b"))) == ["timed out", "timed out", "timed out"]


def test_what_is_no_data_in_a_config_is_refused() -> None:
    import peft

    with pytest.raises(RefusedField, match="`eva_config`"), pytest.warns(UserWarning, match="eva"):
        rebuild(crossed(peft.LoraConfig(eva_config=peft.EvaConfig())))
    with pytest.raises(RefusedField, match="`target_modules`"):
        rebuild(crossed(peft.LoraConfig(target_modules={1, "q_proj"})))
    config = real("SFTConfig")(
        "x", use_cpu=True, activation_checkpointing=True, accelerator_config={"split_batches": True}
    )
    with pytest.raises(RefusedField, match="`accelerator_config`"):
        rebuild(crossed(config), output_dir="ours")


NUMBERS = st.integers(-1, 300) | st.floats(0, 2) | st.sampled_from([1e-5, 10_000])
VALUES = NUMBERS | st.sampled_from([None, True, False, "linear", "constant", "sgd", "nll", "bfd", "none", "all-linear"])


@settings(max_examples=200)
@given(st.data())
def test_whatever_the_rules_allow_can_be_made(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["SFTConfig", "LoraConfig"]))
    fields = data.draw(st.dictionaries(st.sampled_from(sorted(configs._TABLES[kind].rules)), VALUES, max_size=4))
    rules = configs._TABLES[kind].rules
    allowed = {name: value for name, value in fields.items() if rules[name].allows(value)}
    rebuild(Config(kind, allowed), **({"output_dir": "ours"} if kind == "SFTConfig" else {}))
