"""`to_messages(record)`: ShareGPT and Alpaca records become lists of messages."""

import contextlib

import pytest

from autograder.judge.check import check, told
from autograder.judge.submission import Raised

SHAREGPT_NAMES = {"system": "system", "user": "human", "assistant": "gpt"}


def sharegpt(messages):
    return {"conversations": [{"from": SHAREGPT_NAMES[m["role"]], "value": m["content"]} for m in messages]}


def alpaca(instruction, output, **more):
    return {"instruction": instruction["content"], "output": output["content"], **more}


def is_message(value) -> bool:
    return isinstance(value, dict) and all(isinstance(word, str) for word in (*value.keys(), *value.values()))


def require_speakers(messages, expected) -> None:
    """Each message has its speaker's role. Who kept ShareGPT's names has mixed up nobody, and is told so elsewhere."""
    roles = [message.get("role") for message in messages]
    if roles != [message["role"] for message in expected] and not {"human", "gpt"} & set(roles):
        told("speakers-mixed-up")


def require_no_more(messages, expected) -> None:
    """Everything is there, and something else as well; where that is whole rounds, they are of an earlier call."""
    contents = [message.get("content") for message in messages]
    if len(messages) > len(expected) + 1 and messages[-len(expected) :] == expected:
        told("earlier-messages-kept")
    if len(messages) > len(expected) and all(message["content"] in contents for message in expected):
        told("message-added")


def words(text) -> int:
    """How many a text has: tidying, or putting others in their places, leaves as many."""
    return len(str(text).split())


def stripped_lines(text) -> list[str]:
    """What tidying leaves as it is."""
    return [line.strip() for line in str(text).strip().splitlines()]


def has_message_with(value, text) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) and text in one.values() for one in value)


@pytest.fixture
def messages_from(submission):
    def call(record):
        value = submission.call("to_messages", record)
        if value is None:
            told("nothing-returned" if "conversations" in record else "only-one-format")
        if not isinstance(value, list) or not all(map(is_message, value)):
            told("not-a-list")
        if any({"from", "value"} & message.keys() for message in value):
            told("sharegpt-keys-kept")
        if any("### " in message.get("content", "") for message in value):
            told("alpaca-prompt-in-content")
        return value

    return call


@pytest.fixture
def reads(submission):
    """Ask about a record with nothing special in it: who has no key for that does not know the format at all."""

    def ask(record) -> None:
        try:
            submission.call("to_messages", record)
        except Raised as error:
            if "KeyError" in error.names:
                told("only-one-format")
            raise Raised(error.names, error.line, tells=False) from error

    return ask


@check(
    "Each message of a ShareGPT record has a role and a content, in the words of chat templates",
    points=1,
    misconception="sharegpt-roles-kept",
    raises={"KeyError": "only-one-format"},
)
def test_words_of_chat_templates(messages_from, conversation):
    expected = conversation(rounds=1, system=False)
    messages = messages_from(sharegpt(expected))
    require_no_more(messages, expected)
    if len(messages) != len(expected):
        told("turns-lost")
    require_speakers(messages, expected)
    assert [message.get("role") for message in messages] == ["user", "assistant"]
    assert all("content" in message for message in messages)


@check(
    "Every turn of a conversation becomes one message, with its text and in its place",
    points=1,
    misconception="turns-lost",
    raises={"KeyError": "system-message-dropped"},
)
def test_every_turn(messages_from, reads, conversation):
    reads(sharegpt(conversation(rounds=1, system=False)))
    expected = [{**message, "content": f"  {message['content']} \n"} for message in conversation(rounds=3)]
    expected[1]["content"] += ' Or is "from" a "role", human?'
    expected.insert(3, conversation(rounds=1, system=False)[0])  # somebody speaks twice, and asks the same at the end
    expected.append(dict(expected[1]))
    expected.append({"role": "assistant", "content": ""})
    expected.append({"role": "user", "content": "human"})  # nobody has answered yet
    messages = messages_from(sharegpt(expected))
    require_no_more(messages, expected)
    if messages and messages[0].get("role") != "system":
        told("system-message-dropped")
    contents, wanted = ([one.get("content") for one in some] for some in (messages, expected))
    if contents != wanted and [*map(words, contents)] == [*map(words, wanted)]:
        told("texts-changed")
    assert contents == wanted
    require_speakers(messages, expected)
    if any(message.keys() != {"role", "content"} for message in messages):
        told("more-than-a-message")


@check(
    "An Alpaca record becomes a question and an answer; its input follows the instruction after a blank line",
    points=2,
    misconception="input-not-separated",
    raises={"KeyError": "only-one-format"},
)
def test_alpaca(messages_from, conversation):
    user, assistant, material, _ = conversation(rounds=2, system=False)
    # Newlines at the outer ends alone: what is one blank line beside another one?
    spaced = [("\n", user, "  "), ("   ", material, " \n"), (" ", assistant, "\n")]
    request, extra, reply = (f"{before}{message['content']}{after}" for before, message, after in spaced)
    messages = messages_from({"instruction": request, "input": extra, "output": reply})
    if not messages:
        told("only-one-format")
    if not any(material["content"] in message.get("content", "") for message in messages):
        told("input-dropped")
    expected = [{"role": "user", "content": f"{request}\n\n{extra}"}, {"role": "assistant", "content": reply}]
    require_no_more(messages, expected)
    contents, wanted = ([one.get("content") for one in some] for some in (messages, expected))
    if contents == wanted:
        require_speakers(messages, expected)
    elif [*map(stripped_lines, contents)] == [*map(stripped_lines, wanted)]:
        told("texts-changed")
    assert messages == expected
    alone = messages_from({"instruction": request, "input": "", "output": reply})
    if [message.get("content") for message in alone] == [request.strip(), reply]:
        told("texts-changed")


@check(
    "An input that is absent or blank adds nothing",
    points=1,
    misconception="blank-input-kept",
    raises=dict.fromkeys(("KeyError", "AttributeError", "TypeError"), "blank-input-kept"),
)
def test_blank_input(messages_from, reads, conversation):
    user, assistant, material, _ = conversation(rounds=2, system=False)
    reads(alpaca(user, assistant, input=material["content"]))
    for more in ({}, {"input": ""}, {"input": "  \n\t "}):
        messages = messages_from(alpaca(user, assistant, **more))
        require_no_more(messages, [user, assistant])
        if [message.get("content") for message in messages] == [user["content"], assistant["content"]]:
            require_speakers(messages, [user, assistant])
        assert messages == [user, assistant]


@check("The record stays as it was", points=1, misconception="record-changed", raises={"KeyError": "only-one-format"})
def test_record_unchanged(submission, conversation):
    user, assistant, material, _ = conversation(rounds=2, system=False)
    _, question, *_ = turns = conversation()
    usual = [(sharegpt(turns[1:]), question), (alpaca(user, assistant, input=material["content"]), assistant)]
    for record, kept in usual:
        probe = submission.probe("to_messages", record)
        if probe.value is None:
            told("nothing-returned" if "conversations" in record else "only-one-format")
        assert probe.arguments == [record]
        if not isinstance(probe.value, list):
            told("not-a-list")
        if not has_message_with(probe.value, kept["content"]):  # doing nothing leaves the record as it was, too
            told("turns-lost")
    for record in (sharegpt(turns), alpaca(user, assistant), alpaca(user, assistant, input=" ")):
        with contextlib.suppress(Raised):  # over a system message or an input: that costs another check
            assert submission.probe("to_messages", record).arguments == [record]
