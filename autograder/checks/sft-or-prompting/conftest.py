"""How a student's dictionaries are read: fairly, and one value at a time.

Case and white space do not matter, names that are not in the table are passed over, and a value in the wrong form
costs the check that it belongs to, and no other.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from autograder.judge.check import told


def normal(text: str) -> str:
    return " ".join(text.split()).casefold()


@pytest.fixture(scope="session")
def known() -> Callable[[Any, Iterable[str]], str | None]:
    """`known(value, listed)`: which of the listed strings a value is, or None."""

    def find(value: Any, listed: Iterable[str]) -> str | None:
        if not isinstance(value, str):
            return None
        return next((one for one in listed if normal(one) == normal(value)), None)

    return find


@pytest.fixture(scope="session")
def chosen(known) -> Callable[[Any, Iterable[str]], str]:
    """The same, but what is not listed is told."""
    return lambda value, listed: known(value, listed) or told("not-from-the-list")


@pytest.fixture
def answers(submission) -> Callable[[str], dict[str, Any]]:
    """`answers(variable)`: the student's dictionary, its names in lower case."""

    def read(variable: str) -> dict[str, Any]:
        value = submission.value(variable)
        if not isinstance(value, dict):
            told("not-a-dictionary")
        named = {name: one for name, one in value.items() if isinstance(name, str)}
        return {normal(name): one for name, one in named.items()} | named  # of two spellings, the table's counts

    return read


@pytest.fixture(scope="session")
def answer_to() -> Callable[[dict[str, Any], str], Any]:
    """`answer_to(given, name)`: the value that a student gave to a name."""

    def find(given: dict[str, Any], name: str) -> Any:
        if name not in given:
            told("name-missing")
        return given[name]

    return find
