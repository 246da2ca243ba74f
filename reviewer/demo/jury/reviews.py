"""The simulated readings as rows, with the audit events that the jury's own clicks would have left.

They are written in bulk, since a large cohort has tens of thousands of scores.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, insert, select

from reviewer.call.spec import spec_of
from reviewer.demo.cohort.merit import Merit
from reviewer.demo.cohort.words import seeded_rng
from reviewer.demo.jury import panel
from reviewer.demo.jury.panel import Juror, Reading
from reviewer.jury.reviews.reviewed_documents import record_reviewed
from reviewer.models import (
    Application,
    Assignment,
    AuditEvent,
    Call,
    Conflict,
    Note,
    NoteKind,
    Review,
    ReviewStatus,
    Score,
    require_id,
)

_RECUSED = {2: "teaching", 5: "work"}  # jurors, by number, who declare a conflict of interest
_RECUSED_LATE = {4: "friendship"}  # the same, after submitting the reading


@dataclass(frozen=True)
class _PileEntry:
    assignment: Assignment
    folio: str


def store(
    session: Session,
    call: Call,
    *,
    jurors: Sequence[tuple[int, Juror]],
    merits: Mapping[int, Merit],
    seed: int,
    opens: datetime,
    now: datetime,
) -> int:
    """Adds all readings in the caller's transaction; returns the number submitted.

    ``jurors`` are (person id, juror); ``merits`` are by application id. All times are between ``opens`` (in
    the call's zone) and ``now``.
    """
    piles = _piles(session, call)
    submitted = 0
    for number, (person_id, juror) in enumerate(jurors):
        pile = piles[person_id]
        if number in _RECUSED and pile:
            _recuse(session, call, pile.pop(), _RECUSED[number], now)
        rng = seeded_rng(seed, "readings", number)
        pile_merits = [merits[entry.assignment.application_id] for entry in pile]
        pile_readings = list(zip(pile, panel.readings(juror, pile_merits, rng, opens, now), strict=False))
        reviews = _store_readings(session, call, pile_readings)
        submitted_pairs = [pair for pair in zip(pile, reviews, strict=False) if pair[1].submitted_at]
        if number in _RECUSED_LATE and submitted_pairs:
            entry, review = submitted_pairs.pop()
            review.status = ReviewStatus.SET_ASIDE
            _recuse(session, call, entry, _RECUSED_LATE[number], now)
        submitted += len(submitted_pairs)
    return submitted


def _piles(session: Session, call: Call) -> dict[int, list[_PileEntry]]:
    """Returns the assignments of each juror, in the juror's order."""
    query = (
        select(Assignment, Application.folio)
        .join(Application, col(Application.id) == Assignment.application_id)
        .where(Assignment.call_id == call.id)
        .order_by(col(Assignment.place), col(Assignment.id))
    )
    piles: dict[int, list[_PileEntry]] = defaultdict(list)
    for assignment, folio in session.exec(query):
        piles[assignment.person_id].append(_PileEntry(assignment, folio))
    return piles


def _store_readings(session: Session, call: Call, pile_readings: Sequence[tuple[_PileEntry, Reading]]) -> list[Review]:
    reviews = [_review(call, entry, reading) for entry, reading in pile_readings]
    session.add_all(reviews)
    session.flush()
    scores, notes, events = [], [], []
    for (entry, reading), review in zip(pile_readings, reviews, strict=True):
        scores += _scores(review, reading)
        notes += _notes(review, reading)
        events += _events(call, entry, reading, review)
    for model, rows in ((Score, scores), (Note, notes)):
        if rows:
            session.execute(insert(model), rows)
    record_reviewed(session, spec_of(call), [require_id(review) for review in reviews if review.submitted_at])
    # As objects, since only these are added to the hash chain of the audit trail.
    session.add_all(AuditEvent(**event) for event in events)
    return reviews


def _review(call: Call, entry: _PileEntry, reading: Reading) -> Review:
    return Review(
        call_id=require_id(call),
        application_id=entry.assignment.application_id,
        person_id=entry.assignment.person_id,
        status=ReviewStatus.SUBMITTED if reading.submitted else ReviewStatus.BEGUN,
        skipped_at=reading.started if reading.skipped else None,
        started_at=reading.started,
        submitted_at=reading.submitted,
        updated_at=reading.submitted or reading.started,
    )


def _scored_at(reading: Reading, turn: int) -> datetime:
    """Returns when the level of the criterion of this turn was given."""
    if reading.submitted is None:
        return reading.started
    return reading.submitted - timedelta(seconds=20 * (len(reading.scores) - turn))


def _scores(review: Review, reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "review_id": review.id,
            "criterion": criterion,
            "value": value,
            "version": 1,
            "updated_at": _scored_at(reading, turn),
        }
        for turn, (criterion, value) in enumerate(reading.scores.items())
    ]


def _notes(review: Review, reading: Reading) -> list[dict[str, Any]]:
    texts = ((NoteKind.PRIVATE, reading.note), (NoteKind.COMMITTEE, reading.comment))
    return [
        {"review_id": review.id, "kind": kind, "text": text, "version": 1, "updated_at": review.updated_at}
        for kind, text in texts
        if text
    ]


def _events(call: Call, entry: _PileEntry, reading: Reading, review: Review) -> list[dict[str, Any]]:
    facts = {"call": call.slug, "folio": entry.folio}
    moments: list[tuple[str, datetime, dict[str, object]]] = [("review.begin", reading.started, {})]
    for turn, (criterion, value) in enumerate(reading.scores.items()):
        changed: dict[str, object] = {"criterion": criterion, "before": None, "after": value}
        moments.append(("score.set", _scored_at(reading, turn), changed))
    for note in _notes(review, reading):
        moments.append(("note.set", note["updated_at"], {"kind": note["kind"].value, "version": 1}))
    if reading.submitted:
        moments.append(("review.submit", reading.submitted, {}))
    if reading.skipped:
        moments.append(("review.skip", reading.started, {}))
    return [
        {
            "at": at,
            "actor": f"person:{entry.assignment.person_id}",
            "action": action,
            "object_type": "review",
            "object_id": str(review.id),
            "detail": facts | detail,
        }
        for action, at, detail in moments
    ]


def _recuse(session: Session, call: Call, entry: _PileEntry, kind: str, now: datetime) -> None:
    entry.assignment.closed_at = now
    application_id, person_id = entry.assignment.application_id, entry.assignment.person_id
    session.add(entry.assignment)
    session.add(Conflict(application_id=application_id, person_id=person_id, kind=kind, declared_at=now))
    session.add(
        AuditEvent(
            at=now,
            actor=f"person:{person_id}",
            action="conflict.declare",
            object_type="application",
            object_id=str(application_id),
            detail={"call": call.slug, "folio": entry.folio, "kind": kind, "person": person_id},
        )
    )
