"""`prefill(tokenizer, messages, opening)`: the assistant's turn has begun with `opening` and stays open."""

import pytest

from autograder.judge.check import check, told

# transformers refuses a generation prompt beside a continued message with a ValueError.
REFUSED = {"ValueError": "generation-prompt-and-continue"}


@pytest.fixture
def prefilled(render):
    """What the template gives for an open turn."""

    def prefill(tokenizer, messages, opening: str) -> str:
        return render(tokenizer, [*messages, {"role": "assistant", "content": opening}], continue_final_message=True)

    return prefill


@pytest.fixture
def named(render, prefilled, in_parts, without_history, lost_special_tokens, require_all, require_special_tokens):
    """Name a text that is wrong in a known way, whichever check saw it first; False for any other."""

    def name(text: str, tokenizer, messages, opening: str) -> bool:
        prompt = render(tokenizer, messages, add_generation_prompt=True)
        answered = [*messages, {"role": "assistant", "content": opening}]
        closed = [render(tokenizer, answered, add_generation_prompt=opened) for opened in (False, True)]
        if text in (closed[0], closed[0].strip()):
            told("turn-closed")
        if text == closed[1]:
            told("generation-prompt-after-opening")
        if text == render(tokenizer, [*messages, {"role": "assistant", "content": ""}]) + opening:
            told("empty-answer-closed")
        if opening.strip() not in text or text.strip() == prompt.strip():
            told("opening-left-out")
        expected = prefilled(tokenizer, messages, opening)
        if text.rstrip() == expected.rstrip() and len(text) > len(expected):
            told("opening-left-out")
        tidied = [
            prefilled(tokenizer, messages, some) for some in (opening.strip(), opening.lstrip(), opening.rstrip())
        ]
        if text == expected.strip() or text in tidied:
            told("opening-stripped")
        for role in ("user", "human", "model", "gpt"):
            begun = [*messages, {"role": role, "content": opening}]
            if text != expected and text in (
                render(tokenizer, begun),
                render(tokenizer, begun, continue_final_message=True),
            ):
                told("opening-by-the-user")
        if (begin := tokenizer.bos_token) and begin not in expected and text == begin + expected:
            told("begin-token-by-hand")
        if lost_special_tokens(text, tokenizer, answered, continue_final_message=True):
            told("special-tokens-lost")
        if text in (prompt + opening, prompt + opening.strip(), prompt + " " + opening):
            told("prompt-plus-opening")
        if text in [prefilled(tokenizer, kept, opening) for kept in without_history(messages)]:
            told("history-dropped")
        if text in in_parts(tokenizer, answered, continue_final_message=True):
            told("message-by-message")
        require_all(text, messages, lambda some: prefilled(tokenizer, some, opening))
        require_special_tokens(text, tokenizer, expected)
        if text.endswith(expected.removeprefix(render(tokenizer, messages))):
            told("contents-changed")
        return False

    return name


@check(
    "The assistant's turn has begun with the opening and is still open",
    points=1,
    misconception="turn-closed",
    raises=REFUSED,
)
def test_open_turn(text_from, named, model_turns, asking):
    messages, opening = asking(), "Let me think about it"
    text = text_from("prefill", model_turns, messages, opening)
    last = text.rpartition("<turn>")[2]
    if last.startswith("user") and model_turns.eos_token not in last:
        told("opening-by-the-user")
    assert text.rstrip().endswith(opening) or named(text, model_turns, messages, opening)


@check(
    "The opening stands in the text as the template writes the start of an answer",
    points=2,
    misconception="prompt-plus-opening",
    raises=REFUSED,
)
def test_written_by_the_template(text_from, prefilled, named, brackets, calm, ends, quiet, asking):
    for tokenizer, opening in (
        (brackets, "First of all"),
        (calm, "My answer:"),
        (ends, "Well then"),
        (quiet, "Let us see"),
    ):
        messages = asking()
        text = text_from("prefill", tokenizer, messages, opening)
        assert text == prefilled(tokenizer, messages, opening) or named(text, tokenizer, messages, opening)


@check(
    "The whole conversation is there, even if the answer opens with words that were in it before",
    points=2,
    misconception="hand-written-template",
    raises=REFUSED,
)
def test_whole_conversation(text_from, render, named, house, asking):
    messages = asking(rounds=3, system=False)
    opening = " ".join(messages[1]["content"].split()[:2])
    text = text_from("prefill", house, messages, opening)
    before = render(house, messages)
    if before.startswith(text):
        told("cut-at-first-match")
    turns = before.partition(house.eos_token)[2].strip()  # after the template's own system turn
    if turns in text and not text.startswith(before):
        told("system-turn-by-hand")
    assert text.startswith(before) or named(text, house, messages, opening)


@check(
    "The template decides about the spaces around the opening",
    points=1,
    misconception="opening-stripped",
    raises=REFUSED,
)
def test_spaces(text_from, prefilled, named, headers, brackets, asking):
    for tokenizer, opening in ((headers, "  Well,\n1. "), (brackets, "  So")):
        messages = asking(spaces=True)
        text = text_from("prefill", tokenizer, messages, opening)
        assert text == prefilled(tokenizer, messages, opening) or named(text, tokenizer, messages, opening)


@check("Tokenizer and messages stay as they were", points=1, misconception="arguments-changed", raises=REFUSED)
def test_arguments_unchanged(require_unchanged, headers, asking):
    require_unchanged("prefill", headers, asking(), "Well")
