"""What may be published: nothing under five, and nothing that an outsider with all the rest can work out."""

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.cohort.disclosure import LEAST_SHOWN, Published, publish

Tables = st.integers(1, 3).flatmap(
    lambda stages: st.lists(
        st.lists(st.integers(0, 14), min_size=stages, max_size=stages).map(
            lambda row: sorted(row, reverse=True)
        ),
        min_size=1,
        max_size=4,
    )
)


Row = tuple[int, ...]


def possible(shown: Published) -> list[tuple[Row, ...]]:
    """Every table of whole numbers that agrees with what is shown: an attack by trying all of them.

    Stages that are hidden whole are left out: about them nothing is known.
    """
    told = {stage: total for stage, total in enumerate(shown.totals) if total is not None}
    highest = max(told.values(), default=0)
    found: list[tuple[Row, ...]] = [()]
    for row in shown.cells:
        cells = [row[stage] for stage in told]
        choices = [range(highest + 1) if cell is None else (cell,) for cell in cells]
        options = [each for each in product(*choices) if all(a >= b for a, b in pairwise(each))]
        longer = [(*table, option) for table in found for option in options]
        found = [
            each for each in longer if all(a <= b for a, b in zip(sums(each), told.values(), strict=True))
        ]
    return [table for table in found if sums(table) == list(told.values())]


def sums(table: tuple[Row, ...]) -> list[int]:
    return [sum(column) for column in zip(*table, strict=True)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 9), min_size=1, max_size=2).map(lambda r: sorted(r, reverse=True)),
        min_size=2,
        max_size=3,
    )
)
def test_trying_every_table_finds_no_hidden_count(counts: list[list[int]]) -> None:
    width = min(map(len, counts))
    counts = [row[:width] for row in counts]
    shown = publish(counts)
    told = [stage for stage, total in enumerate(shown.totals) if total is not None]
    tables = possible(shown)
    assert tuple(tuple(row[stage] for stage in told) for row in counts) in tables
    for group, row in enumerate(counts):
        for place, stage in enumerate(told):
            values = {table[group][place] for table in tables}
            if shown.cells[group][stage] is None:
                assert max(values) - min(values) >= LEAST_SHOWN
            else:
                assert values == {row[stage]} and row[stage] >= LEAST_SHOWN
        for place, (one, other) in enumerate(pairwise(told)):
            if row[one] - row[other] < LEAST_SHOWN:
                gone = {table[group][place] - table[group][place + 1] for table in tables}
                assert len(gone) > 1, "who did not go on can be worked out"


@settings(max_examples=150, deadline=None)
@given(Tables)
def test_nothing_under_five_is_shown_and_what_is_shown_is_true(counts: list[list[int]]) -> None:
    shown = publish(counts)
    for row, cells in zip(counts, shown.cells, strict=True):
        for count, cell in zip(row, cells, strict=True):
            assert cell is None or (cell == count and cell >= LEAST_SHOWN)
    for stage, total in enumerate(shown.totals):
        hidden = [row[stage] for row, cells in zip(counts, shown.cells, strict=True) if cells[stage] is None]
        if total is None:
            assert len(hidden) == len(counts)
        else:
            assert total == sum(row[stage] for row in counts) >= LEAST_SHOWN
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


def test_who_did_not_go_on_counts_as_a_cell() -> None:
    shown = publish([[30, 8], [30, 28], [30, 9], [30, 10]])
    assert shown.column(0) == (30, 30, 30, 30)
    assert shown.cells[1][1] is None, "two of thirty were not selected: by subtraction it would be told"


def test_a_stage_that_gives_too_much_away_is_left_out() -> None:
    assert publish([[30, 30], [30, 28]]).totals == (60, None)  # two in all did not go on
    assert publish([[30, 1], [30, 2]]).totals == (60, None)
