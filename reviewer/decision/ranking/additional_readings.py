"""Further readings where they count: which applications one more reading could move across the cut.

The knowledge gradient (Frazier, Powell and Dayanik 2008) of choosing the best so many: how much better the
chosen ones are expected to be once the reading is in. It is asked again after each round.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session, and_, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call import points
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core.arrays import FloatArray
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.decision.ranking import cache
from reviewer.decision.ranking.censoring import normal_density
from reviewer.models import (
    Application,
    Assignment,
    Call,
    Eligibility,
    FurtherReading,
    FurtherRound,
    KeptRanking,
    RankedApplication,
    Review,
    require_id,
)
from reviewer.models.scopes import OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT, SUBMITTED_REVIEW

MAX_READINGS = 5  # of one application: beyond, another one gains more


@dataclass(frozen=True)
class RankPosition:
    """Where an application stands in one ranking; estimate and error in points out of 100."""

    rank: int
    chance: float
    estimate: float
    error: float


@dataclass(frozen=True)
class Candidate:
    """An application worth one more reading. ``awaited`` readings are given out and not in yet;
    ``error_after`` is what the error would come down to.
    """

    folio: str
    title: str
    now: RankPosition
    readings: int
    pending: int
    error_after: float


@dataclass(frozen=True)
class RoundApplication:
    """An application of a round: before, as of now, and whether its further reading is in."""

    folio: str
    title: str
    before: RankPosition
    now: RankPosition | None
    is_submitted: bool


@dataclass(frozen=True)
class RoundSummary:
    """Further readings given out together; ``entered`` and ``left`` are the folios that crossed the cut."""

    given_at: datetime
    readings: int
    submitted: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    applications: tuple[RoundApplication, ...]


def knowledge_gradient(merit: FloatArray, variance: FloatArray, noise: float, seats: int) -> FloatArray:
    """The knowledge gradient of one more reading of each application, in units of merit.

    ``merit`` and ``variance`` (I) as known, ``noise`` a usual reading's variance; ``seats`` < I.
    """
    from scipy.special import ndtr

    order = np.argsort(-merit, kind="stable")
    is_inside = np.zeros(len(merit), dtype=bool)
    is_inside[order[:seats]] = True
    threshold = np.where(is_inside, merit[order[seats]], merit[order[seats - 1]])
    change_sd = variance / np.sqrt(variance + noise)
    z = -np.abs(merit - threshold) / change_sd
    gain: FloatArray = change_sd * (z * ndtr(z) + normal_density(z))
    return gain


@verb(Action.SEE_RANKING)
def propose(viewer: Actor, *, slug: str, readings: int) -> list[Candidate]:
    """The applications that gain most by one more reading each, the most first; at most ``readings``.

    Readings that are given out already count as if they were in. Raises ``UserError`` where there is no cut.
    """
    call = get_call(slug)
    require(viewer, Action.SEE_RANKING, call.phase)
    with read_session() as session:
        kept_ranking = _latest_ranking(session, call)
        rows = _ranked_rows(session, kept_ranking)
    if kept_ranking.seats >= len(rows):
        raise UserError(
            "Hay lugar para todas las postulaciones leídas: otra lectura no cambiaría quién entra."
        )
    noise = float(kept_ranking.facts["noise"])
    pending_counts = np.array([row[2] for row in rows])
    variance = 1 / (1 / np.array([row[0].variance for row in rows]) + pending_counts / noise)
    gain = knowledge_gradient(np.array([row[0].merit for row in rows]), variance, noise, kept_ranking.seats)
    chosen = [
        index
        for index in np.argsort(-gain, kind="stable").tolist()
        if rows[index][0].reviews + rows[index][2] < MAX_READINGS
        and rows[index][1].eligibility is Eligibility.ELIGIBLE
    ][:readings]
    spec = spec_of(call)
    candidates = []
    for index in chosen:
        ranked, application, pending = rows[index]
        now = _position(ranked, spec)
        variance_after = 1 / (1 / variance[index] + 1 / noise)
        candidates.append(
            Candidate(
                folio=application.folio,
                title=application.project_title,
                now=now,
                readings=ranked.reviews,
                pending=pending,
                error_after=now.error * float(np.sqrt(variance_after / ranked.variance)),
            )
        )
    return candidates


@verb(Action.ASSIGN)
def record_round(actor: Actor, *, slug: str, pairs: tuple[tuple[int, int], ...]) -> None:
    """Remembers further readings just given out, by (application, person), and the ranking before them."""
    call = get_call(slug)
    require(actor, Action.ASSIGN, call.phase)
    with write_session() as session:
        kept_ranking = _latest_ranking(session, call)
        further_round = FurtherRound(
            call_id=require_id(call), ranking_id=require_id(kept_ranking), readings=len(pairs)
        )
        session.add(further_round)
        session.flush()
        query = select(Assignment.application_id, Assignment.person_id, Assignment.id).where(
            col(Assignment.application_id).in_({application for application, _ in pairs})
        )
        assignment_ids = {
            (application, person): assignment_id for application, person, assignment_id in session.exec(query)
        }
        session.add_all(
            FurtherReading(round_id=require_id(further_round), assignment_id=assignment_ids[pair] or 0)
            for pair in pairs
        )
        log.record(session, actor, "ranking.further", "call", slug, {"readings": len(pairs)})


@verb(Action.SEE_RANKING)
def rounds(viewer: Actor, *, slug: str) -> list[RoundSummary]:
    """Every round of a call, the latest first, each with what has become of it."""
    call = get_call(slug)
    require(viewer, Action.SEE_RANKING, call.phase)
    with read_session() as session:
        latest = cache.latest(session, call)
        query = (
            select(FurtherRound).where(FurtherRound.call_id == call.id).order_by(col(FurtherRound.id).desc())
        )
        return [
            _round_summary(session, call, further_round, latest)
            for further_round in session.exec(query).all()
        ]


def _latest_ranking(session: Session, call: Call) -> KeptRanking:
    kept_ranking = cache.latest(session, call)
    if kept_ranking is None:
        raise UserError("Antes hay que calcular el ranking.")
    return kept_ranking


def _position(ranked: RankedApplication, spec: CallSpec) -> RankPosition:
    return RankPosition(
        rank=ranked.rank,
        chance=ranked.p_selected,
        estimate=points.from_scale(ranked.estimate, spec),
        error=points.points_per_level(spec) * ranked.standard_error,
    )


def _ranked_rows(
    session: Session, kept_ranking: KeptRanking
) -> list[tuple[RankedApplication, Application, int]]:
    """Ranked, application, and how many readings of it are given out and not in."""
    submitted_review = and_(REVIEW_OF_ASSIGNMENT, SUBMITTED_REVIEW)
    pending = dict(
        session.exec(
            select(Assignment.application_id, func.count())
            .outerjoin(Review, submitted_review)
            .where(Assignment.call_id == kept_ranking.call_id, OPEN_ASSIGNMENT)
            .where(col(Review.id).is_(None))
            .group_by(col(Assignment.application_id))
        ).all()
    )
    query = (
        select(RankedApplication, Application)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .where(RankedApplication.ranking_id == kept_ranking.id)
        .order_by(col(RankedApplication.rank))
    )
    return [
        (ranked, application, pending.get(ranked.application_id, 0))
        for ranked, application in session.exec(query)
    ]


def _round_summary(
    session: Session, call: Call, further_round: FurtherRound, latest: KeptRanking | None
) -> RoundSummary:
    readings = session.exec(
        select(Assignment.application_id, Review.id)
        .join(FurtherReading, col(FurtherReading.assignment_id) == Assignment.id)
        .outerjoin(Review, and_(REVIEW_OF_ASSIGNMENT, SUBMITTED_REVIEW))
        .where(FurtherReading.round_id == further_round.id)
    ).all()
    submitted = {application: review is not None for application, review in readings}
    before = _by_application(session, further_round.ranking_id)
    after = (
        _by_application(session, require_id(latest))
        if latest is not None and latest.id != further_round.ranking_id
        else {}
    )
    seats = spec_of(call).seats
    inside = [
        {application_id for application_id, row in rows.items() if row.rank <= seats}
        for rows in (before, after)
    ]
    folios = dict(
        session.exec(
            select(Application.id, Application.folio).where(
                col(Application.id).in_(inside[0] ^ inside[1] if after else ())
            )
        ).all()
    )
    spec = spec_of(call)
    query = select(Application).where(col(Application.id).in_(submitted)).order_by(Application.folio)
    compared = tuple(
        RoundApplication(
            folio=application.folio,
            title=application.project_title,
            before=_position(before[require_id(application)], spec),
            now=_position(after[require_id(application)], spec) if application.id in after else None,
            is_submitted=submitted[require_id(application)],
        )
        for application in session.exec(query)
        if application.id in before
    )
    return RoundSummary(
        given_at=further_round.given_at,
        readings=further_round.readings,
        submitted=sum(submitted.values()),
        entered=tuple(sorted(folios[application_id] for application_id in inside[1] - inside[0]))
        if after
        else (),
        left=tuple(sorted(folios[application_id] for application_id in inside[0] - inside[1]))
        if after
        else (),
        applications=tuple(sorted(compared, key=lambda comparison: comparison.before.rank)),
    )


def _by_application(session: Session, ranking_id: int) -> dict[int, RankedApplication]:
    query = select(RankedApplication).where(RankedApplication.ranking_id == ranking_id)
    return {ranked.application_id: ranked for ranked in session.exec(query)}
