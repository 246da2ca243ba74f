"""What a figure is made of, before it is drawn: a data frame, its words, and which column goes where.

``reviewer/web/charts`` draws a ``Figure`` with Plotly on the screen and with matplotlib on paper. See
``CONTRIBUTING.md``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import pandas as pd

from reviewer.cohort.disclosure import MIN_PUBLISHED_COUNT
from reviewer.tables.csv_files import Cell, Table

RESERVED = "reservado"


class SmallCells(StrEnum):
    """The small-cell rule: who reads the figure decides whether counts under five are in it."""

    SHOWN = "shown"  # for coordinators
    HIDDEN = "hidden"  # for publication: the frame holds no count under five; hidden cells are missing


class Size(StrEnum):
    """The place of a figure among others: one column, the whole width, or large beside two columns."""

    COLUMN = "column"
    WIDE = "wide"
    LEAD = "lead"


@dataclass(frozen=True)
class Bars:
    """A horizontal bar for each row. ``share`` (percent) is written beside the count where it is known.

    ``missing`` are labels that stand for the lack of an answer.
    """

    label: str
    value: str
    share: str = ""
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Histogram:
    """Counts by whole number, gathered in bins; the reader can zoom to single numbers.

    ``first`` is where the bins start; what lies below it gets one bin, in the colour of an alarm. ``filters``
    are the filter values by number.
    """

    value: str
    count: str
    first: int
    filters: dict[int, str]
    bin_width: int = 5


@dataclass(frozen=True)
class Timeline:
    """A column for each day, with the deadline as a line and a range slider.

    ``detail`` has the same columns by hour. Rows with a value in ``forecast`` are expected, not counted;
    ``span`` is a shaded stretch of days with its label.
    """

    time: str
    count: str
    deadline: datetime | None = None
    deadline_label: str = ""
    detail: pd.DataFrame | None = None
    forecast: pd.DataFrame | None = None
    span: tuple[datetime, datetime, str] | None = None


@dataclass(frozen=True)
class HeatMap:
    """A cell for each row and column: the frame's first column is ``rows``, ``columns`` hold the counts."""

    rows: str
    columns: tuple[str, ...]
    count: str


@dataclass(frozen=True)
class Comparison:
    """Rows with several values beside one another: a bar for the first of ``series``, marks for the others.

    ``low`` and ``high`` are the ends of the first one's interval. ``colors`` is a column of palette classes.
    """

    label: str
    series: tuple[str, ...]
    low: str = ""
    high: str = ""
    unit: str = "%"
    colors: str = ""


@dataclass(frozen=True)
class Funnel:
    """The share of each group that reached each of ``stages``, in percent with its interval.

    The frame has the columns ``stage``, ``stage %``, ``stage desde %`` and ``stage hasta %`` for each stage.
    ``overall`` are the shares (0 to 1) of all; ``gaps`` says for a group and a stage that its gap is larger
    than chance would make it, and whether it is above (True) or below the others.
    """

    label: str
    stages: tuple[str, ...]
    overall: tuple[float | None, ...]
    gaps: dict[tuple[str, str], bool]


@dataclass(frozen=True)
class AlcaldiaMap:
    """The alcaldías in the colours of ``value``; ``code`` is the column of INEGI codes.

    ``text`` is written below the name. ``classes`` orders the values of a column of classes; without them
    ``value`` is a number and the colours are a scale. ``venues`` are labels by the code of their alcaldía.
    """

    code: str
    name: str
    value: str
    text: str
    legend: str
    hover: str
    venues: dict[str, str]
    classes: tuple[str, ...] = ()


Encoding = Bars | Histogram | Timeline | HeatMap | Comparison | Funnel | AlcaldiaMap


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure, ready to be drawn. ``name`` is the word of its address; texts are in Spanish.

    ``frame`` holds counts, never people. The table behind the figure and the CSV file show ``table_columns``
    (all columns unless given) of it and then ``footer``. ``filter_key`` is the filter that a click sets, to
    the value in ``filter_column``; ``chosen`` are the values that it has now.
    """

    name: str
    title: str
    sentence: str
    frame: pd.DataFrame
    encoding: Encoding
    table_title: str = ""
    table_columns: tuple[str, ...] = ()
    footer: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""
    hint: str = ""
    small_cells: SmallCells = SmallCells.SHOWN
    size: Size = Size.COLUMN
    filter_key: str = ""
    filter_column: str = ""
    chosen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ``ValueError`` where a figure for publication holds a count under five."""
        if self.small_cells is SmallCells.HIDDEN:
            numbers = self.frame.select_dtypes("number")
            if bool((numbers < MIN_PUBLISHED_COUNT).any(axis=None)):
                raise ValueError(f"figure {self.name!r} would publish a count under {MIN_PUBLISHED_COUNT}")

    @property
    def description(self) -> str:
        """The alternative text."""
        return f"{self.title}. {self.sentence}"

    @property
    def table(self) -> Table:
        """The table behind the figure, as the CSV file holds it."""
        columns = self.table_columns or tuple(map(str, self.frame.columns))
        missing = RESERVED if self.small_cells is SmallCells.HIDDEN else None
        rows = tuple(
            tuple(_cell(value, missing) for value in row)
            for row in self.frame[list(columns)].itertuples(index=False, name=None)
        )
        return Table(self.table_title or self.title, columns, rows + self.footer)


def frame_of(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Returns the rows as a data frame; whole numbers stay whole where some are missing."""
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return frame.astype({column: _dtype(frame[column]) for column in columns})


def _dtype(values: "pd.Series[Any]") -> str:
    types = {type(value) for value in values if value is not None}
    if types == {int}:
        return "Int64"
    return "float64" if types and types <= {int, float} else "object"


def _cell(value: Any, missing: Cell) -> Cell:
    """Returns a value of a frame as a Python object."""
    if pd.isna(value):
        return missing
    item: Cell = value.item() if hasattr(value, "item") else value
    return item
