"""Uploads from the browser survive a lost connection, a killed server and a reload."""

import re
import secrets
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core import database
from reviewer.models import AuditEvent, Upload
from tests.browser.conftest import Opener, wait_for_script
from tests.calls import SLUG
from tests.server import Server

pytestmark = pytest.mark.usefixtures("call")
MEGABYTE = 1 << 20


@pytest.fixture
def zip_file(tmp_path: Path) -> Path:
    """24 MB that begin like a zip file: four pieces. Imports refuse it; only its upload is tested."""
    path = tmp_path / "lote de octubre.zip"
    path.write_bytes(b"PK\x03\x04" + secrets.token_bytes(24 * MEGABYTE))
    return path


def choose_file(page: Page, path: Path) -> None:
    """Chooses a file as the button would."""
    page.locator('input[type="file"]').set_input_files(path)


def slow_down(page: Page, megabytes_a_second: float) -> None:
    """Slows the connection so that it can be interrupted half-way."""
    line = page.context.new_cdp_session(page)
    speed = megabytes_a_second * MEGABYTE
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": speed},
    )


def stored_upload() -> Upload:
    """The one upload."""
    with database.read_session() as session:
        return session.exec(select(Upload)).one()


def link_received_file(path: Path, installation: Path) -> Path:
    """A hard link to the server's file, which is deleted once the import has refused it."""
    second = installation / "received"
    second.hardlink_to(installation / "uploads" / stored_upload().public_id / path.name)
    return second


def begun_count() -> int:
    """Returns the number of uploads begun."""
    with database.read_session() as session:
        return len(session.exec(select(AuditEvent).where(AuditEvent.action == "upload.begin")).all())


def test_an_upload_resumes_after_the_server_died(
    server: Server, open_page: Opener, admin: Actor, zip_file: Path, installation: Path
) -> None:
    page = open_page("/lotes", admin)
    slow_down(page, 6)
    choose_file(page, zip_file)
    expect(page.get_by_text(re.compile(r"\d+\.\d MB de 25\.2 MB"))).to_be_visible()
    page.wait_for_timeout(1500)
    server.kill()
    expect(page.get_by_text("No hay conexión con el servidor.")).to_be_visible(timeout=15_000)
    received = stored_upload().received
    assert 0 < received < zip_file.stat().st_size
    received_file = link_received_file(zip_file, installation)
    server.start()
    expect(page.get_by_text("«lote de octubre.zip»").first).to_be_visible(timeout=40_000)
    assert received_file.read_bytes() == zip_file.read_bytes()


def test_an_upload_resumes_after_a_reload(open_page: Opener, admin: Actor, zip_file: Path, installation: Path) -> None:
    page = open_page("/lotes", admin)
    page.on("dialog", lambda dialog: dialog.accept())
    slow_down(page, 6)
    choose_file(page, zip_file)
    expect(page.get_by_role("button", name="Pausar")).to_be_visible()
    page.wait_for_timeout(2000)
    page.reload()
    wait_for_script(page)
    expect(page.get_by_text("Hay una carga a medias: «lote de octubre.zip»")).to_be_visible()
    before = stored_upload().received
    assert before >= 8 * MEGABYTE
    received_file = link_received_file(zip_file, installation)
    choose_file(page, zip_file)
    expect(page.get_by_text("Hay una carga a medias")).not_to_be_visible()
    expect(page.get_by_text("«lote de octubre.zip»").first).to_be_visible(timeout=30_000)
    assert received_file.read_bytes() == zip_file.read_bytes()
    assert begun_count() == 1


def test_an_upload_can_be_paused_left_and_cancelled(
    open_page: Opener, admin: Actor, zip_file: Path, installation: Path
) -> None:
    page = open_page("/lotes", admin)
    slow_down(page, 3)
    choose_file(page, zip_file)
    page.get_by_role("button", name="Pausar").click()
    expect(page.get_by_text("En pausa")).to_be_visible()
    page.wait_for_timeout(500)
    stopped = stored_upload().received
    page.wait_for_timeout(700)
    assert stored_upload().received == stopped
    page.get_by_role("button", name="Reanudar").click()
    page.get_by_role("link", name="Ayuda").click()
    page.wait_for_url("**/ayuda*")
    deadline = time.monotonic() + 20
    while stored_upload().received <= stopped and time.monotonic() < deadline:  # it goes on meanwhile
        page.wait_for_timeout(200)
    assert stored_upload().received > stopped
    page.get_by_role("link", name="Lotes").click()
    expect(page.get_by_text(re.compile(r"MB de 25\.2 MB"))).to_be_visible()
    page.get_by_role("button", name="Cancelar").click()
    expect(page.get_by_role("button", name="Elegir archivo…")).to_be_visible()
    page.wait_for_timeout(500)
    assert list((installation / "uploads").iterdir()) == []


def test_an_upload_can_be_paused_resumed_and_cancelled_while_it_is_announced(
    open_page: Opener, admin: Actor, zip_file: Path, installation: Path
) -> None:
    page = open_page("/lotes", admin)
    held_routes: list[Route] = []
    page.route("**/cargas", lambda route: held_routes.append(route))  # noqa: PLW0108  # Playwright marks what it calls
    choose_file(page, zip_file)
    page.get_by_role("button", name="Cancelar").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        held_routes.pop().continue_()
    assert deleted.value.status == 200 and list((installation / "uploads").iterdir()) == []

    choose_file(page, zip_file)
    page.get_by_role("button", name="Pausar").click()
    page.get_by_role("button", name="Reanudar").click()
    expect(page.get_by_role("button", name="Pausar")).to_be_visible()
    held_routes.pop().continue_()
    expect(page.get_by_text("«lote de octubre.zip»").first).to_be_visible(timeout=30_000)
    assert begun_count() == 2


def test_a_file_that_is_not_a_zip_is_refused_at_once(open_page: Opener, admin: Actor, tmp_path: Path) -> None:
    page = open_page("/lotes", admin)
    for name, message in (("lote.rar", "no es un zip:"), ("disfrazado.zip", "no es un zip por dentro")):
        (tmp_path / name).write_bytes(b"%PDF-1.7")
        choose_file(page, tmp_path / name)
        expect(page.get_by_role("alert").get_by_text(message)).to_be_visible()
    with database.read_session() as session:
        assert session.exec(select(Upload)).all() == []


def test_a_whole_upload_whose_tab_was_closed_is_offered(open_page: Opener, admin: Actor, zip_file: Path) -> None:
    from tests.storage.test_uploads import upload_whole

    upload_whole(admin, zip_file.read_bytes(), "olvidado.zip")
    page = open_page(f"/lotes?call={SLUG}", admin)
    expect(page.get_by_text("«olvidado.zip» (25.2 MB) llegó completo y no se ha importado.")).to_be_visible()
    page.get_by_role("button", name="Descartar").click()
    expect(page.get_by_text("llegó completo")).to_have_count(0)
