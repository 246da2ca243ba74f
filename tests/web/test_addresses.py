"""Answers of a real server to strangers and to hostile requests, at Streamlit's addresses and at ours."""

import http.client
import random
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import quote

import psutil
import pytest
from starlette.routing import Mount, Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes
from websockets.exceptions import ConnectionClosed, InvalidStatus

from reviewer.access.actor import OPERATOR
from reviewer.access.permissions import TABLE
from reviewer.call import spec
from reviewer.core import database
from reviewer.core.paths import ROOT
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Application, Phase, Role
from reviewer.web.auth import cookies
from reviewer.web.routes import all_routes
from reviewer.web.server.security_headers import HEADERS, HSTS
from reviewer.web.ui.navigation import SCREENS
from tests.calls import SLUG, call_text
from tests.conftest import migrate
from tests.factories.applications import add_applications
from tests.factories.people import add_actor
from tests.server import Server
from tests.stress import SEED, chance, hostile, rounds
from tests.web.asgi_client import cookie
from tests.web.forged_messages import INTERNALS, MARK, forged_message, send_malformed
from tests.web.websocket_client import messages, open_stream, page_message, run_page

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ADDRESSES = dict(re.findall(r"^\| `(/\S*)` \| (\w+) \|", PAGE, re.MULTILINE))
HOSTILE = (
    "../../../etc/passwd",
    "..%2f..%2fcookie.key",
    "/etc/passwd",
    "\\\\equipo\\c$",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "' OR 1=1 --",
    "=HYPERLINK(1)",
    "\u202e\u200b",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "9" * 30,
    "-1",
    "1e999",
    "a" * 8000,
    "{}",
    "%s%n%d",
    "",
)

OPEN_PAGES = tuple((screen.address, "folio=HIS-0001") for screen in SCREENS)


