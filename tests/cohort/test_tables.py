"""The tables behind the figures: whole, and without percentages of a handful; and the small-cell rule."""

from datetime import date, datetime, timedelta

import pytest

from reviewer.access.actor import OPERATOR
from reviewer.cohort import territory
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages
from reviewer.cohort.filters import Subset, open_cohort
from reviewer.demographics.answer_groups import Group
from reviewer.demographics.questions import GENDER, SCHOOLING
from reviewer.figures import people, time
from reviewer.figures.figure import Bars, Figure, SmallCells, frame_of
from reviewer.figures.territory import map_of, shares_of
from reviewer.models import Call
from tests.calls import SLUG
from tests.factories.applications import add_applicants


def read_territory() -> territory.Territory:
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        return territory.by_alcaldia(cohort)


def test_territory_table_has_city_and_outside_rows(call: Call) -> None:
    add_applicants(call, [{"alcaldia": "09007"}] * 30 + [{"place": "Ecatepec"}] * 2 + [{}])
    city = read_territory()
    table = map_of(city).table
    assert all(len(row) == len(table.columns) for row in table.rows)
    rows = {str(row[0]): row for row in table.rows}
    assert len(table.rows) == 19 and table.rows[0][0] == "Azcapotzalco"
    assert rows["Iztapalapa"] == ("Iztapalapa", 30, 0.16, 1835486, 100.0, "Más", "Casa Oriente", 0.0)
    assert rows["Ciudad de México"][1] == 30 and rows["Ciudad de México"][3] == 9209944
    assert rows["Fuera de la ciudad o sin reconocer"][1] == 2
    assert rows["Sin respuesta"][1] == 1
    name, share, low, high, population_share, _ = shares_of(city).table.rows[0]
    assert (name, share, high, population_share) == ("Iztapalapa", 100.0, 100.0, 19.9)
    assert isinstance(low, float) and 70 < low < 80


def test_few_applications_have_no_percentages(call: Call) -> None:
    add_applicants(call, [{"alcaldia": "09007"}] * 3)
    row = next(row for row in map_of(read_territory()).table.rows if row[0] == "Iztapalapa")
    assert row[1] == 3 and row[4:6] == (None, None)
    assert people.share_cell(2, 3) is None and people.share_cell(8, 10) == 80.0


def test_days_outside_the_window_and_without_date_are_rows() -> None:
    days = ((date(2025, 9, 26), 0), (date(2025, 9, 27), 4))
    closes = datetime(2025, 9, 27, 23, 59)
    arrivals = Arrivals(days, before=1, after=2, undated=3, closes=closes)
    assert time.days_of(arrivals, now=closes).table.rows == (
        *days,
        ("Antes de abrir", 1),
        ("Después del cierre", 2),
        ("Sin fecha de envío", 3),
    )
    quiet = Arrivals(days, 0, 0, 0, closes + timedelta(days=1))
    assert time.days_of(quiet, now=closes).table.rows == days


def test_age_table_ends_with_unknown_ages(call: Call) -> None:
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        table = people.ages_of(cohort, Ages(((17, 1), (30, 6)), minimum=18, implausible=1, missing=2)).table
    assert table.rows == (
        (17, 1, 10.0),
        (30, 6, 60.0),
        ("Fecha de nacimiento por revisar", 1, 10.0),
        ("Sin fecha de nacimiento", 2, 20.0),
    )


def test_group_table_lists_the_answers_of_each_group(call: Call) -> None:
    answers = tuple(f"p{number}" for number in range(14))
    groups = (Group("Mujer", 9, ("Mujer", "Femenino")), Group("Sin agrupar", 14, answers))
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        table = people.groups_of(cohort, GENDER, groups).table
        assert people.groups_of(cohort, SCHOOLING, ()).table.rows == ()
    assert table.rows[0] == ("Mujer", 9, 39.1, "Mujer; Femenino")
    assert str(table.rows[1][3]).endswith("p11; y 2 más")


def test_whole_numbers_stay_whole_where_some_are_missing() -> None:
    frame = frame_of(("a", "b", "c"), [(1, 1.5, "x"), (None, None, None)])
    assert [str(dtype) for dtype in frame.dtypes] == ["Int64", "float64", "object"]
    table = Figure("f", "T", "S", frame, Bars("c", "a")).table
    assert table.rows == ((1, 1.5, "x"), (None, None, None))


def test_a_figure_for_publication_refuses_small_counts() -> None:
    for counts in ([12, None, 7], [12, 4, 7], [0]):
        frame = frame_of(("Grupo", "Recibidas"), [(f"g{count}", count) for count in counts])
        if 4 in counts or 0 in counts:
            with pytest.raises(ValueError, match="under 5"):
                Figure("f", "T", "S", frame, Bars("Grupo", "Recibidas"), small_cells=SmallCells.HIDDEN)
        else:
            figure = Figure("f", "T", "S", frame, Bars("Grupo", "Recibidas"), small_cells=SmallCells.HIDDEN)
            assert figure.table.rows[1] == ("gNone", "reservado")
