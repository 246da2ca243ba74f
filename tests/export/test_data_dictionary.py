"""The data dictionary describes what the exports and the views hold."""

from datetime import date, datetime

import pytest

from docs.build import data as build_data
from reviewer.call.spec import spec_of
from reviewer.core.database import read_session
from reviewer.export.data_dictionary import BY_SHEET, Kind, kind_of
from reviewer.export.tables import TABLE_BUILDERS
from reviewer.tables.csv_files import Cell
from tests.factories.decisions import decide_small_call
from tests.factories.people import PersonFactory

TYPES = {
    Kind.TEXT: str,
    Kind.CATEGORY: str,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.DATE: date,
    Kind.MOMENT: datetime,
}


def test_the_page_is_current() -> None:
    """Run ``python -m docs.build.data``."""
    assert build_data.PAGE.read_text(encoding="utf-8") == build_data.page_text()


@pytest.mark.parametrize("name", TABLE_BUILDERS)
def test_every_column_is_described_and_holds_what_is_said(person: PersonFactory, name: str) -> None:
    decided = decide_small_call(person)
    kinds = {document.key for document in spec_of(decided.call).documents}
    with read_session(streaming=True) as session:
        table = TABLE_BUILDERS[name](session, decided.call)
        rows = list(table.rows)
    assert rows
    assert [column for column in table.columns if column not in kinds] == [*BY_SHEET[name]]
    assert all(BY_SHEET[name].values())
    for column, cells in zip(table.columns, zip(*rows, strict=True), strict=True):
        assert {type(cell) for cell in cells if not _is_empty(cell)} <= {TYPES[kind_of(name, column)]}, column


def _is_empty(cell: Cell) -> bool:
    return cell is None or cell == ""
