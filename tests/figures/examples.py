"""Counts of a cohort that the tests of figures draw and describe."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from reviewer.access.actor import OPERATOR
from reviewer.cohort.filters import Subset, open_cohort
from reviewer.cohort.territory import Territory, from_counts, located_venues
from reviewer.demographics import geography
from reviewer.demographics.answer_groups import NO_ANSWER, Group
from reviewer.demographics.questions import Question
from reviewer.figures import people
from reviewer.figures.figure import Figure
from tests.calls import SLUG, SPEC

CLOSES = datetime(2025, 9, 27, 23, 59, tzinfo=UTC)
AFTER = CLOSES + timedelta(days=3)
DAYS = tuple((date(2025, 9, 3) + timedelta(days=number), number) for number in range(25))
GROUPS = (Group("Mujer", 12, ("Mujer",)), Group("Hombre", 7, ("H",)), Group(NO_ANSWER, 1))


def territory_of(**by_name: int) -> Territory:
    """A territory with these counts; the other alcaldías have none."""
    codes = {place.name.replace(" ", "_"): place.code for place in geography.alcaldias()}
    return from_counts(Counter({codes[name]: count for name, count in by_name.items()}), located_venues(SPEC))


def groups_figure(question: Question, groups: tuple[Group, ...]) -> Figure:
    """Returns the figure of these groups of answers to a question."""
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        return people.groups_of(cohort, question, groups)
