"""A PostgreSQL server of the tests' own: on a socket in a folder, without a port, gone when it is stopped."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

ROLE, PASSWORD = "course", "opensesame"
DATABASES = ("course_hub", "course_gradebook")
READY_SECONDS = 30


class Server:
    """``folder``: of its data and its socket. One role needs its password; others are accounts of the system."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """With a role and its password."""
        return f"postgresql://{ROLE}:{PASSWORD}@/?host={quote(str(self.folder))}"

    @property
    def address_for_accounts(self) -> str:
        """Without: everybody comes as their account of the system."""
        return f"postgresql:///?host={quote(str(self.folder))}"

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.folder), user=ROLE, password=PASSWORD, dbname=database, autocommit=True, connect_timeout=5
        )

    def make(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD)
        for path in (self.folder, password):
            shutil.chown(path, _owner())
        self._run("initdb", "-D", f"{self.folder}/data", "-U", ROLE, "-A", "scram-sha-256", f"--pwfile={password}")
        (self.folder / "data" / "pg_hba.conf").write_text(f"local all {ROLE} scram-sha-256\nlocal all all peer\n")

    def start(self) -> None:
        command = [str(self.programs / "postgres"), "-D", f"{self.folder}/data", "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as_owner(), *command, "-c", "listen_addresses=", "-c", "fsync=off"],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        for _ in range(READY_SECONDS * 10):
            try:
                return self.connect("postgres").close()
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        """At once, with all connections."""
        assert self.process is not None
        self.process.send_signal(3)  # SIGQUIT: "immediate shutdown"; it comes back by its journal
        self.process.wait(30)

    def cut(self, database: str) -> int:
        """End every connection to a database but this one. Returns how many."""
        with self.connect("postgres") as connection:
            found = connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [database]
            )
            return len(found.fetchall())

    def rows(self, query: str, database: str = "course_gradebook") -> list[tuple[object, ...]]:
        with self.connect(database) as connection:
            return connection.execute(query).fetchall()

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [*_as_owner(), self.programs / program, *words], cwd=self.folder, check=True, capture_output=True
        )


@contextmanager
def server() -> Iterator[Server]:
    """One that runs, with both databases. Skips by name where PostgreSQL is not installed."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not programs:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="course-pg-") as folder:
        made = Server(programs[-1].parent, Path(folder))
        made.make()
        made.start()
        try:
            with made.connect("postgres") as connection:
                for name in DATABASES:
                    connection.execute(f"create database {name}")  # type: ignore[arg-type]
            yield made
        finally:
            made.stop()


def _owner() -> str:
    """PostgreSQL does not run as root."""
    return "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _as_owner() -> list[str]:
    if os.geteuid() != 0:
        return []
    who = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", "--"]
