"""What may be published: no count under five, and none that can be deduced from the others."""

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.cohort.disclosure import MIN_PUBLISHED_COUNT, SuppressedCounts, publish

Tables = st.integers(1, 3).flatmap(
    lambda stages: st.lists(
        st.lists(st.integers(0, 14), min_size=stages, max_size=stages).map(lambda row: sorted(row, reverse=True)),
        min_size=1,
        max_size=4,
    )
)


Row = tuple[int, ...]


def consistent_tables(published: SuppressedCounts) -> list[tuple[Row, ...]]:
    """Returns every table of whole numbers that agrees with the published one, by enumeration.

    Stages that are suppressed whole are left out: nothing is known about them.
    """
    known_totals = {stage: total for stage, total in enumerate(published.totals) if total is not None}
    highest = max(known_totals.values(), default=0)
    tables: list[tuple[Row, ...]] = [()]
    for row in published.cells:
        cells = [row[stage] for stage in known_totals]
        choices = [range(highest + 1) if cell is None else (cell,) for cell in cells]
        options = [option for option in product(*choices) if all(a >= b for a, b in pairwise(option))]
        extended_tables = [(*table, option) for table in tables for option in options]
        tables = [
            table
            for table in extended_tables
            if all(a <= b for a, b in zip(column_sums(table), known_totals.values(), strict=True))
        ]
    return [table for table in tables if column_sums(table) == list(known_totals.values())]


def column_sums(table: tuple[Row, ...]) -> list[int]:
    return [sum(column) for column in zip(*table, strict=True)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 9), min_size=1, max_size=2).map(lambda r: sorted(r, reverse=True)),
        min_size=2,
        max_size=3,
    )
)
def test_no_hidden_count_can_be_derived_by_enumeration(counts: list[list[int]]) -> None:
    width = min(map(len, counts))
    counts = [row[:width] for row in counts]
    published = publish(counts)
    shown_stages = [stage for stage, total in enumerate(published.totals) if total is not None]
    tables = consistent_tables(published)
    assert tuple(tuple(row[stage] for stage in shown_stages) for row in counts) in tables
    for group, row in enumerate(counts):
        for index, stage in enumerate(shown_stages):
            values = {table[group][index] for table in tables}
            if published.cells[group][stage] is None:
                assert max(values) - min(values) >= MIN_PUBLISHED_COUNT
            else:
                assert values == {row[stage]} and row[stage] >= MIN_PUBLISHED_COUNT
        for index, (earlier, later) in enumerate(pairwise(shown_stages)):
            if row[earlier] - row[later] < MIN_PUBLISHED_COUNT:
                dropped_out = {table[group][index] - table[group][index + 1] for table in tables}
                assert len(dropped_out) > 1, "who did not go on can be worked out"


@settings(max_examples=150, deadline=None)
@given(Tables)
def test_nothing_under_five_is_shown_and_what_is_shown_is_true(counts: list[list[int]]) -> None:
    published = publish(counts)
    for row, cells in zip(counts, published.cells, strict=True):
        for count, cell in zip(row, cells, strict=True):
            assert cell is None or (cell == count and cell >= MIN_PUBLISHED_COUNT)
    for stage, total in enumerate(published.totals):
        hidden = [row[stage] for row, cells in zip(counts, published.cells, strict=True) if cells[stage] is None]
        if total is None:
            assert len(hidden) == len(counts)
        else:
            assert total == sum(row[stage] for row in counts) >= MIN_PUBLISHED_COUNT
            assert len(hidden) != 1, "a single hidden count is the total less the others"


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([[40], [12], [7]], [40, 12, 7]),
        ([[40], [12], [3]], [40, None, None]),  # the smallest of the others goes with it
        ([[40], [12], [3], [2]], [40, 12, None, None]),  # two of five in all: each may be 0 to 5
        ([[40], [12], [4], [4]], [40, None, None, None]),  # eight in two counts under five: four each
        ([[40], [12], [0], [0]], [40, None, None, None]),  # none in two: none each
        ([[3], [1]], [None, None]),
    ],
)
def test_how_much_is_hidden(counts: list[list[int]], shown: list[int | None]) -> None:
    assert list(publish(counts).column(0)) == shown


def test_dropouts_between_stages_count_as_a_cell() -> None:
    published = publish([[30, 8], [30, 28], [30, 9], [30, 10]])
    assert published.column(0) == (30, 30, 30, 30)
    assert published.cells[1][1] is None, "two of thirty were not selected: by subtraction it would be told"


def test_a_stage_that_discloses_too_much_is_hidden() -> None:
    assert publish([[30, 30], [30, 28]]).totals == (60, None)  # two in all did not go on
    assert publish([[30, 1], [30, 2]]).totals == (60, None)
