"""Pages of documents over HTTP: permissions, caching headers, and one rendering for many requests."""

import asyncio
import io
import json
from typing import Any

import pytest
from PIL import Image

from reviewer.access import people, sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury.discussion import flags
from reviewer.jury.reviews.readable_documents import readable_document
from reviewer.models import Application, Call, Document, FlagKind, Role
from reviewer.storage import documents
from reviewer.web.auth import cookies
from reviewer.web.routes.documents import ROUTES
from reviewer.web.server import page_cache, pdf_pool
from tests.calls import SLUG
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import assign
from tests.web.asgi_client import Answer, answer_to, ask, cookie

VIEW = {"rotation": 270, "page_rotations": {"2": 90}, "page": 2, "top": 5000, "zoom": 150, "fit": ""}
OWN_PAGE = {"sec-fetch-site": "same-origin", "content-type": "application/json"}

pytestmark = pytest.mark.usefixtures("pdf_pool_ends")


@pytest.fixture
def application(reviewing_call: Call, juror: Actor) -> Application:
    new_application = add_application(reviewing_call, "HIS-0001", **ROSALIA)
    assign(new_application, juror)
    return new_application


@pytest.fixture
def motives(application: Application) -> Document:
    content = pages_pdf(["Soy Rosalía Peña\ny quiero escribir", "segunda"])
    return add_document(application, "motivos", content, pages=2)


@pytest.fixture
def hidden(application: Application) -> Document:
    return add_document(application, "identificacion", pages_pdf(["INE"]), pages=1)


def get(document: Document | str, viewer: Actor | None, page: int = 1, headers: dict[str, str] | None = None) -> Answer:
    identity = document if isinstance(document, str) else document.public_id
    sent = (cookie(viewer) if viewer else {}) | (headers or {})
    return ask(ROUTES, f"/documentos/{identity}/paginas/{page}.webp?ancho=600", headers=sent)


def get_text(document: Document, viewer: Actor, page: int = 1) -> Answer:
    return ask(ROUTES, f"/documentos/{document.public_id}/texto/{page}", headers=cookie(viewer))


def send_view(document: Document, headers: dict[str, str], body: Any) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    address = f"/documentos/{document.public_id}/vista"
    return ask(ROUTES, address, method="POST", headers=headers, body=content)


def test_a_juror_gets_an_image_of_the_width_asked_for(motives: Document, juror: Actor) -> None:
    answer = get(motives, juror)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
    assert Image.open(io.BytesIO(answer.body)).size[0] == 600


def test_the_name_is_neither_in_the_image_nor_in_the_text(motives: Document, juror: Actor) -> None:
    text = get_text(motives, juror).body.decode()
    assert "Rosal" not in text and "Peña" not in text
    words = [word for line in json.loads(text)["lines"] for word, *_ in line]
    assert words == ["Soy", "█████", "y", "quiero", "escribir"]
    line = next(x for text_line in json.loads(text)["lines"] for word, *x in text_line if word == "█████")
    image = Image.open(io.BytesIO(get(motives, juror).body)).convert("L")
    wide, high = image.size
    bar = image.crop(
        (int(line[0] * wide) + 2, int(line[1] * high) + 2, int(line[2] * wide) - 2, int(line[3] * high) - 2)
    )
    assert bar.getextrema()[1] < 70  # type: ignore[operator]  # of one band: two numbers; all of it is dark


def test_who_screens_gets_the_same_page_uncovered(motives: Document, juror: Actor, coordinator: Actor) -> None:
    covered, uncovered = get(motives, juror), get(motives, coordinator)
    assert covered.body != uncovered.body
    assert covered.headers["etag"] != uncovered.headers["etag"]
    assert "Rosalía" in get_text(motives, coordinator).body.decode()


def test_strangers_and_other_jurors_get_the_same_refusal_for_what_exists_and_what_does_not(
    motives: Document, hidden: Document, juror: Actor, person: PersonFactory
) -> None:
    other_juror = person(Role.JURY)
    answers = [
        get(motives, None),
        get("nowhere", None),
        get(motives, None, headers={"cookie": f"{cookies.NAME}=forged.value"}),
        get(motives, other_juror),
        get(motives, other_juror, page=99),
        get("nowhere", other_juror),
        get(hidden, juror),
        get("nowhere", juror),
    ]
    assert {(answer.status, answer.body) for answer in answers} == {(403, answers[0].body)}
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


