"""What a judge is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Job:
    """One submission's checks, as they cross to the judge's process: plain data.

    checks: the directory of the assignment's checks. digest: of its files. source: the directory of the assignment's
    source, with the files that students get. ids: of the checks to run. cells: how each solution cell went, by
    ``grade_id``. lost: the exercises that have lost points already.
    """

    checks: str
    digest: str
    source: str
    ids: list[str]
    cells: Mapping[str, Any]
    seed: int
    lost: list[str]

    def has_checks_of(self, other: "Job") -> bool:
        """The same ones, as they were then?"""
        return (self.checks, self.digest) == (other.checks, other.digest)
