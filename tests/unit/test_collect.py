"""Collecting while students change what they have handed in."""

import errno
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Base
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.utils import parse_utc
from sqlalchemy import create_engine

from autograder.hub.collect import ENTRIES, STAMPS, UNKNOWN, CollectByOwner

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def collector(tmp_path: Path) -> CollectByOwner:
    course = CourseDirectory(root=str(tmp_path), course_id="tuning", assignment_id="lesson")
    engine = create_engine(course.db_url)
    Base.metadata.create_all(engine)  # in an empty one nbgrader would start a program, for seconds
    engine.dispose()
    exchange = tmp_path / "exchange"
    (exchange / "tuning" / "inbound").mkdir(parents=True)
    exchange.chmod(0o777)
    return CollectByOwner(coursedir=course, root=str(exchange), check_owner=False)


def hand_in(collector: CollectByOwner, claimed: str = "2020-01-01 00:00:00") -> Path:
    folder = Path(collector.root, "tuning", "inbound", f"{ME}+lesson+{claimed} UTC+forged")
    folder.mkdir()
    for name in ("lesson.ipynb", "more.txt"):
        (folder / name).touch()
    return folder


def collected_and_newer(collector: CollectByOwner) -> Path:
    """A submission that was collected, and changed since, so that it would take the place of the first."""
    folder = hand_in(collector)
    collector.start()
    collector.update = True
    (folder / "lesson.ipynb").touch()
    return folder


def test_a_file_that_vanishes_was_changed_now_and_the_rest_is_collected(
    collector: CollectByOwner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = hand_in(collector)
    walk = os.walk

    def slow(top: Path) -> Iterator[Any]:
        for found in walk(top):
            (folder / "more.txt").unlink()
            yield found

    monkeypatch.setattr(os, "walk", slow)
    began = datetime.now(UTC).replace(tzinfo=None)
    collector.start()
    assert {path.name for path in (tmp_path / "submitted" / ME / "lesson").iterdir()} == {
        "lesson.ipynb",
        "submission_secret.txt",
        "timestamp.txt",
    }
    (record,) = collector.src_records
    assert record["timestamp"] >= began


def test_what_was_collected_already_keeps_its_time_when_the_exchange_was_moved(
    collector: CollectByOwner, tmp_path: Path
) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    first = hand_in(collector, f"{now - timedelta(seconds=20)}")
    second = hand_in(collector, f"{now - timedelta(seconds=10)}")
    (second / "lesson.ipynb").write_text("better")
    (second / "page.html").touch()
    collector.start()
    collected = tmp_path / "submitted" / ME / "lesson"
    assert (collected / "lesson.ipynb").read_text() == "better"
    before = (collected / "timestamp.txt").read_text()
    time.sleep(0.02)
    for folder in (second, first):  # the older one last
        (folder / "lesson.ipynb").chmod(0o604)
    first.rename(first.with_name(f"{ME}+lesson+{now - timedelta(days=9)} UTC+forged"))
    second.rename(second.with_name(f"{ME}+lesson+{now - timedelta(days=8)} UTC+forged"))
    (collected.with_name("lesson.collecting") / "left").mkdir(parents=True)  # by one that was killed
    (collected.with_name("lesson.set-aside") / "then").mkdir(parents=True)
    (collected / "page.html").rename(collected.with_name("lesson.set-aside") / "then" / "page.html")  # by grading
    collector.update = True
    collector.start()
    assert (collected / "lesson.ipynb").read_text() == "better"
    assert (collected / "timestamp.txt").read_text() == before
    (newer,) = (path for path in second.parent.iterdir() if (path / "lesson.ipynb").read_text() == "better")
    (newer / "more.txt").unlink()
    collector.start()
    assert (collected / "timestamp.txt").read_text() > before
    assert not (collected / "more.txt").exists()


@pytest.mark.parametrize(("minutes", "honest"), [(0.5, True), (2, False), (-60, False)])
def test_a_time_is_believed_where_the_files_bear_it_out(
    collector: CollectByOwner, tmp_path: Path, caplog: pytest.LogCaptureFixture, minutes: float, honest: bool
) -> None:
    """minutes: so long ago, as the student says."""
    now = datetime.now(UTC).replace(tzinfo=None)
    claimed = now - timedelta(minutes=minutes)
    hand_in(collector, f"{claimed}")
    collector.start()
    (record,) = collector.src_records
    assert (record["timestamp"] == claimed) is honest
    assert (record["timestamp"] >= now - timedelta(seconds=1)) is not honest
    assert ("does not bear its time stamp out" in caplog.text) is not honest
    stamp = (tmp_path / "submitted" / ME / "lesson" / "timestamp.txt").read_text()
    assert stamp == f"{record['timestamp']} UTC"


@pytest.mark.parametrize(("seconds", "believed"), [(1, True), (-60, False)])
def test_times_from_before_the_exchange_was_moved_are_believed(
    collector: CollectByOwner, seconds: int, believed: bool
) -> None:
    """seconds: between the handing in and the move."""
    earlier = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=2)
    hand_in(collector, f"{earlier}")
    moved = datetime.now(UTC) + timedelta(seconds=seconds)
    time.sleep(max(0, seconds))
    collector.moved = f"{moved:%Y-%m-%d %H:%M:%S} UTC"
    collector.start()
    (record,) = collector.src_records
    assert (record["timestamp"] == earlier) is believed