def test_texts_are_refused_like_images(motives: Document, hidden: Document, person: PersonFactory) -> None:
    other_juror = person(Role.JURY)
    for document in (motives, hidden):
        assert get_text(document, other_juror).status == 403
        assert ask(ROUTES, f"/documentos/{document.public_id}/texto/1").status == 403


def test_a_missing_page_is_reported_to_readers_of_the_document(motives: Document, juror: Actor, admin: Actor) -> None:
    for page in (0, 3, 10**6):
        assert get(motives, juror, page=page).status == 404
    assert get("nowhere", admin).status == 404


def test_after_a_log_out_or_a_deactivation_a_kept_image_is_not_confirmed(motives: Document, juror: Actor) -> None:
    headers = cookie(juror)
    answer = get(motives, None, headers=headers)
    assert "no-cache" in answer.headers["cache-control"] and "private" in answer.headers["cache-control"]
    again = {**headers, "if-none-match": answer.headers["etag"]}
    assert get(motives, None, headers=again).status == 304
    token = cookies.token_in(headers["cookie"].partition("=")[2])
    sessions.log_out(token or "")
    assert get(motives, None, headers=again).status == 403
    fresh = cookie(juror)
    people.set_active(OPERATOR, person_id=juror.require_person_id(), active=False)
    assert get(motives, None, headers={**fresh, "if-none-match": answer.headers["etag"]}).status == 403


def test_widths_are_snapped_to_a_few(motives: Document, juror: Actor) -> None:
    assert [page_cache.snap_width(width) for width in (0, 600, 601, 5000)] == [600, 600, 900, 2000]
    address = f"/documentos/{motives.public_id}/paginas/1.webp"
    tags = {
        ask(ROUTES, f"{address}?ancho={width}", headers=cookie(juror)).headers["etag"]
        for width in ("1001", "1200", "-5", "x", "99999999999999")
    }
    assert len(tags) == 1


