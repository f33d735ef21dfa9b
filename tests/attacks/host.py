"""The host around a class: what an attacker would like to find, reach or change, and what was heard and changed."""

import shutil
import socket
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from attacks import canaries
from attacks.loot import LOOT


@dataclass(frozen=True)
class Places:
    """Paths and addresses that an attacker knows, or guesses."""

    course: Path
    home: Path
    open_folder: Path  # anybody may write here
    socket: Path
    tcp_port: int
    abstract_name: str

    @property
    def checks(self) -> Path:
        return self.course / "autograder" / "checks"


class Host:
    """A home and an open folder with canaries, and three services that write down who calls. A context manager."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._folder = Path(tempfile.mkdtemp(prefix="attacked-host-", dir="/tmp"))
        self._folder.chmod(0o777)
        self.home = self._folder / "home"
        (self.home / ".ssh").mkdir(parents=True)
        (self.home / ".ssh" / "id_ed25519").write_text(canaries.HOME)
        self.target = self._folder / "target.txt"
        self.target.write_text(canaries.HOST)
        self.target.chmod(0o666)
        self._servers: list[socket.socket] = []

    def __enter__(self) -> "Host":
        self._abstract_name = self._folder.name
        tcp = socket.create_server(("127.0.0.1", 0))
        self._tcp_port = tcp.getsockname()[1]
        self._serve("loopback", tcp)
        self._socket = self._folder / "service.sock"
        for name, address in (("abstract", f"\0{self._abstract_name}"), ("socket", str(self._socket))):
            server = socket.socket(socket.AF_UNIX)
            server.bind(address)
            server.listen()
            self._serve(name, server)
        self._socket.chmod(0o777)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown(socket.SHUT_RDWR)  # wakes its thread, which would keep the address
            server.close()
        shutil.rmtree(self._folder)

    def places(self, course: Path) -> Places:
        return Places(course, self.home, self._folder, self._socket, self._tcp_port, self._abstract_name)

    def changes(self) -> list[str]:
        """What is not as it was."""
        found = [str(path) for path in self._folder.iterdir() if path not in (self.home, self.target, self._socket)]
        found += [str(path) for path in self.home.rglob("*") if LOOT in path.name]
        return found + (["target.txt"] if self.target.read_text() != canaries.HOST else [])

    def _serve(self, name: str, server: socket.socket) -> None:
        self._servers.append(server)
        threading.Thread(target=self._listen, args=(name, server), daemon=True).start()

    def _listen(self, name: str, server: socket.socket) -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:  # closed: the end
                return
            with caller:
                caller.settimeout(2)
                try:
                    self.heard.append(f"{name}: {caller.recv(4096)!r}")
                except OSError:
                    self.heard.append(f"{name}: a call")
