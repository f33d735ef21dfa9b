"""A round of one assignment as people see it: two students at once, an instructor and a grader, in a real hub.

The tests are one story: each goes on where the one before it ended.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from browser.conftest import PREFIX
from browser.walk import SECONDS, Album, Formgrader, Lab, log_in
from conftest import ROOT
from hub.hub import Hub
from playwright.sync_api import Browser, expect

from autograder.samples.answers import load_answers

ASSIGNMENT = "chat-templates"
EXERCISE = "render_for_training"
STAMP = re.compile(r"^\s*\d{4}-\d\d-\d\d .* UTC")
CLASS = Path("/var/lib") / f"{PREFIX}hub" / "course"
WRONG = "wrong_generation-prompt-in-training"


def sources(answers: dict[str, str]) -> list[str | None]:
    """For each cell of the released notebook, what a student writes there."""
    name = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    solved = {cell.id: cell for cell in nbformat.read(ROOT / "solutions" / name, as_version=4).cells}
    cells = nbformat.read(ROOT / "release" / name, as_version=4).cells
    written = [cell.metadata.get("nbgrader", {}).get("solution") for cell in cells]
    return [
        answers.get(cell.metadata.nbgrader.grade_id, solved[cell.id].source) if mine else None
        for cell, mine in zip(cells, written, strict=True)
    ]


def wrong_answer() -> str:
    known = load_answers(ROOT / "tests" / "answers" / ASSIGNMENT)
    return next(one.source for one in known if (one.exercise, one.name) == (EXERCISE, WRONG))


@dataclass
class Class:
    ada: Lab
    ben: Lab
    grader: Formgrader


@pytest.fixture(scope="module")
def people(hub: Hub, browser: Browser, album: Album) -> Iterator[Class]:
    """Everybody logs in at once."""
    pages = {name: log_in(browser, hub, name) for name in ("ada", "ben", "grader")}
    for name in ("ada", "ben"):
        with album.step(pages[name], f"{name} logs in"):
            Lab(pages[name])
    with album.step(pages["grader"], "the grader opens the formgrader"):
        Lab(pages["grader"])  # who goes on before this page is there may be led back to it
        formgrader = Formgrader(pages["grader"], hub)
    yield Class(Lab(pages["ada"]), Lab(pages["ben"]), formgrader)
    for page in pages.values():
        page.context.close()


def test_release(people: Class, album: Album) -> None:
    grader = people.grader
    with album.step(grader.page, "a due date is set"):
        grader.set_due(ASSIGNMENT, "2036-12-23T23:59", "+0100")
        expect(grader.row(ASSIGNMENT).locator(".duedate")).to_contain_text("2036-12-23 22:59")
    with grader.page.context.expect_page() as opened:
        grader.row(ASSIGNMENT).get_by_role("link", name=ASSIGNMENT).click()
    with album.step(opened.value, "the assignment's folder opens in the grader's own server"):
        opened.value.wait_for_url(f"**/user/grader/lab/tree/**/{ASSIGNMENT}")
        expect(opened.value.get_by_role("listitem", name=f"{ASSIGNMENT}.ipynb")).to_be_visible()
    with album.step(grader.page, "the assignment is generated"):
        assert "Successfully created" in grader.press(ASSIGNMENT, "assign")
    with album.step(grader.page, "the assignment is released"):
        assert "Successfully released" in grader.press(ASSIGNMENT, "release")
        expect(grader.row(ASSIGNMENT).locator(".status")).to_have_text("released")
    with album.step(grader.page, "the due date is changed"):
        grader.set_due(ASSIGNMENT, "2036-12-24T23:59", "+0100")


def test_students_fetch_at_once(people: Class, album: Album) -> None:
    for student, name in ((people.ada, "ada"), (people.ben, "ben")):
        with album.step(student.page, f"{name} has no formgrader in the menu"):
            assert student.menu("Nbgrader") == ["Assignment List"]
            student.page.keyboard.press("Escape")
        with album.step(student.page, f"{name} sees the list with the due date"):
            student.open_assignments()
            expect(student.assignments("released")).to_contain_text("due 24 Dec 2036, 22:59 UTC")
    for student in (people.ada, people.ben):
        student.assignments("released").get_by_role("button", name="Fetch").click()
    for student, name in ((people.ada, "ada"), (people.ben, "ben")):
        with album.step(student.page, f"{name} has fetched the assignment"):
            expect(student.assignments("fetched")).to_contain_text(ASSIGNMENT)


def test_students_work_at_once(people: Class, album: Album) -> None:
    students = ((people.ada, "ada", {}), (people.ben, "ben", {EXERCISE: wrong_answer()}))
    for student, name, _ in students:
        with album.step(student.page, f"{name} opens the notebook"):
            student.open_notebook(ASSIGNMENT)
    for student, _, answers in students:
        student.work_through(sources(answers))
    for student, name, _ in students:
        with album.step(student.page, f"{name} has run the whole notebook"):
            student.idle()


def test_validate(people: Class, album: Album) -> None:
    with album.step(people.ada.page, "ada validates"):
        assert "Success" in people.ada.validate()
    with album.step(people.ben.page, "ben validates and is told which cell fails"):
        assert EXERCISE in people.ben.validate()
    for student, name in ((people.ada, "ada"), (people.ben, "ben")):
        with album.step(student.page, f"{name} submits"):
            student.close_dialog()
            student.go_to("Assignments")
            student.assignments("fetched").get_by_role("button", name="Submit").click()
            expect(student.assignments("submitted")).to_contain_text(ASSIGNMENT)


def test_submit_again(people: Class, album: Album) -> None:
    with album.step(people.ada.page, "ada submits again"):
        rows = people.ada.assignments("submitted").get_by_text(STAMP)
        before = rows.count()
        people.ada.assignments("fetched").get_by_role("button", name="Submit").click()
        expect(rows).to_have_count(before + 1)


def test_grade(people: Class, album: Album) -> None:
    grader = people.grader
    with album.step(grader.page, "the submissions are collected"):
        grader.page.reload()
        assert "Successfully collected" in grader.press(ASSIGNMENT, "collect")
        expect(grader.row(ASSIGNMENT).locator(".num-submissions")).to_have_text("2")


def test_grade_the_class_in_a_terminal(hub: Hub, people: Class, album: Album) -> None:
    page = people.grader.page.context.new_page()
    page.goto(f"{hub.address}user/grader/lab")
    with album.step(page, "the grader grades the class in a terminal"):
        Lab(page).type_in_terminal(f"course grade {ASSIGNMENT}")
        wait_for(CLASS / "reports" / f"{ASSIGNMENT}.html")
        grades = (CLASS / "grades.csv").read_text()
        assert [line.split(",")[0] for line in grades.splitlines()[1:]] == ["ada", "ben"], grades
        page.wait_for_timeout(2 * SECONDS)  # until it has said the rest, and the terminal, which is a picture, drawn it
    with album.step(page, "the grader reads the report"):
        page.goto((CLASS / "reports" / f"{ASSIGNMENT}.html").as_uri())
        expect(page.get_by_text("Median")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="ben").last.get_by_role("link").first).to_be_visible()
    page.close()


def test_grade_by_button(people: Class, album: Album) -> None:
    grader = people.grader
    grader.row(ASSIGNMENT).locator(".num-submissions a").click()
    for name in ("ada", "ben"):
        with album.step(grader.page, f"{name}'s submission is graded"):
            assert "Successfully autograded" in grader.press(name, "autograde")
    with album.step(grader.page, "the submissions are graded"):
        for name, score in (("ada", "41 / 41"), ("ben", "39 / 41")):
            expect(grader.row(name).locator(".score")).to_have_text(score)


def wait_for(file: Path) -> None:
    end = time.monotonic() + 180
    while not file.exists():
        assert time.monotonic() < end, file
        time.sleep(0.2)


def open_submission(people: Class, row: str) -> None:
    """The page of the submission whose row in the table says that."""
    page = people.grader.page
    page.get_by_role("link", name="Manual Grading").click()
    for place in ("", f"/{ASSIGNMENT}"):  # the assignment, then its notebook of the same name
        page.wait_for_url(f"**/gradebook{place}")
        page.get_by_role("gridcell").get_by_role("link", name=ASSIGNMENT).click()
    people.grader.row(row).get_by_role("link", name="Submission").click()
    page.locator(f"[id='{EXERCISE}-checks']").scroll_into_view_if_needed()


def test_mark_by_hand(people: Class, album: Album) -> None:
    page = people.grader.page
    with album.step(page, "the grader looks at a submission with its checks"):
        open_submission(people, "39 / 41")
        verdict = page.locator("table.course-verdict", has_text="The generation prompt is for inference")
        verdict.scroll_into_view_if_needed()
        expect(verdict.get_by_role("row").filter(has_text="failed")).to_have_count(2)
    with album.step(page, "the grader corrects the mark, with a comment"):
        people.grader.mark(EXERCISE, 6, "Good try, Ben.")
    with album.step(page, "graded again, the mark and the comment stay"):
        page.goto(page.url.partition("/formgrader")[0] + f"/formgrader/manage_submissions/{ASSIGNMENT}")
        assert "Successfully autograded" in people.grader.press("ben", "autograde")
        expect(people.grader.row("ben").locator(".score")).to_have_text("40 / 41")
        open_submission(people, "40 / 41")
        expect(page.locator(f"[id='{EXERCISE}-checks']")).to_have_value("6")
        expect(page.locator(f"[id='{EXERCISE}-comment']")).to_have_value("Good try, Ben.")


def test_feedback(people: Class, album: Album) -> None:
    grader = people.grader
    with album.step(grader.page, "feedback is generated"):
        grader.page.get_by_role("link", name="Manual Grading").click()
        grader.page.get_by_role("link", name="Manage Assignments").click()
        assert "Successfully generated" in grader.press(ASSIGNMENT, "generate-feedback")
    with album.step(grader.page, "feedback is released"):
        assert "Successfully released" in grader.press(ASSIGNMENT, "release-feedback")
    for student, name in ((people.ada, "ada"), (people.ben, "ben")):
        with album.step(student.page, f"{name} fetches the feedback"):
            student.assignments("submitted").get_by_role("button", name="Fetch Feedback").click()
            expect(student.assignments("submitted").get_by_text("view feedback").first).to_be_visible()
    for student, name in ((people.ada, "ada"), (people.ben, "ben")):
        with album.step(student.page, f"{name} reads the feedback"):
            student.assignments("submitted").get_by_text("view feedback").last.click()
            student.page.get_by_role("listitem", name=f"{ASSIGNMENT}.html").dblclick()
            feedback = student.page.frame_locator("iframe").last
            expect(feedback.get_by_role("heading", level=1).first).to_be_visible()
