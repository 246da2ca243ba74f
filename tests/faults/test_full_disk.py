"""A full disk: nothing acknowledged is lost or half-written, and work resumes once there is space.

The space left is random, seeded by ``DICTAMEN_SEED``, otherwise at random; the seed is printed.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.backup.restore import restore
from reviewer.cli import main
from reviewer.core import clock, database
from reviewer.core.errors import InfrastructureError
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Call
from reviewer.storage import documents, uploads
from tests import stored_rows
from tests.calls import SLUG
from tests.factories.applications import add_applications, add_document
from tests.factories.batches import KINDS, archive, document_files, folder, table, valid_row
from tests.faults.clicks import assert_consistent
from tests.faults.disks import Disk, mount_disk
from tests.faults.kills import on_sqlite
from tests.stored_rows import count_events
from tests.stress import SEED, chance, faults, rounds
from tests.web.asgi_client import Browser

pytestmark = on_sqlite
FOLIO = "HIS-0001"
ROOM_FOR_UPLOADS = 96  # megabytes: less is refused before it begins
SAID_OF_READ_ONLY = re.compile("No se puede (leer|abrir|usar) la base de datos|solo lectura")


@pytest.fixture
def disk(installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A disk with the whole installation."""
    database.engine().dispose()
    with mount_disk(tmp_path / "disco", megabytes=ROOM_FOR_UPLOADS) as small_disk:
        shutil.copy(installation / "reviewer.db", small_disk.root / "reviewer.db")
        monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{small_disk.root / 'reviewer.db'}")
        monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{small_disk.root / 'documents'}")
        yield small_disk
        database.engine().dispose()


