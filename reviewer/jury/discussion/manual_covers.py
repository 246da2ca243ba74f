"""Covers that coordinators draw on pages or add as terms, beside those of the system, and their withdrawal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.core.text import fold_solid
from reviewer.models import Application, Call, Document, ManualCover, Person, require_id
from reviewer.models.reading import COORDINATE_SCALE
from reviewer.models.scopes import with_call

SMALLEST_BOX = 20  # ten-thousandths: a click is no cover
SHORTEST_TERM, LONGEST_TERM = 3, 200  # letters and digits: anything shorter would be covered everywhere
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class CoverRow:
    """A cover in force: a box (left, top, right, bottom in ten-thousandths) on a page, or a term with page 0."""

    public_id: str
    page: int
    box: Box
    term: str
    author: str | None
    at: datetime


@verb(Action.COVER)
def add_box(actor: Actor, *, document: str, page: int, box: Sequence[int]) -> str:
    """Covers a part of a page (from 1) of a document (by public id) for the jury; returns the cover's public id."""
    with write_session() as session:
        stored_document, application, call = _covered_document(session, actor, document)
        if not (
            1 <= page <= stored_document.pages and len(box) == 4 and all(0 <= side <= COORDINATE_SCALE for side in box)
        ):
            raise UserError("El documento no tiene ese lugar.")
        x0, y0, x1, y1 = box
        if x1 - x0 < SMALLEST_BOX or y1 - y0 < SMALLEST_BOX:
            raise UserError("Arrastre sobre lo que se debe cubrir.")
        cover = ManualCover(
            application_id=require_id(application),
            sha256=stored_document.sha256,
            page=page,
            x0=x0,
            y0=y0,
            x1=x1,
            y1=y1,
            person_id=actor.person_id,
        )
        return _add(session, actor, cover, _facts(call, application, page))


@verb(Action.COVER)
def add_term(actor: Actor, *, document: str, term: str) -> str:
    """Covers a word or phrase in all that the jury sees of a document's application; returns the cover's public id."""
    term = " ".join(term.replace("\0", "").split())
    if not len(fold_solid(term)) >= SHORTEST_TERM or len(term) > LONGEST_TERM:
        raise UserError(f"Escriba de {SHORTEST_TERM} letras a {LONGEST_TERM} caracteres.")
    with write_session() as session:
        _, application, call = _covered_document(session, actor, document)
        same = select(ManualCover.public_id).where(
            ManualCover.application_id == application.id,
            ManualCover.term == term,
            col(ManualCover.withdrawn_at).is_(None),
        )
        if known := session.exec(same).first():
            return known
        cover = ManualCover(application_id=require_id(application), term=term, person_id=actor.person_id)
        return _add(session, actor, cover, _facts(call, application, 0))


@verb(Action.COVER)
def withdraw(actor: Actor, *, cover_id: str) -> None:
    """Takes a cover away; the jury sees what it hid."""
    with write_session() as session:
        cover, facts = _stored_cover(session, actor, cover_id)
        if cover.withdrawn_at is None:
            cover.withdrawn_at = clock.now()
            session.add(cover)
            log.record(session, actor, "cover.withdraw", "cover", cover.id, facts)


@verb(Action.COVER)
def put_back(actor: Actor, *, cover_id: str) -> None:
    """Undoes a withdrawal."""
    with write_session() as session:
        cover, facts = _stored_cover(session, actor, cover_id)
        if cover.withdrawn_at is not None:
            cover.withdrawn_at = None
            session.add(cover)
            log.record(session, actor, "cover.put_back", "cover", cover.id, facts)


@verb(Action.COVER)
def list_covers(viewer: Actor, *, document: str) -> list[CoverRow]:
    """Returns the boxes in force on a document, and the terms of its application, in the order in which they came."""
    with read_session() as session:
        stored_document, application, _ = _covered_document(session, viewer, document)
        query = (
            select(ManualCover, Person.name)
            .outerjoin(Person, col(Person.id) == ManualCover.person_id)
            .where(ManualCover.application_id == application.id, col(ManualCover.withdrawn_at).is_(None))
            .where(or_(ManualCover.term != "", ManualCover.sha256 == stored_document.sha256))
            .order_by(col(ManualCover.id))
        )
        return [
            CoverRow(cover.public_id, cover.page, (cover.x0, cover.y0, cover.x1, cover.y1), cover.term, name, cover.at)
            for cover, name in session.exec(query)
        ]


def _covered_document(session: Session, actor: Actor, document: str) -> tuple[Document, Application, Call]:
    """Returns a document whose covers the actor may change now. Raises UserError where nothing is covered."""
    require(actor, Action.COVER)
    row = session.exec(with_call(Document).where(Document.public_id == document)).first()
    if row is None:
        raise UserError("Ese documento ya no existe.")
    stored_document, application, call = row
    require(actor, Action.COVER, call.phase)
    spec = spec_of(call)
    if not spec.review.blind or stored_document.kind not in {kind.key for kind in spec.jury_documents}:
        raise UserError("El jurado no lee a ciegas este documento: no hay qué cubrir.")
    return stored_document, application, call


def _stored_cover(session: Session, actor: Actor, cover_id: str) -> tuple[ManualCover, dict[str, object]]:
    require(actor, Action.COVER)
    row = session.exec(with_call(ManualCover).where(ManualCover.public_id == cover_id)).first()
    if row is None:
        raise UserError("Esa cubierta ya no existe.")
    cover, application, call = row
    require(actor, Action.COVER, call.phase)
    return cover, _facts(call, application, cover.page)


def _facts(call: Call, application: Application, page: int) -> dict[str, object]:
    """Returns what the audit trail says; a term may be a name, so it does not say which."""
    place = {"page": page} if page else {"covers": "term"}
    return {"call": call.slug, "folio": application.folio, **place}


def _add(session: Session, actor: Actor, cover: ManualCover, facts: dict[str, object]) -> str:
    session.add(cover)
    session.flush()
    log.record(session, actor, "cover.add", "cover", cover.id, facts)
    return cover.public_id
