"""A verdict as HTML: for the graded cells of a notebook in the formgrader, and for feedback pages."""

from collections.abc import Mapping
from html import escape

from autograder.gradebook.pages import prose
from autograder.judge.check import Misconception
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


def caption(exercise: ExerciseResult) -> str:
    """Its name and points, as plain text."""
    return f"{exercise.id}: {exercise.points} of {exercise.max_points} points"


def exercise_html(exercise: ExerciseResult, misconceptions: Mapping[str, Misconception]) -> str:
    """A table of the exercise's checks."""
    told: set[str] = set()
    rows = "".join(_row(check, misconceptions, told) for check in exercise.checks)
    head = _cells("th", "Check", "Outcome", "Points")
    return (
        f'<table class="course-verdict" style="border-collapse:collapse"><caption style="text-align:left;'
        f'font-weight:bold;caption-side:top">{escape(caption(exercise))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def titles(exercise: ExerciseResult, misconceptions: Mapping[str, Misconception]) -> list[str]:
    """Of the misconceptions found in it; where it has lost points without any, what is said first."""
    found = [prose(misconceptions[one].title) for one in exercise.misconceptions if one in misconceptions]
    wrong = [one for one in exercise.checks if one.outcome in ("failed", "raised", "timed out")]
    return found or [prose(one.message) for one in wrong if one.message][:1]


def notes_html(verdict: Verdict) -> str:
    """What there is to say of the whole submission; "" where there is nothing. Why we failed altogether `course
    grade` and the class's page say: a student is told by each check that it is not their fault."""
    told = verdict.left_for_person if not all(one.ours for one in verdict.exercises) else None
    notes = [*verdict.notes, *([told] if told else [])]
    items = "".join(f"<li>{prose(note)}</li>" for note in notes)
    return f"<p>About this submission:</p><ul>{items}</ul>" if items else ""


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
