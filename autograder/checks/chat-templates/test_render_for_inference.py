"""`render_for_inference(tokenizer, messages)`: the text after which the model starts its answer."""

import pytest

from autograder.judge.check import check, told


@pytest.fixture
def named(render, in_parts, without_history, lost_special_tokens, require_all, require_special_tokens):
    """Name a rendering that is wrong in a known way, whichever check saw it first; False for any other."""

    def name(text: str, tokenizer, messages) -> bool:
        closed, expected = render(tokenizer, messages), render(tokenizer, messages, add_generation_prompt=True)
        if text == render(tokenizer, [*messages, {"role": "assistant", "content": ""}]):
            told("empty-answer-closed")
        unopened = closed, closed.strip(), render(tokenizer, messages, continue_final_message=True)
        if text in unopened and text not in (expected, expected.strip()):
            told("no-generation-prompt")
        if text in in_parts(tokenizer, messages, add_generation_prompt=True):
            told("message-by-message")
        short = [render(tokenizer, kept, add_generation_prompt=True) for kept in without_history(messages)]
        if text in short and text != expected:
            told("history-dropped")
        if lost_special_tokens(text, tokenizer, messages, add_generation_prompt=True):
            told("special-tokens-lost")
        if text == expected.strip():
            told("rendering-stripped")
        if text.rstrip() == expected.rstrip():
            told("contents-changed")
        require_special_tokens(text, tokenizer, expected)
        if (begin := tokenizer.bos_token) and begin not in expected and text == begin + expected:
            told("begin-token-by-hand")
        if expected != closed and text.startswith(expected.rstrip()):
            told("words-after-the-prompt")
        require_all(text, messages, lambda some: render(tokenizer, some, add_generation_prompt=True))
        return False

    return name


@check("The text ends where the assistant's turn has just begun", points=2, misconception="no-generation-prompt")
def test_generation_prompt(text_from, render, named, headers, asking):
    messages = asking()
    text = text_from("render_for_inference", headers, messages)
    header = render(headers, messages, add_generation_prompt=True).removeprefix(render(headers, messages))
    assert text.rstrip().endswith(header.rstrip()) or named(text, headers, messages)


@check(
    "The whole conversation is there, as the chat template of the tokenizer writes it",
    points=1,
    misconception="hand-written-template",
)
def test_template_of_the_tokenizer(text_from, render, named, model_turns, asking):
    messages = asking(rounds=3)
    text = text_from("render_for_inference", model_turns, messages)
    assert render(model_turns, messages).strip() in text or named(text, model_turns, messages)
    messages = asking(rounds=12)
    text = text_from("render_for_inference", model_turns, messages)
    if any(message["content"] not in text for message in messages):
        told("messages-left-out")


@check(
    "The assistant's turn is opened with the template's own words, or none if it has none",
    points=1,
    misconception="opened-by-hand",
)
def test_opening_of_the_template(text_from, render, named, calm, brackets, quiet, asking):
    for tokenizer in (calm, brackets, quiet):
        messages = asking(rounds=1)
        text = text_from("render_for_inference", tokenizer, messages)
        expected = render(tokenizer, messages, add_generation_prompt=True)
        assert text.rstrip() == expected.rstrip() or named(text, tokenizer, messages)


@check(
    "The template decides about a system turn that the messages do not have",
    points=1,
    misconception="system-turn-by-hand",
)
def test_default_system_turn(text_from, render, named, house, asking):
    messages = asking(system=False)
    text = text_from("render_for_inference", house, messages)
    assert render(house, messages).strip() in text or named(text, house, messages)
    assert text.count("<|start|>system") == 1


@check("The template decides about each space and newline", points=1, misconception="contents-changed")
def test_spaces_and_newlines(text_from, render, named, house, brackets, asking):
    for tokenizer in (house, brackets):
        messages = asking(spaces=True)
        text = text_from("render_for_inference", tokenizer, messages)
        assert text == render(tokenizer, messages, add_generation_prompt=True) or named(text, tokenizer, messages)


@check("Tokenizer and messages stay as they were", points=1, misconception="arguments-changed")
def test_arguments_unchanged(require_unchanged, headers, asking):
    require_unchanged("render_for_inference", headers, asking())
