"""``course grade``: grades with a progress bar, asks before marks fall, and says what happened."""

from collections import Counter
from collections.abc import Callable

from nbgrader.apps.baseapp import NbGrader
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.clean.plain import plain
from autograder.course import Course
from autograder.grading.assignment import grade, lower
from autograder.grading.outcome import Graded, Status
from autograder.machine import cuda
from autograder.machine.profile import hardware
from autograder.report.tables import show, write_grades


def grade_and_show(
    nbgrader: NbGrader,
    assignment: str,
    console: Console,
    student: str | None = None,
    *,
    force: bool = False,
    may_lower: Callable[[int], bool] = lambda _: False,
) -> list[Graded]:
    """Grade with a progress bar, write ``grades.csv``, and show the class. Raises what ``grade`` raises.

    may_lower: asked with the number of students whose marks were kept, though the checks now give less.
    """
    course = Course(nbgrader.coursedir)
    if cuda.driver() is not None:  # who has a GPU wants to know whether it is used
        console.print(escape(hardware()), soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"grading {assignment}", total=len(course.students(assignment)) if student is None else 1)

        def progress(name: str, graded: Graded | None) -> None:
            bar.update(task, description=f"grading {escape(name)}", advance=0 if graded is None else 1)

        graded = grade(nbgrader, assignment, student, force=force, progress=progress)
    write_grades(course)  # whatever is answered below
    _show_changes(graded, console)
    kept = [one for one in graded if one.lowering]
    if kept and may_lower(len(kept)):
        fallen = {one.student: one for one in lower(nbgrader, assignment, kept)}
        _show_changes(list(fallen.values()), console)
        graded = [fallen.get(one.student, one) for one in graded]
    elif kept:
        command = f"course grade {assignment} --lower"
        by_hand = "Marks, but no penalties, also fall by hand in the formgrader."
        console.print(f"They keep their marks. To lower them: {command}. {by_hand}", soft_wrap=True)
    _sum_up(course, assignment, graded, console)
    return graded


def _sum_up(course: Course, assignment: str, graded: list[Graded], console: Console) -> None:
    grades = write_grades(course)
    show(course, assignment, console)
    counts = Counter(one.status.value for one in graded)
    console.print(", ".join(f"{count} {status}" for status, count in counts.items()))
    console.print(f"marks: {grades}\nfeedback: {course.root / course.directories.feedback_directory}", soft_wrap=True)
    for one in graded:
        if one.status is Status.FOR_PERSON:
            console.print(f"for a person: {escape(one.student)}: {escape(one.why or '')}", soft_wrap=True)
    for path, why in course.unusable(assignment).items():
        console.print(f"for a person: {escape(plain(str(path.relative_to(course.root))))}: {why}", soft_wrap=True)
    for path in course.astray(assignment):
        console.print(f"passed over: {escape(plain(str(path)))} is in no assignment's folder", soft_wrap=True)


def _show_changes(graded: list[Graded], console: Console) -> None:
    """Print marks before and after, of those whose mark is another one now, and what was kept from falling."""
    changed = [one for one in graded if one.changes]
    if changed:
        table = Table("student", "before", "after", "what changed", title="Marks that changed", title_justify="left")
        for one in changed:
            table.add_row(escape(one.student), f"{one.was:g}", f"{one.now:g}", escape(one.changes))
        console.print(table)
    kept = [one for one in graded if one.lowering]
    if kept:
        table = Table("student", "mark", "what would fall", title="Marks that would fall", title_justify="left")
        for one in kept:
            table.add_row(escape(one.student), f"{one.now:g}", escape(", ".join(one.lowering)))
        console.print(table)
