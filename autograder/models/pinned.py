"""Files that must be the course's own, byte for byte: what was measured was measured with them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import CourseError


def sha256(path: Path) -> str:
    """Of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require(folder: Path, pins: Mapping[str, str], missing: str) -> None:
    """Raise CourseError unless the files in ``folder`` have these hashes, by name. missing: what to do about one that
    is not there, or is another."""
    for name, expected in pins.items():
        try:
            found = sha256(folder / name)
        except OSError as error:
            raise CourseError(f"{missing} ({error})") from error
        if found != expected:
            raise CourseError(
                f"{folder / name} is not the course's own: its SHA-256 is {found}, expected {expected}. "
                f"Remove {folder} first; {missing}"
            )
