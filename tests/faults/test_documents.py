"""A document missing or altered on the disk, or whose drawing dies: what a juror sees, and who is told."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from reviewer import damage, documents
from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury import reviews
from reviewer.models import Application, Call, Document
from reviewer.verification.run import verify
from reviewer.web import workers
from reviewer.web.routes.documents import ROUTES
from tests import papers
from tests.conftest import SLUG
from tests.jury.cases import events
from tests.pages.conftest import Screens, screen, words  # noqa: F401
from tests.pdf.made import CATALOG, ONE_PAGE, raw, stream
from tests.stress import faults
from tests.web.asking import Answer, answer_to, ask, cookie

FOLIO = "GUI-0001"
FAULTS = {"missing": "falta en el servidor", "altered": "ya no es el que se recibió"}


@pytest.fixture(scope="module", autouse=True)
def pool() -> Iterator[None]:
    yield
    workers.shut_down()


@pytest.fixture
def hers(reviewing_call: Call, juror: Actor) -> Application:
    """An application that was given to the juror."""
    application = papers.add_application(reviewing_call, FOLIO)
    papers.assign(application, juror)
    return application


@pytest.fixture
def letter(hers: Application) -> Document:
    """Its letter, which nothing has drawn yet."""
    return papers.add_document(hers, "motivos", papers.pdf([f"Quiero {os.urandom(4).hex()}"]), pages=1)


def address(document: Document) -> str:
    return f"/documentos/{document.public_id}/paginas/1.webp?ancho=600"


def spoil(document: Document, fault: str) -> bytes:
    """Does to its file what the fault says; returns what was there."""
    with documents.open_document(document.sha256) as file:
        before = file.read()
    if fault == "missing":
        documents.remove(document.sha256)
    else:
        papers.overwrite(document.sha256, papers.pdf(["Otra carta, de otra mano"]))
    return before


@pytest.mark.parametrize("fault", FAULTS)
def test_a_juror_is_told_and_scores_all_the_same_and_the_admin_learns_of_it(
    letter: Document,
    juror: Actor,
    admin: Actor,
    screen: Screens,  # noqa: F811
    fault: str,
) -> None:
    before = spoil(letter, fault)
    page = screen("revisar", juror, folio=FOLIO)
    assert len(page.get("bidi_component")) == 2 and not page.error
    for _ in range(2):
        for asked in (address(letter), f"/documentos/{letter.public_id}/texto/1"):
            answer = ask(ROUTES, asked, headers=cookie(juror))
            assert answer.status == 503 and answer.headers["content-type"].startswith("text/plain")
            assert FAULTS[fault] in answer.body.decode() and "Traceback" not in answer.body.decode()
            assert "retry-after" not in answer.headers
    saved = reviews.set_score(juror, call=SLUG, folio=FOLIO, criterion="motivacion", value=4, version=0)
    assert saved.item.version == 1
    assert events("document.damaged") == 1
    (seen,) = damage.standing(admin)
    assert (seen.folio, seen.sha256, seen.fault) == (FOLIO, letter.sha256, fault)
    assert FOLIO in words(screen("sistema", admin))
    faults[f"a document {fault}"] += 1
    assert [each.check.name for each in verify(OPERATOR) if each.problems] == ["documents"]

    papers.overwrite(letter.sha256, before)
    assert ask(ROUTES, address(letter), headers=cookie(juror)).status == 200
    assert damage.standing(admin) == [] and FOLIO not in words(screen("sistema", admin))


def slow_page() -> bytes:
    """A page that takes many seconds to draw: lines across it by the hundred thousand."""
    lines = stream(b"", b"0 0 m 612 792 l S\n" * 400_000)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>"
    return raw(CATALOG, ONE_PAGE, page, lines)


def test_a_worker_that_dies_while_it_draws_is_told_and_the_next_page_is_drawn(
    hers: Application, letter: Document, juror: Actor
) -> None:
    slow = papers.add_document(hers, "semblanza", slow_page(), pages=1)
    headers = cookie(juror)
    assert ask(ROUTES, address(letter), headers=headers).status == 200  # the workers have started

    async def ask_and_kill() -> Answer:
        before = _spent()
        asking = asyncio.create_task(answer_to(ROUTES, address(slow), headers=headers))
        while not (drawing := [each for each, now in _spent().items() if now > before.get(each, now) + 0.3]):
            assert not asking.done(), "nobody was seen drawing"
            await asyncio.sleep(0.02)
        os.kill(drawing[0], signal.SIGKILL)
        return await asking

    answer = asyncio.run(ask_and_kill())
    assert (answer.status, answer.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert "no se pudo abrir" in answer.body.decode()
    faults["a drawing process killed"] += 1
    assert ask(ROUTES, f"{address(letter)}0", headers=headers).status == 200  # of another width: drawn anew


def _spent() -> dict[int, float]:
    """The processor time, in seconds, that each drawing process has had."""
    spent = {}
    for each in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "spawn_main" in " ".join(each.cmdline()):
                spent[each.pid] = each.cpu_times().user
    return spent
