"""Nothing hidden gets out."""

import ast
import contextlib
import re
from pathlib import Path

import nbformat

from autograder.course import Course, grade_id
from autograder.errors import BuildError

SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
TELLING = 30  # a line of code this long, in a place where it should not be, is no coincidence
COPIED = 50  # nor is one this long that students are shown in one cell, and should write in another


def require_no_leak(course: Course, assignment: str, release: Path) -> None:
    """Raises BuildError where a solution, a hidden check or a text with solutions shows up below ``release``."""
    secrets = _secrets(course, assignment)
    for path in sorted(release.rglob("*")):
        if not path.is_file():
            continue
        if path.name.endswith(".pct.py"):
            raise BuildError(f"{path} is a text with solutions, and would be released")
        content = _lines(path)
        for secret, where in secrets.items():
            if all(line in content for line in secret):
                raise BuildError(f"{path} shows what {where} hides: {secret[0]!r}")


def _secrets(course: Course, assignment: str) -> dict[tuple[str, ...], str]:
    """Blocks of lines that must not be released, with where they come from."""
    secrets: dict[tuple[str, ...], str] = {}
    shown: set[str] = set()
    for path in course.notebooks(assignment):
        here = {line for cell in course.given(path).cells for line in _strip(cell.source)}
        shown |= {line for line in here if len(line) < COPIED}
    for path in course.notebooks(assignment):
        for cell in nbformat.read(path, as_version=4).cells:
            for block in SOLUTION.findall(cell.source):
                secrets |= {secret: f"the solution of {grade_id(cell)}" for secret in _blocks(block, shown)}
    for path in sorted(course.checks(assignment).glob("*.py")):
        lines = [line for node in ast.parse(path.read_text(encoding="utf-8")).body for line in _source(path, node)]
        secrets |= {(line,): path.name for line in lines if len(line) >= TELLING and line not in shown}
    return secrets


def _blocks(block: str, shown: set[str]) -> list[tuple[str, ...]]:
    """The whole block, and each of its lines that is telling by itself."""
    lines = _strip(block)
    telling: list[tuple[str, ...]] = [(line,) for line in lines if len(line) >= TELLING and line not in shown]
    whole = len(lines) > 1 or not set(lines) <= shown
    return [tuple(lines), *telling] if lines and whole else telling


def _source(path: Path, node: ast.stmt) -> list[str]:
    """The lines of a statement, imports aside: students import the same libraries."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return []
    lines = path.read_text(encoding="utf-8").splitlines()[node.lineno - 1 : node.end_lineno]
    return _strip("\n".join(lines))


def _strip(text: str) -> list[str]:
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def _lines(path: Path) -> set[str]:
    """The lines of a released file, comments with and without their marks, and what Markdown has as code within a line;
    of a notebook, whatever its name, its cells' and all others."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if '"cells"' in text:
        # What only looks like a notebook has its lines, and no cells.
        with contextlib.nullcontext() if path.suffix == ".ipynb" else contextlib.suppress(Exception):
            text += "\n" + "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)
    inline = "\n".join(re.findall(r"`([^`\n]+)`", text))
    return {*_strip(text), *_strip(inline), *_strip("\n".join(line.lstrip("# ") for line in text.splitlines()))}
