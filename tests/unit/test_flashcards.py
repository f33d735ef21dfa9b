"""One deck, and the notebook's cards made from it."""

from pathlib import Path

import pytest

from autograder.build import text
from autograder.build.flashcards import Card, expand, fold, read_deck
from autograder.clean.markup import clean_markdown
from autograder.errors import BuildError

MARKER = "<!-- flashcards: deck.tsv -->"
DECK = "#separator:tab\n#html:false\n#columns:Front\tBack\nWhat is `x < 1`?\tA test.\nTwo & two?\tFour.\n"
CARDS = (
    f"{MARKER}\n\n<details>\n<summary>What is <code>x &lt; 1</code>?</summary>\n<p>A test.</p>\n</details>\n\n"
    "<details>\n<summary>Two &amp; two?</summary>\n<p>Four.</p>\n</details>"
)
LESSON = f"""# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="cards"
# {MARKER}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deck.tsv").write_text(DECK)
    return tmp_path


def test_header_lines_are_no_cards(folder: Path) -> None:
    assert read_deck(folder / "deck.tsv") == [Card("What is `x < 1`?", "A test."), Card("Two & two?", "Four.")]


def test_marker_becomes_cards_and_back(folder: Path) -> None:
    assert expand(MARKER, folder) == CARDS
    assert fold(CARDS, folder) == fold(MARKER, folder) == MARKER


@pytest.mark.parametrize("source", ["# A title", f"Cards:\n\n{MARKER}", ""])
def test_any_other_text_stays(folder: Path, source: str) -> None:
    assert expand(source, folder) == fold(source, folder) == source


@pytest.mark.parametrize(
    "line", ["a front alone", "front\t", "front\tback\tmore", 'say "x"\tback', "Two & two?\tFive."]
)
def test_line_that_is_no_card_is_refused(folder: Path, line: str) -> None:
    (folder / "deck.tsv").write_text(DECK + line + "\n")
    with pytest.raises(BuildError):
        read_deck(folder / "deck.tsv")


def test_deck_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(BuildError, match=r"other\.tsv"):
        expand("<!-- flashcards: other.tsv -->", folder)


def test_edit_of_the_cards_in_the_notebook_is_not_lost_silently(folder: Path) -> None:
    with pytest.raises(BuildError, match="Edit the deck"):
        fold(CARDS.replace("Four", "Five"), folder)


def test_notebook_has_the_cards_and_the_text_has_the_marker(folder: Path) -> None:
    source = folder / "lesson.pct.py"
    source.write_text(LESSON)
    notebook = text.to_notebook(source)
    assert notebook.cells[0].source == CARDS
    assert not text.edited_by_hand(notebook)
    assert text.to_text(notebook, source) == LESSON


def test_cards_are_cards_on_a_feedback_page() -> None:
    page = clean_markdown(CARDS)
    assert page.count("<details>") == page.count("</details>") == page.count("<summary>") == 2
    assert "<p>A test.</p></details>" in page.replace("\n", "").replace("&#10;", "")
