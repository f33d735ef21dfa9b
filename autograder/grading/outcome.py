"""What became of each submission in a run of ``course grade``, and why a person must look at some."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograder.gradebook.marks import Record, is_more
from autograder.verdict import Verdict


class Status(enum.Enum):
    """What became of a submission in this run."""

    GRADED = "graded"
    UNCHANGED = "unchanged"
    FOR_PERSON = "left for a person"


@dataclass(frozen=True)
class Graded:
    """One submission's end. ``why``: what a person has to look at.

    before, after: its entry in the gradebook, before and after this run. resubmitted: is it another one than then?
    lowering: what would cost the student marks, and waits for a person's word; in words. failed: we could not work on
    it, and the gradebook has no new marks.
    """

    student: str
    status: Status
    verdict: Verdict
    why: str | None = None
    before: Record | None = None
    after: Record | None = None
    resubmitted: bool = False
    lowering: tuple[str, ...] = ()
    failed: bool = False

    @property
    def was(self) -> float:
        return self.before.points if self.before is not None else 0.0

    @property
    def now(self) -> float:
        return self.after.points if self.after is not None else 0.0

    @property
    def changes(self) -> str:
        """Which marks are other ones than before, in words; "" where none is, or none was given before."""
        if self.before is None or self.after is None or not any(mark.known for mark in self.before.marks):
            return ""
        old = {mark.exercise: mark.points for mark in self.before.marks}
        new = {mark.exercise: mark.points for mark in self.after.marks}
        moved = [f"{name} {old.get(name, 0):g} → {new[name]:g}" for name in new if old.get(name, 0) != new[name]]
        if is_more(self.before.penalty, self.after.penalty) or is_more(self.after.penalty, self.before.penalty):
            moved.append(f"late penalty {self.before.penalty:g} → {self.after.penalty:g}")
        newer = ["a newer submission"] if moved and self.resubmitted else []
        return ", ".join([*newer, *moved])


def settled(graded: Graded, record: Record) -> Graded:
    """With what the gradebook says in the end."""
    lowering = [f"{name} {old:g} → {new:g}" for name, (old, new) in record.lowering(graded.verdict).items()]
    if record.penalty_rises:
        lowering.append(f"late penalty {record.penalty:g} → {record.wanted_penalty:g}")
    why = list(_for_person(graded.verdict, record))
    if lowering:
        why.append(f"graded again, the same submission would lose marks: {', '.join(lowering)}")
    status = Status.FOR_PERSON if why else graded.status
    return replace(graded, status=status, why="; ".join(why) or None, after=record, lowering=tuple(lowering))


def _for_person(verdict: Verdict, record: Record) -> Iterator[str]:
    """What a person must look at, other than marks that would fall."""
    known = {mark.exercise for mark in record.marks}
    if lost := [exercise.id for exercise in verdict.exercises if exercise.id not in known]:
        yield f"the gradebook has no mark of {', '.join(lost)}: it is damaged, restore a copy of it"
    falling = record.lowering(verdict)
    if any(mark.waiting and mark.exercise not in falling for mark in record.marks):
        yield verdict.left_for_person or "a mark is open in the formgrader"
    found = {exercise.id: exercise.points for exercise in verdict.exercises}
    for mark in record.marks:
        if mark.outdated:
            now = f"{found[mark.exercise]:g}" if mark.exercise in found else "nothing"
            yield f"{mark.exercise} keeps a grader's {mark.points:g}, the checks now give {now}"
