"""What a kernel sends is cut where it is made, so that an honest flood costs nobody anything.

Not a wall: who gets round this in their own interpreter meets ``sandbox/gate.py`` outside.
"""

from typing import Any

from jupyter_client.session import Session

OUTPUTS = {"stream", "display_data", "update_display_data", "execute_result"}
MESSAGE_BYTES = 400  # what a message costs beside its content, about
ERROR_CHARACTERS = 20_000
MAX_NAME = 100
CUT = "\n[The output was longer than what is kept; the rest was left out.]\n"


class BoundedSession(Session):
    """Jupyter's messages, with so many bytes of output for a cell. ``output_bytes`` is set by ``kernel.py``."""

    output_bytes = 0
    _left = 0

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **kwargs: Any) -> Any:
        named = isinstance(msg_or_type, str)
        kind = msg_or_type if named else msg_or_type["header"]["msg_type"]
        content = content if named else msg_or_type["content"]
        if kind == "execute_input":  # a cell begins
            self._left = self.output_bytes
        elif kind in ("error", "execute_reply"):
            content = _short_error(content)
        elif kind in OUTPUTS:
            before, self._left = self._left, self._left - MESSAGE_BYTES - _size(content)
            if self._left < 0:
                if before < 0:
                    return None
                kind, content = "stream", _cut(kind, content, before)
        if named:
            return super().send(stream, kind, content, *args, **kwargs)
        header = {**msg_or_type["header"], "msg_type": kind}
        return super().send(
            stream, {**msg_or_type, "header": header, "msg_type": kind, "content": content}, *args, **kwargs
        )


def _size(content: Any) -> int:
    if isinstance(content, str | bytes):
        return len(content)
    if isinstance(content, dict):
        return sum(map(_size, content.values()))
    return sum(map(_size, content)) if isinstance(content, list | tuple) else 8


def _cut(kind: str, content: dict[str, Any], room: int) -> dict[str, Any]:
    """The last output of a cell that said too much: of a text its beginning, and a word on what is missing."""
    if kind == "stream":
        return {"name": content["name"], "text": content["text"][: max(0, room - MESSAGE_BYTES)] + CUT}
    return {"name": "stderr", "text": CUT}


def _short_error(content: dict[str, Any]) -> dict[str, Any]:
    """An exception's message can be as long as memory; its beginning says what it says."""
    if content.get("status", "error") != "error":
        return content
    lines = [str(line)[:ERROR_CHARACTERS] for line in content.get("traceback", [])[:50]]
    return {
        **content,
        "ename": str(content.get("ename"))[:MAX_NAME],
        "evalue": str(content.get("evalue"))[:ERROR_CHARACTERS],
        "traceback": lines,
    }
