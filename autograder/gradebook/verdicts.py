"""Verdicts of whole submissions: of notebooks that were judged, that are not there, or that we could not judge."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from autograder.course import Course, Exercise, own_files
from autograder.gradebook import intake
from autograder.gradebook.digest import HandedIn, environment_versions
from autograder.judge.check import OURS, load_checks, without_answer
from autograder.machine.profile import profile
from autograder.verdict import ExerciseResult, Outcome, Verdict

VERDICT = "verdict"  # in nbgrader's resources, from the step that judges on
WAITS = "This notebook could not be taken in as it is: a person looks at it."


def merge(
    course: Course, found: HandedIn, name: str, judged: Mapping[str, ExerciseResult], notes: Sequence[str]
) -> Verdict:
    """A notebook's part of the verdict, with what is there already of the assignment's other notebooks.

    judged: by exercise. notes: to the student.
    """
    earlier = Verdict.read(course.verdict(found.student, found.assignment))
    blank = missing_verdict(course, found)
    # What has not been judged as things are now is no zero until it is: nbgrader may be asked for one notebook alone.
    standing = earlier if earlier is not None and earlier.digest == found.digest else failed_verdict(course, found, "")
    fresh = standing is not earlier
    there = {path.stem for path in course.handed_in(found.student, found.assignment)}
    gone = [path.stem for path in course.notebooks(found.assignment) if path.stem not in there]
    kept = [one.id for one in course.exercises(found.assignment) if one.notebook in there]
    exercises = tuple(
        judged.get(old.id, old if old.id in kept else new)
        for old, new in zip(standing.exercises, blank.exercises, strict=True)
    )
    failed = any(exercise.ours for exercise in (judged.values() if fresh else exercises))
    ours = ["The grader failed in at least one check."] if failed else []
    ours += [f"{other}.ipynb has not been judged yet." for other in sorted(there - {name}) if fresh]
    waiting = waiting_notebooks(course, found.student, found.assignment).values()
    before = earlier.submissions if earlier is not None else {}
    return Verdict(
        found.student, found.assignment, profile(), found.digest, exercises,
        said={**standing.said, name: tuple(notes)},
        left_for_person=" ".join([*waiting, *ours]) or None,
        versions=environment_versions(),
        submissions={**before, **dict.fromkeys([*gone, name], found.files)},
    )  # fmt: skip


def intake_notes(course: Course, student: str, assignment: str) -> list[str]:
    """What was not taken in, in words for the student."""
    own = own_files(course.source(assignment))
    return intake.notes(course.submitted(student, assignment), own, course.notebooks(assignment))


def waiting_notebooks(course: Course, student: str, assignment: str) -> dict[str, str]:
    """Names of the notebooks that could not be taken in, and why they wait for a person."""
    own = own_files(course.source(assignment))
    return intake.left_for_person(course.submitted(student, assignment), own, course.notebooks(assignment))


def missing_verdict(course: Course, found: HandedIn, message: str = "No notebook was submitted.") -> Verdict:
    """Nothing was handed in, as far as we can tell, or it waits for a person."""
    waiting = waiting_notebooks(course, found.student, found.assignment)
    return _blank(course, found, "missing", lambda one: WAITS if f"{one.notebook}.ipynb" in waiting else message)


def failed_verdict(course: Course, found: HandedIn, why: str) -> Verdict:
    """We failed before any check was judged. why: for the person who must look."""
    return replace(_blank(course, found, "grader error", lambda _: OURS), left_for_person=why)


def _blank(course: Course, found: HandedIn, outcome: Outcome, words: Callable[[Exercise], str]) -> Verdict:
    """Every check ends in this outcome. words: to the student, of an exercise."""
    student, assignment = found.student, found.assignment
    checks = load_checks(course.checks(assignment))
    exercises = tuple(
        ExerciseResult(
            exercise.id,
            tuple(without_answer(one, outcome, words(exercise)) for one in checks if one.exercise == exercise.id),
        )
        for exercise in course.exercises(assignment)
    )
    return Verdict(
        student, assignment, profile(), found.digest, exercises,
        versions=environment_versions(),
        submissions={path.stem: found.files for path in course.notebooks(assignment)},
    )  # fmt: skip
