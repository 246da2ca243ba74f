"""Further readings where they count: which applications one more reading could move across the cut.

The knowledge gradient (Frazier, Powell and Dayanik 2008) of choosing the best so many: how much better the
chosen ones are expected to be once the reading is in. It is asked again after each round.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlmodel import Session, and_, col, func, select

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import reading, writing
from reviewer.decision import kept
from reviewer.decision.readings import Floats
from reviewer.decision.standings import in_points
from reviewer.errors import Refused
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
    ReviewStatus,
)

MOST_READINGS = 5  # of one application: beyond, another one gains more


@dataclass(frozen=True)
class Standing:
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
    now: Standing
    readings: int
    awaited: int
    error_after: float


@dataclass(frozen=True)
class Compared:
    """An application of a round: before, as of now, and whether its further reading is in."""

    folio: str
    title: str
    before: Standing
    now: Standing | None
    is_in: bool


@dataclass(frozen=True)
class Round:
    """Further readings given out together. ``entered`` and ``left`` are the folios that crossed the cut."""

    given_at: datetime
    readings: int
    in_by_now: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    applications: tuple[Compared, ...]


def gains(merit: Floats, variance: Floats, noise: float, seats: int) -> Floats:
    """The knowledge gradient of one more reading of each application, in units of merit.

    ``merit`` and ``variance`` (I) as known, ``noise`` a usual reading's variance; ``seats`` < I.
    """
    from scipy.special import ndtr

    order = np.argsort(-merit, kind="stable")
    inside = np.zeros(len(merit), dtype=bool)
    inside[order[:seats]] = True
    across = np.where(inside, merit[order[seats]], merit[order[seats - 1]])
    moves = variance / np.sqrt(variance + noise)
    z = -np.abs(merit - across) / moves
    gain: Floats = moves * (z * ndtr(z) + np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi))
    return gain


def propose(viewer: Actor, *, call: str, readings: int) -> list[Candidate]:
    """The applications that gain most by one more reading each, the most first; at most ``readings``.

    Readings that are given out already count as if they were in. Raises ``Refused`` where there is no cut.
    """
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    with reading() as session:
        found = _latest(session, stored)
        rows = _standing_now(session, found)
    if found.seats >= len(rows):
        raise Refused("Hay lugar para todas las postulaciones leídas: otra lectura no cambiaría quién entra.")
    noise = float(found.facts["noise"])
    awaited = np.array([row[2] for row in rows])
    variance = 1 / (1 / np.array([row[0].variance for row in rows]) + awaited / noise)
    gain = gains(np.array([row[0].merit for row in rows]), variance, noise, found.seats)
    chosen = [
        place
        for place in np.argsort(-gain, kind="stable").tolist()
        if rows[place][0].reviews + rows[place][2] < MOST_READINGS
        and rows[place][1].eligibility is Eligibility.ELIGIBLE
    ][:readings]
    spec = spec_of(stored)
    made = []
    for place in chosen:
        ranked, application, waited = rows[place]
        now = _standing(ranked, spec)
        left = 1 / (1 / variance[place] + 1 / noise)
        made.append(
            Candidate(
                folio=application.folio,
                title=application.project_title,
                now=now,
                readings=ranked.reviews,
                awaited=waited,
                error_after=now.error * float(np.sqrt(left / ranked.variance)),
            )
        )
    return made


def note_round(actor: Actor, *, call: str, pairs: tuple[tuple[int, int], ...]) -> None:
    """Remembers further readings just given out, by (application, person), and the ranking before them."""
    stored = get_call(call)
    require(actor, Action.ASSIGN, stored.phase)
    with writing() as session:
        found = _latest(session, stored)
        given = FurtherRound(call_id=stored.id or 0, ranking_id=found.id or 0, readings=len(pairs))
        session.add(given)
        session.flush()
        query = select(Assignment.application_id, Assignment.person_id, Assignment.id).where(
            col(Assignment.application_id).in_({application for application, _ in pairs})
        )
        ids = {(application, person): number for application, person, number in session.exec(query)}
        session.add_all(
            FurtherReading(round_id=given.id or 0, assignment_id=ids[pair] or 0) for pair in pairs
        )
        audit.record(session, actor, "ranking.further", "call", call, {"readings": len(pairs)})


def rounds(viewer: Actor, *, call: str) -> list[Round]:
    """Every round of a call, the latest first, each with what has become of it."""
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    with reading() as session:
        now = kept.latest(session, stored)
        query = (
            select(FurtherRound)
            .where(FurtherRound.call_id == stored.id)
            .order_by(col(FurtherRound.id).desc())
        )
        return [_round(session, stored, each, now) for each in session.exec(query).all()]


def _latest(session: Session, call: Call) -> KeptRanking:
    found = kept.latest(session, call)
    if found is None:
        raise Refused("Antes hay que calcular el ranking.")
    return found


def _standing(ranked: RankedApplication, spec: Any) -> Standing:
    low, high = spec.scale
    return Standing(
        rank=ranked.rank,
        chance=ranked.p_selected,
        estimate=in_points(ranked.estimate, spec),
        error=100 * ranked.standard_error / (high - low),
    )


def _standing_now(session: Session, found: KeptRanking) -> list[tuple[RankedApplication, Application, int]]:
    """Ranked, application, and how many readings of it are given out and not in."""
    sent = and_(
        col(Review.application_id) == Assignment.application_id,
        col(Review.person_id) == Assignment.person_id,
        col(Review.status) == ReviewStatus.SUBMITTED,
    )
    awaited = dict(
        session.exec(
            select(Assignment.application_id, func.count())
            .outerjoin(Review, sent)
            .where(Assignment.call_id == found.call_id, col(Assignment.closed_at).is_(None))
            .where(col(Review.id).is_(None))
            .group_by(col(Assignment.application_id))
        ).all()
    )
    query = (
        select(RankedApplication, Application)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .where(RankedApplication.ranking_id == found.id)
        .order_by(col(RankedApplication.rank))
    )
    return [
        (ranked, application, awaited.get(ranked.application_id, 0))
        for ranked, application in session.exec(query)
    ]


def _round(session: Session, call: Call, given: FurtherRound, now: KeptRanking | None) -> Round:
    readings = session.exec(
        select(Assignment.application_id, Review.id)
        .join(FurtherReading, col(FurtherReading.assignment_id) == Assignment.id)
        .outerjoin(
            Review,
            and_(
                col(Review.application_id) == Assignment.application_id,
                col(Review.person_id) == Assignment.person_id,
                col(Review.status) == ReviewStatus.SUBMITTED,
            ),
        )
        .where(FurtherReading.round_id == given.id)
    ).all()
    is_in = {application: review is not None for application, review in readings}
    before = _by_application(session, given.ranking_id)
    after = _by_application(session, now.id or 0) if now is not None and now.id != given.ranking_id else {}
    seats = spec_of(call).seats
    inside = [{each for each, row in rows.items() if row.rank <= seats} for rows in (before, after)]
    folios = dict(
        session.exec(
            select(Application.id, Application.folio).where(
                col(Application.id).in_(inside[0] ^ inside[1] if after else ())
            )
        ).all()
    )
    spec = spec_of(call)
    query = select(Application).where(col(Application.id).in_(is_in)).order_by(Application.folio)
    compared = tuple(
        Compared(
            folio=each.folio,
            title=each.project_title,
            before=_standing(before[each.id or 0], spec),
            now=_standing(after[each.id or 0], spec) if each.id in after else None,
            is_in=is_in[each.id or 0],
        )
        for each in session.exec(query)
        if each.id in before
    )
    return Round(
        given_at=given.given_at,
        readings=given.readings,
        in_by_now=sum(is_in.values()),
        entered=tuple(sorted(folios[each] for each in inside[1] - inside[0])) if after else (),
        left=tuple(sorted(folios[each] for each in inside[0] - inside[1])) if after else (),
        applications=tuple(sorted(compared, key=lambda each: each.before.rank)),
    )


def _by_application(session: Session, ranking_id: int) -> dict[int, RankedApplication]:
    query = select(RankedApplication).where(RankedApplication.ranking_id == ranking_id)
    return {each.application_id: each for each in session.exec(query)}
