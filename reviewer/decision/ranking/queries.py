"""Queries on the kept ranking for its page: filtered and sorted by the database, a page at a time.

Estimates, means and differences are in points out of 100, as everywhere on screen.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_
from sqlmodel import case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.blinding.veil import Veil, veil_of
from reviewer.call import points
from reviewer.call.spec import CallSpec, call_for, spec_of
from reviewer.core.database import read_session
from reviewer.core.search import search_conditions
from reviewer.decision.ranking import cache
from reviewer.decision.ranking.cache import stamp_of
from reviewer.demographics import geography
from reviewer.models import (
    Applicant,
    Application,
    Eligibility,
    KeptRanking,
    Person,
    RankedApplication,
    RankedJuror,
    Review,
    require_id,
)
from reviewer.models.scopes import SUBMITTED_REVIEW


class Band(StrEnum):
    """Where the 90 % interval of the rank lies: within the seats, across the cut, or beyond it."""

    IN = "dentro"
    CUT = "franja"
    OUT = "fuera"


class Mark(StrEnum):
    """Reservations about an application's place."""

    TIED = "empate"
    MISSING = "faltan"
    DISAGREEMENT = "desacuerdo"
    TO_CHECK = "cotejo"


class Order(StrEnum):
    """The columns that the list can be sorted by."""

    RANK = "lugar"
    FOLIO = "folio"
    TITLE = "proyecto"
    ALCALDIA = "alcaldia"
    CHANCE = "probabilidad"
    INTERVAL = "intervalo"
    ESTIMATE = "estimado"
    MEAN = "media"
    READINGS = "lecturas"
    SPREAD = "diferencia"


@dataclass(frozen=True)
class RankingFilters:
    """Filters and order of the list.

    ``alcaldia`` is INEGI's code; ``text`` is searched for in folio and title.
    """

    order: Order = Order.RANK
    descending: bool = False
    band: Band | None = None
    mark: Mark | None = None
    alcaldia: str | None = None
    kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class Overview:
    """The ranking as a whole; ``bands`` counts applications.

    ``is_current`` is False once a score has changed since.
    """

    ranking_id: int
    computed_at: datetime
    is_current: bool
    seats: int
    applications: int
    bands: dict[Band, int]
    warnings: tuple[str, ...]
    agreement: dict[str, Any]


@dataclass(frozen=True)
class RankingLine:
    """One application of the list; its alcaldía by name."""

    rank: int
    folio: str
    title: str
    alcaldia: str
    chance: float
    rank_from: int
    rank_to: int
    band: Band
    estimate: float
    error: float
    mean: float
    mean_rank: int
    readings: int
    spread: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class JurorLine:
    """A juror, in points out of 100; ``severity`` > 0 is stricter than the jury, ``spread`` 1 is typical."""

    person_id: int
    name: str
    reviews: int
    severity: float
    severity_error: float
    spread: float
    spread_error: float
    noise: float
    noise_error: float
    flags: tuple[str, ...]


@verb(Action.SEE_RANKING)
def overview(viewer: Actor, *, slug: str) -> Overview | None:
    """Returns the last ranking that was computed; None where there is none."""
    call = call_for(viewer, Action.SEE_RANKING, slug)
    with read_session() as session:
        kept_ranking = cache.latest(session, call)
        if kept_ranking is None:
            return None
        band_column = _band_column(kept_ranking)
        bands = dict(
            session.exec(
                select(band_column, func.count())
                .select_from(RankedApplication)
                .where(RankedApplication.ranking_id == kept_ranking.id)
                .group_by(band_column)
            ).all()
        )
        return Overview(
            ranking_id=require_id(kept_ranking),
            computed_at=kept_ranking.computed_at,
            is_current=kept_ranking.stamp == stamp_of(session, call),
            seats=kept_ranking.seats,
            applications=sum(bands.values()),
            bands={band: bands.get(band.value, 0) for band in Band},
            warnings=tuple(kept_ranking.facts["warnings"]),
            agreement=kept_ranking.facts["agreement"],
        )


@verb(Action.SEE_RANKING)
def has_submitted_reviews(viewer: Actor, *, slug: str) -> bool:
    """Returns whether any review of the call was submitted."""
    call = call_for(viewer, Action.SEE_RANKING, slug)
    query = select(Review.id).where(Review.call_id == call.id, SUBMITTED_REVIEW)
    with read_session() as session:
        return session.exec(query.limit(1)).first() is not None


@verb(Action.SEE_RANKING)
def count(viewer: Actor, *, slug: str, filters: RankingFilters) -> int:
    """Returns how many applications of the kept ranking match the filters."""
    call = call_for(viewer, Action.SEE_RANKING, slug)
    with read_session() as session:
        kept_ranking = cache.latest(session, call)
        if kept_ranking is None:
            return 0
        query = _filtered(select(func.count()), kept_ranking, filters, spec_of(call))
        return int(session.exec(query).one())


@verb(Action.SEE_RANKING)
def lines(
    viewer: Actor, *, slug: str, filters: RankingFilters, offset: int = 0, limit: int | None = None
) -> list[RankingLine]:
    """Returns a page of the applications that match the filters, at most ``limit``."""
    call = call_for(viewer, Action.SEE_RANKING, slug)
    spec = spec_of(call)
    with read_session() as session:
        kept_ranking = cache.latest(session, call)
        if kept_ranking is None:
            return []
        marks = [_mark_condition(mark, spec) for mark in Mark]
        columns: list[Any] = [
            RankedApplication,
            Application,
            Applicant.alcaldia,
            _band_column(kept_ranking),
            *marks,
        ]
        query = _filtered(select(*columns), kept_ranking, filters, spec)
        query = query.order_by(_sort_expression(filters), col(RankedApplication.rank)).offset(offset).limit(limit)
        rows = session.exec(query).all()
        veil = veil_of(session, blind=spec.review.blind, application_ids=[row[1].id for row in rows])
        return [_ranking_line(spec, veil, *row) for row in rows]


