"""The lesson is about twelve minutes of reading, and says of itself what a lesson should."""

import re
from pathlib import Path

import jupytext
import pytest
from reading import TEXTS, words

WORDS = 2400, 3000  # 12 minutes, at 200 to 250 words a minute


def test_reading_takes_about_twelve_minutes() -> None:
    counts = {text.stem: words(text) for text in TEXTS}
    print(counts)
    assert WORDS[0] <= sum(counts.values()) <= WORDS[1], counts


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name.removesuffix(".pct.py"))
def test_each_notebook_says_what_it_is(text: Path) -> None:
    first = next(cell.source for cell in jupytext.read(text, fmt="py:percent").cells if cell.cell_type == "markdown")
    for part in ("When you are done you can", "**Time:**", "**Builds on:**", "**Leads to:**", "**Source:**"):
        assert part in first
    assert "Apache-2.0" in first
    assert re.search(r"[Oo]bjectives? [1-5]", first)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name.removesuffix(".pct.py"))
def test_each_exercise_names_its_objective(text: Path) -> None:
    cells = [cell.source for cell in jupytext.read(text, fmt="py:percent").cells if cell.cell_type == "markdown"]
    exercises = [cell for cell in cells if "\n### Exercise" in f"\n{cell}"]
    assert len(exercises) >= 4
    assert all(re.search(r"\*Objectives? [1-5]", cell) for cell in exercises)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name.removesuffix(".pct.py"))
def test_pictures_are_there_and_say_what_they_show(text: Path) -> None:
    source = text.read_text(encoding="utf-8").replace("\n# ", " ")
    for alt, name in re.findall(r"!\[(.*?)\]\((.*?)\)", source):
        assert len(alt) > 60, name
        assert (text.parent / name).is_file()
