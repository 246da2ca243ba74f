"""What a ranking was made from, in one short word: another stamp, another ranking."""

import hashlib
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer import grouping_rules
from reviewer.calls import spec_of
from reviewer.models import Application, ApplicationStatus, Call, Review, ReviewStatus, Score

_METHOD_VERSION = 1  # raised whenever the same scores would give another ranking


def stamp_of(session: Session, call: Call) -> str:
    """A digest of the call's file, of figures that change with any submitted score or eligibility, and of the
    rules that gather answers, where strata go by them.

    Aggregates in SQL rather than every score: it is asked at each look at the ranking.
    """
    parts: list[Any] = [
        _METHOD_VERSION,
        call.source,
        _score_figures(session, call),
        _application_figures(session, call),
    ]
    strata = spec_of(call).decision.strata
    if strata:
        parts.append([(field, grouping_rules.version_of(session, field)) for field in strata])
    return hashlib.sha256(repr(tuple(parts)).encode()).hexdigest()


def _score_figures(session: Session, call: Call) -> tuple[Any, ...]:
    """Counts, sums that a swap of two values changes too, versions, and the last change."""
    figures: list[Any] = [
        func.count(),
        func.sum(Score.value),
        func.sum(Score.value * col(Score.id)),
        func.sum(Score.version),
        func.max(Score.updated_at),
        func.sum(Review.id),
    ]
    query = (
        select(*figures)
        .select_from(Score)
        .join(Review, col(Review.id) == Score.review_id)
        .join(Application, col(Application.id) == Review.application_id)
        .where(Review.call_id == call.id, Review.status == ReviewStatus.SUBMITTED)
        .where(Application.status == ApplicationStatus.CURRENT)
    )
    return _database_neutral(session.exec(query).one())


def _application_figures(session: Session, call: Call) -> list[tuple[Any, ...]]:
    figures: list[Any] = [func.count(), func.sum(Application.id), func.max(Application.updated_at)]
    query = (
        select(Application.eligibility, *figures)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
        .group_by(Application.eligibility)
        .order_by(Application.eligibility)
    )
    return [_database_neutral(row) for row in session.exec(query)]


def _database_neutral(row: Any) -> tuple[Any, ...]:
    """Numbers as whole numbers: one database sums into decimals, another does not."""
    return tuple(int(value) if hasattr(value, "as_integer_ratio") else str(value) for value in row)
