"""What code in the sandbox cannot see or reach. One property, one test, for both ways in which a kernel is started.

Exceptions: the tests of single system calls name them by their numbers on x86-64, and are skipped elsewhere. What the
sandbox does not hold at all stands at the top of ``autograder/sandbox/bubblewrap.py``.
"""

import errno
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from autograder.course import PACKAGE
from autograder.sandbox.bubblewrap import WRITABLE
from autograder.sandbox.session import Session

from .conftest import GRADERS, HIDDEN, INSTALLED, Ask, Run, ask_in, value

REFUSED = ("OSError", "PermissionError")


def status(ask: Ask, name: str) -> str:
    return str(ask(f"open('/proc/self/status').read().split('{name}:')[1].split()[0]"))


# Who it is


def test_user_is_not_root(ask: Ask) -> None:
    assert ask("os.getuid()") != 0


def test_user_on_the_host_is_not_root(session: Session) -> None:
    tree = session._kernel.watch.members()[-1:]  # type: ignore[union-attr]
    assert tree
    assert 0 not in {uid for process in tree for uid in process.uids()}


def test_user_cannot_become_root(ask: Ask) -> None:
    for call in ("os.setuid(0)", "os.setgid(0)", "os.setgroups([0])", "os.seteuid(0)"):
        assert ask(call) in REFUSED


def test_programs_with_setuid_give_nothing(ask: Ask) -> None:
    assert ask("subprocess.run(['/bin/su', '-c', 'id -u'], capture_output=True, input=b'').stdout.decode()") == ""
    assert ask("[line.split()[5] for line in open('/proc/self/mountinfo') if 'nosuid' not in line.split()[5]]") == []


def test_no_capability_is_left(ask: Ask) -> None:
    for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb", "CapInh"):
        assert int(status(ask, name), 16) == 0


def test_no_new_privileges(ask: Ask) -> None:
    assert status(ask, "NoNewPrivs") == "1"


# Namespaces


@pytest.mark.parametrize("kind", ["user", "pid", "mnt", "ipc", "net", "uts", "cgroup"])
def test_namespace_is_its_own(ask: Ask, kind: str) -> None:
    assert ask(f"os.readlink('/proc/self/ns/{kind}')") != os.readlink(f"/proc/self/ns/{kind}")


def test_host_name_is_not_the_hosts(ask: Ask) -> None:
    assert ask("socket.gethostname()") == "course"


def test_no_further_user_namespace(ask: Ask) -> None:
    assert ask("ctypes.CDLL(None, use_errno=True).unshare(0x10000000)") == -1


# System calls


@pytest.mark.parametrize(
    "call",
    [
        "unshare(0x20000000)",
        "setns(3, 0)",
        "mount(b'none', b'/tmp', b'tmpfs', 0, None)",
        "umount2(b'/tmp', 2)",
        "chroot(b'/tmp')",
        "ptrace(0, 0, 0, 0)",
        "process_vm_readv(1, None, 0, None, 0, 0)",
        "syscall(321, 0, 0, 0)",
        "syscall(425, 1, 0)",
        "syscall(298, 0, 0, 0, 0, 0)",
        "syscall(250, 0, 0, 0, 0, 0)",
        "syscall(323, 0)",
        "inotify_init()",
        "syscall(56, 0x10000011, 0, 0, 0, 0)",
        "syscall(327, 0, 0, 0, 0, 0, 8)",
        "mincore(None, 0, None)",
        "syscall(221, 0, 0, 0, 4)",
        "readahead(0, 0, 0)",
        "syscall(451, 0, 0, 0, 0)",
        "syscall(206, 1, 0)",
    ],
    ids=[
        *("unshare", "setns", "mount", "umount", "chroot", "ptrace", "vm_readv"),
        *("bpf", "io_uring", "perf", "keyctl", "userfaultfd", "inotify", "clone"),
        *("preadv2", "mincore", "fadvise", "readahead", "cachestat", "io_setup"),
    ],
)
@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls on x86-64")
def test_system_call_is_refused(ask: Ask, call: str) -> None:
    assert ask(f"[ctypes.CDLL(None, use_errno=True).{call}, ctypes.get_errno()]") == [-1, errno.EPERM]


