"""Between running and showing: outputs and text of a submission, made fit to be looked at.

Every output is hostile: a kernel may publish whatever it likes. Nothing of one is passed on; it is built anew from what
is known of its type, and what is not known is left out and named. Text that the student wrote is turned into clean HTML
(see ``autograder.clean.markup``). What the course handed out stays as it is.

This does not keep a student from *writing* that they have full marks. It keeps what they wrote in its own place.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.clean import images
from autograder.clean.markup import NO_PICTURES, TooMuch, clean_html, clean_markdown, preformatted, without_math
from autograder.clean.plain import coloured, plain
from autograder.course import Course

MAX_OUTPUTS = 200
MAX_TEXT = 256 * 1024
MAX_MARKUP = 512 * 1024  # characters in a notebook
MAX_COLOURS = 20_000  # in a notebook; each becomes an element of a page
MARKUP = ("text/html", "text/markdown")


class SanitizeNotebook(NbGraderPreprocessor):  # type: ignore[misc]
    """Comes right after RunAndJudge: whatever the notebook holds then, it holds no longer."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        course = Course.of(self)
        given = course.given(course.source(names["assignment"]) / f"{names['notebook']}.ipynb")
        sanitize(nb, {cell.source for cell in given.cells if cell.cell_type == "markdown"})
        return nb, resources


