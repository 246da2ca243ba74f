"""The jury's scores as counts, and each juror's severity and the agreement of the ranking kept last."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from reviewer.call.points import points_per_level
from reviewer.cohort.filters import CohortSession
from reviewer.models import KeptRanking, Person, RankedJuror, Review, Score
from reviewer.models.scopes import SUBMITTED_REVIEW


@dataclass(frozen=True)
class JurorSeverity:
    """A juror's severity in points out of 100, positive where stricter than the jury, with its error."""

    name: str
    reviews: int
    severity: float
    error: float


@dataclass(frozen=True)
class JuryScores:
    """``levels[criterion][level]`` counts scores of submitted reviews, by key and level of the rubric.

    ``jurors`` and ``alpha`` (Krippendorff's, by criterion, None where unknown) are those of the ranking kept
    last, and empty before one is computed.
    """

    levels: dict[str, dict[int, int]]
    jurors: tuple[JurorSeverity, ...]
    alpha: tuple[float | None, ...]

    @property
    def total(self) -> int:
        """The number of scores."""
        return sum(sum(counts.values()) for counts in self.levels.values())


def read(cohort: CohortSession) -> JuryScores:
    """The whole call's scores: filters do not matter here. Three queries."""
    connection = cohort.session.connection()
    query = (
        select(col(Score.criterion), col(Score.value), func.count())
        .join(Review, col(Review.id) == col(Score.review_id))
        .where(col(Review.call_id) == cohort.call.id, SUBMITTED_REVIEW)
        .group_by(col(Score.criterion), col(Score.value))
    )
    levels: dict[str, dict[int, int]] = {criterion.key: {} for criterion in cohort.spec.criteria}
    for criterion, level, count in connection.execute(query):
        levels.setdefault(criterion, {})[level] = count
    latest = (
        select(col(KeptRanking.id), col(KeptRanking.facts))
        .where(col(KeptRanking.call_id) == cohort.call.id)
        .order_by(col(KeptRanking.id).desc())
        .limit(1)
    )
    row = connection.execute(latest).first()
    if row is None:
        return JuryScores(levels, (), ())
    return JuryScores(levels, _jurors(cohort, row[0]), tuple(row[1]["agreement"]["alpha"]))


def _jurors(cohort: CohortSession, ranking_id: int) -> tuple[JurorSeverity, ...]:
    factor = points_per_level(cohort.spec)
    query: Any = (
        select(
            col(Person.name),
            col(RankedJuror.reviews),
            col(RankedJuror.severity),
            col(RankedJuror.severity_error),
        )
        .join(Person, col(Person.id) == col(RankedJuror.person_id))
        .where(col(RankedJuror.ranking_id) == ranking_id)
        .order_by(col(RankedJuror.severity).desc(), col(Person.name))
    )
    return tuple(
        JurorSeverity(name, reviews, factor * severity, factor * error)
        for name, reviews, severity, error in cohort.session.connection().execute(query)
    )
