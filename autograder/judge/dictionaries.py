"""Dictionaries that students fill in by a table of names, read fairly: case and white space do not matter."""

from collections.abc import Iterable
from typing import Any


def named(value: object) -> dict[str, Any] | None:
    """The dictionary by its names in lower case, too; None where it is none. Of two spellings, the table's counts."""
    if not isinstance(value, dict):
        return None
    given = {name: one for name, one in value.items() if isinstance(name, str)}
    return {_normal(name): one for name, one in given.items()} | given


def which(value: object, listed: Iterable[str]) -> str | None:
    """The one of the listed words that a value is, or None."""
    if not isinstance(value, str):
        return None
    return next((one for one in listed if _normal(one) == _normal(value)), None)


def _normal(text: str) -> str:
    return " ".join(text.split()).casefold()
