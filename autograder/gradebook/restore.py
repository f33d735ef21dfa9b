"""First step of autograding: rebuild the notebook that was handed out around what the student wrote.

Structure, metadata and locked cells come from the course's source; from the submission come the sources of the solution
cells and the cells that the student added. Cells are matched by ``grade_id``, never by cell id, which editors rewrite.
"""

import copy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.clean.plain import encodable
from autograder.course import Course, grade_id

NOTES = "course_notes"
MAX_ADDED = 100  # cells of the student's own
MAX_SOURCE = 200_000  # characters of a cell
MAX_NAMED = 5  # cells in a sentence
_NEW = {"code": new_code_cell, "markdown": new_markdown_cell}


class RestoreNotebook(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes the place of nbgrader's ClearOutput, DeduplicateIds, OverwriteKernelspec and OverwriteCells.

    This is what nbgrader checks and writes in between. What is judged is restored once more, from what was handed in
    (``run_and_judge``).
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        course = Course.of(self)
        names = resources["nbgrader"]
        given = course.given(course.source(names["assignment"]) / f"{names['notebook']}.ipynb")
        return restore(nb, given), resources


def restore(submitted: NotebookNode, given: NotebookNode) -> NotebookNode:
    """The given notebook with the student's work in it; ``metadata[NOTES]`` says what had to be put right."""
    known = {grade_id(cell) for cell in given.cells} - {""}
    answers, added, notes = _take_apart(submitted, known)
    cells = [*added.get("", [])]
    for cell in given.cells:
        name = grade_id(cell)
        if not name:  # authored text: the student's notebook carries its own copy of it
            continue
        cells.append(_put_back(cell, answers.get(name), notes))
        cells.extend(added.get(name, []))
    notes += _changed(given, answers) + _missing(given, answers)
    restored = copy.copy(given)
    restored.metadata = copy.deepcopy(given.metadata)
    restored.metadata[NOTES] = notes
    restored.cells = [_with_id(cell, number) for number, cell in enumerate(cells)]
    return restored


def _take_apart(
    submitted: NotebookNode, known: set[str]
) -> tuple[dict[str, NotebookNode], dict[str, list[NotebookNode]], list[str]]:
    """The first cell of each known id, and the student's own cells by the known cell that they follow."""
    answers: dict[str, NotebookNode] = {}
    added: dict[str, list[NotebookNode]] = {}
    notes: list[str] = []
    place = ""
    left_out = 0
    for cell in submitted.cells:
        name = grade_id(cell)
        if name not in known:
            if sum(map(len, added.values())) < MAX_ADDED:
                added.setdefault(place, []).append(_own(cell, notes))
            else:
                left_out += 1
        elif name in answers:
            notes.append(f"There are two cells `{name}`; the first one counts.")
        else:
            answers[name] = cell
            place = name
    if left_out:
        notes.append(f"Of the cells that were added, {left_out} were left out: more than {MAX_ADDED}.")
    return answers, added, notes


def _own(cell: NotebookNode, notes: list[str]) -> NotebookNode:
    """A cell of the student's own, without metadata: tags and ids in it can steer nbgrader and nbclient."""
    kind = cell.get("cell_type")
    source = _source(cell)
    if len(source) > MAX_SOURCE:
        notes.append(f"A cell that was added was left out: longer than {MAX_SOURCE} characters.")
        source = ""
    return _NEW[kind](source) if kind in ("code", "markdown") else new_raw_cell(source)


def _put_back(cell: NotebookNode, answer: NotebookNode | None, notes: list[str]) -> NotebookNode:
    """The given cell, with the student's source where it is theirs to write."""
    put = copy.deepcopy(cell)
    name = grade_id(cell)
    if _is_locked(cell):
        return put
    if answer is None:
        put.source = f"# The cell {name} was not in the submitted notebook."
    elif len(_source(answer)) > MAX_SOURCE:
        put.source = f"# The cell {name} was longer than {MAX_SOURCE} characters."
        notes.append(f"The cell `{name}` was left out: longer than {MAX_SOURCE} characters.")
    else:
        put.source = _source(answer)
    return put


def _changed(given: NotebookNode, answers: dict[str, NotebookNode]) -> list[str]:
    """What is told of locked cells that are not as they were given."""
    locked = {grade_id(cell): cell.source for cell in given.cells if _is_locked(cell)}
    there = {name: answers[name] for name in locked if name in answers}
    names = [name for name, cell in there.items() if _source(cell).strip() != locked[name].strip()]
    return _of_cells(names, "was changed; the original was run", "were changed; the originals were run")


def _missing(given: NotebookNode, answers: dict[str, NotebookNode]) -> list[str]:
    """What is told of a student's cells that are not there."""
    names = [grade_id(cell) for cell in given.cells if grade_id(cell) and not _is_locked(cell)]
    return _of_cells([name for name in names if name not in answers], "is missing", "are missing")


def _is_locked(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("locked"))


def _of_cells(names: list[str], one: str, several: str) -> list[str]:
    """One sentence about these cells, if there are any."""
    if len(names) < 2:
        return [f"The cell `{name}` {one}." for name in names]
    listed = [f"`{name}`" for name in names[:MAX_NAMED]]
    if len(names) > MAX_NAMED:
        listed.append(f"{len(names) - MAX_NAMED} more")
    *before, last = listed
    return [f"The cells {', '.join(before)} and {last} {several}."]


def _source(cell: NotebookNode) -> str:
    source = cell.get("source")
    return encodable(source) if isinstance(source, str) else ""


def _with_id(cell: NotebookNode, number: int) -> NotebookNode:
    """Ids of our own: a submission may repeat them."""
    cell.id = f"cell-{number}"
    return cell
