"""The kernel's side of a probe: whatever a student's function gives becomes data that is bounded, and soon."""

import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "autograder" / "sandbox" / "inside"))

import probe

REPLY_BYTES = 100_000
SECONDS = 2.0


def ask(function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    request = {"name": "f", "arguments": list(arguments), "given": {}, "seed": 0, "reply_bytes": REPLY_BYTES}
    return probe.answer(request, {"f": function})


def ask_several(function: Callable[..., Any], *calls: Any) -> Any:
    request = {"name": "f", "calls": calls, "given": {}, "seed": 0, "reply_bytes": REPLY_BYTES}
    reply = probe.several(request, lambda one: probe.answer(one, {"f": function}))
    assert reply["status"] == "several"
    return reply["replies"]


class Lying(str):
    """Equal to everything, and printed as something else."""

    def __eq__(self, _: object) -> bool:
        return True

    def __str__(self) -> str:
        return "right"

    __repr__ = __str__
    __hash__ = str.__hash__


class LyingInt(int):
    def __index__(self) -> int:
        return 7

    __int__ = __index__

    def bit_length(self) -> int:
        return 1


class LyingFloat(float):
    def __float__(self) -> float:
        return 7.0


class LyingList(list[object]):
    def __iter__(self) -> Iterator[object]:
        return itertools.repeat("right")

    def __len__(self) -> int:
        return 3


class LyingTuple(tuple[object, ...]):
    def __iter__(self) -> Iterator[object]:
        return itertools.repeat("right")


class LyingDict(dict[object, object]):
    def items(self) -> Any:
        return itertools.repeat(("right", "right"))

    __iter__ = keys = items


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Lying("wrong"), "wrong"),
        (LyingInt(3), 3),
        (LyingFloat(3.5), 3.5),
        (LyingList([1]), [1]),
        (LyingTuple((1,)), {"tuple": [1]}),
        (LyingDict({1: 2}), {"dict": [[1, 2]]}),
    ],
)
def test_derived_type_is_read_as_the_plain_one(value: object, expected: object) -> None:
    sent = ask(lambda: value)["value"]
    assert repr(sent) == repr(expected)
    assert type(sent) is type(expected)


def test_derived_tensor_is_read_as_a_tensor() -> None:
    torch = pytest.importorskip("torch")

    class Strange(torch.Tensor):  # type: ignore[misc, name-defined]
        @classmethod
        def __torch_function__(cls, *_: object, **__: object) -> object:
            raise ZeroDivisionError

        def detach(self) -> object:
            return 5

    sent = ask(lambda: torch.ones(2).as_subclass(Strange))["value"]
    assert sent == {"tensor": {"dtype": "torch.float32", "shape": [2], "data": [1.0, 1.0]}}


class EndlessKeys(Mapping[object, object]):
    def __getitem__(self, key: object) -> object:
        return key

    def __iter__(self) -> Iterator[object]:
        return itertools.count()

    def __len__(self) -> int:
        return 1


def wide_and_deep() -> object:
    loop: list[object] = []
    loop += [loop] * 100
    return loop


def tensor(**options: Any) -> Callable[[], object]:
    return lambda: torch.zeros(1, **options).expand(10_000_000)


@pytest.mark.parametrize(
    "function",
    [
        EndlessKeys,
        wide_and_deep,
        tensor(),
        lambda: "x" * 50_000_000,
        lambda: Lying("x" * 50_000_000),
        lambda: list(range(300_000)),
        lambda: [[]] * 300_000,
        lambda: dict.fromkeys(range(300_000)),
        lambda: ["x" * 90_000, "y" * 90_000],
        lambda: "é" * 30_000,
    ],
)
def test_too_much_is_oversized_soon(function: Callable[[], object]) -> None:
    started = time.process_time()
    assert ask(function) == {"status": "oversized"}
    assert time.process_time() - started < SECONDS


def test_arguments_count_too() -> None:
    def grow(messages: list[object]) -> None:
        messages.extend(["x" * 1000] * 1000)

    assert ask(grow, []) == {"status": "oversized"}


@pytest.mark.parametrize(
    "value",
    [
        10**5000,
        LyingInt(10**5000),
        "half of a character: \ud800",
        {1, 2},
        b"bytes",
        (number for number in itertools.count()),
        itertools.count(),
        1j,
        int,
    ],
    ids=type,
)
def test_what_is_not_data_is_named(value: object) -> None:
    assert ask(lambda: value)["value"].keys() == {"opaque"}


@pytest.mark.parametrize("make", ["sparse", "meta", "complex"])
def test_tensor_without_plain_numbers_is_named(make: str) -> None:
    torch = pytest.importorskip("torch")
    made = {
        "sparse": lambda: torch.ones(2).to_sparse(),
        "meta": lambda: torch.ones(2, device="meta"),
        "complex": lambda: torch.ones(2, dtype=torch.complex64),
    }
    assert ask(made[make])["value"] == {"opaque": "Tensor"}


def test_own_kind_of_exit_is_an_exception() -> None:
    class Leave(BaseException):
        pass

    def leave() -> None:
        raise Leave

    assert ask(leave)["type"] == ["Leave", "BaseException"]


def test_whatever_is_printed_is_dropped() -> None:
    nowhere = probe.Nowhere()
    print("x" * 1000, file=nowhere)
    with pytest.raises(OSError, match="read"):
        nowhere.read()


def test_calls_in_one_go_are_as_if_each_were_alone() -> None:
    def function(number: int) -> tuple[int, float]:
        return 1 // number, random.random()

    replies = ask_several(function, [1], [0], [1])
    assert replies == [ask(function, number) for number in (1, 0, 1)]
    assert replies[1]["type"][0] == "ZeroDivisionError"


def test_calls_in_one_go_end_with_the_bytes_of_one() -> None:
    assert len(ask_several(lambda length: "x" * length, [10], [REPLY_BYTES // 2], [REPLY_BYTES // 2], [10])) == 2
    assert len(ask_several(lambda: "x" * (REPLY_BYTES // 10), *[[]] * 100)) < 10


def test_interrupt_ends_calls_in_one_go() -> None:
    """It is the grader's, and for all of them."""
    called = []

    def interrupted(number: int) -> None:
        called.append(number)
        if number == 2:
            raise KeyboardInterrupt

    assert len(ask_several(interrupted, [1], [2], [3])) == 1
    assert called == [1, 2]
