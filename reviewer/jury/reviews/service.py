"""A juror's review of one application: levels, notes, submitting and reopening.

Each item (a criterion's level, a kind of note) has its own version. A write names the version that it is
based on; if that is an older one, it is refused with the stored item, so that two tabs do not overwrite one
another unnoticed. Writing the stored value again changes nothing, so a write may be repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.blinding.veil import veil_of
from reviewer.call import points
from reviewer.call.spec import CallSpec
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import StaleWrite, UserError
from reviewer.jury.discussion import anchors
from reviewer.jury.reviews import queue, reviewed_documents
from reviewer.jury.reviews.deadline import closed_reason, require_open
from reviewer.jury.reviews.locked_review import Item, LockedReview, check_version, load_review, load_writable_review
from reviewer.jury.reviews.page_notes import pins_in
from reviewer.models import Note, NoteKind, ReviewStatus, Score, require_id

LONGEST_NOTE = 10_000  # characters: a request sent when its page is closed may hold 64 KB


@dataclass(frozen=True)
class ReviewState:
    """A review as its juror sees it; ``locked`` is why nothing can be written now, or None."""

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
class SaveResult:
    """The item after a write, and the state of the review."""

    item: Item
    total: float | None
    missing: tuple[str, ...]


@verb(Action.SEE_DESK)
def read_review(viewer: Actor, *, slug: str, folio: str) -> ReviewState:
    """Returns the review of an application assigned to the viewer; raises Forbidden for any other."""
    require(viewer, Action.SEE_DESK)
    with read_session() as session:
        locked_review = load_review(session, viewer, slug, folio)
        review_id = locked_review.review.id if locked_review.review else None
        notes = session.exec(select(Note).where(Note.review_id == review_id)).all()
        pins = pins_in(session, locked_review)
        application = locked_review.application
        veil = veil_of(session, blind=locked_review.spec.review.blind, application_ids=[application.id])
    values = {key: score.value for key, score in locked_review.scores.items()}
    review = locked_review.review
    return ReviewState(
        folio=folio,
        application_id=require_id(application),
        title=veil(application.id, application.project_title),
        kind=veil(application.id, application.project_kind),
        genre=veil(application.id, application.genre),
        synopsis=veil(application.id, application.synopsis),
        status=review.status.value if review else queue.PENDING,
        locked=closed_reason(viewer, locked_review.spec, locked_review.call.phase),
        submitted_at=review.submitted_at if review else None,
        saved_at=review.updated_at if review else None,
        scores={key: _score_item(score) for key, score in locked_review.scores.items()},
        notes={note.kind.value: Item(note.text, note.version, note.updated_at) for note in notes},
        pins=pins,
        total=points.total(values, locked_review.spec),
        missing=_missing_criteria(locked_review.spec, values),
    )


@verb(Action.REVIEW)
def set_score(actor: Actor, *, slug: str, folio: str, criterion: str, value: int, version: int) -> SaveResult:
    """Sets the level of a criterion. Raises StaleItem, ReviewingClosed, or UserError off the scale."""
    require(actor, Action.REVIEW)
    with write_session() as session:
        locked_review = load_writable_review(session, actor, slug, folio)
        _check_level(locked_review.spec, criterion, value)
        score = locked_review.scores.get(criterion)
        before = score.value if score else None
        if before != value:
            check_version(_score_item(score), version)
            review_id = require_id(locked_review.ensure_review())
            score = score or Score(review_id=review_id, criterion=criterion, value=value, version=0)
            score.value, score.version, score.updated_at = value, score.version + 1, clock.now()
            session.add(score)
            locked_review.scores[criterion] = score
            locked_review.touch()
            locked_review.record("score.set", criterion=criterion, before=before, after=value)
        return _save_result(locked_review, _score_item(score))


@verb(Action.REVIEW)
def set_note(actor: Actor, *, slug: str, folio: str, kind: NoteKind, text: str, version: int) -> SaveResult:
    """Writes a note. Raises StaleItem, ReviewingClosed, or UserError if it is too long."""
    require(actor, Action.REVIEW)
    text = text.replace("\r\n", "\n").replace("\0", "")  # PostgreSQL stores no null character
    if len(text) > LONGEST_NOTE:
        raise UserError(f"El texto pasa de {LONGEST_NOTE:,} caracteres: acórtelo.")
    with write_session() as session:
        locked_review = load_writable_review(session, actor, slug, folio)
        review_id = locked_review.review.id if locked_review.review else None
        note = session.exec(select(Note).where(Note.review_id == review_id, Note.kind == kind)).first()
        if (note.text if note else "") != text:
            check_version(_note_item(note), version)
            note = note or Note(review_id=require_id(locked_review.ensure_review()), kind=kind, text="", version=0)
            note.text, note.version, note.updated_at = text, note.version + 1, clock.now()
            session.add(note)
            locked_review.touch()
            locked_review.record("note.set", kind=kind.value, version=note.version)
        return _save_result(locked_review, _note_item(note))


@verb(Action.REVIEW)
def submit(actor: Actor, *, slug: str, folio: str, versions: Mapping[str, int]) -> str | None:
    """Submits a review whose scores have these ``versions`` by criterion; returns the next folio.

    Submitting again changes nothing. Raises UserError while criteria are missing, and StaleWrite if another
    tab has changed a score meanwhile.
    """
    require(actor, Action.REVIEW)
    with write_session() as session:
        locked_review = load_review(session, actor, slug, folio, lock=True)
        if locked_review.review is None or locked_review.review.status is not ReviewStatus.SUBMITTED:
            require_open(actor, locked_review.spec, locked_review.call.phase, session=session)
            _check_complete(locked_review, versions)
            review = locked_review.ensure_review()
            review.status, review.submitted_at, review.skipped_at = ReviewStatus.SUBMITTED, clock.now(), None
            review.updated_at = clock.now()
            locked_review.record("review.submit")
            session.flush()
            reviewed_documents.record_reviewed(session, locked_review.spec, [require_id(review)])
            reviewed_documents.settle(session, locked_review.spec, locked_review.application)
        return queue.next_folio_in(session, actor, slug=slug)


@verb(Action.REVIEW)
def reopen(actor: Actor, *, slug: str, folio: str) -> None:
    """Reopens a submitted review before the deadline. A second time changes nothing."""
    require(actor, Action.REVIEW)
    with write_session() as session:
        locked_review = load_review(session, actor, slug, folio, lock=True)
        require_open(actor, locked_review.spec, locked_review.call.phase, session=session)
        if anchors.is_opened(session, locked_review.application.id):
            raise UserError("La comparación de las anclas ya se abrió: sus puntajes no se cambian.")
        if locked_review.review is not None and locked_review.review.status is ReviewStatus.SUBMITTED:
            locked_review.review.status, locked_review.review.submitted_at = ReviewStatus.BEGUN, None
            locked_review.review.updated_at = clock.now()
            locked_review.record("review.reopen")


@verb(Action.REVIEW)
def skip(actor: Actor, *, slug: str, folio: str) -> str | None:
    """Puts an application behind the others; returns the next folio, or None if no other is left."""
    require(actor, Action.REVIEW)
    with write_session() as session:
        locked_review = load_writable_review(session, actor, slug, folio)
        following = queue.next_folio_in(session, actor, slug=slug, excluding=folio)
        if following is not None:
            locked_review.ensure_review().skipped_at = clock.now()
            locked_review.record("review.skip")
        return following


def _check_level(spec: CallSpec, criterion: str, value: int) -> None:
    if all(rubric_criterion.key != criterion for rubric_criterion in spec.criteria):
        raise UserError("La rúbrica no tiene ese criterio: recargue la página.")
    low, high = spec.scale
    if not low <= value <= high:
        raise UserError(f"El puntaje va de {low} a {high}.")


def _check_complete(locked_review: LockedReview, versions: Mapping[str, int]) -> None:
    missing = [
        criterion.label for criterion in locked_review.spec.criteria if criterion.key not in locked_review.scores
    ]
    if missing:
        raise UserError(f"Falta calificar: {', '.join(missing)}.")
    if any(versions.get(key) != score.version for key, score in locked_review.scores.items()):
        raise StaleWrite("Los puntajes cambiaron en otra pestaña: revíselos y vuelva a enviar.")


def _missing_criteria(spec: CallSpec, values: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(criterion.key for criterion in spec.criteria if criterion.key not in values)


def _score_item(score: Score | None) -> Item:
    return Item(score.value, score.version, score.updated_at) if score else Item()


def _note_item(note: Note | None) -> Item:
    return Item(note.text, note.version, note.updated_at) if note else Item("")


def _save_result(locked_review: LockedReview, item: Item) -> SaveResult:
    values = {key: score.value for key, score in locked_review.scores.items()}
    spec = locked_review.spec
    return SaveResult(item, points.total(values, spec), _missing_criteria(spec, values))
