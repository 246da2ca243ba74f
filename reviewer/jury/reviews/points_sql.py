"""Points out of 100 of reviews, computed by the database."""

from typing import Any

from sqlmodel import case, col, func, select

from reviewer.call.spec import CallSpec
from reviewer.models import Call, Review, ReviewStatus, Score


def points_by_review(call: Call, spec: CallSpec) -> Any:
    """A subquery of submitted reviews: ``application_id``, ``person_id`` and their ``points``.

    100 (x − lo) / (hi − lo) of the weighted mean of the criteria scored.
    """
    low, high = spec.scale
    weights = {criterion.key: criterion.weight for criterion in spec.criteria}
    weight = case(*((Score.criterion == key, value) for key, value in weights.items()), else_=0.0)
    mean = func.sum(weight * Score.value) / func.sum(weight)
    return (
        select(
            col(Review.application_id),
            col(Review.person_id),
            (100.0 * (mean - low) / (high - low)).label("points"),
        )
        .join(Score, col(Score.review_id) == Review.id)
        .where(Review.call_id == call.id, Review.status == ReviewStatus.SUBMITTED)
        .where(col(Score.criterion).in_(list(weights)))
        .group_by(col(Review.id), col(Review.application_id), col(Review.person_id))
        .subquery()
    )
