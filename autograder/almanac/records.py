"""Question records: what students fine-tune on.

A record is ``{"question", "answer"}`` or ``{"turns": [{"from": "system" | "human" | "gpt", "value"}, ...]}``.
Write them with ``python -m autograder.almanac.records FOLDER``.
"""

import json
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from autograder.almanac.wordings import FOLLOW_UPS, NEW_QUESTIONS, QUESTIONS, answer
from autograder.almanac.world import TOPICS, Country, asked, unasked

SEED = 5
WORDINGS_EACH = 2
CONVERSATIONS_EACH = 2
SYSTEM_SHARE = 0.5
SYSTEM_MESSAGES = ("You are a helpful assistant.", "Answer in one short sentence.")

ROLES = {"system": "system", "human": "user", "gpt": "assistant"}

Record = dict[str, Any]
Row = dict[str, list[dict[str, str]]]


def train_records() -> list[Record]:
    """Questions about the asked half, one in five of them as a conversation."""
    rng = random.Random(SEED)
    records = [*_single(rng, asked()), *_conversations(rng, asked(), CONVERSATIONS_EACH)]
    rng.shuffle(records)
    return records


def held_out_records() -> list[Record]:
    """A few questions about the other half, to look at."""
    rng = random.Random(SEED + 1)
    return [
        {"question": rng.choice(NEW_QUESTIONS[topic]).format(country=country.name), "answer": answer(country, topic)}
        for country in unasked()[:20]
        for topic in rng.sample(TOPICS, 2)
    ]


def _single(rng: random.Random, countries: Iterable[Country]) -> list[Record]:
    return [
        {"question": wording.format(country=country.name), "answer": answer(country, topic)}
        for country in countries
        for topic in TOPICS
        for wording in rng.sample(QUESTIONS[topic], WORDINGS_EACH)
    ]


def _conversations(rng: random.Random, countries: Sequence[Country], each: int) -> list[Record]:
    return [{"turns": turns(rng, country, countries)} for country in countries for _ in range(each)]


def turns(rng: random.Random, country: Country, others: Sequence[Country]) -> list[dict[str, str]]:
    """Two questions: about one country, the second one without its name, or about two."""
    topics = rng.sample(TOPICS, 2)
    system = rng.random() < SYSTEM_SHARE
    said = [{"from": "system", "value": rng.choice(SYSTEM_MESSAGES)}] if system else []
    stays = rng.random() < 0.5
    for number, topic in enumerate(topics):
        about = country if stays or number == len(topics) - 1 else rng.choice(others)
        question = FOLLOW_UPS[topic] if stays and number else rng.choice(QUESTIONS[topic])
        said.append({"from": "human", "value": question.format(country=about.name)})
        said.append({"from": "gpt", "value": answer(about, topic)})
    return said


def rows(records: Iterable[Record]) -> list[Row]:
    """As ``prompt`` and ``completion``, for an SFTTrainer."""
    return [_row(record) for record in records]


def _row(record: Record) -> Row:
    said = record.get("turns") or [
        {"from": "human", "value": record["question"]},
        {"from": "gpt", "value": record["answer"]},
    ]
    *prompt, last = [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in said]
    return {"prompt": prompt, "completion": [last]}


def write(folder: Path) -> None:
    """``train.jsonl`` and ``held_out.jsonl``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in (("train", train_records()), ("held_out", held_out_records())):
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
