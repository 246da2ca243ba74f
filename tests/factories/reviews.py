"""Factories of what a jury does: assignments, reviews with scores, conflicts of interest."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call.spec import spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import (
    Application,
    Assignment,
    Call,
    Conflict,
    Review,
    ReviewStatus,
    Score,
    require_id,
)
from tests.calls import CRITERIA

Grade = Callable[[int, int, np.random.Generator], int]


def assign(application: Application, juror: Actor, **columns: Any) -> Assignment:
    """An open assignment of an application to a juror."""
    assignment = Assignment(**_key(application, juror) | columns)
    with write_session() as session:
        session.add(assignment)
    return assignment


def add_review(
    application: Application, juror: Actor, scores: Mapping[str, int] | int | None = None, **columns: Any
) -> Review:
    """A submitted review with these scores by criterion, or the same score in each."""
    by_criterion = dict.fromkeys(CRITERIA, scores) if isinstance(scores, int) else scores or {}
    with write_session() as session:
        return _store_review(session, _key(application, juror) | columns, by_criterion)


def _key(application: Application, juror: Actor) -> dict[str, Any]:
    return {
        "call_id": application.call_id,
        "application_id": require_id(application),
        "person_id": juror.require_person_id(),
    }


def _store_review(session: Session, columns: Mapping[str, Any], scores: Mapping[str, int]) -> Review:
    defaults: dict[str, Any] = {"status": ReviewStatus.SUBMITTED, "submitted_at": clock.now()}
    if columns.get("status", ReviewStatus.SUBMITTED) != ReviewStatus.SUBMITTED:
        defaults["submitted_at"] = None
    review = Review(**defaults | dict(columns))
    session.add(review)
    session.flush()
    session.add_all(
        Score(review_id=require_id(review), criterion=criterion, value=value) for criterion, value in scores.items()
    )
    return review


def add_conflict(application_id: int, juror: Actor, **columns: Any) -> Conflict:
    """A conflict of interest, as recusals keep it."""
    key: dict[str, Any] = {"application_id": application_id, "person_id": juror.require_person_id()}
    conflict = Conflict(**key | {"kind": "friendship", "signed_as": "x"} | columns)
    with write_session() as session:
        session.add(conflict)
    return conflict


def typical_grade(juror: int, merit: int, generator: np.random.Generator) -> int:
    """Better with the number of the application; the second juror is strict."""
    return int(np.clip(round(2 + merit / 8 + generator.normal(0, 0.6) - (juror == 1)), 1, 5))


def submit_all(call: Call, jury: list[Actor], *, reviews: int = 2, grade: Grade = typical_grade) -> None:
    """Assigns the call's applications and submits a review for each assignment that has none."""
    assignment_service.assign(OPERATOR, slug=call.slug, reviews=reviews)
    generator = np.random.default_rng(5)
    juror_number = {juror.person_id: number for number, juror in enumerate(jury)}
    criteria = [criterion.key for criterion in spec_of(call).criteria]
    with read_session() as session:
        assignments = session.exec(
            select(Assignment).where(Assignment.call_id == call.id).order_by(col(Assignment.id))
        ).all()
        reviewed_pairs = set(session.exec(select(Review.application_id, Review.person_id)))
    first = min(row.application_id for row in assignments)
    with write_session() as session:
        for row in assignments:
            pair = (row.application_id, row.person_id)
            if pair in reviewed_pairs:
                continue
            merit = row.application_id - first
            scores = {key: grade(juror_number[row.person_id], merit, generator) for key in criteria}
            columns = {"call_id": call.id, "application_id": pair[0], "person_id": pair[1]}
            _store_review(session, columns, scores)
