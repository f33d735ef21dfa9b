"""A gradebook to look into, and a course with settings."""

from collections.abc import Callable
from pathlib import Path

import nbgrader.api
import pytest
from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine

from autograder.config import load
from autograder.course import Course

DUE = "2026-05-01 12:00:00 UTC"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One student, one assignment with one exercise, handed in a day and an hour after it was due."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)  # in an empty one nbgrader would start a program, for seconds
    engine.dispose()
    with Gradebook(f"sqlite:///{path}", "course") as found:
        found.add_assignment("lesson", duedate=DUE)
        found.add_notebook("lesson", "lesson")
        found.add_grade_cell("f-checks", "lesson", "lesson", max_score=7, cell_type="code")
        found.add_solution_cell("f", "lesson", "lesson")
        found.add_student("ada")
        with found.db.no_autoflush:  # it would warn
            found.add_submission("lesson", "ada", timestamp="2026-05-02 13:00:00 UTC")
    return path


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Course]:
    """``configured(*lines)``: the course in an empty folder with these lines in its ``nbgrader_config.py``."""
    monkeypatch.chdir(tmp_path)
    for name in ("get_alembic_version", "create_engine"):
        monkeypatch.setattr(nbgrader.api, name, None)  # put back afterwards

    def make(*lines: str) -> Course:
        (tmp_path / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines, ""]))
        return Course(load(tmp_path).coursedir)

    return make
