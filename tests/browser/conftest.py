"""A browser, a real hub for it, and an album of what was seen."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.walk import SECONDS, Album
from conftest import ROOT
from hub.conftest import proxy_is_there, started
from hub.hub import Hub
from playwright.sync_api import Browser, expect, sync_playwright

PREFIX = "courseweb-"
GUIDE = ROOT / "autograder" / "hub" / "guide"
IN_THE_GUIDE = {
    "ada sees the list with the due date": "student-list",
    "ben validates and is told which cell fails": "student-validate",
    "ben reads the feedback": "student-feedback",
    "the assignment is released": "instructor-assignments",
    "the grader grades the class in a terminal": "instructor-grading",
    "the grader reads the report": "instructor-report",
    "the submissions are graded": "grader-submissions",
    "the grader corrects the mark, with a comment": "grader-mark",
}
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    closed = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses to be root's with its sandbox
    expect.set_options(timeout=60 * SECONDS)  # the machine may be busy
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=closed)
        yield running
        running.close()


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    if os.geteuid() != 0:
        pytest.skip("only root can make accounts of the operating system")
    proxy_is_there()
    with started(PREFIX) as ready:
        yield ready


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    """In the folder COURSE_PICTURES, where that is set. COURSE_GUIDE=1 makes the pictures of the guide again."""
    chosen = os.environ.get("COURSE_PICTURES")
    folder = Path(chosen) if chosen else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = IN_THE_GUIDE if os.environ.get("COURSE_GUIDE") else {}
    pages = Album(folder, {step: GUIDE / f"{name}.png" for step, name in wanted.items()})
    yield pages
    print(f"\n{len(pages.steps)} steps in a browser; their pictures are in {folder}")
