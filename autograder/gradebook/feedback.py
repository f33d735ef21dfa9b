"""The feedback page: what a student gets back, as one file that needs nothing else.

nbgrader's own page loads scripts from elsewhere, and takes 0.4 s of CPU, most of it in compiling its templates for each
student and in a second pass over the page. Here templates are compiled once for each process, there is no script, and a
policy in the page allows none: a second wall, behind ``autograder.gradebook.sanitize``. The page trusts nothing in the
notebook but the verdicts; the rest is cleaned again.
"""

import functools
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.ansi import ansi2html
from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets import default

from autograder.clean.plain import plain
from autograder.course import CHECKS_SUFFIX, find_root, grade_id
from autograder.gradebook.sanitize import clean_outputs, shown_markdown

COURSE = "course"  # in the metadata of outputs that ShowVerdict writes; those of a kernel have no metadata left
MAX_HIGHLIGHTED = 32 * 1024
_TEXT_DOWN, _OUTPUT_DOWN = 1, 4  # by so many levels are headings lowered: the page has the only h1


@dataclass(frozen=True)
class Mark:
    """A line of the table at the top. ``cell``: its id. ``waiting``: a person has to look before there is a mark."""

    cell: str
    points: float
    max_points: float
    waiting: bool = False
    by_person: bool = False

    @property
    def exercise(self) -> str:
        return self.cell.removesuffix(CHECKS_SUFFIX)

    @property
    def remark(self) -> str:
        if self.waiting:
            return "to be looked at by a person"
        return "given by a person" if self.by_person else ""


def keep_pages(notebooks: list[str], **_: Any) -> None:
    """nbgrader's ``post_convert_hook`` for feedback: it copies a submission's other files too, which may be pages.

    Two of them stay: ``nbgrader release_feedback`` names the released page by them.
    """
    for folder in {Path(notebook).parent for notebook in notebooks}:
        pages = {Path(notebook).with_suffix(".html").name for notebook in notebooks}
        for path in (find_root(folder) / "feedback" / folder.parent.name / folder.name).iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in pages | {"timestamp.txt", "submission_secret.txt"}:
                path.unlink()


class GetMarks(GetGrades):  # type: ignore[misc]
    """nbgrader's GetGrades, which does not tell whether a mark is final and who gave it."""

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        names = resources["nbgrader"]
        grade = self.gradebook.find_grade(grade_id(cell), names["notebook"], names["assignment"], names["student"])
        by_person = grade.manual_score is not None or bool(grade.extra_credit)
        waiting = grade.needs_manual_grade and grade.manual_score is None
        mark = Mark(grade_id(cell), grade.score, grade.max_score, waiting, by_person)
        resources["nbgrader"].setdefault("marks", []).append(mark)


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
        facts = resources["nbgrader"]
        page = render(
            "feedback.html.j2",
            title=_title(facts),
            student=facts["student"],
            points=facts["score"],
            max_points=facts["max_score"],
            late_penalty=facts["late_penalty"],
            marks=facts.get("marks", []),
            notes=list(map(Markup, _notes(notebook))),
            cells=[_cell(cell) for cell in notebook.cells],
        )
        return page, resources


def render(template: str, **words: Any) -> str:
    """A page. What is not Markup is escaped."""
    return _environment().get_template(template).render(**words)


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _title(names: dict[str, str]) -> str:
    assignment, notebook = names["assignment"], names["notebook"]
    return assignment if notebook == assignment else f"{assignment}: {notebook}"


def _notes(notebook: NotebookNode) -> list[str]:
    """What ShowVerdict says of the whole submission; it stands at the top of the page."""
    return [html for cell in notebook.cells if _is_graded(cell) for html in _said(cell, "notes")]


def _said(cell: NotebookNode, part: str) -> list[str]:
    """What ShowVerdict wrote into a graded cell: ``notes`` or ``verdict``."""
    return [output.data["text/html"] for output in cell.outputs if output.get("metadata", {}).get(COURSE) == part]


@dataclass(frozen=True)
class CellView:
    """A cell as the template shows it. ``kind``: graded, answer, given, added, or text. ``id``: "" without one."""

    kind: str
    id: str
    source: Markup
    outputs: tuple[Markup, ...] = ()
    comment: Markup | None = None

    @property
    def exercise(self) -> str:
        return self.id.removesuffix(CHECKS_SUFFIX)


def _cell(cell: NotebookNode) -> CellView:
    about = cell.metadata.get("nbgrader", {})
    name = grade_id(cell)
    comment = Markup(_markdown(about["comment"])) if about.get("comment") else None
    if cell.cell_type != "code":
        return CellView("text", name, Markup(_markdown(cell.source)), comment=comment)
    source = _highlighted(plain(cell.source))
    if _is_graded(cell):
        return CellView("graded", name, source, tuple(map(Markup, _said(cell, "verdict"))), comment)
    kind = "answer" if about.get("solution") else "given" if about.get("locked") else "added"
    return CellView(kind, name, source, tuple(_outputs(cell.outputs)), comment)


def _is_graded(cell: NotebookNode) -> bool:
    """Are its outputs the verdict? ShowVerdict has replaced what there was."""
    about = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and about.get("grade") and about.get("locked"))


@functools.lru_cache(maxsize=512)  # a class shares most of its text
def _markdown(source: str) -> str:
    return shown_markdown(source, headings_down=_TEXT_DOWN)


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
    for mime_type in ("image/png", "image/jpeg", "image/gif"):
        if mime_type in data:
            words = escape(data.get("text/plain", "an image"))
            return Markup(f'<img src="data:{mime_type};base64,{data[mime_type]}" alt="Output: {words}">')
    return _text(data["text/plain"])


def _text(text: str) -> Markup:
    return Markup(f"<pre>{ansi2html(text)}</pre>")
