"""Collecting where each student has an account of the operating system: what is claimed is held against what is so.

Everything in the exchange's inbound folder is a student's to write: the name and the time in a folder's name, the time
stamp in it, links to files that only the course may read. What they cannot write is who owns a file and when it last
changed (ctime). So a submission is filed under its owner, and a time that its files do not bear out is replaced. What
they take away meanwhile stops nobody else's from being collected.
"""

import contextlib
import filecmp
import os
import pwd
import secrets
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc
from traitlets import Dict, Integer, Unicode

from autograder.course import SECRET, STAMPS, TIME_STAMP
from autograder.files import regular_files
from autograder.gradebook.intake import ASIDE

HONEST = timedelta(minutes=1)  # between nbgrader's time stamp and the last file it copies
UNKNOWN = ""
DEEP = 500  # characters of a folder's path in a submission; what is below is left: no path of ours could name it
ENTRIES = 5000  # files and folders of a submission; grading takes in fewer


class CollectByOwner(ExchangeCollect):  # type: ignore[misc]
    """nbgrader's own, which believes names and times, and follows links with the course's rights."""

    prefix = Unicode(help="what the account of a hub's user begins with").tag(config=True)
    uids = Dict(
        key_trait=Unicode(),
        value_trait=Integer(),
        help="by a hub's user, where they have no account of that name on this machine",
    ).tag(config=True)
    moved = Unicode(
        help="when the exchange was moved or restored, such as 2026-05-02 08:00:00 UTC. Files that changed before it "
        "bear nobody's time out any more: what they claim is believed"
    ).tag(config=True)

    inbound_path: str
    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        self._moved = self._when_moved()
        if len({*self.uids.values()}) < len(self.uids):
            raise ExchangeError("c.CollectByOwner.uids gives one uid to two users")
        super().init_src()
        wanted = self.coursedir.student_id
        found: list[dict[str, Any]] = self.src_records
        self.src_records = [
            record for record in found if record["username"] != UNKNOWN and wanted in ("", "*", record["username"])
        ]

    def _when_moved(self) -> datetime:
        """Raises ExchangeError for a time that could be misread, and for one to come: till then, all would pass."""
        if not self.moved:
            return datetime.min
        with contextlib.suppress(ValueError):
            moved = datetime.strptime(self.moved, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=None)
            if moved <= _utc(time.time()):
                return moved
        raise ExchangeError(
            f"c.CollectByOwner.moved is {self.moved!r}: give a past time such as 2026-05-02 08:00:00 UTC"
        )

    def _path_to_record(self, path: str) -> dict[str, Any]:
        claimed_name, *_ = name = Path(path).name.split("+")  # name, assignment, time, chance
        owner = self._owner(path)
        if owner == UNKNOWN:
            self.log.warning("What claims to be by %r is no student's folder: left where it is", claimed_name)
            return {"username": UNKNOWN, "filename": Path(path).name, "timestamp": datetime.min}
        if claimed_name != owner:
            self.log.warning("A submission that claims to be by %r is not theirs: filed under %s", claimed_name, owner)
        changed = _utc(_last_change(Path(path)))
        claimed = _time(name[2]) if len(name) > 2 else None
        honest = claimed is not None and claimed <= changed <= max(claimed + HONEST, self._moved)
        if not honest:
            self.log.warning("A submission by %s does not bear its time stamp out: %s UTC is used", owner, changed)
        stamp = claimed if honest else changed
        found = {"username": owner, "filename": Path(path).name, "timestamp": stamp, "changed": changed}
        return {**found, "claimed": claimed or stamp}

    def _sort_by_timestamp(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of several by one student, in the order that they claim: when files changed says nothing any more in an
        exchange that was moved or restored, and which of their own submissions counts may be theirs to say."""
        return sorted(records, key=lambda record: record.get("claimed", datetime.min), reverse=True)

    def _owner(self, path: str) -> str:
        """The hub's name of the student whose folder it is."""
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return UNKNOWN
        return self._user(status.st_uid) if S_ISDIR(status.st_mode) else UNKNOWN

    def _user(self, uid: int) -> str:
        named = [user for user, theirs in self.uids.items() if theirs == uid]
        if named:
            return named[0]
        try:
            account = pwd.getpwuid(uid).pw_name
        except KeyError:
            return UNKNOWN
        user = account.removeprefix(self.prefix)
        return user if account.startswith(self.prefix) and user not in self.uids else UNKNOWN

    def copy_files(self) -> None:
        """nbgrader removes what it has of a student before it copies: not where there is nothing to copy any more.

        Raises ExchangeError when all others are collected, where one could not be.
        """
        there = [record for record in self.src_records if _opens(Path(self.inbound_path, record["filename"]))]
        for record in self.src_records:
            if record not in there:
                self.log.warning("The submission by %s is not there any more, or closed to us", record["username"])
        self.src_records = [record for record in there if not (self.update and self._has(record))]
        self._failed: list[str] = []
        super().copy_files()
        if self._failed:
            self.fail(f"Not collected: {', '.join(self._failed)}. See above, and collect again.")

    def _has(self, record: dict[str, Any]) -> bool:
        """Was just this collected before? Its files may be newer all the same: the exchange was moved, or restored."""
        names = record["username"], self.coursedir.assignment_id
        collected = self.coursedir.format_path(self.coursedir.submitted_directory, *names)
        before = self.coursedir.get_existing_timestamp(collected) if Path(collected).is_dir() else None
        if before is None or before >= record["timestamp"]:
            return False
        look = Path(f"{collected}.collecting")
        shutil.rmtree(look, ignore_errors=True)  # of a collecting that was killed
        try:
            with _opened(Path(self.inbound_path, record["filename"])) as root:
                _copy_all(root, look, 1000 * self.coursedir.max_dir_size)
            same = _is_same(look, Path(collected))
        except OSError:  # is told when it is to be collected
            same = False
        shutil.rmtree(look, ignore_errors=True)
        if same:
            self.log.info("What %s handed in last was collected before, and keeps its time", record["username"])
        return same

    def do_copy(self, src: str, dest: str, log: None = None) -> None:  # noqa: ARG002
        """All of it or nothing: half of a submission would be graded as if it were whole."""
        record = next(one for one in self.src_records if one["filename"] == Path(src).name)
        half = Path(f"{dest}.collecting")
        shutil.rmtree(half, ignore_errors=True)  # of a collecting that was killed
        try:
            with _opened(Path(src)) as root:
                self._copy_and_stamp(record, root, half)
            half.rename(dest)
        except OSError as error:
            self.log.error("The submission by %s could not be collected: %s", record["username"], error)
            shutil.rmtree(half, ignore_errors=True)
            self._failed.append(record["username"])

    def _copy_and_stamp(self, record: dict[str, Any], root: int, dest: Path) -> None:
        """Regular files of the owner's alone. Whatever the student changes meanwhile, no link is followed, and what was
        not there when we looked does not get the time that was claimed then."""
        changed = _copy_all(root, dest, 1000 * self.coursedir.max_dir_size)
        secret = Path(dest, SECRET)
        if not secret.exists():  # without one, nbgrader would release nobody's feedback
            secret.write_text(secrets.token_hex(64))
        stamp = record["timestamp"]
        if changed > record["changed"]:
            self.log.warning("The submission by %s was changed while it was collected", record["username"])
            stamp = changed
        Path(dest, TIME_STAMP).write_text(f"{stamp} UTC")


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """A descriptor of a folder that is no link. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_same(given: Path, collected: Path) -> bool:
    """But for stamps, and for what grading has set aside since."""
    files, there = (
        {name: path for name, path in regular_files(one).items() if name not in STAMPS} for one in (given, collected)
    )
    asides = list(collected.with_name(f"{collected.name}{ASIDE}").glob("*"))
    gone = files.keys() - there.keys()
    return (
        there.keys() <= files.keys()
        and all(filecmp.cmp(files[name], there[name], shallow=False) for name in there)
        and all(any(os.path.lexists(aside / name) for aside in asides) for name in gone)
    )


def _opens(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


def _copy_all(root: int, dest: Path, limit: int) -> datetime:
    """Copy the files of the folder's owner, notebooks first, so many bytes at most. Returns when what was copied last
    changed."""
    changed = datetime.min
    uid = os.fstat(root).st_uid
    left = ENTRIES
    for folder, folders, files, descriptor in os.fwalk(".", dir_fd=root):
        if len(folder) > DEEP or left < 1:
            folders.clear()
            continue
        if folder == ".":
            folders[:] = [name for name in folders if name not in STAMPS]
        target = dest / folder
        target.mkdir(parents=True, exist_ok=True)
        files.sort(key=lambda name: not name.endswith(".ipynb"))
        taken = files[:left]
        left -= len(taken) + 1
        for name in taken:
            copied, then = _copy_file(name, descriptor, target / name, uid, limit)
            limit, changed = limit - copied, max(changed, then)
    return changed


def _copy_file(name: str, folder: int, target: Path, uid: int, limit: int) -> tuple[int, datetime]:
    """Returns how many bytes it copied, and when they last changed. It copies none where it is no file of that user's,
    or larger than the limit."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:  # a link, or closed to us
        return 0, datetime.min
    with os.fdopen(file, "rb") as source:
        status = os.fstat(source.fileno())
        if not S_ISREG(status.st_mode) or status.st_uid != uid or status.st_size > limit:
            return 0, datetime.min
        copied = target.write_bytes(source.read(status.st_size))
        return copied, _utc(os.fstat(source.fileno()).st_ctime)


def _utc(seconds: float) -> datetime:
    """As nbgrader has times: in UTC, without saying so."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _last_change(path: Path) -> float:
    """Now, where something is gone that was there a moment ago, or cannot be looked at."""
    try:
        times = [path.lstat().st_ctime]
        for folder, folders, files in os.walk(path):
            if len(folder) > len(str(path)) + DEEP:
                folders.clear()
            times += [os.lstat(os.path.join(folder, name)).st_ctime for name in (*folders, *files)]
    except OSError:
        return time.time()
    return max(times)


def _time(said: str) -> datetime | None:
    try:
        return parse_utc(said)
    except (ValueError, ArithmeticError):  # the latter of very long numbers
        return None
