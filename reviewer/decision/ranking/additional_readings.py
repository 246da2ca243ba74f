"""Which applications one more reading could move across the cut, and rounds of such readings.

Applications are chosen by the knowledge gradient: how much one more reading is expected to raise the mean
merit of the selected (Frazier, Powell and Dayanik 2008). It is computed again after each round.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.audit import log
from reviewer.blinding.veil import Veil, veil_of
from reviewer.call import points
from reviewer.call.spec import CallSpec, call_for, spec_of
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

MAX_READINGS = 5  # of one application; beyond it, one more of another application gains more


@dataclass(frozen=True)
class RankPosition:
    """The place of an application in one ranking; estimate and error in points out of 100."""

    rank: int
    chance: float
    estimate: float
    error: float


@dataclass(frozen=True)
class Candidate:
    """An application worth one more reading.

    ``readings`` are submitted, ``pending`` assigned and not submitted yet; ``error_after`` is the standard
    error in points out of 100 with one more reading.
    """

    folio: str
    title: str
    now: RankPosition
    readings: int
    pending: int
    error_after: float


@dataclass(frozen=True)
class RoundApplication:
    """An application of a round: before it, now, and whether its further reading was submitted."""

    folio: str
    title: str
    before: RankPosition
    now: RankPosition | None
    is_submitted: bool


@dataclass(frozen=True)
class RoundSummary:
    """Further readings assigned together; ``entered`` and ``left`` are folios that crossed the cut."""

    given_at: datetime
    readings: int
    submitted: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    applications: tuple[RoundApplication, ...]


def knowledge_gradient(merit: FloatArray, variance: FloatArray, noise: float, seats: int) -> FloatArray:
    """Returns the knowledge gradient (I) of one more reading of each application.

    ``merit`` and ``variance`` (I) are the posterior of the merits, ``noise`` is the variance of a typical
    reading; all are in units of merit, as is the result. ``seats`` must be less than I.
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
    """Returns the applications that gain most by one more reading, at most ``readings``, best first.

    Readings that are assigned already count as if they were submitted. Raises ``UserError`` where every
    application has a seat, or nothing was ranked.
    """
    call = call_for(viewer, Action.SEE_RANKING, slug)
    spec = spec_of(call)
    with read_session() as session:
        kept_ranking = _latest_ranking(session, call)
        rows = _ranked_rows(session, kept_ranking)
    if kept_ranking.seats >= len(rows):
        raise UserError("Hay lugar para todas las postulaciones leídas: otra lectura no cambiaría quién entra.")
    noise = float(kept_ranking.facts["noise"])
    pending = np.array([pending for _, _, pending in rows])
    variance = 1 / (1 / np.array([ranked.variance for ranked, _, _ in rows]) + pending / noise)
    merit = np.array([ranked.merit for ranked, _, _ in rows])
    gain = knowledge_gradient(merit, variance, noise, kept_ranking.seats)
    chosen = [
        index
        for index in np.argsort(-gain, kind="stable")
        if rows[index][0].reviews + rows[index][2] < MAX_READINGS and rows[index][1].eligibility is Eligibility.ELIGIBLE
    ][:readings]
    with read_session() as session:
        ids = [rows[index][1].id for index in chosen]
        veil = veil_of(session, blind=spec.review.blind, application_ids=ids)
    return [_candidate(rows[index], spec, veil, 1 / (1 / variance[index] + 1 / noise)) for index in chosen]


@verb(Action.ASSIGN)
def record_round(actor: Actor, *, slug: str, pairs: tuple[tuple[int, int], ...]) -> None:
    """Stores further readings just assigned, as (application id, person id), and the ranking before."""
    call = call_for(actor, Action.ASSIGN, slug)
    with write_session() as session:
        kept_ranking = _latest_ranking(session, call)
        further_round = FurtherRound(call_id=require_id(call), ranking_id=require_id(kept_ranking), readings=len(pairs))
        session.add(further_round)
        session.flush()
        query = select(Assignment).where(col(Assignment.application_id).in_({application for application, _ in pairs}))
        assignments = {(row.application_id, row.person_id): row for row in session.exec(query)}
        session.add_all(
            FurtherReading(round_id=require_id(further_round), assignment_id=require_id(assignments[pair]))
            for pair in pairs
        )
        log.record(session, actor, "ranking.further", "call", slug, {"readings": len(pairs)})


