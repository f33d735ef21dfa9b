"""What is taken out of a submission before nbgrader copies it."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbgrader.api
import pytest
from conftest import ROOT
from nbgrader.converters import Autograde
from nbgrader.utils import parse_utc

from autograder.config import load
from autograder.files import regular_files
from autograder.gradebook import intake

OWN: dict[str, Path] = {}
NOTEBOOKS = [Path("lesson.ipynb")]
EMPTY = '{"nbformat": 4, "cells": []}'


@pytest.fixture
def submission(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "lesson"
    (folder / "data").mkdir(parents=True)
    (folder / "lesson.ipynb").write_text(EMPTY)
    (folder / "data" / "mine.csv").write_text("a,b")
    yield folder
    intake._make_way(folder.with_name("lesson.set-aside"))  # pytest could not: it may be too deep


def left(submission: Path) -> set[str]:
    return {str(path.relative_to(submission)) for path in submission.rglob("*")}


def test_honest_files_stay(submission: Path) -> None:
    (submission / "timestamp.txt").write_text("2026-11-22 13:47:00.000000 UTC")
    intake.set_aside(submission, OWN)
    assert left(submission) == {"lesson.ipynb", "data", "data/mine.csv", "timestamp.txt"}
    assert intake.notes(submission, OWN, NOTEBOOKS) == []


def test_own_files_of_the_assignment_are_never_replaced(submission: Path, tmp_path: Path) -> None:
    own = {name: tmp_path / "own" / name for name in ("data/same.json", "data/other.json", "tool/a.py", "folder.json")}
    for path in own.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("the assignment's")
    (submission / "data" / "same.json").write_text("the assignment's")
    (submission / "data" / "other.json").write_text("the student's")
    (submission / "tool").write_text("a file where the assignment has a folder")
    (submission / "folder.json").mkdir()
    (submission / "folder.json" / "x").write_text("a folder where the assignment has a file")
    intake.set_aside(submission, own)
    assert left(submission) == {"lesson.ipynb", "data", "data/mine.csv", "data/same.json"}
    notes = " ".join(intake.notes(submission, own, NOTEBOOKS))
    for name in ("data/other.json", "tool", "folder.json"):
        assert f"`{name}` was set aside: in the place of one of the assignment's own files" in notes


def test_too_much_in_all(submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_TOTAL", 10_000)
    for number in range(4):
        (submission / f"{number}.bin").write_bytes(bytes(4_000))
    intake.set_aside(submission, OWN)
    assert "lesson.ipynb" in left(submission)
    assert len([name for name in left(submission) if name.endswith(".bin")]) == 2
    notes = intake.notes(submission, OWN, NOTEBOOKS)
    assert len(notes) == 2
    assert all("too much in all" in note for note in notes)


def test_too_many_files(submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_ENTRIES", 30)
    for number in range(60):
        (submission / f"{number:02}.txt").write_text("x")
    intake.set_aside(submission, OWN)
    assert "lesson.ipynb" in left(submission)
    assert len(left(submission)) <= 31
    assert intake.notes(submission, OWN, NOTEBOOKS)[-1].endswith("files more were set aside.")


def test_strange_names_and_deep_folders_are_moved_and_shown_plainly(submission: Path) -> None:
    deep = submission.joinpath(*["d"] * 30)
    deep.mkdir(parents=True)
    (deep / "x").write_text("x")
    (submission / "esc\x1b[2Jape").write_text("x")
    (submission / os.fsdecode(b"not-utf8-\xff")).write_text("x")
    intake.set_aside(submission, OWN)
    assert {name for name in left(submission) if not name.startswith("d/") and name != "d"} == {
        "lesson.ipynb",
        "data",
        "data/mine.csv",
    }
    assert all(note.isprintable() for note in intake.notes(submission, OWN, NOTEBOOKS))


def test_what_is_not_regular_does_not_reach_the_kernel(submission: Path) -> None:
    (submission / "link").symlink_to("/etc/hostname")
    os.mkfifo(submission / "pipe")
    assert set(regular_files(submission)) == {"lesson.ipynb", "data/mine.csv"}


def test_links_and_special_files_are_moved_and_told(submission: Path) -> None:
    (submission / "secret").symlink_to("/etc/hostname")
    (submission / "folder").symlink_to("/etc")
    (submission / "dangling").symlink_to("nowhere")
    os.mkfifo(submission / "data" / "pipe")
    intake.set_aside(submission, OWN)
    assert left(submission) == {"lesson.ipynb", "data", "data/mine.csv"}
    notes = " ".join(intake.notes(submission, OWN, NOTEBOOKS))
    for name in ("secret", "folder", "dangling", "data/pipe"):
        assert f"`{name}`" in notes
    assert Path("/etc/hostname").exists()


@pytest.mark.parametrize(("bound", "name"), [("MAX_FILE", "giant.bin"), ("MAX_NOTEBOOK", "giant.ipynb")])
def test_giant_is_moved(submission: Path, monkeypatch: pytest.MonkeyPatch, bound: str, name: str) -> None:
    monkeypatch.setattr(intake, bound, 10)
    (submission / name).write_bytes(bytes(11))
    intake.set_aside(submission, OWN)
    assert name not in left(submission)


def test_notebook_that_takes_a_reader_minutes_is_moved(submission: Path) -> None:
    (submission / "images.ipynb").write_text(f'{{"nbformat": 4, "image": "{"A" * 10_000_000}"}}')
    (submission / "bomb.ipynb").write_text(f"[{'[],' * 300_000}[]]")
    intake.set_aside(submission, OWN)
    assert left(submission) == {"lesson.ipynb", "images.ipynb", "data", "data/mine.csv"}


def test_what_was_set_aside_stays_there_and_is_remembered(submission: Path) -> None:
    """Whatever is put beside the rest afterwards: it may be the only copy of somebody's work."""
    told = {"lesson.ipynb": "lesson.ipynb was set aside."}
    (submission / "lesson.ipynb").write_text(f"[{'[],' * 300_000}[]]")
    (submission / "data" / "link").symlink_to("nowhere")
    intake.set_aside(submission, OWN)
    aside = intake.aside_folder(submission)
    (submission / "timestamp.txt").write_text("2026-05-01 10:00:00 +0200")
    (submission / "data" / "another").symlink_to("nowhere")
    intake.set_aside(submission, OWN)
    assert aside == intake.aside_folder(submission)
    assert {str(path.relative_to(aside)) for path in aside.rglob("*")} == {
        "lesson.ipynb", "timestamp.txt", "data", "data/link", "data/another",
    }  # fmt: skip
    assert [path.name for path in aside.parent.iterdir()] == [aside.name]
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == told
    (submission / "timestamp.txt").write_text("2026-05-01 10:00:00 UTC")
    intake.set_aside(submission, OWN)
    assert aside != intake.aside_folder(submission)
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == told


