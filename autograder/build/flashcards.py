"""Flashcards: one deck, a file that students import into Anki, and the cards that the notebook shows.

A Markdown cell that is nothing but the line ``<!-- flashcards: flashcards.tsv -->`` becomes that line and a
``<details>`` card for each row of the deck. They open with a click or a key, without a script, in exported pages too.

A deck has Anki's header lines first (they begin with ``#``), then one card a line: front, a tab, back. Words between
backquotes become code.
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import BuildError

_MARKER = re.compile(r"<!-- flashcards: ([\w.-]+\.tsv) -->")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Card:
    """Plain text on both sides."""

    front: str
    back: str


def read_deck(path: Path) -> list[Card]:
    """All cards of a deck. Raises BuildError where a line is no card, or Anki would read it differently."""
    cards = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        sides = [side.strip() for side in line.split("\t")]
        if len(sides) != 2 or not all(sides) or '"' in line:
            raise BuildError(f"{path}, line {number}: a card is a front, a tab and a back, without double quotes")
        cards.append(Card(*sides))
    if len({card.front for card in cards}) < len(cards):
        raise BuildError(f"{path}: two cards have the same front; Anki would keep one of them")
    return cards


def expand(source: str, folder: Path) -> str:
    """The cards, where a cell's text names a deck; any other text as it is."""
    found = _MARKER.fullmatch(source.strip())
    if found is None:
        return source
    deck = folder / found[1]
    if not deck.is_file():
        raise BuildError(f"there is no deck {deck}")
    return "\n\n".join([found[0], *map(_as_html, read_deck(deck))])


def fold(source: str, folder: Path) -> str:
    """The line that names the deck, where a cell's text is its cards; any other text as it is.

    Raises BuildError where the cards are not those of the deck: an edit of them would be lost.
    """
    marker, _, cards = source.strip().partition("\n")
    if _MARKER.fullmatch(marker) is None:
        return source
    if cards and source.strip() != expand(marker, folder):
        raise BuildError(
            f"the cards in the notebook are not those of the deck. Edit the deck, and leave of the cell: {marker}"
        )
    return marker


def _as_html(card: Card) -> str:
    """Without a blank line, which would end the HTML block."""
    return f"<details>\n<summary>{_inline(card.front)}</summary>\n<p>{_inline(card.back)}</p>\n</details>"


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(text, quote=False))
