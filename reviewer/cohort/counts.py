"""Who they are, in numbers: each read is one aggregate in SQL, whatever the cohort's size."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median_low
from typing import Any

from sqlalchemy import String, case, cast, extract, func
from sqlmodel import col

from reviewer import geography
from reviewer.access.actor import Actor
from reviewer.answers import GENDER, SCHOOLING, Group, gather
from reviewer.calls import CallSpec, spec_of
from reviewer.cohort.part import Part, Stage, call_for, count_by
from reviewer.cohort.shares import FEW, Verdict, interval, verdict
from reviewer.database import engine
from reviewer.geography import Alcaldia
from reviewer.models import Applicant, Application, Eligibility

OLDEST = 110  # an age beyond it is a slip of the pen


@dataclass(frozen=True)
class Totals:
    """Applications by eligibility, and the seats there are for them."""

    eligible: int
    to_check: int
    ineligible: int
    seats: int

    @property
    def received(self) -> int:
        """All current applications."""
        return self.eligible + self.to_check + self.ineligible


@dataclass(frozen=True)
class AlcaldiaShare:
    """An alcaldía's applications beside its inhabitants; shares are 0 to 1.

    ``low`` to ``high`` is what the cohort's share is compatible with.
    """

    alcaldia: Alcaldia
    count: int
    share: float
    low: float
    high: float
    population_share: float
    verdict: Verdict


@dataclass(frozen=True)
class Territory:
    """The sixteen alcaldías in the order of their codes, and those who live in none of them.

    ``total`` are the applications from the city: the shares' denominator. ``elsewhere`` named a place that
    is no alcaldía of the city or was not recognised, ``unknown`` named none.
    """

    alcaldias: tuple[AlcaldiaShare, ...]
    total: int
    elsewhere: int
    unknown: int

    @property
    def anybody(self) -> bool:
        """Whether any application was counted."""
        return bool(self.total or self.elsewhere or self.unknown)

    @property
    def comparable(self) -> bool:
        """Whether there are enough applications to set their shares against the population's."""
        return self.total >= FEW


@dataclass(frozen=True)
class Arrivals:
    """Applications by day in the call's zone: every day of the window, and those outside it.

    ``before`` and ``after`` arrived before opening and after closing, ``undated`` bear no time.
    """

    days: tuple[tuple[date, int], ...]
    before: int
    after: int
    undated: int
    closes: datetime

    @property
    def in_time(self) -> int:
        """Those that arrived within the window."""
        return sum(count for _, count in self.days)


@dataclass(frozen=True)
class Ages:
    """Applications by age in whole years on the day the call closes, youngest first.

    ``implausible`` have a birth date in the future or over a century old, ``missing`` have none.
    """

    years: tuple[tuple[int, int], ...]
    minimum: int
    implausible: int
    missing: int

    @property
    def under_age(self) -> int:
        """Those who had not reached the call's minimum age."""
        return sum(count for age, count in self.years if age < self.minimum)

    @property
    def known(self) -> int:
        """Those whose age is known."""
        return sum(count for _, count in self.years)

    @property
    def middle(self) -> int | None:
        """The median age; None where no age is known."""
        return median_low(Counter(dict(self.years)).elements()) if self.known else None


def totals(viewer: Actor, *, part: Part) -> Totals:
    """How many applications there are in each state of eligibility; the part's stage does not matter."""
    call = call_for(viewer, part)
    everyone = replace(part, stage=Stage.RECEIVED)
    found = dict(count_by(call, everyone, col(Application.eligibility)))
    return Totals(
        eligible=found.get(Eligibility.ELIGIBLE, 0),
        to_check=found.get(Eligibility.TO_CHECK, 0),
        ineligible=found.get(Eligibility.INELIGIBLE, 0),
        seats=spec_of(call).seats,
    )


def by_alcaldia(viewer: Actor, *, part: Part) -> Territory:
    """Each alcaldía's share of the cohort against its share of the population of all ages (2020 census)."""
    call = call_for(viewer, part)
    says_where = (col(Applicant.place) != "") | (col(Applicant.postal_code) != "")
    rows = count_by(call, part, col(Applicant.alcaldia), says_where)
    counts: Counter[str] = Counter()
    outside: Counter[bool] = Counter()
    for code, says, count in rows:
        if code is None:
            outside[bool(says)] += count
        else:
            counts[code] += count
    return Territory(_shares(counts), counts.total(), elsewhere=outside[True], unknown=outside[False])


