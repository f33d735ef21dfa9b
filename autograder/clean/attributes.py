"""Attributes of strangers' elements: which may stay, and with what values."""

import re
from collections.abc import Callable, Iterator, Mapping

from autograder.clean.images import image
from autograder.clean.style import clean_style

Check = Callable[[str], str | None]


def allowed(element: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The attributes that may stay, with values that may."""
    for name, value in attributes.items():
        check = _OF_ELEMENT.get(element, {}).get(name) or _OF_ALL.get(name)
        kept = check(value) if check is not None else None
        if kept is not None:
            yield name, kept
            if name == "href":
                yield "rel", "noopener noreferrer nofollow"


def _matching(pattern: str) -> Check:
    compiled = re.compile(pattern, re.IGNORECASE | re.ASCII)
    return lambda value: value.strip() if compiled.fullmatch(value.strip()) else None


def _words(value: str) -> str | None:
    return value if len(value) <= 1000 else None


def _classes(value: str) -> str | None:
    """pandas' own. No other: classes are what pages hang their looks and their scripts on."""
    return "dataframe" if "dataframe" in value.split() else None


def _embedded_image(value: str) -> str | None:
    found = re.match(r"\s*data:(image/[a-z]+);base64,", value, re.IGNORECASE)
    data = image(found[1].lower(), value[found.end() :]) if found else None
    return f"data:{found[1].lower()};base64,{data}" if found and data else None


_SMALL_NUMBER = _matching(r"[1-9]\d{0,2}")
_CELL = {"colspan": _SMALL_NUMBER, "rowspan": _SMALL_NUMBER, "scope": _matching(r"(row|col)(group)?")}
_OF_ALL: dict[str, Check] = {
    "aria-label": _words,
    "class": _classes,
    "dir": _matching(r"ltr|rtl|auto"),
    "lang": _matching(r"[a-z]{1,8}(-[a-z\d]{1,8}){0,3}"),
    "role": _matching(r"img|list|listitem|note|presentation|table"),
    "style": clean_style,
    "title": _words,
}
_OF_ELEMENT: dict[str, dict[str, Check]] = {
    "a": {"href": _matching(r"https?://[^\s\"'<>`\\]{1,2000}|#[\w.-]{1,100}")},
    "col": {"span": _SMALL_NUMBER},
    "colgroup": {"span": _SMALL_NUMBER},
    "details": {"open": lambda _: ""},
    "img": {
        "alt": _words,
        "height": _matching(r"[1-9]\d{0,3}"),
        "src": _embedded_image,
        "width": _matching(r"[1-9]\d{0,3}"),
    },
    "ol": {"start": _matching(r"\d{1,6}")},
    "table": {"border": _matching(r"[01]")},
    "td": _CELL,
    "th": _CELL,
}
