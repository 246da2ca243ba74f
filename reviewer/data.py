"""Data frames of a call, for analysts: ``from reviewer import data; data.cohort("slug")``.

Everything is read as the operator of the machine, from the installation that the settings name, and recorded in the
audit trail as an export by ``cli``. ``docs/data.md`` describes the columns. Their types are ``str``, ``category``,
``Int64``, ``float64``, ``datetime64[s]`` for days, and ``datetime64[us, zone]`` for moments, in the call's time zone.
An answer that was not given is missing (NA). Every function raises ``UserError`` where there is no such call.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from reviewer.export.data_dictionary import Kind
    from reviewer.tables.csv_files import Cell, Table

_COHORT_COLUMNS = ("folio", "sede_preferida", "enviado_en", "eligibility")


def applications(slug: str) -> "pd.DataFrame":
    """Returns a row for each current application, with names, contact and sensitive answers.

    Beside each answer that the cohort groups stands its group (``genero``, ``genero_grupo``).
    """
    return _read(slug, "applications")["applications"]


def scores(slug: str) -> "pd.DataFrame":
    """Returns a row for each score; the level is on the scale of the rubric."""
    return _read(slug, "scores")["scores"]


def ranking(slug: str) -> "pd.DataFrame":
    """Returns the calibrated ranking, the best first; without rows while no review is submitted."""
    return _read(slug, "ranking")["ranking"]


def selection(slug: str) -> "pd.DataFrame":
    """Returns the selected and waiting applications; without rows while there is no selection."""
    return _read(slug, "selection")["selection"]


def cohort(slug: str) -> "pd.DataFrame":
    """Returns a row for each current application, with what the cohort is counted by, and how far it came.

    ``rank`` is its place in the ranking, ``reviews`` its submitted ones, ``outcome`` whether it is selected or waits,
    ``venue`` where it is selected for. No column is a name, contact or CURP; of sensitive questions it holds the
    group, never the words.
    """
    from reviewer.demographics.questions import COHORT
    from reviewer.export.data_dictionary import GROUP_SUFFIX

    frames = _read(slug, "applications", "ranking", "selection")
    answers = [key for key, question in COHORT.items() if not question.is_sensitive]
    groups = [f"{key}{GROUP_SUFFIX}" for key in COHORT]
    places = frames["ranking"].rename(columns={"application": "folio"})[["folio", "rank", "estimate", "reviews"]]
    outcomes = frames["selection"].drop_duplicates("folio")  # the selected come first; others wait for several venues
    outcomes = outcomes.assign(venue=outcomes["venue"].where(outcomes["outcome"] == "selected"))
    outcomes = outcomes[["folio", "outcome", "venue"]]
    people = frames["applications"][[*_COHORT_COLUMNS, *answers, *groups]]
    return people.merge(places, on="folio", how="left").merge(
        outcomes[["folio", "outcome", "venue"]], on="folio", how="left"
    )


def _read(slug: str, *names: str) -> "dict[str, pd.DataFrame]":
    from reviewer.access.actor import OPERATOR
    from reviewer.call.spec import get_call, spec_of
    from reviewer.export import bundle

    zone = spec_of(get_call(slug)).timezone
    tables = bundle.read_tables(OPERATOR, slug=slug, names=names)
    return {name: _frame(name, table, zone) for name, table in tables.items()}


def _frame(sheet: str, table: "Table", zone: str) -> "pd.DataFrame":
    import pandas as pd

    from reviewer.export.data_dictionary import kind_of

    columns = zip(*table.rows, strict=True) if table.rows else ((),) * len(table.columns)
    return pd.DataFrame(
        {name: _series(cells, kind_of(sheet, name), zone) for name, cells in zip(table.columns, columns, strict=True)}
    )


def _series(cells: "Sequence[Cell]", kind: "Kind", zone: str) -> "pd.Series":
    import pandas as pd

    types = {
        "texto": "str",
        "categoría": "category",
        "entero": "Int64",
        "número": "float64",
        "fecha": "datetime64[s]",
        "momento": f"datetime64[us, {zone}]",
    }
    return pd.Series([None if cell == "" else cell for cell in cells], dtype=types[kind])
