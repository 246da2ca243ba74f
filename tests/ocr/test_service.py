"""Pages that are pictures are read by machine, once, by one or several processes; covers and searches use the words."""

import base64
import io
import os
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PIL import Image
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden
from reviewer.jobs.runner import Cancelled
from reviewer.jury.conflicts import detection
from reviewer.jury.discussion import flags
from reviewer.jury.monitoring import document_scan
from reviewer.models import Call, Document, FlagKind, OcrResult, Role
from reviewer.ocr import service, text
from reviewer.ocr.service import OcrCounts
from reviewer.pdf.messages import OcrPage
from reviewer.pdf.ocr_words import SURE_CONFIDENCE
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents, encryption
from tests.calls import SLUG
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.scans import noise_pdf, scan_pdf

SIGNED = "Quiero escribir películas.\nRosalía Peña Núñez\nrosalia@prueba.example"
NOTHING_LEFT = OcrCounts(documents=0, pending=0, read=1, failed=0)


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfWorkers]:
    with service.page_workers(1, 0) as pool:
        yield pool


@pytest.fixture
def scan(reviewing_call: Call) -> Document:
    """A letter that is a picture."""
    application = add_application(reviewing_call, "HIS-0001", **ROSALIA)
    return add_document(application, "motivos", scan_pdf([SIGNED]), pages=1, has_text=False)


def read_by_machine(content: bytes, reader: PdfWorkers) -> OcrPage:
    sha256, _ = documents.put(io.BytesIO(content))
    with documents.local_path(sha256) as path:
        return reader.ocr_page(path, 1).result()


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_writing_is_read_however_the_page_lies(installation: object, reader: PdfWorkers, turned: int) -> None:
    page = read_by_machine(scan_pdf([SIGNED], turned=turned), reader)
    assert "Rosalía Peña Núñez rosalia@prueba.example" in " ".join(word.text for word in page.words)
    assert page.rotation == (360 - turned) % 360
    assert page.confidence > 0.95


def test_words_have_their_places_on_the_page_as_it_is_shown(installation: object, reader: PdfWorkers) -> None:
    upright = {word.text: word for word in read_by_machine(scan_pdf([SIGNED]), reader).words}
    sideways = {word.text: word for word in read_by_machine(scan_pdf([SIGNED], turned=90), reader).words}
    name, turned_name = upright["Rosalía"], sideways["Rosalía"]
    assert name.x1 - name.x0 > name.y1 - name.y0
    assert turned_name.x1 - turned_name.x0 < turned_name.y1 - turned_name.y0
    # A point (x, y) of the page is at (y, 1 - x) after a quarter turn counter-clockwise.
    assert turned_name.x0 == pytest.approx(name.y0, abs=0.03)
    assert turned_name.y0 == pytest.approx(1 - name.x1, abs=0.03)


def test_each_page_is_read_once(scan: Document, reader: PdfWorkers) -> None:
    assert service.counts(OPERATOR, slug=SLUG) == OcrCounts(documents=1, pending=0, read=0, failed=0)
    assert service.read_pages(OPERATOR, slug=SLUG, workers=reader) == NOTHING_LEFT
    with read_session() as session:
        first = session.exec(select(OcrResult)).one()
    assert service.read_pages(OPERATOR, slug=SLUG, workers=reader) == NOTHING_LEFT
    with read_session() as session:
        assert session.exec(select(OcrResult)).one().read_at == first.read_at
    assert "Peña" in {word.text for word in text.pages_read([scan.sha256])[scan.sha256, 1].words}


def test_a_page_with_text_alone_is_not_read(reviewing_call: Call, reader: PdfWorkers) -> None:
    add_document(add_application(reviewing_call), "motivos", pages_pdf(["Escribo desde niña. " * 20]), pages=1)
    assert service.read_pages(OPERATOR, slug=SLUG, workers=reader) == OcrCounts(0, 0, 0, 0)


