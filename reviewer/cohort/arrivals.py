"""When applications arrived, against the call's opening and closing."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import String, case, cast, func
from sqlmodel import col

from reviewer.calls import CallSpec
from reviewer.cohort.part import Counting
from reviewer.database import engine
from reviewer.models import Applicant, Application


@dataclass(frozen=True)
class Arrivals:
    """Applications by day and hour in the call's zone: every day of the window, and those outside it.

    ``hours[day][hour]`` counts those of an hour, ``days`` adds them up. ``before`` and ``after`` arrived
    before opening and after closing, ``undated`` bear no time. ``by_place`` counts
    each alcaldía (INEGI code) by day of the window.
    """

    days: tuple[tuple[date, int], ...]
    before: int
    after: int
    undated: int
    closes: datetime
    hours: tuple[tuple[int, ...], ...] = ()
    by_place: tuple[tuple[str, tuple[int, ...]], ...] = ()
    opens: datetime | None = None

    @property
    def in_time(self) -> int:
        """Those that arrived within the window."""
        return sum(count for _, count in self.days)


def by_hour(counting: Counting) -> Arrivals:
    """Arrivals by day, hour and alcaldía, in one query."""
    spec = counting.spec
    at = col(Application.submitted_at)
    place = case((at >= spec.closes, "after"), (at < spec.opens, "before"), else_="within")
    hours: Counter[tuple[date, int]] = Counter()
    places: Counter[tuple[str, date]] = Counter()
    others: Counter[str] = Counter()
    for bucket, where, code, count in counting.count(_utc_bucket(spec), place, col(Applicant.alcaldia)):
        if bucket is None:
            others["undated"] += count
        elif where == "within":
            moment = _local(spec, bucket)
            hours[moment.date(), moment.hour] += count
            places[code or "", moment.date()] += count
        else:
            others[where] += count
    window = _window(spec)
    table = tuple(tuple(hours[day, hour] for hour in range(24)) for day in window)
    codes = sorted({code for code, _ in places if code})
    return Arrivals(
        days=tuple((day, sum(row)) for day, row in zip(window, table, strict=True)),
        before=others["before"],
        after=others["after"],
        undated=others["undated"],
        closes=spec.local(spec.utc(spec.closes_at)),
        hours=table,
        by_place=tuple((code, tuple(places[code, day] for day in window)) for code in codes),
        opens=spec.local(spec.opens),
    )


def _utc_bucket(spec: CallSpec) -> Any:
    """The hour of submission in UTC as text (``2025-09-28 05``), or the minute in a zone of half hours."""
    at: Any = col(Application.submitted_at)
    if engine().dialect.name == "postgresql":
        at = func.timezone("UTC", at)  # else the server's own zone would speak
    offset = spec.closes.astimezone(spec.zone).utcoffset() or timedelta()
    return func.substr(cast(at, String), 1, 16 if offset % timedelta(hours=1) else 13)


def _local(spec: CallSpec, bucket: str) -> datetime:
    hour = bucket if len(bucket) > 13 else f"{bucket}:00"
    return spec.local(datetime.strptime(hour, "%Y-%m-%d %H:%M").replace(tzinfo=UTC))


def _window(spec: CallSpec) -> list[date]:
    first, last = spec.local(spec.opens).date(), spec.local(spec.utc(spec.closes_at)).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
