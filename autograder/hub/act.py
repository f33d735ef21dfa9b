"""One action of the formgrader in a process of its own: ``python -m autograder.hub.act METHOD WORD...``.

METHOD and its words are those of nbgrader's NbGraderAPI; what it answers comes as JSON.
"""

import contextlib
import json
import sys
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator

from autograder.config import load
from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook.access import alone
from autograder.machine.signals import Ended, clean_up_when_ended

ALONE = {"autograde", "generate_feedback", "release_feedback", "collect"}  # of what `course grade` reads and writes


def act(method: str, *words: str) -> dict[str, object]:
    """Raises CourseError where the course is being graded by somebody else."""
    app = load(Path.cwd())
    api = NbGraderAPI(app.coursedir, Authenticator(parent=app), parent=app, config=app.config)
    with alone(Course(app.coursedir)) if method in ALONE else contextlib.nullcontext():
        answer: dict[str, object] = getattr(api, method)(*words)
    return answer


def main() -> None:
    clean_up_when_ended()
    with contextlib.redirect_stdout(sys.stderr):
        try:
            answer = act(*sys.argv[1:])
        except CourseError as error:
            answer = {"success": False, "error": str(error), "log": ""}
        except Ended as ended:
            sys.exit(ended.status)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
