"""What ``course verify`` points at, and that there are checks and answers enough."""

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook
from rich.console import Console

from autograder.config import load
from autograder.course import Course, grade_id
from autograder.errors import BuildError, CourseError
from autograder.judge.check import load_checks
from autograder.judge.consistency import require_known, require_points
from autograder.samples import verify
from autograder.samples.answers import Answer, load_answers, problems
from autograder.samples.trying import try_answers
from autograder.verdict import CheckResult, Outcome

ROOT = Path(__file__).parents[2]
COURSE = Course(load(ROOT).coursedir)
ASSIGNMENTS = COURSE.assignments()
CHECKS = """
from autograder.judge.check import check

@check("It is three", points=1, misconception="four")
def test_three(submission): ...

@check("It is a number", points=1, misconception="text")
def test_number(submission): ...
"""
MISCONCEPTIONS = """
from autograder.judge.check import Misconception

MISCONCEPTIONS = {"four": Misconception("It is four.", "Count."), "text": Misconception("It is a text.", "Look.")}
"""
RIGHT = Answer("three", "right_three", True, "three = 3", None, "passed")
WRONG = Answer("three", "wrong_four", False, "three = 4", "four", "failed")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "test_three.py").write_text(CHECKS)
    (tmp_path / "misconceptions.py").write_text(MISCONCEPTIONS)
    return tmp_path


def result(name: str, outcome: Outcome = "passed", misconception: str | None = None) -> CheckResult:
    return CheckResult(f"three::{name}", "", int(outcome == "passed"), 1, outcome, misconception, None)


def test_nothing_to_point_at(directory: Path) -> None:
    text = Answer("three", "wrong_text", False, "three = ''", "text", "failed")
    matrix = {
        RIGHT: [result("test_three"), result("test_number")],
        WRONG: [result("test_three", "failed", "four"), result("test_number")],
        text: [result("test_three"), result("test_number", "failed", "text")],
    }
    assert verify.findings(directory, matrix) == []


def test_what_is_wrong_is_pointed_at(directory: Path) -> None:
    matrix = {
        RIGHT: [result("test_three", "failed", "four"), result("test_number")],
        WRONG: [result("test_three"), result("test_number")],
    }
    assert verify.findings(directory, matrix) == [
        "three/right_three is right, but three::test_three says failed",
        "three/wrong_four is wrong, and no check sees it",
        "no answer fails three::test_number",
        "nobody is told text",
    ]


def test_check_that_fails_on_our_side_is_told_once_and_why(directory: Path) -> None:
    broken = replace(result("test_three", "grader error"), message="NameError: name 'told' is not defined")
    number = result("test_number", "failed", "text")
    text = Answer("three", "wrong_text", False, "three = ''", "text", "failed")
    matrix = {answer: [broken, number] for answer in (RIGHT, WRONG, text)}
    assert verify.findings(directory, matrix) == [
        "three::test_three fails on our side: NameError: name 'told' is not defined",
        "nobody is told four",
    ]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("def test_it(): pass", "test_it is not marked with @check"),
        ("class TestIt:\n    def test_it(self): pass", "TestIt is not marked with @check"),
        (
            '@pytest.mark.parametrize("n", [1])\n@check("T", points=1, misconception="four")\ndef test_it(n): ...',
            "test_it is parametrised",
        ),
        ('@check("A title", points=0, misconception="four")\ndef test_it(): ...', "test_it needs points"),
        ('@check("A title", points=1, misconception="five")\ndef test_it(): ...', "unknown misconceptions: five"),
    ],
)
def test_check_that_would_not_count_as_written_is_refused(directory: Path, written: str, why: str) -> None:
    (directory / "test_three.py").write_text(f"import pytest\n{CHECKS}\n{written}\n")
    with pytest.raises(BuildError, match=why):
        load_checks(directory)


def test_titles_may_hold_what_rich_takes_for_its_own(directory: Path) -> None:
    """Chat templates have such words."""
    (directory / "test_three.py").write_text(CHECKS.replace("It is three", "It ends with [/INST], not with [red]"))
    console = Console(record=True, width=80, file=io.StringIO())
    console.print(
        verify._table("three", load_checks(directory), {RIGHT: [result("test_three"), result("test_number")]})
    )
    assert "1 It ends with [/INST], not with [red]" in " ".join(console.export_text().split())


def test_of_exercises_that_were_not_tried_nothing_is_said(directory: Path) -> None:
    (directory / "test_two.py").write_text(CHECKS)
    matrix = {RIGHT: [result("test_three"), result("test_number")]}
    assert verify.findings(directory, matrix) == [
        "no answer fails three::test_three",
        "no answer fails three::test_number",
    ]


def test_exercise_that_does_not_exist_is_named() -> None:
    with pytest.raises(
        CourseError, match=r"no exercise 'decid' in sft-or-prompting; there is: kind_of_tuning, .*decide"
    ):
        verify.verify(COURSE, "sft-or-prompting", Console(quiet=True), "decid")


