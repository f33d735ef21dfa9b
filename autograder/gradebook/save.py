"""Last step of autograding: marks into the gradebook, verdict into its file."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveAutoGrades, SaveCells

from autograder.course import CHECKS_SUFFIX, Course, grade_id
from autograder.errors import GradebookUnavailable
from autograder.gradebook.run import VERDICT
from autograder.verdict import ExerciseResult, Verdict


class SaveVerdict(SaveAutoGrades):  # type: ignore[misc]
    """nbgrader's SaveAutoGrades, with marks from the verdict and from nothing else."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        verdict: Verdict = resources[VERDICT]
        self._exercises = {exercise.id + CHECKS_SUFFIX: exercise for exercise in verdict.exercises}
        nb, resources = super().preprocess(nb, resources)
        verdict.write(Course(self.parent.parent.coursedir).verdict(verdict.student, verdict.assignment))
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        names = resources["nbgrader"]
        place = (names["notebook"], names["assignment"], names["student"])
        grade = self.gradebook.find_grade(grade_id(cell), *place)
        _mark(grade, self._exercises[grade_id(cell)])
        self.gradebook.db.commit()


def _mark(grade: Any, exercise: ExerciseResult | None, for_person: bool = False) -> None:
    """A mark that a person gave stays; what the grader could not judge gets none."""
    unknown = exercise is None or exercise.ours or for_person
    grade.auto_score = None if unknown else float(exercise.points)  # type: ignore[union-attr]
    grade.needs_manual_grade = unknown or grade.manual_score is not None


def save_without_notebook(course: Course, verdict: Verdict) -> None:
    """Marks and verdict of a submission that nbgrader cannot convert: no notebook, or none that can be read."""
    exercises = {exercise.id + CHECKS_SUFFIX: exercise for exercise in verdict.exercises}
    with Gradebook(course.directories.db_url, course.directories.course_id) as gradebook:
        gradebook.update_or_create_student(verdict.student)
        timestamp = course.directories.get_existing_timestamp(
            str(course.submitted(verdict.student, verdict.assignment))
        )
        given = {"timestamp": timestamp} if timestamp else {}
        submission = gradebook.update_or_create_submission(verdict.assignment, verdict.student, **given)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                _mark(grade, exercises.get(grade.name), for_person=verdict.left_for_person is not None)
        gradebook.db.commit()
    verdict.write(course.verdict(verdict.student, verdict.assignment))


def register_assignment(course: Course, assignment: str) -> None:
    """Tell the gradebook of the assignment and its cells, as ``nbgrader generate_assignment`` does.

    Raises GradebookUnavailable where cells came or went after submissions had been graded.
    """
    url, identity = course.directories.db_url, course.directories.course_id
    with Gradebook(url, identity) as gradebook:
        try:
            gradebook.find_assignment(assignment)
        except MissingEntry:
            gradebook.add_assignment(assignment)
    for path in course.notebooks(assignment):
        names = {"notebook": path.stem, "assignment": assignment, "db_url": url}
        try:
            SaveCells().preprocess(course.given(path), {"nbgrader": names})
        except RuntimeError as error:  # nbgrader's word for it
            raise GradebookUnavailable(
                f"{path.name} has other cells than when submissions were graded with it. "
                "Give the changed assignment another name, or grade in a fresh gradebook."
            ) from error
