"""PostgreSQL stops, is killed, or its disk is full, while the application is used.

It is a cluster for these tests on a small disk, whatever database the other tests use.
"""

import random
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from reviewer.access.actor import Actor
from reviewer.backup import archive
from reviewer.cli import main
from reviewer.core import database
from tests import postgres, stored_rows
from tests.calls import SLUG
from tests.conftest import KEY, migrate
from tests.factories.batches import KINDS, document_files, folder, valid_row
from tests.faults.clicks import (
    FOLIO,
    acknowledged_clicks,
    assert_consistent,
    assert_nothing_lost,
    stored_clicks,
)
from tests.faults.disks import Disk, mount_disk
from tests.server import Server
from tests.stored_rows import count_events
from tests.stress import SEED, chance, faults, only_under_stress, rounds
from tests.web.asgi_client import Browser, cookie
from tests.web.forged_messages import INTERNALS
from tests.web.websocket_client import open_stream, run_page

pytestmark = only_under_stress
MEGABYTES = 160
SMALL_LOGS = "--wal-segsize=1"  # megabytes: a new one is soon needed, for which a full disk has no room
NOT_SAVED = re.compile("no se guardó|nada se guarda|se perdió mientras se guardaba")
End = Callable[[postgres.Server, random.Random], object]
ENDS: dict[str, End] = {
    "stopped": lambda server, rng: server.stop(rng.choice(("fast", "immediate"))),
    "killed": lambda server, rng: server.kill(),
    "deprived of a process": lambda server, rng: rng.choice(psutil.Process(server.pid).children()).kill(),
}
UNREADABLE = "No se puede leer la base de datos"
SCORES = f"/dictamenes/{SLUG}/{FOLIO}"


@dataclass(frozen=True)
class SmallCluster:
    """A cluster, its disk, and an empty database to copy."""

    server: postgres.Server
    disk: Disk
    empty: str

    def ensure_running(self) -> None:
        """Starts the cluster if it has ended, and waits until it answers."""
        if not self.server.is_running:
            self.server.start()
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(f"{self.server.url}/postgres").close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                return

    def use_up_log(self) -> None:
        """Switches to the next file of the write-ahead log, which needs space where none is left."""
        with suppress(psycopg.OperationalError), psycopg.connect(f"{self.server.url}/postgres") as connection:
            connection.execute("SELECT pg_switch_wal()")