class Answer(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: str


class Live(NamedTuple):
    """A server with a call under review, and the cookie of one person of each role."""

    server: Server
    cookies: dict[Role, str]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server for all tests of this file, whose requests change nothing."""
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{folder / 'reviewer.db'}")
        patch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{folder / 'documents'}")
        patch.setenv("REVIEWER_COOKIE_KEY", "a key for tests")
        migrate(f"sqlite:///{folder / 'reviewer.db'}")
        call = spec.load_call(OPERATOR, text=call_text())
        add_applications(call, 2)
        spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
        people = {role: cookie(add_actor(role, name="Persona de prueba"))["cookie"] for role in Role}
        assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
        server = Server(folder / "server.log")
        server.start()
        yield Live(server, people)
        server.stop()
        database.engine().dispose()


def send_request(live: Live, address: str, method: str = "GET", *, body: bytes = b"", **headers: str) -> Answer:
    """Sends a request exactly as written, without a library. ``_`` in names of headers is ``-``."""
    connection = http.client.HTTPConnection("localhost", live.server.port, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, address, body=body, headers=sent)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)


def test_each_of_streamlits_addresses_is_on_the_page() -> None:
    nothing = SimpleNamespace(_storage=None)
    runtime = SimpleNamespace(
        **dict.fromkeys(("media_file_mgr", "uploaded_file_mgr", "component_registry"), nothing),
        **dict.fromkeys(("bidi_component_registry", "stats_mgr", "is_ready_for_browser_connection"), nothing),
    )
    for route in create_streamlit_routes(runtime):  # type: ignore[arg-type]  # it is asked for its addresses only
        written = re.escape(getattr(route, "path", "") or "/").replace(r"\{", "{").replace(r"\}", "}")
        pattern = re.compile(re.sub(r"{[^}]*}", "[^/]+(/[^/]+)?", written))
        assert any(pattern.fullmatch(address) for address in ADDRESSES), route


@pytest.mark.parametrize("address", [address for address, status in ADDRESSES.items() if status.isdigit()])
def test_a_stranger_gets_what_the_page_says_under_all_our_headers(live: Live, address: str) -> None:
    method = "PUT" if "upload_file" in address else "GET"
    answer = send_request(live, address, method)
    assert answer.status == int(ADDRESSES[address])
    assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert "unsafe-eval" not in policy and "script-src 'self' blob: 'sha256-" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "strict-transport-security" not in answer.headers
    secure = send_request(live, address, method, X_Forwarded_Proto="https")
    assert secure.headers["strict-transport-security"] == HSTS


def test_nothing_of_the_project_or_the_installation_is_served(live: Live) -> None:
    for path in ("reviewer.db", "cookie.key", "app.py", "pages/mesa.py", "documents", "data/reviewer.db"):
        for folder in ("", "static/", "app/static/", "fuentes/", "fuentes/..%2f", "media/", "component/"):
            answer = send_request(live, f"/{folder}{path}", Cookie=live.cookies[Role.JURY])
            is_served = answer.status == 200 and "Streamlit" not in answer.body
            assert not is_served, f"{folder}{path}: {answer.body[:200]}"


def test_a_redirect_never_leaves_this_host(live: Live) -> None:
    for path in (
        "//elsewhere.example/",
        "/%5Celsewhere.example/",
        "/mesa/",
        "/.//elsewhere.example/",
        "/static/",
    ):
        to = send_request(live, path).headers.get("location", "/")
        assert to.startswith(("/", f"http://localhost:{live.server.port}/")) and not to.startswith("//")


def test_every_page_shows_a_stranger_the_log_in_and_nothing_else(live: Live) -> None:
    with open_stream(live.server.url) as browser:
        for page in sorted(path.stem for path in (ROOT / "pages").glob("*.py")):
            output = run_page(browser, page, "folio=HIS-0001")
            assert "Contraseña" in output or "Entre con su correo" in output
            assert "HIS-" not in output and "Persona de prueba" not in output
    with open_stream(live.server.url, cookie=f"{cookies.NAME}=forged.{'A' * 27}") as browser:
        assert "Contraseña" in run_page(browser, "personas")


def test_a_browser_that_goes_where_no_page_is_hears_it_in_spanish(live: Live) -> None:
    lost = send_request(live, "/nada?x=%3Cb%3E", Sec_Fetch_Mode="navigate")
    assert (lost.status, "no hay ninguna página" in lost.body, "<b>" in lost.body) == (404, True, False)
    screen_addresses = [f"/{screen.address}" for screen in SCREENS]
    for address in (
        *screen_addresses,
        "/",
        "/mesa/",
        *(address for address in ADDRESSES if "{" not in address),
    ):
        assert "no hay ninguna página" not in send_request(live, address, Sec_Fetch_Mode="navigate").body


def test_a_websocket_opens_to_our_own_pages_only(live: Live) -> None:
    for origin in ("http://elsewhere.example", "http://localhost", "null"):
        with pytest.raises(InvalidStatus), open_stream(live.server.url, origin=origin):
            pass


def test_malformed_messages_cost_their_own_connection_and_nothing_else(live: Live) -> None:
    rng = random.Random("addresses")
    juror_cookie = live.cookies[Role.JURY]
    for _ in range(20):
        with open_stream(live.server.url, cookie=juror_cookie) as browser:
            run_page(browser, "mesa")
            browser.send(rng.randbytes(rng.choice([1, 50, 5000])))
            try:
                while True:
                    received = bytes(browser.recv(timeout=0.05, decode=False))
                    assert b"Traceback" not in received and b"site-packages" not in received
            except (ConnectionClosed, TimeoutError):
                pass
    with open_stream(live.server.url, cookie=juror_cookie) as browser:
        browser.send("text where bytes belong")
    with open_stream(live.server.url, cookie=juror_cookie) as browser:
        assert "Contraseña" not in run_page(browser, "mesa")


def test_what_our_pages_never_say_is_not_answered(live: Live) -> None:
    """Strangers can open a websocket too, to log in."""
    with open_stream(live.server.url) as browser:
        run_page(browser, "mesa")
        for kind in ("load_git_info", "clear_cache", "set_run_on_save", "debug_shutdown_runtime"):
            never = BackMsg()
            setattr(never, kind, True)
            browser.send(never.SerializeToString())
        asked_for = BackMsg()
        asked_for.file_urls_request.file_names.append("x.pdf")
        browser.send(asked_for.SerializeToString())
        for operation in ("install_skills", "deferred_file", "dataframe_chunk"):
            asked_for = BackMsg()
            getattr(asked_for.backend_operation_request, operation).SetInParent()
            browser.send(asked_for.SerializeToString())
        browser.send(page_message("cuenta").SerializeToString())
        answered = {message.WhichOneof("type") for message in messages(browser)}
    assert not {
        answer_kind for answer_kind in answered if "git" in str(answer_kind) or "response" in str(answer_kind)
    }, answered


@pytest.mark.parametrize("role", list(Role))
def test_forged_messages_disturb_only_their_sender(live: Live, role: Role) -> None:
    rng = chance()
    server, own_cookie = psutil.Process(live.server.pid), live.cookies[role]
    with open_stream(live.server.url, cookie=live.cookies[Role.ADMIN]) as admin_browser:
        run_page(admin_browser, "cuenta")
        before = server.memory_info().rss
        for _ in range(rounds(4, 120)):
            with open_stream(live.server.url, cookie=own_cookie) as browser:
                page, query = rng.choice(OPEN_PAGES)
                output = run_page(browser, page, query)
                ids = re.findall(r'\bid: "(\$\$[^"]+)"', output)
                with suppress(TimeoutError):  # a broken widget ends only the script of its sender
                    for _ in range(4):
                        message = forged_message(rng, ids, page, query)
                        browser.send(message.SerializeToString())
                        hostile["forged messages on a page's line"] += 1
                        received = "".join(str(reply) for reply in messages(browser, patience=2))
                        match = INTERNALS.search(received)
                        assert not match, (
                            SEED,
                            page,
                            received[match.start() - 400 : match.end() + 400],
                            message,
                        )
                send_malformed(browser, rng, forged_message(rng, ids, page, query))
        grown = server.memory_info().rss - before
        assert "Persona de prueba" in run_page(admin_browser, "personas")
    assert grown < (200 << 20), SEED
    log = live.server.log()
    assert MARK not in log and "correo.example" not in log and "Persona de prueba" not in log


@pytest.mark.parametrize("role", list(Role))
def test_no_address_of_a_page_breaks_it(live: Live, role: Role) -> None:
    rng = random.Random(str(role))
    names = [
        "call",
        "folio",
        "tarea",
        "vista",
        "pagina",
        "lote",
        "escenario",
        "ensayo",
        "orden",
        "caso",
        "sede",
    ]
    names += _query_parameters()
    with open_stream(live.server.url, cookie=live.cookies[role]) as browser:
        for page, action in ((screen.address, screen.action) for screen in SCREENS):
            value = rng.choice(HOSTILE)
            query = "&".join(f"{name}={quote(value)}" for name in names if name != "call")
            output = run_page(browser, page, query)
            assert "Algo falló de nuestro lado" not in output, (page, value, live.server.log()[-3000:])
            assert "Traceback" not in output
            is_allowed = action is None or role in TABLE[action].roles
            assert ("no es parte de su papel" in output) is not is_allowed, page
        assert "No hay una convocatoria" in run_page(browser, "convocatoria", "call=%3Cimg%20src%3Dx%3E") or (
            role is not Role.ADMIN
        )


def test_our_own_addresses_answer_hostile_requests_in_words(live: Live) -> None:
    rng = random.Random(7)
    for route in all_routes():
        if isinstance(route, Mount):
            continue
        assert isinstance(route, Route)
        for _ in range(3):
            path = re.sub(r"{[^}]*}", lambda _: quote(rng.choice(HOSTILE), safe="/%") or "x", route.path)
            query = "&".join(f"{name}={quote(rng.choice(HOSTILE))}" for name in _query_parameters())
            method = rng.choice(sorted(route.methods or {"GET"}))
            headers = {
                "Cookie": rng.choice([*live.cookies.values(), "x" * 4000, f"{cookies.NAME}=\x80.\xff", ""]),
                "Sec_Fetch_Site": rng.choice(["same-origin", "cross-site"]),
                "Range": rng.choice(["bytes=0-", "bytes=9-1", "bytes=-" + "9" * 50, "x"]),
                "Host": rng.choice([f"localhost:{live.server.port}", "elsewhere.example", "a\tb"]),
            }
            body = rng.choice([b"", b"{", b"[]", b"null", b'{"a": 1e999}', b"\xff" * 100, b'{"versions": {}}'])
            answer = send_request(live, f"{path}?{query}"[:30_000], method, body=body, **headers)
            where = (method, path[:200], headers, answer)
            assert answer.status < 500 and "Traceback" not in answer.body, where
            is_streamlits = "Streamlit" in answer.body or method == "HEAD"  # which has no body
            assert "html" not in answer.headers.get("content-type", "") or is_streamlits, where
    with database.read_session() as session:
        assert session.get(Application, 1)


def test_garbage_on_the_line_does_not_stop_the_server(live: Live) -> None:
    rng = random.Random(11)
    for start in (
        b"",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: -5\r\n\r\n",
        b"GET /\x00 HTTP/9\r\n\r\n",
    ):
        with socket.create_connection(("localhost", live.server.port), timeout=5) as line:
            line.sendall(start + rng.randbytes(500))
            line.shutdown(socket.SHUT_WR)
    assert send_request(live, "/_stcore/health").body == "ok"


def _query_parameters() -> list[str]:
    """The names of the query parameters that pages, their parts and our routes read."""
    names: set[str] = set()
    for folder in (ROOT / "pages", ROOT / "reviewer" / "web"):
        for path in Path(folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            names |= set(re.findall(r"(?:query_params|params)(?:\.get\(|\[)\"(\w+)\"", text))
    return sorted(names)
