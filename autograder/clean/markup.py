"""HTML and Markdown of strangers, written anew in a closed vocabulary.

Nothing of the input is passed on as markup. Every tag that comes out was written here: an element of the lists below
with attributes of the lists below, their values checked, quoted and escaped, and all of it closed again. None of these
elements has contents that a browser reads as anything but HTML (as those of script, style, noscript, svg or math are),
so that whoever reads it once more finds the same. This does not rest on reading the input as a browser would.

Its work grows with the length of the input and with nothing else, which is why it is no parser's tree that is cleaned:
of 17 kB of unclosed elements html5lib, and so bleach, makes 12 MB in 13 s. A grader must not hang on an output.
"""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block, table

from autograder.clean.attributes import allowed
from autograder.clean.plain import plain

MAX_CHARACTERS = 1024 * 1024
MAX_MARKDOWN = 256 * 1024
MAX_TOKENS = 100_000  # of Markdown
MAX_NESTING = 20  # of Markdown; a list and its item are two
MAX_ELEMENTS = 20_000
MAX_DEPTH = 32
NO_PICTURES: Mapping[str, str] = {}

_VOID = {"br", "col", "hr", "img", "wbr"}
_ELEMENTS = _VOID | {
    "a", "abbr", "b", "blockquote", "caption", "cite", "code", "colgroup", "dd", "del", "details", "dfn", "div",
    "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
_LEFT_OUT = {  # with all that is in them
    "applet", "audio", "canvas", "frameset", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "plaintext", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
}  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# An element that is still open ends where one of these begins, as authors expect who leave out end tags.
_ENDED_BY = {
    "p": {"p", "div", "ul", "ol", "table", "pre", "blockquote", *_HEADINGS},
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th", "tr"},
    "th": {"td", "th", "tr"},
    "tr": {"tr"},
}

_MARKUP = re.compile(r"<(?:(?P<comment>!--)|(?P<other>[!?]|/(?![a-zA-Z]))|(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*))")
_ATTRIBUTE = re.compile(
    r"""[\s/]*(?:(?P<close>>)|(?P<name>[^\s/>][^\s/>=]*)
        (?:\s*=\s*(?:"(?P<double>[^"]*)(?:"|\Z)|'(?P<single>[^']*)(?:'|\Z)|(?P<bare>[^\s>"'][^\s>]*)))?)""",
    re.VERBOSE,
)


_LONG_REFERENCE = re.compile(r"&#[0-9]{8,};?")  # no character has such a number, and Python may refuse to read it


class TooMuch(ValueError):
    """More than is cleaned, or than a browser should be given. The message says of what."""


def clean_html(text: str, *, headings_down: int = 0) -> str:
    """``text`` in the closed vocabulary. ``headings_down``: by how many levels headings are lowered. Raises TooMuch."""
    return _clean(text, _Writer(_for_html, headings_down, NO_PICTURES))


def clean_markdown(source: str, *, headings_down: int = 0, pictures: Mapping[str, str] = NO_PICTURES) -> str:
    """HTML for Markdown, in the closed vocabulary; on one line, and such that it is its own HTML when it is taken for
    Markdown again, as whoever opens the notebook does. ``pictures``: of ours, what stands for which address. Raises
    TooMuch."""
    if len(source) > MAX_MARKDOWN:
        raise TooMuch(f"more than {MAX_MARKDOWN // 1024} kB of Markdown")
    try:
        rendered = str(_render(source))
    except TooMuch:
        raise
    except Exception as error:  # whatever a hostile text makes it trip over, RecursionError first
        raise TooMuch("Markdown that cannot be read") from error
    return _clean(rendered, _Writer(_for_markdown, headings_down, pictures))


def preformatted(text: str) -> str:
    """Plain text as HTML; it too may stand in a Markdown cell."""
    return f"<pre>{_for_markdown(plain(text))}</pre>"


def without_math(markup: str) -> str:
    r"""MathJax, which notebooks are shown with, makes links of ``\href``, and of ``javascript:`` too. It skips this."""
    return f'<div class="tex2jax_ignore mathjax_ignore">{markup}</div>'


def _reader() -> MarkdownIt:
    """For Markdown of strangers; what comes out is cleaned, its links too. Not mistune, which nbconvert has: of 250
    characters, or of one long line, it makes days or minutes of work."""
    reader = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["strikethrough", "table"])
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    for name, rule, ends in (  # and which blocks it ends, as in markdown_it/parser_block.py
        ("table", table, ["paragraph", "reference"]),
        ("blockquote", blockquote, ["paragraph", "reference", "blockquote", "list"]),
        ("list", list_block, ["paragraph", "reference", "blockquote"]),
    ):
        reader.block.ruler.at(name, _bounded(rule), {"alt": ends})
    return reader


