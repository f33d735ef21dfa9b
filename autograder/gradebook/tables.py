"""Tables for spreadsheets: whole or not at all, and no cell is a formula."""

import csv
import os
from collections.abc import Iterable, Mapping
from pathlib import Path


def write_table(path: Path, rows: Iterable[Mapping[str, object]], names: Iterable[str]) -> Path:
    """Write rows as CSV. ``names``: the first columns; what else the rows have comes after them."""
    rows = list(rows)
    columns = list(dict.fromkeys([*names, *(name for row in rows for name in row)]))
    return write_lines(path, [columns, *([row.get(name, "") for name in columns] for row in rows)])


def write_lines(path: Path, lines: Iterable[Iterable[object]]) -> Path:
    """Write lines as CSV; a full disk or a killed process leaves the old file."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([no_formula(value) for value in line] for line in lines)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def no_formula(value: object) -> object:
    """A spreadsheet must not take a text for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return f"'{value}"
    return value
