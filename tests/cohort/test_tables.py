"""The tables of the figures: complete, and without percentages of few applications."""

from datetime import date, datetime, timedelta

from reviewer.access.actor import OPERATOR
from reviewer.cohort import tables, territory
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages, Totals
from reviewer.cohort.filters import Subset, open_cohort
from reviewer.demographics.answer_groups import Group
from reviewer.demographics.questions import GENDER, SCHOOLING
from reviewer.models import Call
from tests.calls import SLUG
from tests.cohort.cohorts import store_applications


def read_territory() -> territory.Territory:
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        return territory.by_alcaldia(cohort)


def test_territory_table_has_city_and_outside_rows(call: Call) -> None:
    store_applications(call, [{"alcaldia": "09007"}] * 30 + [{"place": "Ecatepec"}] * 2 + [{}])
    table = tables.of_territory(read_territory())
    assert all(len(row) == len(table.columns) for row in table.rows)
    rows = {str(row[1]): row for row in table.rows}
    assert len(table.rows) == 19
    code, _, count, share, low, high, population, population_share, rate, reading, venue, kilometres = rows[
        "Iztapalapa"
    ]
    assert (venue, kilometres) == ("Casa Oriente", 0.0)
    assert (code, count, share, high, population, population_share) == (
        "09007",
        30,
        100.0,
        100.0,
        1835486,
        19.9,
    )
    assert isinstance(low, float) and 70 < low < 80
    assert rate == 0.16 and reading == "Más"
    assert rows["Ciudad de México"][2] == 30 and rows["Ciudad de México"][6] == 9209944
    assert rows["Fuera de la ciudad o sin reconocer"][2] == 2
    assert rows["Sin respuesta"][2] == 1
    for columns in (tables.MAP_COLUMNS, tables.BARS_COLUMNS):
        assert table.select_columns(*columns).rows[0][0] == "Azcapotzalco"


def test_few_applications_have_no_percentages(call: Call) -> None:
    store_applications(call, [{"alcaldia": "09007"}] * 3)
    table = tables.of_territory(read_territory())
    row = next(row for row in table.rows if row[1] == "Iztapalapa")
    assert row[2] == 3 and row[3:6] == (None, None, None) and row[9] is None
    assert tables.of_totals(Totals(2, 1, 0, seats=60)).rows[0] == ("Elegibles", 2, None)
    assert tables.of_totals(Totals(8, 2, 0, seats=60)).rows[0] == ("Elegibles", 8, 80.0)


def test_days_outside_the_window_and_without_date_are_rows() -> None:
    days = ((date(2025, 9, 26), 0), (date(2025, 9, 27), 4))
    arrivals = Arrivals(days, before=1, after=2, undated=3, closes=datetime(2025, 9, 27, 23, 59))
    assert tables.of_arrivals(arrivals).rows == (
        ("Antes de abrir", 1),
        *days,
        ("Después del cierre", 2),
        ("Sin fecha de envío", 3),
    )
    quiet = Arrivals(days, 0, 0, 0, datetime(2025, 9, 27) + timedelta(days=1))
    assert tables.of_arrivals(quiet).rows == days


def test_age_table_ends_with_unknown_ages() -> None:
    table = tables.of_ages(Ages(((17, 1), (30, 6)), minimum=18, implausible=1, missing=2))
    assert table.rows == (
        (17, 1, 10.0),
        (30, 6, 60.0),
        ("Fecha de nacimiento por revisar", 1, 10.0),
        ("Sin fecha de nacimiento", 2, 20.0),
    )


def test_group_table_lists_the_answers_of_each_group() -> None:
    answers = tuple(f"p{number}" for number in range(14))
    table = tables.of_groups(
        GENDER, (Group("Mujer", 9, ("Mujer", "Femenino")), Group("Sin agrupar", 14, answers))
    )
    assert table.rows[0] == ("Mujer", 9, 39.1, "Mujer; Femenino")
    assert str(table.rows[1][3]).endswith("p11; y 2 más")
    assert tables.of_groups(SCHOOLING, ()).rows == ()
