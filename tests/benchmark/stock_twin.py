"""The stock twin of an assignment: the same notebook and checks, as an instructor without us would have them.

Each graded cell gets, after its visible checks, a region of hidden tests that holds the exercise's checks.
The files are pasted as functions, so that their names do not overwrite the notebook's, and called with
stand-ins (``in_kernel.py``) for pytest and for the judge. Not ``pytest.main`` in the kernel, which would be
simpler to write: importing pytest and collecting a folder costs every submission something, and who writes
hidden tests by hand spares it. Wherever there was a choice the twin got the cheaper side: what all checks
share is defined once for a notebook, and the base tokenizer is read from a file.
"""

import ast
import shutil
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment

from autograder.config import load
from autograder.course import CHECKS_SUFFIX, CONFIG, Course, grade_id
from autograder.judge import tokenizers
from autograder.models.small_tokenizers import base_tokenizer

PARAMETERS = "pytest, check, told, TokenizerState, Raised, ApplyChatTemplate, hidden_tokenizer"
# Stock but for the time limit of a cell, which is there for a busy machine, and the folder's name.
STOCK_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "stock-twin"
c.Execute.timeout = 600
"""
REGION = "\n### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


class _WithoutImportsOfOurs(ast.NodeTransformer):
    """The stand-ins come as parameters."""

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        return ast.Pass() if [alias.name for alias in node.names] == ["pytest"] else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        return ast.Pass() if (node.module or "").startswith("autograder") else node


def as_function(path: Path, name: str, parameters: str = "") -> str:
    """A module's code as a function that returns the module's names."""
    module = _WithoutImportsOfOurs().visit(ast.parse(path.read_text(encoding="utf-8")))
    wrapped = ast.parse(f"def {name}({parameters}):\n    return locals()")
    function = wrapped.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body[:0] = module.body
    return ast.unparse(ast.fix_missing_locations(wrapped))


def hidden_tests(checks: Path, exercise: str, first: bool) -> str:
    """The region of one graded cell; the notebook's first one also defines what all of them use."""
    shared = [
        as_function(Path(__file__).with_name("in_kernel.py"), "_in_kernel"),
        as_function(Path(tokenizers.__file__), "_tokenizers", "base_tokenizer"),
        as_function(checks / "conftest.py", "_conftest", PARAMETERS),
        "_hidden = _in_kernel()['HiddenTests'](_tokenizers, _conftest, globals())",
    ]
    own = [as_function(checks / f"test_{exercise}.py", "_checks", PARAMETERS), "_hidden.run(_checks)"]
    return REGION.format("\n".join([*(shared if first else []), *own]))


def make(course: Course, assignment: str, root: Path) -> None:
    """A course folder with the twin in it, generated, so that its gradebook knows the hidden tests."""
    source = root / "source" / assignment
    ignored = shutil.ignore_patterns("*.pct.py", ".ipynb_checkpoints")
    shutil.copytree(course.source(assignment), source, ignore=ignored)
    base_tokenizer().save(str(source / "tokenizers" / "base.json"))
    (root / CONFIG).write_text(STOCK_CONFIG, encoding="utf-8")
    for path in source.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        graded = [cell for cell in notebook.cells if grade_id(cell).endswith(CHECKS_SUFFIX)]
        for cell in graded:
            exercise = grade_id(cell).removesuffix(CHECKS_SUFFIX)
            cell.source += hidden_tests(course.checks(assignment), exercise, cell is graded[0])
        nbformat.write(notebook, path)
    app = load(root)
    app.coursedir.assignment_id = assignment
    GenerateAssignment(coursedir=app.coursedir, parent=app).start()
