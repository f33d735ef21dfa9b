"""Files for other programs: whole or not at all, and in tables no cell is a formula."""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


def write_table(path: Path, rows: Iterable[Mapping[str, object]], names: Iterable[str]) -> Path:
    """Write rows as CSV. ``names``: the first columns; what else the rows have comes after them."""
    rows = list(rows)
    columns = list(dict.fromkeys([*names, *(name for row in rows for name in row)]))
    return write_lines(path, [columns, *([row.get(name, "") for name in columns] for row in rows)])


def write_lines(path: Path, lines: Iterable[Iterable[object]]) -> Path:
    """Write lines as CSV."""
    with whole(path) as file:
        csv.writer(file).writerows([no_formula(value) for value in line] for line in lines)
    return path


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """A text file to write. A full disk or a killed process leaves the old one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("w", newline="", encoding="utf-8") as file:
            yield file
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def no_formula(value: object) -> object:
    """A spreadsheet must not take a text for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return f"'{value}"
    return value
