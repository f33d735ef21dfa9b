"""The formgrader's buttons, whose work another process does."""

import asyncio
import sys
from pathlib import Path

import pytest

from autograder.hub import formgrader


def test_what_failed_on_our_side_is_in_the_server_s_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'check f failed on our side' >&2\necho '{\"success\": true}'\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    assert asyncio.run(formgrader.act("autograde", "lesson", "ada", root=str(tmp_path))) == {"success": True}
    assert "check f failed on our side" in capsys.readouterr().err
