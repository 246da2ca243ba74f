"""Points out of 100 of the jury's scores: 100 (x − low) / (high − low).

x is the weighted mean of the levels given; low and high are the ends of the rubric's scale, so that its
lowest level is 0 points and its highest 100.
"""

from collections.abc import Mapping

from sqlalchemy import Float
from sqlmodel import case, col, func, select, type_coerce
from sqlmodel.sql.expression import Select

from reviewer.call.spec import CallSpec
from reviewer.models import Call, Review, Score
from reviewer.models.scopes import SUBMITTED_REVIEW


def from_scale(value: float, spec: CallSpec) -> float:
    """Returns a value on the rubric's scale, such as a mean, as points out of 100."""
    return points_per_level(spec) * (value - spec.scale[0])


def points_per_level(spec: CallSpec) -> float:
    """Returns how many points one level is worth, by which differences and errors are multiplied."""
    low, high = spec.scale
    return 100 / (high - low)


def total(scores: Mapping[str, float], spec: CallSpec) -> float | None:
    """Returns the points of the criteria scored, weighted by the call's file; None where none is scored.

    Scores of a criterion that the call does not have are left out, as in ``by_review``.
    """
    weights = {criterion.key: criterion.weight for criterion in spec.criteria if criterion.key in scores}
    if not weights:
        return None
    mean = sum(weight * scores[key] for key, weight in weights.items()) / sum(weights.values())
    return from_scale(mean, spec)


def by_review(call: Call, spec: CallSpec) -> Select[int, int, float]:
    """Returns a query for ``application_id``, ``person_id`` and ``points`` of submitted reviews.

    ``points`` is ``total`` as SQL.
    """
    weights = {criterion.key: criterion.weight for criterion in spec.criteria}
    weight = case(*((col(Score.criterion) == key, value) for key, value in weights.items()), else_=0.0)
    mean = func.sum(weight * col(Score.value)) / func.sum(weight)
    points = type_coerce(points_per_level(spec) * (mean - spec.scale[0]), Float).label("points")
    return (
        select(col(Review.application_id), col(Review.person_id), points)
        .join(Score, col(Score.review_id) == Review.id)
        .where(Review.call_id == call.id, SUBMITTED_REVIEW)
        .where(col(Score.criterion).in_(list(weights)))
        .group_by(col(Review.id), col(Review.application_id), col(Review.person_id))
    )
