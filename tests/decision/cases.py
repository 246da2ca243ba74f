"""A small call that its jury has scored, for the rooms and pages of the decision."""

from collections.abc import Callable

import numpy as np
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call.spec import spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Assignment, Call, Review, ReviewStatus, Score, require_id

Grade = Callable[[int, int, np.random.Generator], int]


def typical_grade(juror: int, merit: int, generator: np.random.Generator) -> int:
    """Better with the number of the application; the second juror is strict."""
    return int(np.clip(round(2 + merit / 8 + generator.normal(0, 0.6) - (juror == 1)), 1, 5))


def submit_all(call: Call, jury: list[Actor], *, reviews: int = 2, grade: Grade = typical_grade) -> None:
    """Shares the call's applications out and submits a review for each assignment."""
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
            if (row.application_id, row.person_id) in reviewed_pairs:
                continue
            review = Review(
                call_id=require_id(call),
                application_id=row.application_id,
                person_id=row.person_id,
                status=ReviewStatus.SUBMITTED,
                submitted_at=clock.now(),
            )
            session.add(review)
            session.flush()
            merit = row.application_id - first
            session.add_all(
                Score(
                    review_id=require_id(review),
                    criterion=criterion,
                    value=grade(juror_number[row.person_id], merit, generator),
                )
                for criterion in criteria
            )
