"""What hidden checks need where there is no pytest and no judge; pasted into the twin's first graded cell.

Only as much as the check files use. What is not here ends in a NameError, the twin loses marks, and the
benchmark stops: it never measures less than all checks.
"""

import copy
import inspect
import random
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from transformers.utils import logging

Module = Callable[..., dict[str, Any]]  # one of ours as a function: takes what it imports of ours, returns its names


def told(misconception: str) -> None:
    """A stock hidden test can only fail."""
    raise AssertionError(misconception)


def check(*_words: Any, **_options: Any) -> Callable[[Any], Any]:
    """``@check`` carries titles, points and misconceptions; stock nbgrader has no place for them."""
    return lambda function: function


def fixture(function: Any = None, *, scope: str = "function") -> Any:
    """``pytest.fixture``: marks a function, which stays callable."""

    def mark(marked: Any) -> Any:
        marked.fixture_scope = scope
        return marked

    return mark if function is None else mark(function)


pytest = SimpleNamespace(fixture=fixture)


def base_tokenizer() -> Any:
    """Read from a file: our judge trains it once in a run, a kernel would train it for each student."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file("tokenizers/base.json")


class TokenizerState:
    """The part of a tokenizer that must stay as it was."""

    @staticmethod
    def of(tokenizer: Any) -> list[Any]:
        special = {name: str(token) for name, token in tokenizer.special_tokens_map.items()}
        sides = [tokenizer.padding_side, tokenizer.truncation_side]
        return [tokenizer.chat_template, special, len(tokenizer), *sides, tokenizer("")["input_ids"]]


def plain(value: Any) -> Any:
    """As the judge sees it: any mapping is a dict, a tokenizer is its state."""
    if hasattr(value, "apply_chat_template"):
        return TokenizerState.of(value)
    return dict(value) if isinstance(value, Mapping) else value


class Submission:
    """Calls the student's functions where they are, with copies: no call may spoil the check's own data."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def call(self, name: str, *arguments: Any) -> Any:
        return self.probe(name, *arguments).value

    def probe(self, name: str, *arguments: Any) -> SimpleNamespace:
        given = copy.deepcopy(arguments)
        value = self._namespace[name](*given)
        return SimpleNamespace(value=plain(value), arguments=[plain(argument) for argument in given])


class Raised(Exception):
    """Nothing raises it here: there, it says that a student's function did."""


class ApplyChatTemplate:
    """What stands in for an earlier answer that was wrong. Here nothing does."""


class HiddenTests:
    """Runs test functions; finds their fixtures by the names of their parameters."""

    def __init__(self, tokenizers: Module, conftest: Module, namespace: dict[str, Any]) -> None:
        logging.set_verbosity_error()  # to stock nbgrader a warning on stderr is a zero
        hidden_tokenizer = tokenizers(base_tokenizer)["hidden_tokenizer"]
        self._stand_ins = (pytest, check, told, TokenizerState, Raised, ApplyChatTemplate, hidden_tokenizer)
        self._shared = conftest(*self._stand_ins)
        self._session: dict[str, Any] = {}
        self._namespace = namespace

    def run(self, module: Module) -> None:
        """Run one check file. Prints how many passed, for us to count; raises what a check raises."""
        members = module(*self._stand_ins)
        tests = [name for name in members if name.startswith("test_")]
        for name in tests:
            made = {"rng": random.Random(f"0/{name}"), "submission": Submission(self._namespace)}
            members[name](**self._arguments(members[name], self._shared | members, made))
        print(f"hidden checks passed: {len(tests)}")

    def _arguments(self, function: Any, found: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
        return {name: self._value(name, found, made) for name in inspect.signature(function).parameters}

    def _value(self, name: str, found: dict[str, Any], made: dict[str, Any]) -> Any:
        if name in made:
            return made[name]
        session = name in self._session or found[name].fixture_scope == "session"
        place = self._session if session else made
        if name not in place:
            place[name] = found[name](**self._arguments(found[name], found, made))
        return place[name]
