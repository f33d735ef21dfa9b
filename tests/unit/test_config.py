"""nbgrader, as the course sets it up."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import nbgrader.api
import pytest
from nbgrader.api import Gradebook
from sqlalchemy import text

from autograder import course as courses
from autograder.config import load, load_scratch
from autograder.course import Course
from autograder.errors import CourseError
from autograder.sandbox.limits import Limits


def test_new_gradebook_has_the_schema_that_nbgrader_says_without_a_program_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    says = nbgrader.api.get_alembic_version()
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", None)  # put back afterwards
    load(tmp_path)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        assert gradebook.db.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [says]


def test_gradebooks_keep_their_sql_but_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(nbgrader.api, "create_engine", None)  # put back afterwards
    load(tmp_path)
    file = tmp_path / "gradebook.db"
    address = f"sqlite:///{file}"
    with Gradebook(address) as outer, Gradebook(address) as inner:
        assert outer.engine is inner.engine
        inner.add_student("ada")
        inner.close()
        assert [one.id for one in outer.students] == ["ada"]
    file.unlink()
    with Gradebook(address) as another:
        assert another.students == []
    load(tmp_path)  # as of another course, whose address may be as relative
    with Gradebook(address) as another:
        assert another.engine is not inner.engine


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "from autograder.gradebook import of_another_version",
            " cannot be read: ImportError: cannot .*'of_another_version'",
        ),
        ("c.Limits.cell_cpu_seconds = ", " cannot be read: SyntaxError: "),
        ("1 / 0", " cannot be read: ZeroDivisionError: "),
        ("exit()", ": it ends the program"),
        ("c.CourseDirectory.course_id = 3", ": .* The 'course_id' trait of a CourseDirectory instance expected a"),
    ],
)
def test_course_without_its_configuration_is_no_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    """nbgrader would go on with its own Execute, which runs students' code in no sandbox."""
    monkeypatch.chdir(tmp_path)
    for name in ("get_alembic_version", "create_engine"):
        monkeypatch.setattr(nbgrader.api, name, None)  # put back afterwards
    (tmp_path / "nbgrader_config.py").write_text(f"{text}\n")
    with pytest.raises(CourseError, match=f"nbgrader_config.py{said}"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["Tuning [2026]", "what?", "all*"])
def test_folder_whose_name_is_a_pattern_is_refused(tmp_path: Path, name: str) -> None:
    """nbgrader would find no submission in it."""
    (tmp_path / name).mkdir()
    with pytest.raises(CourseError, match=r"a folder with \[, \* or \? in its name: rename"):
        load(tmp_path / name)


def test_students_code_sees_neither_the_course_nor_this_package(configured: Callable[..., Course]) -> None:
    """In the grader's image the package lies among the libraries, which kernels see."""
    course = configured()
    assert {course.root, courses.PACKAGE} <= set(course.hidden())


def test_students_code_does_not_see_the_exchange(tmp_path: Path, configured: Callable[..., Course]) -> None:
    """Where the instructor grades by their own account, it could be read: other students' work and feedback."""
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    assert exchange.resolve() in configured(f"c.Exchange.root = {str(exchange)!r}").hidden()


def test_students_code_does_not_see_nbgraders_own_exchange_where_another_is_used(
    tmp_path: Path, configured: Callable[..., Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = tmp_path / "usual"
    usual.mkdir()
    monkeypatch.setattr(courses, "SYSTEM_EXCHANGE", usual)
    assert usual.resolve() in configured(f"c.Exchange.root = {str(tmp_path)!r}").hidden()


def test_password_of_the_gradebook_is_not_in_its_address(configured: Callable[..., Course]) -> None:
    course = configured("c.CourseDirectory.db_url = 'postgresql://course:hush@server/gradebook'")
    assert course.gradebook == "postgresql://course:***@server/gradebook"


def test_what_the_file_sets_is_the_course_s(configured: Callable[..., Course]) -> None:
    """Of all classes: nbgrader tells the directories of theirs alone."""
    course = configured("c.Limits.cell_cpu_seconds = 77", "c.CourseDirectory.course_id = 'tuning'")
    assert Limits(config=course.config).cell_cpu_seconds == 77
    assert course.directories.course_id == "tuning"


@pytest.fixture
def configured_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another course, which nbgrader's own configuration names, as those who grade in a hub have it."""
    (tmp_path / "settings").mkdir()
    (tmp_path / "real").mkdir()
    lines = f"c.CourseDirectory.root = {str(tmp_path / 'real')!r}", "c.CourseDirectory.db_url = 'sqlite:////real.db'"
    (tmp_path / "settings" / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines, ""]))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "settings"))
    for name in ("get_alembic_version", "create_engine"):
        monkeypatch.setattr(nbgrader.api, name, None)  # put back afterwards
    monkeypatch.chdir(tmp_path)
    return tmp_path / "real"


def test_folder_that_is_not_the_configured_one_is_refused(tmp_path: Path, configured_elsewhere: Path) -> None:
    assert Path(load(configured_elsewhere).coursedir.root) == configured_elsewhere
    (tmp_path / "here").mkdir()
    with pytest.raises(CourseError, match=rf"root is {configured_elsewhere}, and this is {tmp_path}/here"):
        load(tmp_path / "here")


@pytest.mark.usefixtures("configured_elsewhere")
def test_scratch_course_is_itself_whatever_is_configured(tmp_path: Path) -> None:
    """Also by its own file, a copy of the course's."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.db_url = 'postgresql://real/book'\n")
    app = load_scratch(here)
    assert (Path(app.coursedir.root), app.coursedir.db_url) == (here, f"sqlite:///{here}/gradebook.db")


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("directory_structure = '{nbgrader_step}/{assignment_id}/{student_id}'", "directory_structure is set"),
        ("submitted_directory = '/srv/submitted'", "submitted_directory is /srv/submitted: name a folder within"),
        ("autograded_directory = '../autograded'", r"autograded_directory is \.\./autograded: name a folder within"),
    ],
)
def test_folders_where_nothing_here_would_look_are_refused(
    configured: Callable[..., Course], setting: str, why: str
) -> None:
    with pytest.raises(CourseError, match=rf"c\.CourseDirectory\.{why}"):
        configured(f"c.CourseDirectory.{setting}")


def test_folder_within_the_course_s_may_be_named_in_full(tmp_path: Path, configured: Callable[..., Course]) -> None:
    course = configured(f"c.CourseDirectory.submitted_directory = '{tmp_path}/handed/in'")
    assert course.submitted("ada", "lesson").relative_to(course.root) == Path("handed/in/ada/lesson")


def test_time_stamps_that_nbgrader_would_misread_are_refused(configured: Callable[..., Course]) -> None:
    with pytest.raises(CourseError, match=r"c\.Exchange\.timezone is Europe/Berlin"):
        configured("c.Exchange.timezone = 'Europe/Berlin'")