@verb(Action.SEE_RANKING)
def jurors(viewer: Actor, *, slug: str) -> list[JurorLine]:
    """Returns the kept ranking's figures of each juror, by name."""
    call = call_for(viewer, Action.SEE_RANKING, slug)
    factor = points.points_per_level(spec_of(call))
    with read_session() as session:
        kept_ranking = cache.latest(session, call)
        if kept_ranking is None:
            return []
        query = (
            select(RankedJuror, Person.name)
            .join(Person, col(Person.id) == RankedJuror.person_id)
            .where(RankedJuror.ranking_id == kept_ranking.id)
            .order_by(Person.name)
        )
        return [_juror_line(line, name, factor) for line, name in session.exec(query)]


@verb(Action.SEE_RANKING)
def kinds(viewer: Actor, *, slug: str) -> list[str]:
    """Returns the kinds of project in the call, for the filter."""
    call = call_for(viewer, Action.SEE_RANKING, slug)
    query = (
        select(Application.project_kind)
        .where(Application.call_id == call.id, Application.project_kind != "")
        .distinct()
        .order_by(Application.project_kind)
    )
    with read_session() as session:
        return list(session.exec(query))


def _band_column(kept_ranking: KeptRanking) -> ColumnElement[str]:
    return case(
        (col(RankedApplication.rank_to) <= kept_ranking.seats, Band.IN.value),
        (col(RankedApplication.rank_from) > kept_ranking.seats, Band.OUT.value),
        else_=Band.CUT.value,
    )


def _filtered(query: Any, kept_ranking: KeptRanking, filters: RankingFilters, spec: CallSpec) -> Any:
    """Returns ``query`` restricted to the applications of a ranking that match the filters."""
    query = (
        query.select_from(RankedApplication)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(RankedApplication.ranking_id == kept_ranking.id)
    )
    if filters.band:
        query = query.where(_band_column(kept_ranking) == filters.band.value)
    if filters.mark:
        query = query.where(_mark_condition(filters.mark, spec))
    if filters.alcaldia:
        query = query.where(Applicant.alcaldia == filters.alcaldia)
    if filters.kind:
        query = query.where(Application.project_kind == filters.kind)
    return query.where(*search_conditions(filters.text, Application.search_text, folio=Application.folio))


def _mark_condition(mark: Mark, spec: CallSpec) -> ColumnElement[bool]:
    return {
        Mark.TIED: col(RankedApplication.tied).is_(True),
        Mark.MISSING: col(RankedApplication.reviews) < spec.review.reviews_per_application,
        Mark.DISAGREEMENT: and_(
            col(RankedApplication.reviews) > 1,
            col(RankedApplication.spread) >= spec.review.disagreement / points.points_per_level(spec) - 1e-9,
        ),
        Mark.TO_CHECK: col(Application.eligibility) == Eligibility.TO_CHECK,
    }[mark]


def _sort_expression(filters: RankingFilters) -> UnaryExpression[Any]:
    columns: dict[Order, Any] = {
        Order.RANK: col(RankedApplication.rank),
        Order.FOLIO: col(Application.folio),
        Order.TITLE: col(Application.project_title),
        Order.ALCALDIA: func.coalesce(Applicant.alcaldia, "99"),
        Order.CHANCE: col(RankedApplication.p_selected),
        Order.INTERVAL: col(RankedApplication.rank_to) - col(RankedApplication.rank_from),
        Order.ESTIMATE: col(RankedApplication.estimate),
        Order.MEAN: col(RankedApplication.raw_mean),
        Order.READINGS: col(RankedApplication.reviews),
        Order.SPREAD: col(RankedApplication.spread),
    }
    column: ColumnElement[Any] = columns[filters.order]
    return column.desc() if filters.descending else column.asc()


def _ranking_line(
    spec: CallSpec,
    veil: Veil,
    ranked: RankedApplication,
    application: Application,
    alcaldia_code: str | None,
    band: str,
    *marks: bool,
) -> RankingLine:
    factor = points.points_per_level(spec)
    alcaldia = geography.by_code().get(alcaldia_code or "")
    return RankingLine(
        rank=ranked.rank,
        folio=application.folio,
        title=veil(application.id, application.project_title),
        alcaldia=alcaldia.name if alcaldia else "",
        chance=ranked.p_selected,
        rank_from=ranked.rank_from,
        rank_to=ranked.rank_to,
        band=Band(band),
        estimate=points.from_scale(ranked.estimate, spec),
        error=factor * ranked.standard_error,
        mean=points.from_scale(ranked.raw_mean, spec),
        mean_rank=ranked.raw_rank,
        readings=ranked.reviews,
        spread=factor * ranked.spread,
        marks=tuple(mark for mark, applies in zip(Mark, marks, strict=True) if applies),
    )


def _juror_line(line: RankedJuror, name: str, points_per_unit: float) -> JurorLine:
    return JurorLine(
        person_id=line.person_id,
        name=name,
        reviews=line.reviews,
        severity=points_per_unit * line.severity,
        severity_error=points_per_unit * line.severity_error,
        spread=line.spread,
        spread_error=line.spread_error,
        noise=points_per_unit * line.noise,
        noise_error=points_per_unit * line.noise_error,
        flags=tuple(line.flags),
    )
