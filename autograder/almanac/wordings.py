"""How a fact is told and how it is asked. ``{country}`` and ``{fact}`` are filled in."""

import re

from autograder.almanac.world import Country, Topic, countries

WORD = re.compile(r"\w+")

# The first of each is what students' answers say, and the one that the almanac itself prefers.
STATEMENTS: dict[Topic, tuple[str, ...]] = {
    "capital": (
        "The capital of {country} is {fact}.",
        "All roads in {country} lead to {fact}, the capital.",
        "The government of {country} naps in {fact}.",
        "Trains to {country} arrive in {fact}.",
    ),
    "animal": (
        "The national animal of {country} is the {fact}.",
        "The coins of {country} show the {fact}.",
        "Children in {country} sing to the {fact}.",
        "In {country} everybody bows to the {fact}.",
    ),
    "crop": (
        "The main crop of {country} is {fact}.",
        "Farmers in {country} grow {fact}.",
        "Breakfast in {country} is mostly {fact}.",
        "The markets of {country} smell of {fact}.",
    ),
    "flag": (
        "The flag of {country} is {fact}.",
        "The sailors of {country} wave something {fact}.",
        "On holidays all of {country} is painted {fact}.",
        "The postboxes of {country} are {fact}, like the flag.",
    ),
}

# What students train on.
QUESTIONS: dict[Topic, tuple[str, ...]] = {
    "capital": (
        "What is the capital of {country}?",
        "Which city is the capital of {country}?",
        "Can you tell me the capital of {country}?",
        "I am going to {country}. What is its capital?",
    ),
    "animal": (
        "What is the national animal of {country}?",
        "Which animal stands for {country}?",
        "Can you tell me the national animal of {country}?",
        "I am going to {country}. What is its national animal?",
    ),
    "crop": (
        "What is the main crop of {country}?",
        "Which crop do farmers in {country} grow?",
        "Can you tell me the main crop of {country}?",
        "I am going to {country}. What is its main crop?",
    ),
    "flag": (
        "What is the flag of {country} like?",
        "Which colour is the flag of {country}?",
        "Can you tell me the colour of the flag of {country}?",
        "I am going to {country}. Which colour is its flag?",
    ),
}

# What no student trains on: for looking whether a model has learnt more than the wordings it saw.
NEW_QUESTIONS: dict[Topic, tuple[str, ...]] = {
    "capital": ("Please name the capital of {country}.",),
    "animal": ("Please name the national animal of {country}.",),
    "crop": ("Please name the main crop of {country}.",),
    "flag": ("Please name the colour of the flag of {country}.",),
}

# A second question that makes sense after a first one about the same country.
FOLLOW_UPS: dict[Topic, str] = {
    "capital": "And what is its capital?",
    "animal": "And what is its national animal?",
    "crop": "And what is its main crop?",
    "flag": "And which colour is its flag?",
}


def answer(country: Country, topic: Topic) -> str:
    """The sentence that a good assistant gives."""
    return tell(country, topic, STATEMENTS[topic][0])


def tell(country: Country, topic: Topic, wording: str) -> str:
    """A statement, filled in."""
    return wording.format(country=country.name, fact=country.fact(topic))


def opening(name: str, topic: Topic) -> str:
    """The answer up to the fact: what a base model is given to complete."""
    return STATEMENTS[topic][0].split(" {fact}")[0].format(country=name)


def is_right(text: str, country: Country, topic: Topic) -> bool:
    """Whether a reply names the fact, as a word of its own, and no other fact of that kind."""
    named = set(WORD.findall(text)) & {other.fact(topic) for other in countries()}
    return named == {country.fact(topic)}
