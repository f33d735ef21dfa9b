"""Containers of the grader's image, and the folders that they are given."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.image.engine import container

USER = 1000  # of course folders, and so of graders
MEMORY = "8g"


@dataclass(frozen=True)
class Tree:
    """A copy of the whole tree, as graders mount it. ``inside`` runs a command in a grader with it."""

    root: Path
    image: str

    def inside(self, *words: str, entrypoint: str = "course", **environment: str) -> subprocess.CompletedProcess[str]:
        command = container(self.image, self.root, memory=MEMORY)
        options = [f"--entrypoint={entrypoint}", *(f"--env={name}={value}" for name, value in environment.items())]
        return finished([*command[:-1], *options, command[-1], *words])


def give(folder: Path) -> None:
    """Make it the grader's, who gets as far as here, too."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, USER, USER, follow_symlinks=False)


def finished(command: list[str]) -> subprocess.CompletedProcess[str]:
    """A command's end, and what it said; both streams as one, without empty lines at their ends."""
    done = subprocess.run(command, check=False, stdout=-1, stderr=subprocess.STDOUT, text=True, timeout=900)
    done.stdout = done.stdout.strip()
    return done


def run_in_image(*words: str) -> subprocess.CompletedProcess[str]:
    """``python -m autograder.image.run``, as ``make grade-in-image`` calls it."""
    return finished([sys.executable, "-m", "autograder.image.run", *words])
