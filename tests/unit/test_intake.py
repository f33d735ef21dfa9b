"""What is taken out of a submission before nbgrader copies it."""

import os
from pathlib import Path

import pytest

from autograder.gradebook import intake


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    folder = tmp_path / "lesson"
    (folder / "data").mkdir(parents=True)
    (folder / "lesson.ipynb").write_text("{}")
    (folder / "data" / "mine.csv").write_text("a,b")
    return folder


def left(submission: Path) -> set[str]:
    return {str(path.relative_to(submission)) for path in submission.rglob("*")}


def test_honest_files_stay(submission: Path) -> None:
    (submission / "timestamp.txt").write_text("2026-11-22 13:47:00.000000 UTC")
    intake.set_aside(submission)
    assert left(submission) == {"lesson.ipynb", "data", "data/mine.csv", "timestamp.txt"}
    assert intake.aside_notes(submission) == []


def test_links_and_special_files_are_moved_and_told(submission: Path) -> None:
    (submission / "secret").symlink_to("/etc/hostname")
    (submission / "folder").symlink_to("/etc")
    (submission / "dangling").symlink_to("nowhere")
    os.mkfifo(submission / "data" / "pipe")
    intake.set_aside(submission)
    assert left(submission) == {"lesson.ipynb", "data", "data/mine.csv"}
    notes = " ".join(intake.aside_notes(submission))
    for name in ("secret", "folder", "dangling", "data/pipe"):
        assert f"`{name}`" in notes
    assert Path("/etc/hostname").exists()


def test_giant_is_moved(submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_BYTES", 10)
    (submission / "giant.bin").write_bytes(bytes(11))
    intake.set_aside(submission)
    assert "giant.bin" not in left(submission)


@pytest.mark.parametrize("text", ["garbage", "99999-99-99", "\x00", "1" * 50])
def test_time_stamp_that_nbgrader_would_stop_at_is_moved(submission: Path, text: str) -> None:
    (submission / "timestamp.txt").write_text(text)
    intake.set_aside(submission)
    assert "timestamp.txt" not in left(submission)


def test_twice_is_as_good_as_once(submission: Path) -> None:
    for _ in range(2):
        (submission / "link").symlink_to("/etc/hostname")
        intake.set_aside(submission)
    assert "link" not in left(submission)


def test_hook_finds_the_submission_from_its_notebooks(submission: Path) -> None:
    (submission / "link").symlink_to("/etc/hostname")
    intake.pre_convert(assignment="lesson", student="*", notebooks=[str(submission / "lesson.ipynb")])
    assert "link" not in left(submission)
