"""How far each application has come: readings given and sent, and how much they differ."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import reading
from reviewer.jury.points import points_by_review
from reviewer.jury.sharing import is_eligible
from reviewer.models import Application, Assignment, Call, Conflict, Review, ReviewStatus
from reviewer.tables import Table


class Show(StrEnum):
    """Which applications are wanted."""

    ALL = "all"
    SHORT = "short"  # fewer readings sent than the call promises
    UNASSIGNED = "unassigned"  # fewer readers than the call promises
    DISAGREEING = "disagreeing"  # readings differ by more than the call allows


class Order(StrEnum):
    """By what they are sorted."""

    FOLIO = "folio"
    DISAGREEMENT = "disagreement"
    LEFT = "left"


@dataclass(frozen=True)
class Standing:
    """An application's readings. ``difference`` is in points of 100, None with fewer than two."""

    application_id: int
    folio: str
    title: str
    given: int
    submitted: int
    mean: float | None
    difference: float | None


@dataclass(frozen=True)
class Page:
    """Some applications, and how many there are in all."""

    rows: tuple[Standing, ...]
    count: int


def applications(
    viewer: Actor,
    *,
    call: str,
    show: Show = Show.ALL,
    order: Order = Order.FOLIO,
    offset: int = 0,
    limit: int | None = 25,
) -> Page:
    """A page of the eligible applications; nothing in it says who applied."""
    require(viewer, Action.SEE_PROGRESS)
    stored = get_call(call)
    with reading() as session:
        query = _standings(stored, spec_of(stored), show)
        count = session.execute(sa.select(func.count()).select_from(query.subquery())).scalar_one()
        rows = session.execute(query.order_by(*_order(query, order)).offset(offset).limit(limit))
        return Page(tuple(Standing(*row) for row in rows), count)


def gaps_in(session: Session, call: Call) -> list[str]:
    """The folios of those with fewer readings sent than the call promises, in order."""
    query = _standings(call, spec_of(call), Show.SHORT)
    return [row.folio for row in session.execute(query.order_by(col(Application.folio)))]


def table(viewer: Actor, *, call: str, show: Show) -> Table:
    """``applications`` to take along."""
    rows = applications(viewer, call=call, show=show, limit=None).rows
    return Table(
        title="Lecturas por postulación",
        columns=("Folio", "Asignadas", "Enviadas", "Promedio (de 100)", "Diferencia (puntos)"),
        rows=tuple(
            (each.folio, each.given, each.submitted, _rounded(each.mean), _rounded(each.difference))
            for each in rows
        ),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _standings(call: Call, spec: CallSpec, show: Show) -> Any:
    points = points_by_review(call, spec)
    scored = _scored(points)
    given = (
        select(col(Assignment.application_id), func.count().label("given"))
        .where(Assignment.call_id == call.id, col(Assignment.closed_at).is_(None))
        .group_by(col(Assignment.application_id))
        .subquery()
    )
    readers = func.coalesce(given.c.given, 0)
    sent = func.coalesce(scored.c.submitted, 0)
    wanted = spec.review.reviews_per_application
    query = (
        sa.select(
            *(col(Application.id), col(Application.folio), col(Application.project_title)),
            *(readers.label("given"), sent.label("submitted"), scored.c.mean, scored.c.difference),
        )
        .select_from(Application)
        .outerjoin(given, given.c.application_id == Application.id)
        .outerjoin(scored, scored.c.application_id == Application.id)
        .where(*is_eligible(call))
    )
    conditions = {
        Show.SHORT: sent < wanted,
        Show.UNASSIGNED: readers < wanted,
        Show.DISAGREEING: scored.c.difference > spec.review.disagreement,
    }
    return query.where(conditions[show]) if show in conditions else query


def _scored(points: Any) -> Any:
    """Of each application its submitted readings, without those of people who recused themselves since."""
    apart = func.max(points.c.points) - func.min(points.c.points)
    return (
        sa.select(
            points.c.application_id,
            func.count().label("submitted"),
            func.avg(points.c.points).label("mean"),
            case((func.count() > 1, apart), else_=None).label("difference"),
        )
        .select_from(points)
        .outerjoin(
            Conflict,
            and_(
                col(Conflict.application_id) == points.c.application_id,
                col(Conflict.person_id) == points.c.person_id,
            ),
        )
        .where(col(Conflict.id).is_(None))
        .group_by(points.c.application_id)
        .subquery()
    )


def _order(query: Any, order: Order) -> list[Any]:
    columns = query.selected_columns
    folio = col(Application.folio)
    if order is Order.DISAGREEMENT:
        return [sa.func.coalesce(columns.difference, -1).desc(), folio]
    if order is Order.LEFT:
        return [columns.submitted, folio]
    return [folio]


def submitted_in(session: Session, call: Call) -> int:
    """How many readings were sent in all."""
    query = select(func.count()).where(Review.call_id == call.id, Review.status == ReviewStatus.SUBMITTED)
    return session.exec(query).one()
