"""The formgrader, whose button "autograde" leaves the server free to answer others.

nbgrader grades within the request, so that nobody else is answered until it is done. Here a process of its own grades,
one at a time, and the request waits for it.
"""

import asyncio
import json
import sys
from typing import Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.formgrader import formgrader
from nbgrader.server_extensions.formgrader.base import BaseApiHandler, check_notebook_dir, check_xsrf
from tornado import web

from autograder.course import is_student_id

_one_at_a_time = asyncio.Lock()


class AutogradeHandler(BaseApiHandler):  # type: ignore[misc]
    @web.authenticated
    @check_xsrf  # type: ignore[untyped-decorator]
    @check_notebook_dir  # type: ignore[untyped-decorator]
    async def post(self, assignment: str, student: str) -> None:
        if not (is_student_id(assignment) and is_student_id(student)):
            raise web.HTTPError(404)
        async with _one_at_a_time:
            self.write(json.dumps(await autograde(assignment, student, self.coursedir.root)))


async def autograde(assignment: str, student: str, root: str) -> dict[str, Any]:
    """As nbgrader's own answer has it: whether it succeeded, and what was said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "nbgrader", "autograde", f"--assignment={assignment}", f"--student={student}"),
        *("--create", "--force"),
        cwd=root,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:  # the server is being stopped
            process.terminate()
    return {"success": process.returncode == 0, "log": said.decode(errors="replace")}


def load_jupyter_server_extension(app: ServerApp) -> None:
    """Ours comes first, and the first handler that matches is used."""
    pattern = r"formgrader/api/submission/([^/]+)/([^/]+)/autograde"
    app.web_app.add_handlers(".*$", [(url_path_join(app.web_app.settings["base_url"], pattern), AutogradeHandler)])
    formgrader.load_jupyter_server_extension(app)
