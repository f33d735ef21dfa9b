"""The course as it lies on disk: where things are, which exercises an assignment has, what students were given."""

import functools
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import Exchange
from nbgrader.preprocessors import ClearOutput, ClearSolutions, LockCells, NbGraderPreprocessor
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from traitlets.config import Config

from autograder.errors import BuildError, CourseError, first_line
from autograder.files import regular_files

CHECKS_SUFFIX = "-checks"
CONFIG = "nbgrader_config.py"
NO_ID = "its name is no student's id: letters, digits, . _ @ - and, within, spaces"
SYSTEM_EXCHANGE = Path("/usr/local/share/nbgrader")  # has the exchange, unless another is configured
# Files of nbgrader's in a submission: when it was handed in, and the word by which its author finds feedback.
TIME_STAMP, SECRET = STAMPS = "timestamp.txt", "submission_secret.txt"
PACKAGE = Path(__file__).resolve().parent  # as the sandbox shows it, which masks it there


@dataclass(frozen=True)
class Exercise:
    """A solution cell and its graded cell. ``notebook``: the notebook's name, without ending."""

    id: str
    points: int
    notebook: str


class Course:
    """A course folder: whatever copy of the tree holds ``nbgrader_config.py``."""

    def __init__(self, directories: CourseDirectory) -> None:
        self.directories = directories
        self.root = Path(directories.root).resolve()

    @classmethod
    def of(cls, step: NbGraderPreprocessor) -> "Course":
        """The course in which this step of a converter works."""
        return cls(step.parent.parent.coursedir)

    @property
    def config(self) -> Config:
        """All that is set. nbgrader gives what it reads from its file to the application, and to the directories only
        their own part."""
        application = self.directories.parent
        return self.directories.config if application is None else application.config

    @property
    def gradebook(self) -> str:
        """The address of the gradebook, without a password that may be in it."""
        try:
            return make_url(self.directories.db_url).render_as_string(hide_password=True)
        except ArgumentError:
            return "(c.CourseDirectory.db_url is no address of a database)"

    def source(self, assignment: str) -> Path:
        return self._path(self.directories.source_directory, ".", assignment)

    def submitted(self, student: str, assignment: str) -> Path:
        return self._path(self.directories.submitted_directory, student, assignment)

    def autograded(self, student: str, assignment: str) -> Path:
        return self._path(self.directories.autograded_directory, student, assignment)

    def feedback(self, student: str, assignment: str) -> Path:
        return self._path(self.directories.feedback_directory, student, assignment)

    def verdicts(self, assignment: str) -> Path:
        return self.root / "verdicts" / assignment

    def verdict(self, student: str, assignment: str) -> Path:
        return self.verdicts(assignment) / f"{student}.json"

    def judged(self, assignment: str) -> set[str]:
        """Students of whom there is a verdict."""
        return {path.stem for path in self.verdicts(assignment).glob("*.json")}

    def report(self, assignment: str) -> Path:
        """The page about the class."""
        return self.root / "reports" / f"{assignment}.html"

    def checks(self, assignment: str) -> Path:
        """The hidden checks: of this copy of the tree, else those that were installed with the package."""
        own = self.root / "autograder" / "checks" / assignment
        return own if own.is_dir() else PACKAGE / "checks" / assignment

    def hidden(self) -> list[Path]:
        """What a student's kernel must never see, others' work included, wherever the exchange lies."""
        exchange = Exchange(config=self.config).root
        return [self.root, PACKAGE, *(path.resolve() for path in (Path(exchange), SYSTEM_EXCHANGE) if path.is_dir())]

    def assignments(self) -> list[str]:
        folder = self.root / self.directories.source_directory
        return sorted({path.parent.name for path in folder.glob("*/*.ipynb")}) if folder.is_dir() else []

    def require_assignment(self, assignment: str) -> None:
        """Raises CourseError where there is no such assignment."""
        known = self.assignments()
        if assignment not in known:
            raise CourseError(f"there is no assignment {assignment!r} here; there is: {', '.join(known) or 'none'}")

    def trains(self, assignment: str) -> bool:
        """Are models trained to judge it? Such an assignment gives its students a base."""
        return self.base(assignment).is_dir()

    def base(self, assignment: str) -> Path:
        """The model that students train."""
        return self.source(assignment) / "base"

    def notebooks(self, assignment: str) -> list[Path]:
        return sorted(self.source(assignment).glob("*.ipynb"))

    def handed_in(self, student: str, assignment: str) -> list[Path]:
        """Those of the assignment's notebooks that are in the submission, in their places."""
        folder = self.submitted(student, assignment)
        return [folder / path.name for path in self.notebooks(assignment) if (folder / path.name).is_file()]

    def exercises(self, assignment: str) -> list[Exercise]:
        """In the order of the notebooks."""
        return [
            Exercise(grade_id(cell).removesuffix(CHECKS_SUFFIX), int(cell.metadata.nbgrader.points), path.stem)
            for path in self.notebooks(assignment)
            for cell in self.given(path).cells
            if grade_id(cell).endswith(CHECKS_SUFFIX)
        ]

    def given(self, source: Path) -> NotebookNode:
        """The notebook as students were given it: solutions cleared, authored cells locked. Do not change it."""
        return _given(source, source.stat().st_mtime_ns)

    def students(self, assignment: str) -> list[str]:
        """Those who have a folder for the assignment in ``submitted/``, but for ``unusable`` and ``excluded`` ones."""
        unusable = self.unusable(assignment)
        names = {path.parent.name for path in self._submissions(assignment) if path not in unusable}
        return sorted(names - self.excluded)

    @property
    def excluded(self) -> set[str]:
        """Students whom nbgrader is told to leave out."""
        return set(self.directories.student_id_exclude.split(","))

    def without_work(self, students: Iterable[str], assignment: str) -> list[str]:
        """Those of whom there is neither a folder, nor a notebook in the wrong place, nor a verdict."""
        judged = self.judged(assignment)
        return sorted(one for one in students if one not in judged and self._has_nothing_of(one, assignment))

    def _has_nothing_of(self, student: str, assignment: str) -> bool:
        """False also where nobody can tell."""
        try:
            names = [path.name for path in self.submitted(student, assignment).parent.iterdir()]
        except FileNotFoundError:
            names = []
        except OSError:
            return False
        return not any(name == assignment or name.endswith(".ipynb") for name in names)

    def unusable(self, assignment: str) -> dict[Path, str]:
        """Folders that nothing is taken from, and why: a link may lead to somebody else's work."""
        submissions = self._submissions(assignment)
        found = {path: why for path in submissions if (why := unusable_because(path)) is not None}
        students = self.root.glob(str(self.submitted("*", assignment).parent.relative_to(self.root)))
        for path in (*students, *submissions):
            if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
                found[path] = "it may not be read"
        left_out = {self.submitted(one, assignment) for one in self.excluded if one}
        return {path: why for path, why in found.items() if not left_out & {path, path / assignment}}

    def _submissions(self, assignment: str) -> list[Path]:
        pattern = self.submitted("*", assignment).relative_to(self.root)
        return [path for path in self.root.glob(str(pattern)) if path.is_dir()]

    def astray(self, assignment: str) -> list[Path]:
        """Notebooks in ``submitted/<student>/`` itself, relative to the course: in no assignment's folder."""
        folder = self.submitted("*", assignment).parent.relative_to(self.root)
        return sorted(path.relative_to(self.root) for path in self.root.glob(f"{folder}/*.ipynb"))

    def _path(self, step: str, student: str, assignment: str) -> Path:
        return Path(os.path.normpath(self.root / self.directories.format_path(step, student, assignment)))


