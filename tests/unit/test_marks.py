"""Marks in the gradebook: what a person gave, what the checks say, what falls and what does not."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course import Course
from autograder.gradebook.late import BEFORE, LatePenalties, LatePolicy, assign, follow
from autograder.gradebook.marks import Mark, Notebook, Record, how_long, of_grade, of_submission, read
from autograder.gradebook.save import _mark, _same_submission, _total, lower_marks, save_without_notebook
from autograder.grading.outcome import Graded, Status, settled
from autograder.verdict import CheckResult, ExerciseResult, Verdict

OURS = CheckResult("f::ours", "t", 0, 7, "grader error")


def exercise(points: int) -> ExerciseResult:
    return ExerciseResult("f", (CheckResult("f::1", "t", points, 7, "passed" if points == 7 else "failed"),))


def verdict(points: int, submission: str = "first") -> Verdict:
    return Verdict("ada", "lesson", "cpu", "d", (exercise(points),), submissions={"lesson": submission})


@pytest.fixture
def gradebook(filled: Path, tmp_path: Path) -> Iterator[Gradebook]:
    copy = shutil.copy(filled, tmp_path)
    with Gradebook(f"sqlite:///{copy}", "course") as found:
        yield found


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The one that the gradebook is of; Ada's folder in it is empty."""
    course = Course(CourseDirectory(root=str(tmp_path)))
    course.submitted("ada", "lesson").mkdir(parents=True)
    monkeypatch.setattr(Course, "of", lambda _: course)
    return course


def grade_of(gradebook: Gradebook) -> Any:
    return gradebook.find_grade("f-checks", "lesson", "lesson", "ada")


def record_of(gradebook: Gradebook) -> Record:
    gradebook.db.commit()
    return read(gradebook, "lesson")["ada"]


def graded(grade: Any, points: int | None, *, same: bool = True) -> tuple[float | None, bool]:
    """Grade; what the checks gave as it is in the gradebook, and whether a person must look."""
    _mark(grade, ExerciseResult("f", (OURS,)) if points is None else exercise(points), same)
    return grade.auto_score, grade.needs_manual_grade


def by_hand(grade: Any, manual: float | None, extra: float | None = None) -> None:
    """As the formgrader does it."""
    grade.manual_score, grade.extra_credit = manual, extra
    grade.needs_manual_grade = manual is None and grade.auto_score is None


@pytest.mark.parametrize(
    ("before", "now", "same", "kept"),
    [
        (None, 5, True, (5, False)),  # graded for the first time
        (None, None, True, (None, True)),
        (5, 7, True, (7, False)),
        (5, 5, True, (5, False)),
        (7, 5, True, (7, True)),  # the checks give less now, for the same work
        (7, None, True, (7, True)),  # our fault takes nothing away
        (7, 5, False, (5, False)),  # a newer submission counts, better or worse
        (7, None, False, (None, True)),
    ],
)
def test_no_mark_of_the_same_submission_falls_by_itself(
    gradebook: Gradebook, before: int | None, now: int | None, same: bool, kept: tuple[float | None, bool]
) -> None:
    grade = grade_of(gradebook)
    grade.auto_score = before
    assert graded(grade, now, same=same) == kept


@pytest.mark.parametrize(
    ("before", "manual", "now", "same", "then"),
    [
        (5, 6.5, 5, True, (5, False)),  # nothing new: nothing to look at
        (5, 6.5, 7, True, (7, True)),
        (5, 6.5, 3, True, (3, True)),
        (5, 6.5, None, True, (5, False)),
        (5, 6.5, 5, False, (5, True)),  # the person saw another submission
        (None, 6.5, 7, True, (7, True)),  # the grader failed, a person marked, now it works and disagrees
        (None, 7, 7, True, (7, False)),  # ... and agrees
        (None, 7, None, True, (None, False)),
    ],
)
def test_a_persons_mark_stays_and_is_looked_at_when_there_is_news(
    gradebook: Gradebook,
    before: int | None,
    manual: float,
    now: int | None,
    same: bool,
    then: tuple[float | None, bool],
) -> None:
    grade = grade_of(gradebook)
    grade.auto_score = before
    by_hand(grade, manual)
    assert graded(grade, now, same=same) == then
    assert record_of(gradebook).points == manual


def test_a_flag_stays_until_a_person_takes_it_away(gradebook: Gradebook) -> None:
    grade = grade_of(gradebook)
    graded(grade, 5)
    by_hand(grade, 6)
    assert graded(grade, 7) == (7, True)
    assert graded(grade, 7) == (7, True)
    by_hand(grade, 6)
    assert graded(grade, 7) == (7, False)


