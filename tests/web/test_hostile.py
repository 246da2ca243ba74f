"""Hostile requests to our own addresses, in this process: all are refused in words and change nothing."""

import itertools
import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route

from reviewer.access.actor import Actor
from reviewer.models import Call, Role
from reviewer.web.auth import cookies
from reviewer.web.routes import all_routes
from reviewer.web.server.gateway import Gateway
from reviewer.web.ui.markdown_escape import escape_markdown, escape_sentence
from tests.calls import SLUG
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import assign
from tests.stress import hostile, rounds
from tests.web.asgi_client import Answer, ask, cookie

many_examples = settings(
    max_examples=rounds(40, 2000),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ALL = all_routes()
FOLIO = "HIS-0001"
OWN_PAGE = {"sec-fetch-site": "same-origin", "content-type": "application/json"}
NAME = "# Ana [aquí](https://malo.example) :red[rojo] :smile: $x^2$ <b>n</b> **R** ![i](x) www.malo.example"
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, -(10**30), float("inf"), float("nan"), 1e-300),
    *("", "\x00", "\ud800", "../../x", "á" * 70_000, "=1+1", NAME, [], {}, [[]], {"a": {"b": []}}),
)
PIN = {"document": "x", "page": 1, "x": 0.5, "y": 0.5, "criterion": "", "shared": False, "text": "x"}
# What our pages send to the addresses that end so.
BODIES: dict[str, dict[str, Any]] = {
    "puntajes": {"criterion": "relato", "value": 3, "version": 0},
    "notas": {"kind": "private", "text": "x", "version": 0},
    "marcas": {"key": "abcdefgh", "pin": PIN, "version": 0},
    "decision": {"verdict": "eligible", "reason": "x", "seen": "", "part": "pendientes"},
    "enviar": {"versions": {"relato": 1}},
    "giro": {"rotation": 90},
    "cargas": {"call": SLUG, "name": "lote.zip", "size": 1000},
    "sesion": {"ticket": "x"},
}
BROKEN = (b"", b"{", b"[]", b"null", b"\xff", b'{"size": 1e999}', b"[" * 60_000)
anything = st.one_of(st.text(max_size=30), st.sampled_from(["../..", "\x00", "9" * 5000, "-1", "%", FOLIO, SLUG]))

pytestmark = pytest.mark.usefixtures("pdf_pool_ends")


@pytest.fixture
def headers(reviewing_call: Call, person: PersonFactory) -> dict[str, dict[str, str]]:
    """Clients of a juror with an application and of one person of every other role."""
    juror = person(Role.JURY)
    application = add_application(reviewing_call, FOLIO, **ROSALIA)
    assign(application, juror)
    add_document(application, "motivos", pages_pdf(["Quiero"]), pages=1)
    people = {Role.JURY: juror, **{role: person(role) for role in (Role.ADMIN, Role.COORDINATOR)}}
    return {role: _browser(actor) for role, actor in people.items()}


def _browser(actor: Actor) -> dict[str, str]:
    return {**OWN_PAGE, **cookie(actor)}