NUMBERS = {
    "process_vm_writev": 311, "pivot_root": 155, "add_key": 248, "request_key": 249, "open_by_handle_at": 304,
    "kexec_load": 246, "kexec_file_load": 320, "init_module": 175, "finit_module": 313, "delete_module": 176,
    "swapon": 167, "swapoff": 168, "reboot": 169, "acct": 163, "settimeofday": 164, "clock_settime": 227,
    "kcmp": 312, "inotify_init1": 294, "fanotify_init": 300, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "pidfd_getfd": 438, "mount_setattr": 442, "memfd_create": 319, "memfd_secret": 447, "shmget": 29, "semget": 64,
    "msgget": 68,
}  # fmt: skip


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls on x86-64")
def test_other_system_calls_are_refused_whatever_they_are_given(ask: Ask) -> None:
    """A third of them asks for a capability first: of those it is only seen that they are refused."""
    libc = "ctypes.CDLL(None, use_errno=True)"
    call = f"[{libc}.syscall(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno()]"
    answers = ask(f"[{call} for number in {list(NUMBERS.values())}]")
    assert dict(zip(NUMBERS, answers, strict=True)) == {name: [-1, errno.EPERM] for name in NUMBERS}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls on x86-64")
def test_clone3_is_said_to_be_unknown(ask: Ask) -> None:
    """No filter sees its flags, here those of a user namespace."""
    call = r"syscall(435, b'\0\0\0\x10' + bytes(84), 88)"
    assert ask(f"[ctypes.CDLL(None, use_errno=True).{call}, ctypes.get_errno()]") == [-1, errno.ENOSYS]


