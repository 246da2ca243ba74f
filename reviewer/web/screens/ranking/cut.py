"""The cut as a figure: the applications on both sides of the last seat with their standard errors."""

import html
from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_count, format_number
from reviewer.decision.ranking import queries as ranking_queries
from reviewer.decision.ranking.queries import Band, Overview, RankingFilters, RankingLine
from reviewer.web.charts.palette import Palette, palette_for
from reviewer.web.screens.ranking import labels as ranking_labels

PER_SIDE = 75  # applications on each side: more could not be distinguished
HEIGHT = 520
# Plotly's toolbar is in English, and nothing in it is needed.
CONFIG = {"displayModeBar": False, "doubleClick": False, "scrollZoom": False}


def show(viewer: Actor, slug: str, overview: Overview) -> None:
    """Draws the figure; a click on an application opens it."""
    offset = max(overview.seats - PER_SIDE, 0)
    lines = ranking_queries.lines(
        viewer, slug=slug, filters=RankingFilters(), offset=offset, limit=overview.seats + PER_SIDE - offset
    )
    st.markdown(cut_sentence(lines, overview))
    event = st.plotly_chart(
        figure(lines, overview.seats, palette_for(st.context.theme.type)),
        key=f"corte-{overview.ranking_id}",
        config=CONFIG,
        alt=f"Estimado de cada postulación según su lugar. {cut_sentence(lines, overview)}",
        on_select="rerun",
        selection_mode="points",
    )
    if event.selection.points:
        st.query_params["folio"] = event.selection.points[0]["customdata"][0]
        st.rerun()
    st.caption(
        "Cada línea vertical es un error estándar hacia cada lado. Donde las líneas de ambos lados del corte "
        "se alcanzan, otra lectura puede cambiar quién entra. Los mismos datos están en la lista."
    )


def cut_sentence(lines: Sequence[RankingLine], overview: Overview) -> str:
    """Returns a sentence about the figure."""
    inside = [line for line in lines if line.rank <= overview.seats]
    outside = [line for line in lines if line.rank > overview.seats]
    if not inside or not outside:
        return "Hay lugar para cada postulación leída: no hay corte."
    last, next_one = inside[-1], outside[0]
    reach_count = sum(line.estimate + line.error >= last.estimate for line in outside)
    reach_text = format_count(
        reach_count, "postulación que quedó fuera llega", "postulaciones que quedaron fuera llegan"
    )
    gap_text = format_number(last.estimate - next_one.estimate)
    return (
        f"Entre el último lugar y el siguiente hay {gap_text} de 100 puntos. "
        f"Con un error estándar a su favor, **{reach_text} al último lugar**."
    )


def figure(lines: Sequence[RankingLine], seats: int, palette: Palette) -> go.Figure:
    """Returns the estimates in points of 100 by rank, with error bars, and the cut as a line."""
    colors = {Band.IN: palette.bar, Band.CUT: palette.alarm, Band.OUT: palette.missing}
    chart = go.Figure([_trace([line for line in lines if line.band is band], band, colors[band]) for band in Band])
    chart.add_vline(x=seats + 0.5, line={"color": palette.text, "width": 1.5, "dash": "dash"})
    axis = {"gridcolor": palette.grid, "zeroline": False, "fixedrange": True}
    chart.update_layout(
        height=HEIGHT,
        margin={"l": 56, "r": 12, "t": 28, "b": 48},
        paper_bgcolor=palette.page,
        plot_bgcolor=palette.page,
        font={"family": "Atkinson, sans-serif", "size": 14, "color": palette.text},
        legend={"orientation": "h", "y": 1.08, "itemclick": False, "itemdoubleclick": False},
        hoverlabel={"font": {"family": "Atkinson, sans-serif"}},
        xaxis={**axis, "title": {"text": "Lugar"}},
        yaxis={**axis, "title": {"text": "Estimado, de 100"}},
    )
    return chart


def _trace(lines: Sequence[RankingLine], band: Band, color: str) -> go.Scatter:
    return go.Scatter(
        x=[line.rank for line in lines],
        y=[line.estimate for line in lines],
        error_y={"array": [line.error for line in lines], "thickness": 1.2, "width": 0},
        mode="markers",
        name=ranking_labels.BANDS[band],
        marker={"color": color, "size": 7},
        customdata=[_hover_data(line) for line in lines],
        hovertemplate=(
            "<b>%{customdata[0]}</b> %{customdata[1]}<br>lugar %{x}, %{y:.1f} ± %{error_y.array:.1f} puntos"
            "<br>probabilidad de un lugar: %{customdata[2]}<br>lecturas: %{customdata[3]}<extra></extra>"
        ),
    )


def _hover_data(line: RankingLine) -> tuple[str, str, str, str]:
    """Returns the texts beside a point. Plotly reads markup, so the title is escaped."""
    title = html.escape(line.title or "Sin título")
    return line.folio, title, ranking_labels.chance(line.chance), format_number(line.readings)
