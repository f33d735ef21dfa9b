"""What became of a class in one assignment: what the gradebook has, and what the checks said."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from autograder.course import Course, Exercise
from autograder.gradebook.access import reading
from autograder.gradebook.late import records
from autograder.gradebook.marks import Record, absent
from autograder.judge.check import Misconception, load_misconceptions
from autograder.verdict import Verdict


@dataclass(frozen=True)
class Found:
    """A misconception in an exercise, and the students who have it."""

    exercise: str
    title: str
    hint: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Results:
    """records: by student. verdicts: theirs, where they can be read. misconceptions: by id. absent: who has handed in
    nothing, of the students in the gradebook."""

    assignment: str
    exercises: tuple[Exercise, ...]
    records: Mapping[str, Record]
    verdicts: Mapping[str, Verdict]
    misconceptions: Mapping[str, Misconception]
    absent: tuple[str, ...] = ()

    @classmethod
    def read(cls, course: Course, assignment: str) -> Self:
        """Raises GradebookUnavailable, and BuildError where misconceptions cannot be read."""
        with reading(course) as gradebook:
            found = records(course, gradebook, assignment)
            missing = absent(course, gradebook, assignment)
        said = {student: Verdict.read(course.verdict(student, assignment)) for student in found}
        return cls(
            assignment,
            tuple(course.exercises(assignment)),
            found,
            {student: verdict for student, verdict in said.items() if verdict is not None},
            load_misconceptions(course.checks(assignment)),
            tuple(missing),
        )

    def found(self) -> list[Found]:
        """The misconceptions found, the most frequent first."""
        students: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for student, verdict in self.verdicts.items():
            for exercise in verdict.exercises:
                for name in exercise.misconceptions:
                    students[exercise.id, name].append(student)
        found = [self._found(exercise, name, tuple(who)) for (exercise, name), who in students.items()]
        return sorted(found, key=lambda one: -len(one.students))

    def _found(self, exercise: str, name: str, students: tuple[str, ...]) -> Found:
        known = self.misconceptions.get(name, Misconception(name, ""))  # of an earlier version of the checks
        return Found(exercise, known.title, known.hint, students)
