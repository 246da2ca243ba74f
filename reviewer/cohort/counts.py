"""Who they are, in numbers: each read is one aggregate in SQL, whatever the cohort's size."""

from collections import Counter
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from sqlmodel import col

from reviewer.answers import Group
from reviewer.cohort import traits
from reviewer.cohort.part import Counting
from reviewer.cohort.stages import Stage
from reviewer.cohort.traits import AGE, OLDEST, Trait
from reviewer.models import Application, Eligibility


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


@dataclass(frozen=True)
class Crossing:
    """Applications by two traits: ``counts[row][column]``, for the groups that anybody is in."""

    one: Trait
    other: Trait
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """All that are counted."""
        return sum(map(sum, self.counts))


def totals(counting: Counting) -> Totals:
    """How many applications there are in each state of eligibility; the part's stage does not matter."""
    found = dict(counting.count(col(Application.eligibility), stage=Stage.RECEIVED))
    return Totals(
        eligible=found.get(Eligibility.ELIGIBLE, 0),
        to_check=found.get(Eligibility.TO_CHECK, 0),
        ineligible=found.get(Eligibility.INELIGIBLE, 0),
        seats=counting.spec.seats,
    )


def by_age(counting: Counting) -> Ages:
    """How old they are on the day the call closes."""
    ages: Counter[int] = Counter()
    missing = 0
    for age, count in counting.count(counting.expression(AGE)):
        if age is None:
            missing += count
        else:
            ages[int(age)] += count
    years = tuple((age, ages[age]) for age in sorted(ages) if 0 <= age <= OLDEST)
    return Ages(
        years=years,
        minimum=counting.spec.eligibility.minimum_age,
        implausible=ages.total() - sum(count for _, count in years),
        missing=missing,
    )


def by_trait(counting: Counting, trait: Trait) -> tuple[Group, ...]:
    """The groups of a trait that anybody is in, in the order shown; missing answers are the last."""
    answers: list[Any] = counting.count(counting.expression(trait))
    return traits.gathered(trait, answers, counting.spec, counting.groupings)


def crossing(counting: Counting, one: Trait, other: Trait) -> Crossing:
    """Two traits at once."""
    cells: Counter[tuple[str, str]] = Counter()
    for answer, other_answer, count in counting.count(counting.expression(one), counting.expression(other)):
        cells[counting.label(one, answer), counting.label(other, other_answer)] += count
    rows = tuple(each for each in counting.labels(one) if any(row == each for row, _ in cells))
    columns = tuple(each for each in counting.labels(other) if any(column == each for _, column in cells))
    return Crossing(one, other, rows, columns, tuple(tuple(cells[r, c] for c in columns) for r in rows))
