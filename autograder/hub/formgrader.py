"""The formgrader, whose buttons leave the server free to answer others.

nbgrader does what a button asks for within the request, so that nobody else is answered until it is done. Here a
process of its own does it, one at a time, and the request waits for it.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from markupsafe import escape
from nbconvert.filters import Highlight2HTML
from nbgrader.server_extensions.formgrader import apihandlers, formgrader
from nbgrader.server_extensions.formgrader.base import BaseApiHandler, check_notebook_dir, check_xsrf
from tornado import web

from autograder.course import is_plain_id
from autograder.gradebook.feedback import MAX_HIGHLIGHTED
from autograder.hub.due import publish

NAME = "([^/]+)"
ASSIGNMENT, SUBMISSION = f"assignment/{NAME}", f"assignment/{NAME}/{NAME}"
# The address below formgrader/api of each button that takes time, and the method of NbGraderAPI that it calls.
ACTIONS = {
    f"{ASSIGNMENT}/assign": "generate_assignment",
    f"{ASSIGNMENT}/release": "release_assignment",
    f"{ASSIGNMENT}/unrelease": "unrelease",
    f"{ASSIGNMENT}/collect": "collect",
    f"submission/{NAME}/{NAME}/autograde": "autograde",
    f"{ASSIGNMENT}/generate_feedback": "generate_feedback",
    f"{SUBMISSION}/generate_feedback": "generate_feedback",
    f"{ASSIGNMENT}/release_feedback": "release_feedback",
    f"{SUBMISSION}/release_feedback": "release_feedback",
}

_one_at_a_time = asyncio.Lock()


class ActionHandler(BaseApiHandler):  # type: ignore[misc]
    def initialize(self, method: str) -> None:
        self.method = method

    @web.authenticated
    @check_xsrf  # type: ignore[untyped-decorator]
    @check_notebook_dir  # type: ignore[untyped-decorator]
    async def post(self, *names: str) -> None:
        if not all(map(is_plain_id, names)):
            raise web.HTTPError(404)
        async with _one_at_a_time:
            self.write(json.dumps(await act(self.method, *names, root=self.coursedir.root)))


class DatedHandler(apihandlers.AssignmentHandler):  # type: ignore[misc]
    """An assignment whose due date changes: students are told the new one."""

    def put(self, name: str) -> None:
        super().put(name)
        publish(self.coursedir, Path(self.api.exchange_root))


async def act(method: str, *names: str, root: str) -> dict[str, Any]:
    """As nbgrader's own answer has it: whether it succeeded, and what was said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "autograder.hub.act", method, *names),
        cwd=root,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        answer, said = await process.communicate()
    finally:
        if process.returncode is None:  # the server is being stopped
            process.terminate()
    if process.returncode:
        return {"success": False, "error": said.decode(errors="replace")}
    sys.stderr.write(said.decode(errors="replace"))  # into the server's log: what failed on our side, for a person
    return dict(json.loads(answer))


def highlighted(source: str, metadata: Any = None, **words: Any) -> str:
    """As nbconvert colours code, where that is not so long that it takes minutes, in which nobody else is answered."""
    if len(source) > MAX_HIGHLIGHTED:
        return f'<div class="highlight"><pre>{escape(source)}</pre></div>'
    return str(Highlight2HTML(pygments_lexer="ipython3")(source, metadata=metadata, **words))


def load_jupyter_server_extension(app: ServerApp) -> None:
    """Ours come first, and the first handler that matches is used."""
    base = url_path_join(app.web_app.settings["base_url"], "formgrader/api")
    handlers = [(url_path_join(base, path), ActionHandler, {"method": method}) for path, method in ACTIONS.items()]
    handlers.append((url_path_join(base, ASSIGNMENT), DatedHandler, {}))
    app.web_app.add_handlers(".*$", handlers)
    formgrader.load_jupyter_server_extension(app)
    exporter = app.web_app.settings["nbgrader_exporter"]
    exporter.filters = {**exporter.filters, "highlight_code": highlighted}
