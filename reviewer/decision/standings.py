"""The kept ranking as a coordinator looks at it: sorted and filtered by the database, a page at a time.

Estimates, means and differences are in points out of 100, as everywhere on screen.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import case, col, func, select

from reviewer import geography
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import reading
from reviewer.decision import kept
from reviewer.decision.stamp import stamp_of
from reviewer.models import (
    Applicant,
    Application,
    Eligibility,
    KeptRanking,
    Person,
    RankedApplication,
    RankedJuror,
    Review,
    ReviewStatus,
)


class Band(StrEnum):
    """Where the nine-of-ten interval of the rank lies: within the seats, across the cut, or beyond it."""

    IN = "dentro"
    CUT = "franja"
    OUT = "fuera"


class Mark(StrEnum):
    """What to know of an application before trusting its place."""

    TIED = "empate"
    MISSING = "faltan"
    APART = "desacuerdo"
    TO_CHECK = "cotejo"


class Order(StrEnum):
    """What the list can be sorted by."""

    RANK = "lugar"
    FOLIO = "folio"
    TITLE = "proyecto"
    ALCALDIA = "alcaldia"
    CHANCE = "probabilidad"
    INTERVAL = "intervalo"
    ESTIMATE = "estimado"
    MEAN = "media"
    READINGS = "lecturas"
    APART = "diferencia"


@dataclass(frozen=True)
class Sought:
    """What to show and in which order. ``alcaldia`` is INEGI's code; ``text`` stands in folio or title."""

    order: Order = Order.RANK
    descending: bool = False
    band: Band | None = None
    mark: Mark | None = None
    alcaldia: str | None = None
    kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class Overview:
    """The ranking as a whole. ``fresh``: no score has changed since. ``bands`` counts applications."""

    ranking_id: int
    computed_at: datetime
    fresh: bool
    seats: int
    applications: int
    bands: dict[Band, int]
    warnings: tuple[str, ...]
    agreement: dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One application of the list."""

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
    apart: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class JurorLine:
    """A juror, in points out of 100; ``severity`` > 0 is stricter than the jury, ``spread`` 1 the usual."""

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


def overview(viewer: Actor, *, call: str) -> Overview | None:
    """The ranking computed last; None where none was."""
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    with reading() as session:
        found = kept.latest(session, stored)
        if found is None:
            return None
        band = _band(found)
        bands = dict(
            session.exec(
                select(band, func.count())
                .select_from(RankedApplication)
                .where(RankedApplication.ranking_id == found.id)
                .group_by(band)
            ).all()
        )
        return Overview(
            ranking_id=found.id or 0,
            computed_at=found.computed_at,
            fresh=found.stamp == stamp_of(session, stored),
            seats=found.seats,
            applications=sum(bands.values()),
            bands={each: bands.get(each.value, 0) for each in Band},
            warnings=tuple(found.facts["warnings"]),
            agreement=found.facts["agreement"],
        )


def anything_submitted(viewer: Actor, *, call: str) -> bool:
    """Whether there is something to rank by."""
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    query = select(Review.id).where(Review.call_id == stored.id, Review.status == ReviewStatus.SUBMITTED)
    with reading() as session:
        return session.exec(query.limit(1)).first() is not None


def count(viewer: Actor, *, call: str, sought: Sought) -> int:
    """How many applications of the kept ranking are as sought."""
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    with reading() as session:
        found = kept.latest(session, stored)
        if found is None:
            return 0
        query = _joined(select(func.count()), found, sought, spec_of(stored))
        return int(session.exec(query).one())


def lines(
    viewer: Actor, *, call: str, sought: Sought, offset: int = 0, limit: int | None = None
) -> list[Line]:
    """A page of them; no more than ``limit``."""
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    spec = spec_of(stored)
    with reading() as session:
        found = kept.latest(session, stored)
        if found is None:
            return []
        by = _sorts(sought)
        marks = [_marked(each, spec) for each in Mark]
        columns: list[Any] = [RankedApplication, Application, Applicant.alcaldia, _band(found), *marks]
        query = _joined(select(*columns), found, sought, spec)
        query = query.order_by(*by, col(RankedApplication.rank)).offset(offset).limit(limit)
        return [_line(spec, *row) for row in session.exec(query)]


def jurors(viewer: Actor, *, call: str) -> list[JurorLine]:
    """What the kept ranking says of each juror, by name."""
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    low, high = spec_of(stored).scale
    with reading() as session:
        found = kept.latest(session, stored)
        if found is None:
            return []
        query = (
            select(RankedJuror, Person.name)
            .join(Person, col(Person.id) == RankedJuror.person_id)
            .where(RankedJuror.ranking_id == found.id)
            .order_by(Person.name)
        )
        return [_juror(line, name, 100 / (high - low)) for line, name in session.exec(query)]


def kinds(viewer: Actor, *, call: str) -> list[str]:
    """The kinds of project that there are, to filter by."""
    stored = get_call(call)
    require(viewer, Action.SEE_RANKING, stored.phase)
    query = (
        select(Application.project_kind)
        .where(Application.call_id == stored.id, Application.project_kind != "")
        .distinct()
        .order_by(Application.project_kind)
    )
    with reading() as session:
        return list(session.exec(query))


def in_points(value: float, spec: CallSpec) -> float:
    """A mark on the scale as points out of 100."""
    low, high = spec.scale
    return 100 * (value - low) / (high - low)


def _band(found: KeptRanking) -> Any:
    return case(
        (col(RankedApplication.rank_to) <= found.seats, Band.IN.value),
        (col(RankedApplication.rank_from) > found.seats, Band.OUT.value),
        else_=Band.CUT.value,
    )


def _joined(query: Any, found: KeptRanking, sought: Sought, spec: CallSpec) -> Any:
    """``query`` over the applications of a ranking that are as sought."""
    query = (
        query.select_from(RankedApplication)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(RankedApplication.ranking_id == found.id)
    )
    if sought.band:
        query = query.where(_band(found) == sought.band.value)
    if sought.mark:
        query = query.where(_marked(sought.mark, spec))
    if sought.alcaldia:
        query = query.where(Applicant.alcaldia == sought.alcaldia)
    if sought.kind:
        query = query.where(Application.project_kind == sought.kind)
    if text := sought.text.strip():
        query = query.where(
            or_(
                col(Application.folio).icontains(text, autoescape=True),
                col(Application.project_title).icontains(text, autoescape=True),
            )
        )
    return query


def _marked(mark: Mark, spec: CallSpec) -> Any:
    low, high = spec.scale
    return {
        Mark.TIED: col(RankedApplication.tied).is_(True),
        Mark.MISSING: col(RankedApplication.reviews) < spec.review.reviews_per_application,
        Mark.APART: and_(
            col(RankedApplication.reviews) > 1,
            col(RankedApplication.spread) >= spec.review.disagreement * (high - low) / 100 - 1e-9,
        ),
        Mark.TO_CHECK: col(Application.eligibility) == Eligibility.TO_CHECK,
    }[mark]


def _sorts(sought: Sought) -> list[Any]:
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
        Order.APART: col(RankedApplication.spread),
    }
    by = columns[sought.order]
    return [by.desc() if sought.descending else by.asc()]


def _line(
    spec: CallSpec,
    ranked: RankedApplication,
    application: Application,
    alcaldia: str | None,
    band: str,
    *marks: bool,
) -> Line:
    low, high = spec.scale
    known = geography.by_code().get(alcaldia or "")
    return Line(
        rank=ranked.rank,
        folio=application.folio,
        title=application.project_title,
        alcaldia=known.name if known else "",
        chance=ranked.p_selected,
        rank_from=ranked.rank_from,
        rank_to=ranked.rank_to,
        band=Band(band),
        estimate=in_points(ranked.estimate, spec),
        error=100 * ranked.standard_error / (high - low),
        mean=in_points(ranked.raw_mean, spec),
        mean_rank=ranked.raw_rank,
        readings=ranked.reviews,
        apart=100 * ranked.spread / (high - low),
        marks=tuple(mark for mark, stands in zip(Mark, marks, strict=True) if stands),
    )


def _juror(line: RankedJuror, name: str, unit: float) -> JurorLine:
    return JurorLine(
        person_id=line.person_id,
        name=name,
        reviews=line.reviews,
        severity=unit * line.severity,
        severity_error=unit * line.severity_error,
        spread=line.spread,
        spread_error=line.spread_error,
        noise=unit * line.noise,
        noise_error=unit * line.noise_error,
        flags=tuple(line.flags),
    )
