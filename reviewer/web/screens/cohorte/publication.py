"""Figures that may be published: what is reserved is said to be, and no sentence gives it away."""

from datetime import date

from reviewer.cohort import publication
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.publication import PublicTable
from reviewer.cohort.stages import LABELS
from reviewer.core.csv_files import Cell, Table
from reviewer.core.spanish import format_day, format_number, format_percent
from reviewer.demographics import geography
from reviewer.demographics.questions import ALCALDIA, COHORT
from reviewer.web.charts.alcaldia_map import AlcaldiaStyle, LegendEntry, city_map
from reviewer.web.charts.bars import Bar, group_bars
from reviewer.web.charts.card import Card
from reviewer.web.charts.grids import ramp_color
from reviewer.web.charts.palette import PAPER, Palette

RESERVED = "reservado"
NOTE = (
    "«Reservado»: menos de cinco postulaciones, o una cuenta con la que se podría obtener otra restando. "
    "Datos de la cohorte entera."
)
PUBLIC_FIGURES = {
    "mapa": "De dónde son",
    "elegibilidad": "Elegibilidad",
    **{key: question.label for key, question in COHORT.items() if question != ALCALDIA},
    "dias": "Llegada por día",
}
"""The figures that may be published, by name."""


def public_card(cohort: CohortSession, name: str, palette: Palette = PAPER) -> Card:
    """The public figure of this name (one of ``PUBLIC_FIGURES``)."""
    if name == "mapa":
        return _map(publication.by_question(cohort, ALCALDIA), palette)
    if name == "elegibilidad":
        return _bars(name, publication.by_eligibility(cohort), palette)
    if name == "dias":
        _, public_table = publication.by_day(cohort)
        return _bars(
            name, public_table, palette, names=tuple(_day_label(group) for group in public_table.groups)
        )
    return _bars(name, publication.by_question(cohort, COHORT[name]), palette)


def _bars(name: str, public_table: PublicTable, palette: Palette, names: tuple[str, ...] = ()) -> Card:
    total = public_table.counts.totals[0]
    cells = public_table.counts.column(0)
    bars = [
        Bar(label, count, _count_text(count, total))
        for label, count in zip(names or public_table.groups, cells, strict=True)
    ]
    return Card(
        name=name,
        heading=PUBLIC_FIGURES[name],
        sentence=_sentence(public_table),
        drawing=group_bars(bars, palette),
        table=_table(name, public_table),
        note=NOTE,
    )


def _map(public_table: PublicTable, palette: Palette) -> Card:
    by_name = dict(zip(public_table.groups, public_table.counts.column(0), strict=True))
    highest = max((count or 0 for count in by_name.values()), default=0)
    styles = {
        alcaldia.code: AlcaldiaStyle(
            fill=palette.grid
            if by_name[alcaldia.name] is None
            else ramp_color(by_name[alcaldia.name] or 0, highest, palette),
            value=_count_text(by_name[alcaldia.name], None),
            tip="",
        )
        for alcaldia in geography.alcaldias()
    }
    legend = [LegendEntry(palette.grid, "Reservado")] if public_table.has_hidden_cells else []
    return Card(
        name="mapa",
        heading=PUBLIC_FIGURES["mapa"],
        sentence=_sentence(public_table),
        drawing=city_map(styles, palette, legend=legend, legend_title="Postulaciones", can_pick=False),
        table=_table("mapa", public_table),
        note=NOTE,
        lead=True,
    )


def _table(name: str, public_table: PublicTable) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (group, *(RESERVED if cell is None else cell for cell in cells))
        for group, cells in zip(public_table.groups, public_table.counts.cells, strict=True)
    ]
    totals = (RESERVED if total is None else total for total in public_table.counts.totals)
    rows.append(("Total", *totals))
    columns = (
        ALCALDIA.label if name == "mapa" else PUBLIC_FIGURES[name],
        *(LABELS[stage] for stage in public_table.stages),
    )
    return Table(f"{PUBLIC_FIGURES[name]}: cifras para publicar", columns, tuple(rows))


def _sentence(public_table: PublicTable) -> str:
    """The largest group that is told."""
    total = public_table.counts.totals[0]
    shown_groups = [
        (count, group)
        for group, count in zip(public_table.groups, public_table.counts.column(0), strict=True)
        if count is not None
    ]
    if total is None or not shown_groups:
        return "Son muy pocas postulaciones para publicar sus cuentas."
    count, group = max(shown_groups)
    return (
        f"Lo más común: {_day_label(group)}, {format_number(count)} de {format_number(total)} "
        f"({format_percent(count / total)})."
    )


def _count_text(count: int | None, total: int | None) -> str:
    if count is None:
        return RESERVED
    return f"{format_number(count)} · {format_percent(count / total)}" if total else format_number(count)


def _day_label(group: str) -> str:
    try:
        return format_day(date.fromisoformat(group))
    except ValueError:
        return group
