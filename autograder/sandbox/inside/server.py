"""The fork server: imports what notebooks import once, and forks a kernel for each request.

Started as ``python -I server.py`` behind bubblewrap; speaks JSON lines. In: requests, as ``kernel.py`` says. Out, for
each: ``{"ready": true}`` when its ``imports`` are there, and ``{"pid": int}`` or ``{"error": str}``. Ends with its
input.

A fork gets its own user, process, mount, IPC and network namespaces, /proc, terminals and memory file systems: what the
forks of one server could all reach, one submission could leave to the next. Three processes: one that
made the namespaces and waits (its end is the kernel's end), the first in the new process namespace (which reaps), and
the kernel.
"""

import contextlib
import fcntl
import functools
import gc
import importlib
import json
import os
import random
import signal
import socket
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import kernel
import lockdown

sys.path.pop(0)

NEW_NAMESPACES = 0x10000000 | 0x20000000 | 0x00020000 | 0x08000000 | 0x40000000  # user, pid, mount, ipc, network
MS_NOSUID_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2 | 4, 8, 4096, 16384, 1 << 18
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
KERNEL = ("ipykernel.kernelapp", "IPython.core.interactiveshell")


def main() -> None:
    os.chdir("/")  # a fork's first process stays where the server is, and leads there: to nothing that can be written
    requests, replies = os.fdopen(os.dup(0), "r"), os.dup(1)
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks that have ended leave nothing behind
    warm_up(KERNEL)
    for line in requests:
        request = json.loads(line)
        warm_up(request["imports"])
        _say(replies, {"ready": True})
        _say(replies, fork(request))


def _say(descriptor: int, message: dict[str, Any]) -> None:
    os.write(descriptor, json.dumps(message).encode() + b"\n")


def warm_up(modules: Iterable[str]) -> None:
    """Import what is not there yet, and use it once: what a library loads at first use is shared then, too.

    No tensor is computed, no thread started, CUDA not touched: none of these survives a fork. Students' code may run by
    now, in forks: what this reads they see read-only, and where it writes they have folders of their own.
    """
    missing = [module for module in modules if module not in sys.modules]
    if not missing:
        return
    gc.disable()  # imports leave next to nothing behind; looking for it takes a seventh of their time
    for module in missing:
        with contextlib.suppress(Exception):  # the notebook meets it, too, and is told
            importlib.import_module(module)
    if "transformers" in sys.modules:
        _use_a_tokenizer()
    gc.collect()
    gc.freeze()  # a collection in a fork would write to, and so copy, every page
    gc.enable()


@functools.cache
def _use_a_tokenizer() -> None:
    """Once; another library may have brought transformers along."""
    import transformers
    from tokenizers import Tokenizer, models

    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"a": 0}, "a")))
    tokenizer.chat_template = "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
    folder = Path("/tmp/warm-up")
    tokenizer.save_pretrained(folder)
    loaded = transformers.AutoTokenizer.from_pretrained(folder)
    loaded.apply_chat_template([{"role": "user", "content": "a"}], return_assistant_tokens_mask=True)


def fork(request: dict[str, Any]) -> dict[str, Any]:
    """Fork a kernel. Answers when it is behind its own walls, or could not be."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        with contextlib.suppress(BaseException):
            _wall_in(request, writing)
        os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as report:
        problem = report.read().decode(errors="replace")
    return {"error": problem} if problem else {"pid": pid}


def _wall_in(request: dict[str, Any], report: int) -> None:
    """In the fork: namespaces, then the process that is first in them, then wait for it."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        user, group = os.getuid(), os.getgid()
        lockdown.unshare(NEW_NAMESPACES)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        first = os.fork()
        if first == 0:
            lockdown.die_with_parent()
            _mount(request)
            _start_loopback()
            _be_first(request)
    except BaseException as error:
        os.write(report, f"{type(error).__name__}: {error}".encode())
        os._exit(1)
    _close_all()
    lockdown.drop_capabilities()
    _, status = os.waitpid(first, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _mount(request: dict[str, Any]) -> None:
    """Fresh /proc and memory file systems; of all kernels' folders only the own one.

    What is emptied may hold what is still needed: the kernel's folder; the interpreter of a course that lies in /tmp.
    """
    lockdown.mount("none", "/", None, MS_REC | MS_PRIVATE)
    needed = (sys.base_prefix, sys.prefix, str(Path(request["connection_file"]).parent))
    kept = {place: os.open(place, os.O_PATH | os.O_DIRECTORY) for place in needed if place.startswith("/tmp/")}
    for place, options in request["writable"].items():
        lockdown.mount("tmpfs", place, "tmpfs", MS_NOSUID_NODEV, f"{options},mode=755")
    for place, descriptor in kept.items():
        Path(place).mkdir(parents=True, exist_ok=True)
        lockdown.mount(f"/proc/self/fd/{descriptor}", place, None, MS_BIND | MS_REC)  # with what hides a course in it
        os.close(descriptor)
    lockdown.mount("devpts", "/dev/pts", "devpts", 2 | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    lockdown.mount("proc", "/proc", "proc", MS_NOSUID_NODEV | MS_NOEXEC)


def _start_loopback() -> None:
    """A new network has none that works; libraries that talk to their own children use it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def _be_first(request: dict[str, Any]) -> None:
    """The first process of the namespace: starts the kernel, reaps what is left over, ends with the kernel."""
    try:
        _close_all()
        seed = int.from_bytes(os.urandom(4), "little")
        random.seed(seed)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(seed)
        kernel.run(request)
    finally:
        os._exit(1)


def _close_all() -> None:
    os.closerange(3, 1 << 16)


if __name__ == "__main__":
    main()