@verb(Action.SEE_RANKING)
def rounds(viewer: Actor, *, slug: str) -> list[RoundSummary]:
    """Returns every round of a call and its effect so far, the latest first."""
    call = call_for(viewer, Action.SEE_RANKING, slug)
    with read_session() as session:
        latest = cache.latest(session, call)
        query = select(FurtherRound).where(FurtherRound.call_id == call.id).order_by(col(FurtherRound.id).desc())
        return [_round_summary(session, call, further_round, latest) for further_round in session.exec(query).all()]


def _latest_ranking(session: Session, call: Call) -> KeptRanking:
    kept_ranking = cache.latest(session, call)
    if kept_ranking is None:
        raise UserError("Antes hay que calcular el ranking.")
    return kept_ranking


def _candidate(
    row: tuple[RankedApplication, Application, int], spec: CallSpec, veil: Veil, variance_after: float
) -> Candidate:
    ranked, application, pending = row
    now = _position(ranked, spec)
    return Candidate(
        folio=application.folio,
        title=veil(application.id, application.project_title),
        now=now,
        readings=ranked.reviews,
        pending=pending,
        error_after=now.error * float(np.sqrt(variance_after / ranked.variance)),
    )


def _position(ranked: RankedApplication, spec: CallSpec) -> RankPosition:
    return RankPosition(
        rank=ranked.rank,
        chance=ranked.p_selected,
        estimate=points.from_scale(ranked.estimate, spec),
        error=points.points_per_level(spec) * ranked.standard_error,
    )


def _ranked_rows(session: Session, kept_ranking: KeptRanking) -> list[tuple[RankedApplication, Application, int]]:
    """Returns each ranked application, best first, with its number of pending readings."""
    pending_query = (
        select(Assignment.application_id, func.count())
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT & SUBMITTED_REVIEW)
        .where(Assignment.call_id == kept_ranking.call_id, OPEN_ASSIGNMENT)
        .where(col(Review.id).is_(None))
        .group_by(col(Assignment.application_id))
    )
    pending = dict(session.exec(pending_query).all())
    query = (
        select(RankedApplication, Application)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .where(RankedApplication.ranking_id == kept_ranking.id)
        .order_by(col(RankedApplication.rank))
    )
    return [(ranked, application, pending.get(ranked.application_id, 0)) for ranked, application in session.exec(query)]


def _round_summary(
    session: Session, call: Call, further_round: FurtherRound, latest: KeptRanking | None
) -> RoundSummary:
    spec = spec_of(call)
    submitted = _submitted_by_application(session, further_round)
    before, after = _by_application(session, further_round.ranking_id), {}
    if latest is not None and latest.id != further_round.ranking_id:
        after = _by_application(session, require_id(latest))
    inside_before, inside_after = (
        {application_id for application_id, row in rows.items() if row.rank <= spec.seats}
        for rows in (before, after or before)
    )
    ids = {*submitted, *(inside_before ^ inside_after)}
    query = select(Application).where(col(Application.id).in_(ids)).order_by(Application.folio)
    applications = {require_id(application): application for application in session.exec(query)}
    veil = veil_of(session, blind=spec.review.blind, application_ids=list(applications))
    compared = [
        RoundApplication(
            folio=application.folio,
            title=veil(application.id, application.project_title),
            before=_position(before[application_id], spec),
            now=_position(after[application_id], spec) if application_id in after else None,
            is_submitted=submitted[application_id],
        )
        for application_id, application in applications.items()
        if application_id in submitted and application_id in before
    ]

    def folios(application_ids: set[int]) -> tuple[str, ...]:
        return tuple(row.folio for number, row in applications.items() if number in application_ids)

    return RoundSummary(
        given_at=further_round.given_at,
        readings=further_round.readings,
        submitted=sum(submitted.values()),
        entered=folios(inside_after - inside_before),
        left=folios(inside_before - inside_after),
        applications=tuple(sorted(compared, key=lambda comparison: comparison.before.rank)),
    )


def _submitted_by_application(session: Session, further_round: FurtherRound) -> dict[int, bool]:
    """Returns whether the further reading was submitted, by application id."""
    query = (
        select(Assignment.application_id, Review.id)
        .join(FurtherReading, col(FurtherReading.assignment_id) == Assignment.id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT & SUBMITTED_REVIEW)
        .where(FurtherReading.round_id == further_round.id)
    )
    return {application_id: review is not None for application_id, review in session.exec(query)}


def _by_application(session: Session, ranking_id: int) -> dict[int, RankedApplication]:
    query = select(RankedApplication).where(RankedApplication.ranking_id == ranking_id)
    return {ranked.application_id: ranked for ranked in session.exec(query)}
