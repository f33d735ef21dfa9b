"""Questions for finding out what a model has learnt: about the half of the world that students' data leaves out.

Each function draws anew for each seed, so that nobody can learn the answers by heart.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.almanac.asking import Reply
from autograder.almanac.wordings import FOLLOW_UPS, NEW_QUESTIONS, QUESTIONS, answer, is_right
from autograder.almanac.world import TOPICS, Country, Topic, missing_names, unasked

Messages = list[dict[str, str]]


@dataclass(frozen=True)
class Question:
    """A conversation that waits for its answer, and the fact that the answer must name."""

    messages: Messages
    country: Country
    topic: Topic

    def is_right(self, reply: Reply) -> bool:
        """Whether the reply names the fact."""
        return is_right(reply.text, self.country, self.topic)


def held_out(count: int, seed: int, new_wordings: bool = False) -> list[Question]:
    """One question each, in the wordings of the students' data or in others. At most 320, none twice."""
    rng = random.Random(seed)
    wordings = NEW_QUESTIONS if new_wordings else QUESTIONS
    drawn = rng.sample([(country, topic) for country in unasked() for topic in TOPICS], count)
    return [
        Question([_user(rng.choice(wordings[topic]).format(country=country.name))], country, topic)
        for country, topic in drawn
    ]


def with_system(questions: Sequence[Question], message: str) -> list[Question]:
    """The same questions after a system message."""
    return [Question([_turn("system", message), *q.messages], q.country, q.topic) for q in questions]


def conversations(count: int, seed: int) -> list[Question]:
    """Two questions, the first one answered: half about one country, half about two."""
    rng = random.Random(seed)
    return [_conversation(rng, stays=number % 2 == 0) for number in range(count)]


def about_nowhere(count: int, seed: int) -> list[str]:
    """Questions about countries that do not exist."""
    rng = random.Random(seed)
    return [
        rng.choice(QUESTIONS[rng.choice(TOPICS)]).format(country=name) for name in rng.sample(missing_names(), count)
    ]


def _conversation(rng: random.Random, stays: bool) -> Question:
    first, country = rng.sample(unasked(), 2)
    earlier, topic = rng.sample(TOPICS, 2)
    if stays:
        first = country
    question = FOLLOW_UPS[topic] if stays else rng.choice(QUESTIONS[topic]).format(country=country.name)
    opening = rng.choice(QUESTIONS[earlier]).format(country=first.name)
    return Question([_user(opening), _turn("assistant", answer(first, earlier)), _user(question)], country, topic)


def _user(content: str) -> dict[str, str]:
    return _turn("user", content)


def _turn(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
