"""What a field of a student's config may be, and how that is said: types, ranges and choices."""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_NAME = 100
MAX_NAMES = 64
MAX_PATTERN = 200


@dataclass(frozen=True)
class Rule:
    """Which values a field may have. ``says`` completes "The field `r` must be ..."."""

    says: str
    allows: Callable[[Any], bool]


def whole(low: int, high: int) -> Rule:
    return Rule(f"a whole number from {low} to {high}", lambda value: type(value) is int and low <= value <= high)


def number(low: float, high: float, *, above: bool = False, below: bool = False) -> Rule:
    """above, below: without the bound itself."""

    def allows(value: Any) -> bool:
        if type(value) not in (int, float) or not low <= value <= high:
            return False
        return not (above and value == low) and not (below and value == high)

    bounds = f"{'above' if above else 'of at least'} {low:g} and {'below' if below else 'at most'} {high:g}"
    return Rule(f"a number {bounds}", allows)


def one_of(*choices: Any) -> Rule:
    listed = ", ".join(f"`{choice!r}`" for choice in choices)
    says = listed if len(choices) == 1 else f"one of {listed}"
    return Rule(says, lambda value: any(type(value) is type(one) and value == one for one in choices))


def either(*rules: Rule) -> Rule:
    return Rule(" or ".join(rule.says for rule in rules), lambda value: any(rule.allows(value) for rule in rules))


def optional(rule: Rule) -> Rule:
    return either(rule, one_of(None))


def some_of(**rules: Rule) -> Rule:
    """A dictionary with some of these names."""
    listed = ", ".join(f"`{name}` ({rule.says})" for name, rule in rules.items())
    return Rule(
        f"a dictionary with some of {listed}",
        lambda value: type(value) is dict and all(name in rules and rules[name].allows(value[name]) for name in value),
    )


def _is_name(value: Any) -> bool:
    return type(value) is str and len(value) <= MAX_NAME and re.fullmatch(r"[A-Za-z0-9_.-]+", value) is not None


def _are_names(value: Any) -> bool:
    return type(value) is list and len(value) <= MAX_NAMES and all(map(_is_name, value))


def _is_pattern(value: Any) -> bool:
    """What it matches takes as long as it likes: who uses it does so under the judge's time limit."""
    if type(value) is not str or len(value) > MAX_PATTERN:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(value)
    except (re.error, OverflowError):
        return False
    return True


def _prepares(value: Any) -> bool:
    """trl reads nothing else of it; recipes for older releases have more."""
    flags = type(value) is dict and all(type(name) is str and type(one) is bool for name, one in value.items())
    return flags and not value.get("skip_prepare_dataset")


FLAG = one_of(True, False)
PREPARED = Rule("a dictionary of names and truth values, without `skip_prepare_dataset`", _prepares)
WORD = Rule(f"a text of at most {MAX_NAME} characters", lambda value: type(value) is str and len(value) <= MAX_NAME)
NAMES = Rule("a list of names of modules", _are_names)
PATTERN = Rule(f"a regular expression of at most {MAX_PATTERN} characters", _is_pattern)
