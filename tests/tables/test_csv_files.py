"""CSV files are complete in a spreadsheet and contain no formulas."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.tables.csv_files import Table, escape_formula, to_csv


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        '=HYPERLINK("http://malo.example";"ver")',
        "+52 55 1234 5678",
        "-me gusta",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "＝1+1",
        "＠x",
    ],
)
def test_formulas_are_escaped(cell: str) -> None:
    assert escape_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ana = Luis", "María-José", "a@b.mx", "'=1", " texto", "5 - 3"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert escape_formula(cell) == cell


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("=+-@＝＋－＠\t\r\n'\",;")), max_size=8))
def test_any_cell_is_no_formula_and_can_be_read_back(cell: str) -> None:
    content = to_csv(Table("T", (cell, "b"), ((cell, cell),)))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    written = rows[1][0]
    assert rows == [[written, "b"], [written, written]]
    assert written[:1] not in {*"=+-@\t\r\n＝＋－＠"}
    assert written in (cell, f"'{cell}")


def test_a_table_is_read_back_completely() -> None:
    table = Table(
        "Título",
        ("Día", "=Columna", "Número"),
        (
            (date(2025, 9, 27), 'dijo "sí", y\nse fue; Ñandú', -3),
            (datetime(2025, 9, 27, 5, 59, tzinfo=UTC), None, 2.5),
            ("-", "=cmd|' /C calc'!A0", 0),
        ),
    )
    content = to_csv(table)
    assert content.startswith("\ufeff".encode())  # by which Excel knows UTF-8
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["Día", "'=Columna", "Número"],
        ["2025-09-27", 'dijo "sí", y\nse fue; Ñandú', "-3"],
        ["2025-09-27T05:59:00+00:00", "", "2.5"],
        ["'-", "'=cmd|' /C calc'!A0", "0"],
    ]


def test_a_table_of_some_columns() -> None:
    table = Table("T", ("a", "b", "c"), ((1, 2, 3), (4, 5, 6)))
    assert table.select_columns("c", "a") == Table("T", ("c", "a"), ((3, 1), (6, 4)))
    with pytest.raises(ValueError, match="x"):
        table.select_columns("x")
