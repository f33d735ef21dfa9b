"""What people read beside the code: links lead somewhere."""

import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LISTED = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
DOCUMENTS = [Path(name) for name in LISTED.split("\0") if name]


def anchors(document: Path) -> set[str]:
    """As the forges make them: of a heading's words, joined by hyphens."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    for name, anchor in LINK.findall((ROOT / document).read_text(encoding="utf-8")):
        target = (ROOT / document).parent / name if name else ROOT / document
        assert target.exists(), name
        assert not anchor or anchor in anchors(target), f"{name}#{anchor}"


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("ada_12345_lesson.ipynb", "ada"),
        ("archive/ada_12345_lesson.ipynb", "ada"),
        ("ada_12345_work/ben_1_lesson.ipynb", "ada"),  # of an archive that Ada has made
        ("ada_12345_work/.._1_lesson.ipynb", "ada"),
        (".._1_lesson.ipynb", None),
        ("lesson.ipynb", None),
    ],
)
def test_archive_of_a_platform_is_taken_apart_by_the_names_that_the_platform_gave(
    path: str, student: str | None
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ((pattern,)) = re.findall(r'named_regexp = r"(.*)"', readme)
    found = re.match(pattern, f"/home/prof/llm_2026_course/downloaded/lesson/extracted/{path}")
    assert (found and found["student_id"]) == student


def test_every_page_is_reached_from_the_first() -> None:
    reached, left = set(), {ROOT / "README.md"}
    while left:
        page = left.pop()
        reached.add(page)
        names = [name for name, _ in LINK.findall(page.read_text(encoding="utf-8"))]
        left |= {(page.parent / name).resolve() for name in names if name.endswith(".md")} - reached
    ours = {ROOT / document for document in DOCUMENTS if document.parts[0] in ("README.md", "autograder")}
    assert ours <= reached
