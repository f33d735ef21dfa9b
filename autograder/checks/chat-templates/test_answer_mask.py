"""`answer_mask(tokenizer, messages)`: which tokens of the training text the model learns to write."""

import contextlib

import pytest

from autograder.judge.check import check, told
from autograder.judge.submission import Raised


@pytest.fixture
def expected_mask():
    """What the template's generation blocks mark, as the tokenizer itself finds it."""

    def mask(tokenizer, messages) -> list[int]:
        return tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)["assistant_masks"]

    return mask


@pytest.fixture
def mask_from(submission, expected_mask):
    """The mask as a flat list. Of what kind its entries are is for the first check alone."""

    def call(tokenizer, messages) -> list[int]:
        value = submission.call("answer_mask", tokenizer, messages)
        if value is None:
            told("nothing-returned")
        if type(value).__name__ == "Tensor":
            value = value.tolist()
        if not isinstance(value, list | tuple):
            told("bool-or-tensor-mask")
        if len(value) == 1 and isinstance(value[0], list):
            value = value[0]
        if not all(isinstance(entry, int | float) and entry in (0, 1) for entry in value):
            told("bool-or-tensor-mask")
        expected = expected_mask(tokenizer, messages)
        if value and not any(value) and any(expected):
            told("nothing-marked")
        if len(value) != len(expected):
            told("mask-length")
        if any(expected) and list(value) == [1 - marked for marked in expected]:
            told("mask-inverted")
        return list(value)

    return call


@pytest.fixture
def answers_of(expected_mask):
    """The positions of each answer's tokens, end of turn included."""

    def runs(tokenizer, messages) -> list[list[int]]:
        mask = expected_mask(tokenizer, messages)
        starts = [i for i, marked in enumerate(mask) if marked and not (i and mask[i - 1])]
        return [list(range(start, mask.index(0, start) if 0 in mask[start:] else len(mask))) for start in starts]

    return runs


@check(
    "There is one integer, 0 or 1, for each token of the training text", points=1, misconception="bool-or-tensor-mask"
)
def test_one_integer_for_each_token(submission, probe_leaves_alone, expected_mask, brackets, headers, conversation):
    for tokenizer in (brackets, headers):
        messages = conversation()
        messages[1]["content"] = f"  {messages[1]['content']}\n"  # not the answers: see conftest.py
        mask = submission.call("answer_mask", tokenizer, messages)
        if mask is None:
            told("nothing-returned")
        assert isinstance(mask, list)
        assert all(type(entry) is int and entry in (0, 1) for entry in mask)
        if len(mask) != len(expected_mask(tokenizer, messages)):
            told("mask-length")
    if not probe_leaves_alone("answer_mask", headers, conversation()):
        told("arguments-changed")


@pytest.fixture
def marks_before_answer(mask_from):
    """The mask up to the header of the last answer."""

    def before(tokenizer, messages) -> list[int]:
        mask = mask_from(tokenizer, messages)
        if all(mask):
            told("everything-marked")
        return mask[: len(tokenizer.apply_chat_template(messages[:-1])["input_ids"])]

    return before


@check("What the system and the user say is not marked", points=1, misconception="everything-marked")
def test_user_not_marked(marks_before_answer, headers, conversation):
    assert not any(marks_before_answer(headers, conversation(rounds=1)))


@check("Every answer is marked", points=1, misconception="only-one-answer-marked")
def test_every_answer(mask_from, answers_of, headers, conversation):
    messages = conversation(rounds=3)
    messages[2]["content"] += " Zoë, in Łódź."  # letters of several tokens
    mask = mask_from(headers, messages)
    answers = [[mask[i] for i in answer[1:-1]] for answer in answers_of(headers, messages)]
    whole = all(map(all, answers))
    if all(map(any, answers)) and not whole:
        told("answer-marked-in-part")
    assert whole
    messages[4]["content"] = ""
    mask_from(headers, messages)  # whose length tells of a message that was left out, and of truncation:
    mask_from(headers, conversation(rounds=40))


@check("The token that ends an answer is marked", points=1, misconception="end-of-turn-not-marked")
def test_end_of_turn(mask_from, answers_of, headers, conversation):
    messages = conversation(rounds=1)
    mask, (answer,) = mask_from(headers, messages), answers_of(headers, messages)
    assert mask[answer[-1]]


@check("An answer that repeats words of the question is marked once", points=1, misconception="text-searched")
def test_repeated_words(marks_before_answer, headers, conversation):
    messages = conversation(rounds=1)
    messages[1]["content"] = f"Repeat after me: {messages[2]['content']}"
    assert not any(marks_before_answer(headers, messages))


@check(
    "The mask marks what the template marks, however it opens a turn and whatever it puts around an answer",
    points=2,
    misconception="prefix-lengths",
)
def test_marked_by_the_template(
    mask_from, expected_mask, answers_of, model_turns, calm, brackets, apart, unmarked, conversation
):
    for tokenizer in (model_turns, calm, brackets, apart):
        messages = conversation(rounds=1)
        mask = mask_from(tokenizer, messages)
        expected = expected_mask(tokenizer, messages)
        if all(mask):
            told("everything-marked")
        ends = [answer[-1] for answer in answers_of(tokenizer, messages)]
        if mask == [0 if i in ends else marked for i, marked in enumerate(expected)]:
            told("end-of-turn-not-marked")
        assert mask == expected
    with contextlib.suppress(Raised):  # to refuse it is something else than to guess
        if any(mask_from(unmarked, conversation(rounds=1))):
            told("marks-made-up")
