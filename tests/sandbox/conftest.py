"""What the properties share: kernels in both ways in which the sandbox starts them, and a way to ask them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbgrader
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import PACKAGE
from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

# As Course.hidden() names them. nbgrader stands for the package where that is installed among the libraries.
INSTALLED = Path(nbgrader.__file__).parent
HIDDEN = [ROOT, PACKAGE, INSTALLED]
GRADERS = {"COURSE_SECRET": "hush", "NBGRADER_EXECUTION": "autograde"}  # in its environment, before any kernel starts
Ask = Callable[[str], Any]
Run = Callable[..., Session]


@pytest.fixture(scope="package", params=[True, False], ids=["forked", "unforked"])
def fork(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Which of the two ways."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in GRADERS.items():
            patch.setenv(name, value)
        yield request.param
    forkserver.stop()


@pytest.fixture(scope="package")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one file that the assignment has."""
    path = tmp_path_factory.mktemp("files") / "data.txt"
    path.write_text("the assignment's data")
    return path


@pytest.fixture
def run(fork: bool, data: Path) -> Iterator[Run]:
    """Runs cells in a kernel of their own, with these limits; afterwards it can be asked."""
    sessions: list[Session] = []

    def run_cells(*cells: str, **limits: int) -> Session:
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in ("import os, time", *cells)])
        session = Session(notebook, {"data.txt": data}, HIDDEN, Limits(fork_server=fork, **limits))
        sessions.append(session.__enter__())
        session.run()
        return session

    yield run_cells
    for session in sessions:
        session.__exit__()


@pytest.fixture(scope="package")
def session(fork: bool, data: Path) -> Iterator[Session]:
    """A kernel for all properties that need none of their own."""
    notebook = new_notebook(
        cells=[new_code_cell("import ctypes, os, pathlib, resource, signal, socket, subprocess, sys")]
    )
    with Session(notebook, {"data.txt": data}, HIDDEN, Limits(fork_server=fork)) as session:
        session.run()
        assert forkserver.forks()
        yield session


@pytest.fixture(scope="package")
def ask(session: Session) -> Ask:
    """Evaluates an expression in that kernel; an exception comes back as its type's name."""
    return ask_in(session)


def ask_in(session: Session) -> Ask:
    def ask(expression: str) -> Any:
        session.run_cell(
            f"try:\n    answer = ({expression})\nexcept BaseException as error:\n    answer = type(error).__name__\n"
        )
        return value(session, "answer")

    return ask


def value(session: Session, name: str) -> Any:
    """A variable of the kernel's."""
    return session.probe({"name": name, "arguments": None, "seed": 0}).get("value")
