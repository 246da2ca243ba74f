"""Uploads in pieces: an interruption loses nothing, and another person's upload is out of reach."""

import json
import resource
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.errors import Forbidden, UserError
from reviewer.models import Phase, Role, Upload
from reviewer.storage import uploads as storage_uploads
from reviewer.web.routes import uploads as routes
from tests.calls import SLUG
from tests.factories.people import PersonFactory
from tests.network import wait_until
from tests.web.asgi_client import cookie

ZIP = b"PK\x03\x04" + bytes(range(256)) * 4000  # begins as one; what is in it matters to the import alone


def upload_whole(actor: Actor, data: bytes = ZIP, name: str = "lote.zip") -> Upload:
    """Returns a complete upload."""
    upload = storage_uploads.begin(actor, slug=SLUG, name=name, size=len(data))
    return append(actor, upload, data)


def append(actor: Actor, upload: Upload, data: bytes, offset: int = 0) -> Upload:
    """Writes one piece."""
    piece = storage_uploads.open_piece(actor, public_id=upload.public_id, offset=offset)
    try:
        piece.write(data)
    finally:
        upload = piece.close()
    return upload


@pytest.mark.usefixtures("call")
def test_pieces_add_up_to_a_private_file(admin: Actor) -> None:
    upload = storage_uploads.begin(admin, slug=SLUG, name="C:\\lotes\\lote\u202e.zip", size=len(ZIP))
    assert upload.name == "lote.zip"
    assert append(admin, upload, ZIP[:700_000]).complete_at is None
    upload = append(admin, upload, ZIP[700_000:], 700_000)
    assert upload.complete_at is not None
    path = storage_uploads.path_of(upload)
    assert path.read_bytes() == ZIP
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700 or "data" in path.parts
    assert [waiting_upload.name for waiting_upload, _ in storage_uploads.complete_batches(admin, slug=SLUG)] == [
        "lote.zip"
    ]
    storage_uploads.discard(admin, public_id=upload.public_id)
    assert not path.parent.exists() and storage_uploads.complete_batches(admin, slug=SLUG) == []


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/lote.zip", "lote.zip"),
        ("C:\\Users\\Ana\\Mis lotes\\Año 2025.ZIP", "Año 2025.ZIP"),
        ("ni\u202e\x00ño<>:|?*.zip", "niño.zip"),
        ("ñ" * 300 + ".zip", "ñ" * 60 + ".zip"),
        ("...zip.zip", "zip.zip"),
    ],
)
def test_a_name_stays_inside_its_folder(admin: Actor, given: str, kept: str) -> None:
    upload = storage_uploads.begin(admin, slug=SLUG, name=given, size=100)
    assert upload.name == kept
    assert storage_uploads.path_of(upload).parent.name == upload.public_id
    assert storage_uploads.path_of(upload).is_file()


@pytest.mark.usefixtures("call")
def test_a_piece_has_to_begin_where_the_last_one_ended(admin: Actor) -> None:
    upload = storage_uploads.begin(admin, slug=SLUG, name="lote.zip", size=len(ZIP))
    append(admin, upload, ZIP[:1000])
    for offset in (0, 999, 1001):
        with pytest.raises(storage_uploads.WrongOffset) as refusal:
            storage_uploads.open_piece(admin, public_id=upload.public_id, offset=offset)
        assert refusal.value.received == 1000
    under_way = storage_uploads.open_piece(admin, public_id=upload.public_id, offset=1000)
    with pytest.raises(storage_uploads.WrongOffset, match="otra ventana"):
        storage_uploads.open_piece(admin, public_id=upload.public_id, offset=1000)
    under_way.write(ZIP[1000:2000])
    assert under_way.close().received == 2000


@pytest.mark.usefixtures("call")
def test_uncounted_bytes_of_a_killed_server_are_dropped(admin: Actor) -> None:
    upload = append(admin, storage_uploads.begin(admin, slug=SLUG, name="a.zip", size=len(ZIP)), ZIP[:1000])
    with storage_uploads.path_of(upload).open("ab") as file:
        file.write(b"half a piece")
    upload = append(admin, upload, ZIP[1000:], 1000)
    assert storage_uploads.path_of(upload).read_bytes() == ZIP


