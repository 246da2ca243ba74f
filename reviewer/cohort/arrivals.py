"""When applications arrived, relative to the call's opening and closing."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case
from sqlmodel import col

from reviewer.call.spec import CallSpec
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.time_buckets import local_time, utc_bucket
from reviewer.models import Applicant, Application


@dataclass(frozen=True)
class Arrivals:
    """Applications by day and hour in the call's zone, for each day of the window.

    ``hours[day][hour]`` counts those of an hour, ``days`` those of a day. ``before`` and ``after`` count
    those that arrived before opening and after closing, ``undated`` those without a time. ``by_alcaldia``
    holds the counts by day of the window for each INEGI code.
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
        """How many arrived within the window."""
        return sum(count for _, count in self.days)


def by_hour(cohort: CohortSession) -> Arrivals:
    """Returns the arrivals by day, hour and alcaldía, with one query."""
    spec = cohort.spec
    submitted_at = col(Application.submitted_at)
    window_position = case(
        (submitted_at >= spec.closes, "after"), (submitted_at < spec.opens, "before"), else_="within"
    )
    counts_by_hour: Counter[tuple[date, int]] = Counter()
    counts_by_alcaldia_day: Counter[tuple[str, date]] = Counter()
    outside_counts: Counter[str] = Counter()
    for bucket, position, code, count in cohort.count(
        utc_bucket(submitted_at, spec), window_position, col(Applicant.alcaldia)
    ):
        if bucket is None:
            outside_counts["undated"] += count
        elif position == "within":
            moment = local_time(bucket, spec)
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
        by_alcaldia=tuple((code, tuple(counts_by_alcaldia_day[code, day] for day in window)) for code in codes),
        opens=spec.local(spec.opens),
    )


def _window_days(spec: CallSpec) -> list[date]:
    first, last = spec.local(spec.opens).date(), spec.closing_day
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