def sanitize(notebook: NotebookNode, authored: Iterable[str] = ()) -> None:
    """Clean a notebook in place. ``authored``: Markdown of the course's own, which is left as it is."""
    given = set(authored)
    kept = {name: value for name, value in notebook.metadata.items() if name not in ("language_info", "widgets")}
    notebook.metadata = NotebookNode({**kept, "language_info": {"name": "python"}})  # a kernel gives its own
    _bound_markup(notebook, given)
    _bound_colours(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times, as the kernel tells them
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.execution_count = _count(cell)
            cell.outputs = clean_outputs(cell.outputs)
        if not _is_the_courses(cell, given):
            _clean_source(cell)


def _bound_markup(notebook: NotebookNode, given: set[str]) -> None:
    """What is too much of it in all is shown as text, or not at all: some takes time in its square to be read."""
    left = MAX_MARKUP
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not _is_the_courses(cell, given):
            left -= len(cell.source)
            cell.cell_type = "markdown" if left >= 0 else "raw"
        for output in _outputs(cell):
            data = output.get("data")
            if isinstance(data, dict):
                for name in (one for one in MARKUP if one in data):
                    left -= len(data[name]) if type(data[name]) is str else 0
                    data[name] = data[name] if left >= 0 else None


def _bound_colours(notebook: NotebookNode) -> None:
    """What comes after very many of them is plain."""
    left = MAX_COLOURS
    for cell in notebook.cells:
        for output in _outputs(cell):
            for part, name in _texts(output):
                left -= part[name].count("\x1b")
                part[name] = part[name] if left >= 0 else plain(part[name])


def _outputs(cell: NotebookNode) -> list[Any]:
    """Those that are of an output's kind at all."""
    outputs = cell.get("outputs")
    return [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []


def _texts(output: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Where a terminal's text stands in it: each place as what holds it, and a key."""
    data, lines = output.get("data"), output.get("traceback")
    places: list[tuple[Any, Any]] = [(output, "text")] if "text" in output else []
    places += [(data, "text/plain")] if isinstance(data, dict) and "text/plain" in data else []
    places += [(lines, number) for number in range(len(lines))] if isinstance(lines, list) else []
    return [(part, name) for part, name in places if type(part[name]) is str]


def _is_the_courses(cell: NotebookNode, authored: set[str]) -> bool:
    locked = cell.metadata.get("nbgrader", {}).get("locked", False)
    return bool(locked) or (cell.cell_type == "markdown" and cell.source in authored)


def _clean_source(cell: NotebookNode) -> None:
    """Code stays code: whoever shows it escapes it. Raw cells are shown as they are, so there are none any more."""
    if cell.cell_type == "code":
        cell.source = plain(cell.source)
        return
    markup = preformatted(cell.source) if cell.cell_type == "raw" else shown_markdown(cell.source)
    cell.cell_type = "markdown"
    cell.source = without_math(markup)


def shown_markdown(source: str, *, headings_down: int = 0, pictures: Mapping[str, str] = NO_PICTURES) -> str:
    """Markdown as clean HTML; where there is too much of it, its beginning as plain text."""
    try:
        return clean_markdown(source, headings_down=headings_down, pictures=pictures)
    except TooMuch as error:
        return preformatted(f"[not rendered: {error}]\n{source[:MAX_TEXT]}")


def clean_outputs(outputs: object, *, headings_down: int = 0) -> list[NotebookNode]:
    """Outputs of one cell, built anew."""
    given = outputs if isinstance(outputs, list) else []
    clean = [_clean(output, headings_down) for output in given[:MAX_OUTPUTS]]
    if len(given) > MAX_OUTPUTS:
        clean.append(_left_out([f"{len(given) - MAX_OUTPUTS} more outputs"]))
    return clean


def _clean(output: object, headings_down: int) -> NotebookNode:
    if not isinstance(output, dict):
        return _left_out(["what is no output"])
    match output.get("output_type"):
        case "stream":
            return _stream(output)
        case "error":
            return _error(output)
        case "display_data" | "execute_result":
            return _display(output, headings_down)
    return _left_out(["an output of an unknown type"])


def _stream(output: dict[str, Any]) -> NotebookNode:
    if type(output.get("text")) is not str:
        return _left_out(["a stream without text"])
    name = "stderr" if output.get("name") == "stderr" else "stdout"
    return new_output("stream", name=name, text=coloured(_cut(output["text"])))


def _error(output: dict[str, Any]) -> NotebookNode:
    lines = output.get("traceback")
    texts = [line for line in lines if type(line) is str] if isinstance(lines, list) else []
    traceback = coloured(_cut("\n".join(texts))).split("\n") if texts else []
    return new_output(
        "error", ename=_word(output.get("ename")), evalue=_word(output.get("evalue")), traceback=traceback
    )


def _word(value: object) -> str:
    return plain(value[:10_000]) if isinstance(value, str) else ""


def _display(output: dict[str, Any], headings_down: int) -> NotebookNode:
    """Metadata is dropped: nbconvert writes an image's width from it into an attribute, unescaped."""
    given = output.get("data")
    data: dict[str, str] = {}
    left_out: list[str] = []
    for mime_type, value in given.items() if isinstance(given, dict) else ():
        kept = _representation(mime_type, value, headings_down) if type(value) is str else None
        if kept:
            data["text/html" if mime_type == "text/markdown" else mime_type] = kept
        else:
            left_out.append(_name(mime_type))
    if not data:
        return _left_out(left_out or ["an empty output"])
    if left_out and list(data) == ["text/plain"]:
        data["text/plain"] += f"\n{_words_for(left_out)}"
    if output["output_type"] == "display_data":
        return new_output("display_data", data)
    return new_output("execute_result", data, execution_count=_count(output))


def _count(part: Mapping[str, Any]) -> int | None:
    """Of a cell or an output, where it is one that nbformat takes."""
    count = part.get("execution_count")
    return count if type(count) is int and count >= 0 else None


def _representation(mime_type: object, value: str, headings_down: int) -> str | None:
    """One of an output's representations, cleaned, or None where it must not be shown. What is rendered is bounded as
    ``MARKUP``, too."""
    match mime_type:
        case "text/plain":
            return coloured(_cut(value))
        case "text/html":
            return _html(value, headings_down)
        case "text/markdown":
            return without_math(shown_markdown(value, headings_down=headings_down))
        case str():
            return images.image(mime_type, value)
    return None


def _html(value: str, headings_down: int) -> str | None:
    try:
        clean = clean_html(value, headings_down=headings_down)
    except TooMuch as error:
        clean = f"[left out: {error}]"
    return without_math(clean) if clean.strip() else None


def _left_out(names: list[str]) -> NotebookNode:
    return new_output("display_data", {"text/plain": _words_for(names)})


def _words_for(left_out: list[str]) -> str:
    return f"[left out: {', '.join(dict.fromkeys(left_out[:5]))}]"


def _name(mime_type: object) -> str:
    known = isinstance(mime_type, str) and re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,60}", mime_type, re.ASCII)
    return str(mime_type) if known else "data of an unknown type"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "\n[the rest was left out]"
