"""Marks into the gradebook, verdict into its file. Late penalties come after it, and are told what was there before."""

import shutil
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveAutoGrades, SaveCells

from autograder.course import CHECKS_SUFFIX, Course, grade_id
from autograder.errors import CourseError
from autograder.gradebook import flags
from autograder.gradebook.access import open_gradebook
from autograder.gradebook.late import BEFORE
from autograder.gradebook.marks import of_grade
from autograder.gradebook.verdicts import VERDICT, waiting_notebooks
from autograder.verdict import ExerciseResult, Verdict

OTHER = "Give the changed assignment another name, or grade in a fresh gradebook."


class SaveVerdict(SaveAutoGrades):  # type: ignore[misc]
    """nbgrader's SaveAutoGrades, with marks from the verdict and from nothing else."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        verdict: Verdict = resources[VERDICT]
        course = Course.of(self)
        place = course.verdict(verdict.student, verdict.assignment)
        notebook = resources["nbgrader"]["notebook"]
        self._exercises = {exercise.id + CHECKS_SUFFIX: exercise for exercise in verdict.exercises}
        earlier = Verdict.read(place)
        self._same = _same_submission(earlier, verdict, notebook)
        if self._same:
            resources[BEFORE] = _total(course, resources["nbgrader"])
        nb, resources = super().preprocess(nb, resources)
        self._look_after_missing(course, earlier, verdict, notebook)
        if verdict != earlier and (pages := course.feedback(verdict.student, verdict.assignment)).is_dir():
            shutil.rmtree(pages)  # else they could be given out, and be taken for those of this verdict
        verdict.write(place)
        return nb, resources

    def _look_after_missing(self, course: Course, earlier: Verdict | None, verdict: Verdict, notebook: str) -> None:
        """Notebooks that are not there. nbgrader gives each a zero and asks nobody, also where it waits for a person,
        and where a person gave a mark for an earlier submission, and was asked to look at it."""
        there = {path.name for path in course.handed_in(verdict.student, verdict.assignment)}
        missing = [path for path in course.notebooks(verdict.assignment) if path.name not in there]
        waiting = waiting_notebooks(course, verdict.student, verdict.assignment)
        now = verdict.submissions[notebook]
        before = earlier.submissions if earlier is not None else {}
        flagged = flags.remembered(verdict.student, verdict.assignment)
        with open_gradebook(course) as gradebook:
            for path in missing:
                same = before.get(path.stem, before.get(notebook, now)) == now
                place = (path.stem, verdict.assignment, verdict.student)
                for grade in gradebook.find_submission_notebook(*place).grades:
                    grade.needs_manual_grade = grade.name in flagged
                    if path.name in waiting:
                        grade.auto_score = None
                    _mark(grade, self._exercises.get(grade.name), same, for_person=path.name in waiting)
            gradebook.db.commit()

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        names = resources["nbgrader"]
        place = (names["notebook"], names["assignment"], names["student"])
        grade = self.gradebook.find_grade(grade_id(cell), *place)
        _mark(grade, self._exercises[grade_id(cell)], self._same)
        self.gradebook.db.commit()


def _same_submission(earlier: Verdict | None, verdict: Verdict, notebook: str) -> bool:
    """Was this submission graded before? Where nothing is known of the one before, it is taken for the same."""
    before = earlier.submissions.get(notebook) if earlier is not None else None
    return before is None or before == verdict.submissions[notebook]


def _total(course: Course, names: Any) -> float | None:
    """What a notebook has in the gradebook, None before it was graded."""
    with open_gradebook(course) as gradebook:
        notebook = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
        if all(grade.auto_score is None and grade.manual_score is None for grade in notebook.grades):
            return None
        return notebook.score - (notebook.late_submission_penalty or 0.0)


def _mark(grade: Any, exercise: ExerciseResult | None, same: bool, for_person: bool = False) -> None:
    """Put what the checks said into nbgrader's Grade.

    A person's mark stays, and is looked at again where the submission is another one, or the checks say something
    else than then. Extra credit stays, and nobody is asked about it. Of the ``same`` submission no mark falls without
    a person's word. What the grader could not judge gets none.
    """
    before = grade.auto_score
    unknown = exercise is None or exercise.ours or for_person
    found = None if unknown else float(exercise.points)  # type: ignore[union-attr]
    if grade.manual_score is not None:
        grade.auto_score = before if found is None and same else found
        grade.needs_manual_grade |= not same or found not in (None, before, grade.manual_score)
    elif same and before is not None and (found is None or found < before):
        grade.needs_manual_grade = True
    else:
        grade.auto_score = found
        grade.needs_manual_grade = unknown


def lower_marks(gradebook: Gradebook, verdict: Verdict) -> None:
    """A person has agreed: marks that were kept fall to what the checks give."""
    found = {exercise.id: exercise for exercise in verdict.exercises}
    submission = gradebook.find_submission(verdict.assignment, verdict.student)
    for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
        mark = of_grade(grade, {})
        if mark.kept(found.get(mark.exercise)):
            grade.auto_score = float(found[mark.exercise].points)
            grade.needs_manual_grade = False
    gradebook.db.commit()


def save_without_notebook(course: Course, earlier: Verdict | None, verdict: Verdict) -> None:
    """Marks and verdict of a submission that nbgrader cannot convert: no notebook, or none that can be read."""
    exercises = {exercise.id + CHECKS_SUFFIX: exercise for exercise in verdict.exercises}
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_student(verdict.student)
        timestamp = course.directories.get_existing_timestamp(
            str(course.submitted(verdict.student, verdict.assignment))
        )
        submission = gradebook.update_or_create_submission(verdict.assignment, verdict.student, timestamp=timestamp)
        for notebook in submission.notebooks:
            same = _same_submission(earlier, verdict, notebook.name)
            for grade in notebook.grades:
                _mark(grade, exercises.get(grade.name), same, for_person=verdict.left_for_person is not None)
        gradebook.db.commit()
    verdict.write(course.verdict(verdict.student, verdict.assignment))


def flag_submission(course: Course, student: str, assignment: str) -> None:
    """We could not work on what is there now: a person must look, and what is exported meanwhile says so. Marks that a
    person gave stay as they are: of whether they are of another submission nothing is known."""
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(assignment, student)
        for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
            grade.needs_manual_grade |= grade.manual_score is None
        gradebook.db.commit()


def register_assignment(course: Course, assignment: str) -> None:
    """Tell the gradebook of the assignment and its cells, as ``nbgrader generate_assignment`` does.

    Raises CourseError where notebooks or cells came or went after submissions had been graded.
    """
    with open_gradebook(course) as gradebook:
        try:
            known = {notebook.name for notebook in gradebook.find_assignment(assignment).notebooks}
        except MissingEntry:
            gradebook.add_assignment(assignment)
            known = set()
        wanted = {path.stem for path in course.notebooks(assignment)}
        if known and known != wanted and gradebook.assignment_submissions(assignment):
            raise CourseError(
                f"{assignment} had other notebooks when submissions were graded with it: {', '.join(sorted(known))}. "
                f"{OTHER}"
            )
        for name in known - wanted:
            gradebook.remove_notebook(name, assignment)
        gradebook.db.commit()
    for path in course.notebooks(assignment):
        names = {"notebook": path.stem, "assignment": assignment, "db_url": course.directories.db_url}
        try:
            SaveCells().preprocess(course.given(path), {"nbgrader": names})
        except RuntimeError as error:  # nbgrader's word for it
            raise CourseError(
                f"{path.name} has other cells than when submissions were graded with it. {OTHER}"
            ) from error
    with open_gradebook(course) as gradebook:
        _complete_submissions(gradebook, assignment)


def _complete_submissions(gradebook: Gradebook, assignment: str) -> None:
    """nbgrader gives a submission its notebooks when it makes it, and ``nbgrader autograde`` makes one also of an
    assignment that is known by its due date alone, and has none yet."""
    for empty in [one for one in gradebook.assignment_submissions(assignment) if not one.notebooks]:
        student, timestamp, extension = empty.student_id, empty.timestamp, empty.extension
        gradebook.remove_submission(assignment, student)
        whole = gradebook.add_submission(assignment, student)
        whole.timestamp, whole.extension = timestamp, extension
    gradebook.db.commit()
