"""Notes that a juror pins to a place on a page: private, or shared with the committee.

Each has a key that the browser made and a version, as scores have, so that a save may be repeated and two
tabs do not overwrite one another unnoticed. A note without text is removed.
"""

import json
from dataclasses import asdict, dataclass

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.reviews.locked_review import Item, LockedReview, check_version, load_writable_review
from reviewer.models import Document, PinnedNote, WithheldDocument, require_id
from reviewer.models.reading import COORDINATE_SCALE

LONGEST_PIN = 2_000
MOST_PINS = 200  # on one application: far more than anybody writes


@dataclass(frozen=True)
class Pin:
    """A note at ``x``, ``y`` (ten-thousandths of the upright page) of a document's page, from 1."""

    document: str
    page: int
    x: int
    y: int
    criterion: str
    shared: bool
    text: str

    def to_json(self) -> str:
        """Returns compact JSON in this order of fields, in which browsers store it and versions compare."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


@verb(Action.REVIEW)
def set_pin(actor: Actor, *, slug: str, folio: str, key: str, pin: Pin, version: int) -> Item:
    """Stores a note; an empty ``text`` removes it. Raises StaleItem or ReviewingClosed."""
    require(actor, Action.REVIEW)
    if len(pin.text) > LONGEST_PIN:
        raise UserError(f"Una nota en la página no puede pasar de {LONGEST_PIN:,} caracteres.")
    with write_session() as session:
        locked_review = load_writable_review(session, actor, slug, folio)
        note = session.exec(
            select(PinnedNote).where(PinnedNote.person_id == actor.person_id, PinnedNote.key == key)
        ).first()
        if note is not None and note.application_id != locked_review.application.id:
            raise Forbidden
        if item_of(note).value != pin.to_json() and (note is not None or pin.text):
            check_version(item_of(note), version)
            _check_pin(session, locked_review, pin, is_new=note is None)
            note = _store(session, locked_review, note, key, pin)
            locked_review.touch()
            locked_review.record("pin.set" if pin.text else "pin.remove", version=note.version, shared=pin.shared)
        return item_of(note)


def pins_in(session: Session, locked_review: LockedReview) -> dict[str, Item]:
    """Returns all notes of the juror on one application, by key."""
    return {
        note.key: item_of(note)
        for note in session.exec(
            select(PinnedNote)
            .where(PinnedNote.application_id == locked_review.application.id)
            .where(PinnedNote.person_id == locked_review.actor.person_id, PinnedNote.text != "")
            .order_by(col(PinnedNote.id))
        )
    }


def item_of(note: PinnedNote | None) -> Item:
    """Returns the stored item of a note."""
    return Item("") if note is None else Item(pin_of(note).to_json(), note.version, note.updated_at)


def pin_of(note: PinnedNote) -> Pin:
    """Returns a stored note as a pin."""
    return Pin(note.document, note.page, note.x, note.y, note.criterion, note.shared, note.text)


def _store(session: Session, locked_review: LockedReview, note: PinnedNote | None, key: str, pin: Pin) -> PinnedNote:
    if note is None:
        note = PinnedNote(
            application_id=require_id(locked_review.application),
            person_id=locked_review.actor.require_person_id(),
            key=key,
            version=0,
            **asdict(pin),
        )
    for name, value in asdict(pin).items():
        setattr(note, name, value)
    note.version, note.updated_at = note.version + 1, clock.now()
    session.add(note)
    return note


def _check_pin(session: Session, locked_review: LockedReview, pin: Pin, *, is_new: bool) -> None:
    if pin.criterion not in ("", *(criterion.key for criterion in locked_review.spec.criteria)):
        raise UserError("La rúbrica no tiene ese criterio: recargue la página.")
    if not is_new:
        return
    kinds = {document_kind.key for document_kind in locked_review.spec.jury_documents}
    document = session.exec(
        select(Document)
        .where(Document.public_id == pin.document, Document.application_id == locked_review.application.id)
        .where(col(Document.public_id).not_in(select(WithheldDocument.document)))
    ).first()
    if document is None or document.kind not in kinds or not 1 <= pin.page <= document.pages:
        raise Forbidden("Ese documento no es de esta postulación.")
    if not (0 <= pin.x <= COORDINATE_SCALE and 0 <= pin.y <= COORDINATE_SCALE):
        raise UserError("Ese lugar no está en la página.")
    if len(pins_in(session, locked_review)) >= MOST_PINS:
        raise UserError(f"Hay {MOST_PINS} notas en esta postulación: quite alguna.")