WRONG_TIMES = ["garbage", "99999-99-99", "\x00", "1" * 50, "Sat", "10:00"]
MISREAD_TIMES = [
    *(f"2026-05-01 10:00:00 {zone}" for zone in ("+0200", "Europe/Rom", "/etc/shadow", "../x", "UTC+2")),
    *(f"2026-05-01T10:00:00 {zone}" for zone in ("CEST", "EST", "UTC+2", "GMT+2")),
    *("2026-05-01 10:00:00CEST", "2026-05-01 10:00 PM EST", "2026-05-01 10:00 PM", "2026-05-01 10:00:00 5 UTC"),
]


@pytest.mark.parametrize("text", WRONG_TIMES + MISREAD_TIMES)
def test_time_stamp_that_nbgrader_would_stop_at_or_misread_is_moved(submission: Path, text: str) -> None:
    (submission / "timestamp.txt").write_text(text)
    intake.set_aside(submission, OWN)
    assert "timestamp.txt" not in left(submission)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Rome", "America/Port-au-Prince", "CET"])
def test_time_stamp_with_a_zone_stays(submission: Path, zone: str) -> None:
    (submission / "timestamp.txt").write_text(f"2026-05-01 10:00:00 {zone}\n")
    intake.set_aside(submission, OWN)
    assert "timestamp.txt" in left(submission)


