"""A juror's review of one application: levels, notes, sending it, taking it up again.

Each item (a criterion's level, a kind of note) has its own version. A write names the version it is
based on; one that is based on an older one is refused with what stands now, so that two tabs never
overwrite one another in silence. Writing what stands already is no change, so a write may be repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.blind import veil_of
from reviewer.calls import CallSpec
from reviewer.database import reading, writing
from reviewer.errors import Refused, Stale
from reviewer.jury import anchors, desk
from reviewer.jury.own import Item, Mine, check_version, mine_of, writable
from reviewer.jury.pins import pins_in
from reviewer.jury.window import closed_because, require_open
from reviewer.models import Note, NoteKind, ReviewStatus, Score

LONGEST_NOTE = 10_000  # characters: a request that outlives its page may hold 64 KB


@dataclass(frozen=True)
class ReviewState:
    """A review as its juror sees it. ``locked`` says why nothing can be written now; None: she can."""

    folio: str
    application_id: int
    title: str
    kind: str
    genre: str
    synopsis: str
    status: str
    locked: str | None
    submitted_at: datetime | None
    saved_at: datetime | None
    scores: Mapping[str, Item]
    notes: Mapping[str, Item]
    pins: Mapping[str, Item]
    total: float | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Saved:
    """What a write left: the item, and where the review stands."""

    item: Item
    total: float | None
    missing: tuple[str, ...]


def read_review(viewer: Actor, *, call: str, folio: str) -> ReviewState:
    """The review of an application given to the viewer; ``Forbidden`` for any other, there or not."""
    require(viewer, Action.SEE_DESK)
    with reading() as session:
        mine = mine_of(session, viewer, call, folio)
        review_id = mine.review.id if mine.review else None
        notes = session.exec(select(Note).where(Note.review_id == review_id)).all()
        pins = pins_in(session, mine)
        project = mine.application
        veil = veil_of(session, blind=mine.spec.review.blind, application_ids=[project.id])
    values = {key: each.value for key, each in mine.scores.items()}
    review = mine.review
    return ReviewState(
        folio=folio,
        application_id=project.id or 0,
        title=veil(project.id, project.project_title),
        kind=veil(project.id, project.project_kind),
        genre=veil(project.id, project.genre),
        synopsis=veil(project.id, project.synopsis),
        status=review.status.value if review else desk.PENDING,
        locked=closed_because(viewer, mine.spec, mine.call.phase),
        submitted_at=review.submitted_at if review else None,
        saved_at=review.updated_at if review else None,
        scores={key: _item(each) for key, each in mine.scores.items()},
        notes={each.kind.value: Item(each.text, each.version, each.updated_at) for each in notes},
        pins=pins,
        total=mine.spec.points(values),
        missing=_missing(mine.spec, values),
    )


def set_score(actor: Actor, *, call: str, folio: str, criterion: str, value: int, version: int) -> Saved:
    """Gives a criterion its level. Raises ``StaleItem``, ``Closed``, or ``Refused`` off the scale."""
    require(actor, Action.REVIEW)
    with writing() as session:
        mine = writable(session, actor, call, folio)
        _check_level(mine.spec, criterion, value)
        score = mine.scores.get(criterion)
        before = score.value if score else None
        if before != value:
            check_version(_item(score), version)
            score = score or Score(
                review_id=mine.begun().id or 0, criterion=criterion, value=value, version=0
            )
            score.value, score.version, score.updated_at = value, score.version + 1, clock.now()
            session.add(score)
            mine.scores[criterion] = score
            mine.touch()
            mine.record("score.set", criterion=criterion, before=before, after=value)
        return _saved(mine, _item(score))


def set_note(actor: Actor, *, call: str, folio: str, kind: NoteKind, text: str, version: int) -> Saved:
    """Writes a note anew. Raises ``StaleItem``, ``Closed``, or ``Refused`` where it is too long."""
    require(actor, Action.REVIEW)
    text = text.replace("\r\n", "\n").replace("\0", "")  # PostgreSQL stores no NUL
    if len(text) > LONGEST_NOTE:
        raise Refused(f"El texto pasa de {LONGEST_NOTE:,} caracteres: acórtelo.")
    with writing() as session:
        mine = writable(session, actor, call, folio)
        review_id = mine.review.id if mine.review else None
        note = session.exec(select(Note).where(Note.review_id == review_id, Note.kind == kind)).first()
        if (note.text if note else "") != text:
            check_version(_note_item(note), version)
            note = note or Note(review_id=mine.begun().id or 0, kind=kind, text="", version=0)
            note.text, note.version, note.updated_at = text, note.version + 1, clock.now()
            session.add(note)
            mine.touch()
            mine.record("note.set", kind=kind.value, version=note.version)
        return _saved(mine, _note_item(note))


def submit(actor: Actor, *, call: str, folio: str, versions: Mapping[str, int]) -> str | None:
    """Sends a review whose scores are those the juror sees (``versions`` by criterion); the next folio.

    A second time changes nothing. Raises ``Refused`` while criteria are missing, ``Stale`` where another
    tab has changed a score meanwhile.
    """
    require(actor, Action.REVIEW)
    with writing() as session:
        mine = mine_of(session, actor, call, folio, lock=True)
        if mine.review is None or mine.review.status is not ReviewStatus.SUBMITTED:
            require_open(actor, mine.spec, mine.call.phase, session=session)
            _check_whole(mine, versions)
            review = mine.begun()
            review.status, review.submitted_at, review.skipped_at = ReviewStatus.SUBMITTED, clock.now(), None
            review.updated_at = clock.now()
            mine.record("review.submit")
            session.flush()
        return desk.next_in(session, actor, call=call)


def reopen(actor: Actor, *, call: str, folio: str) -> None:
    """Takes a submitted review up again, until the deadline. A second time changes nothing."""
    require(actor, Action.REVIEW)
    with writing() as session:
        mine = mine_of(session, actor, call, folio, lock=True)
        require_open(actor, mine.spec, mine.call.phase, session=session)
        if anchors.is_opened(session, mine.application.id):
            raise Refused("La comparación de las anclas ya se abrió: sus puntajes no se cambian.")
        if mine.review is not None and mine.review.status is ReviewStatus.SUBMITTED:
            mine.review.status, mine.review.submitted_at = ReviewStatus.BEGUN, None
            mine.review.updated_at = clock.now()
            mine.record("review.reopen")


def skip(actor: Actor, *, call: str, folio: str) -> str | None:
    """Puts an application behind the others; the next folio, None where no other is left."""
    require(actor, Action.REVIEW)
    with writing() as session:
        mine = writable(session, actor, call, folio)
        following = desk.next_in(session, actor, call=call, other_than=folio)
        if following is not None:
            mine.begun().skipped_at = clock.now()
            mine.record("review.skip")
        return following


def _check_level(spec: CallSpec, criterion: str, value: int) -> None:
    if all(each.key != criterion for each in spec.criteria):
        raise Refused("La rúbrica no tiene ese criterio: recargue la página.")
    low, high = spec.scale
    if not low <= value <= high:
        raise Refused(f"El puntaje va de {low} a {high}.")


def _check_whole(mine: Mine, versions: Mapping[str, int]) -> None:
    missing = _missing(mine.spec, {key: each.value for key, each in mine.scores.items()})
    if missing:
        labels = [each.label for each in mine.spec.criteria if each.key in missing]
        raise Refused(f"Falta calificar: {', '.join(labels)}.")
    if any(versions.get(key) != each.version for key, each in mine.scores.items()):
        raise Stale("Los puntajes cambiaron en otra pestaña: revíselos y vuelva a enviar.")


def _missing(spec: CallSpec, values: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(each.key for each in spec.criteria if each.key not in values)


def _item(score: Score | None) -> Item:
    return Item(score.value, score.version, score.updated_at) if score else Item()


def _note_item(note: Note | None) -> Item:
    return Item(note.text, note.version, note.updated_at) if note else Item("")


def _saved(mine: Mine, item: Item) -> Saved:
    values = {key: each.value for key, each in mine.scores.items()}
    return Saved(item, mine.spec.points(values), _missing(mine.spec, values))
