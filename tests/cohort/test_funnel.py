"""The way through, counted by hand from the tables of the other rooms; readings and their forecast."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from reviewer import clock
from reviewer.access.actor import OPERATOR, Actor
from reviewer.cohort import funnel, readings, stages
from reviewer.cohort.part import Counting, Part, counting
from reviewer.cohort.stages import Stage
from reviewer.cohort.traits import AGE, ALCALDIA, GENDER, NOWHERE
from reviewer.database import writing
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
)
from reviewer.web.cohort import gaps
from tests.cohort.made import apply
from tests.conftest import SLUG, PersonFactory

NOW = datetime(2025, 10, 10, 18, tzinfo=UTC)
PEOPLE: list[dict[str, Any]] = [
    *[{"gender": "Mujer", "alcaldia": "09007"}] * 4,
    *[{"gender": "Hombre", "alcaldia": "09012"}] * 3,
    {"gender": "Mujer", "alcaldia": None, "eligibility": Eligibility.INELIGIBLE},
]


@pytest.fixture
def open_(call: Call) -> Iterator[Counting]:
    apply(call, PEOPLE)
    with counting(OPERATOR, Part(SLUG)) as made:
        yield made


def ids() -> list[int]:
    with writing() as session:
        return [each or 0 for each in session.exec(select(col(Application.id)).order_by(col(Application.id)))]


def read(call: Call, jurors: list[Actor], applications: list[int], *, sent: bool = True) -> None:
    """A reading of each application by each juror, sent on 8 October or still open."""
    with writing() as session:
        for juror in jurors:
            for number in applications:
                key: dict[str, Any] = {
                    "call_id": call.id,
                    "application_id": number,
                    "person_id": juror.person_id,
                }
                session.add(Assignment(**key))
                at = NOW - timedelta(days=2) if sent else None
                status = ReviewStatus.SUBMITTED if sent else ReviewStatus.BEGUN
                session.add(Review(**key, status=status, submitted_at=at))


def ranked(call: Call, chances: dict[int, float]) -> None:
    with writing() as session:
        ranking = KeptRanking(call_id=call.id or 0, stamp="s", seats=2)
        session.add(ranking)
        session.flush()
        zeros = ("estimate", "standard_error", "raw_mean", "spread", "merit", "variance", "uncounted_step")
        steps = ("severity_step", "spread_step", "caution_step", "ends_step")
        ones = ("rank", "reviews", "rank_from", "rank_to", "raw_rank")
        rest: dict[str, Any] = dict.fromkeys((*zeros, *steps), 0.0) | dict.fromkeys(ones, 1)
        for number, chance in chances.items():
            session.add(
                RankedApplication(
                    **rest,
                    ranking_id=ranking.id or 0,
                    application_id=number,
                    p_selected=chance,
                    tied=False,
                )
            )


def proposed(call: Call, folios: list[str], *, signed: bool, in_force: bool = True) -> None:
    with writing() as session:
        scenario = Scenario(
            call_id=call.id or 0,
            name=f"e{in_force}",
            rules=[],
            seed="s",
            in_force_since=NOW if in_force else None,
            signed_at=NOW if signed else None,
        )
        session.add(scenario)
        session.flush()
        for place, folio in enumerate(folios, start=1):
            outcome = Outcome.WAITING if place == len(folios) else Outcome.SELECTED
            session.add(Placement(scenario_id=scenario.id or 0, folio=folio, outcome=outcome, position=place))


def test_a_stage_that_the_call_has_not_come_to_is_not_told(open_: Counting) -> None:
    assert stages.available(open_.session, open_.call) == (Stage.RECEIVED, Stage.ELIGIBLE)
    found = funnel.funnel(open_, GENDER)
    assert found.groups == ("Mujer", "Hombre") and found.counts == ((5, 4), (3, 3))
    assert found.totals == (8, 7)


def test_every_stage_reads_from_what_the_others_wrote(call: Call, person: PersonFactory) -> None:
    apply(call, PEOPLE)
    jurors = [person(Role.JURY) for _ in range(3)]
    first, second, third, *others = ids()
    read(
        call, jurors, [first, second, third, others[-1]]
    )  # the last one is ineligible: read, and not counted
    read(call, jurors[:2], others[:1])  # two of three readings
    read(call, jurors[:1], others[1:2], sent=False)
    ranked(call, {first: 0.9})  # an older ranking
    ranked(call, {first: 0.9, second: 0.1, third: 0.099})
    folios = [f"GUI-{number:05}" for number in (first, second, third)]
    proposed(call, ["GUI-00005"], signed=False, in_force=False)
    proposed(call, folios, signed=False)  # the third waits
    with counting(OPERATOR, Part(SLUG)) as open_:
        found = funnel.funnel(open_, GENDER)
    assert found.stages == (Stage.RECEIVED, Stage.ELIGIBLE, Stage.READ, Stage.NEAR, Stage.PROPOSED)
    assert dict(zip(found.groups, found.counts, strict=True)) == {
        "Mujer": (5, 4, 3, 2, 2),
        "Hombre": (3, 3, 0, 0, 0),
    }
    with writing() as session:
        session.exec(select(Scenario).where(col(Scenario.in_force_since).is_not(None))).one().signed_at = NOW
    with counting(OPERATOR, Part(SLUG, Stage.SELECTED)) as open_:
        assert open_.total() == 2
        assert funnel.funnel(open_, GENDER).stages[-1] is Stage.SELECTED


def test_whom_the_rules_leave_out_is_no_gap(call: Call) -> None:
    minor, adult = date(2015, 1, 1), date(1990, 1, 1)
    apply(call, [{"alcaldia": "09007", "birth_date": adult}] * 40)
    apply(call, [{"birth_date": adult, "eligibility": Eligibility.INELIGIBLE}] * 20)
    apply(call, [{"alcaldia": "09007", "birth_date": minor, "eligibility": Eligibility.INELIGIBLE}] * 20)
    with counting(OPERATOR, Part(SLUG)) as open_:
        where, ages = funnel.funnel(open_, ALCALDIA), funnel.funnel(open_, AGE)
    assert NOWHERE in where.groups and not where.gaps
    assert "Menos de 18" in ages.groups and not ages.gaps


def test_a_gap_is_said_and_chance_is_not(call: Call) -> None:
    apply(call, [{"gender": "Mujer"}] * 100 + [{"gender": "Hombre"}] * 60)
    apply(call, [{"gender": "Hombre", "eligibility": Eligibility.INELIGIBLE}] * 40)
    with counting(OPERATOR, Part(SLUG)) as open_:
        said = gaps.about_gaps(funnel.funnel(open_, GENDER)).replace("\N{NO-BREAK SPACE}", " ")
        even = gaps.about_gaps(funnel.funnel(open_, ALCALDIA))
    assert "Hombre: 60 % llegó a «Elegibles», frente a 100 % de los demás" in said
    assert even == "Ningún grupo se aparta de los demás más de lo que explica el azar."


def test_readings_by_day_and_what_is_left(
    call: Call, person: PersonFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    apply(call, PEOPLE)
    numbers = ids()
    read(call, [person(Role.JURY)], numbers[:3])
    read(call, [person(Role.JURY)], numbers[3:5], sent=False)
    with counting(OPERATOR, Part(SLUG)) as open_:
        found = readings.readings(open_)
    assert found.days == ((date(2025, 10, 8), 3), (date(2025, 10, 9), 0), (date(2025, 10, 10), 0))
    assert (found.sent, found.left) == (3, 2)
    assert found.forecast is not None and found.forecast.first > NOW.date()


def test_a_steady_pace_is_forecast_to_the_day_and_an_uneven_one_between_two() -> None:
    today = date(2025, 10, 10)
    steady = readings.forecast([10] * 14, 45, today)
    assert steady is not None
    assert {steady.first, steady.middle, steady.last} == {date(2025, 10, 15)}
    uneven = readings.forecast([0, 0, 0, 30, 0, 0, 40] * 2, 100, today)
    assert uneven is not None and uneven.first < uneven.middle < uneven.last
    assert readings.forecast([10] * 14, 0, today) is None, "nothing is left"
    assert readings.forecast([0] * 20, 10, today) is None, "nobody is at it"
    assert readings.forecast([1, *[0] * 13], 5000, today) is None, "over a year"


def test_the_same_number_of_queries_through_every_stage(call: Call, queries: list[str]) -> None:
    numbers = []
    for more in (3, 400):
        apply(call, [{"gender": f"g{number}"} for number in range(more)])
        queries.clear()
        with counting(OPERATOR, Part(SLUG)) as open_:
            funnel.funnel(open_, GENDER)
            readings.readings(open_)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
