"""How many readings the jury sends a day, and when it may be done at that pace."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import String, and_, cast, func, select
from sqlmodel import col

from reviewer.cohort.filters import CohortSession
from reviewer.core import clock
from reviewer.core.database import engine
from reviewer.models import Application, Assignment, Review
from reviewer.models.scopes import OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT, SUBMITTED_REVIEW

LOOKBACK_DAYS = 14  # days whose pace is taken for the days to come
DRAWS, SEED, HORIZON = 2000, 20250927, 365
FORECAST_QUANTILES = (0.1, 0.9)  # the forecast says an interval of 80 %


@dataclass(frozen=True)
class Forecast:
    """Days between which the last reading is sent in four of five draws, the middle one, and a day's mean."""

    first: date
    median: date
    last: date
    daily_mean: float


@dataclass(frozen=True)
class ReviewPace:
    """Readings sent by day of the call's zone, from the first to today; ``pending`` were given and not sent.

    ``forecast`` is None where nothing is left, where nothing was sent in the last two weeks, or where at
    that pace it would take over a year.
    """

    days: tuple[tuple[date, int], ...]
    pending: int
    closes: datetime | None
    forecast: Forecast | None

    @property
    def sent(self) -> int:
        """All that were sent."""
        return sum(count for _, count in self.days)


def measure(cohort: CohortSession) -> ReviewPace:
    """The whole call's readings: the filters of a part do not matter here. Two queries."""
    spec = cohort.spec
    counts = _reviews_by_day(cohort)
    today = spec.local(clock.now()).date()
    first = min(counts, default=today)
    days = (
        tuple(
            (day, counts[day])
            for day in (first + timedelta(days=number) for number in range((today - first).days + 1))
        )
        if counts
        else ()
    )
    pending = _count_pending(cohort)
    closes = spec.local(spec.utc(spec.review.closes_at)) if spec.review.closes_at else None
    return ReviewPace(
        days, pending, closes, forecast([count for day, count in days if day < today], pending, today)
    )


def forecast(by_day: list[int], pending: int, today: date) -> Forecast | None:
    """When ``pending`` more will be sent, if the days to come are like the last two weeks' (a bootstrap).

    Each draw strings together days taken at random, with replacement, from the last fourteen (Efron 1979,
    "Bootstrap methods: another look at the jackknife", Annals of Statistics 7): weekends and quiet days
    are among them as often as they were. The draws are seeded: the same numbers give the same forecast.
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
    """Days are told from hours in UTC, which zones of half hours may shift by half an hour."""
    submitted_at = col(Review.submitted_at)
    stored = func.timezone("UTC", submitted_at) if engine().dialect.name == "postgresql" else submitted_at
    hour = func.substr(cast(stored, String), 1, 13).label("hour")
    inner = (
        select(hour)
        .join(Application, col(Application.id) == col(Review.application_id))
        .where(col(Review.call_id) == cohort.call.id, SUBMITTED_REVIEW)
        .where(submitted_at.is_not(None))
        .subquery()
    )
    counts: Counter[date] = Counter()
    rows = cohort.session.connection().execute(select(inner.c.hour, func.count()).group_by(inner.c.hour))
    for hour_text, count in rows:
        moment = datetime.strptime(f"{hour_text}:00 +0000", "%Y-%m-%d %H:%M %z")
        counts[cohort.spec.local(moment).date()] += count
    return counts


def _count_pending(cohort: CohortSession) -> int:
    """Readings given out and still to be sent."""
    sent = and_(REVIEW_OF_ASSIGNMENT, SUBMITTED_REVIEW)
    query = (
        select(func.count())
        .select_from(Assignment)
        .outerjoin(Review, sent)
        .where(col(Assignment.call_id) == cohort.call.id, OPEN_ASSIGNMENT)
        .where(col(Review.id).is_(None))
    )
    return int(cohort.session.connection().execute(query).scalar_one())
