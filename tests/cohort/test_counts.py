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
from reviewer.cohort import arrivals, counts, territory
from reviewer.cohort.part import Part, counting
from reviewer.cohort.shares import Verdict
from reviewer.cohort.stages import Stage
from reviewer.cohort.traits import GENDER, SCHOOLING, TRAITS
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.models import ApplicationStatus, Call, Eligibility
from tests.cohort.made import apply, local
from tests.conftest import SLUG, call_text

PART = Part(SLUG)
IZTAPALAPA, TLALPAN, MILPA_ALTA = "09007", "09012", "09009"
READS: dict[str, Callable[..., Any]] = {
    "totals": counts.totals,
    "territory": territory.by_alcaldia,
    "arrivals": arrivals.by_hour,
    "ages": counts.by_age,
    **{key: lambda open_, trait=trait: counts.by_trait(open_, trait) for key, trait in TRAITS.items()},
    "crossing": lambda open_: counts.crossing(open_, GENDER, SCHOOLING),
}
OTHER = call_text().replace('"guionismo-2025"', '"otra-2025"', 1).replace('"GUI"', '"OTR"')


def read(count: Callable[..., Any], part: Part, viewer: Actor = OPERATOR) -> Any:
    with counting(viewer, part) as open_:
        return count(open_)


def by_gender(open_: Any) -> Any:
    return counts.by_trait(open_, GENDER)


def by_schooling(open_: Any) -> Any:
    return counts.by_trait(open_, SCHOOLING)


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
    found = read(counts.totals, PART)
    assert (found.received, found.eligible, found.to_check, found.ineligible) == (4, 2, 1, 1)
    assert found.seats == 60
    # the line of totals says the same whichever stage is looked at
    assert read(counts.totals, Part(SLUG, Stage.ELIGIBLE)) == found
    of_one = read(counts.totals, Part(SLUG, alcaldia=TLALPAN))
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
    found = read(territory.by_alcaldia, PART)
    by_code = {each.alcaldia.code: each for each in found.alcaldias}
    assert len(by_code) == 16
    assert by_code[IZTAPALAPA].count == 3 and by_code[TLALPAN].count == 2 and by_code[MILPA_ALTA].count == 0
    assert by_code[IZTAPALAPA].share == pytest.approx(3 / 5)
    assert (found.total, found.elsewhere, found.unknown) == (5, 2, 2)
    assert sum(each.share for each in found.alcaldias) == pytest.approx(1)
    assert sum(each.population_share for each in found.alcaldias) == pytest.approx(1)
    assert by_code[IZTAPALAPA].population_share == pytest.approx(1835486 / 9209944)
    eligible = read(territory.by_alcaldia, Part(SLUG, Stage.ELIGIBLE))
    assert (eligible.total, eligible.elsewhere, eligible.unknown) == (4, 2, 2)


def test_a_cohort_like_the_city_has_no_gaps_and_a_lopsided_one_has(call: Call) -> None:
    like_the_city = [
        {"alcaldia": each.code}
        for each in geography.alcaldias()
        for _ in range(round(each.population / 20_000))
    ]
    apply(call, like_the_city)
    found = read(territory.by_alcaldia, PART)
    assert {each.verdict for each in found.alcaldias} == {Verdict.EVEN}
    apply(call, [{"alcaldia": MILPA_ALTA}] * 60)
    found = read(territory.by_alcaldia, PART)
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
    found = read(arrivals.by_hour, PART)
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
    found = read(arrivals.by_hour, PART)
    assert {day: count for day, count in found.days if count} == Counter(moment.date() for moment in moments)


def test_an_afternoon_deadline_parts_the_day(installation: object) -> None:
    call = calls.load_call(OPERATOR, text=call_text().replace("2025-09-27T23:59:00", "2025-09-27T14:00:00"))
    apply(call, [{"submitted_at": local(27, 14, 0, 59)}, {"submitted_at": local(27, 14, 1)}])
    found = read(arrivals.by_hour, PART)
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
    assert read(counts.by_age, PART).years == ((age, 1),)


@pytest.mark.parametrize(("closing", "age"), [("2026-02-28", 17), ("2026-03-01", 18)])
def test_born_on_29_february_one_turns_on_1_march(installation: object, closing: str, age: int) -> None:
    call = calls.load_call(OPERATOR, text=call_text().replace("2025-09-27T", f"{closing}T", 1))
    apply(call, [{"birth_date": date(2008, 2, 29)}])
    assert read(counts.by_age, PART).years == ((age, 1),)


def test_ages_that_can_not_be_stay_apart(call: Call) -> None:
    births = [date(2000, 1, 1), date(2000, 5, 5), date(2010, 1, 1), date(2026, 1, 1), date(1025, 1, 1), None]
    apply(call, [{"birth_date": each} for each in births] + [{"gone": True}])
    found = read(counts.by_age, PART)
    assert found.years == ((15, 1), (25, 2))
    assert (found.minimum, found.under_age, found.implausible, found.missing) == (18, 1, 2, 2)
    assert found.known == 3 and found.middle == 25


def test_no_ages_have_no_middle(call: Call) -> None:
    apply(call, [{"birth_date": None}])
    assert read(counts.by_age, PART).middle is None


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
    genders = read(by_gender, PART)
    assert [(each.label, each.count) for each in genders] == [
        ("Mujer", 2),
        ("Hombre", 1),
        ("Sin respuesta", 2),
    ]
    levels = read(by_schooling, Part(SLUG, Stage.ELIGIBLE))
    assert [each.label for each in levels] == ["Bachillerato", "Posgrado", "Sin respuesta"]
    of_one = read(by_gender, Part(SLUG, alcaldia=TLALPAN))
    assert [(each.label, each.count) for each in of_one] == [("Mujer", 1), ("Sin respuesta", 0)]