def test_a_page_that_another_process_reads_is_left_to_it(
    scan: Document, reader: PdfWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(service, "_begin", lambda *_: (_ for _ in ()).throw(SystemExit))  # a process dies with its claim
        with pytest.raises(SystemExit):
            service.read_pages(OPERATOR, slug=SLUG, workers=reader)
    assert service.read_pages(OPERATOR, slug=SLUG, workers=reader).pending == 1
    with write_session() as session:
        row = session.exec(select(OcrResult)).one()
        assert row.claimed_at
        row.claimed_at -= 2 * service.CLAIM_TIME
    assert service.read_pages(OPERATOR, slug=SLUG, workers=reader) == NOTHING_LEFT


def test_what_was_begun_is_free_again_after_a_stop(scan: Document, reader: PdfWorkers) -> None:
    def stop(_done: int, total: int) -> None:
        if total:
            raise Cancelled

    with pytest.raises(Cancelled):
        service.read_pages(OPERATOR, slug=SLUG, workers=reader, progress=stop)
    with read_session() as session:
        row = session.exec(select(OcrResult)).one()
    assert (row.claimed_at, row.attempts, row.read_at) == (None, 0, None)
    assert service.read_pages(OPERATOR, slug=SLUG, workers=reader) == NOTHING_LEFT


def test_a_page_that_ends_its_worker_is_given_up_after_some_attempts(
    scan: Document, reader: PdfWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_self: PdfWorkers, _path: object, _page: int) -> Future[OcrPage]:
        return reader.run(os._exit, 1)

    monkeypatch.setattr(PdfWorkers, "ocr_page", crash)
    assert service.read_pages(OPERATOR, slug=SLUG, workers=reader) == OcrCounts(0, 0, 0, failed=1)


def test_words_are_encrypted_where_documents_are(
    scan: Document, reader: PdfWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(encryption.KEY_VARIABLE, encryption.new_key())
    service.read_pages(OPERATOR, slug=SLUG, workers=reader)
    with read_session() as session:
        stored = base64.b85decode(session.exec(select(OcrResult.words)).one())
    assert stored.startswith(encryption.MAGIC)
    assert "Rosalía" in {word.text for word in text.pages_read([scan.sha256])[scan.sha256, 1].words}


def test_a_name_is_covered_in_a_picture(scan: Document, reader: PdfWorkers, workers: PdfWorkers) -> None:
    service.read_pages(OPERATOR, slug=SLUG, workers=reader)
    page = text.page_read(scan.sha256, 1)
    assert page
    covers = ("Rosalía", "Peña Núñez", "rosalia@prueba.example")
    with documents.local_path(scan.sha256) as path:
        shown = workers.page_text(path, 0, covers, page).result()
        image = workers.draw_page(path, 0, 1200, 90, covers, page.words).result()
    assert [word.text for word in shown.words] == [
        "Quiero",
        "escribir",
        "películas.",
        "█████",
        "█████",
        "█████",
        "█████",
    ]
    assert shown.confidence and shown.confidence > SURE_CONFIDENCE
    assert not shown.unread
    visible = {word.text for word in read_by_machine(as_pdf(image), reader).words}
    assert {"Quiero", "escribir", "películas."} <= visible
    assert not any("Pe" in word or "osal" in word or "@" in word for word in visible)


def as_pdf(image: bytes) -> bytes:
    target = io.BytesIO()
    Image.open(io.BytesIO(image)).convert("RGB").save(target, "PDF", resolution=200)
    return target.getvalue()


def test_jurors_named_in_pictures_are_suggested(
    scan: Document,
    reviewing_call: Call,
    reader: PdfWorkers,
    workers: PdfWorkers,
    person: PersonFactory,
    coordinator: Actor,
) -> None:
    person(Role.JURY, name="Ana María Zamora Ruiz")
    application = add_application(reviewing_call, "HIS-0002")
    add_document(application, "semblanza", scan_pdf(["Gracias a mi maestra\nAna María Zamora Ruiz"]), pages=1)
    document_scan.scan(OPERATOR, slug=SLUG, workers=workers)
    assert not detection.list_undecided(coordinator, slug=SLUG)
    service.read_pages(OPERATOR, slug=SLUG, workers=reader)
    document_scan.scan(OPERATOR, slug=SLUG, workers=workers)
    (suggestion,) = detection.list_undecided(coordinator, slug=SLUG)
    assert (suggestion.folio, suggestion.juror) == ("HIS-0002", "Ana María Zamora Ruiz")


def test_coordinators_are_told_of_pages_that_could_not_be_read_well(
    scan: Document, reviewing_call: Call, reader: PdfWorkers, workers: PdfWorkers, coordinator: Actor
) -> None:
    bad = add_document(add_application(reviewing_call, "HIS-0002"), "motivos", noise_pdf(), pages=1, has_text=False)
    service.read_pages(OPERATOR, slug=SLUG, workers=reader)
    assert flags.flag_all_without_text(coordinator, slug=SLUG) == 1
    document_scan.scan(OPERATOR, slug=SLUG, workers=workers)
    assert flags.open_counts(coordinator, slug=SLUG) == {FlagKind.NO_TEXT: 1}
    with read_session() as session:
        assert session.exec(select(Document.public_id).where(Document.sha256 == bad.sha256)).one() == bad.public_id


def test_a_flag_of_a_document_without_text_is_closed_once_it_was_read_well(
    scan: Document, reader: PdfWorkers, workers: PdfWorkers, coordinator: Actor
) -> None:
    assert flags.flag_all_without_text(coordinator, slug=SLUG) == 1
    service.read_pages(OPERATOR, slug=SLUG, workers=reader)
    document_scan.scan(OPERATOR, slug=SLUG, workers=workers)
    assert flags.open_counts(coordinator, slug=SLUG) == {}
    assert flags.resolved_count(coordinator, slug=SLUG) == 1
    assert flags.flag_all_without_text(coordinator, slug=SLUG) == 0


def test_jurors_do_not_see_how_far_the_reading_is(scan: Document, juror: Actor) -> None:
    with pytest.raises(Forbidden):
        service.counts(juror, slug=SLUG)
