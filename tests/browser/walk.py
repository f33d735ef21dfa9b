"""What people do in a browser, step by step, each kept as a picture."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.hub import Hub
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

SECONDS = 1000  # playwright counts in milliseconds
COURSE = "fine-tuning-llms"
SIZE = {"width": 1280, "height": 800}


@dataclass
class Album:
    """Pictures of the steps, in a folder, numbered as they were taken. ``copies``: by step, a small copy to make."""

    folder: Path
    copies: Mapping[str, Path]
    steps: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def step(self, page: Page, name: str) -> Iterator[None]:
        """A picture is taken when the step is done, and where it failed as well."""
        self.steps.append(name)
        words = re.sub(r"\W+", "-", name)
        end = "failed"
        try:
            yield
            end = "done"
        finally:
            picture = self.folder / f"{len(self.steps):02}-{words}-{end}.png"
            page.screenshot(path=picture, animations="disabled")
        if name in self.copies:
            Image.open(picture).quantize(64, dither=Image.Dither.NONE).save(self.copies[name], optimize=True)


def log_in(browser: Browser, hub: Hub, name: str) -> Page:
    """A person at a browser of their own, on the page that follows the hub's login."""
    page = browser.new_context(viewport=SIZE).new_page()
    page.set_default_timeout(60 * SECONDS)
    page.goto(hub.address)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(hub.passwords[name])
    page.get_by_role("button", name="Sign in").click()
    return page


class Lab:
    """Somebody in JupyterLab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.wait_for_url("**/lab**", timeout=120 * SECONDS)
        expect(page.locator("#jupyterlab-splash")).to_have_count(0)

    def menu(self, name: str) -> list[str]:
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        items = self.page.locator(".lm-Menu .lm-Menu-itemLabel").filter(has_text=re.compile(r"\w"))
        expect(items.first).to_be_visible()
        return items.all_inner_texts()

    def open_assignments(self) -> None:
        self.menu("Nbgrader")
        self.page.get_by_role("menuitem", name="Assignment List").click()
        expect(self.assignments("released")).to_be_visible()

    def assignments(self, kind: str) -> Locator:
        """The list of those that are ``released``, ``fetched`` or ``submitted``."""
        return self.page.locator(f"#{kind}_assignments_list")

    def open_notebook(self, name: str) -> None:
        self.assignments("fetched").get_by_role("button", name=name).click()
        self.assignments("fetched").get_by_role("link", name=name).click()
        expect(self.page.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
        self.idle()

    def idle(self) -> None:
        """Wait until the kernel has run everything."""
        expect(self.page.get_by_text(re.compile(r"\| Idle$"))).to_be_visible(timeout=120 * SECONDS)

    def work_through(self, sources: list[str | None]) -> None:
        """By keyboard alone: put a source into each cell that has one, and run every cell."""
        self.page.locator(".jp-Notebook .jp-Cell").first.click()
        keyboard = self.page.keyboard
        keyboard.press("Escape")
        for source in sources:
            if source is not None:
                keyboard.press("Enter")
                keyboard.press("Control+a")
                keyboard.insert_text(source)
            keyboard.press("Shift+Enter")
        keyboard.press("Control+s")

    def validate(self) -> str:
        """What the dialog says, which stays open."""
        self.page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Validate").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible(timeout=120 * SECONDS)
        return dialog.inner_text()

    def close_dialog(self) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name="Ok").click()

    def type_in_terminal(self, line: str) -> None:
        self.page.locator(".jp-LauncherCard", has_text="Terminal").click()
        expect(self.page.locator(".jp-Terminal .xterm")).to_be_visible()
        self.page.keyboard.type(f"{line}\n")

    def go_to(self, tab: str) -> None:
        self.page.get_by_role("tab", name=tab).click()


class Formgrader:
    """One who grades, in the formgrader."""

    def __init__(self, page: Page, hub: Hub) -> None:
        self.page = page
        page.goto(f"{hub.address}services/{COURSE}/formgrader")
        expect(self.row("chat-templates")).to_be_visible()

    def row(self, name: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=name)

    def press(self, name: str, button: str) -> str:
        """A button in the row of an assignment or a student. Returns what the formgrader says when it is done."""
        self.row(name).locator(f".{button} a").click()
        dialog = self.page.locator(".modal.in").last
        expect(dialog).to_be_visible(timeout=180 * SECONDS)
        said = dialog.inner_text()
        dialog.get_by_role("button", name="OK").click()
        self._closed()
        return said

    def set_due(self, name: str, date: str, zone: str) -> None:
        """``date``: as an input of a local time takes it."""
        self.row(name).locator(".edit a").click()
        dialog = self.page.locator(".modal.in")
        dialog.locator(".modal-duedate").fill(date)
        dialog.locator(".modal-timezone").fill(zone)
        dialog.get_by_role("button", name="Save").click()
        self._closed()

    def _closed(self) -> None:
        """Wait until no dialog is there, nor the grey that lies behind one."""
        expect(self.page.locator(".modal.in, .modal-backdrop")).to_have_count(0)

    def mark(self, exercise: str, points: float, comment: str) -> None:
        """On a submission's page. nbgrader saves a field when it is left."""
        for field_, value in ((f"{exercise}-checks", str(points)), (f"{exercise}-comment", comment)):
            with self.page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
                self.page.locator(f"[id='{field_}']").fill(value)
                self.page.keyboard.press("Tab")
            assert saved.value.ok
