"""The ranking as a list, with filters and pages."""

from typing import Any

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_count, format_number
from reviewer.decision.ranking import queries as ranking_queries
from reviewer.decision.ranking.queries import Band, Mark, Order, Overview, RankingFilters, RankingLine
from reviewer.demographics import geography
from reviewer.web.components.ranking import Click, Column, ranking_table
from reviewer.web.routes import downloads
from reviewer.web.screens.ranking import labels as ranking_labels
from reviewer.web.ui import address
from reviewer.web.ui.choices import choose_option
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import PAGE, page_offset, search_box

ROWS = 50
WIDTH = 176  # pixels of a filter
HELP = """
- **Probabilidad de lugar**: de cada cien maneras en que pudieron salir las lecturas, en cuántas quedaría
  dentro.
- **Lugar posible**: nueve de cada diez veces su lugar verdadero está entre esos dos números. Quien lo tiene a
  ambos lados del corte está en la **franja de corte**: ahí vale la pena otra lectura, o conversarla.
- **Estimado**: lo que le daría el jurado entero, en puntos de 100. Parte de la media y descuenta que unas
  personas son más exigentes que otras; con pocas lecturas se acerca al centro. El ± dice cuánto puede variar.
- **Media simple**: el promedio de sus lecturas, sin corregir nada, y el lugar que tendría con él.
- **Diferencia**: puntos entre su lectura más alta y la más baja.
"""
_COLUMNS: tuple[tuple[str, str, str, Order | None, bool], ...] = (
    ("rank", "Lugar", "El orden que vale según la convocatoria", Order.RANK, True),
    ("folio", "Folio", "Abre sus lecturas y el camino a su estimado", Order.FOLIO, False),
    ("title", "Proyecto", "", Order.TITLE, False),
    ("alcaldia", "Alcaldía", "", Order.ALCALDIA, False),
    ("chance", "Probabilidad", "De tener un lugar", Order.CHANCE, True),
    ("interval", "Lugar posible", "Nueve de cada diez veces está entre estos dos", Order.INTERVAL, True),
    ("estimate", "Estimado", "Puntos de 100, con su margen", Order.ESTIMATE, True),
    ("mean", "Media simple", "Puntos de 100, y el lugar que daría", Order.MEAN, True),
    ("apart", "Diferencia", "Puntos entre la lectura más alta y la más baja", Order.SPREAD, True),
    ("readings", "Lecturas", "Enviadas", Order.READINGS, True),
    ("marks", "Avisos", "", None, False),
)
_BEST_FIRST = (Order.CHANCE, Order.ESTIMATE, Order.MEAN, Order.SPREAD, Order.INTERVAL)


def show(viewer: Actor, slug: str, overview: Overview) -> None:
    """Draws the list; a click on a header sorts it, a click on a folio opens the application."""
    _summary(overview)
    sought = _filters(viewer, slug)
    total = ranking_queries.count(viewer, slug=slug, filters=sought)
    if not total:
        st.info("Ninguna postulación es así. Quite algún filtro.")
        return
    above = st.container()  # the pager below the table decides which rows it shows
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        offset = page_offset(total, ROWS)
        st.caption(format_count(total, "postulación", "postulaciones"), width="content")
        downloads.link("Descargar CSV", "ranking", convocatoria=slug)
        downloads.link_to_workbook("Descargar Excel", "ranking", convocatoria=slug)
    lines = ranking_queries.lines(viewer, slug=slug, filters=sought, offset=offset, limit=ROWS)
    with above:
        _handle_click(_table(lines, overview, sought), sought)


def _summary(overview: Overview) -> None:
    for warning in overview.warnings:
        st.warning(escape_markdown(warning))
    seats, bands = format_count(overview.seats, "lugar", "lugares"), overview.bands
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{format_count(overview.applications, 'postulación leída', 'postulaciones leídas')} para {seats}**: "
            f"{format_number(bands[Band.IN])} casi seguro dentro, **{format_number(bands[Band.CUT])} en la franja de "
            f"corte** y {format_number(bands[Band.OUT])} casi seguro fuera."
        )
        with st.popover("Cómo se lee", type="tertiary", icon=":material/help:"):
            st.markdown(HELP)


def _filters(viewer: Actor, slug: str) -> RankingFilters:
    names = {entry.code: entry.name for entry in geography.alcaldias()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = search_box("Folio o proyecto", label_visible=True, width=WIDTH)
        bands = {band.value: label for band, label in ranking_labels.BANDS.items()}
        band = _choice("Franja", "Toda franja", bands, "franja")
        marks = {mark.value: label for mark, label in ranking_labels.MARKS.items()}
        mark = _choice("Avisos", "Con y sin avisos", marks, "aviso")
        alcaldia = _choice("Alcaldía", "Toda alcaldía", names, "alcaldia", words=names)
        kinds = {kind: kind for kind in ranking_queries.kinds(viewer, slug=slug)}
        kind = _choice("Tipo de proyecto", "Todo tipo", kinds, "tipo", words=kinds)
    order, descending = _order()
    return RankingFilters(
        order=order,
        descending=descending,
        band=Band(band) if band else None,
        mark=Mark(mark) if mark else None,
        alcaldia=alcaldia or None,
        kind=kind,
        text=text,
    )


def _choice(
    label: str, none_label: str, options: dict[str, str], key: str, *, words: dict[str, str] | None = None
) -> str:
    return choose_option({"": none_label} | options, key=key, label=label, words=words, width=WIDTH)


def _order() -> tuple[Order, bool]:
    """Returns the order in the address (``-estimado``) and whether it is descending."""
    value = st.query_params.get("orden", Order.RANK.value)
    name = value.removeprefix("-")
    is_known = name in [order.value for order in Order]
    return (Order(name), value.startswith("-")) if is_known else (Order.RANK, False)


def _table(lines: list[RankingLine], overview: Overview, sought: RankingFilters) -> Click:
    return ranking_table(
        [
            Column(key=key, label=label, help=help_text, order=order.value if order else "", number=is_number)
            for key, label, help_text, order, is_number in _COLUMNS
        ],
        [_row(line, cut=overview.seats if sought.order is Order.RANK else 0) for line in lines],
        order=sought.order.value,
        descending=sought.descending,
        cut=f"Aquí terminan los {format_number(overview.seats)} lugares",
        key="tabla-ranking",
    )


def _row(line: RankingLine, *, cut: int) -> dict[str, Any]:
    return {
        "rank": format_number(line.rank),
        "folio": line.folio,
        "title": line.title or "Sin título",
        "alcaldia": line.alcaldia or "Sin dato",
        "chance": ranking_labels.chance(line.chance),
        "share": line.chance,
        "interval": ranking_labels.interval(line.rank_from, line.rank_to),
        "estimate": f"{ranking_labels.points(line.estimate)} ± {ranking_labels.points(line.error)}",
        "mean": f"{ranking_labels.points(line.mean)} ({format_number(line.mean_rank)}.º)",
        "apart": ranking_labels.points(line.spread) if line.readings > 1 else "–",
        "readings": format_number(line.readings),
        "marks": [ranking_labels.MARKS[mark] for mark in line.marks],
        "cut": line.rank == cut,
    }


def _handle_click(event: Click, sought: RankingFilters) -> None:
    if event.open:
        address.change({"folio": event.open})
        st.rerun()
    if event.sort:
        order = Order(event.sort)
        starts_descending = order in _BEST_FIRST
        descending = not sought.descending if order is sought.order else starts_descending
        address.change({"orden": f"{'-' if descending else ''}{order.value}", PAGE: None})
        st.rerun()
