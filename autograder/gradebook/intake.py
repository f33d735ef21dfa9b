"""Before autograding: take out of a submission what nbgrader must not copy.

nbgrader follows links, so that one could point at anybody's file, waits for ever at a pipe, and stops where a folder
lies in the place of one of the assignment's files. What is not a regular file, is far too large, or stands in for one
of the assignment's own files is moved beside the submission, where nothing looks at it but a person: into
``<assignment>.set-aside``, and there into a folder for each time that something was handed in.
"""

import errno
import filecmp
import functools
import json
import os
import re
import stat
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dateutil.tz import gettz
from nbgrader.utils import parse_utc

from autograder.config import directories
from autograder.course import TIME_STAMP, Course, own_files, unusable_because
from autograder.errors import CourseError
from autograder.files import MADE_BY_PROGRAMS, folder_digest, regular_files
from autograder.gradebook import flags
from autograder.gradebook.steps import require_steps
from autograder.sandbox.limits import MIB

ASIDE = ".set-aside"
MAX_FILE = 32 * MIB
MAX_NOTEBOOK = 16 * MIB
MAX_PIECES = 400_000  # lists, dictionaries and commas of a notebook
MAX_OUTPUTS = 2000
FORMAT = 4
MAX_TIME = 100  # bytes; dateutil takes time in their square
TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC|[+-]\d\d:?\d\d))?")
ZONE = re.compile("[A-Za-z_]+([/-][A-Za-z_]+)*")
MAX_TOTAL = 64 * MIB
MAX_ENTRIES = 1000  # files and folders
MAX_DEPTH = 20
MAX_NAME = 1000  # bytes, with the folders that it is in; Linux takes 4096 in all
MAX_NOTES = 20
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")


def pre_convert(notebooks: list[str], **_: Any) -> None:
    """nbgrader's ``pre_convert_hook``, called in the course's folder; only the notebooks say whose submission it is.

    nbgrader passes over what a hook raises, and copies the submission as it is. So it ends here: nothing is copied.
    """
    try:
        course = Course(directories())
        require_steps(course)
        for folder in {Path(notebook).parent for notebook in notebooks}:
            course.require_assignment(folder.name)
            if (why := unusable_because(folder)) is not None:
                raise CourseError(why)
            set_aside(folder, own_files(course.source(folder.name)))
            flags.remember(course, folder.parent.name, folder.name)
    except Exception as error:
        raise SystemExit(f"nothing was taken in of {', '.join(notebooks)}: {error}") from error


def set_aside(submission: Path, own: Mapping[str, Path]) -> None:
    """Move what may not come along to ``aside_folder``. ``own``: the assignment's files, by relative path."""
    moved = _asides(submission) / "unfinished"  # there only if we were killed meanwhile
    entries = total = 0
    for path in _entries(submission):
        status = path.lstat()
        size = status.st_size if stat.S_ISREG(status.st_mode) else 0
        if entries >= MAX_ENTRIES or total + size > MAX_TOTAL or _why(submission, path, own) is not None:
            _move(path, moved, path.relative_to(submission))
        else:
            entries, total = entries + 1, total + size
    if _is_folder(moved):
        _add(moved, aside_folder(submission))


def _add(moved: Path, aside: Path) -> None:
    """To what was set aside before of a submission with the same rest: nobody else may have a copy of that."""
    for path in _entries(moved):
        name = path.relative_to(moved)
        if not (_is_folder(path) and _is_folder(aside / name)):
            _move(path, aside, name)
    _make_way(moved)


def _entries(submission: Path) -> Iterator[Path]:
    """Everything below it, folders before what they hold; nothing below what has been moved. Notebooks go first."""
    for folder, folders, files in os.walk(submission):
        for name in sorted(files, key=lambda name: (not name.endswith(".ipynb"), name)):
            yield Path(folder, name)
        for name in sorted(folders):
            yield Path(folder, name)
        paths = (Path(folder, name) for name in sorted(folders))
        folders[:] = [path.name for path in paths if _is_folder(path) and not _is_too_deep(submission, path)]


