"""One application of the ranking: the steps to its estimate, its readings and its comments.

Private notes, and page notes that were not shared with the committee, are not included.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass, replace

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.call import points
from reviewer.call.spec import CallSpec, call_for, spec_of
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.decision.ranking import cache
from reviewer.decision.ranking.adjustments import Steps
from reviewer.decision.ranking.queries import JurorLine, RankingFilters, RankingLine, jurors, lines
from reviewer.models import (
    Application,
    Assignment,
    Call,
    CommitteeMessage,
    Note,
    NoteKind,
    Person,
    PinnedNote,
    RankedApplication,
    Review,
    Score,
)
from reviewer.models.scopes import CURRENT_APPLICATION, OPEN_ASSIGNMENT, SUBMITTED_REVIEW


@dataclass(frozen=True)
class SubmittedReading:
    """A submitted reading: levels by criterion, total in points out of 100, comment to the committee.

    ``notes`` are the page notes shared with the committee; ``juror`` is what the kept ranking states of the
    juror, None where they are not in it yet.
    """

    name: str
    scores: dict[str, int]
    points: float
    comment: str
    notes: tuple[str, ...] = ()
    juror: JurorLine | None = None


@dataclass(frozen=True)
class ApplicationDetail:
    """``steps`` are in points out of 100; added to the plain mean they give the estimate.

    ``pending_jurors`` are names of jurors whose reading is not submitted, ``messages`` those of the committee
    as (name, text).
    """

    line: RankingLine
    steps: Steps
    readings: tuple[SubmittedReading, ...]
    pending_jurors: tuple[str, ...]
    messages: tuple[tuple[str, str], ...]


@verb(Action.SEE_RANKING)
def application_detail(viewer: Actor, *, slug: str, folio: str) -> ApplicationDetail:
    """Returns the details. Raises ``UserError`` where the folio is not in the kept ranking."""
    call = call_for(viewer, Action.SEE_RANKING, slug)
    spec = spec_of(call)
    candidates = lines(viewer, slug=slug, filters=RankingFilters(text=folio))
    line = next((candidate for candidate in candidates if candidate.folio == folio), None)
    if line is None:
        raise UserError(f"«{folio}» no tiene lugar en el ranking: no existe, no es elegible o nadie la ha leído.")
    juror_lines = {juror.person_id: juror for juror in jurors(viewer, slug=slug)}
    with read_session() as session:
        ranked = _ranked_application(session, call, folio)
        application_id = ranked.application_id
        return ApplicationDetail(
            line=line,
            steps=_steps_in_points(cache.steps_of(ranked), spec),
            readings=_readings(session, application_id, spec, juror_lines),
            pending_jurors=_pending_jurors(session, application_id),
            messages=_messages(session, application_id),
        )


def _ranked_application(session: Session, call: Call, folio: str) -> RankedApplication:
    kept_ranking = cache.latest(session, call)
    query = (
        select(RankedApplication)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .where(RankedApplication.ranking_id == (kept_ranking.id if kept_ranking else None))
        .where(Application.folio == folio, CURRENT_APPLICATION)
    )
    return session.exec(query).one()


def _steps_in_points(steps: Steps, spec: CallSpec) -> Steps:
    factor = points.points_per_level(spec)
    return Steps(**{name: factor * step for name, step in asdict(steps).items()})


def submitted_readings(session: Session, spec: CallSpec, application_id: int) -> dict[int, SubmittedReading]:
    """Returns each submitted reading of an application by its juror's person id, in the order of names."""
    reviews = session.exec(
        select(Review.id, Person.id, Person.name)
        .join(Person, col(Person.id) == Review.person_id)
        .where(Review.application_id == application_id, SUBMITTED_REVIEW)
        .order_by(Person.name)
    ).all()
    ids = [review_id for review_id, _, _ in reviews]
    scores: dict[int, dict[str, int]] = defaultdict(dict)
    for score in session.exec(select(Score).where(col(Score.review_id).in_(ids))):
        scores[score.review_id][score.criterion] = score.value
    comment_query = select(Note.review_id, Note.text).where(
        col(Note.review_id).in_(ids), Note.kind == NoteKind.COMMITTEE
    )
    comments = dict(session.exec(comment_query).all())
    return {
        person_id: SubmittedReading(
            name=name,
            scores=scores[review_id],
            points=points.total(scores[review_id], spec) or 0.0,
            comment=comments.get(review_id, ""),
        )
        for review_id, person_id, name in reviews
        if review_id is not None and person_id is not None
    }


def _readings(
    session: Session, application_id: int, spec: CallSpec, juror_lines: dict[int, JurorLine]
) -> tuple[SubmittedReading, ...]:
    page_notes = _shared_page_notes(session, application_id)
    return tuple(
        replace(reading, notes=tuple(page_notes[person_id]), juror=juror_lines.get(person_id))
        for person_id, reading in submitted_readings(session, spec, application_id).items()
    )


def _shared_page_notes(session: Session, application_id: int) -> dict[int, list[str]]:
    """Returns the page notes shared with the committee, by person id, in the order of the pages."""
    query = (
        select(PinnedNote)
        .where(PinnedNote.application_id == application_id, col(PinnedNote.shared).is_(True))
        .where(PinnedNote.text != "")
        .order_by(col(PinnedNote.page), col(PinnedNote.y))
    )
    notes_by_juror: dict[int, list[str]] = defaultdict(list)
    for note in session.exec(query):
        notes_by_juror[note.person_id].append(note.text)
    return notes_by_juror


def _pending_jurors(session: Session, application_id: int) -> tuple[str, ...]:
    submitted_by = select(Review.person_id).where(Review.application_id == application_id, SUBMITTED_REVIEW)
    query = (
        select(Person.name)
        .join(Assignment, col(Assignment.person_id) == Person.id)
        .where(Assignment.application_id == application_id, OPEN_ASSIGNMENT)
        .where(col(Person.id).not_in(submitted_by))
        .order_by(Person.name)
    )
    return tuple(session.exec(query))


def _messages(session: Session, application_id: int) -> tuple[tuple[str, str], ...]:
    query = (
        select(Person.name, CommitteeMessage.text)
        .join(Person, col(Person.id) == CommitteeMessage.person_id)
        .where(CommitteeMessage.application_id == application_id)
        .where(col(CommitteeMessage.withdrawn_at).is_(None))
        .order_by(col(CommitteeMessage.id))
    )
    return tuple(session.exec(query).all())
