"""Styles of strangers: how words look, and never where they are.

Each declaration has to match, whole, what is known of its property. There is nothing to load in it (``url``), nothing
to look up (``var``), nothing to escape with, and no property that takes an element out of its place or makes it huge:
what is shown stays in its own box on the page.
"""

import re

MAX_CHARACTERS = 1000

_COLOUR = r"(?:#[0-9a-f]{3,8}|[a-z]{3,22}|(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\))"
_SHORT = r"(?:0|\d{1,2}(?:\.\d{1,3})?(?:px|pt)|(?:[0-4](?:\.\d{1,3})?|\.\d{1,3})(?:em|rem|ex|ch))"
_LONG = r"(?:0|\d{1,3}(?:\.\d{1,3})?(?:px|pt)|\d{1,2}(?:\.\d{1,3})?(?:em|rem|ex|ch|%)|100%)"
_LINE = r"(?:none|hidden|solid|dotted|dashed|double)"
_BORDER = rf"(?:(?:thin|medium|thick|\d(?:\.\d)?px|0|{_LINE}|{_COLOUR})(?:\s+|$)){{1,3}}"
_SHORTS = rf"{_SHORT}(?:\s+{_SHORT}){{0,3}}"
_LONG_OR_AUTO = rf"(?:auto|{_LONG})"
_SIDES = ("top", "right", "bottom", "left")

_VALUES = {
    "color": _COLOUR,
    "background": _COLOUR,
    "background-color": _COLOUR,
    "font-family": r"[a-z][a-z\d -]{0,40}(?:,\s*[a-z][a-z\d -]{0,40}){0,5}",
    # Nothing that grows where elements stand in each other.
    "font-size": r"\d{1,2}(?:\.\d{1,2})?(?:px|pt)|[0-3](?:\.\d{1,2})?rem|0?\.\d{1,2}em|1em|\d{2}%|100%"
    r"|(?:xx?-)?(?:small|large)|medium|smaller",
    "font-style": r"normal|italic|oblique",
    "font-variant": r"normal|small-caps",
    "font-weight": r"normal|bold|bolder|lighter|[1-9]00",
    "line-height": r"normal|[12](?:\.\d{1,2})?|\d{2}px",
    "text-align": r"left|right|center|justify|start|end",
    "text-decoration": r"none|underline|line-through|overline",
    "text-transform": r"none|uppercase|lowercase|capitalize",
    "vertical-align": r"baseline|top|middle|bottom|sub|super|text-top|text-bottom",
    "white-space": r"normal|nowrap|pre|pre-wrap|pre-line",
    "word-break": r"normal|break-all|keep-all",
    "overflow-wrap": r"normal|break-word|anywhere",
    "display": r"inline|inline-block|block|flex|table",
    "flex-wrap": r"wrap|nowrap",
    "gap": _SHORTS,
    "width": _LONG_OR_AUTO,
    "max-width": _LONG,
    "min-width": _LONG,
    "height": _LONG_OR_AUTO,
    "max-height": _LONG,
    "overflow": r"auto|hidden",
    "overflow-x": r"auto|hidden",
    "overflow-y": r"auto|hidden",
    "padding": _SHORTS,
    "margin": rf"(?:auto|{_SHORT})(?:\s+(?:auto|{_SHORT})){{0,3}}",
    "border": _BORDER,
    "border-color": _COLOUR,
    "border-style": _LINE,
    "border-width": r"thin|medium|thick|\dpx|0",
    "border-radius": _SHORTS,
    "border-collapse": r"collapse|separate",
    "border-spacing": _SHORTS,
    **{f"padding-{side}": _SHORT for side in _SIDES},
    **{f"margin-{side}": rf"auto|{_SHORT}" for side in _SIDES},
    **{f"border-{side}": _BORDER for side in _SIDES},
}
_CHECKS = {name: re.compile(value, re.ASCII) for name, value in _VALUES.items()}


def clean_style(style: str) -> str | None:
    """The declarations that may stay, or None where there are none."""
    if len(style) > MAX_CHARACTERS:
        return None
    kept = []
    for declaration in style.lower().split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        check = _CHECKS.get(name)
        if check is not None and check.fullmatch(value):
            kept.append(f"{name}: {value}")
    return "; ".join(kept) or None