def _is_too_deep(submission: Path, path: Path) -> bool:
    name = path.relative_to(submission)
    return len(name.parts) > MAX_DEPTH or len(os.fsencode(name)) > MAX_NAME


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _why(submission: Path, path: Path, own: Mapping[str, Path]) -> str | None:
    """Why this may not come along, in words for the student, or None where it may."""
    name = str(path.relative_to(submission))
    status = path.lstat()
    folder = stat.S_ISDIR(status.st_mode)
    if not (folder or stat.S_ISREG(status.st_mode)):
        return "a link or a special file"
    if not os.access(path, os.R_OK | (os.X_OK if folder else 0)):
        return "nobody here may read it"
    if not name.isprintable() or _is_too_deep(submission, path):  # half a surrogate pair: not text at all
        return "a name that cannot be used"
    if not folder and status.st_size > MAX_FILE:
        return "too large"
    if "/" not in name and folder and name.endswith(".ipynb"):
        return "a folder in the place of a notebook"
    if "/" not in name and name.endswith(".html") and name not in own:
        return "in the place of one of the grader's pages"
    if not folder and name.endswith(".ipynb") and (why := _why_not_read(path)) is not None:
        return why
    if name == TIME_STAMP and (folder or not _is_time(path)):
        return "no time stamp"
    below_file = folder and name in own
    above_file = not folder and any(one.startswith(f"{name}/") for one in own)
    if below_file or above_file or (name in own and not filecmp.cmp(path, own[name], shallow=False)):
        return "in the place of one of the assignment's own files, which was used"
    return None


def _why_not_read(notebook: Path) -> str | None:
    """16 MB of images are read in no time; 16 MB of empty lists need 20 s and 3 GB, 20,000 empty outputs a minute.

    What is in an older format, nbformat makes a heading of: of level 10^9, if it says so.
    """
    if notebook.stat().st_size > MAX_NOTEBOOK:
        return "too large"
    text = notebook.read_bytes()
    if sum(map(text.count, (b"{", b"[", b","))) > MAX_PIECES:
        return "too large"
    outputs, version = _outputs_and_version(text)
    if outputs > MAX_OUTPUTS:
        return "too large"
    return None if version == FORMAT else f"not in version {FORMAT} of the notebook format"


