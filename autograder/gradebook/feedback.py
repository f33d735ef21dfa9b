"""The feedback page: what a student gets back, as one file that needs nothing else.

nbgrader's own page loads scripts from elsewhere, and takes 0.4 s of CPU, most of it in compiling its templates for each
student and in a second pass over the page. Here templates are compiled once for each process, there is no script, and a
policy in the page allows none: a second wall, behind ``autograder.gradebook.sanitize``. The page trusts nothing in the
notebook: what the checks said comes from the verdict, the rest is cleaned again.
"""

import functools
import hashlib
import mimetypes
import shutil
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.ansi import ansi2html
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets import default

from autograder.clean.images import TYPES
from autograder.clean.plain import plain
from autograder.course import CHECKS_SUFFIX, STAMPS, Course, grade_id, own_files
from autograder.files import whole
from autograder.gradebook.access import open_gradebook
from autograder.gradebook.marks import Mark, Notebook, Record, of_submission
from autograder.gradebook.pages import page
from autograder.gradebook.sanitize import clean_outputs, shown_markdown
from autograder.gradebook.verdict_html import exercise_html, notes_html, titles
from autograder.judge.check import Misconception, load_misconceptions
from autograder.verdict import Verdict

RECORD = "record"
MODE = 0o644  # as nbgrader's own pages: students read what is copied of them, whatever umask graders have
LOST = "<p>What the checks said cannot be read any more. Ask for this to be graded again.</p>"
MAX_HIGHLIGHTED = 4 * 1024  # characters of a cell, as the lesson's own have; some take time in their square
PICTURES = ("image/svg+xml", *TYPES)
_TEXT_DOWN, _OUTPUT_DOWN = 1, 4  # by so many levels are headings lowered: the page has the only h1


class GetMarks(NbGraderPreprocessor):  # type: ignore[misc]
    """In place of nbgrader's GetGrades, which does not tell whether a mark is final, who gave it, and what is late."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        with open_gradebook(Course.of(self)) as gradebook:
            resources[RECORD] = of_submission(gradebook.find_submission(names["assignment"], names["student"]))
        return nb, resources


class FeedbackExporter(Exporter):
    """Named in ``nbgrader_config.py`` as ``c.GenerateFeedback.exporter_class``."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _html(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # as those of nbconvert: a page and no notebook comes back
        self, nb: NotebookNode, resources: Any | None = None, **words: Any
    ) -> tuple[str, dict[str, Any]]:
        notebook, resources = super().from_notebook_node(nb, resources, **words)
        names = resources["nbgrader"]
        converter: Any = self.parent
        course = Course(converter.coursedir)
        pages = {f"{path.stem}{self.file_extension}" for path in course.notebooks(names["assignment"])}
        handed_in = {path.name for path in course.autograded(names["student"], names["assignment"]).iterdir()}
        keep_only(pages - handed_in | {*STAMPS}, course.feedback(names["student"], names["assignment"]))
        record: Record = resources[RECORD]
        verdict = Verdict.read(course.verdict(names["student"], names["assignment"]))
        misconceptions = load_misconceptions(course.checks(names["assignment"])) if verdict is not None else {}
        if verdict is not None:
            for path in course.notebooks(names["assignment"]):
                if path.name not in handed_in:  # nbgrader has removed its page, whoever asked for this one
                    write_page(course, verdict, record, path.stem, misconceptions, end_of(record))
        results = _results(verdict, record.marks_of(names["notebook"]), misconceptions)
        lesson = _Lesson(course, names["assignment"], names["notebook"])
        cells = [_cell(cell, results, lesson) for cell in notebook.cells]
        return _render(record, names["notebook"], cells, verdict) + end_of(record), resources