def test_a_juror_can_read_and_a_click_is_kept_once_there_is_room(
    disk: Disk, reviewing_call: Call, juror: Actor
) -> None:
    add_applications(reviewing_call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    rng, browser, address = chance(), Browser(juror), f"/dictamenes/{SLUG}/{FOLIO}"
    version = 0
    database.engine().dispose()
    disk.fill()
    answer, reply = browser.ask("GET", address)  # of a server that has just been started
    assert answer.status == 503 and "está lleno" in reply["error"], reply
    disk.make_room()
    assert browser.ask("GET", address)[0].status == 200
    for leaving in (0, *(rng.randrange(30_000) for _ in range(rounds(2, 100)))):
        if rng.random() < 0.5:
            database.engine().dispose()  # a new log of the database needs space sooner
            assert browser.ask("GET", address)[0].status == 200
        disk.fill(leaving=leaving)
        while True:
            click = {"criterion": "relato", "value": rng.randint(1, 5), "version": version}
            answer, reply = browser.ask("POST", f"{address}/puntajes", click)
            if answer.status != 200:
                break
            version = reply["version"]
        assert answer.status == 503 and "lleno: no se guardó" in reply["error"], reply
        faults["a click on a full disk"] += 1
        before = reviews_service.read_review(juror, slug=SLUG, folio=FOLIO).scores
        assert {score.version for score in before.values()} == ({version} if version else set()), SEED
        with clock.set_to(clock.now() + timedelta(minutes=5)):  # when ``last_seen_at`` would be written
            assert browser.ask("GET", address)[0].status == 200
        assert_consistent()
        disk.make_room()
        answer, reply = browser.ask("POST", f"{address}/puntajes", click)
        score = reviews_service.read_review(juror, slug=SLUG, folio=FOLIO).scores["relato"]
        assert (score.value, score.version) == (click["value"], reply["version"])
        version = reply["version"]
    assert count_events("score.set") == version
    assert_consistent()


def test_an_import_stops_with_a_message_and_can_be_resumed(
    disk: Disk, call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = rounds(2, 40)
    count = 12 * times
    batch = folder(
        tmp_path / "lote",
        [valid_row(number) for number in range(1, count + 1)],
        document_files(*range(1, count + 1)),
    )
    order = ["import", str(batch), "--call", SLUG, "--workers", "1"]
    rng, before = chance(), 0
    for leaving in (20_000, *(rng.randrange(300_000) for _ in range(times - 1))):
        disk.fill(leaving=leaving)
        code, error = main(order), capsys.readouterr().err
        assert code in (0, 3), (SEED, leaving)
        faults["an import on a full disk"] += code == 3
        assert code == 0 or ("lleno" in error and len(error.splitlines()) == 1), (SEED, leaving, error)
        applications = stored_rows.applications()
        assert len(applications) >= before, SEED
        assert all(len(stored_rows.documents(folio)) == len(KINDS) for folio in applications), SEED
        assert_consistent()
        before = len(applications)
        disk.make_room()
    assert main(order) == 0
    assert len(stored_rows.applications()) == count
    assert not list((disk.root / "documents").glob(".*"))
    assert_consistent()


def test_an_upload_stops_with_a_message_and_resumes(disk: Disk, call: Call, admin: Actor) -> None:
    zipped = b"PK\x03\x04" + os.urandom(3 << 20)
    rng, browser = chance(), Browser(admin)
    begun = browser.ask("POST", "/cargas", {"call": SLUG, "name": "lote.zip", "size": len(zipped)})[1]
    address, received = f"/cargas/{begun['id']}", 0
    times = rounds(2, 60)
    for leaving in (0, *(rng.randrange(len(zipped) // (times + 2)) for _ in range(times))):
        disk.fill(leaving=leaving)
        answer, reply = browser.ask("PUT", f"{address}?desde={received}", zipped[received:])
        assert answer.status in (503, 507) and "lleno" in reply["error"].replace("llenó", "lleno"), reply
        faults["an upload on a full disk"] += 1
        refused, reply = browser.ask("POST", "/cargas", {"call": SLUG, "name": "otro.zip", "size": 10**6})
        assert refused.status == 507 and "No hay lugar" in reply["error"]
        disk.make_room()
        received_now = browser.ask("GET", address)[1]["received"]
        assert received_now >= received, SEED
        received = received_now
    answer, reply = browser.ask("PUT", f"{address}?desde={received}", zipped[received:])
    assert (answer.status, reply["received"]) == (200, len(zipped))
    arrived = uploads.find(admin, public_id=begun["id"])
    assert arrived.complete_at and uploads.path_of(arrived).read_bytes() == zipped
    assert_consistent()


def test_a_backup_is_complete_or_absent(
    disk: Disk, call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_document(add_applications(call, 1)[0], "motivos", b"%PDF-1.4 " + os.urandom(1 << 20), pages=1)
    on_full_disk, on_other_disk = disk.root / "aquí.zip", tmp_path / "allá.zip"
    disk.fill(leaving=chance().randrange(1 << 20))
    assert main(["backup", str(on_full_disk)]) == 3
    assert "No se pudo escribir el respaldo: el disco está lleno." in capsys.readouterr().err
    assert [path.name for path in disk.root.glob("*.zip*")] == [] == list(disk.root.glob(".*.zip*"))
    faults["a backup on a full disk"] += 1
    disk.fill()
    backup_events, exit_code = count_events("backup.make"), main(["backup", str(on_other_disk)])
    assert (exit_code, backup_events) == (3, 0)
    assert "«allá.zip» está completo y se conserva, pero no quedó en la bitácora" in capsys.readouterr().err
    disk.make_room()
    assert main(["backup", str(on_full_disk)]) == 0 and count_events("backup.make") == 1
    assert_consistent()


def test_a_failed_restore_leaves_nothing_and_succeeds_once_there_is_room(
    disk: Disk, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"%PDF-1.4 " + os.urandom(2 << 20)
    letter = add_document(add_applications(call, 1)[0], "motivos", content, pages=1)
    assert main(["backup", str(tmp_path / "todo.zip")]) == 0
    database.engine().dispose()
    place = disk.root / "otra"
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{place / 'reviewer.db'}")
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{place / 'documents'}")
    disk.fill(leaving=1_300_000)  # the tables go in, the document does not
    with pytest.raises(InfrastructureError, match="disco de los documentos está lleno"):
        restore(OPERATOR, path=tmp_path / "todo.zip")
    faults["a restore on a full disk"] += 1
    assert documents.is_empty()
    disk.make_room()
    assert restore(OPERATOR, path=tmp_path / "todo.zip").documents == 1
    assert documents.fault_of(letter.sha256) is None
    assert_consistent()


def test_a_full_temporary_folder_makes_no_document_a_damaged_one(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people = range(1, 7)
    entries = [
        ("tabla.csv", table([valid_row(number) for number in people])),
        *document_files(*people).items(),
    ]
    order = ["import", str(archive(tmp_path / "lote.zip", entries)), "--call", SLUG, "--workers", "1"]
    with mount_disk(tmp_path / "temporal", megabytes=1) as temporary:
        monkeypatch.setattr(tempfile, "tempdir", str(temporary.root))
        temporary.fill(leaving=4096)  # the table goes in, the documents do not
        assert main(order) == 3
        assert "en la carpeta temporal: el disco está lleno." in capsys.readouterr().err
        assert stored_rows.applications() == {}
        faults["an import with a full temporary folder"] += 1
        temporary.make_room()
        assert main(order) == 0
        assert "24 guardados, 0 rechazados" in capsys.readouterr().out
        assert list(temporary.root.iterdir()) == []


def test_a_read_only_disk_is_reported_and_work_resumes(
    disk: Disk,
    reviewing_call: Call,
    juror: Actor,
    admin: Actor,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add_applications(reviewing_call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    batch = folder(tmp_path / "lote", [valid_row(1)], document_files(1))
    orders = (
        ["import", str(batch), "--call", SLUG, "--workers", "1"],
        ["backup", str(tmp_path / "todo.zip")],
    )
    click = {"criterion": "relato", "value": 4, "version": 0}
    zipped = {"call": SLUG, "name": "lote.zip", "size": 1000}
    requests = (
        (Browser(juror), f"/dictamenes/{SLUG}/{FOLIO}/puntajes", click, 200),
        (Browser(admin), "/cargas", zipped, 201),
    )
    database.engine().dispose()
    with disk.read_only():
        for browser, address, body, _ in requests:
            answer, reply = browser.ask("POST", address, body)
            assert answer.status in (500, 503) and SAID_OF_READ_ONLY.search(reply["error"]), reply
            faults["a read-only disk or folder"] += 1
        for order in orders:
            assert main(order) == 3
            error = capsys.readouterr().err
            assert SAID_OF_READ_ONLY.search(error) and len(error.splitlines()) == 1, error
            faults["a read-only disk or folder"] += 1
    assert not list(tmp_path.glob("*.zip"))
    for browser, address, body, status in requests:
        assert browser.ask("POST", address, body)[0].status == status
    assert [main(order) for order in orders] == [0, 0]
    assert_consistent()
