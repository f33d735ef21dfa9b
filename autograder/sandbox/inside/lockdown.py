"""What a kernel gives up before it runs a line of a student's code: limits, capabilities, system calls.

Everything here can only be given up, never taken back, and is inherited by every child.
"""

import ctypes
import errno
import os
import platform
import resource
import struct

MIB = 1024 * 1024
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NAMESPACES = 0x7E020080  # CLONE_NEW{TIME,CGROUP,UTS,IPC,USER,PID,NET,NS}

# Numbers of system calls: linux/arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
# From 424 on they are the same everywhere: io_uring_*, mount API, pidfd_getfd, mount_setattr, memfd_secret, cachestat.
EVERYWHERE = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 447, 451)
CLONE3 = 435
MACHINES = {
    "x86_64": {
        "audit": 0xC000003E,
        "clone": 56,
        "sockets": (41, 53),  # socket socketpair
        # ptrace process_vm_readv process_vm_writev mount umount2 pivot_root chroot unshare setns bpf
        # add_key request_key keyctl perf_event_open userfaultfd open_by_handle_at kexec_load kexec_file_load
        # init_module finit_module delete_module swapon swapoff reboot acct settimeofday clock_settime kcmp
        # inotify_init inotify_init1 fanotify_init (files that kernels share would carry signals between them)
        # preadv2 mincore fadvise64 readahead (and so would what of them is in memory) io_setup (one bound for all)
        # memfd_create shmget semget msgget (memory that no process has, so that nobody sees who uses it)
        "denied": "327 27 221 187 206 101 310 311 165 166 155 161 272 308 321 248 249 250 298 323 304 246 320"
        " 175 313 176 167 168 169 163 164 227 312 253 294 300 319 29 64 68",
    },
    "aarch64": {
        "audit": 0xC00000B7,
        "clone": 220,
        "sockets": (198, 199),
        "denied": "286 232 223 213 0 117 270 271 40 39 41 51 97 268 280 217 218 219 241 282 265 104 294"
        " 105 273 106 224 225 142 89 170 112 272 26 262 279 194 190 186",
    },
}
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK; of others not all have a namespace (AF_VSOCK)
X32_BIT = 0x40000000
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

_libc = ctypes.CDLL(None, use_errno=True)


def set_limits(memory_mib: int, file_mib: int, processes: int) -> None:
    """Hard limits of this process and its children. What a fork has from its server comes on top: it is shared."""
    with open("/proc/self/status", encoding="ascii") as status:
        data = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
    bounds = {
        resource.RLIMIT_DATA: data + memory_mib * MIB,
        resource.RLIMIT_FSIZE: file_mib * MIB,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_NOFILE: 256,  # how many epolls may watch how many files, the kernel counts for all together
        resource.RLIMIT_CORE: 0,
    }
    for which, bound in bounds.items():
        resource.setrlimit(which, (bound, bound))


def drop_capabilities() -> None:
    """No capability, none to come, no privilege from a program's file. (A fork in a new user namespace has all.)"""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # the last capability that this Linux has, or none may be dropped because none is held
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, bytes(24)))
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))  # the grader's look at the memory in use needs it


def filter_system_calls() -> None:
    """Deny, with EPERM, what only an attack on the kernel or a way out needs. Needs no-new-privileges.

    clone3 says ENOSYS, because its flags are out of a filter's sight: the C library then uses clone, whose are not.
    """
    program = _program(MACHINES[platform.machine()])
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    prog = struct.pack("=HxxxxxxQ", len(program), ctypes.addressof(buffer))
    _check(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(prog), 0, 0))


def _program(machine: dict[str, object]) -> list[tuple[int, int, int, int]]:
    """Berkeley packet filter over ``struct seccomp_data``: number at 0, architecture at 4, first argument at 16."""
    deny = [*map(int, str(machine["denied"]).split()), *EVERYWHERE]
    lines = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine["audit"]), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    lines += [(_AT_LEAST, 0, 1, X32_BIT), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    for number in deny:
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    for number in machine["sockets"]:  # type: ignore[attr-defined]
        lines += [(_EQUAL, 0, len(FAMILIES) + 3, number), (_LOAD, 0, 0, 16)]
        lines += [(_EQUAL, len(FAMILIES) - at, 0, family) for at, family in enumerate(FAMILIES)]
        lines += [(_RETURN, 0, 0, _ERRNO | errno.EAFNOSUPPORT), (_RETURN, 0, 0, _ALLOW)]
    lines += [(_EQUAL, 0, 1, CLONE3), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    lines += [(_EQUAL, 0, 3, machine["clone"]), (_LOAD, 0, 0, 16)]
    lines += [(_ANY_BIT, 0, 1, CLONE_NAMESPACES), (_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    return lines  # type: ignore[return-value]


def die_with_parent() -> None:
    _check(_libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0))


def unshare(flags: int) -> None:
    _check(_libc.unshare(flags))


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    _check(_libc.mount(*words, ctypes.c_ulong(flags), options.encode() if options is not None else None))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
