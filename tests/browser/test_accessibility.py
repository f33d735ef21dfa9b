"""Feedback, report and flashcards for people who use a keyboard, a small screen, large letters or a screen reader."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from browser.walk import SIZE, Album
from conftest import ROOT, course_copy, run_course
from playwright.sync_api import Browser, Page, expect

from autograder.samples.demo import change

ASSIGNMENT = "chat-templates"
AXE = ROOT / ".browser/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}  # 1280 pixels at a zoom of 400 %, as WCAG has it
FOCUSABLE = "a[href], button, summary, input, select, textarea, [tabindex='0']"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Graded: a submission with one wrong answer and one cell that raises."""
    course = course_copy(tmp_path_factory.mktemp("accessible"))
    notebook = nbformat.read(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    wrong = ("continue_final_message", "add_generation_prompt")
    notebook = change(notebook, "prefill", lambda source: source.replace(*wrong))
    notebook = change(notebook, "to_messages", lambda source: f"{source}\n1 / 0")
    folder = course / "submitted" / "ada" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")
    done = run_course(course, "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    return course


GRADED = {"feedback": f"feedback/ada/{ASSIGNMENT}/{ASSIGNMENT}.html", "report": f"reports/{ASSIGNMENT}.html"}


@pytest.fixture(params=GRADED.values(), ids=GRADED)
def graded(course: Path, request: pytest.FixtureRequest) -> Path:
    """What comes out of grading: a student's feedback, the class's report."""
    return course / request.param


@pytest.fixture(scope="module")
def flashcards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebook of ``sft-or-prompting`` as a student exports it."""
    folder = tmp_path_factory.mktemp("exported")
    notebook = ROOT / "release" / "sft-or-prompting" / "sft-or-prompting.ipynb"
    command = ["-m", "nbconvert", "--to", "html", str(notebook), f"--output-dir={folder}"]
    subprocess.run([sys.executable, *command], check=True, capture_output=True, timeout=120)
    return folder / "sft-or-prompting.html"


@pytest.fixture(params=[SIZE, NARROW], ids=["desk", "phone"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param)
    yield context.new_page()
    context.close()


def violations(page: Page, within: str) -> list[str]:
    """What axe-core finds wrong, with the place of each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = json.dumps({"runOnly": RULES})
    found = page.evaluate(f"axe.run({json.dumps(within)}, {options})")
    assert found["passes"], "no rule was tried"
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def test_rules_find_what_is_wrong(page: Page) -> None:
    page.set_content("<html><body><img src='x'><p style='color:#aaa;background:#fff'>pale</p></body></html>")
    found = " ".join(violations(page, "html"))
    assert "image-alt" in found
    assert "color-contrast" in found


def test_page_meets_the_rules(page: Page, graded: Path, album: Album) -> None:
    with album.step(page, f"the page in {graded.parent.name}"):
        page.goto(graded.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert violations(page, "html") == []


def test_page_fits_the_screen(page: Page, graded: Path) -> None:
    page.goto(graded.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_flashcards_meet_the_rules(page: Page, flashcards: Path, album: Album) -> None:
    with album.step(page, "flashcards, all open"):
        page.goto(flashcards.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(card => card.open = true)")
        assert violations(page, "details") == []


def test_flashcards_by_keyboard(page: Page, flashcards: Path, album: Album) -> None:
    page.goto(flashcards.as_uri())
    cards = page.locator("details")
    assert cards.count() >= 16
    cards.first.locator("summary").focus()
    for number, key in enumerate(("Enter", "Space")):
        card = cards.nth(number)
        with album.step(page, f"a flashcard opened with {key}"):
            expect(card.locator("summary")).to_be_focused()
            assert visible_focus(page)
            page.keyboard.press(key)
            expect(card).to_have_attribute("open", "")
        page.keyboard.press(key)
        expect(card).not_to_have_attribute("open", "")
        page.keyboard.press("Tab")


def test_page_by_keyboard(page: Page, graded: Path) -> None:
    """Tab goes through everything that can be used, in the order in which it is read, and shows where it is."""
    page.goto(graded.as_uri())
    wanted = page.locator(FOCUSABLE).filter(visible=True).count()
    assert wanted > 0
    places = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        assert visible_focus(page)
        places.append(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert places == sorted(set(places))


def visible_focus(page: Page) -> bool:
    """Whether what has the focus looks different from how it looks without it."""
    style = "(({outline, boxShadow, backgroundColor}) => [outline, boxShadow, backgroundColor])(getComputedStyle(seen))"
    return page.evaluate(
        f"""() => {{
            const seen = document.activeElement;
            const on = JSON.stringify({style});
            seen.blur();
            const off = JSON.stringify({style});
            seen.focus({{focusVisible: true}});
            return seen !== document.body && on !== off;
        }}"""
    )
