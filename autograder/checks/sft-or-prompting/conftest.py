"""How a student's dictionaries are read: names that are not in the table are passed over, and a value in the wrong form
costs the check that it belongs to, and no other.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from autograder.judge.check import told
from autograder.judge.dictionaries import named, which


@pytest.fixture(scope="session")
def chosen() -> Callable[[Any, Iterable[str]], str]:
    """`chosen(value, listed)`: which of the listed words a value is. What is not listed is told."""
    return lambda value, listed: which(value, listed) or told("not-from-the-list")


@pytest.fixture
def answers(submission) -> Callable[[str], dict[str, Any]]:
    """`answers(variable)`: the student's dictionary."""

    def read(variable: str) -> dict[str, Any]:
        given = named(submission.value(variable))
        return told("not-a-dictionary") if given is None else given

    return read


@pytest.fixture(scope="session")
def answer_to() -> Callable[[dict[str, Any], str], Any]:
    """`answer_to(given, name)`: the value that a student gave to a name."""

    def find(given: dict[str, Any], name: str) -> Any:
        if name not in given:
            told("name-missing")
        return given[name]

    return find