def ask_safely(address: str, method: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """Returns the answer after checking that it is no server error and shows no internals."""
    doors = [Gateway.as_middleware()]
    answer = ask(ALL, address, method=method, headers=dict(headers), body=body, middleware=doors)
    hostile["requests to our own addresses"] += 1
    where = (method, address[:300], body[:300], answer.status, answer.body[:300])
    assert answer.status < 500 or answer.status == 507, where
    assert b"Traceback" not in answer.body and b"site-packages" not in answer.body, where
    assert "html" not in answer.headers.get("content-type", ""), where
    return answer


def routes() -> list[Route]:
    return [route for route in ALL if isinstance(route, Route) and not isinstance(route, Mount)]


def fill_path(path: str, values: Iterator[str]) -> str:
    return re.sub(r"{[^}]*}", lambda _: quote(next(values), safe="", errors="surrogatepass") or "x", path)


@many_examples
@given(data=st.data())
def test_any_address_is_answered_in_words(headers: dict[str, dict[str, str]], data: st.DataObject) -> None:
    route = data.draw(st.sampled_from(routes()))
    role = data.draw(st.sampled_from(list(headers)))
    values = iter(data.draw(st.lists(anything, min_size=4, max_size=4)))
    names = ("convocatoria", "desde", "ancho", "escenario", "parte", "formato", "orden", "q")
    query = "&".join(f"{name}={quote(data.draw(anything), errors='surrogatepass')}" for name in names)
    for method in sorted(route.methods or {"GET"}):
        body = data.draw(st.sampled_from(BROKEN))
        ask_safely(f"{fill_path(route.path, values)}?{query}", method, headers[role], body)
        values = itertools.repeat(SLUG)


def test_a_page_of_thousands_of_digits_is_not_there(headers: dict[str, dict[str, str]]) -> None:
    for rest in ("paginas/" + "9" * 5000 + ".webp", "texto/" + "9" * 5000, "paginas/" + "9" * 900 + ".webp"):
        assert ask_safely(f"/documentos/nada/{rest}", "GET", headers[Role.JURY]).status in (403, 404)


@many_examples
@given(said=st.one_of(st.binary(max_size=200), st.just(b"x" * 9_000)), cut=st.integers(0, 80))
def test_forged_cookies_are_rejected(headers: dict[str, dict[str, str]], said: bytes, cut: int) -> None:
    good = headers[Role.ADMIN]["cookie"].partition("=")[2]
    forged = [
        said.decode("latin-1"),
        good[:cut],
        good[:-5] + ("A" if good[-5] != "A" else "B") + good[-4:],
        good + ".",
    ]
    for value in forged:
        cookie = f"{cookies.NAME}={value}"
        status = ask_safely("/cargas/nada", "GET", {**OWN_PAGE, "cookie": cookie}).status
        assert status == 401 or value == good, value


def test_cookies_of_another_key_are_rejected(
    headers: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask_safely("/cargas/nada", "GET", headers[Role.ADMIN]).status == 403
    monkeypatch.setenv("REVIEWER_COOKIE_KEY", "another")
    cookies.signing_key.cache_clear()
    assert ask_safely("/cargas/nada", "GET", headers[Role.ADMIN]).status == 401
    cookies.signing_key.cache_clear()


def test_any_value_in_a_body_is_answered_in_words(headers: dict[str, dict[str, str]]) -> None:
    for route in routes():
        good = BODIES.get(route.path.rsplit("/", 1)[-1])
        if good is None or "POST" not in (route.methods or ()):
            continue
        address = fill_path(route.path, iter([SLUG, FOLIO, "nada"]))
        for body in mutated(good):
            for role in (Role.JURY, Role.ADMIN) if "pin" not in good else (Role.JURY,):
                ask_safely(address, "POST", headers[role], json.dumps(body).encode())


def mutated(body: dict[str, Any]) -> Iterator[Any]:
    """Yields variants of a body, with one value at any depth replaced, left out or added."""
    yield from ([body], {**body, "más": 1}, body | {"versions": {NAME: 10**30, "x": -1}})
    for name, value in body.items():
        yield {key: item for key, item in body.items() if key != name}
        for replacement in VALUES:
            yield {**body, name: replacement}
        if isinstance(value, dict):
            for inner in mutated(value):
                yield {**body, name: inner}


@many_examples
@given(name=st.text(max_size=300), size=st.integers(-5, 10**7), offset=st.one_of(st.integers(), anything))
def test_no_upload_leaves_its_folder(
    headers: dict[str, dict[str, str]], installation: Path, name: str, size: int, offset: object
) -> None:
    browser = headers[Role.ADMIN]
    body = json.dumps({"call": SLUG, "name": f"{name}.zip", "size": size}).encode()
    begun = ask_safely("/cargas", "POST", browser, body)
    if begun.status == 201:
        address = f"/cargas/{json.loads(begun.body)['id']}"
        ask_safely(f"{address}?desde={quote(str(offset), errors='surrogatepass')}", "PUT", browser, b"PK\x03\x04rest")
        ask_safely(address, "DELETE", browser)
    files = {str(path.relative_to(installation)) for path in installation.rglob("*") if path.is_file()}
    assert not [path for path in files if not path.startswith(("reviewer.db", "documents/", "uploads/"))]
    assert not [path for path in files if path.startswith("uploads/")]


def test_pieces_that_lie_about_their_length_or_place(headers: dict[str, dict[str, str]]) -> None:
    rng, browser = random.Random(11), headers[Role.ADMIN]
    begun = ask_safely("/cargas", "POST", browser, json.dumps(BODIES["cargas"]).encode())
    address = f"/cargas/{json.loads(begun.body)['id']}"
    for length in ("-1", "x", "9" * 30, "0", ""):
        for offset in ("0", "9" * 5000, "1e3", "0x0", "٣", "4"):
            piece = b"PK\x03\x04" + rng.randbytes(rng.randrange(2000))
            ask_safely(f"{address}?desde={quote(offset)}", "PUT", {**browser, "content-length": length}, piece)
    answer = ask_safely(address, "GET", browser)
    assert answer.status == 200 and 0 <= json.loads(answer.body)["received"] <= 1000


@many_examples
@given(words=st.text(max_size=80))
def test_words_of_others_are_never_markup(words: str) -> None:
    for escaped in (escape_sentence(words), escape_markdown(words)):
        bare = re.sub(r"\\.", "", escaped)
        assert not re.search(r"[\[\]<>`*_$~]|https?://|www\.|:[a-z]\w*[:\[]", bare), (words, escaped)
        assert not re.search(r"^\s*([#+=-]|\d+[.)])\s", bare, re.MULTILINE), (words, escaped)


def test_a_refusal_that_holds_a_name_shows_it_as_it_is() -> None:
    from streamlit.testing.v1 import AppTest

    page = (
        "from reviewer.web.ui.errors import show_errors\nfrom reviewer.core.errors import "
        "UserError\nwith show_errors():\n"
    )
    app = AppTest.from_string(page + f"    raise UserError('No está ' + {NAME!r})", default_timeout=60).run()
    (error,) = app.error
    for mark in ("[aquí](", ":red[", ":smile:", "$x^2$", "<b>", "**R**", "![i](", "https://", "www."):
        assert mark not in error.value
    assert escape_sentence("Llegó HIS-0001 (hoy), ¿sí? – 3 de 5.") == "Llegó HIS-0001 (hoy), ¿sí? – 3 de 5."
