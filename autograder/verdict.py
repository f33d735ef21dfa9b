"""Verdicts: what the checks of a submission said, as plain data.

A verdict is a pure function of what ``gradebook/digest.py`` looks at; ``digest`` names that.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, get_args

from autograder.files import whole

Outcome = Literal["passed", "failed", "raised", "timed out", "missing", "grader error"]


@dataclass(frozen=True)
class CheckResult:
    """One check. ``misconception`` is an id of the assignment's list; ``message`` is for the student."""

    id: str
    title: str
    points: int
    max_points: int
    outcome: Outcome
    misconception: str | None = None
    message: str | None = None

    @property
    def exercise(self) -> str:
        """The id of the exercise that it is a check of."""
        return self.id.partition("::")[0]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises ValueError or TypeError where it is none."""
        found = cls(**data)
        numbers = type(found.points) is int and type(found.max_points) is int
        if not numbers or found.outcome not in get_args(Outcome):
            raise ValueError(f"{found.id} is no result of a check")
        return found


@dataclass(frozen=True)
class ExerciseResult:
    """The checks of one exercise."""

    id: str
    checks: tuple[CheckResult, ...]

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        return sum(check.max_points for check in self.checks)

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """Ids of the misconceptions found, in the order of the checks, each once."""
        return tuple(dict.fromkeys(check.misconception for check in self.checks if check.misconception))

    @property
    def ours(self) -> bool:
        """Did the grader fail in one of the checks? Then a person must look, and no zero is given."""
        return any(check.outcome == "grader error" for check in self.checks)


@dataclass(frozen=True)
class Verdict:
    """The verdict on one student's submission of one assignment.

    said: what the student and the grader should know beside the checks, by notebook, "" for all of them.
    left_for_person: why a person must look.
    submissions: by notebook, the digest of the submission that it was last judged of.
    """

    student: str
    assignment: str
    profile: str
    digest: str
    exercises: tuple[ExerciseResult, ...]
    said: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_for_person: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    submissions: dict[str, str] = field(default_factory=dict)

    @property
    def points(self) -> int:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_points(self) -> int:
        return sum(exercise.max_points for exercise in self.exercises)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said, each sentence once."""
        return tuple(dict.fromkeys(note for notes in self.said.values() for note in notes))

    @property
    def reusable(self) -> bool:
        """May it stand for a later grading of the same submission? Not if time or the grader had a part in it."""
        outcomes = {check.outcome for exercise in self.exercises for check in exercise.checks}
        return not outcomes & {"timed out", "grader error"}

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """Of all exercises, each once."""
        return tuple(dict.fromkeys(name for exercise in self.exercises for name in exercise.misconceptions))

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data |= {"points": self.points, "max_points": self.max_points, "notes": self.notes}
        for exercise, plain in zip(self.exercises, data["exercises"], strict=True):
            plain |= {"points": exercise.points, "max_points": exercise.max_points}
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        exercises = tuple(
            ExerciseResult(one["id"], tuple(CheckResult.from_json(check) for check in one["checks"]))
            for one in data["exercises"]
        )
        keys = ("student", "assignment", "profile", "digest", "left_for_person", "versions", "submissions")
        said = {name: tuple(notes) for name, notes in data["said"].items()}
        return cls(exercises=exercises, said=said, **{key: data[key] for key in keys})

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as file:
            file.write(json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The verdict in a file, or None where there is none that can be read."""
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
