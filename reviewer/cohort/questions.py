"""The questions by which a cohort is counted, and how an answer becomes a group."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, extract
from sqlalchemy.orm import Mapped
from sqlmodel import col

from reviewer.call.spec import CallSpec
from reviewer.demographics import geography
from reviewer.demographics.answer_columns import answer_column
from reviewer.demographics.answer_groups import NO_ANSWER, UNGROUPED, Group, Grouping, count_groups, group_of
from reviewer.demographics.questions import AGE, ALCALDIA, COHORT, Question
from reviewer.models import Applicant

MAX_AGE = 110  # a greater age is a typing error
IMPLAUSIBLE = "Fecha por revisar"
NO_ALCALDIA = "Sin alcaldía reconocida"
# Ends of the age groups; the first begins at the call's minimum age.
_AGE_BANDS = ((25, 34), (35, 44), (45, 59), (60, MAX_AGE))


GROUPED_QUESTIONS = tuple(question for question in COHORT.values() if question not in (ALCALDIA, AGE))
"""Those answered in free text, whose answers rules gather into groups."""
FILTER_QUESTIONS = tuple(question for question in COHORT.values() if not question.is_sensitive and question != ALCALDIA)
"""Those whose groups filter the cohort; the filter by alcaldía is apart and goes by its INEGI code."""


def expression(question: Question, spec: CallSpec) -> ColumnElement[Any] | Mapped[Any]:
    """Returns what SQL groups by: the answer as it was written, or the age in years."""
    return age_expression(spec) if question == AGE else answer_column(question)


def age_expression(spec: CallSpec) -> ColumnElement[int]:
    """Returns SQL for ``age_on`` the closing day."""
    closing = spec.closing_day
    born = col(Applicant.birth_date)
    day_of_year = extract("month", born) * 100 + extract("day", born)
    not_yet_turned = case((day_of_year > closing.month * 100 + closing.day, 1), else_=0)
    return closing.year - extract("year", born) - not_yet_turned


def age_bands(spec: CallSpec) -> dict[str, tuple[int, int]]:
    """Returns the age groups by name, youngest first, with their first and last year."""
    minimum_age = spec.eligibility.minimum_age
    higher_bands = [band for band in _AGE_BANDS if band[0] > minimum_age]
    first = (minimum_age, higher_bands[0][0] - 1 if higher_bands else MAX_AGE)
    age_ranges = {f"Menos de {minimum_age}": (0, minimum_age - 1)} if minimum_age else {}
    for begin, end in (first, *higher_bands):
        age_ranges[f"{begin} o más" if end == MAX_AGE else f"{begin} a {end}"] = (begin, end)
    return age_ranges


def age_band(age: int | None, spec: CallSpec) -> str:
    """Returns the name of the group of an age."""
    if age is None:
        return NO_ANSWER
    names = (name for name, (begin, end) in age_bands(spec).items() if begin <= age <= end)
    return next(names, IMPLAUSIBLE)


def label_of(question: Question, answer: Any, spec: CallSpec, groupings: Mapping[str, Grouping]) -> str:
    """Returns the group of one answer, as it comes from SQL."""
    if question == ALCALDIA:
        alcaldia = geography.by_code().get(answer or "")
        return alcaldia.name if alcaldia else NO_ALCALDIA
    if question == AGE:
        return age_band(None if answer is None else int(answer), spec)
    return group_of(answer or "", groupings[question.key])


def labels(question: Question, spec: CallSpec, groupings: Mapping[str, Grouping]) -> tuple[str, ...]:
    """Returns all groups of a question, in the order shown; those who did not answer are the last."""
    if question == ALCALDIA:
        return (*(alcaldia.name for alcaldia in geography.alcaldias()), NO_ALCALDIA)
    if question == AGE:
        return (*age_bands(spec), IMPLAUSIBLE, NO_ANSWER)
    return (*groupings[question.key].display_order, UNGROUPED, NO_ANSWER)


def answer_groups(
    question: Question, answers: Iterable[tuple[Any, int]], spec: CallSpec, groupings: Mapping[str, Grouping]
) -> tuple[Group, ...]:
    """Returns the groups of counted answers, in the order shown, without empty ones.

    The words of sensitive answers are left out: they might reveal who wrote them.
    """
    if question in (ALCALDIA, AGE):
        counts: Counter[str] = Counter()
        for answer, count in answers:
            counts[label_of(question, answer, spec, groupings)] += count
        return tuple(Group(label, counts[label]) for label in labels(question, spec, groupings) if counts[label])
    groups = count_groups(answers, groupings[question.key])
    if groups and not groups[-1].is_missing:
        groups = (*groups, Group(NO_ANSWER, 0))  # shows that everybody answered
    return tuple(Group(group.label, group.count) for group in groups) if question.is_sensitive else groups
