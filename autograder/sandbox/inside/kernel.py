"""What runs inside the sandbox: IPython's kernel, and one message more.

Started as ``python -I kernel.py CONNECTION_FILE FILES MEMORY_MIB DISK_MIB PROCESSES``. Everything here shares an
interpreter with the student's code and is therefore not trusted: it only has to serve the honest.
"""

import os
import resource
import shutil
import sys
from pathlib import Path


def set_limits(memory_mib: int, disk_mib: int, processes: int) -> None:
    """Hard limits of this process and its children, which nobody without privileges can raise again."""
    bounds = {
        resource.RLIMIT_DATA: memory_mib * 1024 * 1024,
        resource.RLIMIT_FSIZE: disk_mib * 1024 * 1024,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_CORE: 0,
    }
    for which, bound in bounds.items():
        resource.setrlimit(which, (bound, bound))


def copy_files(files: Path, home: Path) -> None:
    """The assignment's folder, as a writable copy that dies with the sandbox."""
    shutil.copytree(files, home, dirs_exist_ok=True)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    os.chdir(home)


def main() -> None:
    connection_file, files, memory_mib, disk_mib, processes = sys.argv[1:]
    sys.argv[1:] = []
    copy_files(Path(files), Path.home())
    set_limits(int(memory_mib), int(disk_mib), int(processes))

    sys.path.insert(0, str(Path(__file__).parent))
    from probe import CourseKernel  # type: ignore[import-not-found]  # after the limits are set

    sys.path[:] = [*sys.path[1:], os.getcwd()]  # own files may be imported, but never in place of a library

    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance(kernel_class=CourseKernel, connection_file=connection_file, ignore_cwd=True)
    app.initialize(["--HistoryManager.enabled=False"])
    app.start()


if __name__ == "__main__":
    main()
