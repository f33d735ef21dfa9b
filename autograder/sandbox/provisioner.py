"""Starts a Jupyter kernel inside the sandbox.

A *kernel provisioner* is jupyter_client's extension point for "how does a kernel come to life": ``pre_launch`` turns
the kernelspec into a command, ``launch_kernel`` runs it, ``kill`` ends it. Here the command is bubblewrap's, and the
kernel's five ZeroMQ sockets are Unix sockets in a folder that both sides see, because the sandbox has no network.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from autograder.sandbox import bubblewrap
from autograder.sandbox.limits import Limits

INSIDE = Path("/run/course/inside")
FILES = Path("/run/course/files")


class SandboxProvisioner(LocalProvisioner):
    """Runs ``inside/kernel.py`` behind bubblewrap, in a copy of one folder.

    ``start_kernel`` takes three words of ours: ``files`` (the folder that the kernel gets a copy of, default its
    working directory), ``hidden`` (folders that it must never see) and ``limits``.
    """

    run_directory: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Called by the kernel manager before launch; returns the arguments of ``launch_kernel``."""
        files = Path(kwargs.pop("files", None) or kwargs.get("cwd") or os.getcwd()).resolve()
        hidden = kwargs.pop("hidden", [bubblewrap.PACKAGE])
        limits = kwargs.pop("limits", None) or Limits()
        run_directory = self._make_run_directory()
        manager: Any = self.parent
        manager.transport = "ipc"
        manager.ip = str(run_directory / "kernel")
        manager.connection_file = str(run_directory / "connection.json")
        kwargs = await super().pre_launch(**kwargs)
        copy_regular_files(files, run_directory / "files")
        self._let_sandbox_write(run_directory)
        argv = [sys.executable, "-I", str(INSIDE / "kernel.py"), manager.connection_file, str(FILES)]
        argv += [str(limits.memory_mib), str(limits.disk_mib), str(limits.processes)]
        mounts = [
            bubblewrap.Mount(bubblewrap.INSIDE, INSIDE),
            bubblewrap.Mount(run_directory / "files", FILES),
            bubblewrap.Mount(run_directory, run_directory, writable=True),
        ]
        kwargs["cmd"] = bubblewrap.command(argv, mounts, hidden, limits.disk_mib)
        return {**kwargs, "cwd": "/", "env": {}, "stdout": DEVNULL, "stderr": DEVNULL}

    async def cleanup(self, restart: bool = False) -> None:
        """Called when the kernel is gone: its sockets go too."""
        await super().cleanup(restart)
        if self.run_directory and not restart:
            shutil.rmtree(self.run_directory, ignore_errors=True)
            self.run_directory = None

    def _make_run_directory(self) -> Path:
        if self.run_directory is None:  # a Unix socket's path must stay under 108 bytes: not below a deep TMPDIR
            self.run_directory = Path(tempfile.mkdtemp(prefix="course-", dir="/tmp"))
        return self.run_directory

    @staticmethod
    def _let_sandbox_write(run_directory: Path) -> None:
        """Run by root, the sandbox has another user, who needs the sockets and files that are closed to others."""
        if os.geteuid() == 0:
            for path in (run_directory, *run_directory.rglob("*")):
                os.chown(path, bubblewrap.SANDBOX_UID, bubblewrap.SANDBOX_UID)


def copy_regular_files(source: Path, target: Path) -> None:
    """Copy a tree without what is not a regular file or a folder: links, pipes, devices stay behind."""
    target.mkdir()
    for entry in os.scandir(source):
        if entry.is_dir(follow_symlinks=False):
            copy_regular_files(Path(entry.path), target / entry.name)
        elif entry.is_file(follow_symlinks=False):
            shutil.copyfile(entry.path, target / entry.name)


def kernel_manager() -> AsyncKernelManager:
    """A manager of one sandboxed kernel; nothing needs to be installed in anyone's Jupyter folders."""
    specs = KernelSpecManager(kernel_dirs=[str(Path(__file__).parent / "kernels")], ensure_native_kernel=False)
    return AsyncKernelManager(kernel_name="course-sandbox", kernel_spec_manager=specs, transport_encryption="disabled")
