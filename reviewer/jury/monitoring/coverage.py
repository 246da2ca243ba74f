"""How far each application has come: readings assigned and submitted, and how much they differ."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.blinding.veil import veil_of
from reviewer.call import points
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core.database import read_session
from reviewer.models import Application, Assignment, Call, Conflict, Review
from reviewer.models.scopes import OPEN_ASSIGNMENT, SUBMITTED_REVIEW, eligible_of
from reviewer.tables.csv_files import Table

CoverageQuery = sa.Select[tuple[int | None, str, str, int, int, float | None, float | None]]


class CoverageFilter(StrEnum):
    """Which applications to list."""

    ALL = "all"
    SHORT = "short"  # fewer readings sent than the call promises
    UNASSIGNED = "unassigned"  # fewer readers than the call promises
    DISAGREEING = "disagreeing"  # readings differ by more than the call allows


class CoverageOrder(StrEnum):
    """How to sort them."""

    FOLIO = "folio"
    DISAGREEMENT = "disagreement"
    LEFT = "left"


@dataclass(frozen=True)
class ApplicationCoverage:
    """An application's readings; ``difference`` is in points of 100, None with fewer than two."""

    application_id: int
    folio: str
    title: str
    assigned: int
    submitted: int
    mean: float | None
    difference: float | None


@dataclass(frozen=True)
class CoveragePage:
    """Some applications, and the number of all."""

    rows: tuple[ApplicationCoverage, ...]
    count: int


@verb(Action.SEE_PROGRESS)
def application_coverage(
    viewer: Actor,
    *,
    slug: str,
    show: CoverageFilter = CoverageFilter.ALL,
    order: CoverageOrder = CoverageOrder.FOLIO,
    offset: int = 0,
    limit: int | None = 25,
) -> CoveragePage:
    """Returns a page of the eligible applications, without saying who applied."""
    require(viewer, Action.SEE_PROGRESS)
    call = get_call(slug)
    spec = spec_of(call)
    with read_session() as session:
        query = _coverage_query(call, spec, show)
        count = session.execute(sa.select(func.count()).select_from(query.subquery())).scalar_one()
        rows = session.execute(query.order_by(*_order(query, order)).offset(offset).limit(limit)).all()
        veil = veil_of(session, blind=spec.review.blind, application_ids=[row.id for row in rows])
        covered = [ApplicationCoverage(row.id, row.folio, veil(row.id, row.project_title), *row[3:]) for row in rows]
        return CoveragePage(tuple(covered), count)


def gaps_in(session: Session, call: Call) -> list[str]:
    """Returns the folios with fewer submitted readings than the call promises, in order."""
    query = _coverage_query(call, spec_of(call), CoverageFilter.SHORT)
    return [row.folio for row in session.execute(query.order_by(col(Application.folio)))]


@verb(Action.SEE_PROGRESS)
def coverage_table(viewer: Actor, *, slug: str, show: CoverageFilter) -> Table:
    """Returns ``application_coverage`` as a table for export."""
    rows = application_coverage(viewer, slug=slug, show=show, limit=None).rows
    return Table(
        title="Lecturas por postulación",
        columns=("Folio", "Asignadas", "Enviadas", "Promedio (de 100)", "Diferencia (puntos)"),
        rows=tuple(
            (row.folio, row.assigned, row.submitted, _rounded(row.mean), _rounded(row.difference)) for row in rows
        ),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _coverage_query(call: Call, spec: CallSpec, show: CoverageFilter) -> CoverageQuery:
    scored = _scored_query(points.by_review(call, spec).subquery())
    assigned = (
        select(col(Assignment.application_id), func.count().label("given"))
        .where(Assignment.call_id == call.id, OPEN_ASSIGNMENT)
        .group_by(col(Assignment.application_id))
        .subquery()
    )
    readers = func.coalesce(assigned.c.given, 0)
    sent = func.coalesce(scored.c.submitted, 0)
    reviews_per_application = spec.review.reviews_per_application
    query = (
        sa.select(
            *(col(Application.id), col(Application.folio), col(Application.project_title)),
            *(readers.label("given"), sent.label("submitted"), scored.c.mean, scored.c.difference),
        )
        .select_from(Application)
        .outerjoin(assigned, assigned.c.application_id == Application.id)
        .outerjoin(scored, scored.c.application_id == Application.id)
        .where(eligible_of(call))
    )
    conditions = {
        CoverageFilter.SHORT: sent < reviews_per_application,
        CoverageFilter.UNASSIGNED: readers < reviews_per_application,
        CoverageFilter.DISAGREEING: scored.c.difference > spec.review.disagreement,
    }
    return query.where(conditions[show]) if show in conditions else query


def _scored_query(reviews: sa.Subquery) -> sa.Subquery:
    """Returns figures by application, without readings of people who recused themselves since."""
    difference = func.max(reviews.c.points) - func.min(reviews.c.points)
    is_recused = sa.exists().where(
        col(Conflict.application_id) == reviews.c.application_id,
        col(Conflict.person_id) == reviews.c.person_id,
    )
    return (
        sa.select(
            reviews.c.application_id,
            func.count().label("submitted"),
            func.avg(reviews.c.points).label("mean"),
            case((func.count() > 1, difference), else_=None).label("difference"),
        )
        .where(~is_recused)
        .group_by(reviews.c.application_id)
        .subquery()
    )


def _order(query: CoverageQuery, order: CoverageOrder) -> list[sa.ColumnElement[Any]]:
    columns = query.selected_columns
    folio = columns.folio
    if order is CoverageOrder.DISAGREEMENT:
        return [sa.func.coalesce(columns.difference, -1).desc(), folio]
    if order is CoverageOrder.LEFT:
        return [columns.submitted, folio]
    return [folio]


def count_submitted_in(session: Session, call: Call) -> int:
    """Returns the number of submitted readings."""
    query = select(func.count()).where(Review.call_id == call.id, SUBMITTED_REVIEW)
    return session.exec(query).one()