def test_every_read_adds_up_to_the_totals(call: Call) -> None:
    people: list[dict[str, Any]] = [
        {"gone": True},
        {"gender": "x"},
        {"birth_date": date(1990, 1, 1)},
        {"alcaldia": TLALPAN},
    ]
    apply(call, [*people, {"birth_date": date(2030, 1, 1), "disability": "Visual", "genre": "Drama"}])
    total = read(counts.totals, PART).received
    where, days, ages = (read(READS[name], PART) for name in ("territory", "arrivals", "ages"))
    assert where.total + where.elsewhere + where.unknown == total
    assert days.in_time + days.before + days.after + days.undated == total
    assert ages.known + ages.implausible + ages.missing == total
    for key in TRAITS:
        assert sum(each.count for each in read(READS[key], PART)) == total, key
    assert read(READS["crossing"], PART).total == total


@pytest.mark.parametrize("name", READS)
def test_one_query_counts_a_cohort_of_any_size(
    call: Call, coordinator: Actor, queries: list[str], name: str
) -> None:
    numbers = []
    for more in (1, 2, 497):
        apply(call, [{"alcaldia": TLALPAN, "gender": f"g{number}"} for number in range(more)])
        queries.clear()
        read(READS[name], Part(SLUG, Stage.ELIGIBLE, TLALPAN), coordinator)
        numbers.append(len(queries))
    assert numbers == [4, 4, 4]  # her log-in, the call, the rules of the groups, the count


@pytest.mark.parametrize("name", READS)
def test_only_coordinators_see_the_cohort(
    call: Call, juror: Actor, admin: Actor, coordinator: Actor, name: str
) -> None:
    read(READS[name], PART, coordinator)
    for stranger in (juror, admin):
        with pytest.raises(Forbidden):
            read(READS[name], PART, stranger)
    with writing() as session:
        sessions.revoke_all(session, coordinator.person_id or 0)
    with pytest.raises(Forbidden):
        read(READS[name], PART, coordinator)


def test_a_part_that_is_none_is_refused_in_words(call: Call) -> None:
    with pytest.raises(Refused, match="no es la clave de una alcaldía"):
        Part(SLUG, alcaldia="09999")
    with pytest.raises(Refused, match="No hay una convocatoria"):
        read(counts.totals, Part("otra"))


@pytest.mark.parametrize("key", ["discapacidad", "pueblo_indigena", "afromexicana", "nombre"])
def test_nobody_is_filtered_by_a_sensitive_trait(key: str) -> None:
    with pytest.raises(Refused, match="No se puede filtrar"):
        Part(SLUG, groups=((key, "Sí"),))


def test_filters_by_group_keep_the_answers_of_the_group(call: Call) -> None:
    apply(
        call,
        [
            {"gender": "Mujer", "birth_date": date(2000, 1, 1), "occupation": "Poeta"},
            {"gender": "femenino", "birth_date": date(1950, 1, 1)},
            {"gender": "Mujer", "schooling": "Maestría", "birth_date": date(2010, 1, 1)},
            {"gender": "H"},
            {"gender": "", "birth_date": date(2030, 1, 1)},
            {"gone": True},
        ],
    )

    def received(*groups: tuple[str, str]) -> int:
        return int(read(counts.totals, Part(SLUG, groups=groups)).received)

    assert received(("genero", "Mujer")) == 3
    assert received(("genero", "Sin respuesta")) == 2
    assert received(("genero", "Mujer"), ("escolaridad", "Posgrado")) == 1
    assert received(("edad", "25 a 34")) == 1 and received(("edad", "60 o más")) == 1
    assert received(("edad", "Menos de 18")) == 1 and received(("edad", "Fecha por revisar")) == 1
    assert received(("edad", "Sin respuesta")) == 2
    assert received(("ocupacion", "Cine, escritura y artes")) == 1
    assert received(("genero", "Marciano")) == 0


def test_a_filter_takes_thousands_of_answers(call: Call) -> None:
    apply(call, [{"occupation": f"Poeta {number}"} for number in range(3000)] + [{"occupation": "Chofer"}])
    part = Part(SLUG, groups=(("ocupacion", "Cine, escritura y artes"),))
    assert read(counts.totals, part).received == 3000


def test_crossings_hold_both_and_the_missing(call: Call) -> None:
    apply(
        call,
        [
            *[{"gender": "Mujer", "schooling": "Primaria", "disability": "Visual"}] * 2,
            {"gender": "Mujer", "disability": "No"},
            {"schooling": "Maestría"},
        ],
    )
    found = read(READS["crossing"], PART)
    assert found.rows == ("Mujer", "Sin respuesta") and found.columns == (
        "Primaria",
        "Posgrado",
        "Sin respuesta",
    )
    assert found.counts == ((2, 0, 1), (0, 1, 0))
    other = read(lambda open_: counts.crossing(open_, TRAITS["discapacidad"], TRAITS["edad"]), PART)
    assert other.rows == ("Visual", "Ninguna", "Sin respuesta") and other.counts == ((2,), (1,), (1,))


def test_of_sensitive_traits_nobodys_words_are_told(call: Call) -> None:
    apply(call, [{"disability": "Visual, desde el accidente en Tasqueña"}, {"gender": "Muxe"}])
    visual, *_ = read(READS["discapacidad"], PART)
    assert (visual.label, visual.count, visual.words) == ("Visual", 1, ())
    assert read(by_gender, PART)[0].words == ("Muxe",)


def test_that_everybody_answered_is_told_too(call: Call) -> None:
    apply(call, [{"gender": "Mujer"}])
    assert [(each.label, each.count) for each in read(by_gender, PART)] == [
        ("Mujer", 1),
        ("Sin respuesta", 0),
    ]
