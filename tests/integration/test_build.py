"""``course build``: the same bytes each time, nothing hidden released, nobody's edit lost."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, Here, Said

from autograder.config import load
from autograder.course import CHECKS_SUFFIX, Course, grade_id, own_files
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

ASSIGNMENT = "chat-templates"
TEXT = f"source/{ASSIGNMENT}/{ASSIGNMENT}.pct.py"
NOTEBOOK = f"source/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_committed_files_are_fresh(here: Here) -> None:
    done = here(ROOT, "build", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_build_from_nothing_gives_the_committed_bytes(here: Here, scratch: Path) -> None:
    expected = tree(scratch)
    for name in [NOTEBOOK, *(path for path in expected if path.startswith(("release/", "solutions/")))]:
        (scratch / name).unlink()
    done = here(scratch, "build")
    assert done.returncode == 0, done.stderr
    assert tree(scratch) == expected


def test_stale_files_are_named_and_nothing_is_written(here: Here, scratch: Path) -> None:
    edit(scratch / TEXT, "# Chat templates", "# Chat templates and you")
    (scratch / "release" / ASSIGNMENT / "left-over.txt").touch()
    before = tree(scratch)
    done = here(scratch, "build", "--check")
    assert done.returncode == 1
    for name in (NOTEBOOK, f"release/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", "left-over.txt"):
        assert name in done.stdout.replace("\n", "")
    assert tree(scratch) == before


def test_link_in_the_release_is_stale_and_is_not_followed(here: Here, scratch: Path) -> None:
    """It may lead to a solution, in the place of a generated file or beside them."""
    solved = scratch / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    released, beside = (scratch / "release" / ASSIGNMENT / name for name in (solved.name, "solved.ipynb"))
    expected, before = released.read_bytes(), solved.read_bytes()
    released.unlink()
    for link in (released, beside):
        link.symlink_to(solved)
    said = here(scratch, "build", "--check")
    assert said.returncode != 0
    assert str(beside.relative_to(scratch)) in said.stdout + said.stderr
    assert here(scratch, "build").returncode == 0
    assert not released.is_symlink()
    assert (released.read_bytes(), solved.read_bytes()) == (expected, before)
    assert not beside.is_symlink()


def test_edit_in_the_notebook_is_not_overwritten_and_can_be_taken_over(here: Here, scratch: Path) -> None:
    edit(scratch / NOTEBOOK, "# Chat templates", "# Chat templates, edited in Lab")
    refused = here(scratch, "build")
    assert refused.returncode == 1
    assert "--adopt chat-templates" in refused.stderr
    assert "edited in Lab" in (scratch / NOTEBOOK).read_text()
    assert here(scratch, "build", "--adopt", ASSIGNMENT).returncode == 0
    assert "# # Chat templates, edited in Lab" in (scratch / TEXT).read_text()
    assert "edited in Lab" in (scratch / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()


@pytest.mark.parametrize("words", [["build"], ["build", "--check"], ["build", "--adopt", ASSIGNMENT]])
def test_notebook_that_a_merge_left_unreadable_is_named(here: Here, scratch: Path, words: list[str]) -> None:
    edit(scratch / NOTEBOOK, " }\n", " }\n<<<<<<< HEAD\n")
    before = tree(scratch)
    done = here(scratch, *words)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert f"{scratch / NOTEBOOK} is no notebook that can be read" in line
    assert "git checkout" in line
    assert tree(scratch) == before


def test_points_that_do_not_add_up_fail_the_build(here: Here, scratch: Path) -> None:
    edit(scratch / TEXT, 'checks="prefill" points=', 'checks="prefill" points=1')
    done = here(scratch, "build")
    assert done.returncode == 1
    assert 'checks="prefill" says points=17, its 5 hidden checks add up to 7' in done.stderr


def test_copy_of_the_solved_notebook_fails_the_build(here: Here, scratch: Path) -> None:
    shutil.copy(scratch / NOTEBOOK, scratch / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb.bak")
    leaks(here(scratch, "build"), f"{ASSIGNMENT}.ipynb.bak")


def test_solution_in_a_data_file_fails_the_build(here: Here, scratch: Path) -> None:
    cells = nbformat.read(scratch / NOTEBOOK, as_version=4).cells
    solution = next(cell.source for cell in cells if grade_id(cell) == "to_messages")
    (scratch / "source" / ASSIGNMENT / "help.txt").write_text(solution)
    leaks(here(scratch, "build"), "help.txt")


@pytest.mark.parametrize("mark", ["{}", "# {}", "`{}`"], ids=["text", "comment", "code in a line"])
def test_solution_in_a_cell_that_students_get_fails_the_build(here: Here, scratch: Path, mark: str) -> None:
    cells = nbformat.read(scratch / NOTEBOOK, as_version=4).cells
    solution = next(cell.source for cell in cells if grade_id(cell) == "answer_mask").splitlines()
    inside = solution[solution.index("    ### BEGIN SOLUTION") + 1 : solution.index("    ### END SOLUTION")]
    shown = "\n".join(f"# {mark.format(line.strip())}" for line in inside)
    edit(scratch / TEXT, "# # Chat templates\n", f"# # Chat templates\n#\n{shown}\n")
    leaks(here(scratch, "build"), f"{ASSIGNMENT}.ipynb")


def test_edits_of_notebook_and_text_are_both_kept(here: Here, scratch: Path) -> None:
    edit(scratch / NOTEBOOK, "# Chat templates", "# Chat templates, edited in Lab")
    edit(scratch / TEXT, "# # Chat templates", "# # Chat templates, edited in the text")
    before = tree(scratch)
    for words in (["build"], ["build", "--adopt", ASSIGNMENT]):
        done = here(scratch, *words)
        assert done.returncode == 1
        assert "were both edited" in done.stderr
    assert tree(scratch) == before


def test_notebook_without_a_text_is_named(here: Here, scratch: Path) -> None:
    (scratch / TEXT).rename((scratch / TEXT).with_name("renamed.pct.py"))
    done = here(scratch, "build")
    assert done.returncode == 1
    assert f"{ASSIGNMENT}.ipynb has no text of the same name" in done.stderr


def test_notebook_in_a_folder_without_any_text_is_named(here: Here, scratch: Path) -> None:
    (scratch / "source" / "stock").mkdir()
    shutil.copy(scratch / NOTEBOOK, scratch / "source" / "stock" / "stock.ipynb")
    done = here(scratch, "build")
    assert done.returncode == 1
    assert "source/stock: stock.ipynb has no text" in done.stderr
    assert not (scratch / "release" / "stock").exists()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("def prefill(tokenizer, messages, opening):", "def prefill(tokenizer, messages, opening)", "expected ':'"),
        (
            '"""Print a dictionary of columns as a table."""',
            "### BEGIN SOLUTION",
            "a solution belongs into a cell with",
        ),
        ("# # Chat templates\n", "# # Chat templates\n#\n# ![none](images/none.png)\n", "there is no images/none.png"),
        ("# # Chat templates\n", '# # Chat templates\n#\n# <img alt="" src="none.svg">\n', "there is no none.svg"),
        ('# %% solution="prefill"', '# %% solution="pre-fill"', "'pre-fill' cannot be one"),
        ('# %% solution="prefill"', '# %% solution="class"', "'class' cannot be one"),
        ('# %% [markdown] id="title"', "# %% [markdown]", 'needs a name: # %% [markdown] id="..."'),
    ],
)
def test_mistake_in_a_text_is_told_with_its_cell(here: Here, scratch: Path, old: str, new: str, why: str) -> None:
    edit(scratch / TEXT, old, new)
    done = here(scratch, "build")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert f"{ASSIGNMENT}.pct.py, cell " in line
    assert why in line


def test_magics_of_a_notebook_are_no_mistake(here: Here, scratch: Path) -> None:
    edit(scratch / TEXT, "from copy import deepcopy\n", "%matplotlib inline\n!pwd\nfrom copy import deepcopy\n")
    assert here(scratch, "build").returncode == 0


def test_edit_that_cannot_be_taken_over_changes_nothing(here: Here, scratch: Path) -> None:
    edit(scratch / NOTEBOOK, "def prefill(tokenizer, messages, opening):", "def prefill(tokenizer, messages, opening)")
    before = tree(scratch)
    done = here(scratch, "build", "--adopt", ASSIGNMENT)
    assert done.returncode == 1
    assert "expected ':'" in done.stderr
    assert tree(scratch) == before


def test_two_exercises_of_one_name_are_refused(here: Here, scratch: Path) -> None:
    shutil.copy(scratch / TEXT, (scratch / TEXT).with_name("again.pct.py"))
    done = here(scratch, "build")
    assert done.returncode == 1
    assert "more than one exercise is called" in done.stderr


def test_line_of_a_hidden_check_in_a_data_file_fails_the_build(here: Here, scratch: Path) -> None:
    line = "before = render(house, messages)"
    assert line in (ROOT / "autograder" / "checks" / ASSIGNMENT / "test_prefill.py").read_text()
    (scratch / "source" / ASSIGNMENT / "help.md").write_text(f"Look at this:\n{line}\n")
    leaks(here(scratch, "build"), "help.md")


def test_text_with_solutions_fails_the_build(here: Here, scratch: Path) -> None:
    edit(scratch / "nbgrader_config.py", ', "*.pct.py"', "")
    leaks(here(scratch, "build"), ".pct.py")


def leaks(done: Said, where: str) -> None:
    assert done.returncode == 1
    assert "release" in done.stderr
    assert where in done.stderr


def test_plain_nbgrader_builds_the_same_release(scratch: Path) -> None:
    expected = tree(scratch / "release")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = ["nbgrader", "generate_assignment", ASSIGNMENT, "--force"]
    subprocess.run(command, cwd=scratch, env=environment, check=True, capture_output=True, timeout=120)
    assert tree(scratch / "release") == expected


def test_solutions_run_and_pass_their_visible_checks() -> None:
    course = Course(load(ROOT).coursedir)
    notebook = nbformat.read(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    with Session(notebook, own_files(course.source(ASSIGNMENT)), course.hidden(), Limits()) as session:
        session.run()
    assert {report.status for report in session.reports.values()} == {"ran"}


def test_no_reference_solution_calls_another_exercises_function() -> None:
    names = [exercise.id for exercise in Course(load(ROOT).coursedir).exercises(ASSIGNMENT)]
    for cell in nbformat.read(ROOT / NOTEBOOK, as_version=4).cells:
        if grade_id(cell) in names:
            assert not [name for name in names if name != grade_id(cell) and f"{name}(" in cell.source]


def test_visible_checks_take_no_name_from_a_students_helper() -> None:
    for path in (ROOT / "source").glob("*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if grade_id(cell).endswith(CHECKS_SUFFIX):
                names: list[str] = list(compile(cell.source, path, "exec").co_names)
                assert names == [f"check_{grade_id(cell).removesuffix(CHECKS_SUFFIX)}"]
