"""Restoring a submitted notebook: the student's words, the course's structure."""

import copy
from collections.abc import Callable

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course import grade_id
from autograder.gradebook.restore import NOTES, restore


def nbgrader(name: str, **words: object) -> dict[str, object]:
    data = {"grade": False, "solution": False, "locked": True, "schema_version": 3, "task": False, "grade_id": name}
    return {"nbgrader": {**data, **words}}


@pytest.fixture
def given_notebook() -> NotebookNode:
    return new_notebook(
        cells=[
            new_markdown_cell("read this"),
            new_code_cell("x = 1", metadata=nbgrader("setup")),
            new_code_cell("raise NotImplementedError()", metadata=nbgrader("f", solution=True, locked=False)),
            new_code_cell("assert f()", metadata=nbgrader("f-checks", grade=True, points=3)),
        ]
    )


@pytest.fixture
def submitted(given_notebook: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(given_notebook)
    notebook.cells[2].source = "def f(): return 1"
    return notebook


def sources(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells]


def test_honest_submission_keeps_its_place_and_has_no_notes(
    given_notebook: NotebookNode, submitted: NotebookNode
) -> None:
    restored = restore(submitted, given_notebook)
    assert sources(restored) == ["read this", "x = 1", "def f(): return 1", "assert f()"]
    assert restored.metadata[NOTES] == []


def in_colab(notebook: NotebookNode) -> None:
    """Ids go into the metadata, and of the notebook's own metadata little is left."""
    notebook.nbformat_minor = 0
    notebook.metadata = NotebookNode(colab={"provenance": []}, kernelspec={"name": "python3"})
    for cell in notebook.cells:
        cell.metadata.update({"id": cell.pop("id"), "outputId": "some", "colab": {"height": 35}})


def in_vs_code(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"display_name": ".venv", "name": "venv"}
    for cell in notebook.cells:
        cell.metadata["vscode"] = {"languageId": "python"}
        cell.id = f"#{cell.id}"


@pytest.mark.parametrize("work", [in_colab, in_vs_code])
def test_it_does_not_matter_where_a_notebook_was_written(
    work: Callable[[NotebookNode], None], given_notebook: NotebookNode, submitted: NotebookNode
) -> None:
    work(submitted)
    restored = restore(submitted, given_notebook)
    assert sources(restored) == ["read this", "x = 1", "def f(): return 1", "assert f()"]
    assert restored.metadata[NOTES] == []
    nbformat.validate(restored)


def test_locked_cell_is_put_back(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    submitted.cells[3].source = "pass"
    restored = restore(submitted, given_notebook)
    assert sources(restored)[3] == "assert f()"
    assert "f-checks" in restored.metadata[NOTES][0]


def lesson(cells: int, **words: object) -> NotebookNode:
    return new_notebook(
        cells=[new_code_cell("x = 1", metadata=nbgrader(f"c{number}", **words)) for number in range(cells)]
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (0, []),
        (1, ["The cell `c0` was changed; the original was run."]),
        (3, ["The cells `c0`, `c1` and `c2` were changed; the originals were run."]),
        (8, ["The cells `c0`, `c1`, `c2`, `c3`, `c4` and 3 more were changed; the originals were run."]),
    ],
)
def test_changed_cells_are_told_in_one_sentence(changed: int, said: list[str]) -> None:
    submitted = lesson(8)
    for cell in submitted.cells[:changed]:
        cell.source = "x = 2"
    assert restore(submitted, lesson(8)).metadata[NOTES] == said


def test_missing_answers_are_told_in_one_sentence() -> None:
    given_cells = lesson(3, solution=True, locked=False)
    assert restore(new_notebook(), given_cells).metadata[NOTES] == ["The cells `c0`, `c1` and `c2` are missing."]
    assert restore(lesson(2, solution=True, locked=False), given_cells).metadata[NOTES] == ["The cell `c2` is missing."]


def test_metadata_is_the_courses(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    submitted.cells[3].metadata = {"nbgrader": {"grade_id": "f-checks", "points": 99}, "tags": ["skip-execution"]}
    restored = restore(submitted, given_notebook)
    assert restored.cells[3].metadata == given_notebook.cells[3].metadata


def test_first_of_two_solutions_counts(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    second = copy.deepcopy(submitted.cells[2])
    second.source = "def f(): return 2"
    submitted.cells.append(second)
    restored = restore(submitted, given_notebook)
    assert "def f(): return 1" in sources(restored)
    assert "def f(): return 2" not in sources(restored)
    assert any("two cells" in note for note in restored.metadata[NOTES])


def test_deleted_graded_cell_comes_back(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    del submitted.cells[3]
    assert sources(restore(submitted, given_notebook))[3] == "assert f()"


def test_deleted_solution_does_not_undo_a_definition_elsewhere(
    given_notebook: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells[2] = new_code_cell("def f(): return 1")
    restored = restore(submitted, given_notebook)
    assert "def f(): return 1" in sources(restored)
    assert not any("NotImplementedError" in source for source in sources(restored))


def test_added_cells_stay_behind_the_cell_they_followed(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    submitted.cells.insert(2, new_code_cell("import math"))
    assert sources(restore(submitted, given_notebook))[1:3] == ["x = 1", "import math"]


def test_order_is_the_courses(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    submitted.cells.reverse()
    ids = [grade_id(cell) for cell in restore(submitted, given_notebook).cells if grade_id(cell)]
    assert ids == ["setup", "f", "f-checks"]


def test_result_is_a_valid_notebook_with_ids_of_its_own(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    for cell in submitted.cells:
        cell.id = "same"
    restored = restore(submitted, given_notebook)
    nbformat.validate(restored)
    assert len({cell.id for cell in restored.cells}) == len(restored.cells)


JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=5
)
METADATA = JSON | st.fixed_dictionaries({"nbgrader": JSON | st.fixed_dictionaries({"grade_id": JSON})})
CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "other"]), "source": JSON, "metadata": METADATA}
)


@given(st.lists(CELL, max_size=5))
def test_whatever_the_cells_hold_the_structure_is_the_courses(cells: list[dict[str, object]]) -> None:
    original = new_notebook(cells=[new_code_cell("assert f()", metadata=nbgrader("f-checks", grade=True, points=3))])
    restored = restore(nbformat.from_dict({"cells": cells}), original)
    nbformat.validate(restored)
    assert [grade_id(cell) for cell in restored.cells if grade_id(cell)] == ["f-checks"]


def test_only_so_many_added_cells_come_along(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    submitted.cells.extend(new_code_cell(f"x = {number}") for number in range(150))
    restored = restore(submitted, given_notebook)
    assert len(restored.cells) == 3 + 100  # the text of the lesson is the student's own copy, and counts
    assert restored.metadata[NOTES] == ["Of the cells that were added, 51 were left out: more than 100."]


def test_endless_source_is_left_out(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    submitted.cells[2].source = "x" * 300_000
    submitted.cells.append(new_code_cell("y" * 300_000))
    restored = restore(submitted, given_notebook)
    assert max(map(len, sources(restored))) < 1000
    assert len(restored.metadata[NOTES]) == 2


def test_half_a_surrogate_pair_can_be_written(given_notebook: NotebookNode, submitted: NotebookNode) -> None:
    submitted.cells[2].source = "x = '\ud800'"
    assert nbformat.writes(restore(submitted, given_notebook)).encode()