def keep_only(names: set[str], folder: Path) -> None:
    """nbgrader has copied the submission's other files into the folder of its pages, and they may be pages, too.

    Not in a ``post_convert_hook``: it is not told which folder, and what it raises is passed over.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in names:
            path.unlink()


def end_of(record: Record) -> str:
    """The last line of a whole page: which marks it shows. A database gives them in any order."""
    ordered = [replace(one, marks=tuple(sorted(one.marks, key=lambda mark: mark.cell))) for one in record.notebooks]
    marks = repr(replace(record, notebooks=tuple(ordered)))
    return f"\n<!-- {hashlib.sha256(marks.encode()).hexdigest()} -->\n"


def is_current(page: Path, record: Record) -> bool:
    """Is it there, whole, and does it show these marks?"""
    end = end_of(record).encode()
    try:
        with page.open("rb") as file:
            file.seek(max(0, page.stat().st_size - len(end)))
            return file.read() == end
    except OSError:
        return False


def write_page(
    course: Course,
    verdict: Verdict,
    record: Record,
    notebook: str,
    misconceptions: Mapping[str, Misconception],
    end: str,
) -> None:
    """A feedback page of its own, for a notebook that was not handed in or cannot be shown. end: its last line, which
    is ``end_of`` the record unless it is to be tried again."""
    results = _results(verdict, record.marks_of(notebook), misconceptions)
    order = [one.id + CHECKS_SUFFIX for one in verdict.exercises]
    shown = _render(record, notebook, [results[one] for one in order if one in results], verdict)
    path = course.feedback(verdict.student, verdict.assignment) / f"{notebook}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(shown + end)
    path.chmod(MODE)


def _render(record: Record, notebook: str, cells: list["CellView"], verdict: Verdict | None) -> str:
    """The page of a notebook. The marks at its top are in the order of the cells."""
    of_notebook = next((one for one in record.notebooks if one.name == notebook), Notebook(notebook, ()))
    return page(
        "feedback",
        title=record.assignment if notebook == record.assignment else f"{record.assignment}: {notebook}",
        record=record,
        marked=[cell for cell in cells if cell.mark is not None],
        penalty=of_notebook.penalty,
        notes=Markup(LOST if verdict is None else notes_html(verdict)),
        cells=cells,
    )


@dataclass(frozen=True)
class CellView:
    """A cell as the template shows it.

    kind: graded, answer, given, added, or text. id: "" without one. told: what was found, a line each.
    """

    kind: str
    id: str
    source: Markup
    outputs: tuple[Markup, ...] = ()
    mark: Mark | None = None
    told: tuple[Markup, ...] = ()

    @property
    def comment(self) -> Markup:
        """A grader's, as Markdown."""
        return Markup(_markdown(self.mark.comment) if self.mark else "")

    @property
    def exercise(self) -> str:
        return self.id.removesuffix(CHECKS_SUFFIX)


def _results(
    verdict: Verdict | None, marks: Mapping[str, Mark], misconceptions: Mapping[str, Misconception]
) -> dict[str, CellView]:
    """The graded cells of a notebook, without what stands in them, by id."""
    found = {one.id + CHECKS_SUFFIX: one for one in verdict.exercises} if verdict is not None else {}
    return {
        name: CellView(
            "graded",
            name,
            Markup(),
            (Markup(exercise_html(found[name], misconceptions)),) if name in found else (),
            mark,
            tuple(map(Markup, titles(found[name], misconceptions))) if name in found else (),
        )
        for name, mark in marks.items()
    }


class _Lesson:
    """What the course's own text shows: pictures, which a page needs within itself. Nobody else's text gets any."""

    def __init__(self, course: Course, assignment: str, notebook: str) -> None:
        self._course = course
        self._folder = course.source(assignment)
        self._source = self._folder / f"{notebook}.ipynb"

    def pictures(self, text: str) -> tuple[tuple[str, str], ...]:
        """Addresses in this text, each with what stands for it."""
        if "![" not in text and "<img" not in text:
            return ()
        if all(text != cell.source for cell in self._course.given(self._source).cells):
            return ()
        found = []
        for name, path in own_files(self._folder).items():
            kind, _ = mimetypes.guess_type(name)
            address = next((one for one in (name, quote(name)) if one in text), None)
            if kind in PICTURES and address is not None:
                found.append((address, f"data:{kind};base64,{b64encode(path.read_bytes()).decode('ascii')}"))
        return tuple(found)


def _cell(cell: NotebookNode, results: Mapping[str, CellView], lesson: _Lesson) -> CellView:
    about = cell.metadata.get("nbgrader", {})
    name = grade_id(cell)
    if cell.cell_type != "code":
        return CellView("text", name, Markup(_markdown(cell.source, lesson.pictures(cell.source))))
    source = _highlighted(plain(cell.source))
    if about.get("grade") and about.get("locked") and name in results:
        return replace(results[name], source=source)
    kind = "answer" if about.get("solution") else "given" if about.get("locked") else "added"
    return CellView(kind, name, source, tuple(_outputs(cell.outputs)))


@functools.lru_cache(maxsize=512)  # a class shares most of its text
def _markdown(source: str, pictures: tuple[tuple[str, str], ...] = ()) -> str:
    return shown_markdown(source, headings_down=_TEXT_DOWN, pictures=dict(pictures))


@functools.lru_cache(maxsize=512)
def _highlighted(source: str) -> Markup:
    if len(source) > MAX_HIGHLIGHTED:
        return Markup(escape(source))
    return Markup(highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)))


def _outputs(outputs: Iterable[NotebookNode]) -> Iterable[Markup]:
    for output in clean_outputs(outputs, headings_down=_OUTPUT_DOWN):
        if output.output_type == "stream":
            yield _text(output.text)
        elif output.output_type == "error":
            yield _text("\n".join(output.traceback) or f"{output.ename}: {output.evalue}")
        else:
            yield _data(output.data)


def _data(data: dict[str, str]) -> Markup:
    """The richest of what there is."""
    if "text/html" in data:
        return Markup(data["text/html"])
    for mime_type in TYPES:
        if mime_type in data:
            words = escape(data.get("text/plain", "an image"))
            return Markup(f'<img src="data:{mime_type};base64,{data[mime_type]}" alt="Output: {words}">')
    return _text(data["text/plain"])


def _text(text: str) -> Markup:
    return Markup(f"<pre>{ansi2html(text)}</pre>")
