"""The funnel of stages against expected counts; reviews by day and their forecast."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.cohort import funnel, review_pace, stages
from reviewer.cohort.filters import CohortSession, Subset, open_cohort
from reviewer.cohort.questions import NO_ALCALDIA
from reviewer.cohort.stages import Stage
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.demographics.questions import AGE, ALCALDIA, GENDER
from reviewer.figures import sentences_gaps
from reviewer.models import (
    Application,
    Call,
    Eligibility,
    ReviewStatus,
    Role,
    Scenario,
)
from tests.calls import SLUG, folio
from tests.factories.applications import add_applicants
from tests.factories.decisions import add_ranking, add_scenario
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_review, assign

NOW = datetime(2025, 10, 10, 18, tzinfo=UTC)
PEOPLE: list[dict[str, Any]] = [
    *[{"gender": "Mujer", "alcaldia": "09007"}] * 4,
    *[{"gender": "Hombre", "alcaldia": "09012"}] * 3,
    {"gender": "Mujer", "alcaldia": None, "eligibility": Eligibility.INELIGIBLE},
]


@pytest.fixture
def cohort_session(call: Call) -> Iterator[CohortSession]:
    add_applicants(call, PEOPLE)
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        yield cohort


def add_reviews(jurors: list[Actor], applications: list[Application], *, is_submitted: bool = True) -> None:
    """A reading of each application by each juror, sent on 8 October or still open."""
    status = ReviewStatus.SUBMITTED if is_submitted else ReviewStatus.BEGUN
    for juror in jurors:
        for application in applications:
            assign(application, juror)
            add_review(
                application,
                juror,
                status=status,
                submitted_at=NOW - timedelta(days=2) if is_submitted else None,
            )


def test_stages_not_reached_are_left_out(cohort_session: CohortSession) -> None:
    assert stages.available(cohort_session.session, cohort_session.call) == (Stage.RECEIVED, Stage.ELIGIBLE)
    gender_funnel = funnel.by_question(cohort_session, GENDER)
    assert gender_funnel.groups == ("Mujer", "Hombre") and gender_funnel.counts == ((5, 4), (3, 3))
    assert gender_funnel.totals == (8, 7)


def test_every_stage_reads_its_own_tables(call: Call, person: PersonFactory) -> None:
    first, second, third, *rest = add_applicants(call, PEOPLE)
    jurors = [person(Role.JURY) for _ in range(3)]
    add_reviews(jurors, [first, second, third, rest[-1]])  # the last one is ineligible: read, and not counted
    add_reviews(jurors[:2], rest[:1])  # two of three readings
    add_reviews(jurors[:1], rest[1:2], is_submitted=False)
    add_ranking(call, {first.folio: 0.9})  # an older ranking
    folios = [application.folio for application in (first, second, third)]
    add_ranking(call, dict(zip(folios, (0.9, 0.1, 0.099), strict=True)))
    add_scenario(call, [folio(5)], signed=False, in_force=False)
    add_scenario(call, folios, signed=False)  # the third waits
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        gender_funnel = funnel.by_question(cohort, GENDER)
    assert gender_funnel.stages == (Stage.RECEIVED, Stage.ELIGIBLE, Stage.READ, Stage.NEAR, Stage.PROPOSED)
    assert dict(zip(gender_funnel.groups, gender_funnel.counts, strict=True)) == {
        "Mujer": (5, 4, 3, 2, 2),
        "Hombre": (3, 3, 0, 0, 0),
    }
    with write_session() as session:
        session.exec(select(Scenario).where(col(Scenario.in_force_since).is_not(None))).one().signed_at = NOW
    with open_cohort(OPERATOR, Subset(SLUG, Stage.SELECTED)) as cohort:
        assert cohort.total() == 2
        assert funnel.by_question(cohort, GENDER).stages[-1] is Stage.SELECTED


def test_groups_ineligible_by_rule_are_no_gap(call: Call) -> None:
    minor, adult = date(2015, 1, 1), date(1990, 1, 1)
    add_applicants(call, [{"alcaldia": "09007", "birth_date": adult}] * 40)
    add_applicants(call, [{"birth_date": adult, "eligibility": Eligibility.INELIGIBLE}] * 20)
    add_applicants(call, [{"alcaldia": "09007", "birth_date": minor, "eligibility": Eligibility.INELIGIBLE}] * 20)
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        alcaldia_funnel, age_funnel = funnel.by_question(cohort, ALCALDIA), funnel.by_question(cohort, AGE)
    assert NO_ALCALDIA in alcaldia_funnel.groups and not alcaldia_funnel.gaps
    assert "Menos de 18" in age_funnel.groups and not age_funnel.gaps


def test_only_gaps_beyond_chance_are_named(call: Call) -> None:
    add_applicants(call, [{"gender": "Mujer"}] * 100 + [{"gender": "Hombre"}] * 60)
    add_applicants(call, [{"gender": "Hombre", "eligibility": Eligibility.INELIGIBLE}] * 40)
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        sentence = sentences_gaps.about_gaps(funnel.by_question(cohort, GENDER)).replace("\N{NO-BREAK SPACE}", " ")
        even_sentence = sentences_gaps.about_gaps(funnel.by_question(cohort, ALCALDIA))
    assert "Hombre: 60 % llegó a «Elegibles», frente a 100 % de los demás" in sentence
    assert even_sentence == "Ningún grupo se aparta de los demás más de lo que explica el azar."


def test_reviews_by_day_and_pending(call: Call, person: PersonFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    applications = add_applicants(call, PEOPLE)
    add_reviews([person(Role.JURY)], applications[:3])
    add_reviews([person(Role.JURY)], applications[3:5], is_submitted=False)
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        pace = review_pace.measure(cohort)
    assert pace.days == ((date(2025, 10, 8), 3), (date(2025, 10, 9), 0), (date(2025, 10, 10), 0))
    assert (pace.sent, pace.pending) == (3, 2)
    assert pace.forecast is not None and pace.forecast.first > NOW.date()


def test_forecast_of_a_steady_and_of_an_uneven_pace() -> None:
    today = date(2025, 10, 10)
    steady = review_pace.forecast([10] * 14, 45, today)
    assert steady is not None
    assert {steady.first, steady.median, steady.last} == {date(2025, 10, 15)}
    uneven = review_pace.forecast([0, 0, 0, 30, 0, 0, 40] * 2, 100, today)
    assert uneven is not None and uneven.first < uneven.median < uneven.last
    assert review_pace.forecast([10] * 14, 0, today) is None, "nothing is left"
    assert review_pace.forecast([0] * 20, 10, today) is None, "nobody is at it"
    assert review_pace.forecast([1, *[0] * 13], 5000, today) is None, "over a year"


def test_query_count_does_not_grow_with_applications(call: Call, queries: list[str]) -> None:
    query_counts = []
    for size in (3, 400):
        add_applicants(call, [{"gender": f"g{number}"} for number in range(size)])
        queries.clear()
        with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
            funnel.by_question(cohort, GENDER)
            review_pace.measure(cohort)
        query_counts.append(len(queries))
    assert query_counts[0] == query_counts[1]
