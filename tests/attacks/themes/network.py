"""Anybody outside: the network, services of the host, and accomplices in the same class.

Submissions may be graded at the same time, next to each other; so one may wait for another, and tell it what it sees.
"""

from attacks.attack import Work, attack
from attacks.loot import LOOT

PORT = 24680
MEETING = f"{LOOT}-meeting"


@attack(row="network", wants="help from outside, by name and by address")
def internet_called(work: Work) -> None:
    work.prepend(
        "prefill",
        """
        import socket, urllib.request
        for name, call in {
            "a name": lambda: socket.getaddrinfo("example.org", 80),
            "an address": lambda: socket.create_connection(("192.0.2.1", 443), timeout=1),
            "a datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
            "IPv6": lambda: socket.create_connection(("2001:db8::1", 443), timeout=1),
            "metadata": lambda: urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=1),
            "raw": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
            "packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
            "vsock": lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, 22)),
        }.items():
            try:
                print("GOT" "IT", name, call())
            except OSError as error:
                print(name, error)
        """,
    )


@attack(row="network", wants="a service on the host's loopback")
def loopback_of_the_host_called(work: Work) -> None:
    work.prepend(
        "prefill",
        f"""
        import socket
        for host in ("127.0.0.1", "localhost", "0.0.0.0"):
            try:
                with socket.create_connection((host, {work.places.tcp_port}), timeout=1) as service:
                    service.sendall(b"hello from inside")
                    print("GOT" "IT", host)
            except OSError as error:
                print(error)
        """,
    )


@attack(row="network", wants="a service behind an abstract socket, or a socket in an open folder")
def sockets_of_the_host_called(work: Work) -> None:
    work.prepend(
        "prefill",
        f"""
        import socket
        for address in ("\\0{work.places.abstract_name}", {str(work.places.socket)!r}, "/var/run/docker.sock"):
            try:
                with socket.socket(socket.AF_UNIX) as service:
                    service.connect(address)
                    service.sendall(b"hello from inside")
                    print("GOT" "IT", address)
            except OSError as error:
                print(error)
        print(open("/proc/net/unix").read())
        """,
    )


# One waits for a call; the other tries to call until its time is over, first from a cell and then while it is judged.
WAIT = """
import socket, time
said = []
def wait(family, address):
    with socket.socket(family) as server:
        server.settimeout(2.5)
        server.bind(address)
        server.listen()
        try:
            caller, _ = server.accept()
            said.append(caller.recv(10000))
            caller.sendall(b"the answer")
        except OSError:
            pass
"""
TELL = """
import socket, time
def tell(family, address, what, seconds=0.3):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with socket.socket(family) as service:
                service.connect(address)
                service.sendall(what)
                return service.recv(100)
        except OSError:
            time.sleep(0.05)
"""


def _waits(work: Work, family: str, address: str) -> None:
    for place in ("prefill", "answer_mask"):
        work.add(WAIT + f"wait(socket.{family}, {address})\nif said: print('GOT' 'IT', said)", after=place)


def _tells(work: Work, family: str, address: str) -> None:
    work.prepend("prefill", TELL + f"if tell(socket.{family}, {address}, b'from a cell', 2.5): print('GOT' 'IT')")
    work.replace(
        "to_messages",
        TELL + f"def to_messages(record): tell(socket.{family}, {address}, repr(record).encode())",
    )


@attack(row="network", wants="hidden inputs, told by an accomplice over loopback", student="m-pair-1-a")
def accomplice_waits_on_loopback(work: Work) -> None:
    _waits(work, "AF_INET", f"('127.0.0.1', {PORT})")


@attack(row="network", wants="to tell an accomplice", student="m-pair-1-b", costs=("to_messages",))
def accomplice_tells_over_loopback(work: Work) -> None:
    _tells(work, "AF_INET", f"('127.0.0.1', {PORT})")


@attack(row="network", wants="hidden inputs, told by an accomplice over an abstract socket", student="m-pair-2-a")
def accomplice_waits_on_a_socket(work: Work) -> None:
    _waits(work, "AF_UNIX", f"'\\0{MEETING}'")


@attack(row="network", wants="to tell an accomplice", student="m-pair-2-b", costs=("to_messages",))
def accomplice_tells_over_a_socket(work: Work) -> None:
    _tells(work, "AF_UNIX", f"'\\0{MEETING}'")


CACHES = """
import os, pathlib, tempfile
names = ("HF_HOME", "HF_HUB_CACHE", "TORCH_HOME", "TORCHINDUCTOR_CACHE_DIR", "XDG_CACHE_HOME", "TMPDIR", "MPLCONFIGDIR")
places = {os.environ.get(name, "") for name in names} | {"/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/dev/mqueue"}
places |= {tempfile.gettempdir(), os.path.expanduser("~"), os.path.expanduser("~/.cache"), "/run/course", ".."}
places |= {str(pathlib.Path(os.__file__).parent / "__pycache__"), "/run/course/sockets", "/run/course/inside"}
"""


@attack(row="shared caches", wants="to leave something for the next student", student="m-relay-1")
def caches_written_to(work: Work) -> None:
    work.prepend(
        "prefill",
        CACHES
        + f"""
for place in filter(None, places):
    try:
        os.makedirs(place, exist_ok=True)
        pathlib.Path(place, "{LOOT}-cache").write_text("for you")
    except OSError:
        pass
""",
    )


@attack(row="shared caches", wants="what another student has left", student="m-relay-2")
def caches_looked_through(work: Work) -> None:
    work.prepend(
        "prefill",
        CACHES
        + f"""
for place in filter(None, places):
    for path in pathlib.Path(place).glob("*{LOOT}*"):
        print("GOT" "IT", path)
""",
    )
