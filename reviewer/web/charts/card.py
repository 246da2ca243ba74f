"""A figure as pages show it: what is to be seen in it, the figure, its table, and both to take along."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from reviewer.core.csv_files import Cell, Table
from reviewer.core.spanish import format_day, format_number
from reviewer.web.charts import svg
from reviewer.web.charts.drawing import Drawing, Mark, Text, static_part, translate, wrap
from reviewer.web.charts.palette import Palette
from reviewer.web.components import figures
from reviewer.web.ui import links

FRAME = 18.0  # pixels around a figure in a file
FORMATS = {"png": "PNG", "svg": "SVG", "csv": "CSV"}


@dataclass(frozen=True)
class Card:
    """What belongs together. ``name`` is that of its figure among those that can be taken along.

    ``hint`` says what can be done with it on a screen. ``lead`` is drawn large, to the left of the others;
    ``wide`` takes a row of its own.
    """

    name: str
    heading: str
    sentence: str
    drawing: Drawing
    table: Table
    note: str = ""
    hint: str = ""
    lead: bool = False
    wide: bool = False


def show(
    cards: Sequence[Card],
    *,
    address: str,
    params: Mapping[str, str | None],
    key: str,
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Draws cards side by side. ``address`` and ``params`` are where their files are taken from.

    ``on_pick`` is called when a part of a figure was chosen, by mouse or keyboard (see ``picked``).
    """
    figures.show(cards_html(cards, address=address, params=params), key=key, on_pick=on_pick)


def current_pick(key: str) -> str:
    """Inside ``on_pick``: what was chosen, as the drawing's ``pick`` says it."""
    return figures.picked_value(key)


def cards_html(cards: Sequence[Card], *, address: str, params: Mapping[str, str | None]) -> str:
    """The cards as HTML."""
    css_class = "cards lead" if any(card.lead for card in cards) else "cards"
    return f'<div class="{css_class}">{"".join(_card(card, address, params) for card in cards)}</div>'


def download_links(name: str, *, address: str, params: Mapping[str, str | None], heading: str) -> str:
    """Links that take a figure and its data along, as HTML."""
    return "".join(
        f'<a class="download" href="{_href(f"{address}/{name}.{extension}", params)}" target="_self" '
        f'aria-label="{html.escape(f"{label} de «{heading}»")}">{label}</a>'
        for extension, label in FORMATS.items()
    )


def _card(card: Card, address: str, params: Mapping[str, str | None]) -> str:
    css_class = "card" + " leading" * card.lead + " wide" * card.wide
    table_id = f"tabla-{card.name}"
    note = f'<p class="note">{html.escape(card.note)}</p>' if card.note else ""
    hint = f' <span class="hint">{html.escape(card.hint)}</span>' if card.hint else ""
    return (
        f'<section class="{css_class}" data-figure="{card.name}"><h2>{html.escape(card.heading)}</h2>'
        f"<p>{html.escape(card.sentence)}{hint}</p>"
        f"<figure>{svg.inline(card.drawing.with_title(f'{card.heading}. {card.sentence}'))}</figure>"
        f'<footer><button type="button" popovertarget="{table_id}" aria-label="Ver tabla de '
        f'«{html.escape(card.heading)}»">Ver tabla</button>'
        f"{download_links(card.name, address=address, params=params, heading=card.heading)}</footer>"
        f'<div class="table" popover id="{table_id}" tabindex="0" role="region" '
        f'aria-label="Tabla de «{html.escape(card.heading)}»">{table_html(card.table)}{note}'
        f'<button type="button" popovertarget="{table_id}" popovertargetaction="hide">Cerrar</button></div>'
        "</section>"
    )


def _href(path: str, params: Mapping[str, str | None]) -> str:
    return html.escape(links.address(path, params))


def with_heading(card: Card, palette: Palette) -> Drawing:
    """The figure as it goes into a file: under its heading and its sentence, with a margin."""
    drawing, width = card.drawing, card.drawing.width
    lines = wrap(card.sentence, width)
    head = FRAME + 18 + 17 * len(lines) + 8
    text_marks: list[Mark] = [Text(FRAME, FRAME + 14, card.heading, palette.text, 15, bold=True)]
    text_marks += [
        Text(FRAME, FRAME + 34 + 17 * index, line, palette.text) for index, line in enumerate(lines)
    ]
    marks = (translate(mark, FRAME, head) for part in drawing.parts for mark in part.marks)
    size = (width + 2 * FRAME, head + drawing.height + FRAME)
    return Drawing(*size, (static_part(text_marks), static_part(marks)), f"{card.heading}. {card.sentence}")


def show_figure(heading: str, drawing: Drawing, *, key: str) -> None:
    """Draws a figure under its heading, without more: what is told of it stands elsewhere on the page."""
    escaped_heading = html.escape(heading)
    figure = svg.inline(drawing.with_title(heading))
    figures.show(
        f'<section class="card alone"><h2>{escaped_heading}</h2><figure>{figure}</figure></section>', key=key
    )


def show_table(table: Table) -> None:
    """Draws a table among other elements of a page."""
    st.html(table_html(table))


def show_total(count: int, label: str) -> None:
    """Draws a number with what it counts."""
    st.html(f'<p class="total"><b>{format_number(count)}</b> {html.escape(label)}</p>', width="content")


def table_html(table: Table) -> str:
    """A table as plain HTML: read by screen readers, without a toolbar of Streamlit's."""
    classes = [' class="n"' if _is_numeric(index, table) else "" for index in range(len(table.columns))]
    head = _row_html(
        (f"<th scope='col'{class_attribute}>", column, "</th>")
        for class_attribute, column in zip(classes, table.columns, strict=True)
    )
    body = "".join(
        _row_html(
            (f"<td{class_attribute}>", cell, "</td>")
            for class_attribute, cell in zip(classes, row, strict=True)
        )
        for row in table.rows
    )
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


def _row_html(cells: Iterable[tuple[str, Cell, str]]) -> str:
    return f"<tr>{''.join(f'{begin}{html.escape(cell_text(cell))}{end}' for begin, cell, end in cells)}</tr>"
