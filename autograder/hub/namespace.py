"""Mounts for a hub that root tries out from a checkout: what its users see of it, which is the programs alone.

Run by ``autograder.hub.run`` in mount and process namespaces of its own, so that nothing is changed for others and all
of the hub's processes end with the first. The checkout shows its environment, its proxy, the real model where it was
made, and, to those who grade, the package. Where the interpreter lies below a closed home, everything there but the
interpreter disappears.
"""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.course import PACKAGE
from autograder.models import smollm2

CHECKOUT = PACKAGE.parent


def main(account: str, *command: str) -> None:
    """Mount, then become the command. ``account``: of those who grade."""
    interpreter = Path(sys.base_prefix).resolve()
    closed = closed_folder(interpreter)
    if closed is not None:
        _show_only(closed, {interpreter: interpreter})
    staging = Path(os.environ["COURSE_HUB_FOLDER"]) / "package"
    shutil.rmtree(staging, ignore_errors=True)
    shutil.copytree(PACKAGE, staging, ignore=shutil.ignore_patterns("__pycache__"))
    gid = pwd.getpwnam(account).pw_gid
    for folder, _, files in os.walk(staging):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            os.chown(path, 0, gid)
            path.chmod(0o750 if path.is_dir() else 0o640)
    shown = [Path(sys.prefix), CHECKOUT / ".hub", *([smollm2.MADE] if smollm2.MADE.is_dir() else [])]
    _show_only(CHECKOUT, {**{path: path for path in shown}, PACKAGE: staging})
    os.chdir("/")
    os.execv(command[0], command)


def closed_folder(path: Path) -> Path | None:
    """The first folder on the way to it through which others cannot pass."""
    return next((one for one in reversed(path.parents) if not one.stat().st_mode & 0o001), None)


def _show_only(folder: Path, shown: dict[Path, Path]) -> None:
    """Put an empty folder over this one, and these paths back in it. Values: what is to be seen at each."""
    handles = {path: os.open(origin, os.O_PATH) for path, origin in shown.items() if path.is_relative_to(folder)}
    _mount("-t", "tmpfs", "-o", "mode=755,size=1m", "course-hub", str(folder))
    for path, handle in handles.items():
        path.mkdir(parents=True)
        # By its handle, as it is: spelt out, it would be the empty folder that lies over it now.
        _mount("--no-canonicalize", "--bind", f"/proc/self/fd/{handle}", str(path), keep=handle)
        os.close(handle)
    _mount("-o", "remount,ro", str(folder))


def _mount(*words: str, keep: int | None = None) -> None:
    subprocess.run(["mount", *words], pass_fds=[] if keep is None else [keep], check=True, timeout=30)


if __name__ == "__main__":
    main(*sys.argv[1:])
