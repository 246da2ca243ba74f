"""Covers that coordinators draw on pages or add as terms, and withdraw."""

import pytest
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.discussion import manual_covers
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.readable_documents import readable_document
from reviewer.models import Application, AuditEvent, Call, Document, require_id
from tests.calls import NO_REVIEW_WINDOW, SLUG, call_text
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.reviews import assign
from tests.stored_rows import count_events

BOX = (1000, 1000, 5000, 2000)
SYNOPSIS = "La historia de la Casa Azul de mi abuela"


@pytest.fixture
def application(reviewing_call: Call, juror: Actor) -> Application:
    new_application = add_application(reviewing_call, "HIS-0001", **ROSALIA, synopsis=SYNOPSIS)
    assign(new_application, juror)
    return new_application


@pytest.fixture
def letter(application: Application) -> Document:
    return add_document(application, "motivos", pages_pdf(["Uno", "Dos"]), pages=2)


def test_a_box_is_the_jurys_until_it_is_withdrawn_and_comes_back(
    letter: Document, application: Application, juror: Actor, coordinator: Actor
) -> None:
    other = add_document(application, "semblanza", pages_pdf(["Otra"]), pages=1)
    cover = manual_covers.add_box(coordinator, document=letter.public_id, page=2, box=BOX)
    assert readable_document(juror, document_id=letter.public_id).boxes == ((2, 0.1, 0.1, 0.5, 0.2),)
    assert readable_document(coordinator, document_id=letter.public_id).boxes == ()
    assert readable_document(juror, document_id=other.public_id).boxes == ()
    (row,) = manual_covers.list_covers(coordinator, document=letter.public_id)
    assert (row.page, row.box, row.author) == (2, BOX, "Cora Coordina")
    assert manual_covers.list_covers(coordinator, document=other.public_id) == []
    manual_covers.withdraw(coordinator, cover_id=cover)
    assert readable_document(juror, document_id=letter.public_id).boxes == ()
    manual_covers.put_back(coordinator, cover_id=cover)
    assert len(readable_document(juror, document_id=letter.public_id).boxes) == 1
    assert [count_events(f"cover.{what}") for what in ("add", "withdraw", "put_back")] == [1, 1, 1]


def test_a_term_is_covered_as_a_whole_in_the_whole_application(
    letter: Document, application: Application, juror: Actor, coordinator: Actor
) -> None:
    before = readable_document(juror, document_id=letter.public_id).covers
    cover = manual_covers.add_term(coordinator, document=letter.public_id, term=" Casa  Azul ")
    assert set(readable_document(juror, document_id=letter.public_id).covers) - set(before) == {'"Casa Azul"'}
    review = reviews_service.read_review(juror, slug=SLUG, folio="HIS-0001")
    assert review.synopsis == "La historia de la █████ █████ de mi abuela"
    (row,) = manual_covers.list_covers(coordinator, document=letter.public_id)
    assert (row.page, row.term) == (0, "Casa Azul")
    assert manual_covers.add_term(coordinator, document=letter.public_id, term="Casa Azul") == cover
    manual_covers.withdraw(coordinator, cover_id=cover)
    assert reviews_service.read_review(juror, slug=SLUG, folio="HIS-0001").synopsis == SYNOPSIS
    with read_session() as session:
        details = session.exec(select(AuditEvent.detail).where(AuditEvent.action == "cover.add")).all()
        assert "Azul" not in str(details), "a term may be a name"


def test_what_is_refused(letter: Document, application: Application, juror: Actor, coordinator: Actor) -> None:
    hidden = add_document(application, "identificacion", pages_pdf(["INE"]), pages=1)
    with pytest.raises(Forbidden):
        manual_covers.add_box(juror, document=letter.public_id, page=1, box=BOX)
    with pytest.raises(Forbidden):
        manual_covers.list_covers(juror, document=letter.public_id)
    for page, box in ((0, BOX), (3, BOX), (1, (0, 0, 10_001, 100)), (1, (5000, 0, 100, 100)), (1, (0, 0, 10, 10))):
        with pytest.raises(UserError):
            manual_covers.add_box(coordinator, document=letter.public_id, page=page, box=box)
    for term in ("", "al", "x" * 201):
        with pytest.raises(UserError):
            manual_covers.add_term(coordinator, document=letter.public_id, term=term)
    for document in (hidden.public_id, "nowhere"):
        with pytest.raises(UserError):
            manual_covers.add_box(coordinator, document=document, page=1, box=BOX)
    with pytest.raises(UserError, match="ya no existe"):
        manual_covers.withdraw(coordinator, cover_id="nowhere")


def test_where_the_jury_sees_names_nothing_is_covered(
    letter: Document, reviewing_call: Call, coordinator: Actor
) -> None:
    with write_session() as session:
        session.get_one(Call, require_id(reviewing_call)).source = call_text(NO_REVIEW_WINDOW | {"review.blind": False})
    with pytest.raises(UserError, match="no lee a ciegas"):
        manual_covers.add_box(coordinator, document=letter.public_id, page=1, box=BOX)