OLD_CALL = """
import ctypes, mmap
memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
memory.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid); int 0x80; ret
print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))())
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="machine code of x86-64")
def test_system_calls_of_32_bits_end_the_kernel(run: Run) -> None:
    """They have other numbers, so that the filter would take one for another."""
    if subprocess.run([sys.executable, "-c", OLD_CALL], stdout=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("this Linux has no system calls of 32 bits")
    assert [report.status for report in run(OLD_CALL).reports.values()] == ["ran", "stopped"]


def test_system_calls_are_filtered(ask: Ask) -> None:
    assert status(ask, "Seccomp") == "2"


def test_only_sockets_that_have_a_namespace_can_be_made(ask: Ask) -> None:
    for family in ("AF_VSOCK", "AF_ALG", "AF_PACKET"):
        made = f"[ctypes.CDLL(None, use_errno=True).socket(socket.{family}, 1, 0), ctypes.get_errno()]"
        assert ask(made) == [-1, errno.EAFNOSUPPORT]
    for family in ("AF_UNIX", "AF_INET", "AF_INET6"):
        assert ask(f"socket.socket(socket.{family}).close()") is None
    assert ask("[one.close() for one in socket.socketpair()]") == [None, None]


def test_clock_cannot_be_set(ask: Ask) -> None:
    assert ask("__import__('time').clock_settime(0, 0)") == "PermissionError"


# Network


def test_no_network_interface_but_loopback(ask: Ask) -> None:
    assert ask("[name for _, name in socket.if_nameindex()]") == ["lo"]


def test_no_way_out(ask: Ask) -> None:
    for address in ("192.0.2.1", "169.254.169.254"):  # the second is where clouds keep secrets
        assert ask(f"socket.create_connection(('{address}', 80), timeout=2)") == "OSError"


def test_no_names_are_resolved(ask: Ask) -> None:
    assert ask("socket.getaddrinfo('example.org', 80)") == "gaierror"


def test_loopback_of_the_host_is_another(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert ask(f"socket.create_connection(('127.0.0.1', {port}), timeout=2)") == "ConnectionRefusedError"


def test_networks_of_two_kernels_are_two(run: Run) -> None:
    listen = "import socket\nserver = socket.create_server(('127.0.0.1', 0))\nport = server.getsockname()[1]"
    abstract = "named = socket.socket(socket.AF_UNIX)\nnamed.bind('\\0course-two')\nnamed.listen()"
    port = value(run(listen, abstract), "port")
    ask = ask_in(run("import socket"))
    assert ask(f"socket.create_connection(('127.0.0.1', {port}), timeout=2)") == "ConnectionRefusedError"
    assert ask("socket.socket(socket.AF_UNIX).connect('\\0course-two')") == "ConnectionRefusedError"


def test_abstract_socket_of_the_host_is_out_of_reach(ask: Ask) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0course-test")
        server.listen()
        assert ask("socket.socket(socket.AF_UNIX).connect('\\0course-test')") == "ConnectionRefusedError"


def test_socket_files_of_the_host_are_out_of_sight(ask: Ask, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(tmp_path)
        server.bind("service")
        assert ask(f"socket.socket(socket.AF_UNIX).connect({str(tmp_path / 'service')!r})") == "FileNotFoundError"


# Files


def test_system_is_read_only(ask: Ask) -> None:
    for place in ("/usr/x", "/etc/x", "/x", "/run/x", "/run/course/x", "/home/x"):
        assert ask(f"open({place!r}, 'w')") in REFUSED


def test_libraries_are_read_only(ask: Ask) -> None:
    for library in ("os", "torch"):
        assert ask(f"open(os.path.join(os.path.dirname(__import__({library!r}).__file__), 'x'), 'w')") in REFUSED


def test_course_is_out_of_sight(ask: Ask) -> None:
    for name in ("source", "autograder", "tests", "nbgrader_config.py", ".git", "release", "solutions"):
        assert ask(f"os.path.exists({str(ROOT / name)!r})") is False


def test_engine_and_checks_cannot_be_imported(ask: Ask) -> None:
    if not PACKAGE.is_relative_to(sys.prefix):  # where it is installed, as in an image, an empty folder has its name
        assert ask("__import__('autograder')") == "ModuleNotFoundError"
    for module in ("autograder.judge", "autograder.gradebook", "nbgrader.api"):
        assert ask(f"__import__({module!r})") == "ModuleNotFoundError"
    assert ask(f"os.listdir({str(INSTALLED)!r})") == []


def test_homes_of_others_are_out_of_sight(ask: Ask) -> None:
    shown = (sys.prefix, sys.base_prefix, "/home/student")
    for home in ("/home", str(Path.home())):
        assert ask(f"[base for base, _, names in os.walk({home!r}) if names and not base.startswith({shown!r})]") == []


def test_temporary_files_of_others_are_out_of_sight(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush")
    assert ask(f"os.path.exists({str(tmp_path / 'secret')!r})") is False


def test_accounts_are_out_of_sight(ask: Ask) -> None:
    assert ask("os.path.exists('/etc/shadow') or os.path.exists('/etc/passwd')") is False


def test_settings_of_the_kernel_are_out_of_reach(ask: Ask) -> None:
    for place in ("/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/proc/self/oom_score_adj"):
        answer = ask(f"os.write(os.open({place!r}, os.O_WRONLY), b'-1000')")
        assert answer in (*REFUSED, "FileNotFoundError"), place
    assert ask("os.path.exists('/sys')") is False


def test_memory_of_the_machine_is_out_of_reach(ask: Ask) -> None:
    for place in ("/proc/kcore", "/dev/mem", "/dev/kmem", "/proc/kmsg"):
        assert ask(f"open({place!r}, 'rb').read(1)") in (*REFUSED, "FileNotFoundError")


def test_only_harmless_devices(ask: Ask) -> None:
    known = {"core", "console", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin"}
    assert set(ask("os.listdir('/dev')")) <= known | {"stdout", "tty", "urandom", "zero"}


def test_only_its_own_places_can_be_written_to(ask: Ask) -> None:
    mounts = set(ask("[line.split()[4] for line in open('/proc/self/mountinfo')]"))
    written = [mount for mount in mounts if ask(f"open({mount + '/course-written'!r}, 'w').close()") is None]
    assert {mount for mount in written if not mount.startswith("/tmp/")} == set(WRITABLE)


def test_terminals_are_its_own(ask: Ask) -> None:
    assert ask("os.listdir('/dev/pts')") == ["ptmx"]
    assert ask("[os.close(one) for one in __import__('pty').openpty()]") == [None, None]


def test_message_queues_are_its_own(ask: Ask) -> None:
    assert ask("os.path.exists('/dev/mqueue')") is False
    assert ask("os.mkdir('/dev/mqueue')") in REFUSED


def test_no_terminal(ask: Ask) -> None:
    assert ask("open('/dev/tty')") == "OSError"


def test_assignment_is_a_copy_of_its_own(ask: Ask, data: Path) -> None:
    assert ask("open('data.txt').read()") == "the assignment's data"
    ask("open('data.txt', 'w').write('mine')")
    assert data.read_text() == "the assignment's data"


def test_connection_file_is_read_only(ask: Ask) -> None:
    assert ask("len(list(pathlib.Path('/tmp').rglob('connection.json')))") == 1
    assert ask("open(next(pathlib.Path('/tmp').rglob('connection.json')), 'w')") in REFUSED
    assert ask("open(next(pathlib.Path('/tmp').rglob('connection.json')).parent / 'x', 'w')") in REFUSED


def test_folder_of_the_sockets_cannot_be_replaced(ask: Ask) -> None:
    for call in ("rename('/run/course/sockets', '/run/course/x')", "rmdir('/run/course/sockets')"):
        assert ask(f"os.{call}") in REFUSED


def test_files_of_the_submission_do_not_configure_ipython(fork: bool, tmp_path: Path) -> None:
    from nbformat.v4 import new_code_cell, new_notebook

    from autograder.sandbox.limits import Limits

    files = {}
    for name in (".ipython/profile_default/startup/0.py", "ipython_config.py", "sitecustomize.py", "torch.py"):
        path = files[name] = tmp_path / name.replace("/", "-")
        path.write_text("import builtins\nbuiltins.was_here = True\n")
    notebook = new_notebook(cells=[new_code_cell("import builtins, torch\nfound = hasattr(builtins, 'was_here')")])
    with Session(notebook, files, HIDDEN, Limits(fork_server=fork)) as session:
        session.run()
        assert value(session, "found") is False


# Processes and what they share


def test_processes_of_others_are_out_of_sight(ask: Ask) -> None:
    assert ask("len([name for name in os.listdir('/proc') if name.isdigit()])") <= 3


@pytest.fixture
def bystander() -> Iterator[int]:
    """A process whose number nobody in a sandbox has: there they begin at 1, in a container outside as well."""
    while (process := subprocess.Popen(["sleep", "600"])).pid < 300:
        process.kill()
        process.wait()
    yield process.pid
    process.kill()
    process.wait()


def test_processes_of_others_cannot_be_signalled(ask: Ask, bystander: int) -> None:
    assert ask(f"os.kill({bystander}, 0)") in ("ProcessLookupError", "PermissionError")
    assert ask("[os.kill(1, signal.SIGKILL), os.path.exists('/proc/1')]") == [None, True]  # its own first lives on


def test_whoever_can_be_written_to_has_given_up_as_much(ask: Ask) -> None:
    """The kernel's first process has its user: through /proc/1/mem, code could be run in it."""
    words = ("Seccomp:", "NoNewPrivs:", "CapPrm:", "CapEff:", "CapBnd:", "Uid:")
    lines = f"[line for line in open(f'/proc/{{n}}/status') if line.startswith({words})]"
    seen = ask(f"[({lines}, open(f'/proc/{{n}}/limits').read()) for n in os.listdir('/proc') if n.isdigit()]")
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_environment_of_the_grader_is_out_of_sight(ask: Ask) -> None:
    assert {name: os.environ[name] for name in GRADERS} == GRADERS
    assert ask(f"[name for name in {list(GRADERS)} if name in os.environ]") == []
    hush = GRADERS["COURSE_SECRET"]
    assert ask(f"{hush!r} in open('/proc/1/environ', errors='replace').read()") in (False, "PermissionError")


