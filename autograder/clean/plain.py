"""Text of strangers, harmless wherever it is printed: in a terminal, a table, a page or an editor.

What a submission says may hold sequences that steer a terminal (move its cursor, set its title, write its clipboard)
and characters that reorder what a reader sees. ``plain`` keeps the words.
"""

import itertools
import re

MAX_COLOURS = 2000  # nbconvert copies the rest of the text at each

# The one sequence that may stay, if it is well formed: nbconvert, and with it the formgrader, breaks on `\x1b[38m`.
_CODE = r"(?:[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3}|(?!0*[34]8[;m])\d{0,3})"
_COLOUR = rf"\x1b\[{_CODE}(?:;{_CODE}){{0,7}}m"
_UNWANTED = re.compile(
    rf"""
      (?P<colour> {_COLOUR})
    | \x1b\[ [0-?]* [ -/]* [@-~]                   # any other control sequence
    | \x1b[\]PX^_] [^\x07\x1b\n]* (?:\x07|\x1b\\)? # titles, links, clipboards
    | \x1b [ -/]* [0-~]?                           # other escapes
    | [\x00-\x08\x0b-\x1f\x7f-\x9f]                # control characters; a tab and a new line are none of them
    | [\u202a-\u202e\u2066-\u2069]                 # they turn the order of characters round
    """,
    re.VERBOSE | re.ASCII,
)


def plain(text: str, *, colours: int = 0) -> str:
    """Without control characters and escape sequences. ``colours``: how many of ANSI's colours may stay."""
    lines = encodable(text).replace("\r\n", "\n").replace("\r", "\n")
    seen = itertools.count()
    return _UNWANTED.sub(lambda found: found[0] if found["colour"] and next(seen) < colours else "", lines)


def encodable(text: str) -> str:
    """Without halves of surrogate pairs, which cannot be written to a file."""
    return text.encode("utf-8", "replace").decode("utf-8")


def coloured(text: str) -> str:
    """As ``plain``, but what programs and tracebacks colour stays coloured."""
    return plain(text, colours=MAX_COLOURS)