@pytest.mark.parametrize(
    "moved", ["yesterday", "2026-05-02 10:00:00 +0200", "2026-05-02 10:00:00", "2999-05-02 08:00:00 UTC"]
)
def test_a_move_whose_time_may_be_another_is_refused(collector: CollectByOwner, moved: str) -> None:
    collector.moved = moved
    with pytest.raises(ExchangeError, match="give a past time such as"):
        collector.start()


def test_who_has_no_account_here_is_known_by_uid(collector: CollectByOwner, tmp_path: Path) -> None:
    hand_in(collector)
    collector.uids = {"ben": 4_000_000, "ada@university.edu": os.getuid()}
    collector.start()
    assert (tmp_path / "submitted" / "ada@university.edu" / "lesson" / "lesson.ipynb").is_file()
    collector.uids = {"ben": 1, "ada": 1}
    with pytest.raises(ExchangeError, match="one uid to two users"):
        collector.start()


def test_an_account_is_not_the_user_of_its_name_who_has_another_uid(collector: CollectByOwner, tmp_path: Path) -> None:
    hand_in(collector)
    collector.uids = {ME: 4_000_000}
    collector.start()
    assert not (tmp_path / "submitted").exists()


@pytest.mark.parametrize("claimed", ["never", f"{'9' * 40}.5h", "9" * 150, "2020-01-01T25:61", ""])
def test_a_time_that_is_none_stops_nobody(collector: CollectByOwner, tmp_path: Path, claimed: str) -> None:
    """dateutil has more than one way to fail, and whoever makes a folder chooses."""
    now = datetime.now(UTC).replace(tzinfo=None)
    hand_in(collector, claimed)
    collector.start()
    (record,) = collector.src_records
    assert record["timestamp"] >= now - timedelta(seconds=1)
    assert (tmp_path / "submitted" / ME / "lesson" / "lesson.ipynb").is_file()


def test_what_was_changed_since_we_looked_does_not_get_the_time_before(
    collector: CollectByOwner, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who watches for collecting could hand in on time, and write the answers when it begins."""
    folder = hand_in(collector, f"{datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=1)}")
    collector.init_src()
    collector.init_dest()
    looked = datetime.now(UTC).replace(tzinfo=None)
    time.sleep(0.02)  # file systems tell time in ticks
    (folder / "lesson.ipynb").write_text("finished")
    collector.copy_files()
    stamp = parse_utc((tmp_path / "submitted" / ME / "lesson" / "timestamp.txt").read_text())
    assert stamp > looked
    assert "was changed while it was collected" in caplog.text


def test_a_submission_that_vanishes_is_passed_over(
    collector: CollectByOwner, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = hand_in(collector)
    collector.init_src()
    shutil.rmtree(folder)
    assert collector._path_to_record(str(folder))["username"] == UNKNOWN
    collector.copy_files()
    assert f"The submission by {ME} is not there any more" in caplog.text
    assert not (tmp_path / "submitted" / ME / "lesson").exists()


def test_a_submission_that_vanishes_takes_none_that_was_collected_with_it(
    collector: CollectByOwner, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = collected_and_newer(collector)
    collector.init_src()
    shutil.rmtree(folder)
    collector.copy_files()
    assert f"The submission by {ME} is not there any more" in caplog.text
    assert (tmp_path / "submitted" / ME / "lesson" / "lesson.ipynb").is_file()


def test_half_of_a_submission_is_none(
    collector: CollectByOwner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It would be graded as if it were whole, and never late."""
    hand_in(collector)
    write = Path.write_text

    def full(path: Path, text: str) -> int:
        if path.name == "timestamp.txt":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, text)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(ExchangeError, match=f"Not collected: {ME}"):
            collector.start()
    assert f"The submission by {ME} could not be collected: [Errno 28] No space left on device" in caplog.text
    assert list((tmp_path / "submitted" / ME).iterdir()) == []
    collector.start()
    assert (tmp_path / "submitted" / ME / "lesson" / "timestamp.txt").is_file()


