"""Figures that may be published: what is reserved is said to be, and no sentence gives it away."""

from datetime import date

from reviewer import geography
from reviewer.cohort import release
from reviewer.cohort.part import Counting
from reviewer.cohort.release import Released
from reviewer.cohort.stages import LABELS
from reviewer.cohort.traits import ALCALDIA, TRAITS
from reviewer.tables import Cell, Table
from reviewer.web.charts.bars import Bar, group_bars
from reviewer.web.charts.card import Card
from reviewer.web.charts.grids import shade
from reviewer.web.charts.palette import PAPER, Palette
from reviewer.web.charts.territory import Entry, Shade, city
from reviewer.words import day, number, percent

RESERVED = "reservado"
NOTE = (
    "«Reservado»: menos de cinco postulaciones, o una cuenta con la que se podría obtener otra restando. "
    "Datos de la cohorte entera."
)
NAMES = {
    "mapa": "De dónde son",
    "elegibilidad": "Elegibilidad",
    **{key: trait.label for key, trait in TRAITS.items() if trait != ALCALDIA},
    "dias": "Llegada por día",
}
"""The figures that may be published, by name."""


def card(counting: Counting, name: str, palette: Palette = PAPER) -> Card:
    """The public figure of this name (one of ``NAMES``)."""
    if name == "mapa":
        return _map(release.by_trait(counting, ALCALDIA), palette)
    if name == "elegibilidad":
        return _bars(name, release.by_eligibility(counting), palette)
    if name == "dias":
        _, released = release.by_day(counting)
        return _bars(name, released, palette, names=tuple(_day(each) for each in released.groups))
    return _bars(name, release.by_trait(counting, TRAITS[name]), palette)


def _bars(name: str, released: Released, palette: Palette, names: tuple[str, ...] = ()) -> Card:
    total = released.published.totals[0]
    cells = released.published.column(0)
    bars = [
        Bar(label, count, _words(count, total))
        for label, count in zip(names or released.groups, cells, strict=True)
    ]
    return Card(
        name=name,
        heading=NAMES[name],
        sentence=_sentence(released),
        drawing=group_bars(bars, palette),
        table=_table(name, released),
        note=NOTE,
    )


def _map(released: Released, palette: Palette) -> Card:
    by_name = dict(zip(released.groups, released.published.column(0), strict=True))
    most = max((count or 0 for count in by_name.values()), default=0)
    shades = {
        each.code: Shade(
            fill=palette.grid
            if by_name[each.name] is None
            else shade(by_name[each.name] or 0, most, palette),
            value=_words(by_name[each.name], None),
            tip="",
        )
        for each in geography.alcaldias()
    }
    legend = [Entry(palette.grid, "Reservado")] if released.reserved else []
    return Card(
        name="mapa",
        heading=NAMES["mapa"],
        sentence=_sentence(released),
        drawing=city(shades, palette, legend=legend, legend_title="Postulaciones", picks=False),
        table=_table("mapa", released),
        note=NOTE,
        lead=True,
    )


def _table(name: str, released: Released) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (group, *(RESERVED if cell is None else cell for cell in cells))
        for group, cells in zip(released.groups, released.published.cells, strict=True)
    ]
    totals = (RESERVED if each is None else each for each in released.published.totals)
    rows.append(("Total", *totals))
    columns = (ALCALDIA.label if name == "mapa" else NAMES[name], *(LABELS[each] for each in released.stages))
    return Table(f"{NAMES[name]}: cifras para publicar", columns, tuple(rows))


def _sentence(released: Released) -> str:
    """The largest group that is told."""
    total = released.published.totals[0]
    told = [
        (count, group)
        for group, count in zip(released.groups, released.published.column(0), strict=True)
        if count is not None
    ]
    if total is None or not told:
        return "Son muy pocas postulaciones para publicar sus cuentas."
    count, group = max(told)
    return f"Lo más común: {_day(group)}, {number(count)} de {number(total)} ({percent(count / total)})."


def _words(count: int | None, total: int | None) -> str:
    if count is None:
        return RESERVED
    return f"{number(count)} · {percent(count / total)}" if total else number(count)


def _day(group: str) -> str:
    try:
        return day(date.fromisoformat(group))
    except ValueError:
        return group
