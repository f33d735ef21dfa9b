"""Marks as the gradebook has them: what the checks gave, what a person made of it, and what came late."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy.orm import selectinload

from autograder.course import CHECKS_SUFFIX, Course
from autograder.verdict import ExerciseResult, Verdict


@dataclass(frozen=True)
class Mark:
    """The mark of a graded cell.

    cell: its id. auto: what the checks gave, None where nobody could say. manual: what a person gave in its place.
    extra: what a person added. needs_person: somebody has to look at it.
    """

    cell: str
    auto: float | None
    max_points: float
    manual: float | None = None
    extra: float = 0.0
    needs_person: bool = False
    comment: str = ""

    @property
    def exercise(self) -> str:
        return self.cell.removesuffix(CHECKS_SUFFIX)

    @property
    def points(self) -> float:
        """As nbgrader counts them: what was added counts once there is a mark to add it to."""
        if not self.known:
            return 0.0
        return (self.auto or 0.0 if self.manual is None else self.manual) + self.extra

    @property
    def known(self) -> bool:
        """Has anybody given one?"""
        return self.auto is not None or self.manual is not None

    @property
    def by_person(self) -> bool:
        return self.manual is not None or bool(self.extra)

    @property
    def waiting(self) -> bool:
        """Must a person look before it counts?"""
        return self.needs_person and self.manual is None

    @property
    def outdated(self) -> bool:
        """A person's, of another submission or before the checks changed: must a person look at it again?"""
        return self.needs_person and self.manual is not None

    @property
    def correction(self) -> str:
        """What a grader did to it, in words for the student; "" where nobody did anything."""
        if not (self.by_person and self.known):
            return ""
        if self.outdated:
            return (
                f"A grader gave this mark, {self.points:g}, before the work was graded again. A person will look at it."
            )
        if self.auto is None:
            return f"A grader gave this mark: {self.points:g}."
        if self.points == self.auto:
            return f"A grader confirmed this mark: {self.points:g}."
        return f"A grader changed this mark from {self.auto:g} to {self.points:g}."

    @property
    def remark(self) -> str:
        """For the table of marks."""
        if self.waiting:
            return "to be looked at by a person"
        return self.correction

    @property
    def shown(self) -> str:
        """In a table of the class: ? waits for a person, * is by one."""
        if self.waiting:
            return "?" if self.auto is None else f"{self.points:g}?"
        return f"{self.points:g}{'*' * self.by_person}{'?' * self.outdated}"

    def kept(self, found: ExerciseResult | None) -> bool:
        """Do the checks give less now, and was the mark kept because the submission is the same?"""
        return self.is_above(found) and self.waiting

    def is_above(self, found: ExerciseResult | None) -> bool:
        """Do the checks give less now?"""
        return found is not None and not found.ours and self.auto is not None and found.points < self.auto


@dataclass(frozen=True)
class Notebook:
    """A notebook of a submission: its marks, and what it loses for coming late."""

    name: str
    marks: tuple[Mark, ...]
    penalty: float = 0.0

    @property
    def points(self) -> float:
        """Before the penalty."""
        return sum(mark.points for mark in self.marks)


@dataclass(frozen=True)
class Record:
    """A submission in the gradebook.

    due: for this student, an extension included; in UTC, as ``handed_in``. wanted_penalty: what the late policy takes
    from the marks as they are now, which waits for a person's word where it is more; None where it was not asked.
    """

    student: str
    assignment: str
    notebooks: tuple[Notebook, ...]
    handed_in: datetime | None = None
    due: datetime | None = None
    seconds_late: float = 0.0
    wanted_penalty: float | None = field(default=None, repr=False, compare=False)  # it is no mark, and on no page

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(mark for notebook in self.notebooks for mark in notebook.marks)

    def marks_of(self, notebook: str) -> dict[str, Mark]:
        """By cell."""
        return {mark.cell: mark for one in self.notebooks if one.name == notebook for mark in one.marks}

    @property
    def penalty(self) -> float:
        return sum(notebook.penalty for notebook in self.notebooks)

    @property
    def points(self) -> float:
        """What counts in the end."""
        return max(0.0, sum(notebook.points for notebook in self.notebooks) - self.penalty)

    @property
    def max_points(self) -> float:
        return sum(mark.max_points for mark in self.marks)

    @property
    def needs_person(self) -> bool:
        return self.penalty_rises or any(mark.needs_person for mark in self.marks)

    @property
    def penalty_rises(self) -> bool:
        """Would the late policy take more, as soon as a person agrees?"""
        return self.wanted_penalty is not None and is_more(self.wanted_penalty, self.penalty)

    @property
    def known(self) -> bool:
        """Has somebody given each mark?"""
        return all(mark.known for mark in self.marks)

    @property
    def late(self) -> str:
        """How late, in words; "" where it is not."""
        return how_long(self.seconds_late) if self.seconds_late > 0 else ""

    @property
    def shown(self) -> str:
        """The sum, in a table of the class: ? where something of it waits for a person."""
        if all(mark.shown == "?" for mark in self.marks):
            return "?"
        return f"{self.points:g}{'?' * self.penalty_rises}"

    def agrees_with(self, verdict: Verdict) -> bool:
        """Is each mark what this verdict gives, or a person's, or one that waits for a person because of it? Not in a
        gradebook that is older than the verdict, nor after a run that failed."""
        found = {one.id: one for one in verdict.exercises}
        return all(_agrees(mark, found.get(mark.exercise), verdict) for mark in self.marks if mark.manual is None)

    def lowering(self, verdict: Verdict) -> dict[str, tuple[float, float]]:
        """By exercise, a mark that was kept, and what it would fall to by this verdict."""
        found = {one.id: one for one in verdict.exercises}
        kept = [mark for mark in self.marks if mark.kept(found.get(mark.exercise))]
        return {mark.exercise: (mark.points, found[mark.exercise].points + mark.extra) for mark in kept}


