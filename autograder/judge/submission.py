"""The ``submission`` fixture: a student's answers, as the checks see them."""

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.judge import alarm
from autograder.judge.arguments import encode_argument
from autograder.judge.check import BUSY
from autograder.judge.values import Malformed, decode_answer

Reply = Mapping[str, Any]
STOPS = 2  # calls of one function that may be stopped


class NoAnswer(Exception):
    """There is nothing to judge. The plugin turns each kind into an outcome; checks let it pass through."""


class Missing(NoAnswer):
    """Not defined, or still the stub."""


class TimedOut(NoAnswer):
    """The cell or the call did not end in time."""


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    """For a fixture's work on an answer: raises TimedOut when it has used a check's time. Pytest remembers that for all
    checks which the fixture serves; of what is no ``Exception``, as ``alarm.OutOfTime``, it would lose track."""
    try:
        with alarm.limit():
            yield
    except alarm.OutOfTime as out:
        raise TimedOut(BUSY) from out


class Raised(NoAnswer):
    """The cell or the call raised. ``names``: the exception's type and its ancestors; ``line``: in their cell.

    tells: does its type show what the check is about?
    """

    def __init__(self, names: list[str], line: int | None, *, tells: bool = True) -> None:
        super().__init__(names[0])
        self.names = names
        self.line = line
        self.tells = tells


class Stopped(NoAnswer):
    """The cell or the call passed a limit or ended its kernel, or no data came back. The message is for the student."""


class Oversized(Stopped):
    """What came back is more than any answer is. A check's ``raises`` may say what that tells."""

    def __init__(self) -> None:
        super().__init__("What came back is far larger than any answer can be.")


class Unusable(NoAnswer):
    """What came back is data of the right kind, and the judge cannot work with it. The message is for the student."""


@dataclass(frozen=True)
class Probe:
    """What a call gave: the returned value, and the arguments as they were afterwards."""

    value: Any
    arguments: list[Any]


class Submission:
    """Answers of one notebook. ``ask`` carries a request to the kernel; ``cells`` says how each solution cell went."""

    def __init__(self, ask: Callable[[dict[str, Any]], Reply], cells: Mapping[str, Reply], seed: int) -> None:
        self._ask = ask
        self._cells = cells
        self._seed = seed
        self._stops: Counter[tuple[str, bool]] = Counter()
        self._given: Mapping[str, Any] = {}
        self._ahead: dict[str, Reply] = {}  # by request

    @contextlib.contextmanager
    def with_given(self, given: Mapping[str, Any]) -> Iterator[None]:
        """Each call meets these, too, where it does not name others."""
        self._given = given
        try:
            yield
        finally:
            self._given = {}

    def call(self, name: str, *arguments: Any, **given: Any) -> Any:
        """Call the student's function and return what it returned, as plain data (see ``autograder.judge.values``).

        given: what stands in for other functions of the student's while this one runs, by name.
        """
        return self.probe(name, *arguments, **given).value

    def probe(self, name: str, *arguments: Any, **given: Any) -> Probe:
        """As ``call``, with the arguments as they were afterwards. Raises NoAnswer where there is none."""
        return self._answer(name, [encode_argument(argument) for argument in arguments], given)

    def ask_ahead(self, name: str, calls: Iterable[Sequence[Any]]) -> None:
        """Make calls with these arguments in one go, for the next ``call`` or ``probe`` with each of them.

        Hundreds of calls take as long as two. Where not all of them end in the time and the bytes of one, nothing is
        kept, and each is made when it is asked for.
        """
        requests = [self._request(name, [encode_argument(argument) for argument in call], {}) for call in calls]
        if not requests:
            return
        reply = self._ask({**self._request(name, None, {}), "calls": [one["arguments"] for one in requests]})
        match reply:
            case {"status": "several", "replies": list(replies)} if len(replies) == len(requests):
                self._ahead.update(zip(map(json.dumps, requests), replies, strict=True))

    def value(self, name: str) -> Any:
        """The value of a variable that the student's cell defines. A dictionary with nothing filled in is the stub."""
        value = self._answer(name, None, {}).value
        if isinstance(value, dict) and value and not any(map(_filled_in, value.values())):
            raise Missing("Not answered yet: nothing is filled in.")
        return value

    def _answer(self, name: str, arguments: list[Any] | None, given: Mapping[str, Any]) -> Probe:
        asked = name, bool(self._given)
        if self._stops[asked] >= STOPS:  # the class is waiting, and each new kernel is one less for other answers
            raise TimedOut("Calls with earlier inputs had to be stopped, so it was not called again.")
        request = self._request(name, arguments, given)
        reply = self._ahead.pop(json.dumps(request), None) or self._ask(request)
        match reply:
            case {"status": "returned", "value": value, "arguments": list(after)}:
                return _decode(value, after, len(arguments or []))
            case {"status": "missing"}:
                raise self._why_missing(name)
            case {"status": "raised"}:
                raise _raised(reply.get("type"), reply.get("cell_line"))
            case {"status": "timed out", "message": str(message)}:
                self._stops[asked] += 1
                raise TimedOut(message)
            case {"status": "stopped", "message": str(message)}:
                self._stops[asked] += 1
                raise Stopped(message)
            case {"status": "oversized"}:
                raise Oversized
        raise Stopped(_UNREADABLE)

    def _request(self, name: str, arguments: list[Any] | None, given: Mapping[str, Any]) -> dict[str, Any]:
        functions = {function: encode_argument(recipe) for function, recipe in {**self._given, **given}.items()}
        return {"name": name, "arguments": arguments, "given": functions, "seed": self._seed}

    def _why_missing(self, name: str) -> NoAnswer:
        """Its cell tells why: what is not there may have been kept from being there."""
        match self._cells.get(name):
            case {"status": "raised" | "stopped", "message": str(message)}:
                return Stopped(message)
            case {"status": "raised", "error": error, "line": line}:
                return _raised([error], line)
            case {"status": "timed out" | "not run", "message": str(message)}:
                return TimedOut(message)
        return Missing(f"`{name}` is not defined.")


def _filled_in(value: Any) -> bool:
    """Is it more than the empty string, or the several, that a release has in its place?"""
    words = value if isinstance(value, list | tuple) else [value]
    return not all(isinstance(word, str) and not word.strip() for word in words)


_UNREADABLE = "What came back is not data that could be read."


def _decode(value: Any, arguments: list[Any], sent: int) -> Probe:
    try:
        after = decode_answer(arguments)
        if len(after) != sent:
            raise Malformed("other arguments than were sent")
        return Probe(decode_answer(value), after)
    except Malformed as error:
        raise Stopped(_UNREADABLE) from error


def _raised(names: object, line: object) -> NoAnswer:
    listed = [str(name) for name in names] if isinstance(names, list) and names else ["Exception"]
    if listed[0] == "NotImplementedError":
        return Missing("Not answered yet: the cell still raises `NotImplementedError`.")
    return Raised(listed[:10], line if type(line) is int and 0 < line < 10_000 else None)