def test_extra_credit_stays(gradebook: Gradebook) -> None:
    grade = grade_of(gradebook)
    graded(grade, 5)
    by_hand(grade, None, 1)
    assert graded(grade, 7) == (7, False)
    assert record_of(gradebook).points == 8


@pytest.mark.parametrize(
    ("earlier", "same"),
    [
        (None, True),
        (verdict(5), True),
        (verdict(5, "another"), False),
        (Verdict("ada", "lesson", "cpu", "d", ()), True),
    ],
)
def test_a_submission_is_known_again(earlier: Verdict | None, same: bool) -> None:
    assert _same_submission(earlier, verdict(7), "lesson") is same


@pytest.mark.parametrize(("extra", "told"), [(0, "f 7 → 5"), (0.25, "f 7.25 → 5.25")])
def test_what_was_kept_is_told_and_falls_when_a_person_says_so(gradebook: Gradebook, extra: float, told: str) -> None:
    grade = grade_of(gradebook)
    graded(grade, 7)
    by_hand(grade, None, extra)
    graded(grade, 5)
    now = settled(Graded("ada", Status.GRADED, verdict(5)), record_of(gradebook))
    assert (now.status, now.lowering, now.now) == (Status.FOR_PERSON, (told,), 7 + extra)
    lower_marks(gradebook, verdict(5))
    now = settled(Graded("ada", Status.GRADED, verdict(5)), record_of(gradebook))
    assert (now.status, now.lowering, now.now) == (Status.GRADED, (), 5 + extra)


def test_lowering_takes_nothing_for_a_failure_of_ours(gradebook: Gradebook) -> None:
    grade = grade_of(gradebook)
    graded(grade, 7)
    graded(grade, None)
    failed = replace(verdict(7), exercises=(ExerciseResult("f", (OURS,)),))
    assert record_of(gradebook).lowering(failed) == {}
    lower_marks(gradebook, failed)
    assert (grade.auto_score, grade.needs_manual_grade) == (7, True)


def test_lowering_leaves_a_persons_mark_alone(gradebook: Gradebook) -> None:
    grade = grade_of(gradebook)
    graded(grade, 7)
    graded(grade, 5)
    by_hand(grade, 7)
    lower_marks(gradebook, verdict(5))
    assert (grade.auto_score, record_of(gradebook).points) == (7, 7)


def test_changes_are_told_with_their_reason(gradebook: Gradebook) -> None:
    first = record_of(gradebook)
    graded(grade_of(gradebook), 7)
    second = record_of(gradebook)
    graded(grade_of(gradebook), 3, same=False)
    third = record_of(gradebook)
    assert Graded("ada", Status.GRADED, verdict(7), before=first, after=second).changes == ""  # the first mark
    fallen = Graded("ada", Status.GRADED, verdict(3), before=second, after=third, resubmitted=True)
    assert (fallen.was, fallen.now, fallen.changes) == (7, 3, "a newer submission, f 7 → 3")
    assert Graded("ada", Status.GRADED, verdict(3), before=third, after=third, resubmitted=True).changes == ""


@pytest.mark.parametrize(
    ("auto", "manual", "extra", "said"),
    [
        (2, None, 0, ""),
        (2, 3, 0, "A grader changed this mark from 2 to 3."),
        (2, None, 0.5, "A grader changed this mark from 2 to 2.5."),
        (2, 2, 0, "A grader confirmed this mark: 2."),
        (None, 3, 0, "A grader gave this mark: 3."),
        (3, 0, 0, "A grader changed this mark from 3 to 0."),
        (None, None, 1, ""),
    ],
)
def test_a_correction_in_words(auto: float | None, manual: float | None, extra: float, said: str) -> None:
    assert Mark("f-checks", auto, 3, manual, extra).correction == said


