"""What lies beside a feedback page when nbgrader has made it."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import nbformat
import nbgrader.api
import pytest
from hostile_markup import PNG
from markup_oracle import problems, text_of
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException

from autograder.config import load
from autograder.gradebook import feedback
from autograder.gradebook.marks import Notebook, Record
from autograder.verdict import Verdict


@pytest.fixture
def converter(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GenerateFeedback:
    """nbgrader's, about to return a graded submission that holds pages of its own, in a folder of another name."""
    (tmp_path / "nbgrader_config.py").write_text(
        "from autograder.gradebook import FeedbackExporter, GetMarks\n"
        "c.CourseDirectory.feedback_directory = 'returned'\n"
        "c.GenerateFeedback.exporter_class = FeedbackExporter\n"
        "c.GenerateFeedback.preprocessors = [GetMarks]\n"
    )
    shutil.copy(filled, tmp_path)
    graded = tmp_path / "autograded" / "ada" / "lesson"
    (graded / "folder").mkdir(parents=True)
    nbformat.write(new_notebook(), graded / "lesson.ipynb")
    for name in ("evil.html", "lesson.html", "folder/evil.html", "timestamp.txt"):
        (graded / name).write_text("the student's")
    monkeypatch.chdir(tmp_path)
    for name in ("get_alembic_version", "create_engine"):
        monkeypatch.setattr(nbgrader.api, name, None)  # put back afterwards
    app = load(tmp_path)
    app.coursedir.assignment_id = "lesson"
    return GenerateFeedback(coursedir=app.coursedir, parent=app)


def test_only_our_page_is_returned_whatever_the_folder_is_called(converter: GenerateFeedback, tmp_path: Path) -> None:
    converter.start()
    returned = tmp_path / "returned" / "ada" / "lesson"
    assert {path.name for path in returned.iterdir()} == {"lesson.html", "timestamp.txt"}
    page = (returned / "lesson.html").read_text(encoding="utf-8")
    assert "the student's" not in page
    assert feedback.LOST in page  # there is no verdict


def test_nothing_is_returned_where_a_students_page_cannot_be_removed(
    converter: GenerateFeedback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        raise PermissionError(folder)

    monkeypatch.setattr(feedback, "shutil", SimpleNamespace(rmtree=fail))
    with pytest.raises(NbGraderException):
        converter.start()
    assert not (tmp_path / "returned" / "ada" / "lesson").exists()


def test_words_for_an_image_cannot_leave_it() -> None:
    shown = feedback._data({"image/png": PNG, "text/plain": '"><h1>41 of 41 points</h1>'})
    assert problems(shown) == []
    assert text_of(shown) == ""


def test_long_code_is_shown_without_colours() -> None:
    assert "<span" in feedback._highlighted("x = 1")
    assert feedback._highlighted("<b>" * 3000) == "&lt;b&gt;" * 3000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("loss.svg", "![Loss](images/loss.svg)"),
        ("loss.png", '<img src="images/loss.png" alt="Loss">'),
        ("the loss.jpg", "![Loss](images/the%20loss.jpg)"),
        ("loss.py", None),
    ],
)
def test_lessons_own_pictures_are_in_the_page_whatever_their_kind(tmp_path: Path, name: str, shown: str | None) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / name).write_bytes(b"picture")
    text = shown or f"![Loss](images/{name})"
    course = SimpleNamespace(
        source=lambda _: tmp_path, given=lambda _: new_notebook(cells=[new_markdown_cell(text), new_markdown_cell("x")])
    )
    lesson = feedback._Lesson(course, "lesson", "lesson")  # type: ignore[arg-type]
    page = feedback._markdown(text, lesson.pictures(text))
    assert ("base64,cGljdHVyZQ==" in page) is (shown is not None)
    assert ("image left out" in page) is (shown is None)
    assert lesson.pictures(f"{text} of a student") == ()


def test_a_notebook_that_the_gradebook_lost_has_a_page_that_students_can_read(tmp_path: Path) -> None:
    verdict = Verdict("ada", "two", "cpu", "", ())
    record = Record("ada", "two", (Notebook("first", ()),))
    course = SimpleNamespace(feedback=lambda *_: tmp_path / "ada" / "two")
    before = os.umask(0o077)
    try:
        feedback.write_page(course, verdict, record, "second", {}, "<!-- end -->")  # type: ignore[arg-type]
    finally:
        os.umask(before)
    page = tmp_path / "ada" / "two" / "second.html"
    assert "second" in page.read_text()
    assert page.read_text().endswith("<!-- end -->")
    assert page.stat().st_mode & 0o777 == 0o644
