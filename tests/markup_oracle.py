"""What a browser would make of a piece of HTML, and what in it could do anything: the tests' second opinion.

It shares nothing with what it judges: html5lib parses as browsers do, and the lists are written down here again.
"""

import re
from typing import Any

from bleach._vendor import html5lib  # the copy that nbconvert's dependency brings; only tests use it

_ELEMENTS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "alt", "aria-label", "border", "class", "colspan", "dir", "height", "href", "lang", "open", "rel", "role",
    "rowspan", "scope", "span", "src", "start", "style", "title", "width",
}  # fmt: skip
_CLASSES = {"dataframe", "tex2jax_ignore", "mathjax_ignore"}
_STYLE = re.compile(r"(?:[a-z-]+: [#\w\s.,%/()-]+(?:; )?)*")
_MOVES = re.compile(
    r"position|z-index|transform|opacity|filter|float|inset|(?:^|\W)(?:top|left|right|bottom):|url|image|var\("
    r"|expression|-\d|\d{4}|content|behavior|binding|animation|transition|cursor|visibility|none; *display"
)


def problems(markup: str) -> list[str]:
    """Whatever in it is not on the lists."""
    return [problem for element in _parsed(markup).iter() for problem in _of_element(element)]


def text_of(markup: str) -> str:
    """What is read."""
    return "".join(_parsed(markup).itertext())


def elements_of(markup: str) -> set[str]:
    return {str(element.tag) for element in _parsed(markup).iter()}


def _parsed(markup: str) -> Any:
    """As in a page: inside something, and something comes after it."""
    page = f"<section>{markup}</section><p></p>"
    return html5lib.parseFragment(page, treebuilder="etree", namespaceHTMLElements=False)


def _of_element(element: Any) -> list[str]:
    tag, attributes = element.tag, element.attrib
    if tag in ("DOCUMENT_FRAGMENT", "section"):
        return []
    if tag not in _ELEMENTS:
        return [f"element {tag}"]
    found = [f"attribute {name}" for name in attributes if name not in _ATTRIBUTES]
    if not re.fullmatch(r"(?:https?://\S+|#[\w.-]+)?", attributes.get("href", "")):
        found.append(f"link {attributes['href']}")
    if tag == "img" and not re.fullmatch(r"data:image/(png|jpeg|gif);base64,[\w+/]+=*", attributes.get("src", "")):
        found.append(f"image {attributes.get('src')}")
    style = attributes.get("style", "")
    if not _STYLE.fullmatch(style) or _MOVES.search(style):
        found.append(f"style {style}")
    found += [f"class {name}" for name in attributes.get("class", "").split() if name not in _CLASSES]
    return found
