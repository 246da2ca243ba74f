"""A PostgreSQL cluster of the tests' own, from the system's package; nobody else's is touched."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from tests.network import free_port

TEMPLATE = "dictamen_empty"


@dataclass(frozen=True)
class Server:
    """A cluster; ``url`` reaches its databases, ``data`` is its folder, ``tools`` its programs'."""

    url: str
    data: Path
    tools: Path

    def new_database(self, name: str) -> str:
        """Makes an empty database; its URL."""
        _execute(f"{self.url}/postgres", f'CREATE DATABASE "{name}"')
        return f"{self.url}/{name}"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        self._control("-l", str(self.data.parent / "log"), "start")

    def stop(self, how: str = "fast") -> None:
        """Ends it as its operator would, or ``immediate``, as in an emergency."""
        self._control("-m", how, "stop")

    def kill(self) -> None:
        """Ends it as the system's own guard of memory would; the others of its processes follow the first."""
        first = psutil.Process(self.pid)
        children = first.children()
        first.kill()
        psutil.wait_procs([first, *children], timeout=30)

    @property
    def pid(self) -> int:
        """Its first process."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    @property
    def is_running(self) -> bool:
        """Whether it runs; one whose disk is full may have ended."""
        return (self.data / "postmaster.pid").exists() and psutil.pid_exists(self.pid)

    def _control(self, *words: str) -> None:
        _run_as_postgres([str(self.tools / "pg_ctl"), "-D", str(self.data), "-w", *words])


@contextmanager
def cluster() -> Iterator[Server]:
    """Starts a cluster in a folder of its own and ends it.

    The folder isn't one of pytest's, which a later run of pytest would clear away under a running server; it
    lies in memory where the system has a place for that, since a database is made and dropped for each test.
    """
    with (
        TemporaryDirectory(prefix="dictamen-postgres-", dir=memory_folder(), ignore_cleanup_errors=True) as folder,
        running(Path(folder)) as server,
    ):
        yield server


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Server]:
    """Starts a cluster in this folder, with these options of ``initdb``, and ends it.

    Skips, or in CI fails, where there is no PostgreSQL.
    """
    tools = _tools()
    if tools is None:
        message = "No hay PostgreSQL instalado: estas pruebas no corrieron en él."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    command = [str(tools / "initdb"), "-D", str(data), "-A", "trust", "-U", "dictamen", "--no-sync", *options]
    _run_as_postgres(command)
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"port = {port}\nlisten_addresses = '127.0.0.1'\n")
        settings.write("unix_socket_directories = ''\nfsync = off\n")
    server = Server(f"postgresql://dictamen@127.0.0.1:{port}", data, tools)
    server.start()
    try:
        yield server
    finally:
        if server.is_running:
            server.stop("immediate")


def copy_of(template: str, name: str = "") -> str:
    """A new database made from the one at the template's URL; its own URL."""
    base, original = template.rsplit("/", 1)
    name = name or f"t_{secrets.token_hex(6)}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        # Since 15 the default writes a log instead, which takes twice as long for one so small.
        strategy = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
        # A template must have no sessions; one that was closed may not have ended yet.
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (original,))
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}" {strategy}'.encode())
    return f"{base}/{name}"


def drop(url: str) -> None:
    """Removes a test's database."""
    base, name = url.rsplit("/", 1)
    _execute(f"{base}/postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _tools() -> Path | None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if programs:
        return programs[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _run_as_postgres(command: list[str]) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


def memory_folder() -> str | None:
    """A folder in memory with room enough; containers often have one of 64 MB."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > 4 << 30 else None
