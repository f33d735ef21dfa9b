"""How the end of a check becomes an outcome that a student reads."""

import pytest

from autograder.judge.check import Check, Misconception, Told
from autograder.judge.plugin import judge
from autograder.judge.submission import Missing, NoAnswer, Raised, Stopped, Submission, TimedOut

CHECK = Check("A title", 2, "usual", {"AttributeError": "tensor"}, "f::test_it", "f")
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
        (Raised(["NameError", "Exception"], 3), "raised", None, "NameError in line 3 of your cell."),
        (Raised(["AttributeError"], 1), "raised", "tensor", "AttributeError in line 1 of your cell. hint for tensor"),
        (Raised(["KeyError"], None), "raised", None, "KeyError was raised."),
    ],
)
def test_outcome(error: Exception, outcome: str, misconception: str | None, message: str) -> None:
    result = judge(CHECK, error, KNOWN)
    assert (result.outcome, result.points, result.misconception, result.message) == (outcome, 0, misconception, message)


def test_our_own_failure_is_no_zero_for_the_student() -> None:
    assert judge(CHECK, KeyError("a bug in the check"), KNOWN).outcome == "grader error"


def test_type_made_by_the_student_is_not_named() -> None:
    message = judge(CHECK, Raised(["hidden_input_was_42", "ValueError"], 1), KNOWN).message
    assert message == "ValueError in line 1 of your cell."


@pytest.mark.parametrize(
    ("reply", "cell", "expected"),
    [
        ({"status": "missing"}, {}, Missing),
        ({"status": "missing"}, {"status": "raised", "error": "SyntaxError", "line": 1}, Raised),
        ({"status": "missing"}, {"status": "timed out"}, TimedOut),
        ({"status": "missing"}, {"status": "not run"}, TimedOut),
        ({"status": "missing"}, {"status": "ended the kernel"}, Stopped),
        ({"status": "raised", "type": ["NotImplementedError"], "cell_line": 2}, {}, Missing),
        ({"status": "raised", "type": "garbage", "cell_line": "garbage"}, {}, Raised),
        ({"status": "raised"}, {}, Raised),
        ({"status": "timed out"}, {}, TimedOut),
        ({"status": "too much memory"}, {}, Stopped),
        ({"status": "oversized"}, {}, Stopped),
        ({"status": "returned", "value": {"forged": 1}, "arguments": []}, {}, Stopped),
        ({"status": "returned", "value": 1, "arguments": 1}, {}, Stopped),
        ({"status": "anything"}, {}, Stopped),
        ({}, {}, Stopped),
    ],
)
def test_reply_without_an_answer(reply: dict[str, object], cell: dict[str, object], expected: type[NoAnswer]) -> None:
    submission = Submission(lambda _: reply, {"f": cell}, 0)
    with pytest.raises(expected):
        submission.call("f", 1)


def test_slow_answer_is_not_tried_for_ever() -> None:
    asked: list[object] = []
    submission = Submission(lambda request: asked.append(request) or {"status": "timed out"}, {}, 0)  # type: ignore[func-returns-value]
    for _ in range(5):
        with pytest.raises(TimedOut):
            submission.call("f")
    assert len(asked) == 2
