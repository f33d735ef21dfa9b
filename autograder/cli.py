"""The ``course`` command. Says what it does, shows progress, and ends without tracebacks."""

import logging
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.errors import CourseError

LEFT_FOR_PERSON = 3

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()
errors = Console(stderr=True)

Assignment = Annotated[str, typer.Argument(help="name of the assignment, as below source/")]


@app.command()
def build(
    check: Annotated[bool, typer.Option(help="only say what is stale; exit 1 if something is")] = False,
    adopt: Annotated[str | None, typer.Option(help="take edits in this assignment's notebooks over into its text")] = None,
) -> None:
    """Make notebooks, release/ and solutions/ from the texts in source/."""
    from autograder.build import generate

    course = _course()
    if adopt is not None:
        for path in generate.adopt(course, adopt):
            console.print(f"taken over into {path}")
    with console.status("building with nbgrader"):
        stale = generate.build(course, check=check)
    for path in stale:
        console.print(f"{'stale' if check else 'written'}: {path}")
    if not stale:
        console.print("all generated files are up to date")
    if check and stale:
        raise CourseError("generated files are stale: run course build, and commit what it writes")


@app.command()
def grade(
    assignment: Assignment,
    student: Annotated[str | None, typer.Option(help="grade this student only")] = None,
    force: Annotated[bool, typer.Option(help="grade again what has not changed")] = False,
) -> None:
    """Grade all submissions of an assignment. Exit status 0: all graded; 3: some are left for a person."""
    from autograder import report
    from autograder.config import load
    from autograder.course import Course, find_root
    from autograder.grading import Graded, Status
    from autograder.grading import grade as run

    nbgrader = load(find_root(Path.cwd()))
    course = Course(nbgrader.coursedir)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"grading {assignment}", total=len(course.students(assignment)) if student is None else 1)

        def progress(name: str, graded: Graded | None) -> None:
            bar.update(task, description=f"grading {escape(name)}", advance=0 if graded is None else 1)

        graded = run(nbgrader, assignment, student, force=force, progress=progress)
    grades = report.write_grades(course)
    report.show(course, assignment, console)
    counts = {status: sum(one.status is status for one in graded) for status in Status}
    console.print(", ".join(f"{count} {status.value}" for status, count in counts.items() if count))
    console.print(f"marks: {grades}\nfeedback: {course.root / 'feedback'}", soft_wrap=True)
    left = [one for one in graded if one.status is Status.FOR_PERSON]
    for one in left:
        console.print(f"for a person: {escape(one.student)}: {escape(one.why or '')}", soft_wrap=True)
    if left:
        raise typer.Exit(LEFT_FOR_PERSON)


@app.command()
def report(assignment: Assignment) -> None:
    """Show an assignment's marks and misconceptions again."""
    from autograder import report as reporting

    course = _course()
    course.require_assignment(assignment)
    reporting.show(course, assignment, console)


@app.command()
def demo() -> None:
    """Grade a class of sample submissions in a scratch folder, and show marks and feedback."""
    from autograder.demo import run

    raise typer.Exit(run(_course(), console))


def _course():  # type: ignore[no-untyped-def]
    from autograder.config import load
    from autograder.course import Course, find_root

    return Course(load(find_root(Path.cwd())).coursedir)


def main() -> None:
    """Entry point: every expected failure is one line and a non-zero exit status."""
    logging.captureWarnings(True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that clean-up runs
    try:
        app()
    except CourseError as error:
        errors.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print("stopped; what was graded before stays")
        sys.exit(130)
