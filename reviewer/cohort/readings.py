"""How many readings the jury sends a day, and when it may be done at that pace."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import String, and_, cast, func, select
from sqlmodel import col

from reviewer import clock
from reviewer.cohort.part import Counting
from reviewer.database import engine
from reviewer.models import Application, Assignment, Review, ReviewStatus

LOOKED_BACK = 14  # days whose pace is taken for the days to come
DRAWS, SEED, HORIZON = 2000, 20250927, 365
LIKELY = (0.1, 0.9)  # the forecast says an interval of 80 %


@dataclass(frozen=True)
class Forecast:
    """Days between which the last reading is sent in four of five draws, the middle one, and a day's mean."""

    first: date
    middle: date
    last: date
    pace: float


@dataclass(frozen=True)
class Readings:
    """Readings sent by day of the call's zone, from the first to today; ``left`` were given out and not sent.

    ``forecast`` is None where nothing is left, where nothing was sent in the last two weeks, or where at
    that pace it would take over a year.
    """

    days: tuple[tuple[date, int], ...]
    left: int
    closes: datetime | None
    forecast: Forecast | None

    @property
    def sent(self) -> int:
        """All that were sent."""
        return sum(count for _, count in self.days)


def readings(counting: Counting) -> Readings:
    """The whole call's readings: the filters of a part do not matter here. Two queries."""
    spec = counting.spec
    counts = _by_day(counting)
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
    left = _left(counting)
    closes = spec.local(spec.utc(spec.review.closes_at)) if spec.review.closes_at else None
    return Readings(days, left, closes, forecast([count for day, count in days if day < today], left, today))


def forecast(by_day: list[int], left: int, today: date) -> Forecast | None:
    """When ``left`` more will be sent, if the days to come are like the last two weeks' (a bootstrap).

    Each draw strings together days taken at random, with replacement, from the last fourteen (Efron 1979,
    "Bootstrap methods: another look at the jackknife", Annals of Statistics 7): weekends and quiet days
    are among them as often as they were. The draws are seeded: the same numbers give the same forecast.
    """
    recent = np.array(by_day[-LOOKED_BACK:])
    if left <= 0 or not recent.sum():
        return None
    drawn = np.random.default_rng(SEED).choice(recent, (DRAWS, HORIZON)).cumsum(axis=1)
    in_time = drawn[:, -1] >= left
    if in_time.mean() < LIKELY[1]:
        return None
    done = np.where(in_time, (drawn >= left).argmax(axis=1) + 1, HORIZON)
    days = np.quantile(done, (LIKELY[0], 0.5, LIKELY[1]), method="higher")
    first, middle, last = (today + timedelta(days=int(each)) for each in days)
    return Forecast(first, middle, last, float(recent.mean()))


def _by_day(counting: Counting) -> Counter[date]:
    """Days are told from hours in UTC, which zones of half hours may shift by half an hour."""
    at = col(Review.submitted_at)
    stored = func.timezone("UTC", at) if engine().dialect.name == "postgresql" else at
    hour = func.substr(cast(stored, String), 1, 13).label("hour")
    inner = (
        select(hour)
        .join(Application, col(Application.id) == col(Review.application_id))
        .where(col(Review.call_id) == counting.call.id, col(Review.status) == ReviewStatus.SUBMITTED)
        .where(at.is_not(None))
        .subquery()
    )
    counts: Counter[date] = Counter()
    rows = counting.session.connection().execute(select(inner.c.hour, func.count()).group_by(inner.c.hour))
    for text, count in rows:
        moment = datetime.strptime(f"{text}:00 +0000", "%Y-%m-%d %H:%M %z")
        counts[counting.spec.local(moment).date()] += count
    return counts


def _left(counting: Counting) -> int:
    """Readings given out and still to be sent."""
    sent = and_(
        col(Review.application_id) == col(Assignment.application_id),
        col(Review.person_id) == col(Assignment.person_id),
        col(Review.status) == ReviewStatus.SUBMITTED,
    )
    query = (
        select(func.count())
        .select_from(Assignment)
        .outerjoin(Review, sent)
        .where(col(Assignment.call_id) == counting.call.id, col(Assignment.closed_at).is_(None))
        .where(col(Review.id).is_(None))
    )
    return int(counting.session.connection().execute(query).scalar_one())
