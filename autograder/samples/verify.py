"""``course verify``: do the hidden checks say of every known answer what they should? For who has changed a check."""

from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.course import Course
from autograder.errors import CourseError
from autograder.judge.check import Check, load_checks, load_misconceptions
from autograder.samples.answers import Answer, load_answers, problems, references
from autograder.samples.trying import Matrix, try_answers

SIGNS = {"passed": ".", "failed": "F", "raised": "R", "timed out": "T", "missing": "M", "grader error": "?"}


def verify(course: Course, assignment: str, console: Console, exercise: str | None = None) -> bool:
    """Try the reference solutions and all answers of ``tests/answers``; show a matrix. True if nothing is wrong.

    exercise: whose answers alone are tried. Raises CourseError where there is none, or it has no answers.
    """
    exercises = _exercises(course, assignment, exercise)
    folder = course.root / "tests" / "answers" / assignment
    answers = [*references(course, assignment), *load_answers(folder)]
    answers = [answer for answer in answers if answer.exercise in exercises]
    if not any(answer.name != "reference" for answer in answers):
        raise CourseError(f"there are no answers to {exercise or assignment} in {folder}")
    matrix = _try(course, assignment, answers, console)
    checks = [check for check in load_checks(course.checks(assignment)) if check.exercise in exercises]
    for name in exercises:
        console.print(_table(name, [check for check in checks if check.exercise == name], matrix))
    console.print("  ".join(f"{sign} {outcome}" for outcome, sign in SIGNS.items()))
    found = findings(course.checks(assignment), matrix)
    for one in found:
        console.print(f"[bold red]{escape(one)}[/]", soft_wrap=True)
    wrong = sum(not answer.right for answer in answers)
    plural = "s" * (len(checks) != 1)
    console.print(f"{assignment}: {len(checks)} check{plural}, {len(answers) - wrong} right and {wrong} wrong answers")
    return not found


def _exercises(course: Course, assignment: str, exercise: str | None) -> list[str]:
    known = [one.id for one in course.exercises(assignment)]
    if exercise is not None and exercise not in known:
        raise CourseError(f"there is no exercise {exercise!r} in {assignment}; there is: {', '.join(known)}")
    return known if exercise is None else [exercise]


def findings(directory: Path, matrix: Matrix) -> list[str]:
    """What is wrong with the checks, in words: with an answer, with a check, with a misconception.

    Of checks to whose exercise no answer was tried nothing is said; of misconceptions, only where all were.
    """
    checks = load_checks(directory)
    tried = {answer.exercise for answer in matrix}
    ours = {one.id: one.message for results in matrix.values() for one in results if one.outcome == "grader error"}
    found = [f"{name} fails on our side: {why}" for name, why in ours.items()]
    found += [
        f"{answer.exercise}/{answer.name} {problem}"
        for answer, results in matrix.items()
        if not any(one.outcome == "grader error" for one in results)
        for problem in problems(answer, results)
    ]
    failed = {result.id for results in matrix.values() for result in results if result.outcome != "passed"}
    found += [f"no answer fails {one.id}" for one in checks if one.exercise in tried and one.id not in failed]
    if {check.exercise for check in checks} - tried:
        return found
    told = {result.misconception for results in matrix.values() for result in results}
    return found + [f"nobody is told {name}" for name in load_misconceptions(directory) if name not in told]


def _try(course: Course, assignment: str, answers: list[Answer], console: Console) -> Matrix:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"running {assignment}", total=len(answers))
        return try_answers(
            course,
            assignment,
            answers,
            lambda answer: bar.update(task, description=f"{answer.exercise}: {answer.name}", advance=1),
        )


def _table(exercise: str, checks: list[Check], matrix: Matrix) -> Table:
    """Checks are columns by number, so that the table fits into 80 characters; the caption says which is which."""
    names = [f"{number} {check.title}" for number, check in enumerate(checks, 1)]
    table = Table(
        title=exercise, title_justify="left", caption=escape("\n".join(names)), caption_justify="left", box=SIMPLE
    )
    table.padding = (0, 1, 0, 0)
    table.add_column("answer", overflow="fold")
    for number, _ in enumerate(checks, 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    table.add_column("told first", overflow="fold")
    for answer, results in matrix.items():
        if answer.exercise == exercise:
            own = {result.id: result for result in results if result.id in {check.id for check in checks}}
            told = next((one.misconception or one.outcome for one in own.values() if one.outcome != "passed"), "")
            table.add_row(escape(answer.name), *(SIGNS[own[check.id].outcome] for check in checks), escape(told))
    return table
