"""Two processes on one PostgreSQL database and one folder of documents, behind nginx as it ships."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core import database
from reviewer.core.paths import ROOT
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import queue
from reviewer.models import Call, Person
from reviewer.web.auth import cookies
from reviewer.web.server.security_headers import HSTS
from tests import nginx, postgres
from tests.browser.conftest import wait_for_script
from tests.browser.test_review import (
    CRITERION_LABELS,
    DOUBLE_CLICK_GUARD,
    SAVED,
    choose_level,
    expect_level,
    expect_state,
    stored_scores,
    wait_for_application,
)
from tests.calls import SLUG
from tests.conftest import KEY
from tests.factories.applications import add_applications, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PASSWORD, token_of
from tests.server import Server

ZIP = b"PK\x03\x04" + bytes(range(256)) * 40
HEALTH = "/_stcore/health"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """On PostgreSQL, with the settings of deploy/dictamen.env."""
    with postgres.cluster() as cluster:
        monkeypatch.setenv("REVIEWER_DATABASE_URL", cluster.new_database("dictamen"))
        monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{tmp_path / 'documents'}")
        monkeypatch.setenv("REVIEWER_COOKIE_KEY", KEY)
        monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "one secret for both")
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1")
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        yield tmp_path
        database.engine().dispose()


@pytest.fixture
def processes(installation: Path) -> Iterator[dict[int, Server]]:
    """Two servers by their port."""
    servers = [Server(installation / f"server-{number}.log") for number in (1, 2)]
    for server in servers:
        server.start()
    yield {server.port: server for server in servers}
    for server in servers:
        server.stop()


@pytest.fixture
def proxy(installation: Path, processes: dict[int, Server]) -> Iterator[nginx.Proxy]:
    with nginx.running(installation / "nginx", *processes) as running_proxy:
        yield running_proxy


class Client:
    """A browser that is logged in, through nginx."""

    def __init__(self, proxy: nginx.Proxy, actor: Actor, *, place: str | None = None) -> None:
        self.proxy, self.session = proxy, requests.Session()
        self.session.verify = str(proxy.certificate)
        self.session.trust_env = False  # else a setting of the machine's names other authorities
        self.session.headers["Sec-Fetch-Site"] = "same-origin"
        self.session.cookies.set(cookies.NAME, cookies.sign(token_of(actor)))
        if place is not None:
            self.session.cookies.set("dictamen_lugar", place)

    def ask(self, method: str, path: str, **request: object) -> requests.Response:
        return self.session.request(method, self.proxy.url + path, timeout=20, **request)  # type: ignore[arg-type]


def test_two_processes_share_one_installation(
    browser: Browser,
    reviewing_call: Call,
    juror: Actor,
    admin: Actor,
    processes: dict[int, Server],
    proxy: nginx.Proxy,
) -> None:
    letters = {}
    for application in add_applications(reviewing_call, 3):
        letter = add_document(application, "motivos", pages_pdf([f"{application.folio}: por qué quiero"]), pages=1)
        letters[application.folio] = f"/documentos/{letter.public_id}/paginas/1.webp"
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    order = [row.folio for row in queue.rows(juror, call=reviewing_call)]
    plain = requests.get(f"{proxy.plain_url}/mesa?x=1", allow_redirects=False, timeout=10)
    assert (plain.status_code, plain.headers["location"]) == (301, "https://dictamen.ejemplo.mx/mesa?x=1")

    context = browser.new_context(ignore_https_errors=True, locale="es-MX", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    answer = page.goto(f"{proxy.url}/revisar?folio={order[0]}")
    assert answer is not None and answer.headers["strict-transport-security"] == HSTS
    wait_for_script(page)
    with database.read_session() as session:
        email = session.exec(select(Person.email).where(Person.id == juror.person_id)).one()
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    wait_for_application(page, order[0])
    cookies_by_name = {cookie["name"]: cookie for cookie in context.cookies()}
    for name in (cookies.NAME, "dictamen_lugar"):
        assert (
            cookies_by_name[name]["secure"]
            and cookies_by_name[name]["httpOnly"]
            and cookies_by_name[name]["sameSite"] == "Strict"
        )

    choose_level(page, CRITERION_LABELS[0], 4)
    expect_state(page, SAVED)
    juror_port = proxy.port_that_served(letters[order[0]])
    uploader = Client(proxy, admin, place=cookies_by_name["dictamen_lugar"]["value"])  # on the administrator's process
    upload_begun = uploader.ask("POST", "/cargas", json={"name": "lote.zip", "size": len(ZIP), "call": SLUG})
    assert upload_begun.status_code == 201, upload_begun.text
    upload = f"/cargas/{upload_begun.json()['id']}"
    assert uploader.ask("PUT", f"{upload}?desde=0", data=ZIP[:5000]).json()["received"] == 5000

    processes[juror_port].kill()
    choose_level(page, CRITERION_LABELS[1], 5)
    expect_level(page, CRITERION_LABELS[1], 5)
    expect_state(page, SAVED)
    assert stored_scores(order[0], juror) == {"relato": 4, "dibujo": 5}
    assert uploader.ask("PUT", f"{upload}?desde=5000", data=ZIP[5000:]).json()["received"] == len(ZIP)
    assert proxy.port_that_served(upload, requests=2) != juror_port
    assert uploader.ask("DELETE", upload).status_code == 200
    for criterion in CRITERION_LABELS[2:]:
        choose_level(page, criterion, 3)
    expect_state(page, SAVED)
    page.wait_for_timeout(DOUBLE_CLICK_GUARD)
    page.get_by_role("button", name="Enviar y siguiente").click()
    wait_for_application(page, order[1])

    processes[juror_port].start()
    places = iter(map(str, range(1000)))
    client_on_juror_port = _client_on(juror_port, proxy, juror, places)
    other_port = next(port for port in processes if port != juror_port)
    client_on_other = _client_on(other_port, proxy, juror, places)
    assert all(_may_read(client, letters[order[0]]) for client in (client_on_juror_port, client_on_other))
    page.goto(f"{proxy.url}/cuenta")
    page.get_by_role("button", name="Cerrar todas las demás").click()
    expect(page.get_by_role("button", name="Cerrar todas las demás")).to_have_count(0)
    assert not any(_may_read(client, letters[order[0]]) for client in (client_on_juror_port, client_on_other))
    assert requests.get(f"{proxy.url}/_stcore/metrics", verify=str(proxy.certificate), timeout=9).status_code == 404
    context.close()


def _client_on(port: int, proxy: nginx.Proxy, actor: Actor, places: Iterator[str]) -> Client:
    """Returns a new log-in of the person in a browser that nginx sends to this process."""
    for place in places:
        client = Client(proxy, actor, place=place)
        before = len(proxy.log_lines(HEALTH))
        client.ask("GET", HEALTH)
        if proxy.port_that_served(HEALTH, requests=before + 1) == port:
            return client
    raise AssertionError("nginx sends everybody to one process")


def _may_read(client: Client, letter: str) -> bool:
    return client.ask("GET", letter).status_code == 200
