"""Starts a Jupyter kernel inside the sandbox.

A *kernel provisioner* is jupyter_client's extension point for "how does a kernel come to life": ``pre_launch`` turns
the kernelspec into a command, ``launch_kernel`` runs it, ``kill`` ends it. Here the command is bubblewrap's, and the
kernel's five ZeroMQ sockets are Unix sockets, because the sandbox has no network. They lie in a memory file system of
the sandbox; ``gate.py`` leads to them.
"""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import zmq.asyncio
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from autograder.sandbox import bubblewrap, forkserver, scratch
from autograder.sandbox.limits import Limits


class SandboxProvisioner(LocalProvisioner):
    """Runs ``inside/kernel.py`` behind bubblewrap, in a copy of the assignment's folder.

    ``start_kernel`` takes five words of ours: ``files`` (what the kernel gets a copy of, by relative path), ``hidden``
    (folders that it must never see), ``imports`` (modules that are there in a fork), ``limits`` and ``fork`` (which of
    the two ways).
    """

    run_directory: Path
    server: forkserver.ForkServer | None = None  # that it was forked from

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Called by the kernel manager before launch; returns the arguments of ``launch_kernel``."""
        files, hidden, limits = kwargs.pop("files"), kwargs.pop("hidden"), kwargs["limits"]
        server = forkserver.shared(hidden, limits.disk_mib) if kwargs.pop("fork") else None
        self.run_directory = scratch.folder(server.kernels if server else None)
        manager: Any = self.parent
        manager.transport = "ipc"
        manager.ip = f"{bubblewrap.SOCKETS}/s"
        manager.connection_file = str(self.run_directory / "connection.json")
        kwargs = await super().pre_launch(**kwargs)
        copy_files(files, self.run_directory / "files")
        self._let_sandbox_read(self.run_directory)
        return {**kwargs, "server": server, "hidden": hidden}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Called by the kernel manager: a fork of the server, or a process of its own behind bubblewrap."""
        server, hidden, limits = kwargs.pop("server"), kwargs.pop("hidden"), kwargs.pop("limits")
        request = self._request(limits, kwargs.pop("imports"))
        if server is not None:
            try:
                self.process = server.fork(request)
            except forkserver.ForkFailed:
                await self.cleanup()  # nobody else would, without a process
                raise
            self.server = server
            self.pid = self.process.pid
            return self.connection_info
        cmd = [bubblewrap.interpreter(), "-I", str(bubblewrap.PROGRAMS.inside / "kernel.py"), json.dumps(request)]
        mounts = [
            bubblewrap.PROGRAMS,
            bubblewrap.Mount(self.run_directory, self.run_directory),
        ]
        kwargs |= {"cwd": "/", "env": {}, "stdout": DEVNULL, "stderr": DEVNULL}
        return await super().launch_kernel(bubblewrap.command(cmd, mounts, hidden, limits.disk_mib), **kwargs)

    def _request(self, limits: Limits, imports: list[str]) -> dict[str, Any]:
        """What ``inside/kernel.py`` and ``inside/server.py`` must know."""
        size = f"size={limits.disk_mib}m,nr_inodes={limits.files}"
        return {
            "connection_file": str(self.run_directory / "connection.json"),
            "files": str(self.run_directory / "files"),
            "imports": imports,
            "writable": {
                place: f"size={bubblewrap.SOCKETS_MIB}m,nr_inodes=64" if place == bubblewrap.SOCKETS else size
                for place in bubblewrap.WRITABLE
            },
            "memory_mib": limits.memory_mib,
            "file_mib": limits.file_mib,
            "processes": limits.processes,
            "output_bytes": limits.output_bytes,
        }

    async def cleanup(self, restart: bool = False) -> None:
        """Called when the kernel is gone: its files go too."""
        await super().cleanup(restart)
        if not restart and hasattr(self, "run_directory"):
            shutil.rmtree(self.run_directory, ignore_errors=True)

    @staticmethod
    def _let_sandbox_read(run_directory: Path) -> None:
        """Run by root, the sandbox has another user, who needs what is closed to others."""
        if os.geteuid() == 0:
            for path in (run_directory, *run_directory.rglob("*")):
                os.chown(path, bubblewrap.SANDBOX_UID, bubblewrap.SANDBOX_UID, follow_symlinks=False)


def copy_files(files: Mapping[str, Path], target: Path) -> None:
    """Copy them by their relative paths; what is a link by now is not followed."""
    target.mkdir()
    for name, path in files.items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place, follow_symlinks=False)


def kernel_manager() -> AsyncKernelManager:
    """A manager of one sandboxed kernel; nothing needs to be installed in anyone's Jupyter folders."""
    specs = KernelSpecManager(kernel_dirs=[str(Path(__file__).parent / "kernels")], ensure_native_kernel=False)
    return AsyncKernelManager(
        kernel_name="course-sandbox",
        kernel_spec_manager=specs,
        transport_encryption="disabled",
        context=zmq.asyncio.Context.instance(),  # one of its own would be waited for at the end
    )
