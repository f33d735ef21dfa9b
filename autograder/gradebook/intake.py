"""Before autograding: take out of a submission what nbgrader must not copy.

nbgrader follows links, so that one could point at anybody's file, and waits for ever at a pipe. What is not a
regular file, or is far too large, is moved beside the submission, where nothing looks at it but a person.
"""

import os
import shutil
import stat
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

MAX_BYTES = 64 * 1024 * 1024


def pre_convert(notebooks: list[str], **_: Any) -> None:
    """nbgrader's ``pre_convert_hook``; of what it is given only the notebooks say whose submission it is."""
    for folder in {Path(notebook).parent for notebook in notebooks}:
        set_aside(folder)


def set_aside(submission: Path) -> None:
    """Move links, pipes, sockets, devices, oversized files and a false time stamp to ``<submission>.set-aside``."""
    for folder, folders, files in os.walk(submission):
        for name in [*folders, *files]:
            path = Path(folder, name)
            status = path.lstat()
            regular = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
            if not (regular or stat.S_ISDIR(status.st_mode)):
                _move(submission, path)
    timestamp = submission / "timestamp.txt"
    if timestamp.is_file() and not _is_time(timestamp):
        _move(submission, timestamp)


def _is_time(path: Path) -> bool:
    """Can nbgrader read it? It stops the whole class where it cannot. An empty file is no time stamp, and no harm."""
    try:
        text = path.read_text(encoding="utf-8").strip()
        return not text or parse_utc(text) is not None
    except (ValueError, OverflowError):
        return False


def _move(submission: Path, path: Path) -> None:
    target = aside_folder(submission) / path.relative_to(submission)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    path.replace(target)


def aside_notes(submission: Path) -> list[str]:
    """What was set aside, in words for the student."""
    aside = aside_folder(submission)
    names = sorted(str(path.relative_to(aside)) for path in aside.rglob("*") if path.is_symlink() or not path.is_dir())
    return [f"`{name}` was set aside: a link, a special file, too large, or no time stamp." for name in names]


def aside_folder(submission: Path) -> Path:
    return submission.with_name(f"{submission.name}.set-aside")