@pytest.mark.parametrize("text", ["{}", "{}Z", "{} UTC", "{}+00:00", "{} +0000", "{}+0000"])
def test_time_stamp_that_nbgrader_reads_rightly_stays(submission: Path, text: str) -> None:
    time = text.format("2026-05-01T10:00:00.25")
    assert parse_utc(time) == datetime(2026, 5, 1, 10, 0, 0, 250_000)
    (submission / "timestamp.txt").write_text(time)
    intake.set_aside(submission, OWN)
    assert "timestamp.txt" in left(submission)


def test_time_stamp_that_is_a_folder_or_takes_hours_to_read_is_moved(submission: Path) -> None:
    (submission / "timestamp.txt").mkdir()
    intake.set_aside(submission, OWN)
    assert "timestamp.txt" not in left(submission)
    (submission / "timestamp.txt").write_text("1." * 1_000_000)
    intake.set_aside(submission, OWN)
    assert "timestamp.txt" not in left(submission)


def test_notebook_with_very_many_outputs_is_moved(submission: Path) -> None:
    """nbformat makes an error of each that is none."""
    for name, outputs in {"many": 20_000, "some": 500}.items():
        cells = f'[{{"cell_type": "code", "outputs": [{", ".join(["{}"] * outputs)}]}}]'
        (submission / f"{name}.ipynb").write_text(f'{{"nbformat": 4, "cells": {cells}}}')
    intake.set_aside(submission, OWN)
    assert left(submission) == {"lesson.ipynb", "some.ipynb", "data", "data/mine.csv"}


@pytest.mark.parametrize("version", ['"nbformat": 3, ', "", '"nbformat": 4, "nbformat": 2, '])
def test_notebook_in_an_old_format_is_moved(submission: Path, version: str) -> None:
    """nbformat would make a heading of a million signs of it, or of as many as there is memory for."""
    heading = '{"cell_type": "heading", "level": 1000000, "source": "x"}'
    (submission / "lesson.ipynb").write_text(f'{{{version}"worksheets": [{{"cells": [{heading}]}}]}}')
    intake.set_aside(submission, OWN)
    assert "lesson.ipynb" not in left(submission)
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {"lesson.ipynb": "lesson.ipynb was set aside."}
    assert "not in version 4 of the notebook format" in intake.notes(submission, OWN, NOTEBOOKS)[0]


def test_folder_in_the_place_of_a_notebook_is_left_for_a_person(submission: Path) -> None:
    """Some programs unpack an archive so: the notebook lies in a folder of its own name."""
    (submission / "lesson.ipynb").rename(submission / "x")
    (submission / "lesson.ipynb").mkdir()
    (submission / "x").rename(submission / "lesson.ipynb" / "lesson.ipynb")
    intake.set_aside(submission, OWN)
    assert left(submission) == {"data", "data/mine.csv"}
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {"lesson.ipynb": "lesson.ipynb was set aside."}
    assert "a folder in the place of a notebook" in intake.notes(submission, OWN, NOTEBOOKS)[0]


def test_pages_are_the_grader_s_alone(submission: Path) -> None:
    for name in ("lesson.html", "more.html", "data/table.html"):
        (submission / name).write_text("<script>")
    intake.set_aside(submission, {"more.html": submission / "more.html"})
    assert left(submission) == {"lesson.ipynb", "more.html", "data", "data/mine.csv", "data/table.html"}


def test_paths_longer_than_linux_takes(submission: Path) -> None:
    """An archive makes them, one folder within another; twice, because what was set aside before makes way."""
    for _ in range(2):
        place = os.open(submission, os.O_RDONLY)
        for _ in range(40):
            with contextlib.suppress(FileExistsError):
                os.mkdir("d" * 240, dir_fd=place)
            below = os.open("d" * 240, os.O_RDONLY, dir_fd=place)
            os.close(place)
            place = below
        os.symlink("nowhere", "link", dir_fd=place)
        os.close(place)
        intake.set_aside(submission, OWN)
        assert "lesson.ipynb" in left(submission)
        assert all(len(name) <= intake.MAX_NAME for name in left(submission))
        assert "a name that cannot be used" in intake.notes(submission, OWN, NOTEBOOKS)[0]


