"""Show the verdict where a grader looks: in the graded cells of the notebook."""

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.clean.markup import without_math
from autograder.course import CHECKS_SUFFIX, Course, grade_id
from autograder.gradebook.verdict_html import caption, exercise_html, notes_html
from autograder.gradebook.verdicts import VERDICT
from autograder.judge.check import load_misconceptions
from autograder.verdict import Verdict


class ShowVerdict(NbGraderPreprocessor):  # type: ignore[misc]
    """Replaces the outputs of graded cells by what the hidden checks said: titles, outcomes, points and hints."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        verdict: Verdict = resources[VERDICT]
        misconceptions = load_misconceptions(Course.of(self).checks(verdict.assignment))
        exercises = {exercise.id + CHECKS_SUFFIX: exercise for exercise in verdict.exercises}
        notes = [_output(html, "About this submission") for html in [notes_html(verdict)] if html]
        for cell in nb.cells:
            exercise = exercises.get(grade_id(cell))
            if exercise is not None:
                cell.outputs = [*notes, _output(exercise_html(exercise, misconceptions), caption(exercise))]
                notes = []
        return nb, resources


def _output(html: str, text: str) -> NotebookNode:
    return new_output("display_data", {"text/html": without_math(html), "text/plain": text})
