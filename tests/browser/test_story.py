"""A round of one assignment as people see it: two students at once, an instructor and a grader, in a real hub.

The tests are one story: each goes on where the one before it ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import nbformat
import pytest
from browser.walk import Album, Formgrader, Lab, log_in
from conftest import ROOT
from hub.hub import Hub
from playwright.sync_api import Browser, expect

from autograder.answers import load_answers

ASSIGNMENT = "chat-templates"
EXERCISE = "render_for_training"
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
        formgrader = Formgrader(pages["grader"], hub)
    yield Class(Lab(pages["ada"]), Lab(pages["ben"]), formgrader)
    for page in pages.values():
        page.context.close()


def test_release(people: Class, album: Album) -> None:
    grader = people.grader
    with album.step(grader.page, "a due date is set"):
        grader.set_due(ASSIGNMENT, "2036-12-24T23:59", "+0100")
        expect(grader.row(ASSIGNMENT).locator(".duedate")).to_contain_text("2036-12-24 22:59")
    with album.step(grader.page, "the assignment is generated"):
        assert "Successfully created" in grader.press(ASSIGNMENT, "assign")
    with album.step(grader.page, "the assignment is released"):
        assert "Successfully released" in grader.press(ASSIGNMENT, "release")
        expect(grader.row(ASSIGNMENT).locator(".status")).to_have_text("released")


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
            student.go_to("Assignments")
            student.assignments("fetched").get_by_role("button", name="Submit").click()
            expect(student.assignments("submitted")).to_contain_text(ASSIGNMENT)


def test_submit_again(people: Class, album: Album) -> None:
    with album.step(people.ada.page, "ada submits again"):
        rows = people.ada.assignments("submitted").locator(".nested-list-item")
        before = rows.count()
        people.ada.assignments("fetched").get_by_role("button", name="Submit").click()
        expect(rows).to_have_count(before + 1)


def test_grade(people: Class, album: Album) -> None:
    grader = people.grader
    with album.step(grader.page, "the submissions are collected"):
        grader.page.reload()
        assert "Successfully collected" in grader.press(ASSIGNMENT, "collect")
        expect(grader.row(ASSIGNMENT).locator(".num-submissions")).to_have_text("2")
    grader.row(ASSIGNMENT).locator(".num-submissions a").click()
    for name in ("ada", "ben"):
        with album.step(grader.page, f"{name}'s submission is graded"):
            assert "Successfully autograded" in grader.press(name, "autograde")
            expect(grader.row(name).locator(".status")).to_contain_text("graded")
