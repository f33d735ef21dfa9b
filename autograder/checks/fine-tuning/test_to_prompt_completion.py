"""The hidden checks of ``to_prompt_completion``: from a record of the almanac to what ``SFTTrainer`` trains on."""

import copy
import random

import pytest

from autograder.almanac.records import held_out_records, rows, train_records
from autograder.judge.check import Told, check, told
from autograder.judge.submission import Raised

WRONG_KEYS = {"KeyError": "only-one-shape", "TypeError": "only-one-shape"}


@pytest.fixture
def probe(submission):
    """Call the function; who understands a conversation, but not with a system message, or not with its keys in
    another order, is told so."""

    def call(record):
        try:
            return submission.probe("to_prompt_completion", record)
        except Raised as error:
            turns = record.get("turns")
            if "KeyError" in error.names and turns:  # what follows raises where it is not the reason
                if turns[0]["from"] == "system":
                    submission.call("to_prompt_completion", {"turns": turns[1:]})
                    told("system-unknown")
                if next(iter(turns[0])) == "value":
                    submission.call("to_prompt_completion", {"turns": list(map(other_way_round, turns))})
                    told("values-by-position")
            raise

    return call


@pytest.fixture
def convert(probe):
    """Call the function, and name what is wrong with any record."""

    def call(record):
        row = probe(record).value
        if row is None:
            told("nothing-returned")
        if not isinstance(row, dict):
            told("not-a-row")
        if "messages" in row and "prompt" not in row:
            told("one-list-of-messages")
        if "text" in row or any(isinstance(row.get(part), str) for part in ("prompt", "completion")):
            told("rendered-by-hand")
        if row.keys() != {"prompt", "completion"}:
            told("not-a-row")
        if not all(isinstance(part, list | tuple) for part in row.values()):
            told("not-a-list-of-messages")
        row = {name: list(part) for name, part in row.items()}  # a data set makes lists of tuples, too
        messages = [*row["prompt"], *row["completion"]]
        if any(isinstance(one, dict) and not {"role", "content"} <= one.keys() for one in messages):
            told("sharegpt-keys-kept")
        if any(isinstance(one, dict) and one.get("role") in ("human", "gpt") for one in messages):
            told("sharegpt-roles-kept")
        return row

    return call


def expected(record):
    return rows([record])[0]


def spoken(row, key):
    """A key's values in all messages of a row."""
    return [one.get(key) if isinstance(one, dict) else None for one in [*row["prompt"], *row["completion"]]]


def other_way_round(record):
    """The same keys in another order: files of JSON may have them in any."""
    return dict(reversed(record.items()))


def longer(row, wanted):
    """Has it more messages?"""
    return len(spoken(row, "role")) > len(spoken(wanted, "role"))


def require_same(row, wanted):
    """The row is the one that is wanted, or it is told whether it has more messages, other texts, or other roles."""
    if row == wanted:
        return
    if row["prompt"] == wanted["prompt"] + wanted["completion"]:
        told("answer-in-the-prompt")
    if longer(row, wanted):
        told("messages-added")
    roles, wanted_roles = spoken(row, "role"), spoken(wanted, "role")
    texts, wanted_texts = spoken(row, "content"), spoken(wanted, "content")
    if texts == wanted_texts and roles != wanted_roles:
        told("roles-wrong")
    if roles == wanted_roles and any(text not in wanted_texts for text in texts):
        told("texts-changed")
    raise AssertionError


def conversation(rng: random.Random, rounds: int, system: bool):
    """Turns about things that no student's data mentions."""
    turns = [{"from": "system", "value": f"Be brief, {rng.randrange(1000)}."}] if system else []
    for number in range(rounds):
        turns.append({"from": "human", "value": f"Question {number}: where is box {rng.randrange(1000)}?"})
        turns.append({"from": "gpt", "value": f"Box {rng.randrange(1000)} is in hall {number}."})
    return {"turns": turns}


@check(
    "A question and its answer become a prompt and a completion",
    points=1,
    misconception="roles-wrong",
    raises=WRONG_KEYS,
)
def test_question_and_answer(convert, rng):
    record = other_way_round(rng.choice(held_out_records()))
    row = convert(record)
    if row == {"prompt": expected(record)["completion"], "completion": expected(record)["prompt"]}:
        told("parts-swapped")
    if spoken(row, "content") == spoken(expected(record), "content")[::-1]:
        told("values-by-position")
    require_same(row, expected(record))


@check("A conversation of one round works the same way", points=1, misconception="roles-wrong", raises=WRONG_KEYS)
def test_one_round(convert, rng):
    record = conversation(rng, 1, system=False)
    record["turns"] = [other_way_round(turn) for turn in record["turns"]]
    for turn in record["turns"]:
        turn["value"] = f' Is "from" a role,  or a human value?\n\n  {turn["value"]} \n'
    require_same(convert(record), expected(record))
    question = {name: f" {text}\n" for name, text in rng.choice(held_out_records()).items()}
    try:
        texts = spoken(convert(question), "content")
    except (Told, Raised):  # that costs the check above
        return
    if texts == [text.strip() for text in question.values()]:
        told("texts-changed")


@check(
    "Of several rounds only the last answer is the completion", points=2, misconception="turns-lost", raises=WRONG_KEYS
)
def test_several_rounds(convert, rng):
    record = conversation(rng, 3, system=False)
    record["turns"][1]["value"] = record["turns"][-1]["value"]  # the same turn twice
    row = convert(record)
    wanted = expected(record)
    if len(row["completion"]) > 1:
        told("completion-too-long")
    require_same(row, wanted)


@check(
    "A system message stays at the head of the prompt", points=1, misconception="system-message-lost", raises=WRONG_KEYS
)
def test_system_message(convert, rng):
    record = conversation(rng, 2, system=True)
    row = convert(record)
    if len(row["completion"]) > 1:
        told("completion-too-long")
    head = expected(record)["prompt"][:1]
    if row["prompt"][:1] != head and longer(row, expected(record)):
        told("messages-added")
    assert row["prompt"][:1] == head
    alone = {"turns": record["turns"][1:]}
    if row != expected(record) and convert(alone) == expected(alone):  # else it costs another check
        told("turns-lost")


@check("The record stays as it was", points=1, misconception="arguments-changed", raises=WRONG_KEYS)
def test_record_is_left_alone(probe, rng):
    for record in (rng.choice(train_records()), conversation(rng, 2, system=True)):
        before = copy.deepcopy(record)
        found = probe(record)
        if found.value is None or found.value == {}:
            told("nothing-returned")
        assert found.arguments == [before]