def _bounded(rule: Callable[..., bool]) -> Callable[..., bool]:
    """A rule for blocks that raises TooMuch where the reader would leave out what is nested too deeply, or make much of
    little: it fills up a table's short rows, a kilobyte to a hundred thousand tokens."""

    def bounded(state: StateBlock, *lines: Any) -> bool:
        if len(state.tokens) > MAX_TOKENS:
            raise TooMuch(f"more than {MAX_TOKENS} parts of Markdown")
        found = rule(state, *lines)
        if found and state.level >= MAX_NESTING - 2:
            raise TooMuch("Markdown that is nested too deeply")
        return found

    return bounded


_render = _reader().render

_MARKDOWN = {ord(sign): f"&#{ord(sign)};" for sign in "!#$&()*<>[\\]_`{|}~\"'\n"}
_HTML = {ord(sign): f"&#{ord(sign)};" for sign in "<>&\"'`"}


def _for_html(text: str) -> str:
    return text.translate(_HTML)


def _for_markdown(text: str) -> str:
    """No sign is left that Markdown gives a meaning to, and no line break: an HTML block ends at a blank line."""
    return text.translate(_MARKDOWN)


def _clean(text: str, writer: "_Writer") -> str:
    if len(text) > MAX_CHARACTERS:
        raise TooMuch(f"more than {MAX_CHARACTERS // 1024} kB of HTML")
    _read(text, writer)
    return writer.finish()


def _read(text: str, writer: "_Writer") -> None:
    """Cut ``text`` into words and tags. What is not ended, is no tag: as in browsers, nothing comes after it."""
    position = 0
    while (found := _MARKUP.search(text, position)) is not None:
        writer.text(text[position : found.start()])
        if found["comment"] or found["other"]:
            position = _after(text, "-->" if found["comment"] else ">", found.start() + 2)
            continue
        name = found["name"].lower()
        attributes: dict[str, str] = {}
        position = _read_attributes(text, found.end(), attributes)
        if position < 0:
            return
        if found["end"]:
            writer.end(name)
        elif name in _LEFT_OUT:
            ends = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, position)
            position = ends.start() if ends else len(text)
        else:
            writer.start(name, attributes)
    writer.text(text[position:])


def _after(text: str, end: str, start: int) -> int:
    found = text.find(end, start)
    return len(text) if found < 0 else found + len(end)


def _read_attributes(text: str, position: int, attributes: dict[str, str]) -> int:
    """Fill ``attributes``; of two with one name the first counts. Returns where the tag ends, -1 where it does not."""
    while (found := _ATTRIBUTE.match(text, position)) is not None:
        position = found.end()
        if found["close"]:
            return position
        value = found["double"] or found["single"] or found["bare"] or ""
        attributes.setdefault(found["name"].lower(), _unescaped(value))
    return -1


def _unescaped(text: str) -> str:
    return plain(html.unescape(_LONG_REFERENCE.sub("\ufffd", text)))


class _Writer:
    """Writes what is allowed, and keeps count of what is open."""

    def __init__(self, escape: Callable[[str], str], headings_down: int, pictures: Mapping[str, str]) -> None:
        self._escape = escape
        self._headings_down = headings_down
        self._pictures = pictures
        self._written: list[str] = []
        self._open: list[str] = []
        self._elements = 0

    def text(self, text: str) -> None:
        self._written.append(self._escape(_unescaped(text)))

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = self._lowered(name)
        while self._open and name in _ENDED_BY.get(self._open[-1], ()):
            self._close()
        if name not in _ELEMENTS or len(self._open) >= MAX_DEPTH:
            return
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise TooMuch(f"more than {MAX_ELEMENTS} HTML elements")
        kept = dict(allowed(name, attributes))
        if name == "img" and attributes.get("src") in self._pictures:
            kept["src"] = self._pictures[attributes["src"]]
        if name == "img" and "src" not in kept:
            self.text(f"[image left out: {kept['alt']}]" if kept.get("alt") else "[image left out]")
            return
        if name == "img":
            kept.setdefault("alt", "image")
        words = "".join(f' {key}="{self._escape(value)}"' for key, value in kept.items())
        self._written.append(f"<{name}{words}>")
        if name not in _VOID:
            self._open.append(name)

    def end(self, name: str) -> None:
        name = self._lowered(name)
        if name in self._open:
            while self._close() != name:
                pass

    def finish(self) -> str:
        while self._open:
            self._close()
        return "".join(self._written)

    def _close(self) -> str:
        name = self._open.pop()
        self._written.append(f"</{name}>")
        return name

    def _lowered(self, name: str) -> str:
        if name not in _HEADINGS:
            return name
        return _HEADINGS[min(_HEADINGS.index(name) + self._headings_down, len(_HEADINGS) - 1)]
