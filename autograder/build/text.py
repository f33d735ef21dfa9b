"""Between the text that people edit (``<notebook>.pct.py``) and nbgrader's notebook (``<notebook>.ipynb``).

The text is jupytext's percent format; four words on a cell's marker line stand for nbgrader's metadata::

    # %% [markdown] id="a-name"            text
    # %% id="a-name"                       authored code: locked
    # %% solution="render_for_training"    the student's cell of an exercise
    # %% checks="render_for_training" points=5    its graded cell

The names become cell ids and nbgrader ids, so that a build gives the same bytes each time.
"""

import ast
import copy
import hashlib
import json
import keyword
import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from autograder.build import flashcards
from autograder.course import CHECKS_SUFFIX
from autograder.errors import BuildError

SUFFIX = ".pct.py"
RECORD = "course_build"
NO_WORD = "no word stands for such a cell; there are plain Markdown, locked code, answers and their checks"
_SCHEMA = {"schema_version": 3, "task": False}


def text_path(notebook: Path) -> Path:
    return notebook.with_suffix(SUFFIX)


def notebook_path(text: Path) -> Path:
    return text.with_name(text.name.removesuffix(SUFFIX) + ".ipynb")


def to_notebook(text: Path) -> NotebookNode:
    """The notebook that a text stands for. Raises BuildError where a cell has no name, or two have the same."""
    read = jupytext.reads(text.read_text(encoding="utf-8"), fmt="py:percent")
    if "kernelspec" not in read.metadata:
        raise BuildError(f"{text}: its header, between two lines of # ---, names no kernel: copy another text's")
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": read.metadata.kernelspec})
    notebook.cells = [_from_text(cell, f"{text.name}, cell {number}") for number, cell in enumerate(read.cells, 1)]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = flashcards.expand(cell.source, text.parent)
    names = [cell.id for cell in notebook.cells]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BuildError(f"{text}: two cells are called {', '.join(twice)}")
    notebook.metadata[RECORD] = {"content": content_digest(notebook)}
    return notebook


def _from_text(cell: NotebookNode, place: str) -> NotebookNode:
    words = dict(cell.metadata)
    if "### BEGIN SOLUTION" in cell.source and "solution" not in words:
        raise BuildError(f'{place}: a solution belongs into a cell with solution="..."')
    if cell.cell_type == "code":
        _require_python(cell.source, place)
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(cell.source, id=_name(words.get("id"), place))
    if cell.cell_type == "raw":
        raise BuildError(f"{place}: {NO_WORD}")
    made = nbformat.v4.new_code_cell(cell.source)
    match words:
        case {"solution": name}:
            marks = re.findall("### (BEGIN|END) SOLUTION", cell.source)
            if not marks or marks != ["BEGIN", "END"] * (len(marks) // 2):
                raise BuildError(f"{place}: {name} needs ### BEGIN SOLUTION, and ### END SOLUTION after it")
            data = {"grade": False, "solution": True, "locked": False, "grade_id": _variable(name, place)}
        case {"checks": name, "points": int(points)} if points > 0:
            if "### BEGIN HIDDEN TESTS" in cell.source:
                raise BuildError(f"{place}: {name} has nbgrader's hidden tests; here they are in autograder/checks")
            data = {"grade": True, "solution": False, "locked": True, "points": points}
            data["grade_id"] = _name(name, place) + CHECKS_SUFFIX
        case {"id": name}:
            data = {"grade": False, "solution": False, "locked": True, "grade_id": _name(name, place)}
        case _:
            found = " ".join(f"{key}={value!r}" for key, value in words.items()) or "nothing"
            raise BuildError(
                f'{place}: a code cell needs id="...", solution="..." or checks="..." points=N, N from 1; found {found}'
            )
    made.id = data["grade_id"]
    made.metadata["nbgrader"] = {**data, **_SCHEMA}
    return made


def _require_python(source: str, place: str) -> None:
    """Raises BuildError where it cannot be read, also after IPython's own words are taken out."""
    try:
        ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError as error:
        raise BuildError(f"{place}, its line {error.lineno}: {error.msg}") from error


def _name(name: object, place: str) -> str:
    if name is None:
        raise BuildError(f'{place}: needs a name: # %% [markdown] id="..."')
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", name):
        raise BuildError(f"{place}: needs a name of letters, digits, - and _, found {name!r}")
    return name


def _variable(name: object, place: str) -> str:
    """Hidden checks ask for the exercise by its name, in Python."""
    found = _name(name, place)
    if not found.isidentifier() or keyword.iskeyword(found):
        raise BuildError(
            f"{place}: an exercise is called as its function or variable in Python; {found!r} cannot be one"
        )
    return found


def to_text(notebook: NotebookNode, header_of: Path) -> str:
    """The text that a notebook stands for, for an edit made in the notebook. The header is that of the old text.

    Raises BuildError where no word stands for a cell.
    """
    header, _, _ = header_of.read_text(encoding="utf-8").partition("# %%")
    plain = nbformat.v4.new_notebook()
    for number, cell in enumerate(notebook.cells, 1):
        make = nbformat.v4.new_markdown_cell if cell.cell_type == "markdown" else nbformat.v4.new_code_cell
        source = flashcards.fold(cell.source, header_of.parent) if cell.cell_type == "markdown" else cell.source
        plain.cells.append(make(source, metadata=_words(cell, f"{notebook_path(header_of).name}, cell {number}")))
    written = str(jupytext.writes(plain, fmt="py:percent"))
    _, marker, body = written.partition("# %%")
    return header + re.sub(r"\n{3,}# %%", "\n\n# %%", marker + body)


def _words(cell: NotebookNode, place: str) -> dict[str, Any]:
    """What stands on the cell's marker line."""
    data = cell.metadata.get("nbgrader", {})
    by_hand = data.get("task") or (data.get("grade") and data.get("solution"))
    if cell.cell_type == "raw" or by_hand or (cell.cell_type == "markdown" and data):
        raise BuildError(f"{place}: {NO_WORD}")
    if cell.get("attachments"):
        raise BuildError(f"{place}: a text cannot hold the picture that was pasted in: save it as a file beside it")
    if not data:
        return {"id": cell.get("id", place)}
    name = data["grade_id"]
    if data["solution"]:
        return {"solution": name}
    return (
        {"checks": name.removesuffix(CHECKS_SUFFIX), "points": int(data["points"])} if data["grade"] else {"id": name}
    )


def content_digest(notebook: NotebookNode) -> str:
    """A digest of what an author can change; outputs, counts and what an editor writes around them do not matter."""
    content = [(cell.cell_type, cell.source, dict(cell.metadata.get("nbgrader", {}))) for cell in notebook.cells]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def edited_by_hand(notebook: NotebookNode) -> bool:
    """Was it changed since it was built?"""
    return not made_from(notebook, notebook)


def made_from(notebook: NotebookNode, other: NotebookNode) -> bool:
    """Had it this content when it was built?"""
    return bool(notebook.metadata.get(RECORD, {}).get("content") == content_digest(other))


def dumps(notebook: NotebookNode) -> str:
    """The notebook's bytes, always the same for the same notebook."""
    ordered = copy.deepcopy(notebook)
    ordered.nbformat, ordered.nbformat_minor = 4, 5
    return nbformat.writes(ordered, version=nbformat.NO_CONVERT) + "\n"