def find_root(start: Path) -> Path:
    """The course folder that ``start`` lies in. Raises CourseError."""
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise CourseError(f"{start} is not in a course: no {CONFIG} here or above")


def read_source(path: Path) -> NotebookNode:
    """An assignment's own notebook. Raises BuildError where it cannot be read."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises whatever the broken file makes it trip over
        raise BuildError(
            f"{path} is no notebook that can be read: {first_line(error)}. Restore it with git checkout {path} "
            "(in a merge, with --ours), or delete it: course build makes it from its text"
        ) from error


def own_files(source: Path) -> dict[str, Path]:
    """The files that an assignment gives its students beside the notebooks, by relative path."""
    files = regular_files(source)
    return {name: path for name, path in files.items() if not name.endswith((".ipynb", ".pct.py"))}


def grade_id(cell: NotebookNode) -> str:
    """The nbgrader id of a cell, or "" where it has none; submissions may hold anything there."""
    found: object = cell
    for key in ("metadata", "nbgrader", "grade_id"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


@functools.lru_cache(maxsize=32)
def _given(source: Path, _changed: int) -> NotebookNode:
    notebook = read_source(source)
    resources: dict[str, object] = {"nbgrader": {}}
    for preprocessor in (LockCells(), ClearSolutions(), ClearOutput()):
        notebook, resources = preprocessor.preprocess(notebook, resources)
    return notebook


def unusable_because(submission: Path) -> str | None:
    """Why nothing is taken from a submission's folder, whatever it holds."""
    if submission.is_symlink() or submission.parent.is_symlink():
        return "it is reached through a link"
    return None if is_plain_id(submission.parent.name) else NO_ID


def is_plain_id(name: str) -> bool:
    """Of a student or an assignment. Ids become file names and cells of tables, and nbgrader strips them."""
    fitting = all(one.isalnum() or one in "_.@ -" or unicodedata.category(one).startswith("M") for one in name)
    return fitting and 0 < len(name) <= 100 and not name.startswith(".") and name == name.strip()
