"""Figures for publication: of the whole cohort, with hidden small cells that no sentence gives away."""

from datetime import date

from reviewer.cohort import publication
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.publication import PublicTable
from reviewer.cohort.stages import LABELS
from reviewer.core.spanish import format_day, format_number, format_percent
from reviewer.demographics import geography
from reviewer.demographics.questions import ALCALDIA, COHORT
from reviewer.figures.figure import RESERVED, AlcaldiaMap, Bars, Encoding, Figure, Size, SmallCells, frame_of
from reviewer.tables.csv_files import Cell

NOTE = (
    "«Reservado»: menos de cinco postulaciones, o una cuenta con la que se podría obtener otra restando. "
    "Datos de la cohorte entera."
)
CODE, TEXT = "Clave INEGI", "text"
PUBLIC_FIGURES = {
    "mapa": "De dónde son",
    "elegibilidad": "Elegibilidad",
    **{key: question.label for key, question in COHORT.items() if question != ALCALDIA},
    "dias": "Llegada por día",
}
"""The titles of the figures that may be published, by name."""


def published(cohort: CohortSession, name: str) -> Figure:
    """The public figure of this name (one of ``PUBLIC_FIGURES``)."""
    if name == "mapa":
        return _map(publication.by_question(cohort, ALCALDIA))
    if name == "elegibilidad":
        return _bars(name, publication.by_eligibility(cohort))
    if name == "dias":
        return _bars(name, publication.by_day(cohort)[1])
    return _bars(name, publication.by_question(cohort, COHORT[name]))


def _bars(name: str, table: PublicTable) -> Figure:
    label = PUBLIC_FIGURES[name]
    return _figure(name, table, Bars(label, _stages(table)[0]), label)


def _map(table: PublicTable) -> Figure:
    count = _stages(table)[0]
    encoding = AlcaldiaMap(CODE, ALCALDIA.label, count, TEXT, legend="Postulaciones", hover=ALCALDIA.label, venues={})
    return _figure("mapa", table, encoding, ALCALDIA.label)


def _figure(name: str, table: PublicTable, encoding: Encoding, label: str) -> Figure:
    columns = (label, *_stages(table))
    rows: list[tuple[Cell, ...]] = [
        (group, *cells) for group, cells in zip(table.groups, table.counts.cells, strict=True)
    ]
    frame, is_map = frame_of(columns, rows), isinstance(encoding, AlcaldiaMap)
    if is_map:
        codes = {alcaldia.name: alcaldia.code for alcaldia in geography.alcaldias()}
        frame[CODE] = [codes.get(group) for group in table.groups]
        frame[TEXT] = [RESERVED if cell is None else format_number(cell) for cell in table.counts.column(0)]
    totals = (RESERVED if total is None else total for total in table.counts.totals)
    return Figure(
        name=name,
        title=PUBLIC_FIGURES[name],
        sentence=_sentence(table),
        frame=frame,
        encoding=encoding,
        table_title=f"{PUBLIC_FIGURES[name]}: cifras para publicar",
        table_columns=columns,
        footer=(("Total", *totals),),
        note=NOTE,
        small_cells=SmallCells.HIDDEN,
        size=Size.LEAD if is_map else Size.COLUMN,
    )


def _stages(table: PublicTable) -> tuple[str, ...]:
    return tuple(LABELS[stage] for stage in table.stages)


def _sentence(table: PublicTable) -> str:
    """Names the largest group that is shown."""
    total = table.counts.totals[0]
    shown = [
        (count, group) for group, count in zip(table.groups, table.counts.column(0), strict=True) if count is not None
    ]
    if total is None or not shown:
        return "Son muy pocas postulaciones para publicar sus cuentas."
    count, group = max(shown)
    share = format_percent(count / total)
    return f"Lo más común: {_day_label(group)}, {format_number(count)} de {format_number(total)} ({share})."


def _day_label(group: str) -> str:
    try:
        return format_day(date.fromisoformat(group))
    except ValueError:
        return group
