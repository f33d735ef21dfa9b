"""Show the verdict where the student looks: in the graded cells, or on a page where there is no notebook."""

from collections.abc import Mapping
from html import escape
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.clean.markup import without_math
from autograder.course import CHECKS_SUFFIX, Course, grade_id
from autograder.gradebook.feedback import COURSE, TOLD, CellView, render
from autograder.gradebook.marks import Record
from autograder.gradebook.pages import prose
from autograder.gradebook.run import VERDICT
from autograder.judge.check import Misconception, load_misconceptions
from autograder.verdict import CheckResult, ExerciseResult, Verdict

# A sign and a word for each outcome: nobody needs to see colours.
_WORDS = {
    "passed": "✓ passed",
    "failed": "✗ failed",
    "raised": "✗ error",
    "timed out": "✗ out of time",
    "missing": "- not answered",
    "grader error": "? to be looked at",
}
_CELL = "padding:4px 10px;text-align:left;vertical-align:top"
_STYLES = (f"{_CELL};white-space:normal;max-width:46em", f"{_CELL};white-space:nowrap", f"{_CELL};white-space:nowrap")


class ShowVerdict(NbGraderPreprocessor):  # type: ignore[misc]
    """Replaces the outputs of graded cells by what the hidden checks said: titles, outcomes, points and hints."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        verdict: Verdict = resources[VERDICT]
        course = Course(self.parent.parent.coursedir)
        misconceptions = load_misconceptions(course.checks(verdict.assignment))
        exercises = {exercise.id + CHECKS_SUFFIX: exercise for exercise in verdict.exercises}
        notes = _notes_outputs(verdict)
        for cell in nb.cells:
            exercise = exercises.get(grade_id(cell))
            if exercise is not None:
                verdict_html = exercise_html(exercise, misconceptions)
                told = {TOLD: _told(exercise, misconceptions)}
                cell.outputs = [*notes, _output(verdict_html, _caption(exercise), "verdict", **told)]
                notes = []
        return nb, resources


def _notes_outputs(verdict: Verdict) -> list[NotebookNode]:
    html = notes_html(verdict)
    return [_output(html, "About this submission", "notes")] if html else []


def _output(html: str, text: str, part: str, **more: Any) -> NotebookNode:
    data = {"text/html": without_math(html), "text/plain": text}
    return new_output("display_data", data, metadata={COURSE: part, **more})


def _caption(exercise: ExerciseResult) -> str:
    return f"{exercise.id}: {exercise.points} of {exercise.max_points} points"


def exercise_html(exercise: ExerciseResult, misconceptions: Mapping[str, Misconception]) -> str:
    """A table of the exercise's checks."""
    told: set[str] = set()
    rows = "".join(_row(check, misconceptions, told) for check in exercise.checks)
    head = _cells("th", "Check", "Outcome", "Points")
    return (
        f'<table class="course-verdict" style="border-collapse:collapse"><caption style="text-align:left;'
        f'font-weight:bold;caption-side:top">{escape(_caption(exercise))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _told(exercise: ExerciseResult, misconceptions: Mapping[str, Misconception]) -> list[str]:
    """Titles of the misconceptions found in it, as HTML."""
    return [prose(misconceptions[one].title) for one in exercise.misconceptions if one in misconceptions]


def _row(check: CheckResult, misconceptions: Mapping[str, Misconception], told: set[str]) -> str:
    """One check. A misconception's hint is given once for each exercise."""
    lines = [prose(check.title)]
    if check.misconception is not None and check.misconception in misconceptions:
        lines.append(f"<strong>{prose(misconceptions[check.misconception].title)}</strong>")
    if check.message and check.message not in told:
        lines.append(prose(check.message))
        told.add(check.message)
    points = f"{check.points} / {check.max_points}"
    return f"<tr>{_cells('td', '<br>'.join(lines), _WORDS[check.outcome], points)}</tr>"


def _cells(element: str, *cells: str) -> str:
    """One row. Headings name their column to who does not see the table."""
    scope = ' scope="col"' if element == "th" else ""
    styled = zip(_STYLES, cells, strict=True)
    return "".join(f'<{element}{scope} style="{style}">{cell}</{element}>' for style, cell in styled)


def notes_html(verdict: Verdict) -> str:
    notes = [*verdict.notes, *([verdict.left_for_person] if verdict.left_for_person else [])]
    items = "".join(f"<li>{prose(note)}</li>" for note in notes)
    return f"<p>About this submission:</p><ul>{items}</ul>" if items else ""


def page_html(verdict: Verdict, record: Record, notebook: str, misconceptions: Mapping[str, Misconception]) -> str:
    """A feedback page of its own, for a notebook that was not handed in or cannot be shown."""
    marks = {mark.exercise: mark for mark in record.marks_of(notebook).values()}
    cells = [
        CellView(
            "graded",
            marks[one.id].cell,
            Markup(),
            (Markup(exercise_html(one, misconceptions)),),
            marks[one.id],
            tuple(map(Markup, _told(one, misconceptions))),
        )
        for one in verdict.exercises
        if one.id in marks
    ]
    html = notes_html(verdict)
    return render(record, notebook, cells, [Markup(html)] if html else [])
