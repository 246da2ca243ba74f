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
    Assignment,
    Call,
    Eligibility,
    KeptRanking,
    Outcome,
    Placement,
    RankedApplication,
    Review,
    ReviewStatus,
    Role,
    Scenario,
    require_id,
)
from tests.calls import SLUG
from tests.cohort.cohorts import store_applications
from tests.conftest import PersonFactory

NOW = datetime(2025, 10, 10, 18, tzinfo=UTC)
PEOPLE: list[dict[str, Any]] = [
    *[{"gender": "Mujer", "alcaldia": "09007"}] * 4,
    *[{"gender": "Hombre", "alcaldia": "09012"}] * 3,
    {"gender": "Mujer", "alcaldia": None, "eligibility": Eligibility.INELIGIBLE},
]


@pytest.fixture
def cohort_session(call: Call) -> Iterator[CohortSession]:
    store_applications(call, PEOPLE)
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        yield cohort


def application_ids() -> list[int]:
    with write_session() as session:
        return [require_id(row) for row in session.exec(select(Application).order_by(col(Application.id)))]


def add_reviews(
    call: Call, jurors: list[Actor], applications: list[int], *, is_submitted: bool = True
) -> None:
    """Stores a review of each application by each juror, submitted on 8 October or begun."""
    with write_session() as session:
        for juror in jurors:
            for application_id in applications:
                key: dict[str, Any] = {
                    "call_id": call.id,
                    "application_id": application_id,
                    "person_id": juror.person_id,
                }
                session.add(Assignment(**key))
                at = NOW - timedelta(days=2) if is_submitted else None
                status = ReviewStatus.SUBMITTED if is_submitted else ReviewStatus.BEGUN
                session.add(Review(**key, status=status, submitted_at=at))


def store_ranking(call: Call, chances: dict[int, float]) -> None:
    with write_session() as session:
        ranking = KeptRanking(call_id=require_id(call), stamp="s", seats=2)
        session.add(ranking)
        session.flush()
        estimate_columns = (
            "estimate",
            "standard_error",
            "raw_mean",
            "spread",
            "merit",
            "variance",
            "uncounted_step",
        )
        step_columns = ("severity_step", "spread_step", "caution_step", "ends_step")
        rank_columns = ("rank", "reviews", "rank_from", "rank_to", "raw_rank")
        values: dict[str, Any] = dict.fromkeys((*estimate_columns, *step_columns), 0.0) | dict.fromkeys(
            rank_columns, 1
        )
        for application_id, chance in chances.items():
            session.add(
                RankedApplication(
                    **values,
                    ranking_id=require_id(ranking),
                    application_id=application_id,
                    p_selected=chance,
                    tied=False,
                )
            )


def store_scenario(call: Call, folios: list[str], *, signed: bool, in_force: bool = True) -> None:
    with write_session() as session:
        scenario = Scenario(
            call_id=require_id(call),
            name=f"e{in_force}",
            rules=[],
            seed="s",
            in_force_since=NOW if in_force else None,
            signed_at=NOW if signed else None,
        )
        session.add(scenario)
        session.flush()
        for position, folio in enumerate(folios, start=1):
            outcome = Outcome.WAITING if position == len(folios) else Outcome.SELECTED
            session.add(
                Placement(scenario_id=require_id(scenario), folio=folio, outcome=outcome, position=position)
            )


def test_stages_not_reached_are_left_out(cohort_session: CohortSession) -> None:
    assert stages.available(cohort_session.session, cohort_session.call) == (Stage.RECEIVED, Stage.ELIGIBLE)
    gender_funnel = funnel.by_question(cohort_session, GENDER)
    assert gender_funnel.groups == ("Mujer", "Hombre") and gender_funnel.counts == ((5, 4), (3, 3))
    assert gender_funnel.totals == (8, 7)


def test_every_stage_reads_its_own_tables(call: Call, person: PersonFactory) -> None:
    store_applications(call, PEOPLE)
    jurors = [person(Role.JURY) for _ in range(3)]
    first, second, third, *rest = application_ids()
    add_reviews(call, jurors, [first, second, third, rest[-1]])  # the last one is ineligible: not counted
    add_reviews(call, jurors[:2], rest[:1])  # two of three reviews
    add_reviews(call, jurors[:1], rest[1:2], is_submitted=False)
    store_ranking(call, {first: 0.9})  # an older ranking
    store_ranking(call, {first: 0.9, second: 0.1, third: 0.099})
    folios = [f"HIS-{number:05}" for number in (first, second, third)]
    store_scenario(call, ["HIS-00005"], signed=False, in_force=False)
    store_scenario(call, folios, signed=False)  # the third waits
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
    store_applications(call, [{"alcaldia": "09007", "birth_date": adult}] * 40)
    store_applications(call, [{"birth_date": adult, "eligibility": Eligibility.INELIGIBLE}] * 20)
    store_applications(
        call, [{"alcaldia": "09007", "birth_date": minor, "eligibility": Eligibility.INELIGIBLE}] * 20
    )
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        alcaldia_funnel, age_funnel = funnel.by_question(cohort, ALCALDIA), funnel.by_question(cohort, AGE)
    assert NO_ALCALDIA in alcaldia_funnel.groups and not alcaldia_funnel.gaps
    assert "Menos de 18" in age_funnel.groups and not age_funnel.gaps


def test_only_gaps_beyond_chance_are_named(call: Call) -> None:
    store_applications(call, [{"gender": "Mujer"}] * 100 + [{"gender": "Hombre"}] * 60)
    store_applications(call, [{"gender": "Hombre", "eligibility": Eligibility.INELIGIBLE}] * 40)
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        sentence = sentences_gaps.about_gaps(funnel.by_question(cohort, GENDER)).replace(
            "\N{NO-BREAK SPACE}", " "
        )
        even_sentence = sentences_gaps.about_gaps(funnel.by_question(cohort, ALCALDIA))
    assert "Hombre: 60 % llegó a «Elegibles», frente a 100 % de los demás" in sentence
    assert even_sentence == "Ningún grupo se aparta de los demás más de lo que explica el azar."


def test_reviews_by_day_and_pending(
    call: Call, person: PersonFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    store_applications(call, PEOPLE)
    application_keys = application_ids()
    add_reviews(call, [person(Role.JURY)], application_keys[:3])
    add_reviews(call, [person(Role.JURY)], application_keys[3:5], is_submitted=False)
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
        store_applications(call, [{"gender": f"g{number}"} for number in range(size)])
        queries.clear()
        with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
            funnel.by_question(cohort, GENDER)
            review_pace.measure(cohort)
        query_counts.append(len(queries))
    assert query_counts[0] == query_counts[1]
