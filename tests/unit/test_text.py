"""Text to notebook and back."""

from pathlib import Path

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


def test_same_name_twice_is_refused(source: Path) -> None:
    source.write_text(HEADER + CELLS + '\n# %% id="setup"\ny = 1\n')
    with pytest.raises(BuildError, match="setup"):
        text.to_notebook(source)