@pytest.mark.parametrize(
    ("mark", "why", "agrees"),
    [
        (Mark("f-checks", 5, 7), None, True),
        (Mark("f-checks", 3, 7), None, False),  # of a gradebook from before
        (Mark("f-checks", 3, 7, extra=1), None, False),
        (Mark("f-checks", 7, 7), None, False),
        (Mark("f-checks", None, 7), None, False),
        (Mark("f-checks", 3, 7, manual=4), None, True),
        (Mark("f-checks", 3, 7, manual=4, needs_person=True), None, True),
        (Mark("f-checks", 7, 7, needs_person=True), None, True),  # kept
        (Mark("f-checks", 7, 7, extra=1), None, True),  # and agreed to
        (Mark("f-checks", 5, 7, needs_person=True), None, False),  # of a run that failed
        (Mark("f-checks", None, 7, needs_person=True), None, False),
        (Mark("f-checks", None, 7, needs_person=True), "f.ipynb was set aside.", True),
        (Mark("g-checks", 5, 7), None, False),
    ],
)
def test_a_verdict_stands_where_the_gradebook_agrees(mark: Mark, why: str | None, agrees: bool) -> None:
    record = Record("ada", "lesson", (Notebook("lesson", (mark,)),))
    assert record.agrees_with(replace(verdict(5), left_for_person=why)) is agrees


@pytest.mark.parametrize("auto", [None, 2, 5])
def test_a_mark_from_before_is_no_correction_of_what_the_checks_say_now(auto: float | None) -> None:
    mark = Mark("f-checks", auto, 7, manual=3, needs_person=True)
    assert mark.correction == "A grader gave this mark, 3, before the work was graded again. A person will look at it."
    assert mark.shown == "3*?"


@pytest.mark.parametrize(("auto", "shown"), [(None, "?"), (7, "7?")])
def test_a_mark_that_waits_is_shown_as_far_as_there_is_one(auto: float | None, shown: str) -> None:
    assert Mark("f-checks", auto, 7, needs_person=True).shown == shown


def test_a_total_is_not_negative_where_a_mark_fell_below_its_penalty() -> None:
    assert Record("ada", "lesson", (Notebook("lesson", (Mark("f-checks", 1, 7),), penalty=2),)).points == 0


def test_what_was_added_waits_for_a_mark(gradebook: Gradebook) -> None:
    grade = grade_of(gradebook)
    by_hand(grade, None, 2)
    assert record_of(gradebook).points == 0


def test_what_is_said_of_an_answer_goes_with_its_mark(gradebook: Gradebook) -> None:
    grade = grade_of(gradebook)
    assert of_grade(grade, {"f": "Nearly.", "g": "No."}).comment == "Nearly."
    gradebook.find_comment("f", "lesson", "lesson", "ada").manual_comment = "Good."
    assert record_of(gradebook).marks[0].comment == "Good."


def policy(share: float, grace: int = 0) -> LatePolicy:
    return LatePolicy(config=Config(LatePolicy={"share_per_day": share, "grace_minutes": grace}))


@pytest.mark.parametrize(
    ("share", "grace", "hours", "penalty"),
    [
        (0, 0, 100, 0),
        (0.1, 0, 1, 0.7),
        (0.1, 0, 24, 0.7),
        (0.1, 0, 24.1, 1.4),  # the second day has begun
        (0.1, 60, 1, 0),
        (0.1, 60, 1.1, 0.7),
        (0.5, 0, 1000, 7),  # never more than there is
    ],
)
def test_late_days_cost_a_share_of_what_was_earned(share: float, grace: int, hours: float, penalty: float) -> None:
    assert policy(share, grace).late_submission_penalty("ada", 7, hours * 3600) == penalty


@pytest.mark.parametrize(("taken", "penalty"), [(99, 7), (3, 3), (-3, 0), (None, 0)])
def test_no_policy_takes_more_than_was_earned_or_gives_anything(
    gradebook: Gradebook, taken: float | None, penalty: float
) -> None:
    grade_of(gradebook).auto_score = 7
    submission = gradebook.find_submission("lesson", "ada")
    assign(SimpleNamespace(late_submission_penalty=lambda *_: taken), submission, submission.notebooks[0])
    assert record_of(gradebook).penalty == penalty


def test_a_submission_without_a_time_is_never_late(gradebook: Gradebook) -> None:
    submission = gradebook.find_submission("lesson", "ada")
    assert of_submission(submission).late == "1 day 1 hour"
    submission.timestamp = None
    grade_of(gradebook).auto_score = 7
    assign(policy(0.1), submission, submission.notebooks[0])
    assert (record_of(gradebook).late, record_of(gradebook).points) == ("", 7)


def test_a_submission_that_cannot_be_read_is_as_late_as_another(gradebook: Gradebook, course: Course) -> None:
    """A person may give it a mark, which the penalty is taken from."""
    (course.submitted("ada", "lesson") / "timestamp.txt").write_text("2026-05-03 12:00:00 UTC")
    save_without_notebook(course, None, replace(verdict(0), left_for_person="It is no notebook."))
    assert record_of(gradebook).late == "2 days"


