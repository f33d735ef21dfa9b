"""Where kernels' files and sockets are, and copies of a course: a folder of each process's in /tmp, which ends with it.

Who is killed cannot take it away; the next one does. Each holds a lock on its folder, which ends with its process.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
import threading
from pathlib import Path

PLACE = Path("/tmp")  # short, and the same for all: a socket's path is bounded
PREFIX = "course-"
_OWN = "course-own-"

_own: tuple[int, Path] | None = None  # the process that made it: a fork of it has another
_making = threading.Lock()


def folder(within: Path | None = None) -> Path:
    """A new one, open to this user alone. Who asks for it removes it; at the latest it goes with the process."""
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=within or _of_this_process()))


def _of_this_process() -> Path:
    global _own
    with _making:
        if _own is None or _own[0] != os.getpid() or not _own[1].is_dir():
            _sweep()
            _own = os.getpid(), _make()
        return _own[1]


def _make() -> Path:
    """Other graders take it for one that was left, until it is locked: then it is made again."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=_OWN, dir=PLACE))
        with contextlib.suppress(FileNotFoundError):
            descriptor = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # stays open, and locked, as long as we live
            made.chmod(0o711)  # a sandbox of root's has another user, who gets to its own folder in it
            return made


def _sweep() -> None:
    """Take away what killed graders left. What is somebody else's is not ours to open, or to remove."""
    for path in PLACE.glob(f"{_OWN}*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(descriptor).st_uid == os.geteuid():
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(descriptor)


@atexit.register
def _remove() -> None:
    if _own is not None and _own[0] == os.getpid():
        shutil.rmtree(_own[1], ignore_errors=True)
