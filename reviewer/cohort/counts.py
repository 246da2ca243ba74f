"""Counts of applications by eligibility, age and answers: one aggregate in SQL each."""

from collections import Counter
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from sqlmodel import col

from reviewer.cohort import questions
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.questions import MAX_AGE
from reviewer.cohort.stages import Stage
from reviewer.demographics.answer_groups import Group
from reviewer.demographics.questions import AGE, Question
from reviewer.models import Application, Eligibility


@dataclass(frozen=True)
class Totals:
    """Applications by eligibility, and the call's seats."""

    eligible: int
    to_check: int
    ineligible: int
    seats: int
    withdrawn: int = 0

    @property
    def received(self) -> int:
        """All current applications."""
        return self.eligible + self.to_check + self.ineligible + self.withdrawn

    @property
    def by_label(self) -> dict[str, int]:
        """The applications by eligibility in Spanish, in the order shown."""
        counts = {"Elegibles": self.eligible, "Por cotejar": self.to_check, "No elegibles": self.ineligible}
        return counts | ({"Retiradas": self.withdrawn} if self.withdrawn else {})


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
        """How many had not reached the call's minimum age."""
        return sum(count for age, count in self.years if age < self.minimum)

    @property
    def known(self) -> int:
        """How many have a known age."""
        return sum(count for _, count in self.years)

    @property
    def median(self) -> int | None:
        """The median age; None if no age is known."""
        return median_low(Counter(dict(self.years)).elements()) if self.known else None


@dataclass(frozen=True)
class CrossTabulation:
    """Applications by two questions: ``counts[row][column]``, without empty groups."""

    row_question: Question
    column_question: Question
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """How many are counted."""
        return sum(map(sum, self.counts))


def totals(cohort: CohortSession) -> Totals:
    """Returns the applications by eligibility, whatever the stage of the subset."""
    counts_by_eligibility = dict(cohort.count(col(Application.eligibility), stage=Stage.RECEIVED))
    return Totals(
        eligible=counts_by_eligibility.get(Eligibility.ELIGIBLE, 0),
        to_check=counts_by_eligibility.get(Eligibility.TO_CHECK, 0),
        ineligible=counts_by_eligibility.get(Eligibility.INELIGIBLE, 0),
        withdrawn=counts_by_eligibility.get(Eligibility.WITHDRAWN, 0),
        seats=cohort.spec.seats,
    )


def by_age(cohort: CohortSession) -> Ages:
    """Returns the ages on the day the call closes."""
    ages: Counter[int] = Counter()
    missing = 0
    for age, count in cohort.count(cohort.expression(AGE)):
        if age is None:
            missing += count
        else:
            ages[int(age)] += count
    years = tuple((age, ages[age]) for age in sorted(ages) if 0 <= age <= MAX_AGE)
    return Ages(
        years=years,
        minimum=cohort.spec.eligibility.minimum_age,
        implausible=ages.total() - sum(count for _, count in years),
        missing=missing,
    )


def by_question(cohort: CohortSession, question: Question) -> tuple[Group, ...]:
    """Returns the groups of a question, in the order shown, missing answers last."""
    answers: list[Any] = cohort.count(cohort.expression(question))
    return questions.answer_groups(question, answers, cohort.spec, cohort.groupings)


def cross_tabulation(cohort: CohortSession, row_question: Question, column_question: Question) -> CrossTabulation:
    """Returns the applications by two questions at once."""
    cells: Counter[tuple[str, str]] = Counter()
    for answer, other_answer, count in cohort.count(
        cohort.expression(row_question), cohort.expression(column_question)
    ):
        cells[cohort.label(row_question, answer), cohort.label(column_question, other_answer)] += count
    rows = tuple(label for label in cohort.labels(row_question) if any(row == label for row, _ in cells))
    columns = tuple(label for label in cohort.labels(column_question) if any(column == label for _, column in cells))
    return CrossTabulation(
        row_question, column_question, rows, columns, tuple(tuple(cells[r, c] for c in columns) for r in rows)
    )
