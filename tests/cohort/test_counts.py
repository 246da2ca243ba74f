"""Counts by hand: who is counted, on which day, at which age; and who may see it."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reviewer import calls, geography
from reviewer.access import sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.cohort import counts
from reviewer.cohort.part import Part, Stage
from reviewer.cohort.shares import Verdict
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.models import ApplicationStatus, Call, Eligibility
from tests.cohort.made import apply, local
from tests.conftest import SLUG, call_text

PART = Part(SLUG)
IZTAPALAPA, TLALPAN, MILPA_ALTA = "09007", "09012", "09009"
READS: tuple[Callable[..., Any], ...] = (
    *(counts.totals, counts.by_alcaldia, counts.by_day),
    *(counts.by_age, counts.by_gender, counts.by_schooling),
)
OTHER = call_text().replace('"guionismo-2025"', '"otra-2025"', 1).replace('"GUI"', '"OTR"')


@pytest.fixture
def other_call(installation: object) -> Call:
    return calls.load_call(OPERATOR, text=OTHER)


def test_totals_count_what_stands_once(call: Call, other_call: Call) -> None:
    apply(
        call,
        [
            {},
            {"alcaldia": TLALPAN},
            {"eligibility": Eligibility.TO_CHECK, "alcaldia": TLALPAN},
            {"eligibility": Eligibility.INELIGIBLE},
            {"status": ApplicationStatus.SUPERSEDED, "alcaldia": TLALPAN},
        ],
    )
    apply(other_call, [{}] * 7)
    found = counts.totals(OPERATOR, part=PART)
    assert (found.received, found.eligible, found.to_check, found.ineligible) == (4, 2, 1, 1)
    assert found.seats == 60
    # the line of totals says the same whichever stage is looked at
    assert counts.totals(OPERATOR, part=Part(SLUG, Stage.ELIGIBLE)) == found
    of_one = counts.totals(OPERATOR, part=Part(SLUG, alcaldia=TLALPAN))
    assert (of_one.eligible, of_one.to_check, of_one.ineligible) == (1, 1, 0)


def test_alcaldias_and_those_from_elsewhere(call: Call, other_call: Call) -> None:
    apply(
        call,
        [
            *[{"alcaldia": IZTAPALAPA, "place": "Iztapalapa"}] * 3,
            {"alcaldia": TLALPAN, "postal_code": "14000"},
            {"alcaldia": TLALPAN, "eligibility": Eligibility.INELIGIBLE},
            {"place": "Ecatepec"},
            {"postal_code": "55000"},
            {},
            {"gone": True},
            {"alcaldia": IZTAPALAPA, "status": ApplicationStatus.SUPERSEDED},
        ],
    )
    apply(other_call, [{"alcaldia": MILPA_ALTA}] * 4)
    found = counts.by_alcaldia(OPERATOR, part=PART)
    by_code = {each.alcaldia.code: each for each in found.alcaldias}
    assert len(by_code) == 16
    assert by_code[IZTAPALAPA].count == 3 and by_code[TLALPAN].count == 2 and by_code[MILPA_ALTA].count == 0
    assert by_code[IZTAPALAPA].share == pytest.approx(3 / 5)
    assert (found.total, found.elsewhere, found.unknown) == (5, 2, 2)
    assert sum(each.share for each in found.alcaldias) == pytest.approx(1)
    assert sum(each.population_share for each in found.alcaldias) == pytest.approx(1)
    assert by_code[IZTAPALAPA].population_share == pytest.approx(1835486 / 9209944)
    eligible = counts.by_alcaldia(OPERATOR, part=Part(SLUG, Stage.ELIGIBLE))
    assert (eligible.total, eligible.elsewhere, eligible.unknown) == (4, 2, 2)


def test_a_cohort_like_the_city_has_no_gaps_and_a_lopsided_one_has(call: Call) -> None:
    like_the_city = [
        {"alcaldia": each.code}
        for each in geography.alcaldias()
        for _ in range(round(each.population / 20_000))
    ]
    apply(call, like_the_city)
    found = counts.by_alcaldia(OPERATOR, part=PART)
    assert {each.verdict for each in found.alcaldias} == {Verdict.EVEN}
    apply(call, [{"alcaldia": MILPA_ALTA}] * 60)
    found = counts.by_alcaldia(OPERATOR, part=PART)
    verdicts = {each.alcaldia.code: each.verdict for each in found.alcaldias}
    assert verdicts[MILPA_ALTA] is Verdict.MORE


def test_days_are_those_of_the_calls_zone_and_the_closing_minute_counts_whole(call: Call) -> None:
    apply(
        call,
        [
            {"submitted_at": local(3, 0, 0, 0)},  # the first moment
            {"submitted_at": local(2, 23, 59, 59)},
            {"submitted_at": local(10, 23, 59, 59)},  # in UTC already the 11th
            {"submitted_at": local(11, 0, 0, 0)},
            {"submitted_at": local(27, 23, 59, 59).replace(microsecond=999_999)},
            {"submitted_at": local(28, 0, 0, 0)},  # the first that is too late
            {"submitted_at": None},
            {"submitted_at": datetime(1925, 9, 20, tzinfo=ZoneInfo("UTC"))},
        ],
    )
    found = counts.by_day(OPERATOR, part=PART)
    days = dict(found.days)
    assert (min(days), max(days), len(days)) == (date(2025, 9, 3), date(2025, 9, 27), 25)
    assert {day: count for day, count in days.items() if count} == {
        date(2025, 9, 3): 1,
        date(2025, 9, 10): 1,
        date(2025, 9, 11): 1,
        date(2025, 9, 27): 1,
    }
    assert (found.before, found.after, found.undated, found.in_time) == (2, 1, 1, 4)
    assert found.closes == local(27, 23, 59)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Pacific/Auckland", "America/Tijuana"])
def test_days_hold_in_zones_of_half_hours_and_across_a_change_of_the_clock(
    installation: object, zone: str
) -> None:
    text = call_text().replace("America/Mexico_City", zone).replace("2025-09-27T23", "2025-11-09T23")
    call = calls.load_call(OPERATOR, text=text)
    moments = [
        datetime(2025, month, day, hour, minute, tzinfo=ZoneInfo(zone))
        for month, day in ((9, 27), (9, 28), (11, 2), (11, 3))
        for hour, minute in ((0, 0), (0, 14), (0, 29), (23, 31), (23, 59))
    ]
    apply(call, [{"submitted_at": moment} for moment in moments])
    found = counts.by_day(OPERATOR, part=PART)
    assert {day: count for day, count in found.days if count} == Counter(moment.date() for moment in moments)


def test_an_afternoon_deadline_parts_the_day(installation: object) -> None:
    call = calls.load_call(OPERATOR, text=call_text().replace("2025-09-27T23:59:00", "2025-09-27T14:00:00"))
    apply(call, [{"submitted_at": local(27, 14, 0, 59)}, {"submitted_at": local(27, 14, 1)}])
    found = counts.by_day(OPERATOR, part=PART)
    assert found.days[-1] == (date(2025, 9, 27), 1)
    assert found.after == 1


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(2007, 9, 27), 18),  # on the closing day itself
        (date(2007, 9, 28), 17),
        (date(1985, 1, 1), 40),
        (date(1985, 12, 31), 39),
        (date(2004, 2, 29), 21),
    ],
)
def test_ages_are_whole_years_on_the_closing_day(call: Call, born: date, age: int) -> None:
    apply(call, [{"birth_date": born}])
    assert counts.by_age(OPERATOR, part=PART).years == ((age, 1),)


@pytest.mark.parametrize(("closing", "age"), [("2026-02-28", 17), ("2026-03-01", 18)])
def test_born_on_29_february_one_turns_on_1_march(installation: object, closing: str, age: int) -> None:
    call = calls.load_call(OPERATOR, text=call_text().replace("2025-09-27T", f"{closing}T", 1))
    apply(call, [{"birth_date": date(2008, 2, 29)}])
    assert counts.by_age(OPERATOR, part=PART).years == ((age, 1),)


def test_ages_that_can_not_be_stay_apart(call: Call) -> None:
    births = [date(2000, 1, 1), date(2000, 5, 5), date(2010, 1, 1), date(2026, 1, 1), date(1025, 1, 1), None]
    apply(call, [{"birth_date": each} for each in births] + [{"gone": True}])
    found = counts.by_age(OPERATOR, part=PART)
    assert found.years == ((15, 1), (25, 2))
    assert (found.minimum, found.under_age, found.implausible, found.missing) == (18, 1, 2, 2)
    assert found.known == 3 and found.middle == 25


def test_no_ages_have_no_middle(call: Call) -> None:
    apply(call, [{"birth_date": None}])
    assert counts.by_age(OPERATOR, part=PART).middle is None


def test_answers_are_gathered_and_missing_ones_stay(call: Call) -> None:
    apply(
        call,
        [
            {"gender": "Mujer", "schooling": "Maestría", "alcaldia": TLALPAN},
            {"gender": "femenino", "schooling": "Preparatoria"},
            {"gender": "", "schooling": ""},
            {"gone": True},
            {"gender": "Hombre", "schooling": "Primaria", "eligibility": Eligibility.INELIGIBLE},
        ],
    )
    genders = counts.by_gender(OPERATOR, part=PART)
    assert [(each.label, each.count) for each in genders] == [
        ("Mujer", 2),
        ("Hombre", 1),
        ("Sin respuesta", 2),
    ]
    levels = counts.by_schooling(OPERATOR, part=Part(SLUG, Stage.ELIGIBLE))
    assert [each.label for each in levels] == ["Bachillerato", "Posgrado", "Sin respuesta"]
    of_one = counts.by_gender(OPERATOR, part=Part(SLUG, alcaldia=TLALPAN))
    assert [(each.label, each.count) for each in of_one] == [("Mujer", 1)]


def test_every_read_adds_up_to_the_totals(call: Call) -> None:
    apply(call, [{"gone": True}, {"gender": "x"}, {"birth_date": date(1990, 1, 1)}, {"alcaldia": TLALPAN}])
    total = counts.totals(OPERATOR, part=PART).received
    where, days, ages = (read(OPERATOR, part=PART) for read in READS[1:4])
    assert where.total + where.elsewhere + where.unknown == total
    assert days.in_time + days.before + days.after + days.undated == total
    assert ages.known + ages.implausible + ages.missing == total
    for read in READS[4:]:
        assert sum(each.count for each in read(OPERATOR, part=PART)) == total


@pytest.mark.parametrize("read", READS, ids=lambda read: read.__name__)
def test_one_query_counts_a_cohort_of_any_size(
    call: Call, coordinator: Actor, queries: list[str], read: Callable[..., Any]
) -> None:
    numbers = []
    for more in (1, 2, 497):
        apply(call, [{"alcaldia": TLALPAN, "gender": f"g{number}"} for number in range(more)])
        queries.clear()
        read(coordinator, part=Part(SLUG, Stage.ELIGIBLE, TLALPAN))
        numbers.append(len(queries))
    assert numbers == [3, 3, 3]  # her log-in, the call, the count


@pytest.mark.parametrize("read", READS, ids=lambda read: read.__name__)
def test_only_coordinators_see_the_cohort(
    call: Call, juror: Actor, admin: Actor, coordinator: Actor, read: Callable[..., Any]
) -> None:
    read(coordinator, part=PART)
    for stranger in (juror, admin):
        with pytest.raises(Forbidden):
            read(stranger, part=PART)
    with writing() as session:
        sessions.revoke_all(session, coordinator.person_id or 0)
    with pytest.raises(Forbidden):
        read(coordinator, part=PART)


def test_a_part_that_is_none_is_refused_in_words(call: Call) -> None:
    with pytest.raises(Refused, match="no es la clave de una alcaldía"):
        Part(SLUG, alcaldia="09999")
    with pytest.raises(Refused, match="No hay una convocatoria"):
        counts.totals(OPERATOR, part=Part("otra"))
