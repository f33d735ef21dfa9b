"""Due dates on their way from the gradebook to a student's assignment list."""

import json
from pathlib import Path

import pytest
from nbgrader.api import Base, Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine

from autograder.hub.due import publish
from autograder.hub.student.due_dates import dated, undated


@pytest.fixture
def course(tmp_path: Path) -> CourseDirectory:
    made = CourseDirectory(root=str(tmp_path), course_id="tuning")
    engine = create_engine(made.db_url)
    Base.metadata.create_all(engine)  # in an empty one nbgrader would start a program, for seconds
    engine.dispose()
    with Gradebook(made.db_url, "tuning") as gradebook:
        gradebook.add_assignment("with", duedate="2036-12-24 23:59:00 Europe/Rome")
        gradebook.add_assignment("without")
    return made


def test_everybody_can_read_when_what_is_due(course: CourseDirectory, tmp_path: Path) -> None:
    (tmp_path / "exchange" / "tuning").mkdir(parents=True)
    publish(course, tmp_path / "exchange")
    file = tmp_path / "exchange" / "tuning" / "due-dates.json"
    assert json.loads(file.read_text()) == {"with": "2036-12-24T22:59:00"}
    assert file.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_before_anything_was_released_there_is_nobody_to_tell(course: CourseDirectory, tmp_path: Path) -> None:
    publish(course, tmp_path / "exchange")
    assert not (tmp_path / "exchange").exists()


def test_the_date_stands_behind_the_course_and_comes_off_again() -> None:
    shown = dated("tuning", "2036-12-04T22:59:00")
    assert shown == "tuning · due 4 Dec 2036, 22:59 UTC"
    assert undated(shown) == undated("tuning") == dated("tuning", None) == "tuning"