@pytest.mark.usefixtures("call")
def test_a_file_that_is_no_zip_is_reported_and_deleted(admin: Actor) -> None:
    for name, size in (
        ("lote.rar", 5000),
        ("lote", 5000),
        ("lote.zip", 0),
        ("", 5000),
        ("..zip", 9),
        ("/.zip", 9),
    ):
        with pytest.raises(UserError, match=r"zip|vacío"):
            storage_uploads.begin(admin, slug=SLUG, name=name, size=size)
    upload = storage_uploads.begin(admin, slug=SLUG, name="lote.zip", size=5000)
    with pytest.raises(storage_uploads.NotAZip):
        append(admin, upload, b"%PDF-1.7 a PDF with another name")
    assert not storage_uploads.path_of(upload).exists()
    with pytest.raises(Forbidden):
        storage_uploads.find(admin, public_id=upload.public_id)


@pytest.mark.usefixtures("call")
def test_more_bytes_than_announced_are_refused(admin: Actor) -> None:
    upload = storage_uploads.begin(admin, slug=SLUG, name="lote.zip", size=2000)
    piece = storage_uploads.open_piece(admin, public_id=upload.public_id, offset=0)
    piece.write(ZIP[:1500])
    with pytest.raises(UserError, match="más bytes"):
        piece.write(ZIP[:501])
    assert piece.close().received == 1500


@pytest.mark.usefixtures("call")
def test_an_upload_too_large_for_the_disk_is_refused_at_its_start(admin: Actor) -> None:
    with pytest.raises(storage_uploads.NoSpace, match=r"No hay lugar para «enorme.zip» \(900,000\sGB\)"):
        storage_uploads.begin(admin, slug=SLUG, name="enorme.zip", size=900_000 * 10**9)


@pytest.mark.usefixtures("call")
def test_a_full_disk_keeps_what_arrived(admin: Actor) -> None:
    size = 8 << 20
    upload = storage_uploads.begin(admin, slug=SLUG, name="lote.zip", size=size)
    piece = storage_uploads.open_piece(admin, public_id=upload.public_id, offset=0)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5 << 20, limits[1]))
    try:
        with pytest.raises(storage_uploads.NoSpace, match="se llenó"):
            piece.write(ZIP.ljust(size, b"x"))
        upload = piece.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert upload.received == 5 << 20
    upload = append(admin, upload, b"x" * (3 << 20), 5 << 20)
    assert storage_uploads.path_of(upload).read_bytes() == ZIP.ljust(size, b"x")


@pytest.mark.usefixtures("call")
def test_nobody_else_reaches_an_upload(admin: Actor, person: PersonFactory) -> None:
    """Except another administrator, once it is a complete batch: a colleague has to be able to continue."""
    other_admin = person(Role.ADMIN)
    zipped, document = upload_whole(admin), upload_whole(admin, name="recibo.pdf")
    half = storage_uploads.begin(admin, slug=SLUG, name="lote.zip", size=100)
    for stranger in (other_admin, person(Role.COORDINATOR), person(Role.JURY)):
        for upload in (document, half) if stranger is other_admin else (zipped, document, half):
            for act in (storage_uploads.find, storage_uploads.find_usable, storage_uploads.discard):
                with pytest.raises(Forbidden):
                    act(stranger, public_id=upload.public_id)
        with pytest.raises(Forbidden):
            storage_uploads.open_piece(stranger, public_id=half.public_id, offset=0)
    assert [(upload.name, by) for upload, by in storage_uploads.complete_batches(other_admin, slug=SLUG)] == [
        ("lote.zip", "Ada Administra")
    ]
    storage_uploads.discard(other_admin, public_id=zipped.public_id)
    assert storage_uploads.complete_batches(admin, slug=SLUG) == []
    for role in (Role.COORDINATOR, Role.JURY):
        with pytest.raises(Forbidden):
            storage_uploads.begin(person(role), slug=SLUG, name="lote.zip", size=100)


