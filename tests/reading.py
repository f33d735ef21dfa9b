"""How much of the lesson is to be read."""

import re
from pathlib import Path

import jupytext

SOURCE = Path(__file__).parents[1] / "source"
LESSON = ("chat-templates", "fine-tuning", "sft-or-prompting")  # who adds an assignment may write it in another way
TEXTS = sorted(text for name in LESSON for text in (SOURCE / name).glob("*.pct.py"))


def prose(text: Path) -> str:
    """What is to be read: no title cell, exercise, table, code, picture or flashcard, nothing that needs a GPU."""
    _, *cells = [cell for cell in jupytext.read(text, fmt="py:percent").cells if cell.cell_type == "markdown"]
    reading = "\n\n".join(
        cell.source
        for cell in cells
        if "\n### Exercise" not in f"\n{cell.source}" and not cell.metadata["id"].endswith("on-a-gpu")
    )
    for kind in (r"```.*?```", r"<!--.*?-->", r"!\[.*?\]\(.*?\)", r"^\|[^\n]*$", r"(?<=\])\(.*?\)"):
        reading = re.sub(kind, "", reading, flags=re.DOTALL | re.MULTILINE)
    return reading


def words(text: Path) -> int:
    return len(re.findall(r"\w[\w'-]*", prose(text)))
