"""What runs inside the sandbox: IPython's kernel, and one message more.

Started afresh as ``python -I kernel.py REQUEST``, or called by the fork server in a fork of its own. Everything here
shares an interpreter with the student's code and is therefore not trusted: it only has to serve the honest.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import lockdown

sys.path.pop(0)

Request = dict[
    str, Any
]  # connection_file, files, imports (for the fork server), and the limits: memory_mib, file_mib, ...


def run(request: Request) -> None:
    """Give up what is not needed, then be a kernel in a copy of the assignment's folder, until the end."""
    copy_files(Path(request["files"]), Path.home() / "assignment")  # at home itself, files could configure programs
    lockdown.set_limits(request["memory_mib"], request["file_mib"], request["processes"])
    lockdown.drop_capabilities()
    lockdown.filter_system_calls()
    serve(request["connection_file"], request["output_bytes"])


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


def refuse_exit() -> None:
    """What ``exit()`` and ``quit()`` do in a cell: end that cell."""
    raise SystemExit("exit() was called")


if __name__ == "__main__":
    run(json.loads(sys.argv[1]))
