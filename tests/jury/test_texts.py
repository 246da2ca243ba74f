"""The machine reads the documents through: jurors named there, pages in which nothing can be covered."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from reviewer import documents, jobs
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import reading, writing
from reviewer.errors import Forbidden
from reviewer.job_rows import READ
from reviewer.jury import flags, suggestions, texts
from reviewer.jury.names import forms_of
from reviewer.jury.texts import Read
from reviewer.models import Call, Document, FlagKind, Role
from reviewer.pdf.workers import PdfWorkers
from tests import papers
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import events

LETTER = "Agradezco a mi maestra\nANA  MARIA ZA-\nMORA y a mi abuela. " + "Quiero aprender a escribir. " * 9


@pytest.fixture(scope="module")
def workers() -> Iterator[PdfWorkers]:
    with PdfWorkers(1) as started:
        yield started


@pytest.fixture
def ana(person: PersonFactory) -> Actor:
    return person(Role.JURY, name="Ana María Zamora de la O")


def scanned() -> bytes:
    """A picture of a page, as a telephone makes it."""
    target = io.BytesIO()
    Image.new("RGB", (850, 1100), "white").save(target, "PDF")
    return target.getvalue()


def joined(*parts: bytes) -> bytes:
    writer, target = PdfWriter(), io.BytesIO()
    for each in parts:
        writer.append(PdfReader(io.BytesIO(each)))
    writer.write(target)
    return target.getvalue()


def found(viewer: Actor) -> set[tuple[str, str, str, str]]:
    seen = suggestions.waiting(viewer, call=SLUG)
    return {(each.folio, each.juror, each.reason, each.evidence) for each in seen}


def test_who_of_the_jury_is_named_in_what_applicants_wrote(
    reviewing_call: Call, ana: Actor, coordinator: Actor, workers: PdfWorkers, person: PersonFactory
) -> None:
    one = papers.add_application(reviewing_call, "GUI-0001")
    papers.add_document(one, "semblanza", papers.pdf(["Nada de nadie", LETTER]), pages=2)
    papers.add_document(one, "identificacion", papers.pdf(["Ana María Zamora de la O"]), pages=1)
    same = papers.add_application(reviewing_call, "GUI-0002", first_names="Ana María", surnames="Zamora Cruz")
    papers.add_document(same, "motivos", papers.pdf(["Atentamente, Ana María Zamora Cruz"]), pages=1)
    near = papers.add_application(reviewing_call, "GUI-0003")
    papers.add_document(near, "motivos", papers.pdf(["Ana Zamorano y Mariana Zamora"]), pages=1)
    assert texts.pending(coordinator, call=SLUG) == 3, "la identificación no es del jurado"
    heard: list[tuple[int, int]] = []
    read = texts.read(coordinator, call=SLUG, workers=workers, progress=lambda *far: heard.append(far))
    assert (read, heard[-1]) == (Read(documents=3, suggestions=1), (3, 3))
    assert found(coordinator) == {
        ("GUI-0001", "Ana María Zamora de la O", "text", "«Ana María Zamora» en Semblanza, p. 2")
    }
    assert texts.pending(coordinator, call=SLUG) == 0
    assert texts.read(coordinator, call=SLUG, workers=workers) == Read()
    person(Role.JURY, name="Mariana Zamora Gil")
    assert texts.pending(coordinator, call=SLUG) == 3, "otra persona en el jurado: otros nombres que buscar"
    assert texts.read(coordinator, call=SLUG, workers=workers).suggestions == 1
    assert {each[0] for each in found(coordinator)} == {"GUI-0001", "GUI-0003"}
    assert events("conflict.read") == 3


def test_a_picture_among_pages_of_text_is_flagged_before_anybody_reads_it(
    reviewing_call: Call, coordinator: Actor, workers: PdfWorkers
) -> None:
    one = papers.add_application(reviewing_call, "GUI-0001")
    text = papers.pdf([LETTER])
    papers.add_document(one, "motivos", text, pages=1)
    mixed = papers.add_document(one, "semblanza", joined(text, scanned(), text), pages=3)
    broken = papers.add_document(one, "muestra", b"%PDF-1.7 nothing", pages=1)
    lost = papers.add_document(one, "muestra", papers.pdf(["otra"]), pages=1)
    documents.remove(lost.sha256)
    read = texts.read(coordinator, call=SLUG, workers=workers)
    assert (read.documents, read.flags) == (3, 2)
    raised = flags.rows(coordinator, call=reviewing_call)
    assert {each.document for each in raised} == {mixed.public_id, broken.public_id}
    assert {each.kind for each in raised} == {FlagKind.NO_TEXT}
    assert texts.pending(coordinator, call=SLUG) == 1, "el que no se pudo tener ahora queda pendiente"


def test_where_the_jury_sees_names_pages_without_text_are_nobodys_business(
    reviewing_call: Call, coordinator: Actor, workers: PdfWorkers
) -> None:
    with writing() as session:
        stored = session.get_one(Call, reviewing_call.id)
        stored.source = stored.source.replace("blind        = true", "blind        = false")
    papers.add_document(papers.add_application(reviewing_call, "GUI-0001"), "motivos", scanned(), pages=1)
    assert texts.read(coordinator, call=SLUG, workers=workers) == Read(), "ni jurado que buscar"


def test_only_coordinators_have_it_read(
    reviewing_call: Call, ana: Actor, admin: Actor, workers: PdfWorkers
) -> None:
    for someone in (ana, admin):
        with pytest.raises(Forbidden):
            texts.pending(someone, call=SLUG)
        with pytest.raises(Forbidden):
            texts.read(someone, call=SLUG, workers=workers)
        with pytest.raises(Forbidden):
            jobs.start_for_call(someone, kind=READ, call_slug=SLUG)


def test_the_texts_themselves_are_kept_nowhere(reviewing_call: Call, ana: Actor, workers: PdfWorkers) -> None:
    one = papers.add_application(reviewing_call, "GUI-0001")
    papers.add_document(one, "motivos", papers.pdf([LETTER]), pages=1)
    texts.read(OPERATOR, call=SLUG, workers=workers)
    with reading() as session:
        assert "abuela" not in repr(session.connection().exec_driver_sql("select * from readdocument").all())
        assert session.get(Document, 1) is not None


def test_the_forms_of_a_name() -> None:
    assert forms_of("Ana María Zamora de la O") == (
        "Ana María Zamora de la O",
        "Ana María Zamora",
        "Ana Zamora de la O",
        "Ana Zamora",
        "Zamora de la O Ana María",
    )
    assert forms_of("Rita Cruz") == ("Rita Cruz", "Cruz Rita")
    assert forms_of("Rita") == forms_of("") == ()
