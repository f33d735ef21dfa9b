"""The ``course`` command. Says what it does, shows progress, and ends without tracebacks."""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.console import Console
from rich.markup import escape
from traitlets import TraitError

from autograder.errors import CourseError
from autograder.machine.signals import Ended, clean_up_when_ended

if TYPE_CHECKING:
    from autograder.course import Course

LEFT_FOR_PERSON = 3


class _Output:
    """Standard output, also where nobody reads it any more, as after ``| head``: the work goes on."""

    def write(self, text: str) -> int:
        with self._unread_too():
            sys.stdout.write(text)
        return len(text)

    def flush(self) -> None:
        with self._unread_too():
            sys.stdout.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stdout, name)

    @staticmethod
    @contextlib.contextmanager
    def _unread_too() -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:  # what is left of it goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console(file=cast("IO[str]", _Output()))
errors = Console(stderr=True)

Assignment = Annotated[str, typer.Argument(help="name of the assignment, as below source/")]


@app.command()
def build(
    check: Annotated[bool, typer.Option(help="only say what is stale; exit 1 if something is")] = False,
    adopt: Annotated[
        str | None, typer.Option(help="take edits in this assignment's notebooks over into its text")
    ] = None,
) -> None:
    """Make notebooks, release/ and solutions/ from the texts in source/."""
    from autograder.build import generate

    course = _course()
    if adopt is not None and check:
        raise CourseError("--adopt writes, and --check only says: choose one of them")
    if adopt is not None:
        for path in generate.adopt(course, adopt):
            console.print(f"taken over into {path}")
    with console.status("building with nbgrader"):
        stale = generate.build(course, check=check)
    for path in stale:
        done = "written" if (course.root / path).exists() else "removed"
        console.print(f"{'stale' if check else done}: {path}")
    if not stale:
        console.print("all generated files are up to date")
    if check and stale:
        raise CourseError("generated files are stale: run course build, and commit what it writes")


@app.command()
def grade(
    assignment: Assignment,
    student: Annotated[str | None, typer.Option(help="grade this student only")] = None,
    force: Annotated[bool, typer.Option(help="grade again what has not changed")] = False,
    lower: Annotated[
        bool, typer.Option("--lower", help="lower marks that graded again would be less, without a question")
    ] = False,
) -> None:
    """Grade all submissions of an assignment. Exit status 0: all graded; 3: some are left for a person.

    Where the same submission would now get less than before, the old marks stay unless you agree.
    """
    from autograder.config import load
    from autograder.course import Course, find_root
    from autograder.grading.command import grade_and_show
    from autograder.grading.outcome import Status

    def may_lower(students: int) -> bool:
        try:
            return lower or (
                sys.stdin.isatty()
                and typer.confirm(f"Lower the marks of {students} student{'s' * (students != 1)}?", default=False)
            )
        except typer.Abort:  # Ctrl-D or Ctrl-C: no answer is a no
            return False

    nbgrader = load(find_root(Path.cwd()))
    graded = grade_and_show(nbgrader, assignment, console, student, force=force, may_lower=may_lower)
    unusable = student is None and Course(nbgrader.coursedir).unusable(assignment)
    if unusable or any(one.status is Status.FOR_PERSON for one in graded):
        raise typer.Exit(LEFT_FOR_PERSON)


@app.command()
def report(assignment: Assignment) -> None:
    """Show an assignment's marks and misconceptions again, and write its page in reports/ again."""
    from autograder.report import tables

    course = _course()
    course.require_assignment(assignment)
    tables.show(course, assignment, console)


@app.command()
def verify(
    assignment: Annotated[str | None, typer.Argument(help="one assignment; without it, all")] = None,
    exercise: Annotated[str | None, typer.Argument(help="the answers to one of its exercises alone")] = None,
) -> None:
    """Run known right and wrong answers through the hidden checks. Exit status 1: a check is not as it should be."""
    from autograder.samples.verify import verify as verify_answers

    course = _course()
    names = course.assignments() if assignment is None else [assignment]
    if not names:
        raise CourseError(f"there are no assignments in {course.root}")
    for name in names:
        course.require_assignment(name)
    sound = [verify_answers(course, name, console, exercise) for name in names]
    if not all(sound):
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Say what this machine allows, and what to change where that is not enough. Exit status 1: it cannot grade."""
    from autograder import doctor as examination
    from autograder.config import load
    from autograder.course import find_root

    with console.status("trying the sandbox"):
        findings = list(examination.examine(load(find_root(Path.cwd()))))
    if not examination.show(findings, console):
        raise typer.Exit(1)


@app.command()
def demo() -> None:
    """Grade a class of sample submissions in a scratch folder, and show marks and feedback."""
    from autograder.samples.demo import run

    run(_course(), console)


def _course() -> "Course":
    from autograder.config import load
    from autograder.course import Course, find_root

    return Course(load(find_root(Path.cwd())).coursedir)


def main() -> None:
    """Entry point: every expected failure is one line and a non-zero exit status."""
    logging.captureWarnings(True)
    if isinstance(sys.stdout, io.TextIOWrapper):  # as standard error does: no letter that it lacks ends the work
        sys.stdout.reconfigure(errors="backslashreplace")
    clean_up_when_ended()
    try:
        app()
    except (CourseError, OSError) as error:  # the latter: a full disk, a folder that cannot be written
        errors.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
    except TraitError as error:  # what nbgrader_config.py sets is no value for it
        errors.print(f"[bold red]error:[/] nbgrader_config.py: {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
    except SystemExit as ending:  # typer's, which makes one of a KeyboardInterrupt
        if isinstance(ended := getattr(ending.__context__, "__cause__", None), Ended):
            errors.print("stopped; what was done before stays")
            sys.exit(ended.status)
        raise