@pytest.fixture(scope="module")
def small() -> Iterator[SmallCluster]:
    with TemporaryDirectory(prefix="dictamen-small-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o711)  # PostgreSQL goes on as a user of its own
        with (
            mount_disk(Path(place) / "disk", megabytes=MEGABYTES) as disk,
            postgres.running(disk.root, SMALL_LOGS) as server,
        ):
            empty = server.new_database(postgres.TEMPLATE)
            migrate(empty)
            yield SmallCluster(server, disk, empty)


@pytest.fixture
def installation(tmp_path: Path, small: SmallCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty installation with its database on the small disk and its documents elsewhere."""
    url = postgres.copy_of(small.empty)
    monkeypatch.setenv("REVIEWER_DATABASE_URL", url)
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{tmp_path / 'documents'}")
    monkeypatch.setenv("REVIEWER_BACKUP_FOLDER", str(tmp_path / "backups"))
    monkeypatch.setenv("REVIEWER_COOKIE_KEY", KEY)
    yield tmp_path
    small.disk.make_room()
    small.ensure_running()
    database.engine().dispose()
    postgres.drop(url)


def test_a_click_while_stopped_is_reported_and_the_next_is_kept(
    small: SmallCluster,
    assigned_juror: Actor,
    admin: Actor,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    browser, clicks, backup = (
        Browser(assigned_juror),
        f"{SCORES}/puntajes",
        ["backup", str(tmp_path / "todo.zip")],
    )
    with served(tmp_path / "log") as url, open_stream(url, cookie=cookie(admin)["cookie"]) as line:
        for version in range(rounds(1, 10)):
            click = {"criterion": "relato", "value": version % 5 + 1, "version": version}
            assert 'body: "Sistema"' in run_page(line, "sistema")
            small.server.stop()
            faults["PostgreSQL stopped under those who work"] += 1
            answer, reply = browser.ask("POST", clicks, click)
            assert answer.status == 503 and NOT_SAVED.search(reply["error"]), reply
            answer, reply = browser.ask("GET", SCORES)
            assert answer.status == 503 and UNREADABLE in reply["error"], reply
            page_text = run_page(line, "sistema")
            assert UNREADABLE in page_text and not INTERNALS.search(page_text), page_text
            assert main(backup) == 3 and "base de datos" in capsys.readouterr().err
            assert not list(tmp_path.glob("*.zip"))
            small.server.start()
            assert browser.ask("POST", clicks, click)[0].status == 200
            assert [click["value"] for click in stored_clicks(assigned_juror)] == [click["value"]]
        assert 'body: "Sistema"' in run_page(line, "sistema")
    assert main(backup) == 0
    assert_consistent()


@contextmanager
def served(log: Path) -> Iterator[str]:
    """Gives the address of a server of the application."""
    server = Server(log)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def test_killed_under_clicks_it_holds_each_that_was_acknowledged(small: SmallCluster, assigned_juror: Actor) -> None:
    rng = chance()
    for _ in range(rounds(3, 60)):
        before, (kind, end) = stored_clicks(assigned_juror), rng.choice(list(ENDS.items()))

        def done(_: int, end: End = end) -> None:
            time.sleep(rng.random() ** 3 * 0.4)
            end(small.server, rng)

        acknowledged = acknowledged_clicks(assigned_juror, rng.randrange(10**9), done)
        faults[f"PostgreSQL {kind} under clicks"] += 1
        assert NOT_SAVED.search(acknowledged[-1].get("fault", "")), acknowledged[-1]
        small.ensure_running()
        assert_nothing_lost(assigned_juror, before + acknowledged)


def test_a_click_and_an_import_on_a_full_disk_are_reported_and_resume(
    small: SmallCluster, assigned_juror: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng, browser, version, times = chance(), Browser(assigned_juror), 0, rounds(2, 30)
    people = range(1, 6 * times)
    batch = folder(tmp_path / "lote", [valid_row(person) for person in people], document_files(*people))
    order = ["import", str(batch), "--call", SLUG, "--workers", "1"]
    for number in range(times):
        has_log = number % 2 == 0  # what its log has room for comes to an end else, a fault of its own
        small.disk.fill(leaving=rng.randrange(60_000))
        while True:
            click = {"criterion": "relato", "value": rng.randint(1, 5), "version": version}
            answer, reply = browser.ask("POST", f"{SCORES}/puntajes", click)
            if answer.status != 200:
                break
            version = reply["version"]
            if not has_log:
                small.use_up_log()
        assert answer.status == 503 and NOT_SAVED.search(reply["error"]), reply
        faults["a click on PostgreSQL's full disk"] += 1
        code, error = main(order), capsys.readouterr().err
        if code == 3:
            assert "base de datos" in error and len(error.splitlines()) == 1, error
            faults["an import on PostgreSQL's full disk"] += 1
        faults["PostgreSQL ended by its full disk"] += not small.server.is_running
        small.disk.make_room()
        small.ensure_running()
        imported = stored_rows.applications().keys() - {FOLIO}
        assert all(len(stored_rows.documents(folio)) == len(KINDS) for folio in imported), SEED
        answer, reply = browser.ask("POST", f"{SCORES}/puntajes", click)
        assert answer.status == 200, reply
        version = reply["version"]
        assert [click["value"] for click in stored_clicks(assigned_juror)] == [click["value"]]
        assert_consistent()
    assert main(order) == 0
    assert len(stored_rows.applications()) == 1 + len(people)


def test_a_backup_while_the_disk_is_full_is_kept_and_reported(
    small: SmallCluster, assigned_juror: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.disk.fill()
    exit_code, error = main(["backup", str(tmp_path / "uno.zip")]), capsys.readouterr().err
    faults["a backup while PostgreSQL's disk is full"] += 1
    assert exit_code == 0 or "«uno.zip» está completo y se conserva, pero no quedó en la bitácora" in error, error
    with zipfile.ZipFile(tmp_path / "uno.zip") as zipped:
        archive.check(zipped, archive.read_manifest(zipped))
    small.disk.make_room()
    small.ensure_running()
    assert main(["backup", str(tmp_path / "dos.zip")]) == 0
    assert count_events("backup.make") == 1 + (exit_code == 0)
    assert_consistent()
