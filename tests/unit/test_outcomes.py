"""How the end of a check becomes an outcome that a student reads."""

import contextlib
import signal
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.judge import alarm
from autograder.judge.alarm import OutOfTime, limit, paused
from autograder.judge.arguments import encode_argument
from autograder.judge.check import BUSY, Check, Misconception, Told
from autograder.judge.configs import RefusedField
from autograder.judge.plugin import judge
from autograder.judge.submission import Missing, NoAnswer, Oversized, Raised, Stopped, Submission, TimedOut

CHECK = Check("A title", 2, "usual", {"AttributeError": "tensor", "Oversized": "other"}, "f::test_it", "f")
KNOWN = {name: Misconception(f"title of {name}", f"hint for {name}") for name in ("usual", "tensor", "other")}


def test_passed_gives_all_points_and_no_message() -> None:
    result = judge(CHECK, None, KNOWN)
    assert (result.outcome, result.points, result.message) == ("passed", 2, None)


@pytest.mark.parametrize(
    ("error", "outcome", "misconception", "message"),
    [
        (AssertionError(), "failed", "usual", "hint for usual"),
        (Told("other"), "failed", "other", "hint for other"),
        (Missing("not there"), "missing", None, "not there"),
        (TimedOut("too slow"), "timed out", None, "too slow"),
        (Stopped("ended"), "raised", None, "ended"),
        (Oversized(), "raised", "other", "What came back is far larger than any answer can be. hint for other"),
        (RefusedField("not here"), "failed", None, "not here"),
        (OutOfTime(), "timed out", None, BUSY),
        (Raised(["NameError", "Exception"], 3), "raised", None, "NameError in line 3 of your cell."),
        (Raised(["AttributeError"], 1), "raised", "tensor", "AttributeError in line 1 of your cell. hint for tensor"),
        (Raised(["AttributeError"], 1, tells=False), "raised", None, "AttributeError in line 1 of your cell."),
        (Raised(["Own", "AttributeError"], None), "raised", "tensor", "AttributeError was raised. hint for tensor"),
        (Raised(["KeyError"], None), "raised", None, "KeyError was raised."),
    ],
)
def test_outcome(error: BaseException, outcome: str, misconception: str | None, message: str) -> None:
    result = judge(CHECK, error, KNOWN)
    assert (result.outcome, result.points, result.misconception, result.message) == (outcome, 0, misconception, message)


@pytest.mark.parametrize("error", [KeyError("a bug in the check"), Told("a misspelt misconception")])
def test_our_own_failure_is_no_zero_for_the_student(error: Exception) -> None:
    assert judge(CHECK, error, KNOWN).outcome == "grader error"


def test_tensor_among_data_that_is_compared_is_the_student_s() -> None:
    import torch

    with pytest.raises(RuntimeError) as compared:
        bool([torch.tensor([1, 2])] == [1])
    assert judge(CHECK, compared.value, KNOWN).outcome == "failed"


def test_type_made_by_the_student_is_not_named() -> None:
    message = judge(CHECK, Raised(["hidden_input_was_42", "ValueError"], 1), KNOWN).message
    assert message == "ValueError in line 1 of your cell."


@pytest.mark.parametrize(
    ("reply", "cell", "expected"),
    [
        ({"status": "missing"}, {}, Missing),
        ({"status": "missing"}, {"status": "ran", "error": None, "line": None, "message": None}, Missing),
        ({"status": "missing"}, {"status": "raised", "error": "SyntaxError", "line": 1, "message": None}, Raised),
        ({"status": "missing"}, {"status": "timed out", "message": "slow"}, TimedOut),
        ({"status": "missing"}, {"status": "not run", "message": "late"}, TimedOut),
        ({"status": "missing"}, {"status": "stopped", "message": "large"}, Stopped),
        ({"status": "raised", "type": ["NotImplementedError"], "cell_line": 2}, {}, Missing),
        ({"status": "raised", "type": "garbage", "cell_line": "garbage"}, {}, Raised),
        ({"status": "raised"}, {}, Raised),
        ({"status": "timed out", "message": "slow"}, {}, TimedOut),
        ({"status": "stopped", "message": "large"}, {}, Stopped),
        ({"status": "malformed"}, {}, Stopped),
        ({"status": "oversized"}, {}, Oversized),
        ({"status": "returned", "value": {"forged": 1}, "arguments": []}, {}, Stopped),
        ({"status": "returned", "value": 1, "arguments": 1}, {}, Stopped),
        ({"status": "returned", "value": 1, "arguments": []}, {}, Stopped),
        ({"status": "returned", "value": 1, "arguments": [1, 2]}, {}, Stopped),
        ({"status": ["returned"]}, {}, Stopped),
        ({"status": {}}, {}, Stopped),
        ([], {}, Stopped),
        ("returned", {}, Stopped),
        (None, {}, Stopped),
        ({"status": "anything"}, {}, Stopped),
        ({}, {}, Stopped),
    ],
)
def test_reply_without_an_answer(reply: object, cell: dict[str, object], expected: type[NoAnswer]) -> None:
    submission = Submission(lambda _: reply, {"f": cell}, 0)  # type: ignore[arg-type, return-value]
    with pytest.raises(expected):
        submission.call("f", 1)