def test_an_extension_moves_the_due_date(gradebook: Gradebook) -> None:
    gradebook.find_submission("lesson", "ada").extension = timedelta(days=1)
    gradebook.db.commit()
    assert record_of(gradebook).late == "1 hour"


def test_penalty_rises_by_a_persons_word_alone_and_falls_by_itself(gradebook: Gradebook) -> None:
    submission = gradebook.find_submission("lesson", "ada")
    grade_of(gradebook).auto_score = 7
    gradebook.db.commit()
    follow(policy(0.1), submission, may_lower=False)
    assert record_of(gradebook).points == 7
    record = replace(record_of(gradebook), wanted_penalty=1.4)
    told = settled(Graded("ada", Status.UNCHANGED, verdict(7)), record)
    assert (told.lowering, record.needs_person) == (("late penalty 0 → 1.4",), True)
    follow(policy(0.1), submission, may_lower=True)
    assert (record_of(gradebook).penalty, record_of(gradebook).points) == (1.4, 5.6)
    submission.assignment.duedate = submission.timestamp
    follow(policy(0.1), submission, may_lower=False)
    assert record_of(gradebook).points == 7


def test_a_penalty_does_not_push_a_total_below_what_it_was(gradebook: Gradebook) -> None:
    submission = gradebook.find_submission("lesson", "ada")
    grade_of(gradebook).auto_score = 7
    gradebook.db.commit()
    assign(policy(0.5), submission, submission.notebooks[0], before=6)
    assert record_of(gradebook).points == 6
    assign(policy(0.5), submission, submission.notebooks[0])
    assert record_of(gradebook).points == 0


@pytest.mark.parametrize("points", [1, 2, 4])
def test_a_penalty_is_the_same_to_the_last_bit_when_nothing_has_changed(gradebook: Gradebook, points: int) -> None:
    """One that was a trace less would rise, and wait for a person's word."""
    submission = gradebook.find_submission("lesson", "ada")
    grade_of(gradebook).auto_score = points
    gradebook.db.commit()
    assign(policy(0.1), submission, submission.notebooks[0])
    before = record_of(gradebook)
    assign(policy(0.1), submission, submission.notebooks[0], before=before.points)
    assert record_of(gradebook).penalty == before.penalty


def test_penalty_that_differs_by_a_trace_is_the_same() -> None:
    kept = 39 - (39 - 3.9)
    before, after = (
        Record("ada", "lesson", (Notebook("lesson", (Mark("f-checks", 7, 7),), penalty),), wanted_penalty=3.9)
        for penalty in (kept, 3.9)
    )
    assert kept < 3.9
    assert not before.penalty_rises
    assert Graded("ada", Status.GRADED, verdict(7), before=before, after=after).changes == ""


def penalise(course: Course) -> None:
    """As a step of nbgrader's autograde does it, for the same submission."""
    names = {"student": "ada", "assignment": "lesson", "notebook": "lesson"}
    config = Config(LatePenalties={"plugin_class": LatePolicy}, LatePolicy={"share_per_day": 0.1})
    LatePenalties(config=config).preprocess(new_notebook(), {"nbgrader": names, BEFORE: _total(course, names)})


@pytest.mark.parametrize(("penalty", "points"), [(None, 7), (0.5, 6.5), (1.4, 5.6)])
def test_grading_again_leaves_the_total_as_it_was(
    gradebook: Gradebook, course: Course, penalty: float | None, points: float
) -> None:
    """Also where the due date has been moved since."""
    submission = gradebook.find_submission("lesson", "ada")
    (course.submitted("ada", "lesson") / "timestamp.txt").write_text(f"{submission.timestamp} UTC")
    submission.notebooks[0].late_submission_penalty = penalty
    grade_of(gradebook).auto_score = 7
    gradebook.db.commit()
    penalise(course)
    assert record_of(gradebook).points == points


def test_a_submission_that_came_again_without_a_time_has_none(gradebook: Gradebook, course: Course) -> None:
    penalise(course)
    assert (record_of(gradebook).handed_in, record_of(gradebook).late) == (None, "")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 minute"),
        (3600, "1 hour"),
        (90_000, "1 day 1 hour"),
        (86_460, "1 day 1 minute"),
        (7290, "2 hours 2 minutes"),
    ],
)
def test_spans_in_words(seconds: float, said: str) -> None:
    assert how_long(seconds) == said