@pytest.mark.parametrize("found", [[], ["no answer fails decide::test_it"]])
def test_course_is_verified_where_nothing_is_pointed_at(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_try", lambda *_: {})
    monkeypatch.setattr(verify, "findings", lambda *_: found)
    assert verify.verify(COURSE, "sft-or-prompting", Console(quiet=True)) is (found == [])


def test_points_lost_elsewhere_are_a_problem() -> None:
    elsewhere = CheckResult("four::test_four", "", 0, 1, "failed", "four", None)
    assert problems(WRONG, [result("test_three", "failed", "four"), elsewhere]) == [
        "loses points outside its exercise: four::test_four"
    ]


def test_another_misconception_is_a_problem() -> None:
    (found,) = problems(WRONG, [result("test_three", "raised", "text")])
    assert found == "must be told four (failed), is told text (raised) by three::test_three"


def test_without_answers_there_is_nothing_to_verify(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    (tmp_path / "source").symlink_to(ROOT / "source")
    with pytest.raises(CourseError, match="no answers"):
        verify.verify(Course(load(tmp_path).coursedir), ASSIGNMENTS[0], Console(quiet=True))


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("test_three.py", 'misconception="four"', 'misconception="fuor"', "unknown misconceptions: fuor"),
        ("test_three.py", "points=1", "points=0.5", "a whole number from 1"),
        ("misconceptions.py", "MISCONCEPTIONS =", "KNOWN =", "MISCONCEPTIONS should be a dictionary"),
        ("misconceptions.py", 'Misconception("It is four.", "Count.")', '"It is four."', "should be a dictionary"),
        ("misconceptions.py", '"Count."', '" "', "without a title, or a hint: four"),
        ("misconceptions.py", '"It is four."', '""', "without a title, or a hint: four"),
    ],
)
def test_mistake_in_checks_is_named(directory: Path, file: str, old: str, new: str, why: str) -> None:
    content = (directory / file).read_text()
    assert old in content
    (directory / file).write_text(content.replace(old, new, 1))
    with pytest.raises(BuildError, match=why):
        load_checks(directory)


@pytest.mark.parametrize(
    ("written", "why"),
    [("def f(:\n", "line 1: invalid syntax"), ("\ntold('fuor')\n", "line 2: told names an unknown .*'fuor'")],
)
def test_mistake_beside_the_checks_is_named(directory: Path, written: str, why: str) -> None:
    require_known(directory)
    (directory / "conftest.py").write_text(written)
    with pytest.raises(BuildError, match=rf"conftest\.py, {why}"):
        require_known(directory)


def test_graded_cell_without_a_cell_for_the_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = COURSE.notebooks("sft-or-prompting")
    cells = [cell for cell in COURSE.given(path).cells if grade_id(cell) != "decide"]
    monkeypatch.setattr(Course, "given", lambda *_: new_notebook(cells=cells))
    with pytest.raises(BuildError, match="graded cells without a cell for the answer: decide"):
        require_points(COURSE, "sft-or-prompting")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("wrong_four.py", "# exercise: four\n# misconception: four\n", "names its exercise and its misconception"),
        ("wrong_four.py", "# exercise: three\n", "names its exercise and its misconception"),
        ("four.py", "# exercise: three\n# misconception: four\n", "should be called right_... or wrong_..."),
    ],
)
def test_answer_that_would_not_be_tried_as_meant_is_refused(tmp_path: Path, name: str, text: str, why: str) -> None:
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / name).write_text(text + "three = 4\n")
    with pytest.raises(BuildError, match=why):
        load_answers(tmp_path)


def test_reading_checks_imports_none_of_the_libraries_that_take_seconds() -> None:
    """Each command reads them, before anything else can begin."""
    code = (
        "import sys; from pathlib import Path\n"
        "from autograder.config import load; from autograder.course import Course\n"
        "from autograder.judge.check import load_checks\n"
        "course = Course(load(Path.cwd()).coursedir)\n"
        "print(sum(len(load_checks(course.checks(name))) for name in course.assignments()))\n"
        "print({'torch', 'transformers', 'trl', 'peft', 'datasets'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    count, imported = done.stdout.splitlines()
    assert int(count) > 0
    assert imported == "set()"


def test_answers_to_what_is_no_exercise_are_refused() -> None:
    with pytest.raises(BuildError, match="no exercise: three"):
        try_answers(COURSE, ASSIGNMENTS[0], [RIGHT])


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_exercise_has_answers_enough(assignment: str) -> None:
    answers = load_answers(ROOT / "tests" / "answers" / assignment)
    for exercise in COURSE.exercises(assignment):
        mine = [answer for answer in answers if answer.exercise == exercise.id]
        assert sum(answer.right for answer in mine) >= 4, exercise.id
        assert sum(not answer.right for answer in mine) >= 4, exercise.id


def test_there_are_checks_and_wrong_answers_enough() -> None:
    assert sum(len(load_checks(COURSE.checks(name))) for name in ASSIGNMENTS) >= 70
    answers = [one for name in ASSIGNMENTS for one in load_answers(ROOT / "tests" / "answers" / name)]
    assert sum(not one.right for one in answers) >= 90