@pytest.mark.parametrize(
    ("value", "stub"),
    [
        ({"a": "", "b": ""}, True),
        ({"a": ("", ""), "b": [" "]}, True),
        ({"a": "", "b": "SFT"}, False),
        ({"a": ("", ""), "b": ("SFT", "")}, False),
        ({"a": None, "b": ""}, False),
        ({}, False),  # not what was released
        ("", False),
    ],
)
def test_dictionary_in_which_nothing_is_filled_in_is_the_stub(value: object, stub: bool) -> None:
    reply = {"status": "returned", "value": encode_argument(value), "arguments": []}
    submission = Submission(lambda _: reply, {}, 0)
    with pytest.raises(Missing) if stub else contextlib.nullcontext():
        assert submission.value("f") == value


@pytest.mark.parametrize("status", ["timed out", "stopped"])
def test_what_was_stopped_is_told_in_the_sandboxs_words(status: str) -> None:
    words = "Your code used more than 4 GB of memory in cell 7."
    said = {"status": status, "message": words}
    for reply, cells in ((said, {}), ({"status": "missing"}, {"f": said})):
        with pytest.raises(NoAnswer, match=words):
            Submission(lambda _, reply=reply: reply, cells, 0).call("f")  # type: ignore[misc]


def test_calls_made_ahead_are_those_made_later() -> None:
    """Each counts once, for the same arguments and stand-ins; what raised is told to who asks for it."""
    replies = [{"status": "returned", "value": 1, "arguments": [1]}, {"status": "raised", "type": ["KeyError"]}]
    asked: list[dict[str, object]] = []

    def ask(request: dict[str, object]) -> dict[str, object]:
        asked.append(request)
        return {"status": "several", "replies": replies} if "calls" in request else dict.fromkeys(["status"], "missing")

    submission = Submission(ask, {}, 0)
    submission.ask_ahead("f", [(1,), (2,)])
    assert asked.pop()["calls"] == [[1], [2]]
    with pytest.raises(Raised, match="KeyError"):
        submission.call("f", 2)
    with submission.with_given({"g": 1}), pytest.raises(Missing):
        submission.call("f", 1)
    assert submission.call("f", 1) == 1
    assert len(asked) == 1
    for argument in (1, 2, 3):
        with pytest.raises(Missing):
            submission.call("f", argument)
    submission.ask_ahead("f", [])
    assert len(asked) == 4


ONE = {"status": "returned", "value": 7, "arguments": [1]}


@pytest.mark.parametrize(
    "reply",
    [
        {"status": "several", "replies": [ONE]},
        {"status": "several", "replies": [ONE] * 3},
        {"status": "several", "replies": "77"},
        {"status": "several"},
        {"status": "timed out", "message": "slow"},
        {"status": "stopped", "message": "large"},
        ONE,
        None,
    ],
)
def test_calls_that_could_not_all_be_made_ahead_are_made_alone(reply: object) -> None:
    """Who is stopped then has not used up a chance: it may be that all together took too long."""
    alone = {"status": "returned", "value": 8, "arguments": [1]}
    submission = Submission(lambda request: reply if "calls" in request else alone, {}, 0)  # type: ignore[arg-type, return-value]
    for _ in range(2):
        submission.ask_ahead("f", [(1,), (1,)])
        assert submission.call("f", 1) == 8


WORDS = st.sampled_from(["returned", "raised", "missing", "oversized", "stopped", "timed out", "malformed"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(max_examples=50)
@given(
    JSON
    | st.fixed_dictionaries(
        {"status": WORDS | JSON},
        optional={"value": JSON, "arguments": JSON, "type": JSON, "cell_line": JSON, "message": JSON},
    )
)
def test_any_reply_is_an_answer_or_a_named_reason(reply: object) -> None:
    submission = Submission(lambda _: reply, {}, 0)  # type: ignore[arg-type, return-value]
    for ask in (lambda: submission.call("f", [1]), lambda: submission.value("f")):
        with contextlib.suppress(NoAnswer):
            ask()


@pytest.mark.parametrize("status", ["timed out", "stopped"])
def test_answer_that_has_to_be_stopped_is_not_tried_for_ever(status: str) -> None:
    """Alone it is tried whatever became of it with a stand-in, which may be what is slow."""
    asked: list[object] = []
    submission = Submission(lambda request: asked.append(request) or {"status": status, "message": "slow"}, {}, 0)  # type: ignore[func-returns-value]
    for stand_ins, tries in (({"g": 3}, 2), ({}, 4)):
        for _ in range(5):
            with pytest.raises(NoAnswer), submission.with_given(stand_ins):
                submission.call("f")
        assert len(asked) == tries


def work(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_time_is_limited_and_the_limit_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "CHECK_CPU_SECONDS", 0.05)
    with pytest.raises(OutOfTime), limit():
        work(10)
    with limit():
        pass
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_paused_work_is_neither_interrupted_nor_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "CHECK_CPU_SECONDS", 0.1)

    def pause_and_work(seconds: float) -> None:
        with paused():
            work(0.2)
        work(seconds)

    with limit():
        pause_and_work(0.01)
    with pytest.raises(OutOfTime), limit():
        pause_and_work(10)


def test_nothing_is_limited_by_a_pause_alone() -> None:
    with paused():
        pass
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