def test_folders_within_folders_beyond_what_python_removes(submission: Path) -> None:
    for _ in range(2):
        place = os.open(submission, os.O_RDONLY)
        for _ in range(1500):
            with contextlib.suppress(FileExistsError):
                os.mkdir("d", dir_fd=place)
            below = os.open("d", os.O_RDONLY, dir_fd=place)
            os.close(place)
            place = below
        os.close(place)
        intake.set_aside(submission, OWN)
        assert max(name.count("/") for name in left(submission)) < intake.MAX_DEPTH


def test_twice_is_as_good_as_once(submission: Path) -> None:
    for _ in range(2):
        (submission / "link").symlink_to("/etc/hostname")
        intake.set_aside(submission, OWN)
    assert "link" not in left(submission)


@pytest.mark.parametrize("killed", [False, True])
def test_what_is_set_aside_goes_through_no_link_of_an_earlier_submission(
    submission: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    """A link to the course's folder first, then a folder of that name with a file that would lie there."""
    (submission.parent / "nbgrader_config.py").write_text("the course's")
    (submission / "notes").symlink_to("../..")
    (submission / "dangling").symlink_to("nowhere")
    if killed:
        set_aside_and_be_killed(submission, monkeypatch)
    else:
        intake.set_aside(submission, OWN)
    for name in ("notes", "dangling"):
        (submission / name).mkdir()
        (submission / name / "nbgrader_config.py").symlink_to("the-student's")
    intake.set_aside(submission, OWN)
    assert left(submission) == {"lesson.ipynb", "data", "data/mine.csv", "notes", "dangling"}
    assert (submission.parent / "nbgrader_config.py").read_text() == "the course's"
    notes = " ".join(intake.notes(submission, OWN, NOTEBOOKS))
    assert "`notes/nbgrader_config.py` was set aside: a link or a special file." in notes


def set_aside_and_be_killed(submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(_: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(intake, "aside_folder", kill)
        with pytest.raises(KeyboardInterrupt):
            intake.set_aside(submission, OWN)


def test_killed_grader_forgets_nothing_that_it_had_set_aside(submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (submission / "link").symlink_to("nowhere")
    set_aside_and_be_killed(submission, monkeypatch)
    intake.set_aside(submission, OWN)
    assert intake.notes(submission, OWN, NOTEBOOKS) == ["`link` was set aside: a link or a special file."]


def test_of_an_earlier_submission_nothing_is_said(submission: Path) -> None:
    (submission / "link").symlink_to("/etc/hostname")
    (submission / "lesson.ipynb").unlink()
    (submission / "lesson.ipynb").symlink_to("nowhere")
    intake.set_aside(submission, OWN)
    assert len(intake.notes(submission, OWN, NOTEBOOKS)) == 2
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {"lesson.ipynb": "lesson.ipynb was set aside."}
    (submission / "lesson.ipynb").write_text(EMPTY)
    intake.set_aside(submission, OWN)
    assert intake.notes(submission, OWN, NOTEBOOKS) == []
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {}


@pytest.mark.parametrize("name", ["lesson (1).ipynb", "lesson/lesson.ipynb", "lesson-Copy1.ipynb"])
def test_notebook_in_another_place_is_left_for_a_person(submission: Path, name: str) -> None:
    (submission / name).parent.mkdir(exist_ok=True)
    (submission / name).write_text(EMPTY)
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {}
    assert intake.notes(submission, OWN, NOTEBOOKS) == [f"`{name}` was not graded: the assignment has lesson.ipynb."]
    (submission / "lesson.ipynb").unlink()
    assert intake.notes(submission, OWN, NOTEBOOKS) == []
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {
        "lesson.ipynb": f"lesson.ipynb is missing, but there is `{name}`."
    }


@pytest.mark.parametrize("name", ["lesson.ipynb.txt", "Lesson.py", "lesson (1).html", "other.ipynb.json", "work.ZIP"])
def test_what_may_be_the_notebook_is_left_for_a_person(submission: Path, name: str) -> None:
    (submission / name).write_text(EMPTY)
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {}
    assert intake.notes(submission, OWN, NOTEBOOKS) == []
    (submission / "lesson.ipynb").unlink()
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {
        "lesson.ipynb": f"lesson.ipynb is missing, but there is `{name}`."
    }


@pytest.mark.parametrize("name", ["lesson.html", "lesson.ipynb.html", "work.zip", "lesson (1).ipynb", "Lesson-link.py"])
def test_what_may_be_the_notebook_is_left_for_a_person_when_it_was_set_aside(submission: Path, name: str) -> None:
    (submission / "lesson.ipynb").unlink()
    if name == "work.zip":
        with (submission / name).open("wb") as file:
            file.truncate(intake.MAX_FILE + 1)
    elif "link" in name:
        (submission / name).symlink_to("nowhere")
    else:
        (submission / name).write_text('{"nbformat": 3, "worksheets": []}')
    intake.set_aside(submission, OWN)
    assert not os.path.lexists(submission / name)
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {
        "lesson.ipynb": f"lesson.ipynb is missing, but there is `{name}`."
    }


def test_other_notebook_that_was_set_aside_is_not_taken_for_the_one_that_is_missing(submission: Path) -> None:
    (submission / "lesson.ipynb").write_text('{"nbformat": 3, "worksheets": []}')
    two = [*NOTEBOOKS, Path("second.ipynb")]
    intake.set_aside(submission, OWN)
    assert intake.left_for_person(submission, OWN, two) == {"lesson.ipynb": "lesson.ipynb was set aside."}
    for text in ("first", "newer"):
        (submission / "data" / "mine.csv").write_text(text)
        (submission / "second.html").touch()
        intake.set_aside(submission, OWN)
    missing = intake.left_for_person(submission, OWN, two)["second.ipynb"]
    assert missing == "second.ipynb is missing, but there is `second.html`."


@pytest.mark.parametrize("name", ["helpers.html", ".ipynb_checkpoints/lesson-checkpoint.ipynb"])
def test_what_is_no_notebook_leaves_nobody_waiting_when_it_was_set_aside(submission: Path, name: str) -> None:
    (submission / "lesson.ipynb").unlink()
    (submission / name).parent.mkdir(exist_ok=True)
    (submission / name).write_text('{"nbformat": 3, "worksheets": []}')
    intake.set_aside(submission, OWN)
    assert not (submission / name).exists()
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {}


@pytest.mark.parametrize("name", ["helpers.py", "data.csv", "runs/model.safetensors"])
def test_what_is_no_notebook_leaves_nobody_waiting(submission: Path, name: str) -> None:
    (submission / name).parent.mkdir(exist_ok=True)
    (submission / name).write_text(EMPTY)
    (submission / "lesson.ipynb").unlink()
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {}


def test_file_that_the_assignment_gives_is_not_taken_for_its_notebook(submission: Path) -> None:
    (submission / "lesson.ipynb").unlink()
    (submission / "lesson-1.svg").write_text("<svg/>")
    assert intake.left_for_person(submission, {"lesson-1.svg": Path("lesson-1.svg")}, NOTEBOOKS) == {}
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) != {}


def test_checkpoint_of_a_notebook_is_no_notebook(submission: Path) -> None:
    (submission / ".ipynb_checkpoints").mkdir()
    (submission / "lesson.ipynb").rename(submission / ".ipynb_checkpoints" / "lesson-checkpoint.ipynb")
    assert intake.left_for_person(submission, OWN, NOTEBOOKS) == {}


NOBODY = 65534


@contextlib.contextmanager
def as_ordinary_user() -> Iterator[Path]:
    """An empty folder of their own. Modes stop nobody who is root, so root becomes somebody else for a while."""
    folder = Path(tempfile.mkdtemp())
    root = os.getuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield folder
    finally:
        if root:
            os.setresuid(0, 0, 0)
        shutil.rmtree(folder)


def test_closed_folders_are_moved_by_an_ordinary_user_each_time_they_come() -> None:
    with as_ordinary_user() as home:
        for _ in range(2):
            submission = home / "lesson"
            for name in ("closed/below", "fixed/pipes"):
                (submission / name).mkdir(parents=True, exist_ok=True)
            (submission / "closed" / "below").chmod(0)
            (submission / "closed").chmod(0)
            os.mkfifo(submission / "fixed" / "pipes" / "pipe")
            (submission / "fixed" / "pipes").chmod(0o500)
            intake.set_aside(submission, OWN)
            assert left(submission) == {"fixed", "fixed/pipes"}
            notes = " ".join(intake.notes(submission, OWN, NOTEBOOKS))
            assert "`closed` was set aside: nobody here may read it." in notes
            assert "`fixed/pipes/pipe` was set aside: a link or a special file." in notes
            (submission / "fixed" / "pipes").chmod(0o700)
        aside = intake.aside_folder(submission)
        for folder in (aside / "closed", aside / "closed" / "below"):
            assert folder.stat().st_mode & 0o777 == 0
            folder.chmod(0o700)


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Autograde:
    """nbgrader's, about to copy a submission, in a course whose folders have other names than usual."""
    for path in ("lessons/lesson/lesson.ipynb", "lessons/lesson/data/own.csv", "handed-in/ada/lesson/lesson.ipynb"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(EMPTY)
    (tmp_path / "nbgrader_config.py").write_text(
        (ROOT / "nbgrader_config.py").read_text()
        + "c.CourseDirectory.source_directory = 'lessons'\n"
        + "c.CourseDirectory.submitted_directory = 'handed-in'\n"
    )
    monkeypatch.chdir(tmp_path)
    for name in ("get_alembic_version", "create_engine"):
        monkeypatch.setattr(nbgrader.api, name, None)  # put back afterwards
    app = load(tmp_path)
    app.coursedir.assignment_id = "lesson"
    converter = Autograde(coursedir=app.coursedir, parent=app)
    converter.notebooks = [str(tmp_path / "handed-in" / "ada" / "lesson" / "lesson.ipynb")]
    return converter


def test_hook_knows_the_folders_that_are_configured(converter: Autograde, tmp_path: Path) -> None:
    submission = tmp_path / "handed-in" / "ada" / "lesson"
    (submission / "link").symlink_to("/etc/hostname")
    (submission / "data" / "own.csv").mkdir(parents=True)
    converter.run_pre_convert_hook()
    assert left(submission) == {"lesson.ipynb", "data"}


@pytest.mark.parametrize("linked", ["ada", "ada/lesson"])
def test_nothing_is_taken_in_through_a_link(converter: Autograde, tmp_path: Path, linked: str) -> None:
    theirs = tmp_path / "handed-in" / linked
    theirs.rename(tmp_path / "somebody's")
    theirs.symlink_to(tmp_path / "somebody's")
    (tmp_path / "handed-in" / "ada" / "lesson" / "link").symlink_to("/etc/hostname")
    with pytest.raises(SystemExit, match="reached through a link"):
        converter.run_pre_convert_hook()
    assert (tmp_path / "handed-in" / "ada" / "lesson" / "link").is_symlink()  # and stays where it was


@pytest.mark.parametrize("broken", ["no such assignment", "nothing can be moved"])
def test_nbgrader_copies_nothing_where_the_hook_failed(
    converter: Autograde, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "handed-in" / "ada" / "lesson" / "link").symlink_to("/etc/hostname")
    if broken == "no such assignment":
        shutil.rmtree(tmp_path / "lessons")
    else:
        monkeypatch.setattr(intake, "_move", full)
    with pytest.raises(SystemExit, match=r"nothing was taken in of .*/ada/lesson/lesson\.ipynb: "):
        converter.start()
    assert not (tmp_path / "autograded").exists()
