"""Lines of JSON over a pair of pipes, with a time limit. Between the grading process and its helpers."""

import json
import os
import selectors
import threading
import time
from typing import IO, Any

MAX_LINE = 256 * 1024 * 1024


class Closed(Exception):
    """The other side is gone."""


class Silent(Exception):
    """The other side said nothing in time."""


class Channel:
    """Sends and receives one JSON object a line. ``reading`` and ``writing`` are file descriptors."""

    def __init__(self, reading: int, writing: int) -> None:
        self._receiving = threading.Lock()
        self._closed = False
        self._reading = reading
        self._writing = writing
        self._buffer = bytearray()

    def send(self, message: dict[str, Any]) -> None:
        """Raises Closed."""
        if self._closed:
            raise Closed
        data = json.dumps(message).encode() + b"\n"
        try:
            while data:
                data = data[os.write(self._writing, data) :]
        except OSError as error:
            raise Closed from error

    def receive(self, seconds: float | None = None) -> dict[str, Any]:
        """Raises Closed, or Silent after so many seconds."""
        with self._receiving:
            if self._closed:
                raise Closed
            return self._receive(seconds)

    def close(self, *files: IO[bytes] | None) -> None:
        """Close what the descriptors belong to. The other side has ended: who waits for a message from it, in another
        thread, reads the end first, and would not notice that a descriptor was closed under its hands."""
        with self._receiving:
            self._closed = True
            for file in files:
                if file is not None:
                    file.close()

    def _receive(self, seconds: float | None) -> dict[str, Any]:
        end = None if seconds is None else time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._reading, selectors.EVENT_READ)
            searched = 0
            while (cut := self._buffer.find(b"\n", searched)) < 0:
                searched = len(self._buffer)
                if not selector.select(None if end is None else max(0.0, end - time.monotonic())):
                    raise Silent
                try:
                    data = os.read(self._reading, 1 << 20)
                except OSError as error:  # closed on our side, by whoever ended the other
                    raise Closed from error
                if not data or len(self._buffer) > MAX_LINE:
                    raise Closed
                self._buffer += data
        line = bytes(self._buffer[:cut])
        del self._buffer[: cut + 1]
        message: dict[str, Any] = json.loads(line)
        return message
