"""Notes that a juror pins to a place of a page; hers alone, unless she makes one the committee's.

Each has a name that her browser gave it and a version, as scores have, so that a save may be repeated and
two tabs never overwrite one another in silence. Without text it is taken away.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlmodel import Session, col, select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.jury.own import Item, Mine, check_version, writable
from reviewer.models import Document, PinnedNote, WithheldDocument

LONGEST_PIN = 2_000
MOST_PINS = 200  # on one application: far more than anybody writes
FINE = 10_000  # places are ten-thousandths of the page


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

    def as_value(self) -> str:
        """As versions are compared and the browser keeps it: compact JSON in this order of fields."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def set_pin(actor: Actor, *, call: str, folio: str, key: str, pin: Pin, version: int) -> Item:
    """Keeps a note as it is now; an empty ``text`` takes it away. Raises ``StaleItem`` or ``Closed``."""
    require(actor, Action.REVIEW)
    if len(pin.text) > LONGEST_PIN:
        raise Refused(f"Una nota en la página no puede pasar de {LONGEST_PIN:,} caracteres.")
    with writing() as session:
        mine = writable(session, actor, call, folio)
        kept = session.exec(
            select(PinnedNote).where(PinnedNote.person_id == actor.person_id, PinnedNote.key == key)
        ).first()
        if kept is not None and kept.application_id != mine.application.id:
            raise Forbidden
        if item_of(kept).value != pin.as_value() and (kept is not None or pin.text):
            check_version(item_of(kept), version)
            _check(session, mine, pin, is_new=kept is None)
            kept = _keep(session, mine, kept, key, pin)
            mine.touch()
            mine.record("pin.set" if pin.text else "pin.remove", version=kept.version, shared=pin.shared)
        return item_of(kept)


def pins_in(session: Session, mine: Mine) -> dict[str, Item]:
    """All her notes on one application, by their names."""
    return {
        each.key: item_of(each)
        for each in session.exec(
            select(PinnedNote)
            .where(PinnedNote.application_id == mine.application.id)
            .where(PinnedNote.person_id == mine.actor.person_id, PinnedNote.text != "")
            .order_by(col(PinnedNote.id))
        )
    }


def item_of(note: PinnedNote | None) -> Item:
    """What stands of a note, as versions are compared."""
    return Item("") if note is None else Item(pin_of(note).as_value(), note.version, note.updated_at)


def pin_of(note: PinnedNote) -> Pin:
    """A stored note."""
    return Pin(note.document, note.page, note.x, note.y, note.criterion, note.shared, note.text)


def _keep(session: Session, mine: Mine, kept: PinnedNote | None, key: str, pin: Pin) -> PinnedNote:
    if kept is None:
        kept = PinnedNote(
            application_id=mine.application.id or 0,
            person_id=mine.actor.person_id or 0,
            key=key,
            version=0,
            **asdict(pin),
        )
    for name, value in asdict(pin).items():
        setattr(kept, name, value)
    kept.version, kept.updated_at = kept.version + 1, clock.now()
    session.add(kept)
    return kept


def _check(session: Session, mine: Mine, pin: Pin, *, is_new: bool) -> None:
    keys: Iterable[str] = (each.key for each in mine.spec.criteria)
    if pin.criterion and pin.criterion not in keys:
        raise Refused("La rúbrica no tiene ese criterio: recargue la página.")
    if not is_new:
        return
    kinds = {each.key for each in mine.spec.jury_documents}
    document = session.exec(
        select(Document)
        .where(Document.public_id == pin.document, Document.application_id == mine.application.id)
        .where(col(Document.public_id).not_in(select(WithheldDocument.document)))
    ).first()
    if document is None or document.kind not in kinds or not 1 <= pin.page <= document.pages:
        raise Forbidden("Ese documento no es de esta postulación.")
    if not (0 <= pin.x <= FINE and 0 <= pin.y <= FINE):
        raise Refused("Ese lugar no está en la página.")
    if len(pins_in(session, mine)) >= MOST_PINS:
        raise Refused(f"Hay {MOST_PINS} notas en esta postulación: quite alguna.")