def test_two_who_ask_at_once_get_one_drawing(motives: Document, juror: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    drawings: list[int] = []
    pool = pdf_pool.pdf_workers()
    draw = pool.draw_page

    def count_and_draw(*args: Any, **more: Any) -> Any:
        drawings.append(1)
        return draw(*args, **more)

    monkeypatch.setattr(pool, "draw_page", count_and_draw)

    async def ask_together() -> list[Answer]:
        address = f"/documentos/{motives.public_id}/paginas/2.webp?ancho=900"
        headers = cookie(juror)
        return await asyncio.gather(*(answer_to(ROUTES, address, headers=headers) for _ in range(4)))

    answers = asyncio.run(ask_together())
    assert {answer.status for answer in answers} == {200} and len({answer.body for answer in answers}) == 1
    assert len(drawings) == 1


def test_what_is_kept_is_limited_and_the_oldest_goes_first() -> None:
    made_names: list[str] = []

    async def fill() -> None:
        cache = page_cache.ByteCache[str](limit=25)

        async def make(name: str) -> bytes:
            made_names.append(name)
            return b"0123456789"

        for name in ("a", "b", "a", "c", "a", "b"):
            await cache.get(name, lambda name=name: make(name))  # type: ignore[misc]

    asyncio.run(fill())
    assert made_names == ["a", "b", "c", "b"]


def test_a_page_that_cannot_be_drawn_says_so_in_spanish(application: Application, juror: Actor) -> None:
    broken = add_document(application, "semblanza", b"%PDF-1.7 nothing more", pages=1)
    missing = add_document(application, "muestra", pages_pdf(["x"]), pages=1)
    documents.remove(missing.sha256)
    for document in (broken, missing):
        answer = get(document, juror)
        assert (answer.status, answer.headers["content-type"]) == (503, "text/plain; charset=utf-8")
        assert "documento" in answer.body.decode() and "Traceback" not in answer.body.decode()
        assert get_text(document, juror).status == 503
        assert "retry-after" not in answer.headers  # asking again at once is of no use


def test_sizes_are_known_before_drawing_and_guessed_where_they_cannot_be(
    application: Application, juror: Actor
) -> None:
    wide = add_document(application, "motivos", pages_pdf(["x"], size=(792, 612)), pages=1)
    broken = add_document(application, "semblanza", b"%PDF-1.7 nothing", pages=2)
    assert page_cache.page_sizes(readable_document(juror, document_id=wide.public_id)) == ((792.0, 612.0),)
    assert len(page_cache.page_sizes(readable_document(juror, document_id=broken.public_id))) == 2


def test_a_view_is_remembered(motives: Document, juror: Actor) -> None:
    assert send_view(motives, {**cookie(juror), **OWN_PAGE}, VIEW).status == 204
    view = readable_document(juror, document_id=motives.public_id).view
    assert (view.rotation, view.page_rotations, view.page, view.zoom) == (270, {"2": 90}, 2, 150)


def test_a_view_comes_from_our_own_page(motives: Document, juror: Actor, person: PersonFactory) -> None:
    juror_cookie = cookie(juror)
    refused = [
        {**juror_cookie, "sec-fetch-site": "cross-site"},
        {**juror_cookie, "origin": "https://otra.example"},
        juror_cookie,
        {**cookie(person(Role.JURY)), **OWN_PAGE},
    ]
    assert {send_view(motives, headers, VIEW).status for headers in refused} == {403}
    views: list[Any] = [VIEW | {"rotation": 45}, VIEW | {"rotation": True}, VIEW | {"page": "2"}, VIEW | {"x": 1}]
    for body in (*views, {}, [], b"{", b"\xff", b" " * 2000):
        assert send_view(motives, {**juror_cookie, **OWN_PAGE}, body).status == 422
    assert readable_document(juror, document_id=motives.public_id).view.seen_at is None


def test_tiles_are_named_apart_and_end_with_the_page(motives: Document, juror: Actor) -> None:
    def tile(place: str) -> Answer:
        address = f"/documentos/{motives.public_id}/paginas/1.webp?ancho=2500&trozo={place}"
        return ask(ROUTES, address, headers=cookie(juror))

    first, second = tile("0-0"), tile("1-0")
    assert [Image.open(io.BytesIO(answer.body)).size[0] for answer in (first, second)] == [1536, 2800 - 1536]
    assert len({first.headers["etag"], second.headers["etag"], get(motives, juror).headers["etag"]}) == 3
    assert tile("2-0").status == tile("0-9").status == 503


def test_who_cannot_see_a_page_tells_the_coordinators(motives: Document, juror: Actor, coordinator: Actor) -> None:
    address = f"/documentos/{motives.public_id}/aviso"
    body = json.dumps({"page": 2}).encode()
    assert ask(ROUTES, address, method="POST", headers=cookie(juror), body=body).status == 403
    assert ask(ROUTES, address, method="POST", headers=cookie(juror) | OWN_PAGE, body=b"{}").status == 422
    assert ask(ROUTES, address, method="POST", headers=OWN_PAGE, body=body).status == 401
    assert ask(ROUTES, address, method="POST", headers=cookie(juror) | OWN_PAGE, body=body).status == 200
    assert flags.open_counts(coordinator, slug=SLUG) == {FlagKind.UNREADABLE: 1}


def test_a_cover_drawn_by_hand_is_the_jurys_at_once(motives: Document, juror: Actor, coordinator: Actor) -> None:
    address = f"/documentos/{motives.public_id}"
    own = cookie(coordinator) | OWN_PAGE

    def version() -> str:
        answer = ask(ROUTES, f"{address}/version", headers=cookie(juror))
        return str(json.loads(answer.body)["version"])

    before, image = version(), get(motives, juror)
    body = json.dumps({"page": 1, "box": [0, 0, 10_000, 5_000]}).encode()
    assert ask(ROUTES, f"{address}/cubiertas", method="POST", headers=cookie(coordinator), body=body).status == 403
    assert ask(ROUTES, f"{address}/cubiertas", method="POST", headers=cookie(juror) | OWN_PAGE, body=body).status == 403
    added = json.loads(ask(ROUTES, f"{address}/cubiertas", method="POST", headers=own, body=body).body)
    assert [cover["box"] for cover in added["covers"]] == [[0, 0, 10_000, 5_000]]
    assert version() != before
    assert get(motives, juror).headers["etag"] != image.headers["etag"]
    assert "escribir" not in get_text(motives, juror).body.decode()
    assert "escribir" in get_text(motives, coordinator).body.decode()
    withdrawal = json.dumps({"withdrawn": True}).encode()
    place = f"{address}/cubiertas/{added['id']}/estado"
    left = json.loads(ask(ROUTES, place, method="POST", headers=own, body=withdrawal).body)
    assert left["covers"] == []
    assert version() == before
    assert get(motives, juror).body == image.body
    term = json.dumps({"term": "quiero"}).encode()
    assert ask(ROUTES, f"{address}/cubiertas", method="POST", headers=own, body=term).status == 200
    assert "quiero" not in get_text(motives, juror).body.decode()
    assert ask(ROUTES, f"{address}/cubiertas", headers=cookie(juror)).status == 403
