"""nbclient's notebook runner for kernels that may lie: plain outputs, so much of them, no student's error raised."""

import logging
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.clean.plain import encodable

MESSAGE_BYTES = 200  # what an output costs beside its content: less than inside/output.py says, which cuts first
CELLS = 8  # all cells together show no more than so many of them may
CUT = "[The output was longer than what is kept; the rest was left out.]\n"

_nobody = logging.getLogger(f"{__name__}.nbclient")  # what it would say of students' code, reports say
_nobody.addHandler(logging.NullHandler())
_nobody.propagate = False


class CellRunner(NotebookClient):
    """Runs cells of ``notebook``; keeps ``output_bytes`` of what each shows, and ``CELLS`` times as much of all.

    ``malformed`` is true once the kernel has sent something that no kernel sends.
    """

    def __init__(
        self, notebook: NotebookNode, manager: AsyncKernelManager, client: AsyncKernelClient, output_bytes: int
    ) -> None:
        super().__init__(
            notebook,
            km=manager,
            allow_errors=True,
            timeout=None,
            skip_cells_with_tag="",  # a student's tag must not keep a cell from running
            coalesce_streams=False,  # ours takes time in proportion to the text
            record_timing=False,
            on_cell_execute=self._begin,
            on_cell_executed=self._end,
            log=_nobody,
        )
        self.kc = self._client = client
        self.malformed = False
        self._output_bytes = output_bytes
        self._left_to_all = CELLS * output_bytes
        self._reply: dict[str, Any] = {}

    async def run(self, cell: NotebookNode, index: int) -> dict[str, Any]:
        """Run a cell, fill in its outputs, and return the content of the kernel's ``execute_reply``."""
        cell.outputs = []
        cell.execution_count = None
        self._left = may = min(self._output_bytes, self._left_to_all)
        self._displays: dict[str, NotebookNode] = {}
        await self.async_execute_cell(cell, index)
        self._left_to_all -= may - max(0, self._left)
        cell.outputs = _tidy(cell.outputs)
        if not isinstance(self._reply, dict):
            self.malformed = True
            return {}
        return self._reply

    def _begin(self, cell: NotebookNode, **_: Any) -> None:
        """Say which cell comes next, as ``inside/names.py`` wants to know it."""
        about = cell.metadata.get("nbgrader", {"solution": True, "grade_id": ""})  # without any it was added
        which = about["grade_id"] if about["solution"] else None
        self._client.shell_channel.send(
            self._client.session.msg("cell_request", {"cell": which, "source": cell.source})
        )

    def _end(self, execute_reply: dict[str, Any], **_: Any) -> None:
        self._reply = execute_reply["content"]

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> None:  # noqa: ARG002
        """Called by nbclient for each message about this cell. Widgets and what else is no output is passed over."""
        try:
            self._process(msg["msg_type"], msg["content"], cell)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            self.malformed = True

    def _process(self, kind: str, content: dict[str, Any], cell: NotebookNode) -> None:
        if kind == "status" and content["execution_state"] == "idle":
            raise CellExecutionComplete
        if kind == "execute_input":
            cell.execution_count = _count(content)
        elif kind == "clear_output":
            self.clear_before_next_output = bool(content.get("wait"))
            if not content.get("wait"):
                cell.outputs.clear()
        elif kind in ("stream", "display_data", "execute_result", "error", "update_display_data"):
            self._keep(kind, content, cell)

    def _keep(self, kind: str, content: dict[str, Any], cell: NotebookNode) -> None:
        before, self._left = self._left, self._left - MESSAGE_BYTES - _size(content)
        if self._left < 0:
            if before >= 0:
                cell.outputs.append(new_output("stream", name="stderr", text=CUT))
            return
        if self.clear_before_next_output:
            cell.outputs.clear()
            self.clear_before_next_output = False
        display = str((content.get("transient") or {}).get("display_id", ""))
        if kind != "update_display_data":
            cell.outputs.append(_output(kind, content))
            if display:
                self._displays[display] = cell.outputs[-1]
        elif display in self._displays:
            self._displays[display].data = _output("display_data", content).data


def _output(kind: str, content: dict[str, Any]) -> NotebookNode:
    """An output with nothing in it but what its kind has. Raises KeyError, TypeError, AttributeError."""
    match kind:
        case "stream":
            name = "stderr" if content["name"] == "stderr" else "stdout"
            return new_output("stream", name=name, text=_text(content["text"]))
        case "error":
            lines = [_text(line) for line in content["traceback"]]
            return new_output("error", ename=_text(content["ename"]), evalue=_text(content["evalue"]), traceback=lines)
    data = {_text(mime): _text(value) for mime, value in content["data"].items() if isinstance(value, str)}
    if kind == "execute_result":
        return new_output("execute_result", data, execution_count=_count(content))
    return new_output("display_data", data)


def _count(content: dict[str, Any]) -> int:
    """Raises ValueError where there is no such number of a cell."""
    count = int(content["execution_count"])
    if count < 0:
        raise ValueError("cells are counted from 1")
    return count


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return encodable(value)


def _size(content: Any) -> int:
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return sum(map(_size, content.values())) + sum(map(len, content))
    return sum(map(_size, content)) if isinstance(content, list) else 8


def _tidy(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Texts of each stream in one piece, stdout first: which of the two comes first on the way is chance."""
    said = [one for one in outputs if one.output_type == "stream"]
    rest = [one for one in outputs if one.output_type != "stream"]
    texts = {name: "".join(one.text for one in said if one.name == name) for name in ("stdout", "stderr")}
    streams = [new_output("stream", name=name, text=_overwritten(text)) for name, text in texts.items() if text]
    place = outputs.index(said[0]) if said else 0
    return [*rest[:place], *streams, *rest[place:]]


def _overwritten(text: str) -> str:
    """As a terminal shows it: a line that is written again after a carriage return takes the place of the first."""
    lines = (line.rstrip("\r") for line in text.split("\n"))
    return "\n".join(line.rsplit("\r", 1)[-1] for line in lines)
