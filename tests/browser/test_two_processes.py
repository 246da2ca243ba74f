"""Two processes on one PostgreSQL database and one folder of documents, behind nginx as it ships."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect
from sqlmodel import select

from reviewer import database
from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury import assignment, desk
from reviewer.models import Call, Person
from reviewer.paths import ROOT
from reviewer.web import cookies
from reviewer.web.headers import HSTS
from tests import nginx, postgres
from tests.browser.conftest import settle
from tests.browser.test_review import CRITERIA, SAVED, SETTLE, chosen, level, scores, shown, state
from tests.conftest import KEY, PASSWORD, SLUG, token_of
from tests.jury.cases import add_applications
from tests.papers import add_document, pdf
from tests.serving import Server

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
    made = [Server(installation / f"server-{number}.log") for number in (1, 2)]
    for each in made:
        each.start()
    yield {each.port: each for each in made}
    for each in made:
        each.stop()


@pytest.fixture
def proxy(installation: Path, processes: dict[int, Server]) -> Iterator[nginx.Proxy]:
    with nginx.running(installation / "nginx", *processes) as made:
        yield made


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


def test_two_processes_are_one_application(
    browser: Browser,
    reviewing_call: Call,
    juror: Actor,
    admin: Actor,
    processes: dict[int, Server],
    proxy: nginx.Proxy,
) -> None:
    letters = {}
    for each in add_applications(reviewing_call, 3):
        letter = add_document(each, "motivos", pdf([f"{each.folio}: por qué quiero"]), pages=1)
        letters[each.folio] = f"/documentos/{letter.public_id}/paginas/1.webp"
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    order = [each.folio for each in desk.rows(juror, call=reviewing_call)]
    plain = requests.get(f"{proxy.plain_url}/mesa?x=1", allow_redirects=False, timeout=10)
    assert (plain.status_code, plain.headers["location"]) == (301, "https://dictamen.ejemplo.mx/mesa?x=1")

    context = browser.new_context(
        ignore_https_errors=True, locale="es-MX", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    answer = page.goto(f"{proxy.url}/revisar?folio={order[0]}")
    assert answer is not None and answer.headers["strict-transport-security"] == HSTS
    settle(page)
    with database.reading() as session:
        email = session.exec(select(Person.email).where(Person.id == juror.person_id)).one()
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    shown(page, order[0])
    held = {each["name"]: each for each in context.cookies()}
    for name in (cookies.NAME, "dictamen_lugar"):
        assert held[name]["secure"] and held[name]["httpOnly"] and held[name]["sameSite"] == "Strict"

    level(page, CRITERIA[0], 4)
    state(page, SAVED)
    hers = proxy.served_by(letters[order[0]])
    uploader = Client(proxy, admin, place=held["dictamen_lugar"]["value"])  # on her process
    begun = uploader.ask("POST", "/cargas", json={"name": "lote.zip", "size": len(ZIP), "call": SLUG})
    assert begun.status_code == 201, begun.text
    upload = f"/cargas/{begun.json()['id']}"
    assert uploader.ask("PUT", f"{upload}?desde=0", data=ZIP[:5000]).json()["received"] == 5000

    processes[hers].kill()
    level(page, CRITERIA[1], 5)
    chosen(page, CRITERIA[1], 5)
    state(page, SAVED)
    assert scores(order[0], juror) == {"motivacion": 4, "mirada": 5}
    assert uploader.ask("PUT", f"{upload}?desde=5000", data=ZIP[5000:]).json()["received"] == len(ZIP)
    assert proxy.served_by(upload, asked=2) != hers
    assert uploader.ask("DELETE", upload).status_code == 200
    for criterion in CRITERIA[2:]:
        level(page, criterion, 3)
    state(page, SAVED)
    page.wait_for_timeout(SETTLE)
    page.get_by_role("button", name="Enviar y siguiente").click()
    shown(page, order[1])

    processes[hers].start()
    places = iter(map(str, range(1000)))
    elsewhere = _on(hers, proxy, juror, places)
    other = next(port for port in processes if port != hers)
    here = _on(other, proxy, juror, places)
    assert all(_may_read(each, letters[order[0]]) for each in (elsewhere, here))
    page.goto(f"{proxy.url}/cuenta")
    page.get_by_role("button", name="Cerrar todas las demás").click()
    expect(page.get_by_role("button", name="Cerrar todas las demás")).to_have_count(0)
    assert not any(_may_read(each, letters[order[0]]) for each in (elsewhere, here))
    assert (
        requests.get(f"{proxy.url}/_stcore/metrics", verify=str(proxy.certificate), timeout=9).status_code
        == 404
    )
    context.close()


def _on(port: int, proxy: nginx.Proxy, actor: Actor, places: Iterator[str]) -> Client:
    """A new log-in of hers in a browser that nginx sends to this process."""
    for place in places:
        client = Client(proxy, actor, place=place)
        before = len(proxy.answers(HEALTH))
        client.ask("GET", HEALTH)
        if proxy.served_by(HEALTH, asked=before + 1) == port:
            return client
    raise AssertionError("nginx sends everybody to one process")


def _may_read(client: Client, letter: str) -> bool:
    return client.ask("GET", letter).status_code == 200
