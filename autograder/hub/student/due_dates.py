"""The assignment list of a student's server, with due dates.

nbgrader's page has a column for the course and none for a date. So the date is written behind the course's name, and
taken off again before anything is done with it. A student's server runs without the package: this file stands alone.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.assignment_list import handlers

MARK = " · due "


class DatedAssignmentList(handlers.AssignmentList):  # type: ignore[misc]
    """``course_id`` comes as the page shows it."""

    def list_assignments(self, course_id: str | None = None) -> dict[str, Any]:
        if course_id is None:  # for the names of the courses
            return dict(super().list_assignments())
        course = undated(course_id)
        listed: dict[str, Any] = super().list_assignments(course)
        if listed["success"]:
            due = self._due_dates(course)
            for one in listed["value"]:
                one["course_id"] = dated(course, due.get(one["assignment_id"]))
        return listed

    def fetch_assignment(self, course_id: str, assignment_id: str) -> dict[str, Any]:
        return dict(super().fetch_assignment(undated(course_id), assignment_id))

    def submit_assignment(self, course_id: str, assignment_id: str) -> dict[str, Any]:
        return dict(super().submit_assignment(undated(course_id), assignment_id))

    def fetch_feedback(self, course_id: str, assignment_id: str) -> dict[str, Any]:
        return dict(super().fetch_feedback(undated(course_id), assignment_id))

    def _due_dates(self, course: str) -> dict[str, str]:
        with self.get_assignment_dir_config() as config:
            file = Path(config.Exchange.root, course, "due-dates.json")
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def dated(course: str, due: str | None) -> str:
    """``due``: in ISO format, of UTC."""
    return f"{course}{MARK}{datetime.fromisoformat(due):%-d %b %Y, %H:%M} UTC" if due else course


def undated(course: str) -> str:
    return course.partition(MARK)[0]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    manager = DatedAssignmentList(parent=app)
    manager.root_dir = app.root_dir
    app.web_app.settings["assignment_list_manager"] = manager
    base = app.web_app.settings["base_url"]
    app.web_app.add_handlers(".*$", [(url_path_join(base, path), one) for path, one in handlers.default_handlers])