@pytest.mark.usefixtures("call")
def test_a_person_who_was_deactivated_uploads_no_further(admin: Actor, person: PersonFactory) -> None:
    person(Role.ADMIN)
    upload = storage_uploads.begin(admin, slug=SLUG, name="lote.zip", size=100)
    people.set_active(OPERATOR, person_id=admin.require_person_id(), active=False)
    with pytest.raises(Forbidden):
        storage_uploads.open_piece(admin, public_id=upload.public_id, offset=0)


@pytest.mark.usefixtures("call")
def test_a_decided_call_takes_no_batch(admin: Actor) -> None:
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    with pytest.raises(UserError, match="fallo"):
        storage_uploads.begin(admin, slug=SLUG, name="lote.zip", size=100)


@pytest.mark.usefixtures("call")
def test_uploads_that_nobody_continues_or_imports_are_deleted(admin: Actor) -> None:
    half = storage_uploads.begin(admin, slug=SLUG, name="half.zip", size=100)
    entire = upload_whole(admin)
    with clock.set_to(clock.now() + storage_uploads.ABANDONED_AFTER - timedelta(minutes=1)):
        storage_uploads.delete_abandoned()
        assert storage_uploads.path_of(half).exists()
    with clock.set_to(clock.now() + storage_uploads.ABANDONED_AFTER + timedelta(minutes=1)):
        storage_uploads.delete_abandoned()
    assert not storage_uploads.path_of(half).exists() and storage_uploads.path_of(entire).exists()
    with clock.set_to(clock.now() + storage_uploads.UNIMPORTED_AFTER + timedelta(minutes=1)):
        storage_uploads.delete_abandoned()
    assert not storage_uploads.path_of(entire).exists()


def test_only_the_operators_folders_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed, secret = tmp_path / "lotes", tmp_path / "lotes-secretos"
    for folder in (allowed / "septiembre", secret / "octubre"):
        folder.mkdir(parents=True)
    (allowed / "x.zip").write_bytes(ZIP)
    (allowed / "notes.txt").write_text("no batch")
    (allowed / "door").symlink_to(secret / "octubre")
    assert storage_uploads.server_batches() == []
    monkeypatch.setenv("REVIEWER_BATCH_FOLDERS", f"{allowed}:{tmp_path / 'gone'}")
    assert [source.name for source in storage_uploads.server_batches()] == ["septiembre", "x.zip"]
    assert storage_uploads.allowed_source(allowed / "septiembre") == (allowed / "septiembre").resolve()
    outside = (secret / "octubre", allowed / "door", allowed / ".." / "lotes-secretos", Path("/etc"), Path())
    for path in outside:
        with pytest.raises(UserError, match="REVIEWER_BATCH_FOLDERS"):
            storage_uploads.allowed_source(path)


# The routes ---------------------------------------------------------------------------------------------


