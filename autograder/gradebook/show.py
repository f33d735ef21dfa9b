"""Third step of autograding: show the verdict where the student looks, in the graded cells."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course import CHECKS_SUFFIX, Course, grade_id
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
_CELL = "padding:4px 10px;text-align:left;vertical-align:top;white-space:normal;max-width:46em"


class ShowVerdict(NbGraderPreprocessor):  # type: ignore[misc]
    """Replaces the outputs of graded cells by what the hidden checks said: titles, outcomes, points and hints."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        verdict: Verdict = resources[VERDICT]
        course = Course(self.parent.parent.coursedir)
        misconceptions = load_misconceptions(course.checks(verdict.assignment))
        exercises = {exercise.id + CHECKS_SUFFIX: exercise for exercise in verdict.exercises}
        first = True
        for cell in nb.cells:
            exercise = exercises.get(grade_id(cell))
            if exercise is not None:
                page = (notes_html(verdict) if first else "") + exercise_html(exercise, misconceptions)
                text = f"{exercise.id}: {exercise.points} of {exercise.max_points} points"
                cell.outputs = [new_output("display_data", {"text/html": page, "text/plain": text})]
                first = False
        return nb, resources


def exercise_html(exercise: ExerciseResult, misconceptions: Mapping[str, Misconception]) -> str:
    """A table of the exercise's checks."""
    told: set[str] = set()
    rows = "".join(_row(check, misconceptions, told) for check in exercise.checks)
    head = "".join(f'<th scope="col" style="{_CELL}">{word}</th>' for word in ("Check", "Outcome", "Points"))
    caption = f"{escape(exercise.id)}: {exercise.points} of {exercise.max_points} points"
    return (
        f'<table class="course-verdict" style="border-collapse:collapse"><caption style="text-align:left;'
        f'font-weight:bold;caption-side:top">{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(check: CheckResult, misconceptions: Mapping[str, Misconception], told: set[str]) -> str:
    """One check. A misconception's hint is given once for each exercise."""
    lines = [_prose(check.title)]
    if check.misconception is not None and check.misconception in misconceptions:
        lines.append(f"<strong>{_prose(misconceptions[check.misconception].title)}</strong>")
    if check.message and check.message not in told:
        lines.append(_prose(check.message))
        told.add(check.message)
    cells = ("<br>".join(lines), escape(_WORDS[check.outcome]), f"{check.points} / {check.max_points}")
    return "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"


def _prose(text: str) -> str:
    """Escaped; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def notes_html(verdict: Verdict) -> str:
    notes = [*verdict.notes, *([verdict.left_for_person] if verdict.left_for_person else [])]
    items = "".join(f"<li>{_prose(note)}</li>" for note in notes)
    return f"<p>About this submission:</p><ul>{items}</ul>" if items else ""


def page_html(verdict: Verdict, misconceptions: Mapping[str, Misconception]) -> str:
    """A feedback page of its own, for a submission without a notebook to show it in."""
    title = f"{escape(verdict.assignment)}: {verdict.points} of {verdict.max_points} points"
    body = notes_html(verdict) + "".join(exercise_html(one, misconceptions) for one in verdict.exercises)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body style="font-family:sans-serif;margin:2em"><h1>{title}</h1>{body}</body></html>\n'
    )
