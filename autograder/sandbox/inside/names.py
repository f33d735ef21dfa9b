"""Which values a student's names have when one of their functions is called.

A notebook has one namespace. When all of it has run, a helper in an answer's cell may have lost its name to a loop's
variable of the lesson's, or to another answer's helper. A call finds what its function's own cell had at its end.
"""

import contextlib
import symtable
from collections.abc import Iterator
from typing import Any


class Names:
    """What students' cells have bound. A cell is an answer's, by its id; ``ADDED``, a student's own; or ``LESSONS``."""

    ADDED = ""
    LESSONS = None

    def __init__(self) -> None:
        self._latest: dict[str, Any] = {}
        self._of: dict[str, dict[str, Any]] = {}  # by answer
        self._cell: str | None = self.LESSONS
        self._before: dict[str, Any] = {}
        self._assigned: set[str] = set()

    def begin(self, namespace: dict[str, Any], cell: str | None, source: str) -> None:
        """A cell is about to be run. source: as Python, without IPython's magics."""
        self.end(namespace)
        self._cell = cell
        self._assigned = assigned(source)
        self._before = {} if cell is self.LESSONS else dict(namespace)

    def end(self, namespace: dict[str, Any]) -> None:
        """It has run."""
        if self._cell is not self.LESSONS:
            self._note(self._cell, namespace)
        self._cell, self._before = self.LESSONS, {}  # what a student lets go should be gone

    def _note(self, cell: str, namespace: dict[str, Any]) -> None:
        there = dict(namespace)  # a thread of theirs may go on binding names
        bound = {
            name: value
            for name, value in there.items()
            if value is not self._before.get(name, self) or name in self._assigned
        }
        for name in self._before.keys() - there.keys():
            for names in (self._latest, *self._of.values()):
                names.pop(name, None)
        self._latest |= bound
        if cell != self.ADDED:
            self._of[cell] = bound
            return
        for names in self._of.values():  # by hand, and later: so it counts, as it does in the notebook
            names |= {name: bound[name] for name in names.keys() & bound.keys()}

    @contextlib.contextmanager
    def seen_by(self, answer: str, namespace: dict[str, Any]) -> Iterator[None]:
        """For a call of this answer the student's names have their values. What it binds anew, the next call finds."""
        own = self._of.get(answer, {})
        seen = {**self._latest, **own}
        with standing_in(namespace, seen):
            yield
            for name in seen.keys() & namespace.keys():
                (own if name in own else self._latest)[name] = namespace[name]


def assigned(source: str) -> set[str]:
    """Names that a cell assigns, defines or imports. To bind a small number or a module again leaves the same object,
    which alone says nothing."""
    try:
        table = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


@contextlib.contextmanager
def standing_in(namespace: dict[str, Any], others: dict[str, Any]) -> Iterator[None]:
    """Names with other values for a while."""
    usual = {name: namespace[name] for name in others if name in namespace}
    namespace.update(others)
    try:
        yield
    finally:
        for name in others:
            namespace.pop(name, None)
        namespace.update(usual)