@pytest.fixture
def port(installation: Path) -> Iterator[int]:
    """Yields the port of a server with the routes of uploads only."""
    config = uvicorn.Config(Starlette(routes=routes.ROUTES), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield int(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join()


class Client:
    """Requests of a browser, from the application's own page by default."""

    def __init__(self, port: int, actor: Actor | None) -> None:
        self.port = port
        self.headers = {**(cookie(actor) if actor else {}), "Sec-Fetch-Site": "same-origin"}

    def ask(self, method: str, address: str, body: object = None) -> tuple[int, Any]:
        """Returns the status and the JSON of the answer."""
        data = body if isinstance(body, bytes | None) else json.dumps(body)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, address, data, self.headers)
        answer = connection.getresponse()
        result = answer.status, json.loads(answer.read())
        connection.close()
        return result

    def begin(self, size: int = len(ZIP)) -> tuple[int, Any]:
        """Begins the upload of a zip archive."""
        return self.ask("POST", "/cargas", {"name": "lote.zip", "size": size, "call": SLUG})


@pytest.mark.usefixtures("call")
def test_the_route_accepts_pieces_and_returns_the_offset(port: int, admin: Actor) -> None:
    client = Client(port, admin)
    status, upload = client.begin()
    assert (status, upload["received"]) == (201, 0)
    address = f"/cargas/{upload['id']}"
    assert client.ask("PUT", f"{address}?desde=0", ZIP[:5000])[1]["received"] == 5000
    status, answer = client.ask("PUT", f"{address}?desde=0", ZIP[:5000])
    assert (status, answer["received"]) == (409, 5000)
    assert client.ask("GET", address) == (200, {"id": upload["id"], "received": 5000, "size": len(ZIP)})
    assert client.ask("PUT", f"{address}?desde=5000", ZIP[5000:])[1]["received"] == len(ZIP)
    assert storage_uploads.path_of(storage_uploads.find(admin, public_id=upload["id"])).read_bytes() == ZIP
    for wrong in ("", "?desde=", "?desde=-1", "?desde=²"):
        assert client.ask("PUT", f"{address}{wrong.replace('²', '%C2%B2')}", b"x")[0] == 422
    assert client.ask("DELETE", address)[0] == 200
    assert client.ask("GET", address)[0] == 403


@pytest.mark.usefixtures("call")
def test_the_route_reports_errors_even_for_a_large_body(port: int, admin: Actor) -> None:
    client = Client(port, admin)
    assert client.begin(size=10**15)[0] == 507
    for body in (b"not json", b"{}", b"[]", b'{"call": "x", "name": "y", "size": "many"}'):
        assert client.ask("POST", "/cargas", body)[0] == 422
    upload = client.begin(size=9 << 20)[1]
    status, answer = client.ask("PUT", f"/cargas/{upload['id']}?desde=0", b"%PDF" + bytes((9 << 20) - 4))
    assert status == 415 and "no es un zip" in answer["error"]
    status, answer = client.ask("PUT", f"/cargas/{upload['id']}?desde=0", bytes(9 << 20))
    assert status == 403


@pytest.mark.usefixtures("call")
def test_strangers_other_sites_and_other_people_are_kept_out(
    port: int, admin: Actor, juror: Actor, coordinator: Actor, person: PersonFactory
) -> None:
    upload = Client(port, admin).begin()[1]
    address = f"/cargas/{upload['id']}"
    assert Client(port, None).begin()[0] == 401
    assert Client(port, None).ask("GET", address)[0] == 401
    for actor in (juror, coordinator):
        assert Client(port, actor).begin()[0] == 403
    for actor in (juror, coordinator, person(Role.ADMIN)):
        other_client = Client(port, actor)
        assert other_client.ask("GET", address)[0] == 403
        assert other_client.ask("PUT", f"{address}?desde=0", ZIP)[0] == 403
        assert other_client.ask("DELETE", address)[0] == 403
    for site in ("cross-site", "same-site", "none"):
        client = Client(port, admin)
        client.headers["Sec-Fetch-Site"] = site
        assert client.begin()[0] == 403
        assert client.ask("PUT", f"{address}?desde=0", ZIP)[0] == 403
        assert client.ask("DELETE", address)[0] == 403
    assert storage_uploads.find(admin, public_id=upload["id"]).received == 0


@pytest.mark.usefixtures("call")
def test_a_broken_connection_loses_nothing_that_arrived(port: int, admin: Actor) -> None:
    client = Client(port, admin)
    upload = client.begin()[1]
    with _line(port) as line:
        head = f"PUT /cargas/{upload['id']}?desde=0 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(ZIP)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in client.headers.items())
        line.sendall(head.encode() + b"\r\n" + ZIP[:300_000])
        wait_until(lambda: storage_uploads.path_of(storage_uploads.find(admin, public_id=upload["id"])).exists())
    wait_until(lambda: client.ask("GET", f"/cargas/{upload['id']}")[1]["received"] > 0)
    received = client.ask("GET", f"/cargas/{upload['id']}")[1]["received"]
    assert received <= 300_000
    status, answer = client.ask("PUT", f"/cargas/{upload['id']}?desde={received}", ZIP[received:])
    assert (status, answer["received"]) == (200, len(ZIP))
    assert storage_uploads.path_of(storage_uploads.find(admin, public_id=upload["id"])).read_bytes() == ZIP


@contextmanager
def _line(port: int) -> Iterator[socket.socket]:
    line = socket.create_connection(("127.0.0.1", port))
    yield line
    line.close()
