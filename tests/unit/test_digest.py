"""What a verdict is a function of: what changes it, and what does not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.gradebook import digest


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine of a few files."""
    folder = tmp_path / "autograder"
    for name in (
        "judge/worker.py",
        "almanac/wordings.py",
        "models/tokenizer_corpus.txt",
        "hub/run.py",
        "report/tables.py",
        "sandbox/README.md",
        "judge/__pycache__/x",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("before")
    monkeypatch.setattr(digest, "PACKAGE", folder)
    return folder


def forget() -> None:
    digest._engine_digest.cache_clear()
    digest.environment_versions.cache_clear()


def of_a_submission(course: Course, seed: int = 0) -> str:
    forget()
    try:
        return digest.look_at(course, "ada", "lesson", seed).digest
    finally:
        forget()


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("judge/worker.py", True),
        ("almanac/wordings.py", True),
        ("models/tokenizer_corpus.txt", True),
        ("hub/run.py", False),
        ("report/tables.py", False),
        ("sandbox/README.md", False),
        ("judge/__pycache__/x", False),
    ],
)
def test_code_that_has_a_part_in_verdicts_counts(
    package: Path, configured: Callable[..., Course], name: str, counts: bool
) -> None:
    before = of_a_submission(configured())
    (package / name).write_text("after")
    assert (of_a_submission(configured()) != before) is counts


@pytest.mark.usefixtures("package")
def test_what_jupyter_leaves_beside_the_source_does_not_count(
    configured: Callable[..., Course], tmp_path: Path
) -> None:
    before = of_a_submission(configured())
    (tmp_path / "source" / "lesson" / ".ipynb_checkpoints").mkdir(parents=True)
    (tmp_path / "source" / "lesson" / ".ipynb_checkpoints" / "lesson-checkpoint.ipynb").write_text("{}")
    assert of_a_submission(configured()) == before


@pytest.mark.usefixtures("package")
def test_the_source_counts(configured: Callable[..., Course], tmp_path: Path) -> None:
    before = of_a_submission(configured())
    (tmp_path / "source" / "lesson").mkdir(parents=True)
    (tmp_path / "source" / "lesson" / "lesson.ipynb").write_text("corrected")
    assert of_a_submission(configured()) != before


@pytest.mark.usefixtures("package")
def test_seed_profile_libraries_and_image_count(
    configured: Callable[..., Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    course = configured()
    found = [of_a_submission(course), of_a_submission(course, seed=1)]
    monkeypatch.setattr(digest, "profile", lambda: "gpu")
    found.append(of_a_submission(course))
    monkeypatch.setattr(digest, "version", lambda name: f"{name} of tomorrow")
    found.append(of_a_submission(course))
    monkeypatch.setenv("COURSE_IMAGE", "of tomorrow")
    found.append(of_a_submission(course))
    assert len(set(found)) == len(found)


@pytest.mark.usefixtures("package")
def test_limits_count_but_those_for_speed(configured: Callable[..., Course]) -> None:
    before = of_a_submission(configured())
    assert of_a_submission(configured("c.Limits.memory_mib = 8192")) != before
    for_speed = ("submissions_at_once = 64", "fork_server = False", "start_wall_seconds = 600")
    assert of_a_submission(configured(*(f"c.Limits.{one}" for one in for_speed))) == before