def test_what_cannot_be_opened_takes_none_that_was_collected_with_it(
    collector: CollectByOwner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, access, opened = collected_and_newer(collector), os.access, os.open

    def refuse(path: Any, *words: Any, **more: Any) -> int:
        if Path(path) == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *words, **more)

    monkeypatch.setattr(os, "open", refuse)  # root may open everything
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != folder and access(path, mode))
    collector.start()
    assert (tmp_path / "submitted" / ME / "lesson" / "lesson.ipynb").is_file()


def test_what_cannot_be_opened_when_its_turn_comes_is_not_collected_and_told(
    collector: CollectByOwner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, opened = hand_in(collector), os.open

    def used_up(path: Any, *words: Any, **more: Any) -> int:
        if Path(path) == folder:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(path))
        return opened(path, *words, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", used_up)
        with pytest.raises(ExchangeError, match=f"Not collected: {ME}"):
            collector.start()
    collector.start()
    assert (tmp_path / "submitted" / ME / "lesson" / "lesson.ipynb").is_file()


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file away, as root")
def test_a_file_of_somebody_else_is_left(collector: CollectByOwner, tmp_path: Path) -> None:
    """A hard link in one's own folder leads to it, and the course may read it."""
    os.chown(hand_in(collector) / "more.txt", 65534, -1)
    collector.start()
    assert (tmp_path / "submitted" / ME / "lesson" / "lesson.ipynb").is_file()
    assert not (tmp_path / "submitted" / ME / "lesson" / "more.txt").exists()


def test_files_together_are_no_larger_than_a_submission_may_be(collector: CollectByOwner, tmp_path: Path) -> None:
    folder = hand_in(collector)
    for name in ("a.bin", "b.bin", "c.bin"):
        (folder / name).write_bytes(bytes(600_000))
    collector.coursedir.max_dir_size = 1000  # kB
    collector.start()
    assert len(list((tmp_path / "submitted" / ME / "lesson").glob("*.bin"))) == 1


def test_of_files_without_end_the_notebooks_come_first(collector: CollectByOwner, tmp_path: Path) -> None:
    folder = hand_in(collector)
    for number in range(ENTRIES):
        (folder / f"{number}").touch()
    collector.start()
    collected = tmp_path / "submitted" / ME / "lesson"
    assert (collected / "lesson.ipynb").is_file()
    assert sum(1 for _ in collected.iterdir()) == ENTRIES + len(STAMPS)


@pytest.mark.parametrize("kind", ["link", "file"])
def test_what_is_no_folder_is_no_submission(collector: CollectByOwner, tmp_path: Path, kind: str) -> None:
    folder = hand_in(collector)
    strange = folder.with_name(f"{ME}+lesson+2036-12-24 00:00:00 UTC+strange")
    strange.symlink_to(folder) if kind == "link" else strange.touch()
    collector.start()
    assert [record["filename"] for record in collector.src_records] == [folder.name]
    assert (tmp_path / "submitted" / ME / "lesson" / "lesson.ipynb").is_file()


@pytest.fixture(params=[(1500, "a"), (30, "a" * 200)], ids=["levels", "names"])
def deep(request: pytest.FixtureRequest, collector: CollectByOwner, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A submission with folders in folders; the name of each."""
    levels, name = request.param
    folder = hand_in(collector)
    monkeypatch.chdir(folder)
    for _ in range(levels):
        os.mkdir(name)
        os.chdir(name)
    yield name
    subprocess.run(["rm", "-rf", folder], check=True)  # pytest could not


def test_folders_that_go_too_deep_are_left(collector: CollectByOwner, tmp_path: Path, deep: str) -> None:
    collector.start()
    collected = tmp_path / "submitted" / ME / "lesson"
    assert (collected / "lesson.ipynb").is_file()
    assert (collected / deep / deep).is_dir()
    assert max(len(str(path)) for path in collected.rglob("*")) < len(str(collected)) + 1000


def test_folder_with_the_name_of_a_time_stamp_is_left(collector: CollectByOwner, tmp_path: Path) -> None:
    folder = hand_in(collector)
    for name in ("timestamp.txt", "submission_secret.txt"):
        (folder / name).mkdir()
        (folder / name / "x").touch()
    collector.start()
    collected = tmp_path / "submitted" / ME / "lesson"
    assert all((collected / name).is_file() for name in ("lesson.ipynb", "timestamp.txt", "submission_secret.txt"))
