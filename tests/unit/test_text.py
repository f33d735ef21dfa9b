"""Text to notebook and back."""

from pathlib import Path

import nbformat
import pytest

from autograder.build import text
from autograder.errors import BuildError

HEADER = """# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

"""
CELLS = """# %% [markdown] id="title"
# # Title

# %% id="setup"
x = 1

# %% solution="f"
def f():
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION

# %% checks="f" points=3
assert f() == 1
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.pct.py"
    path.write_text(HEADER + CELLS)
    return path


def test_words_become_nbgrader_metadata(source: Path) -> None:
    title, setup, solution, checks = text.to_notebook(source).cells
    assert "nbgrader" not in title.metadata
    assert setup.metadata.nbgrader.locked
    assert not setup.metadata.nbgrader.grade
    assert solution.metadata.nbgrader.solution
    assert (checks.metadata.nbgrader.grade_id, checks.metadata.nbgrader.points) == ("f-checks", 3)


def test_ids_are_names_and_bytes_stay_the_same(source: Path) -> None:
    assert [cell.id for cell in text.to_notebook(source).cells] == ["title", "setup", "f", "f-checks"]
    assert text.dumps(text.to_notebook(source)) == text.dumps(text.to_notebook(source))


def test_notebook_goes_back_to_the_same_text(source: Path) -> None:
    assert text.to_text(text.to_notebook(source), source) == HEADER + CELLS


def test_edit_in_the_notebook_is_noticed_and_an_open_and_save_is_not(source: Path) -> None:
    notebook = text.to_notebook(source)
    assert not text.edited_by_hand(notebook)
    notebook.cells[1].outputs = [{"output_type": "stream", "name": "stdout", "text": "hello"}]
    notebook.metadata["language_info"] = {"name": "python"}
    assert not text.edited_by_hand(notebook)
    notebook.cells[1].source = "x = 2"
    assert text.edited_by_hand(notebook)


@pytest.mark.parametrize("cell", ["# %%\ny = 1\n", '# %% checks="f"\n', '# %% id="a b"\n', "# %% [markdown]\n# hi\n"])
def test_cell_without_a_good_name_is_refused(source: Path, cell: str) -> None:
    source.write_text(HEADER + CELLS + "\n" + cell)
    with pytest.raises(BuildError, match="cell 5"):
        text.to_notebook(source)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("points=3", "points=0", "N from 1; found checks='f' points=0"),
        ("points=3", "points=1.5", "N from 1"),
        ("    ### END SOLUTION\n", "", "f needs ### BEGIN SOLUTION, and ### END SOLUTION after it"),
        ("### BEGIN SOLUTION", "### BEGIN SOLUTON", "f needs ### BEGIN SOLUTION"),
        ("assert f", "### BEGIN HIDDEN TESTS\nassert f", "hidden tests"),
        ("#   kernelspec:", "#   kernel:", "names no kernel"),
    ],
)
def test_mistake_in_a_text_is_named(source: Path, old: str, new: str, why: str) -> None:
    assert old in HEADER + CELLS
    source.write_text((HEADER + CELLS).replace(old, new))
    with pytest.raises(BuildError, match=why):
        text.to_notebook(source)


def test_kinds_of_cells_without_a_word_are_refused_both_ways(source: Path) -> None:
    by_hand = {"grade": True, "solution": True, "locked": False, "grade_id": "essay", "points": 5, "schema_version": 3}
    for cell in (
        nbformat.v4.new_raw_cell("\\newpage"),
        nbformat.v4.new_code_cell("print()", metadata={"nbgrader": by_hand}),
        nbformat.v4.new_markdown_cell("Say why.", metadata={"nbgrader": {**by_hand, "solution": False, "task": True}}),
        nbformat.v4.new_markdown_cell("Keep this.", metadata={"nbgrader": {**by_hand, "grade": False}}),
    ):
        notebook = text.to_notebook(source)
        notebook.cells.insert(2, cell)
        with pytest.raises(BuildError, match=r"lesson\.ipynb, cell 3: no word stands for such a cell"):
            text.to_text(notebook, source)
    source.write_text(HEADER + CELLS + '\n# %% [raw] id="page"\n# \\newpage\n')
    with pytest.raises(BuildError, match=r"lesson\.pct\.py, cell 5: no word"):
        text.to_notebook(source)


def test_picture_that_was_pasted_in_is_refused_and_not_lost(source: Path) -> None:
    notebook = text.to_notebook(source)
    pasted = nbformat.v4.new_markdown_cell("![a.png](attachment:a.png)", attachments={"a.png": {"image/png": "AAAA"}})
    notebook.cells.insert(2, pasted)
    with pytest.raises(BuildError, match=r"lesson\.ipynb, cell 3: a text cannot hold the picture that was pasted in"):
        text.to_text(notebook, source)


def test_same_name_twice_is_refused(source: Path) -> None:
    source.write_text(HEADER + CELLS + '\n# %% id="setup"\ny = 1\n')
    with pytest.raises(BuildError, match="setup"):
        text.to_notebook(source)
