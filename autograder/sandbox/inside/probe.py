"""The kernel's side of a probe: call one function of the student's and say what came back, as plain data.

``probe_request`` carries ``{"name": str, "arguments": [...], "given": {...}, "seed": int, "reply_bytes": int}``,
where ``given`` has functions that stand in for the student's own during the call. Before each cell ``cell_request``
says which it is, ``{"cell": str | None, "source": str}`` as in ``names.py``; nothing is replied to that.
``probe_reply`` carries one of ``{"status": "returned", "value": ..., "arguments": [...]}``, ``{"status": "raised",
"type": [...], "cell_line": int | None}``, ``{"status": "missing"}``, and ``{"status": "oversized"}`` where the reply
would be longer than it may be. With ``"calls": [[...], ...]`` in place of ``arguments`` the function is called with
each, as if each were a probe, and ``{"status": "several", "replies": [...]}`` comes back: with the replies before the
first that was interrupted, or did not fit any more into the bytes of one. ``autograder.judge.values`` is the other
side, documents the encoding, and trusts nothing.
"""

import contextlib
import io
import json
import random
import sys
import traceback
from collections.abc import Callable
from typing import Any

from encoding import MAX_NAME, Encoder, Oversized
from ipykernel.ipkernel import IPythonKernel
from making import make
from names import Names, standing_in


class CourseKernel(IPythonKernel):
    """IPython's kernel, which also answers ``probe_request``, and listens to ``cell_request``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shell_handlers["probe_request"] = self.probe_request
        self.shell_handlers["cell_request"] = self.cell_request
        self._names = Names()

    async def cell_request(self, _stream: Any, _ident: Any, parent: dict[str, Any]) -> None:
        about = parent["content"]
        self._names.begin(self.shell.user_ns, about["cell"], self._transformed(about["source"]))  # type: ignore[union-attr]

    def _transformed(self, source: str) -> str:
        """Magics as Python. Their transformers may be a student's."""
        try:
            return str(self.shell.transform_cell(source))  # type: ignore[union-attr]
        except Exception:
            return source

    async def probe_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        try:
            with contextlib.redirect_stdout(Nowhere()), contextlib.redirect_stderr(Nowhere()):
                self._names.end(self.shell.user_ns)  # type: ignore[union-attr]
                request = parent["content"]
                reply = several(request, self._answer) if "calls" in request else self._answer(request)
        except KeyboardInterrupt:  # the grader's time limit, between the call and the reply
            reply = {"status": "raised", "type": ["KeyboardInterrupt"], "cell_line": None}
        self.session.send(  # type: ignore[union-attr]
            stream, "probe_reply", reply, parent, ident=ident
        )

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        namespace = self.shell.user_ns  # type: ignore[union-attr]
        with self._names.seen_by(request["name"], namespace):
            return answer(request, namespace)


class Nowhere(io.TextIOBase):
    """Where a call prints to: an endless print fills no memory."""

    def write(self, text: str) -> int:
        return len(text)


def answer(request: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    try:
        reply = call(request, namespace)
        if len(json.dumps(reply)) > request["reply_bytes"]:
            raise Oversized
        return reply
    except Oversized:
        return {"status": "oversized"}


def several(request: dict[str, Any], answer_one: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Call it with each list of arguments: one request costs more than most calls do."""
    replies: list[dict[str, Any]] = []
    left = request["reply_bytes"]
    for arguments in request["calls"]:
        reply = answer_one({**request, "arguments": arguments, "reply_bytes": left})
        left -= len(json.dumps(reply))
        if reply["status"] == "oversized" or "KeyboardInterrupt" in reply.get("type", []):
            break
        replies.append(reply)
    return {"status": "several", "replies": replies}


def call(request: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    """Raises Oversized before it has built much more than what may be sent."""
    if request["name"] not in namespace:
        return {"status": "missing"}
    subject = namespace[request["name"]]
    encode = Encoder(request["reply_bytes"]).encode
    try:
        if request["arguments"] is None:
            return {"status": "returned", "value": encode(subject), "arguments": []}
        arguments = [make(argument) for argument in request["arguments"]]
        seed_everything(request["seed"])
        given = {name: make(function) for name, function in request.get("given", {}).items()}
        with standing_in(namespace, given):  # what is wrong with one function must not show in another
            value = subject(*arguments)
        return {
            "status": "returned",
            "value": encode(value),
            "arguments": [encode(argument) for argument in arguments],
        }
    except Oversized:
        raise
    except BaseException as error:  # whatever a student raises; nobody above could answer for it
        return raised(error)


def raised(error: BaseException) -> dict[str, Any]:
    """The exception's type and its ancestors, and the last line that it passed through in the first of their cells."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "ipykernel_" in frame.filename]
    lines = [frame.lineno for frame in frames if frame.filename == frames[0].filename]
    names = [kind.__name__[:MAX_NAME] for kind in type(error).__mro__[:-1]]
    return {"status": "raised", "type": names, "cell_line": lines[-1] if lines else None}


def seed_everything(seed: int) -> None:
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        # As torch.manual_seed, which also notes who called it, for devices that are not there: 2 ms for each call.
        torch.default_generator.manual_seed(seed)
        if torch.cuda.is_available():
            torch.cuda.manual_seed_all(seed)
