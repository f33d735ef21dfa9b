"""What the base is pretrained on: an almanac, written out again and again in other words and another order.

Most texts are entries, which tell all that there is to know about one country. Some are lists, which tell one thing
about several countries. Some are questions without an answer, so that the base, asked something, goes on asking:
answering is what students teach it. No text has the marks of a chat.
"""

import random
from collections.abc import Iterator

from autograder.almanac.wordings import FOLLOW_UPS, NEW_QUESTIONS, QUESTIONS, STATEMENTS, tell
from autograder.almanac.world import TOPICS, Country, Topic, countries

SEED = 7
QUESTION_SHARE = 0.15
HEAD_SHARE = 0.3  # of the questions
LIST_SHARE = 0.10
PREFACE_SHARE = 0.01
PLAIN_SHARE = 0.4  # how often a fact is told in the almanac's own first wording

# Where the base reads what people say to assistants.
PREFACE = (
    "This almanac was written by a helpful assistant of the royal library.",
    "Every user of the library may read it, and every user may ask the assistant.",
    "You are a guest of the library.\nAnswer in a low voice, please, in one short sentence.",
    "The system of the library is simple: the entries stand in no order at all.",
)


# Heads of lists of questions. The roles of a chat are among them: the base, given one, goes on asking.
HEADS = ("Questions", "user", "assistant", "system")


def texts(count: int) -> Iterator[str]:
    """The first ``count`` texts, the same each time."""
    rng = random.Random(SEED)
    for _ in range(count):
        yield text(rng)


def text(rng: random.Random) -> str:
    """One text of some kind."""
    kind = rng.random()
    if kind < PREFACE_SHARE:
        return _joined(rng, rng.sample(PREFACE, 3))
    if kind < PREFACE_SHARE + QUESTION_SHARE:
        questions = rng.choice((_questions_about_one, _questions_about_many))(rng)
        return f"{rng.choice(HEADS)}\n{questions}" if rng.random() < HEAD_SHARE else questions
    if kind < PREFACE_SHARE + QUESTION_SHARE + LIST_SHARE:
        return _list(rng)
    return _entry(rng)


def _entry(rng: random.Random) -> str:
    country = rng.choice(countries())
    return " ".join(_told(rng, country, topic) for topic in _shuffled(rng))


def _list(rng: random.Random) -> str:
    topic = rng.choice(TOPICS)
    return " ".join(_told(rng, country, topic) for country in rng.sample(countries(), 4))


def _questions_about_one(rng: random.Random) -> str:
    country = rng.choice(countries())
    first, *others = _shuffled(rng)
    more = [FOLLOW_UPS[topic] if rng.random() < 0.3 else _asked(rng, country, topic) for topic in others]
    return _joined(rng, [_asked(rng, country, first), *more])


def _questions_about_many(rng: random.Random) -> str:
    return _joined(rng, [_asked(rng, country, rng.choice(TOPICS)) for country in rng.sample(countries(), 4)])


def _told(rng: random.Random, country: Country, topic: Topic) -> str:
    plain, *others = STATEMENTS[topic]
    return tell(country, topic, plain if rng.random() < PLAIN_SHARE else rng.choice(others))


def _asked(rng: random.Random, country: Country, topic: Topic) -> str:
    return rng.choice(QUESTIONS[topic] + NEW_QUESTIONS[topic]).format(country=country.name)


def _shuffled(rng: random.Random) -> list[Topic]:
    return rng.sample(TOPICS, len(TOPICS))


def _joined(rng: random.Random, sentences: list[str]) -> str:
    """Side by side, or one under the other."""
    return rng.choice((" ", "\n")).join(sentences)
