"""The only way from a kernel to the grader: Unix sockets of our own, led to the kernel's, with the bytes counted.

A kernel's sockets lie in a memory file system of the sandbox, and are reached through ``/proc/<pid>/root``. ZeroMQ
keeps what it receives until somebody asks for it, however much that is; so it is cut off here, before it is kept.
"""

import asyncio
import contextlib
import os
import shutil
import stat
from collections.abc import Iterator

import psutil

from autograder.sandbox import scratch
from autograder.sandbox.bubblewrap import SOCKETS

CHUNK = 1 << 16


class Gate:
    """Opened by ``open``; clients connect to ``directory / name`` and reach the kernel's socket of that name.

    pid: the process below which the kernel is, or will be. traffic_bytes: what the kernel may send between one
    ``allow`` and the next; with one more, every connection is closed and ``exceeded`` is true.
    """

    def __init__(self, pid: int, traffic_bytes: int) -> None:
        self.directory = scratch.folder()
        self.exceeded = False
        self._pid = pid
        self._traffic_bytes = self._left = traffic_bytes
        self._servers: list[asyncio.Server] = []
        self._pumps: set[asyncio.Task[None]] = set()
        self._inside: int | None = None

    async def open(self, names: list[str]) -> None:
        for name in names:

            async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str = name) -> None:
                await self._join(name, reader, writer)

            self._servers.append(await asyncio.start_unix_server(accept, self.directory / name))

    def allow(self) -> None:
        """A cell or a probe begins."""
        self._left = self._traffic_bytes

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        self._cut()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        if self._inside is not None:
            os.close(self._inside)
            self._inside = None
        shutil.rmtree(self.directory, ignore_errors=True)

    async def _join(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. Where the kernel is not there yet it is closed, and ZeroMQ tries again."""
        try:
            with self._kernels_socket(name) as path:
                from_kernel, to_kernel = await asyncio.open_unix_connection(path, limit=CHUNK)
        except OSError:
            writer.close()
            return
        pumps = {
            asyncio.ensure_future(self._pump(reader, to_kernel, counted=False)),
            asyncio.ensure_future(self._pump(from_kernel, writer, counted=True)),
        }
        self._pumps |= pumps
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            self._pumps -= pumps
            writer.close()
            to_kernel.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                if counted:
                    self._left -= len(data)
                    if self._left < 0:
                        self.exceeded = True
                        self._cut()
                        return
                writer.write(data)
                await writer.drain()

    def _cut(self) -> None:
        for pump in self._pumps:
            if pump is not asyncio.current_task():
                pump.cancel()

    @contextlib.contextmanager
    def _kernels_socket(self, name: str) -> Iterator[str]:
        """A path to the kernel's socket itself. Raises OSError where there is none, or a link lies in its place."""
        if self._inside is None:
            self._inside = self._enter()
        found = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=self._inside)
        try:
            if not stat.S_ISSOCK(os.fstat(found).st_mode):
                raise FileNotFoundError(name)
            yield f"/proc/self/fd/{found}"
        finally:
            os.close(found)

    def _enter(self) -> int:
        """The folder of the kernel's sockets, as the processes in the sandbox see it."""
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self._pid)
            for member in (process, *process.children(recursive=True)):
                with contextlib.suppress(OSError):
                    return os.open(f"/proc/{member.pid}/root{SOCKETS}", os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
        raise FileNotFoundError(SOCKETS)
