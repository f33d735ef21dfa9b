"""What comes late: how much of its marks it loses, and when.

A due date is set in the formgrader or by nbgrader's own commands; nbgrader keeps it in the gradebook. The penalty is
worked out when a submission is graded, for each notebook, from the marks that it has then.
"""

import math
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, Integer

from autograder.course import Course
from autograder.gradebook.access import open_gradebook
from autograder.gradebook.marks import Record, read

BEFORE = "total_before"  # in resources: what a notebook of the same submission had in all before it was graded again
DAY = 24 * 60 * 60


class LatePolicy(LateSubmissionPlugin):  # type: ignore[misc]
    """A share of what was earned, for each day that has begun."""

    share_per_day = Float(0.0, min=0.0, max=1.0, help="share of the earned points that each day costs").tag(config=True)
    grace_minutes = Integer(0, min=0, help="who is no later than this loses nothing").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:  # noqa: ARG002
        """In points. Days are counted from the due date; the grace spares those who are within it."""
        if total_seconds_late <= self.grace_minutes * 60:
            return 0.0
        return round(score * min(1.0, self.share_per_day * math.ceil(total_seconds_late / DAY)), 2)


class LatePenalties(AssignLatePenalties):  # type: ignore[misc]
    """nbgrader's, which knows no submission without a time after one with a time, and lowers a total without asking."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        course = Course.of(self)
        folder = course.submitted(names["student"], names["assignment"])
        self.init_plugin()
        with open_gradebook(course) as gradebook:
            submission = gradebook.find_submission(names["assignment"], names["student"])
            if course.directories.get_existing_timestamp(str(folder)) is None:
                submission.timestamp = None
            notebook = next(one for one in submission.notebooks if one.name == names["notebook"])
            assign(self.plugin_inst, submission, notebook, resources.get(BEFORE))
            gradebook.db.commit()
        return nb, resources


def assign(policy: Any, submission: Any, notebook: Any, before: float | None = None) -> None:
    """Give nbgrader's SubmittedNotebook its penalty. ``before``: what its total must not fall below."""
    penalty = penalty_of(policy, submission.student_id, notebook.score, submission.total_seconds_late)
    if before is not None and notebook.score - penalty < before:
        penalty = max(0.0, notebook.score - before)
    notebook.late_submission_penalty = penalty or None


def penalty_of(policy: Any, student: str, points: float, seconds_late: float) -> float:
    """What any of nbgrader's late policies takes, never less than nothing and never more than there is."""
    wanted = policy.late_submission_penalty(student, points, seconds_late) if seconds_late > 0 else None
    return min(max(0.0, wanted or 0.0), points)


def follow(policy: Any, submission: Any, *, may_lower: bool) -> None:
    """Take in a due date or a policy that was changed since, in nbgrader's SubmittedAssignment.

    Where the total would fall, nothing is done unless it ``may_lower``.
    """
    for notebook in submission.notebooks:
        now = notebook.late_submission_penalty or 0.0
        wanted = penalty_of(policy, submission.student_id, notebook.score, submission.total_seconds_late)
        if wanted < now or (may_lower and wanted > now):
            notebook.late_submission_penalty = wanted or None


def records(course: Course, gradebook: Gradebook, assignment: str) -> dict[str, Record]:
    """The submissions of an assignment, by student, with what the course's policy takes from their marks now."""
    policy = policy_of(course)
    found = read(gradebook, assignment)
    return {
        student: one if student in course.excluded else replace(one, wanted_penalty=_wanted(policy, one))
        for student, one in found.items()
    }


def policy_of(course: Course) -> Any:
    """The course's late policy, a plugin of nbgrader's kind."""
    penalties = LatePenalties(config=course.config)
    penalties.init_plugin()
    return penalties.plugin_inst


def _wanted(policy: Any, record: Record) -> float:
    return sum(penalty_of(policy, record.student, one.points, record.seconds_late) for one in record.notebooks)