def test_command_lines_tell_nothing_of_the_course(ask: Ask) -> None:
    shown = ask("[open(f'/proc/{n}/cmdline').read() for n in os.listdir('/proc') if n.isdigit()]")
    assert not [line for line in shown if str(ROOT / "source") in line or "checks" in line]


def test_no_file_of_the_host_is_open(ask: Ask) -> None:
    links = "[f'/proc/self/fd/{n}' for n in os.listdir('/proc/self/fd')]"
    targets = ask(f"[os.readlink(link) for link in {links} if os.path.lexists(link)]")
    known = ("socket:", "pipe:", "anon_inode:", "/dev/null", "/proc/")
    assert [one for one in targets if not one.startswith(known)] == []


def test_shared_memory_is_its_own(ask: Ask) -> None:
    name = f"/dev/shm/course-{os.getpid()}"
    Path(name).write_text("hush")
    try:
        assert ask(f"os.path.exists({name!r})") is False
    finally:
        Path(name).unlink()
    assert ask("open('/proc/sysvipc/shm').read().count('\\n')") in (1, "FileNotFoundError")  # the heading alone


def test_nothing_is_left_by_the_submission_before(run: Run) -> None:
    places = "('/tmp/left', '/dev/shm/left', os.path.expanduser('~/left'), 'left', '/proc/1/cwd/left')"
    first = run(f"for place in {places}: open(place, 'w').write('hush')")
    assert [report.status for report in first.reports.values()] == ["ran", "ran"]
    assert ask_in(run())(f"[place for place in {places} if os.path.exists(place)]") == []


def test_random_numbers_differ_between_kernels(run: Run) -> None:
    drawn = [ask_in(run("import random"))("[random.random(), __import__('numpy').random.random()]") for _ in range(2)]
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


# And what honest code needs


def test_threads_and_children_still_work(ask: Ask) -> None:
    assert ask("subprocess.run(['/bin/echo', 'hello'], capture_output=True, text=True).stdout") == "hello\n"
    assert ask("__import__('concurrent.futures').futures.ThreadPoolExecutor(2).submit(len, 'ab').result()") == 2


def test_plots_are_shown(run: Run) -> None:
    session = run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
    assert "image/png" in session.notebook.cells[1].outputs[-1].data


def test_own_files_can_be_written_and_imported(run: Run) -> None:
    session = run("open('mine.py', 'w').write('x = 5')", "import mine\nfound = mine.x")
    assert value(session, "found") == 5
