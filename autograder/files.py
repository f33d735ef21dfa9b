"""Files: which a folder has, and how one is written whole or not at all."""

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import TextIO

MADE_BY_PROGRAMS = ("__pycache__", ".ipynb_checkpoints")  # folders of Python's and Jupyter's own


def regular_files(folder: Path) -> dict[str, Path]:
    """All files below a folder, by relative path; links, pipes and devices are none, and what programs leave there."""
    paths = {path.relative_to(folder): path for path in sorted(folder.rglob("*"))}
    return {
        str(name): path
        for name, path in paths.items()
        if path.is_file() and not path.is_symlink() and not set(name.parts).intersection(MADE_BY_PROGRAMS)
    }


def folder_digest(folder: Path, without: Collection[str] = ()) -> str:
    """SHA-256 of the names and the contents of its regular files, in hexadecimal. without: patterns of
    relative paths, in which * stands for slashes, too."""
    total = hashlib.sha256()
    for name, path in regular_files(folder).items():
        if not any(fnmatch(name, pattern) for pattern in without):
            total.update(f"{name}\0".encode(errors="surrogateescape"))
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@contextmanager
def whole(path: Path, newline: str | None = None) -> Iterator[TextIO]:
    """A text file to write. A full disk or a killed process leaves the old one. newline: as for ``open``."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("w", newline=newline, encoding="utf-8") as file:
            yield file
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
