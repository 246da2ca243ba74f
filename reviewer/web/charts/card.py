"""A figure as pages show it: its sentence, the figure, its table, and both to take along."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from reviewer.core.spanish import format_day, format_number
from reviewer.figures.figure import AlcaldiaMap, Figure, Histogram, Size
from reviewer.tables.csv_files import Cell, Table
from reviewer.web.charts import plotly_theme, screen
from reviewer.web.charts.palette import Palette, palette_for
from reviewer.web.charts.plotly_theme import Browser
from reviewer.web.components import figures
from reviewer.web.ui import links

FORMATS = {"png": "PNG", "svg": "SVG", "csv": "CSV"}
MAP_STATE, BROWSER_KEY = "map_selection", "navegador"

Pick = Callable[[str, tuple[str, ...]], None]


@dataclass(frozen=True)
class _MapState:
    """What the map's own selection is, so that a selection does not draw the map anew and lose its zoom.

    ``drawn`` are the alcaldías that it was drawn with as selected, ``selected`` those selected since.
    """

    signature: tuple[Any, ...]
    drawn: tuple[str, ...]
    selected: tuple[str, ...]
    version: int


def show(
    shown: Sequence[Figure],
    *,
    address: str,
    params: Mapping[str, str | None],
    on_pick: Pick | None = None,
) -> None:
    """Draws figures side by side. ``address`` and ``params`` are where their files are taken from.

    ``on_pick`` is called with a filter's key and the values that were chosen in a figure or in its table.
    """
    palette = palette_for(st.context.theme.type)
    browser = Browser(*figures.watch(key=BROWSER_KEY))
    has_lead = any(figure.size is Size.LEAD for figure in shown)
    with st.container(key="figuras-con-mapa" if has_lead else "figuras"):
        for figure in shown:
            with st.container(key=f"figura-{figure.name}-{figure.size}", border=True, gap="xxsmall"):
                _show_card(figure, palette, on_pick, browser)
                key = f"tabla-{figure.name}"
                pick = partial(_pick_in_table, key, on_pick) if on_pick else None
                figures.show(_footer(figure, address, params), key=key, on_pick=pick)


def _show_card(figure: Figure, palette: Palette, on_pick: Pick | None, browser: Browser) -> None:
    hint = f' <span class="hint">{html.escape(figure.hint)}</span>' if figure.hint else ""
    st.html(f'<h2 class="card">{html.escape(figure.title)}</h2><p>{html.escape(figure.sentence)}{hint}</p>')
    is_map = isinstance(figure.encoding, AlcaldiaMap)
    version = 0
    if is_map and figure.filter_key:
        figure, version = _as_drawn(figure, palette)
    selects = bool(figure.filter_key) and on_pick is not None
    key = f"plotly-{figure.name}-{version}"
    options: dict[str, Any] = {}
    if selects and on_pick is not None:
        modes = ("points", "box", "lasso") if is_map else ("points",)
        callback = partial(_pick_in_figure, key, figure.filter_key, on_pick, is_map=is_map)
        options = {"on_select": callback, "selection_mode": modes}
    st.plotly_chart(
        screen.draw(figure, palette, browser),
        key=key,
        theme=None,
        # A map's sentence changes with its selection, and another text would draw the map anew.
        alt=figure.title if is_map else figure.description,
        config=plotly_theme.config(figure.name),
        **options,
    )


def _as_drawn(figure: Figure, palette: Palette) -> tuple[Figure, int]:
    """Returns the map as it was drawn last, unless something else than its own selection has changed."""
    signature = (figure.encoding, tuple(figure.frame.iloc[:, 2]), palette.page)
    state: _MapState | None = st.session_state.get(MAP_STATE)
    if state is None or state.signature != signature or state.selected != figure.chosen:
        version = state.version + 1 if state else 0
        state = _MapState(signature, figure.chosen, figure.chosen, version)
        st.session_state[MAP_STATE] = state
    return replace(figure, chosen=state.drawn), state.version


def _pick_in_figure(key: str, filter_key: str, on_pick: Pick, *, is_map: bool) -> None:
    points = st.session_state[key].selection.points
    values = tuple(sorted({str(point["customdata"][0]) for point in points if point.get("customdata")} - {""}))
    if is_map:
        st.session_state[MAP_STATE] = replace(st.session_state[MAP_STATE], selected=values)
        on_pick(filter_key, values)
    elif values:
        on_pick(filter_key, values)


def _pick_in_table(key: str, on_pick: Pick) -> None:
    filter_key, _, value = figures.picked_value(key).partition("=")
    on_pick(filter_key, (value,))


def _footer(figure: Figure, address: str, params: Mapping[str, str | None]) -> str:
    """Returns the links and the table as HTML. Its first column filters as the figure does, by keyboard."""
    table_id = f"tabla-{figure.name}"
    title = html.escape(figure.title)
    note = f'<p class="note">{html.escape(figure.note)}</p>' if figure.note else ""
    table = table_html(figure.table, _picks(figure), figure.chosen)
    links_html = download_links(figure.name, address=address, params=params, heading=figure.title)
    return (
        f'<footer><button type="button" popovertarget="{table_id}" aria-label="Ver tabla de «{title}»">'
        f'Ver tabla</button>{links_html}</footer><div class="table" popover id="{table_id}" tabindex="0" '
        f'role="region" aria-label="Tabla de «{title}»">{table}{note}'
        f'<button type="button" popovertarget="{table_id}" popovertargetaction="hide">Cerrar</button></div>'
    )


def _picks(figure: Figure) -> list[str]:
    """Returns the filter that each row of the table sets, as ``key=value``; none where it sets none."""
    if not figure.filter_key:
        return []
    if isinstance(figure.encoding, Histogram):
        values = [figure.encoding.filters[int(number)] for number in figure.frame[figure.encoding.value]]
    else:
        values = list(figure.frame[figure.filter_column])
    return [f"{figure.filter_key}={value}" for value in values]


def download_links(name: str, *, address: str, params: Mapping[str, str | None], heading: str) -> str:
    """Links that take a figure and its data along, as HTML."""
    return "".join(
        f'<a class="download" href="{html.escape(links.address(f"{address}/{name}.{extension}", params))}" '
        f'target="_self" aria-label="{html.escape(f"{label} de «{heading}»")}">{label}</a>'
        for extension, label in FORMATS.items()
    )


def show_figure(heading: str, figure: Figure, *, key: str) -> None:
    """Draws a figure under its heading, without its sentence and files."""
    browser = Browser(*figures.watch(key=f"{BROWSER_KEY}-{key}"))
    palette = palette_for(st.context.theme.type)
    with st.container(border=True, gap="xxsmall"):
        st.html(f'<h2 class="card">{html.escape(heading)}</h2>')
        st.plotly_chart(
            screen.draw(figure, palette, browser),
            key=key,
            theme=None,
            alt=heading,
            config=plotly_theme.config(figure.name),
        )
        figures.show(_table_only(figure, key), key=f"tabla-{key}")


def _table_only(figure: Figure, key: str) -> str:
    return (
        f'<footer><button type="button" popovertarget="tabla-{key}">Ver tabla</button></footer>'
        f'<div class="table" popover id="tabla-{key}" tabindex="0" role="region">{table_html(figure.table)}'
        f'<button type="button" popovertarget="tabla-{key}" popovertargetaction="hide">Cerrar</button></div>'
    )


def show_table(table: Table) -> None:
    """Draws a table among other elements of a page."""
    st.html(table_html(table))


def show_total(count: int, label: str) -> None:
    """Draws a number with what it counts."""
    st.html(f'<p class="total"><b>{format_number(count)}</b> {html.escape(label)}</p>', width="content")


def table_html(table: Table, picks: Sequence[str] = (), chosen: Sequence[str] = ()) -> str:
    """A table as plain HTML: read by screen readers, without a toolbar of Streamlit's.

    ``picks`` makes the first cell of as many rows a button; those of ``chosen`` values are pressed.
    """
    classes = [' class="n"' if _is_numeric(index, table) else "" for index in range(len(table.columns))]
    head = _row_html(
        (f"<th scope='col'{attribute}>", html.escape(column), "</th>")
        for attribute, column in zip(classes, table.columns, strict=True)
    )
    body = ""
    for index, row in enumerate(table.rows):
        cells = [html.escape(cell_text(cell)) for cell in row]
        if index < len(picks):
            pressed = "true" if picks[index].partition("=")[2] in chosen else "false"
            pick = html.escape(picks[index])
            cells[0] = f'<button type="button" data-pick="{pick}" aria-pressed="{pressed}">{cells[0]}</button>'
        body += _row_html((f"<td{attribute}>", cell, "</td>") for attribute, cell in zip(classes, cells, strict=True))
    return (
        f'<table class="numbers"><caption>{html.escape(table.title)}</caption>'
        f"<thead>{head}</thead><tbody>{body}</tbody></table>"
    )


def cell_text(cell: Cell) -> str:
    """A cell as it is written in Mexico."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    if isinstance(cell, int):
        return format_number(cell)
    return cell if isinstance(cell, str) else format_day(cell)


def _is_numeric(column: int, table: Table) -> bool:
    """Whether a column stands to the right. The first one holds names, even where they are ages."""
    return column > 0 and any(isinstance(row[column], int | float) for row in table.rows)


def _row_html(cells: Iterable[tuple[str, str, str]]) -> str:
    return f"<tr>{''.join(f'{begin}{cell}{end}' for begin, cell, end in cells)}</tr>"
