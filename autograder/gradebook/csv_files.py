"""Tables for other programs: no cell is a formula."""

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.files import whole

NUMBER = re.compile(r"-\d+(\.\d+)?(e[+-]\d+)?", re.ASCII)


def write_table(path: Path, rows: Iterable[Mapping[str, object]], names: Iterable[str]) -> Path:
    """Write rows as CSV. ``names``: the first columns; what else the rows have comes after them."""
    rows = list(rows)
    columns = list(dict.fromkeys([*names, *(name for row in rows for name in row)]))
    return write_lines(path, [columns, *([row.get(name, "") for name in columns] for row in rows)])


def write_lines(path: Path, lines: Iterable[Iterable[object]]) -> Path:
    """Write lines as CSV."""
    with whole(path, newline="") as file:
        csv.writer(file).writerows([no_formula(value) for value in line] for line in lines)
    return path


def no_formula(value: object) -> object:
    """A spreadsheet must not take a text for a formula; numbers stay numbers, also those that are written out."""
    if not isinstance(value, str) or NUMBER.fullmatch(value):
        return value
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else value
