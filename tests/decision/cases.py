"""A small call that its jury has scored, for the rooms and pages of the decision."""

from collections.abc import Callable

import numpy as np
from sqlmodel import col, select

from reviewer import clock
from reviewer.access.actor import OPERATOR, Actor
from reviewer.calls import spec_of
from reviewer.database import reading, writing
from reviewer.jury import assignment
from reviewer.models import Assignment, Call, Review, ReviewStatus, Score

Grade = Callable[[int, int, np.random.Generator], int]


def usual(juror: int, merit: int, chance: np.random.Generator) -> int:
    """Better with the number of the application; the second juror is strict."""
    return int(np.clip(round(2 + merit / 8 + chance.normal(0, 0.6) - (juror == 1)), 1, 5))


def submit_all(call: Call, jury: list[Actor], *, reviews: int = 2, grade: Grade = usual) -> None:
    """Shares the call's applications out and submits a review for each assignment."""
    assignment.assign(OPERATOR, call=call.slug, reviews=reviews)
    chance = np.random.default_rng(5)
    place = {each.person_id: number for number, each in enumerate(jury)}
    criteria = [each.key for each in spec_of(call).criteria]
    with reading() as session:
        given = session.exec(
            select(Assignment).where(Assignment.call_id == call.id).order_by(col(Assignment.id))
        ).all()
        known = set(session.exec(select(Review.application_id, Review.person_id)))
        first = min(each.application_id for each in given)
    with writing() as session:
        for each in given:
            if (each.application_id, each.person_id) in known:
                continue
            review = Review(
                call_id=call.id or 0,
                application_id=each.application_id,
                person_id=each.person_id,
                status=ReviewStatus.SUBMITTED,
                submitted_at=clock.now(),
            )
            session.add(review)
            session.flush()
            merit = each.application_id - first
            session.add_all(
                Score(
                    review_id=review.id or 0,
                    criterion=criterion,
                    value=grade(place[each.person_id], merit, chance),
                )
                for criterion in criteria
            )
