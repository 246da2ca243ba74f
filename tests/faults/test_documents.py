"""Missing and altered documents, and drawing processes that die: what jurors and administrators see."""

import asyncio
import contextlib
import os
import signal

import psutil
import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Application, Call, Document
from reviewer.storage import damage_reports, documents
from reviewer.verification.checks import verify
from reviewer.web.routes.documents import ROUTES
from tests.calls import SLUG
from tests.factories.applications import add_application, add_document
from tests.factories.pdfs import CATALOG, ONE_PAGE, pages_pdf, raw_pdf, stream_object
from tests.factories.reviews import assign
from tests.pages.conftest import Screens, page_text, screen  # noqa: F401
from tests.stored_rows import count_events, overwrite
from tests.stress import faults
from tests.web.asgi_client import Answer, answer_to, ask, cookie

FOLIO = "HIS-0001"
FAULTS = {"missing": "falta en el servidor", "altered": "ya no es el que se recibió"}

pytestmark = pytest.mark.usefixtures("pdf_pool_ends")


@pytest.fixture
def assigned_application(reviewing_call: Call, juror: Actor) -> Application:
    """An application assigned to the juror."""
    application = add_application(reviewing_call, FOLIO)
    assign(application, juror)
    return application


@pytest.fixture
def letter(assigned_application: Application) -> Document:
    """Its letter, which was never drawn."""
    return add_document(assigned_application, "motivos", pages_pdf([f"Quiero {os.urandom(4).hex()}"]), pages=1)


def address(document: Document) -> str:
    return f"/documentos/{document.public_id}/paginas/1.webp?ancho=600"


def spoil(document: Document, fault: str) -> bytes:
    """Damages the file as the fault says; returns its contents before."""
    with documents.open_document(document.sha256) as file:
        before = file.read()
    if fault == "missing":
        documents.remove(document.sha256)
    else:
        overwrite(document.sha256, pages_pdf(["Otra carta, de otra mano"]))
    return before


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_document_is_reported_and_can_still_be_scored(
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
        for path in (address(letter), f"/documentos/{letter.public_id}/texto/1"):
            answer = ask(ROUTES, path, headers=cookie(juror))
            assert answer.status == 503 and answer.headers["content-type"].startswith("text/plain")
            assert FAULTS[fault] in answer.body.decode() and "Traceback" not in answer.body.decode()
            assert "retry-after" not in answer.headers
    saved = reviews_service.set_score(juror, slug=SLUG, folio=FOLIO, criterion="relato", value=4, version=0)
    assert saved.item.version == 1
    assert count_events("document.damaged") == 1
    (damage_report,) = damage_reports.list_damaged(admin)
    assert (damage_report.folio, damage_report.sha256, damage_report.fault) == (FOLIO, letter.sha256, fault)
    assert FOLIO in page_text(screen("sistema", admin))
    faults[f"a document {fault}"] += 1
    assert [result.check.name for result in verify(OPERATOR) if result.problems] == ["documents"]

    overwrite(letter.sha256, before)
    assert ask(ROUTES, address(letter), headers=cookie(juror)).status == 200
    assert damage_reports.list_damaged(admin) == [] and FOLIO not in page_text(screen("sistema", admin))


def slow_page() -> bytes:
    """Returns a page with hundreds of thousands of lines, which takes many seconds to draw."""
    lines = stream_object(b"", b"0 0 m 612 792 l S\n" * 400_000)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>"
    return raw_pdf(CATALOG, ONE_PAGE, page, lines)


def test_a_worker_that_dies_is_reported_and_the_next_page_is_drawn(
    assigned_application: Application, letter: Document, juror: Actor
) -> None:
    slow = add_document(assigned_application, "semblanza", slow_page(), pages=1)
    headers = cookie(juror)
    assert ask(ROUTES, address(letter), headers=headers).status == 200  # the workers have started

    async def ask_and_kill() -> Answer:
        before = _processor_seconds()
        asking = asyncio.create_task(answer_to(ROUTES, address(slow), headers=headers))
        while not (
            drawing := [
                process_id
                for process_id, seconds in _processor_seconds().items()
                if seconds > before.get(process_id, seconds) + 0.3
            ]
        ):
            assert not asking.done(), "nobody was seen drawing"
            await asyncio.sleep(0.02)
        os.kill(drawing[0], signal.SIGKILL)
        return await asking

    answer = asyncio.run(ask_and_kill())
    assert (answer.status, answer.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert "no se pudo abrir" in answer.body.decode()
    faults["a drawing process killed"] += 1
    assert ask(ROUTES, f"{address(letter)}0", headers=headers).status == 200  # another width, so drawn again


def _processor_seconds() -> dict[int, float]:
    """Returns the processor time of each drawing process, in seconds."""
    seconds_by_process = {}
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                seconds_by_process[child.pid] = child.cpu_times().user
    return seconds_by_process
