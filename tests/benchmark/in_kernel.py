"""What hidden checks need where there is no pytest and no judge; pasted into the twin's first graded cell.

Only as much as the check files use. What is not here ends in a NameError, the twin loses marks, and the
benchmark stops: it never measures less than all checks.
"""

import copy
import inspect
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any


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


pytest = SimpleNamespace(fixture=fixture, FixtureRequest=object)


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


STAND_INS = (pytest, check, told, TokenizerState, base_tokenizer)


class HiddenTests:
    """Runs test functions; finds their fixtures by the names of their parameters."""

    def __init__(self, conftest: Callable[..., dict[str, Any]], namespace: dict[str, Any]) -> None:
        self._shared = conftest(*STAND_INS)
        self._session: dict[str, Any] = {"seed": 0}
        self._namespace = namespace

    def run(self, module: Callable[..., dict[str, Any]]) -> None:
        """Run one check file. Prints how many passed, for us to count; raises what a check raises."""
        members = module(*STAND_INS)
        tests = [name for name in members if name.startswith("test_")]
        for name in tests:
            request = SimpleNamespace(node=SimpleNamespace(name=name))
            made = {"request": request, "submission": Submission(self._namespace)}
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
