"""What a verdict is a function of, as one number: submission, source, checks, engine, limits, seed and profile."""

import functools
import hashlib
import os
import platform
from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from autograder.course import PACKAGE, Course
from autograder.profile import profile
from autograder.sandbox.limits import Limits

MADE_BY_PROGRAMS = {"__pycache__", ".ipynb_checkpoints"}  # Python's and Jupyter's own
_PACKAGES = ("datasets", "ipykernel", "nbgrader", "peft", "tokenizers", "torch", "transformers", "trl")


@dataclass(frozen=True)
class HandedIn:
    """A submission as it was when it was looked at: students may hand in again while a class is graded.

    files: which one it is, whatever the checks are. digest: of all that its verdict is a function of. Both are SHA-256,
    in hexadecimal.
    """

    student: str
    assignment: str
    files: str
    digest: str


def handed_in(course: Course, student: str, assignment: str, seed: int) -> HandedIn:
    """Look at it now."""
    files = _folder_digest(course.submitted(student, assignment))
    total = hashlib.sha256(files)
    for folder in (course.source(assignment), course.checks(assignment)):
        total.update(_folder_digest(folder))
    total.update(_engine_digest())
    limits = Limits(config=course.config).deciding
    total.update(repr((sorted(environment_versions().items()), seed, profile(), sorted(limits.items()))).encode())
    return HandedIn(student, assignment, files.hex(), total.hexdigest())


def folder_digest(folder: Path) -> str:
    """Of the files in it alone, in hexadecimal."""
    return _folder_digest(folder).hex()


@functools.cache
def environment_versions() -> dict[str, str]:
    """Versions of what can change a verdict."""
    image = {"image": os.environ["COURSE_IMAGE"]} if "COURSE_IMAGE" in os.environ else {}  # image/run.py says it
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}, **image}


def _folder_digest(folder: Path, without: Collection[str] = ()) -> bytes:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        left_out = not MADE_BY_PROGRAMS.isdisjoint(path.parts) or path.relative_to(folder).parts[0] in without
        if path.is_file() and not path.is_symlink() and not left_out:
            total.update(f"{path.relative_to(folder)}\0".encode(errors="surrogateescape"))
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.digest()


@functools.cache
def _engine_digest() -> bytes:
    """Of all code but what has no part in a verdict, and the checks, which are looked at where the course has them."""
    return _folder_digest(PACKAGE, without=("build", "checks", "hub", "image"))
