"""What runs inside the sandbox: IPython's kernel, and one message more.

Started afresh as ``python -I kernel.py REQUEST``, or called by the fork server in a fork of its own, each time as the
first process of a namespace. The kernel is the second. All that comes after it shares an interpreter with the
student's code and is therefore not trusted: it only has to serve the honest.
"""

import contextlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).parent))

import lockdown

sys.path.pop(0)

Request = dict[str, Any]  # connection_file, files, the fork server's imports, and the limits: memory_mib, file_mib, ...


def run(request: Request) -> NoReturn:
    """Give up what is not needed, then start a kernel in a copy of the assignment's folder, and end with it.

    This process has given up as much as the kernel before that is there: what shares its user can write to its memory.
    """
    copy_files(Path(request["files"]), Path.home() / "assignment")  # at home itself, files could configure programs
    lockdown.set_limits(request["memory_mib"], request["file_mib"], request["processes"])
    lockdown.drop_capabilities()
    lockdown.filter_system_calls()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            serve(request["connection_file"], request["output_bytes"])
        finally:
            os._exit(1)
    reap(child)


def reap(kernel: int) -> NoReturn:
    """Wait for whatever is left over, as the first process of a namespace must, until the kernel ends."""
    while True:
        ended, status = os.wait()
        if ended == kernel:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def copy_files(files: Path, target: Path) -> None:
    """The assignment's folder, as a writable copy that dies with the sandbox."""
    shutil.copytree(files, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    os.chdir(target)


def serve(connection_file: str, output_bytes: int) -> None:
    from ipykernel.kernelapp import IPKernelApp

    sys.path.insert(0, str(Path(__file__).parent))
    from output import BoundedSession
    from probe import CourseKernel

    sys.path[:] = [*sys.path[1:], os.getcwd()]  # own files may be imported, but never in place of a library
    sys.argv[1:] = []
    app = IPKernelApp.instance(kernel_class=CourseKernel, connection_file=connection_file, ignore_cwd=True)
    app.session = BoundedSession(parent=app)
    app.session.output_bytes = output_bytes
    app.initialize(["--HistoryManager.enabled=False"])
    app.shell.ask_exit = refuse_exit  # type: ignore[union-attr]  # it would end the kernel a little later, in somebody else's cell
    app.start()
    while True:  # only its process ends a kernel: a loop that a cell has stopped would, too, end it in another cell
        with contextlib.suppress(KeyboardInterrupt):
            app.io_loop.start()


def refuse_exit() -> None:
    """What ``exit()`` and ``quit()`` do in a cell: end that cell."""
    raise SystemExit("exit() was called")


if __name__ == "__main__":
    run(json.loads(sys.argv[1]))