def by_day(viewer: Actor, *, part: Part) -> Arrivals:
    """When applications arrived, against the call's opening and closing."""
    call = call_for(viewer, part)
    spec = spec_of(call)
    at = col(Application.submitted_at)
    place = case((at >= spec.closes, "after"), (at < spec.opens, "before"), else_="within")
    days: Counter[date] = Counter()
    others: Counter[str] = Counter()
    for bucket, where, count in count_by(call, part, _utc_bucket(spec), place):
        if bucket is None:
            others["undated"] += count
        elif where == "within":
            days[_local_day(spec, bucket)] += count
        else:
            others[where] += count
    return Arrivals(
        days=tuple((day, days[day]) for day in _window(spec)),
        before=others["before"],
        after=others["after"],
        undated=others["undated"],
        closes=spec.local(spec.utc(spec.closes_at)),
    )


def by_age(viewer: Actor, *, part: Part) -> Ages:
    """How old they are on the day the call closes. Born on 29 February, one turns on 1 March."""
    call = call_for(viewer, part)
    spec = spec_of(call)
    closing = spec.local(spec.utc(spec.closes_at)).date()
    born = col(Applicant.birth_date)
    day_of_year = extract("month", born) * 100 + extract("day", born)
    to_come = case((day_of_year > closing.month * 100 + closing.day, 1), else_=0)
    ages: Counter[int] = Counter()
    missing = 0
    for age, count in count_by(call, part, closing.year - extract("year", born) - to_come):
        if age is None:
            missing += count
        else:
            ages[int(age)] += count
    years = tuple((age, ages[age]) for age in sorted(ages) if 0 <= age <= OLDEST)
    return Ages(
        years=years,
        minimum=spec.eligibility.minimum_age,
        implausible=ages.total() - sum(count for _, count in years),
        missing=missing,
    )


def by_gender(viewer: Actor, *, part: Part) -> tuple[Group, ...]:
    """The genders they gave, gathered by ``answers.GENDER``."""
    answers = count_by(call_for(viewer, part), part, col(Applicant.gender))
    return gather(answers, GENDER)


def by_schooling(viewer: Actor, *, part: Part) -> tuple[Group, ...]:
    """The schooling they gave, gathered by ``answers.SCHOOLING``, lowest level first."""
    answers = count_by(call_for(viewer, part), part, col(Applicant.schooling))
    return gather(answers, SCHOOLING)


def _shares(counts: Counter[str]) -> tuple[AlcaldiaShare, ...]:
    places = geography.alcaldias()
    inhabitants = sum(each.population for each in places)
    total = counts.total()

    def share_of(place: Alcaldia) -> AlcaldiaShare:
        count, population_share = counts[place.code], place.population / inhabitants
        low, high = interval(count, total, together=len(places))
        return AlcaldiaShare(
            alcaldia=place,
            count=count,
            share=count / total if total else 0.0,
            low=low,
            high=high,
            population_share=population_share,
            verdict=verdict(count, total, population_share, together=len(places)),
        )

    return tuple(share_of(place) for place in places)


def _utc_bucket(spec: CallSpec) -> Any:
    """The hour of submission in UTC as text (``2025-09-28 05``), or the minute in a zone of half hours."""
    at: Any = col(Application.submitted_at)
    if engine().dialect.name == "postgresql":
        at = func.timezone("UTC", at)  # else the server's own zone would speak
    offset = spec.closes.astimezone(spec.zone).utcoffset() or timedelta()
    return func.substr(cast(at, String), 1, 16 if offset % timedelta(hours=1) else 13)


def _local_day(spec: CallSpec, bucket: str) -> date:
    hour = bucket if len(bucket) > 13 else f"{bucket}:00"
    return spec.local(datetime.strptime(hour, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)).date()


def _window(spec: CallSpec) -> list[date]:
    first, last = spec.local(spec.opens).date(), spec.local(spec.utc(spec.closes_at)).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
