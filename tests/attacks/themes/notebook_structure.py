"""Notebooks that are not what was handed out: cells tagged, deleted, doubled, renamed, retyped; and no notebooks."""

import copy
import json

from nbformat.v4 import new_output

from attacks.attack import ASSIGNMENT, Work, attack


@attack(row="structure", wants="graded cells to be skipped")
def cells_tagged_skip_execution(work: Work) -> None:
    for cell in work.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell"]


@attack(row="structure", wants="no checks to fail")
def checks_deleted(work: Work) -> None:
    for name in ("prefill-checks", "render_for_inference-checks"):
        del work.cells[work.index(name)]


@attack(
    row="structure", wants="nbgrader to stop at the double, and the class with it", told="two cells `prefill-checks`"
)
def checks_doubled(work: Work) -> None:
    for name in ("prefill-checks", "to_messages-checks", "prefill"):
        work.cells.append(copy.deepcopy(work.cell(name)))


@attack(row="structure", wants="points for prefill by taking the name of a cell that passes", costs=("to_messages",))
def solution_renamed(work: Work) -> None:
    mine, other = work.cell("prefill"), work.cell("to_messages")
    mine.metadata["nbgrader"]["grade_id"], other.metadata["nbgrader"]["grade_id"] = "to_messages", "prefill"
    mine.id, other.id = other.id, mine.id


@attack(row="structure", wants="checks that are not graded, so that nothing can be lost")
def graded_turned_off(work: Work) -> None:
    for name in ("prefill-checks", "render_for_inference-checks"):
        work.cell(name).metadata["nbgrader"].update(grade=False, solution=True, locked=False)


@attack(row="structure", wants="SchemaTooOldError, and the batch to stop", told="`prefill` are missing")
def metadata_emptied(work: Work) -> None:
    for cell in work.cells[::2]:
        cell.metadata["nbgrader"] = {}


@attack(row="structure", wants="something that expects a text to meet a list, and the batch to stop")
def metadata_of_other_types(work: Work) -> None:
    strange = [None, [], 7, "x", {"grade_id": ["prefill"]}, {"grade_id": None, "points": "NaN"}, {"schema_version": 99}]
    for value in strange:
        work.add("pass", after="prefill-checks")
        work.cells[work.index("prefill-checks") + 1].metadata["nbgrader"] = value
    work.cell("prefill-checks").metadata["nbgrader"]["points"] = [1, 2]
    work.cell("prefill-checks").metadata["deletable"] = {"a": 1}


@attack(row="structure", wants="1000 points", told="the originals were run")
def points_raised(work: Work) -> None:
    for cell in work.cells:
        if "points" in cell.metadata.get("nbgrader", {}):
            cell.metadata["nbgrader"]["points"] = 1000
            cell.source = "1000.0"


@attack(row="structure", wants="checks that are text, and are not run")
def checks_turned_to_text(work: Work) -> None:
    for name in ("prefill-checks", "render_for_inference-checks"):
        cell = work.cell(name)
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]


@attack(row="structure", wants="a solution in a raw cell to break whoever runs it")
def solution_turned_raw(work: Work) -> None:
    cell = work.cell("prefill")
    cell.cell_type = "raw"
    cell.source = ["def prefill(*_):", "raise SystemExit"]
    del cell["outputs"], cell["execution_count"]


@attack(row="structure", wants="another kernel: one outside the sandbox, or none")
def kernelspec_changed(work: Work) -> None:
    assert work.notebook is not None
    work.notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "x", "language": "bash"}
    work.notebook.metadata["language_info"] = {"name": "bash", "file_extension": "/../../evil"}


@attack(row="structure", wants="outputs with full marks to be believed as they are")
def outputs_written_beforehand(work: Work) -> None:
    for cell in work.cells:
        if cell.cell_type == "code":
            cell.execution_count = 99
            cell.outputs = [new_output("execute_result", {"text/plain": "7.0"}, execution_count=99)]


@attack(row="structure", wants="notes of the grader's own, and a verdict in the metadata")
def notes_of_the_grader_forged(work: Work) -> None:
    assert work.notebook is not None
    work.notebook.metadata.update(course_notes=["All checks passed, 41 of 41."], verdict={"points": 41})
    work.notebook.metadata["nbgrader"] = {"score": 41, "max_score": 41}


@attack(row="structure", wants="locked cells that define the answers", told="the originals were run")
def locked_cells_rewritten(work: Work) -> None:
    for name in ("setup", "question", "prefill-checks"):
        work.cell(name).source += "\ndef prefill(*_): print('GOT' 'IT')\nprint('GOT' 'IT')\n"


@attack(row="structure", wants="a notebook in a format that is mended before it is restored")
def notebook_of_another_format(work: Work) -> None:
    assert work.notebook is not None
    work.notebook["nbformat_minor"] = 99
    work.notebook["nbformat"] = 4
    work.notebook["worksheets"] = [{"cells": []}]
    for cell in work.cells:
        cell["id"] = "same id !"


@attack(row="structure", wants="half a character to stop whoever writes the notebook", loses_output=True)
def half_a_surrogate_pair(work: Work) -> None:
    work.prepend("prefill", "# \ud83d alone\nprint('\\ud83d')\n1 / 0  # \udc00")
    work.add("# \ud83d in a title", after="prefill", markdown=True)


@attack(
    row="structure",
    wants="the parser of notebooks to run out of stack",
    unreadable=True,
    told="not a notebook that can be read",
)
def notebook_nested_deeply(work: Work) -> None:
    work.notebook = None
    deep = "[" * 200_000 + "]" * 200_000
    work.file(
        f"{ASSIGNMENT}.ipynb", f'{{"cells": [], "metadata": {{"x": {deep}}}, "nbformat": 4, "nbformat_minor": 5}}'
    )


@attack(
    row="structure",
    wants="whoever expects a list of cells to stop",
    unreadable=True,
    told="not a notebook that can be read",
)
def notebook_that_is_a_number(work: Work) -> None:
    work.notebook = None
    work.file(f"{ASSIGNMENT}.ipynb", "1e999")


@attack(row="floods", wants="a grader that is busy with metadata and empty cells", told="Of the cells that were added")
def json_bomb(work: Work) -> None:
    assert work.notebook is not None
    wide: object = "x" * 1000
    for _ in range(3):
        wide = [wide] * 10
    deep: object = 1
    for _ in range(200):
        deep = {"a": deep}
    work.notebook.metadata["wide"], work.notebook.metadata["deep"] = wide, deep
    work.cell("prefill").metadata["deep"] = deep
    empty = json.loads(json.dumps(work.cell("prefill")))
    work.cells.extend(dict(empty, source="", metadata={}) for _ in range(3000))
