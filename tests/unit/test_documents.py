"""What people read beside the code: links lead somewhere."""

import os
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
    ("platform", "path", "student", "file"),
    [
        ("Canvas", "smithada_340934_20849_lesson.ipynb", "340934", "lesson"),
        ("Canvas", "smithada_LATE_340934_20849_sft-or-prompting-2.ipynb", "340934", "sft-or-prompting"),
        ("Canvas", "smith_ada_340934_20849_my_lesson.ipynb", "340934", "my_lesson"),
        ("Canvas", "smithada_1_2_work/smithben_3_4_lesson.ipynb", "1", "work/smithben_3_4_lesson"),  # in her archive
        ("Canvas", "smithada_1_2_lesson.v2.ipynb", "1", "lesson.v2"),
        ("Canvas", "smithada_1_2_lesson.ipynb.txt", "1", "lesson.ipynb"),
        ("Canvas", "smithada_1_2_5_7_lesson.ipynb", None, None),  # what she calls it
        ("Canvas", "smithada_5_1_2_lesson.ipynb", None, None),  # how she calls herself
        ("Canvas", "smithada_1_2_5_7_work/smithben_3_4_lesson.ipynb", None, None),
        ("Canvas", "smithada_1_2_5_7_work/extracted/archive/smithben_3_4_lesson.ipynb", None, None),
        ("Canvas", "lesson.ipynb", None, None),
        ("Moodle", "Ada Smith_12_assignsubmission_file_/lesson.ipynb", "Ada Smith", "lesson"),
        ("Moodle", "Ada Smith_12_assignsubmission_file_lesson.ipynb", "Ada Smith", "lesson"),
        ("Moodle", "Ada_1_assignsubmission_file_/Ben_2_assignsubmission_file_/x.ipynb", "Ada", None),
        ("Moodle", ".._1_assignsubmission_file_/lesson.ipynb", None, None),
        ("Moodle", "Ada Smith_12_assignsubmission_onlinetext_/onlinetext.html", None, None),
    ],
)
def test_archive_of_a_platform_is_taken_apart_by_the_names_that_the_platform_gave(
    platform: str, path: str, student: str | None, file: str | None
) -> None:
    """file: less its last ending, as nbgrader takes it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (name,) = re.findall(rf'^    # {platform}: .*\n    name = r"(.*)"$', readme, re.MULTILINE)
    (start,) = re.findall(r'named_regexp = r"(.*)" \+ name', readme)
    found = re.match(start + name, f"/home/prof/llm_2026_course/downloaded/lesson/extracted/archive/{path}")
    assert (found and found["student_id"]) == student
    assert file is None or (found and os.path.splitext(found["file_id"])[0]) == file


def test_every_page_is_reached_from_the_first() -> None:
    reached, left = set(), {ROOT / "README.md"}
    while left:
        page = left.pop()
        reached.add(page)
        names = [name for name, _ in LINK.findall(page.read_text(encoding="utf-8"))]
        left |= {(page.parent / name).resolve() for name in names if name.endswith(".md")} - reached
    ours = {ROOT / document for document in DOCUMENTS if document.parts[0] in ("README.md", "autograder")}
    assert ours <= reached
