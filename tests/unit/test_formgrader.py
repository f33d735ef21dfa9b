"""The formgrader's buttons, whose work another process does."""

import asyncio
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

from autograder.config import load
from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook.access import alone
from autograder.hub import act, formgrader


def test_what_failed_on_our_side_is_in_the_server_s_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'check f failed on our side' >&2\necho '{\"success\": true}'\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    assert asyncio.run(formgrader.act("autograde", "lesson", "ada", root=str(tmp_path))) == {"success": True}
    assert "check f failed on our side" in capsys.readouterr().err


def test_long_code_is_shown_without_colours_and_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colouring it would take minutes, in which the server answers nobody."""
    exporter = HTMLExporter()
    app: Any = SimpleNamespace(
        web_app=SimpleNamespace(settings={"base_url": "/", "nbgrader_exporter": exporter}, add_handlers=lambda *_: None)
    )
    monkeypatch.setattr(formgrader.formgrader, "load_jupyter_server_extension", lambda _: None)
    formgrader.load_jupyter_server_extension(app)
    long = "x = '<'\n" + " \n" * 90_000
    began = time.process_time()
    page, _ = exporter.from_notebook_node(new_notebook(cells=[new_code_cell("x = 1"), new_code_cell(long)]))
    assert time.process_time() - began < 5
    assert '<span class="mi">1</span>' in page
    assert "x = '&lt;'\n \n" in page


@pytest.mark.parametrize("method", ["autograde", "generate_feedback", "release_feedback", "collect"])
def test_who_would_meet_a_class_that_is_being_graded_is_refused(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nbgrader_config.py").write_text("")
    monkeypatch.chdir(tmp_path)
    with alone(Course(load(tmp_path).coursedir)), pytest.raises(CourseError, match="graded"):
        act.act(method, "lesson")
