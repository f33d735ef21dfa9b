"""What a call finds under a student's names, whoever has taken them since."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "autograder" / "sandbox" / "inside"))

from names import Names

LESSONS, ADDED = Names.LESSONS, Names.ADDED
Cells = list[tuple[str | None, str]]


def ran(*cells: tuple[str | None, str]) -> tuple[Names, dict[str, Any]]:
    """The namespace after these cells: whose each is, and its source."""
    names, namespace = Names(), {}
    for cell, source in cells:
        names.begin(namespace, cell, source)
        exec(source, namespace)
    names.end(namespace)
    return names, namespace


def called(answer: str, *cells: tuple[str | None, str]) -> object:
    names, namespace = ran(*cells)
    with names.seen_by(answer, namespace):
        return namespace[answer]()


F = ("f", "def aid():\n    return 1\ndef f():\n    return aid()")
G = ("g", "def aid():\n    return 2\ndef g():\n    return aid() + 10 * f()")


@pytest.mark.parametrize(
    ("answer", "cells", "found"),
    [
        ("f", [F, (LESSONS, "for aid in 'abc': pass")], 1),
        ("f", [F, (LESSONS, "def aid(): return 3"), (LESSONS, "def aid(): return 4")], 1),
        ("f", [F, (LESSONS, "del aid")], 1),
        ("f", [F, (LESSONS, "del aid"), ("g", "def g(): return 2")], 1),
        ("f", [F, G], 1),
        ("g", [("f", "def f():\n    return 1"), G, (LESSONS, "aid = 5")], 12),
        ("g", [F, (LESSONS, "aid = 3"), ("g", "def g():\n    return f()")], 1),
        ("f", [F, ("g", "def f():\n    return 7")], 1),
        ("f", [("f", "def f(): return 1"), (LESSONS, "f = None")], 1),
        ("f", [(LESSONS, "x = 1"), ("f", "def f(): return x"), (LESSONS, "x = 2")], 2),
        ("f", [F, (ADDED, "def aid(): return 6")], 6),
        ("f", [F, (ADDED, "def aid(): return 6"), (LESSONS, "aid = 3")], 6),
        ("f", [(ADDED, "def aid(): return 6"), ("f", "def f(): return aid()"), (LESSONS, "aid = 3")], 6),
        ("f", [F, (LESSONS, "aid = 3"), (ADDED, "del f"), (ADDED, "def f(): return 8")], 8),
        # The same object again, which a small number, a short text and a module are.
        ("f", [(LESSONS, "n = 3"), ("f", "n = 3\ndef f(): return n"), (LESSONS, "n = 8")], 3),
        ("g", [("f", "n = 1\ndef f(): return n"), ("g", "n = 1\ndef g(): return n"), ("h", "n = 2")], 1),
        ("g", [(LESSONS, "import os"), ("g", "import os\ndef g(): return os.sep"), (LESSONS, "os = 1")], "/"),
        ("f", [(LESSONS, "n = 3"), ("f", "def aid():\n    n = 3\ndef f(): return n"), (LESSONS, "n = 8")], 8),
    ],
)
def test_call_finds_what_its_own_cell_had(answer: str, cells: Cells, found: object) -> None:
    assert called(answer, *cells) == found


def test_notebook_is_as_before_after_the_call() -> None:
    names, namespace = ran(F, (LESSONS, "aid = 3"))
    before = dict(namespace)
    with names.seen_by("f", namespace):
        assert namespace["aid"] != 3
    assert namespace == before


@pytest.mark.parametrize("cells", [[], [(LESSONS, "count = 10")], [("g", "count = 10")]])
def test_what_a_call_binds_anew_the_next_one_finds(cells: Cells) -> None:
    names, namespace = ran(("f", "count = 0\ndef f():\n    global count\n    count += 1\n    return count"), *cells)
    found = []
    for _ in range(3):
        with names.seen_by("f", namespace):
            found.append(namespace["f"]())
    assert found == [1, 2, 3]


def test_what_a_student_has_deleted_is_not_brought_back() -> None:
    names, namespace = ran(F, (ADDED, "del aid"))
    with names.seen_by("f", namespace), pytest.raises(NameError):
        namespace["f"]()
