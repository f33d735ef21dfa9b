"""One side of the benchmark: grades the class in a process of its own.

It sends a mark whenever a stretch to be measured begins or ends, and waits until the mark was read.
"""

import os
import re
import statistics
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.config import load
from autograder.course import Course
from autograder.files import regular_files
from autograder.grading.assignment import grade
from autograder.judge.check import load_checks
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

LOG = "stderr.log"


@dataclass(frozen=True)
class Report:
    """``own``: CPU seconds of the submission's own cells. ``marks``: what every submission got."""

    own: float
    marks: float
    checks: int


def run(side: str, root: Path, assignment: str, connection: Connection) -> None:
    """Sends "one", "class" and "end", then a Report. Raises where the class did not get full marks."""
    log = os.open(root / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 2)  # warnings of nbgrader and of the stock kernel; read where a side fails
    app = load(root)
    course = Course(app.coursedir)
    work = {"ours": grade_ours, "stock": grade_stock}[side]
    first = course.students(assignment)[0]
    work(app, assignment, first)
    for mark, student in (("one", first), ("class", None)):
        _tell(connection, mark)
        work(app, assignment, student)
    _tell(connection, "end")
    marks = full_marks(course, assignment)
    checks = len(load_checks(course.checks(assignment)))
    if side == "stock":
        require_all_checks(course, assignment, checks)
    folder = course.submitted(first, assignment)
    own = statistics.median(own_cells(folder / f"{assignment}.ipynb", side) for _ in range(3))
    connection.send(Report(own, marks, checks))


def _tell(connection: Connection, mark: str) -> None:
    connection.send(mark)
    connection.recv()


def grade_ours(app: NbGrader, assignment: str, student: str | None) -> None:
    """``course grade --force``, without its tables."""
    grade(app, assignment, student, force=True)


def grade_stock(app: NbGrader, assignment: str, student: str | None) -> None:
    """``nbgrader autograde --force``, then ``nbgrader generate_feedback --force``, each for all students."""
    app.coursedir.assignment_id = assignment
    app.coursedir.student_id = student or "*"
    for converter in (Autograde, GenerateFeedback):
        converter(coursedir=app.coursedir, parent=app, force=True).start()


def own_cells(path: Path, side: str) -> float:
    """CPU seconds of a submitted notebook's cells in a kernel of this side, without starting the kernel."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, new_code_cell("import time as _time\n_begun = _time.process_time()"))
    notebook.cells.append(new_code_cell("print(_time.process_time() - _begun)"))
    if side == "ours":
        with Session(notebook, regular_files(path.parent), [], Limits()) as session:
            session.run()
    else:
        where = {"metadata": {"path": str(path.parent)}}
        NotebookClient(notebook, kernel_name="python3", resources=where).execute()
    return float(notebook.cells[-1].outputs[0].text)


def full_marks(course: Course, assignment: str) -> float:
    """What everybody got. Raises ValueError where that is not all there is to get."""
    with Gradebook(course.directories.db_url, course.directories.course_id) as gradebook:
        found = [gradebook.find_submission(assignment, student) for student in course.students(assignment)]
        for one in found:
            if one.score != one.max_score:
                raise ValueError(f"{one.student_id}, a clean submission: {one.score:g} of {one.max_score:g}")
        return float(found[0].max_score)


def require_all_checks(course: Course, assignment: str, checks: int) -> None:
    """Raises ValueError where a notebook graded by the twin does not say that all checks have passed."""
    for student in course.students(assignment):
        path = course.autograded(student, assignment) / f"{assignment}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        texts = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])]
        counts = re.findall(r"^hidden checks passed: (\d+)$", "\n".join(texts), re.MULTILINE)
        if sum(map(int, counts)) != checks:
            raise ValueError(f"{student}: the twin passed {counts} hidden checks of {checks}")
