"""How an attack is written: a function that edits an honest submission.

::

    @attack(row="displayhook", wants="full marks for `prefill`")
    def displayhook_says_full_marks(work):
        work.prepend("prefill", "import sys; sys.displayhook(41.0)")

The submission it gets has every exercise solved but those of ``OPEN``, which are still the stub: so it is known what
its honest part earns (``arena.py`` grades the same without an attack, the twin). An attacker who gets what he wants
and can tell says ``BOAST`` in the notebook's output; the source writes it in two pieces, so as not to say it itself.
"""

import importlib
import json
import pkgutil
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from attacks.host import Places
from autograder.course import grade_id

ASSIGNMENT = "chat-templates"
OPEN = ("prefill", "render_for_inference")  # what an attacker has not solved, and wants marks for
BOAST = "GOTIT"  # in sources: "GOT" "IT"
TRACE = "wasrun"  # printed by every cell of an attacker's code: "was" "run-1", and so on


# Rows of the table of known attacks, in short, as ``row=`` names them.
ROWS = {
    "displayhook": "sys.displayhook, a forged execute_result",
    "transformers": "ast_transformers that drop asserts, a post_run_cell hook",
    "equal to everything": "an object equal to everything, a repr that is nan",
    "frames": "frames, gc.get_objects, In[], /proc/self/mem",
    "execution variable": "behaving well only when NBGRADER_EXECUTION is set",
    "gradebook": "gradebook.db opened from the kernel",
    "structure": "cells tagged, deleted, duplicated, re-identified, with other nbgrader metadata",
    "ends": "os._exit, sys.exit, SIGSTOP, ignored SIGINT, an endless loop",
    "pytest": "patched pytest, conftest.py, pytest.ini, pytest.exit, skip in an answer",
    "shadowed library": "a folder named as a library",
    "patched library": "patched SFTConfig, LoraConfig, torch.allclose",
    "later writers": "atexit, threads, daemonised children",
    "paths": "the test file by path, ../.., other submissions",
    "pickle": "a pickle as an answer",
    "verdict channel": "a verdict by file descriptor or environment",
    "start-up files": "sitecustomize, IPython start-up, .pth, LD_PRELOAD",
    "special files": "links, pipes, devices, path traversal, a zip bomb",
    "floods": "output, JSON bombs, deep and long answers",
    "hogs": "fork bomb, memory bomb, disk filler",
    "network": "network, metadata address, abstract sockets, loopback",
    "active pages": "script, onerror, javascript:, SVG",
    "terminals and tables": "ANSI codes, a CSV cell that starts with =",
    "configs": "a regex that never ends, push_to_hub, output_dir, chat_template_path, trust_remote_code",
    "models": "someone else's adapter, a merged model, another base",
    "jinja": "a Jinja template that loops or reaches attributes",
    "lookup table": "right for the visible cases only",
    "shared caches": "caches that the next student reads",
    "identity": "another student's name, a forged timestamp",
}
# What cannot be tried yet, and why.
WAITING = {
    "left-over GPU memory, neighbour on the same GPU; GPU memory hog": "needs a GPU, and an assignment that uses it",
    "exchange folders open to all, guessed names": "the hub's: tests/hub; time stamps: tests/unit/test_collect.py",
    "LD_PRELOAD": "nothing of a submission can set it before its kernel starts; a cell reaches its children only",
}


@dataclass(frozen=True)
class Evidence:
    """Where it shows that an attack did something: words that its cells print, exercises of which it answers calls."""

    printed: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()


