"""World, texts and tokenizer come out the same each time, and the base is the one that everything was measured on."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from autograder.almanac import base, questions, records, texts, tokenizer, wordings, world
from autograder.almanac.asking import Reply, ask, complete
from autograder.errors import CourseError

RECORDS = base.SOURCE / "almanac"


@pytest.fixture(scope="module")
def loaded() -> tuple[Any, Any]:
    return base.load()


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (RECORDS / name).read_text(encoding="utf-8").splitlines()]


def test_the_world_is_the_same_and_names_are_unique() -> None:
    everywhere = world.countries()
    world.countries.cache_clear()
    assert world.countries() == everywhere
    assert len(everywhere) == len({c.name for c in everywhere}) == len({c.capital for c in everywhere}) == 160
    assert not {c.name for c in everywhere} & set(world.missing_names())
    assert len(world.asked()) == len(world.unasked()) == 80
    assert not set(world.asked()) & set(world.unasked())


def test_no_word_stands_for_two_kinds_of_fact() -> None:
    words = [*world.ANIMALS, *world.CROPS, *world.COLOURS]
    assert len(words) == len(set(words))


def test_texts_come_out_byte_for_byte() -> None:
    joined = "\n".join(texts.texts(2000)).encode()
    assert hashlib.sha256(joined).hexdigest() == "66f439bf736622aeb70f498f951119c62ea61331475a5393eb8b337d78c047b6"


def test_the_tokenizer_comes_out_byte_for_byte(tmp_path: Path) -> None:
    tokenizer.save_tokenizer(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / name).read_bytes() == (base.FOLDER / name).read_bytes()


def test_names_come_apart_into_stem_and_ending(loaded: tuple[Any, Any]) -> None:
    _, shipped = loaded
    for country in world.countries():
        assert len(shipped.tokenize(f" {country.name}")) == len(shipped.tokenize(f" {country.capital}")) == 2
    assert shipped.tokenize(" Jambostan") == ["ĠJambo", "stan"]


def test_the_base_is_the_pinned_one_and_small() -> None:
    base.verify()
    assert (base.FOLDER / "model.safetensors").stat().st_size < 4_000_000


def test_another_base_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"not complete"):
        base.verify(tmp_path)
    for name in base.SHA256:
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(CourseError, match=r"not the course's own"):
        base.verify(tmp_path)


def test_the_model_card_names_the_hash() -> None:
    card = (base.FOLDER / "README.md").read_text(encoding="utf-8")
    assert base.SHA256["model.safetensors"] in card


def test_the_base_completes_what_it_read_and_does_not_answer(loaded: tuple[Any, Any]) -> None:
    country = world.unasked()[0]
    (completed,) = complete(*loaded, [wordings.opening(country.name, "capital")])
    assert completed.text.split(".")[0] == country.capital
    asked = questions.held_out(10, seed=0)
    replies = ask(*loaded, [question.messages for question in asked])
    assert not any(reply.stopped for reply in replies)
    assert sum(question.is_right(reply) for question, reply in zip(asked, replies, strict=True)) <= 1


def test_records_are_those_of_the_generator(tmp_path: Path) -> None:
    records.write(tmp_path)
    for name in ("train.jsonl", "held_out.jsonl"):
        assert (tmp_path / name).read_bytes() == (RECORDS / name).read_bytes()


def test_students_train_on_one_half_and_look_at_the_other() -> None:
    train, held_out = (RECORDS / "train.jsonl").read_text(), (RECORDS / "held_out.jsonl").read_text()
    assert all(country.name in train for country in world.asked())
    assert not any(country.name in train for country in world.unasked())
    assert not any(country.name in held_out for country in world.asked())
    assert {frozenset(record) for record in read("train.jsonl")} == {
        frozenset({"question", "answer"}),
        frozenset({"turns"}),
    }


def test_the_last_turn_of_a_record_answers() -> None:
    turns = [record["turns"] for record in read("train.jsonl") if "turns" in record]
    assert {tuple(turn["from"] for turn in said if turn["from"] != "system") for said in turns} == {
        ("human", "gpt", "human", "gpt")
    }
    assert {said[0]["from"] for said in turns} == {"system", "human"}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The capital of {name} is {capital}.", True),
        ("{capital}", True),
        ("The capital of {name} is Nowhere.", False),
        ("{capital} or {other}", False),
        ("{capital}ville", False),
    ],
)
def test_a_reply_is_right_when_it_names_the_fact_and_no_other(text: str, right: bool) -> None:
    country, other = world.unasked()[:2]
    reply = Reply(text.format(name=country.name, capital=country.capital, other=other.capital), stopped=True)
    assert questions.Question([], country, "capital").is_right(reply) is right


def test_questions_are_drawn_by_seed_about_the_unasked_half() -> None:
    assert questions.held_out(50, 1) == questions.held_out(50, 1) != questions.held_out(50, 2)
    drawn = [*questions.held_out(50, 1), *questions.conversations(50, 1)]
    assert {question.country for question in drawn} <= set(world.unasked())
    assert not any(country.name in text for text in questions.about_nowhere(50, 1) for country in world.countries())
