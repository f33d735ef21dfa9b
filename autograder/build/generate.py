"""``course build``: source to release and solutions, through nbgrader's own converters, the same bytes each time.

Everything is made in a scratch copy of the course first. What passes is then put in place; ``--check`` only compares.
"""

import contextlib
import filecmp
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment, GenerateSolution
from nbgrader.converters.base import NbGraderException

from autograder.build import text
from autograder.build.leaks import require_no_leak
from autograder.config import load_scratch, logged
from autograder.course import CONFIG, Course, read_source
from autograder.errors import BuildError
from autograder.files import MADE_BY_PROGRAMS, regular_files
from autograder.judge.consistency import require_points
from autograder.models.small_tokenizers import make_tokenizers
from autograder.sandbox.scratch import folder as scratch_folder

PICTURE = re.compile(r"""(?:!\[[^\]]*\]\(|<img[^>]*?\ssrc=["'])([^)"'\s]+)""")
GENERATED = ("release", "solutions")


def build(course: Course, *, check: bool = False) -> list[Path]:
    """Bring all generated files up to date. Returns those that were stale, relative to the course.

    check: only look. Raises BuildError where the sources do not fit together or a notebook was edited by hand.
    """
    with _scratch(course) as scratch:
        try:
            for assignment in _assignments(scratch):
                _make_sources(course, scratch, assignment)
                _generate(scratch, assignment)
                require_points(scratch, assignment)
                require_no_leak(scratch, assignment, scratch.root / "release" / assignment)
        except BuildError as error:  # the scratch copy is gone when this is read
            raise BuildError(str(error).replace(f"{scratch.root}/", "")) from error
        stale = _differences(course.root, scratch.root)
        if not check:
            _put_in_place(course.root, scratch.root, stale)
    return stale


def adopt(course: Course, assignment: str) -> list[Path]:
    """Take edits made in an assignment's notebooks over into their texts. Returns the texts that changed."""
    course.require_assignment(assignment)
    changed = []
    for path in course.notebooks(assignment):
        notebook = read_source(path)
        if text.edited_by_hand(notebook):
            target = text.text_path(path)
            if not target.is_file():
                raise BuildError(f"{target.relative_to(course.root)} is not there to take an edit over into")
            if not text.made_from(notebook, text.to_notebook(target)):
                raise BuildError(_both_edited(path.relative_to(course.root)))
            before = target.read_text(encoding="utf-8")
            target.write_text(text.to_text(notebook, target), encoding="utf-8")
            try:
                made = text.dumps(text.to_notebook(target))
            except BuildError:
                target.write_text(before, encoding="utf-8")
                raise
            path.write_text(made, encoding="utf-8")
            changed.append(target.relative_to(course.root))
    return changed


def _assignments(course: Course) -> list[str]:
    folder = course.root / "source"
    return sorted({path.parent.name for kind in (text.SUFFIX, ".ipynb") for path in folder.glob(f"*/*{kind}")})


@contextlib.contextmanager
def _scratch(course: Course) -> Iterator[Course]:
    """A copy of the sources in an empty course, with a gradebook of its own."""
    root = scratch_folder().resolve()
    try:
        yield copy_sources(course, root)
    finally:
        shutil.rmtree(root)


def copy_sources(course: Course, root: Path) -> Course:
    """What the course is made from, and its checks, in another folder. The copy has a gradebook of its own."""
    shutil.copy(course.root / CONFIG, root)
    ignored = shutil.ignore_patterns(*MADE_BY_PROGRAMS)
    shutil.copytree(course.root / "source", root / "source", ignore=ignored)
    shutil.copytree(course.checks(""), root / "autograder" / "checks", ignore=ignored)  # of all assignments
    return Course(load_scratch(root).coursedir)


def _make_sources(course: Course, scratch: Course, assignment: str) -> None:
    """The notebooks, and the data that the course makes for students."""
    if (scratch.source(assignment) / "tokenizers").is_dir():
        make_tokenizers(scratch.source(assignment) / "tokenizers")
    texts = sorted(scratch.source(assignment).glob(f"*{text.SUFFIX}"))
    left = {path.name for path in scratch.notebooks(assignment)} - {text.notebook_path(path).name for path in texts}
    if left:
        raise BuildError(
            f"source/{assignment}: {', '.join(sorted(left))} has no text of the same name ({text.SUFFIX}) beside it, "
            "of which it would be made: remove it, or write one"
        )
    for path in texts:
        target = text.notebook_path(path)
        made = text.to_notebook(path)
        _require_pictures(made, path)
        if target.exists():
            _refuse_to_overwrite(course, assignment, target.name, made)
        target.write_text(text.dumps(made), encoding="utf-8")


def _require_pictures(notebook: NotebookNode, path: Path) -> None:
    """Raises BuildError where the text shows one that is not beside it."""
    for number, cell in enumerate(notebook.cells, 1):
        for name in PICTURE.findall(cell.source) if cell.cell_type == "markdown" else ():
            if ":" not in name and not (path.parent / unquote(name)).is_file():
                raise BuildError(f"{path.name}, cell {number}: there is no {name} beside it")


def _refuse_to_overwrite(course: Course, assignment: str, notebook: str, made: NotebookNode) -> None:
    path = course.source(assignment) / notebook
    there = read_source(path)
    if text.edited_by_hand(there) and text.content_digest(there) != text.content_digest(made):
        place = path.relative_to(course.root)
        if not text.made_from(there, made):
            raise BuildError(_both_edited(place))
        raise BuildError(
            f"{place} was edited in the notebook, its text was not. To take the edit over into the text: "
            f"course build --adopt {assignment}. To drop the edit: git checkout {place}"
        )


def _both_edited(place: Path) -> str:
    return f"{place} and its text were both edited: take one of the edits over by hand, and git checkout the other file"


def _generate(scratch: Course, assignment: str) -> None:
    app = load_scratch(scratch.root)
    app.coursedir.assignment_id = assignment
    with logged(app) as log:
        try:
            for converter in (GenerateAssignment, GenerateSolution):
                converter(coursedir=app.coursedir, parent=app).start()
        except (NbGraderException, SystemExit) as error:
            raise BuildError(f"{assignment}: nbgrader refused it:\n{log.getvalue().strip()}") from error


def _differences(root: Path, scratch: Path) -> list[Path]:
    """Generated files that differ, are missing or should not be there."""
    kinds = [*GENERATED, "source"]
    made = {Path(kind, name) for kind in kinds for name in regular_files(scratch / kind)}
    there = {Path(kind, name) for kind in GENERATED for name in regular_files(root / kind)}
    links = {path.relative_to(root) for kind in GENERATED for path in (root / kind).rglob("*") if path.is_symlink()}
    same = {
        path for path in made if (root / path).is_file() and filecmp.cmp(root / path, scratch / path, shallow=False)
    }
    return sorted((made | there) - same | links)


def _put_in_place(root: Path, scratch: Path, stale: list[Path]) -> None:
    for path in stale:
        if (scratch / path).is_file():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).unlink(missing_ok=True)  # a link would be followed
            shutil.copyfile(scratch / path, root / path)
        else:
            (root / path).unlink()
