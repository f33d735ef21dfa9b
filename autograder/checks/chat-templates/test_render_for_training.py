"""`render_for_training(tokenizer, messages)`: the text to train on."""

import pytest

from autograder.judge.check import check, told


@pytest.fixture
def named(render, in_parts, lost_special_tokens, require_all, require_special_tokens):
    """Name a rendering that is wrong in a known way, whichever check saw it first; False for any other."""

    def name(text: str, tokenizer, messages) -> bool:
        expected = render(tokenizer, messages)
        if text == render(tokenizer, messages, add_generation_prompt=True):
            told("generation-prompt-in-training")
        if text in [render(tokenizer, messages[:-1], add_generation_prompt=opened) for opened in (True, False)]:
            told("answer-left-out")
        if text in in_parts(tokenizer, messages):
            told("message-by-message")
        if text.count(tokenizer.eos_token) > expected.count(tokenizer.eos_token):
            told("end-token-doubled")
        if (begin := tokenizer.bos_token) and text.count(begin) > expected.count(begin):
            told("begin-token-by-hand")
        if lost_special_tokens(text, tokenizer, messages):
            told("special-tokens-lost")
        if text == expected.strip():
            told("rendering-stripped")
        if text == render(tokenizer, messages, continue_final_message=True):
            told("last-turn-left-open")
        require_all(text, messages, lambda some: render(tokenizer, some))
        if expected.startswith(text):
            told("cut-short")
        require_special_tokens(text, tokenizer, expected)
        return False

    return name


@check(
    "The text follows the chat template of whichever tokenizer is given",
    points=2,
    misconception="hand-written-template",
)
def test_template_of_the_tokenizer(text_from, render, named, headers, model_turns, conversation):
    for tokenizer in (headers, model_turns):
        messages = conversation()
        text = text_from("render_for_training", tokenizer, messages)
        # What comes before and after it is for the checks that follow.
        assert render(tokenizer, messages).strip() in text or named(text, tokenizer, messages)


@check(
    "There is one assistant turn for each answer, and no open one at the end",
    points=1,
    misconception="generation-prompt-in-training",
)
def test_no_open_turn(text_from, named, headers, conversation):
    messages = conversation(rounds=3)
    messages[2]["content"] = ""
    text = text_from("render_for_training", headers, messages)
    turns = text.count("<|from|>assistant")
    if turns != 3 and not named(text, headers, messages) and turns < 3:
        told("hand-written-template")
    assert turns == 3


@check("The text begins once, and each turn ends once", points=1, misconception="end-token-doubled")
def test_no_doubled_token(text_from, render, named, model_turns, ends, quiet, conversation):
    for tokenizer in (model_turns, ends, quiet):
        messages = conversation()
        text, expected = text_from("render_for_training", tokenizer, messages), render(tokenizer, messages)
        for token in (tokenizer.bos_token, tokenizer.eos_token):
            found, wanted = text.count(token), expected.count(token)
            if found != wanted and not named(text, tokenizer, messages) and found < wanted:
                told("hand-written-template")
            assert found == wanted


@check(
    "The template decides about a system turn that the messages do not have",
    points=1,
    misconception="system-turn-by-hand",
)
def test_default_system_turn(text_from, render, named, house, conversation):
    messages = conversation(system=False)
    text = text_from("render_for_training", house, messages)
    assert render(house, messages).strip() in text or named(text, house, messages)
    assert text.count("<|start|>system") == 1


@check("The template decides about each space and newline", points=1, misconception="contents-changed")
def test_spaces_and_newlines(text_from, render, named, house, brackets, conversation):
    for tokenizer in (house, brackets):
        messages = conversation(spaces=True)
        text = text_from("render_for_training", tokenizer, messages)
        assert text == render(tokenizer, messages) or named(text, tokenizer, messages)


@check("Tokenizer and messages stay as they were", points=1, misconception="arguments-changed")
def test_arguments_unchanged(require_unchanged, house, conversation):
    require_unchanged("render_for_training", house, conversation(system=False))