class Work:
    """A submission in the attacker's hands: a notebook, and a folder for files beside it.

    The notebook is written after the attack has edited it; with ``notebook = None`` it is not.
    """

    def __init__(self, notebook: NotebookNode, folder: Path, places: Places, name: str = ASSIGNMENT) -> None:
        self.notebook: NotebookNode | None = notebook
        self.folder = folder
        self.places = places  # what an attacker knows of the host, or guesses
        self._name = name
        self._printed: list[str] = []
        self._answered: list[str] = []

    @property
    def evidence(self) -> Evidence:
        return Evidence(tuple(self._printed), tuple(self._answered)) if self.notebook is not None else Evidence()

    def cell(self, name: str) -> NotebookNode:
        return self.cells[self.index(name)]

    @property
    def cells(self) -> list[NotebookNode]:
        assert self.notebook is not None
        found: list[NotebookNode] = self.notebook.cells
        return found

    def index(self, name: str) -> int:
        return next(index for index, cell in enumerate(self.cells) if grade_id(cell) == name)

    def replace(self, exercise: str, source: str) -> None:
        self.cell(exercise).source = self._traced(source)
        self._answered.append(exercise)

    def prepend(self, exercise: str, source: str) -> None:
        cell = self.cell(exercise)
        cell.source = self._traced(source) + "\n\n" + cell.source

    def answer(self, exercise: str, source: str) -> None:
        """What the hidden checks meet: defined behind the visible ones, so that no cell runs it."""
        self.add(source, after=f"{exercise}-checks")
        self._answered.append(exercise)

    def add(self, source: str, *, after: str = "setup", markdown: bool = False) -> None:
        """A cell of the attacker's own, behind a given one (or "" for the very beginning)."""
        made = new_markdown_cell(clean(source)) if markdown else new_code_cell(self._traced(source))
        self.cells.insert(self.index(after) + 1 if after else 0, made)

    def file(self, name: str, content: str | bytes = "") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else clean(content).encode())
        return path

    def finish(self) -> None:
        if self.notebook is not None:  # not by nbformat, which would mend what is broken
            (self.folder / f"{self._name}.ipynb").write_text(json.dumps(self.notebook))

    def _traced(self, source: str) -> str:
        number = len(self._printed) + 1
        self._printed.append(f"{TRACE}-{number};")
        return f'print("{TRACE[:3]}" "{TRACE[3:]}-{number};")\n' + clean(source)


def clean(source: str) -> str:
    return textwrap.dedent(source).strip("\n") + "\n"


@dataclass(frozen=True)
class Attack:
    """One submission. ``costs``: exercises that the attack itself may cost. ``earns``: the most points that an exercise
    gives for what stands in the attacker's cell, honestly judged (0 where it is not named). ``unreadable``: nobody can
    read the notebook, so a person is asked. ``told``: what the student is told of it (a pattern), so that it is
    known to have happened. ``loses_output``: what its cells print may be lost."""

    name: str
    theme: str
    row: str
    wants: str
    write: Callable[[Work], None] = field(repr=False)
    costs: tuple[str, ...] = ()
    earns: Mapping[str, int] = field(default_factory=dict)
    unreadable: bool = False
    told: str = ""
    loses_output: bool = False
    student: str = ""

    def hand_in(self, notebook: NotebookNode, folder: Path, places: Places, name: str = ASSIGNMENT) -> Evidence:
        folder.mkdir(parents=True)
        work = Work(nbformat.from_dict(json.loads(json.dumps(notebook))), folder, places, name)
        self.write(work)
        work.finish()
        return work.evidence


_known: dict[str, Attack] = {}


def attack(row: str, wants: str, **more: Any) -> Callable[[Callable[[Work], None]], Callable[[Work], None]]:
    """Make a function an attack, by its name. ``row``: of ``ROWS``. ``wants``: what the attacker wants."""
    assert row in ROWS, row

    def register(write: Callable[[Work], None]) -> Callable[[Work], None]:
        name = write.__name__.replace("_", "-")
        assert name not in _known, f"two attacks {name}"
        more.setdefault("student", f"m-{name}")
        _known[name] = Attack(name, write.__module__.rpartition(".")[2], row, wants, write, **more)
        return write

    return register


def load() -> dict[str, Attack]:
    """All attacks, by name."""
    themes = importlib.import_module("attacks.themes")
    for module in pkgutil.iter_modules(themes.__path__):
        importlib.import_module(f"attacks.themes.{module.name}")
    return dict(_known)
