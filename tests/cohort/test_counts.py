"""Counts against expected ones: who is counted, on which day, at which age; and who may see them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reviewer.access import sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.cohort import arrivals, counts, territory
from reviewer.cohort.filters import Subset, open_cohort
from reviewer.cohort.significance import Representation
from reviewer.cohort.stages import Stage
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.demographics import geography
from reviewer.demographics.answer_groups import Grouping, Rule
from reviewer.demographics.questions import COHORT, GENDER, SCHOOLING
from reviewer.models import ApplicationStatus, Call, Eligibility
from tests.calls import SLUG, call_text
from tests.factories.applications import add_applicants, local_time

PART = Subset(SLUG)
IZTAPALAPA, TLALPAN, MILPA_ALTA = "09007", "09012", "09009"
READS: dict[str, Callable[..., Any]] = {
    "totals": counts.totals,
    "territory": territory.by_alcaldia,
    "arrivals": arrivals.by_hour,
    "ages": counts.by_age,
    **{key: lambda cohort, question=question: counts.by_question(cohort, question) for key, question in COHORT.items()},
    "crossing": lambda cohort: counts.cross_tabulation(cohort, GENDER, SCHOOLING),
}
OTHER = call_text({"slug": "otra-2025", "folio_prefix": "OTR"})


def read(count: Callable[..., Any], subset: Subset, viewer: Actor = OPERATOR) -> Any:
    with open_cohort(viewer, subset) as cohort:
        return count(cohort)


def by_gender(cohort: Any) -> Any:
    return counts.by_question(cohort, GENDER)


def by_schooling(cohort: Any) -> Any:
    return counts.by_question(cohort, SCHOOLING)


@pytest.fixture
def other_call(installation: object) -> Call:
    return spec.load_call(OPERATOR, text=OTHER)


def test_totals_count_current_applications_once(call: Call, other_call: Call) -> None:
    add_applicants(
        call,
        [
            {},
            {"alcaldia": TLALPAN},
            {"eligibility": Eligibility.TO_CHECK, "alcaldia": TLALPAN},
            {"eligibility": Eligibility.INELIGIBLE},
            {"status": ApplicationStatus.SUPERSEDED, "alcaldia": TLALPAN},
        ],
    )
    add_applicants(other_call, [{}] * 7)
    call_totals = read(counts.totals, PART)
    assert (call_totals.received, call_totals.eligible, call_totals.to_check, call_totals.ineligible) == (
        4,
        2,
        1,
        1,
    )
    assert call_totals.seats == 45
    # totals do not depend on the stage
    assert read(counts.totals, Subset(SLUG, Stage.ELIGIBLE)) == call_totals
    in_tlalpan = read(counts.totals, Subset(SLUG, alcaldias=(TLALPAN,)))
    assert (in_tlalpan.eligible, in_tlalpan.to_check, in_tlalpan.ineligible) == (1, 1, 0)


def test_alcaldias_and_those_from_elsewhere(call: Call, other_call: Call) -> None:
    add_applicants(
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
    add_applicants(other_call, [{"alcaldia": MILPA_ALTA}] * 4)
    city_territory = read(territory.by_alcaldia, PART)
    by_code = {place.alcaldia.code: place for place in city_territory.alcaldias}
    assert len(by_code) == 16
    assert by_code[IZTAPALAPA].count == 3 and by_code[TLALPAN].count == 2 and by_code[MILPA_ALTA].count == 0
    assert by_code[IZTAPALAPA].share == pytest.approx(3 / 5)
    assert (city_territory.total, city_territory.elsewhere, city_territory.unknown) == (5, 2, 2)
    assert sum(place.share for place in city_territory.alcaldias) == pytest.approx(1)
    assert sum(place.population_share for place in city_territory.alcaldias) == pytest.approx(1)
    assert by_code[IZTAPALAPA].population_share == pytest.approx(1835486 / 9209944)
    eligible = read(territory.by_alcaldia, Subset(SLUG, Stage.ELIGIBLE))
    assert (eligible.total, eligible.elsewhere, eligible.unknown) == (4, 2, 2)


def test_representation_is_even_for_a_cohort_like_the_city(call: Call) -> None:
    like_the_city = [
        {"alcaldia": alcaldia.code}
        for alcaldia in geography.alcaldias()
        for _ in range(round(alcaldia.population / 20_000))
    ]
    add_applicants(call, like_the_city)
    city_territory = read(territory.by_alcaldia, PART)
    assert {place.representation for place in city_territory.alcaldias} == {Representation.EVEN}
    add_applicants(call, [{"alcaldia": MILPA_ALTA}] * 60)
    city_territory = read(territory.by_alcaldia, PART)
    verdicts = {place.alcaldia.code: place.representation for place in city_territory.alcaldias}
    assert verdicts[MILPA_ALTA] is Representation.MORE


def test_days_follow_the_call_time_zone_and_include_the_closing_minute(call: Call) -> None:
    add_applicants(
        call,
        [
            {"submitted_at": local_time(1, 0, 0, 0)},  # the opening
            {"submitted_at": local_time(1, 0, 0, 0) - timedelta(seconds=1)},
            {"submitted_at": local_time(10, 23, 59, 59)},  # in UTC already the 11th
            {"submitted_at": local_time(11, 0, 0, 0)},
            {"submitted_at": local_time(30, 23, 59, 59).replace(microsecond=999_999)},
            {"submitted_at": local_time(30, 23, 59, 59) + timedelta(seconds=1)},  # the first late one
            {"submitted_at": None},
            {"submitted_at": datetime(1925, 9, 20, tzinfo=ZoneInfo("UTC"))},
        ],
    )
    daily_arrivals = read(arrivals.by_hour, PART)
    days = dict(daily_arrivals.days)
    assert (min(days), max(days), len(days)) == (date(2025, 9, 1), date(2025, 9, 30), 30)
    assert {day: count for day, count in days.items() if count} == {
        date(2025, 9, 1): 1,
        date(2025, 9, 10): 1,
        date(2025, 9, 11): 1,
        date(2025, 9, 30): 1,
    }
    assert (daily_arrivals.before, daily_arrivals.after, daily_arrivals.undated, daily_arrivals.in_time) == (
        2,
        1,
        1,
        4,
    )
    assert daily_arrivals.closes == local_time(30, 23, 59)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Pacific/Auckland", "America/Tijuana"])
def test_days_in_half_hour_zones_and_across_daylight_saving(installation: object, zone: str) -> None:
    text = call_text({"timezone": zone, "closes_at": datetime(2025, 11, 9, 23, 59)})
    call = spec.load_call(OPERATOR, text=text)
    moments = [
        datetime(2025, month, day, hour, minute, tzinfo=ZoneInfo(zone))
        for month, day in ((9, 27), (9, 28), (11, 2), (11, 3))
        for hour, minute in ((0, 0), (0, 14), (0, 29), (23, 31), (23, 59))
    ]
    add_applicants(call, [{"submitted_at": moment} for moment in moments])
    daily_arrivals = read(arrivals.by_hour, PART)
    assert {day: count for day, count in daily_arrivals.days if count} == Counter(moment.date() for moment in moments)


def test_an_afternoon_deadline_splits_the_day(installation: object) -> None:
    call = spec.load_call(OPERATOR, text=call_text({"closes_at": datetime(2025, 9, 27, 14)}))
    add_applicants(call, [{"submitted_at": local_time(27, 14, 0, 59)}, {"submitted_at": local_time(27, 14, 1)}])
    daily_arrivals = read(arrivals.by_hour, PART)
    assert daily_arrivals.days[-1] == (date(2025, 9, 27), 1)
    assert daily_arrivals.after == 1


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(2007, 9, 30), 18),  # on the closing day itself
        (date(2007, 10, 1), 17),
        (date(1985, 1, 1), 40),
        (date(1985, 12, 31), 39),
        (date(2004, 2, 29), 21),
    ],
)
def test_ages_are_whole_years_on_the_closing_day(call: Call, born: date, age: int) -> None:
    add_applicants(call, [{"birth_date": born}])
    assert read(counts.by_age, PART).years == ((age, 1),)


@pytest.mark.parametrize(("closing", "age"), [("2026-02-28", 17), ("2026-03-01", 18)])
def test_born_on_29_february_one_turns_on_1_march(installation: object, closing: str, age: int) -> None:
    call = spec.load_call(OPERATOR, text=call_text({"closes_at": datetime.fromisoformat(f"{closing}T23:59")}))
    add_applicants(call, [{"birth_date": date(2008, 2, 29)}])
    assert read(counts.by_age, PART).years == ((age, 1),)


def test_implausible_ages_are_counted_apart(call: Call) -> None:
    births = [date(2000, 1, 1), date(2000, 5, 5), date(2010, 1, 1), date(2026, 1, 1), date(1025, 1, 1), None]
    add_applicants(call, [{"birth_date": birth} for birth in births] + [{"gone": True}])
    ages = read(counts.by_age, PART)
    assert ages.years == ((15, 1), (25, 2))
    assert (ages.minimum, ages.under_age, ages.implausible, ages.missing) == (18, 1, 2, 2)
    assert ages.known == 3 and ages.median == 25


def test_median_is_none_without_ages(call: Call) -> None:
    add_applicants(call, [{"birth_date": None}])
    assert read(counts.by_age, PART).median is None


def test_answers_are_grouped_and_missing_answers_counted(call: Call) -> None:
    add_applicants(
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
    assert [(group.label, group.count) for group in genders] == [
        ("Mujer", 2),
        ("Hombre", 1),
        ("Sin respuesta", 2),
    ]
    levels = read(by_schooling, Subset(SLUG, Stage.ELIGIBLE))
    assert [group.label for group in levels] == ["Bachillerato", "Posgrado", "Sin respuesta"]
    in_tlalpan = read(by_gender, Subset(SLUG, alcaldias=(TLALPAN,)))
    assert [(group.label, group.count) for group in in_tlalpan] == [("Mujer", 1), ("Sin respuesta", 0)]


def test_every_count_adds_up_to_the_totals(call: Call) -> None:
    people: list[dict[str, Any]] = [
        {"gone": True},
        {"gender": "x"},
        {"birth_date": date(1990, 1, 1)},
        {"alcaldia": TLALPAN},
    ]
    add_applicants(call, [*people, {"birth_date": date(2030, 1, 1), "disability": "Visual", "genre": "Drama"}])
    total = read(counts.totals, PART).received
    city_territory, days, ages = (read(READS[name], PART) for name in ("territory", "arrivals", "ages"))
    assert city_territory.total + city_territory.elsewhere + city_territory.unknown == total
    assert days.in_time + days.before + days.after + days.undated == total
    assert ages.known + ages.implausible + ages.missing == total
    for key in COHORT:
        assert sum(group.count for group in read(READS[key], PART)) == total, key
    assert read(READS["crossing"], PART).total == total


@pytest.mark.parametrize("name", READS)
def test_one_query_counts_a_cohort_of_any_size(call: Call, coordinator: Actor, queries: list[str], name: str) -> None:
    query_counts = []
    for size in (1, 2, 497):
        add_applicants(call, [{"alcaldia": TLALPAN, "gender": f"g{number}"} for number in range(size)])
        queries.clear()
        read(READS[name], Subset(SLUG, Stage.ELIGIBLE, (TLALPAN,)), coordinator)
        query_counts.append(len(queries))
    assert query_counts == [4, 4, 4]  # the log-in, the call, the rules of the groups, the count


@pytest.mark.parametrize("name", READS)
def test_only_coordinators_see_the_cohort(
    call: Call, juror: Actor, admin: Actor, coordinator: Actor, name: str
) -> None:
    read(READS[name], PART, coordinator)
    for stranger in (juror, admin):
        with pytest.raises(Forbidden):
            read(READS[name], PART, stranger)
    with write_session() as session:
        sessions.revoke_all(session, coordinator.require_person_id())
    with pytest.raises(Forbidden):
        read(READS[name], PART, coordinator)


def test_unknown_alcaldia_and_unknown_call_are_refused(call: Call) -> None:
    with pytest.raises(UserError, match="no es la clave de una alcaldía"):
        Subset(SLUG, alcaldias=("09999",))
    with pytest.raises(UserError, match="No hay una convocatoria"):
        read(counts.totals, Subset("otra"))


@pytest.mark.parametrize("key", ["discapacidad", "pueblo_indigena", "afromexicana", "nombre"])
def test_nobody_is_filtered_by_a_sensitive_trait(key: str) -> None:
    with pytest.raises(UserError, match="No se puede filtrar"):
        Subset(SLUG, groups=((key, "Sí"),))


def test_filters_by_group_keep_the_answers_of_the_group(call: Call) -> None:
    add_applicants(
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
        return int(read(counts.totals, Subset(SLUG, groups=groups)).received)

    assert received(("genero", "Mujer")) == 3
    assert received(("genero", "Sin respuesta")) == 2
    assert received(("genero", "Mujer"), ("escolaridad", "Posgrado")) == 1
    assert received(("edad", "25 a 34")) == 1 and received(("edad", "60 o más")) == 1
    assert received(("edad", "Menos de 18")) == 1 and received(("edad", "Fecha por revisar")) == 1
    assert received(("edad", "Sin respuesta")) == 2
    assert received(("ocupacion", "Cine, escritura y artes")) == 1
    assert received(("genero", "Marciano")) == 0


def test_another_grouping_of_the_same_question_counts_anew(call: Call) -> None:
    add_applicants(call, [{"occupation": "Poeta"}, {"occupation": "Chofer"}, {"occupation": "Taxista"}])
    arts, services = "Cine, escritura y artes", "Comercio y servicios"
    everybody = Grouping((Rule(arts, ("poet", "cho", "tax")),), (arts,), "")
    with open_cohort(OPERATOR, Subset(SLUG, groups=(("ocupacion", arts),))) as cohort:
        assert cohort.total() == 1
        other_group = Subset(SLUG, groups=(("ocupacion", services),))
        assert cohort.with_subset(other_group).total() == 2
        assert replace(cohort, groupings={"ocupacion": everybody}).total() == 3


def test_a_filter_takes_thousands_of_answers(call: Call) -> None:
    add_applicants(call, [{"occupation": f"Poeta {number}"} for number in range(3000)] + [{"occupation": "Chofer"}])
    part = Subset(SLUG, groups=(("ocupacion", "Cine, escritura y artes"),))
    assert read(counts.totals, part).received == 3000


def test_cross_tabulation_includes_missing_answers(call: Call) -> None:
    add_applicants(
        call,
        [
            *[{"gender": "Mujer", "schooling": "Primaria", "disability": "Visual"}] * 2,
            {"gender": "Mujer", "disability": "No"},
            {"schooling": "Maestría"},
        ],
    )
    gender_by_schooling = read(READS["crossing"], PART)
    assert gender_by_schooling.rows == ("Mujer", "Sin respuesta") and gender_by_schooling.columns == (
        "Primaria",
        "Posgrado",
        "Sin respuesta",
    )
    assert gender_by_schooling.counts == ((2, 0, 1), (0, 1, 0))
    disability_by_age = read(
        lambda cohort: counts.cross_tabulation(cohort, COHORT["discapacidad"], COHORT["edad"]), PART
    )
    assert disability_by_age.rows == ("Visual", "Ninguna", "Sin respuesta") and disability_by_age.counts == (
        (2,),
        (1,),
        (1,),
    )


def test_answers_to_sensitive_questions_are_not_quoted(call: Call) -> None:
    add_applicants(call, [{"disability": "Visual, desde el accidente en Tasqueña"}, {"gender": "Muxe"}])
    visual, *_ = read(READS["discapacidad"], PART)
    assert (visual.label, visual.count, visual.words) == ("Visual", 1, ())
    assert read(by_gender, PART)[0].words == ("Muxe",)


def test_an_empty_missing_group_is_listed(call: Call) -> None:
    add_applicants(call, [{"gender": "Mujer"}])
    assert [(group.label, group.count) for group in read(by_gender, PART)] == [
        ("Mujer", 1),
        ("Sin respuesta", 0),
    ]
