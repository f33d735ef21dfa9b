"""The hidden checks of ``trained_text``: the text of the labels that count."""

import copy
import random
from dataclasses import replace

import pytest

from autograder.judge.check import check, told

RAISES = {
    "OverflowError": "ignored-labels-decoded",
    "TypeError": "loader-taken-for-batch",
    "AttributeError": "name-of-an-old-release",
}


@pytest.fixture(scope="module")
def padding_with_ends(tokenizer):
    """A tokenizer whose padding is the token that ends a turn, as of many models."""
    other = copy.deepcopy(tokenizer)
    other.pad_token = other.eos_token
    return other


@pytest.fixture
def compare(submission, tokenizer, notebooks, make_model, make_trainer, texts):
    """Call the function for a trainer with these rows, and name what came back in place of the trained text."""

    def call(rows, begins_with=0, reads=tokenizer, **settings):
        trainer = replace(make_trainer(make_model(17).recipe, rows, **settings), tokenizer=reads)
        value = submission.call("trained_text", trainer)
        if value is None:
            told("nothing-returned")
        first, *others = texts([rows[begins_with], *rows])
        whole = settings.get("completion_only_loss") is False
        wanted = first.whole.strip() if whole else first.trained
        if isinstance(value, list | tuple):
            told("whole-batch" if len(value) > 1 and wanted in map(stripped, value) else "tokens-instead-of-text")
        assert isinstance(value, str)
        said = value.strip()
        if said == first.whole.strip() != wanted:
            told("inputs-decoded")
        ids = tokenizer(wanted, add_special_tokens=False)["input_ids"]
        if said == notebooks.decode(ids).strip():
            told("decoded-by-another-tokenizer")
        apart = [tokenizer.decode([one]) for one in ids]
        tokens = tokenizer.convert_ids_to_tokens(ids)
        if said != wanted and said in (
            "".join(apart).strip(),
            " ".join(apart).strip(),
            "".join(tokens),
            " ".join(tokens),
        ):
            told("decoded-one-by-one")
        if said == tokenizer.decode(ids, skip_special_tokens=True).strip():
            told("end-hidden")
        if said != wanted and said.replace(tokenizer.pad_token, "").strip() == wanted:
            told("padding-decoded")
        if wanted in said and any(other.trained in said for other in others if other != first):
            told("whole-batch")
        if whole and said == first.trained:
            told("completion-in-place-of-labels")
        if said != wanted and said in [other.trained for other in others]:
            told("another-row")
        assert said == wanted

    return call


def stripped(value):
    """Of spaces at its ends, if it is a text."""
    return value.strip() if isinstance(value, str) else value


def different(rows, rng: random.Random):
    """Rows whose answers differ, in another order."""
    by_answer = {row["completion"][0]["content"]: row for row in rows}
    return rng.sample(sorted(by_answer.values(), key=str), 6)


@check(
    "The answer and the end of its turn, as the trainer will train them",
    points=2,
    misconception="another-text",
    raises=RAISES,
)
def test_answer_and_end(compare, rows, rng, tokenizer, texts):
    """A trainer that sorts by length begins with the longest row, wherever that stands in the data set."""
    first, *others = different(rows, rng)
    most = max(len(tokenizer(one.whole)["input_ids"]) for one in texts(others))
    longest = copy.deepcopy(first)
    while len(tokenizer(texts([longest])[0].whole)["input_ids"]) <= most:
        longest["completion"][0]["content"] += " And so on."
    compare([*others, longest], begins_with=-1, train_sampling_strategy="group_by_length")


@check(
    "The same when the first row is the shortest of its batch", points=1, misconception="another-text", raises=RAISES
)
def test_padding(compare, rows, rng):
    compare(sorted(different(rows, rng), key=lambda row: len(str(row))))


@check(
    "A text without spaces at its ends, with words that look special, comes out as it went in",
    points=1,
    misconception="another-text",
    raises=RAISES,
)
def test_contents_stay(compare, rows, rng, padding_with_ends):
    """The tokenizer's token 0 is an exclamation mark."""
    drawn = different(rows, rng)
    odd = {"role": "assistant", "content": f"It is  {rng.randrange(1000)} </s>, «naïve» [PAD]!"}
    compare([{"prompt": drawn[0]["prompt"], "completion": [odd]}, *drawn[1:]], reads=padding_with_ends)


@check(
    "Where the trainer trains every token, the function says so",
    points=1,
    misconception="another-text",
    raises=RAISES,
)
def test_every_token(compare, rows, rng):
    compare(different(rows, rng), completion_only_loss=False)