def _agrees(mark: Mark, found: ExerciseResult | None, verdict: Verdict) -> bool:
    """A mark that no person replaced. To one that was kept they may have added something, and so agreed to it."""
    if mark.needs_person:
        return verdict.left_for_person is not None or mark.kept(found)
    return mark.auto == (found.points if found is not None else None) or bool(mark.extra and mark.is_above(found))


def read(gradebook: Gradebook, assignment: str) -> dict[str, Record]:
    """The submissions of an assignment, by student."""
    grades, comments = (
        selectinload(SubmittedAssignment.notebooks).selectinload(part)
        for part in (SubmittedNotebook.grades, SubmittedNotebook.comments)
    )
    found = (
        gradebook.db.query(SubmittedAssignment)
        .join(Assignment, SubmittedAssignment.assignment)
        .filter(Assignment.name == assignment)
        .options(grades, comments)
        .all()
    )
    return {record.student: record for record in sorted(map(of_submission, found), key=lambda one: one.student)}


def absent(course: Course, gradebook: Gradebook, assignment: str) -> list[str]:
    """Students whom the gradebook knows and who have handed in nothing, but for those who are left out of it all."""
    known = {student.id for student in gradebook.students} - course.excluded
    graded = {one.student_id for one in gradebook.assignment_submissions(assignment)}
    return course.without_work(known - graded, assignment)


def is_more(one: float, other: float) -> bool:
    """By more than what sums and differences of points are off."""
    return round(one - other, 6) > 0


def of_submission(submission: Any) -> Record:
    """The record of nbgrader's SubmittedAssignment."""
    return Record(
        student=submission.student_id,
        assignment=submission.assignment.name,
        notebooks=tuple(sorted(map(_of_notebook, submission.notebooks), key=lambda one: one.name)),
        handed_in=submission.timestamp,
        due=submission.duedate,
        seconds_late=submission.total_seconds_late,
    )


def _of_notebook(notebook: Any) -> Notebook:
    comments = {comment.name: comment.comment or "" for comment in notebook.comments}
    marks = [of_grade(grade, comments) for grade in notebook.grades]
    return Notebook(notebook.name, tuple(marks), notebook.late_submission_penalty or 0.0)


def of_grade(grade: Any, comments: Mapping[str, str]) -> Mark:
    """The mark of nbgrader's Grade. ``comments``: by cell; what is said of an answer belongs to its mark."""
    name = grade.name
    return Mark(
        cell=name,
        auto=grade.auto_score,
        max_points=grade.cell.max_score,
        manual=grade.manual_score,
        extra=grade.extra_credit or 0.0,
        needs_person=grade.needs_manual_grade,
        comment=comments.get(name.removesuffix(CHECKS_SUFFIX), ""),
    )


def how_long(seconds: float) -> str:
    """A span of time in its two largest units."""
    left = max(1, round(seconds / 60))
    days, hours, minutes = left // 1440, left // 60 % 24, left % 60
    units = {"day": days, "hour": hours, "minute": minutes}
    said = [f"{count} {unit}{'s' * (count != 1)}" for unit, count in units.items() if count]
    return " ".join(said[:2])
