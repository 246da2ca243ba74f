"""How many reviews the jury submits a day, and when it may be done at that pace."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import and_, func, select
from sqlmodel import col

from reviewer.cohort.filters import CohortSession
from reviewer.cohort.time_buckets import local_time, utc_bucket
from reviewer.core import clock
from reviewer.models import Application, Assignment, Review
from reviewer.models.scopes import OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT, SUBMITTED_REVIEW

LOOKBACK_DAYS = 14  # the forecast draws from the last two weeks
DRAWS, SEED, HORIZON = 2000, 1, 365  # the horizon in days
FORECAST_QUANTILES = (0.1, 0.9)  # an interval of 80 %


@dataclass(frozen=True)
class Forecast:
    """The day of the last review: median and 80 % interval of the draws; ``daily_mean`` are reviews a day."""

    first: date
    median: date
    last: date
    daily_mean: float


@dataclass(frozen=True)
class ReviewPace:
    """Reviews submitted by day of the call's zone, from the first to today; ``pending`` were not submitted.

    ``forecast`` is None if none is pending, if none was submitted in the last two weeks, or if it would take
    over a year at that pace.
    """

    days: tuple[tuple[date, int], ...]
    pending: int
    closes: datetime | None
    forecast: Forecast | None

    @property
    def sent(self) -> int:
        """How many were submitted."""
        return sum(count for _, count in self.days)


def measure(cohort: CohortSession) -> ReviewPace:
    """Returns the pace of the whole call, whatever the filters of the subset, with two queries."""
    spec = cohort.spec
    counts = _reviews_by_day(cohort)
    today = spec.local(clock.now()).date()
    first = min(counts, default=today)
    days = (
        tuple(
            (day, counts[day]) for day in (first + timedelta(days=number) for number in range((today - first).days + 1))
        )
        if counts
        else ()
    )
    pending = _count_pending(cohort)
    closes = spec.local(spec.utc(spec.review.closes_at)) if spec.review.closes_at else None
    return ReviewPace(days, pending, closes, forecast([count for day, count in days if day < today], pending, today))


def forecast(by_day: list[int], pending: int, today: date) -> Forecast | None:
    """Returns when ``pending`` more reviews will be submitted, if coming days are like the last two weeks.

    ``by_day`` are the reviews of the days before ``today``. A bootstrap (Efron 1979, "Bootstrap methods:
    another look at the jackknife", Annals of Statistics 7): each draw is a sequence of days taken with
    replacement from the last fourteen, so that weekends occur as often as they did. The seed is fixed.
    """
    recent = np.array(by_day[-LOOKBACK_DAYS:])
    if pending <= 0 or not recent.sum():
        return None
    cumulative = np.random.default_rng(SEED).choice(recent, (DRAWS, HORIZON)).cumsum(axis=1)
    in_time = cumulative[:, -1] >= pending
    if in_time.mean() < FORECAST_QUANTILES[1]:
        return None
    days_needed = np.where(in_time, (cumulative >= pending).argmax(axis=1) + 1, HORIZON)
    days = np.quantile(days_needed, (FORECAST_QUANTILES[0], 0.5, FORECAST_QUANTILES[1]), method="higher")
    first, median, last = (today + timedelta(days=int(offset)) for offset in days)
    return Forecast(first, median, last, float(recent.mean()))


def _reviews_by_day(cohort: CohortSession) -> Counter[date]:
    submitted_at = col(Review.submitted_at)
    inner = (
        select(utc_bucket(submitted_at, cohort.spec).label("bucket"))
        .join(Application, col(Application.id) == col(Review.application_id))
        .where(col(Review.call_id) == cohort.call.id, SUBMITTED_REVIEW)
        .where(submitted_at.is_not(None))
        .subquery()
    )
    query = select(inner.c.bucket, func.count()).group_by(inner.c.bucket)
    counts: Counter[date] = Counter()
    for bucket, count in cohort.session.connection().execute(query):
        counts[local_time(bucket, cohort.spec).date()] += count
    return counts


def _count_pending(cohort: CohortSession) -> int:
    sent = and_(REVIEW_OF_ASSIGNMENT, SUBMITTED_REVIEW)
    query = (
        select(func.count())
        .select_from(Assignment)
        .outerjoin(Review, sent)
        .where(col(Assignment.call_id) == cohort.call.id, OPEN_ASSIGNMENT)
        .where(col(Review.id).is_(None))
    )
    return int(cohort.session.connection().execute(query).scalar_one())