def _outputs_and_version(text: bytes) -> tuple[int, object]:
    """How many outputs a notebook has, of whatever format, and which it is; where it cannot be read, none and ours:
    it is told later, and why."""
    found = 0

    def count(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal found
        found += sum(len(value) for name, value in pairs if name == "outputs" and isinstance(value, list))
        return {name: value for name, value in pairs if name == "nbformat"}

    try:
        notebook = json.loads(text, object_pairs_hook=count)
    except (ValueError, RecursionError):
        return 0, FORMAT
    return found, notebook.get("nbformat", 1) if isinstance(notebook, dict) else FORMAT


def _is_time(path: Path) -> bool:
    """Can nbgrader read it, and rightly? It stops the whole class where it cannot. It takes `+0200` for 200 seconds, a
    zone that it does not know for UTC, `UTC+2` for what is west of it, a path for a file with a zone, and `Sat` for the
    next Saturday. An empty file is no time stamp, and no harm.
    """
    if path.stat().st_size > MAX_TIME:
        return False
    try:
        text = path.read_text(encoding="utf-8").strip()
        words = text.split(" ")
        if len(words) == 3:  # nbgrader takes the third for a zone, which it asks the system for
            if not (ZONE.fullmatch(words[2]) and gettz(words[2])):
                return False
            words.pop()
        return not text or (TIME.fullmatch(" ".join(words)) is not None and parse_utc(text) is not None)
    except (ValueError, OverflowError):
        return False


def _move(path: Path, aside: Path, name: Path) -> None:
    """Through no link: what was set aside before may be one."""
    for folder in (aside.parent, aside, *(aside / one for one in reversed(name.parents[:-1]))):
        if not _is_folder(folder):
            folder.unlink(missing_ok=True)
            folder.mkdir()
    target = aside / name
    _make_way(target)
    try:
        path.replace(target)
    except PermissionError:  # closed folders, to everybody but root
        modes = {folder: folder.stat().st_mode for folder in (path.parent, path) if _is_folder(folder)}
        for folder, mode in modes.items():
            folder.chmod(mode | 0o700)
        path.replace(target)
        for folder, mode in modes.items():
            (target if folder == path else folder).chmod(mode)


def _make_way(path: Path) -> None:
    """Remove what lies there, closed folders too. By programs that take any depth: Python's ``rmtree`` does not."""
    if not _is_folder(path):
        path.unlink(missing_ok=True)
        return
    subprocess.run(["chmod", "-R", "u+rwx", "--", path], check=False, capture_output=True)
    done = subprocess.run(["rm", "-rf", "--", path], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(errno.EACCES, (done.stderr.strip() or "rm failed").splitlines()[-1], str(path))


def notes(submission: Path, own: Mapping[str, Path], notebooks: Iterable[Path]) -> list[str]:
    """What was set aside, and which notebooks are beside the assignment's own, in words for the student."""
    aside = aside_folder(submission)
    found = [path for path in sorted(_entries(aside)) if not _is_folder(path) or _why(aside, path, own)]
    said = [f"`{_shown(path, aside)}` was set aside: {_why(aside, path, own) or 'too much in all'}." for path in found]
    more = [f"{len(said) - MAX_NOTES} files more were set aside."] if len(said) > MAX_NOTES else []
    names = [path.name for path in notebooks]
    has = " and ".join(names)
    complete = all(os.path.lexists(submission / name) for name in names)  # else ``left_for_person`` names the others
    beside = _others(submission, own, names, _is_notebook) if complete else []
    others = [f"`{name}` was not graded: the assignment has {has}." for name in beside]
    return said[:MAX_NOTES] + more + others[:MAX_NOTES]


def _shown(path: Path, folder: Path) -> str:
    """A file's name as it can be printed anywhere."""
    name = str(path.relative_to(folder)).encode("ascii", "backslashreplace").decode()
    return "".join(letter if letter.isprintable() and letter != "`" else "?" for letter in name)[:200]


def left_for_person(submission: Path, own: Mapping[str, Path], notebooks: Iterable[Path]) -> dict[str, str]:
    """The assignment's notebooks that are not in their places but may have been handed in, and why a person must look.

    They were set aside, perhaps before another file of the submission was changed, or there is another file that may be
    it, set aside or not: a notebook under another name or a folder further down, what a browser or an editor makes of
    one (``.ipynb.txt``, ``.py``, ``.html``), or an archive.
    """
    names = [path.name for path in notebooks]
    asides = [folder for folder in sorted(_asides(submission).glob("*")) if _is_folder(folder)]
    why = {}
    for name in names:
        if os.path.lexists(submission / name):
            continue
        others = _others(submission, own, names, functools.partial(_may_be, name))
        for folder in asides:
            others += _others_aside(folder, own, names, functools.partial(_may_be, name))
        if any(os.path.lexists(folder / name) for folder in asides):
            why[name] = f"{name} was set aside."
        elif others:
            listed = " and ".join(f"`{other}`" for other in list(dict.fromkeys(others))[:MAX_NOTES])
            why[name] = f"{name} is missing, but there is {listed}."
    return why


def _others(submission: Path, own: Mapping[str, Path], names: list[str], fits: Callable[[str], bool]) -> list[str]:
    """Files that are none of the assignment's own, nor its notebooks, and whose names, in small letters, fit."""
    return _fitting(submission, map(Path, regular_files(submission)), {*own, *names}, fits)


def _others_aside(aside: Path, own: Mapping[str, Path], names: list[str], fits: Callable[[str], bool]) -> list[str]:
    """The same of what was set aside, links and all."""
    files = (path.relative_to(aside) for path in _entries(aside) if not _is_folder(path))
    left = (file for file in files if not set(file.parts).intersection(MADE_BY_PROGRAMS))
    return _fitting(aside, left, {*own, *names}, fits)


def _fitting(folder: Path, files: Iterable[Path], known: set[str], fits: Callable[[str], bool]) -> list[str]:
    return [_shown(folder / one, folder) for one in files if str(one) not in known and fits(one.name.lower())]


def _is_notebook(file: str) -> bool:
    return file.endswith(".ipynb")


def _may_be(notebook: str, file: str) -> bool:
    stem = notebook.removesuffix(".ipynb").lower()
    return ".ipynb" in file or file.startswith(stem) or file.endswith(ARCHIVES)


def aside_folder(submission: Path) -> Path:
    """What was set aside of this submission, as it is now: of an earlier one it says nothing."""
    return _asides(submission) / folder_digest(submission)[:16]


def _asides(submission: Path) -> Path:
    """A folder for each time that something was handed in of which something was set aside."""
    return submission.with_name(f"{submission.name}{ASIDE}")
