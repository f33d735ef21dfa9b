"""Due dates for students, who cannot see the gradebook: a file in the exchange that everybody may read.

It is written when an assignment is released, and when the formgrader changes a date.
"""

import json
import os
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeReleaseAssignment

from autograder.files import whole


class DatedRelease(ExchangeReleaseAssignment):  # type: ignore[misc]
    """nbgrader's own, which tells students no date."""

    def copy_files(self) -> None:
        super().copy_files()
        publish(self.coursedir, Path(self.root))


def publish(course: CourseDirectory, exchange: Path) -> None:
    """Write when each assignment is due, in UTC, to ``exchange/<course>/due-dates.json``."""
    with Gradebook(course.db_url, course.course_id) as gradebook:
        due = {one.name: one.duedate.isoformat() for one in gradebook.assignments if one.duedate}
    folder = exchange / course.course_id
    if not folder.is_dir():  # nothing was released yet
        return
    with whole(folder / "due-dates.json") as file:
        file.write(json.dumps(due, indent=1))
        os.chmod(file.fileno(), 0o644)
