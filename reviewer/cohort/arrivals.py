"""When applications arrived, against the call's opening and closing."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import String, case, cast, func
from sqlmodel import col

from reviewer.call.spec import CallSpec
from reviewer.cohort.filters import CohortSession
from reviewer.core.database import engine
from reviewer.models import Applicant, Application


@dataclass(frozen=True)
class Arrivals:
    """Applications by day and hour in the call's zone: every day of the window, and those outside it.

    ``hours[day][hour]`` counts those of an hour, ``days`` adds them up. ``before`` and ``after`` arrived
    before opening and after closing, ``undated`` bear no time. ``by_alcaldia`` counts
    each alcaldía (INEGI code) by day of the window.
    """

    days: tuple[tuple[date, int], ...]
    before: int
    after: int
    undated: int
    closes: datetime
    hours: tuple[tuple[int, ...], ...] = ()
    by_alcaldia: tuple[tuple[str, tuple[int, ...]], ...] = ()
    opens: datetime | None = None

    @property
    def in_time(self) -> int:
        """Those that arrived within the window."""
        return sum(count for _, count in self.days)


def by_hour(cohort: CohortSession) -> Arrivals:
    """Arrivals by day, hour and alcaldía, in one query."""
    spec = cohort.spec
    submitted_at = col(Application.submitted_at)
    window_position = case(
        (submitted_at >= spec.closes, "after"), (submitted_at < spec.opens, "before"), else_="within"
    )
    counts_by_hour: Counter[tuple[date, int]] = Counter()
    counts_by_alcaldia_day: Counter[tuple[str, date]] = Counter()
    outside_counts: Counter[str] = Counter()
    for bucket, position, code, count in cohort.count(
        _utc_bucket(spec), window_position, col(Applicant.alcaldia)
    ):
        if bucket is None:
            outside_counts["undated"] += count
        elif position == "within":
            moment = _local_time(spec, bucket)
            counts_by_hour[moment.date(), moment.hour] += count
            counts_by_alcaldia_day[code or "", moment.date()] += count
        else:
            outside_counts[position] += count
    window = _window_days(spec)
    table = tuple(tuple(counts_by_hour[day, hour] for hour in range(24)) for day in window)
    codes = sorted({code for code, _ in counts_by_alcaldia_day if code})
    return Arrivals(
        days=tuple((day, sum(row)) for day, row in zip(window, table, strict=True)),
        before=outside_counts["before"],
        after=outside_counts["after"],
        undated=outside_counts["undated"],
        closes=spec.local(spec.utc(spec.closes_at)),
        hours=table,
        by_alcaldia=tuple(
            (code, tuple(counts_by_alcaldia_day[code, day] for day in window)) for code in codes
        ),
        opens=spec.local(spec.opens),
    )


def _utc_bucket(spec: CallSpec) -> Any:
    """The hour of submission in UTC as text (``2025-09-28 05``), or the minute in a zone of half hours."""
    submitted_at: Any = col(Application.submitted_at)
    if engine().dialect.name == "postgresql":
        submitted_at = func.timezone("UTC", submitted_at)  # else the server's own zone would speak
    offset = spec.closes.astimezone(spec.zone).utcoffset() or timedelta()
    return func.substr(cast(submitted_at, String), 1, 16 if offset % timedelta(hours=1) else 13)


def _local_time(spec: CallSpec, bucket: str) -> datetime:
    hour = bucket if len(bucket) > 13 else f"{bucket}:00"
    return spec.local(datetime.strptime(hour, "%Y-%m-%d %H:%M").replace(tzinfo=UTC))


def _window_days(spec: CallSpec) -> list[date]:
    first, last = spec.local(spec.opens).date(), spec.closing_day
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
