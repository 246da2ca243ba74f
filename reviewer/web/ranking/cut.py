"""The cut, as a figure: the applications on both sides of the last seat, and how sure each estimate is."""

import html
from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from reviewer.access.actor import Actor
from reviewer.decision import standings
from reviewer.decision.standings import Band, Line, Overview, Sought
from reviewer.web.charts.palette import Palette, palette_for
from reviewer.web.ranking import words
from reviewer.words import counted, number

AROUND = 75  # applications on each side: more would stand too close to be told apart
HEIGHT = 520
# Plotly's toolbar has no Spanish here, and nothing in it is needed.
CONFIG = {"displayModeBar": False, "doubleClick": False, "scrollZoom": False}


def show(viewer: Actor, call_slug: str, seen: Overview) -> None:
    """Draws it; a click on an application opens it."""
    first = max(seen.seats - AROUND, 0)
    found = standings.lines(
        viewer, call=call_slug, sought=Sought(), offset=first, limit=seen.seats + AROUND - first
    )
    st.markdown(sentence(found, seen))
    clicked = st.plotly_chart(
        figure(found, seen.seats, palette_for(st.context.theme.type)),
        key=f"corte-{seen.ranking_id}",
        config=CONFIG,
        alt=f"Estimado de cada postulación según su lugar. {sentence(found, seen)}",
        on_select="rerun",
        selection_mode="points",
    )
    if clicked.selection.points:
        st.query_params["folio"] = clicked.selection.points[0]["customdata"][0]
        st.rerun()
    st.caption(
        "Cada línea vertical es un error estándar hacia cada lado. Donde las líneas de ambos lados del corte "
        "se alcanzan, otra lectura puede cambiar quién entra. Los mismos datos están en la lista."
    )


def sentence(found: Sequence[Line], seen: Overview) -> str:
    """What is to be seen."""
    inside = [each for each in found if each.rank <= seen.seats]
    outside = [each for each in found if each.rank > seen.seats]
    if not inside or not outside:
        return "Hay lugar para cada postulación leída: no hay corte."
    last, next_one = inside[-1], outside[0]
    reach = sum(each.estimate + each.error >= last.estimate for each in outside)
    within = counted(reach, "postulación que quedó fuera llega", "postulaciones que quedaron fuera llegan")
    apart = number(last.estimate - next_one.estimate)
    return (
        f"Entre el último lugar y el siguiente hay {apart} de 100 puntos. "
        f"Con un error estándar a su favor, **{within} al último lugar**."
    )


def figure(found: Sequence[Line], seats: int, palette: Palette) -> go.Figure:
    """Estimates in points out of 100 (up) by rank (across), an error each way; the cut as a line."""
    colors = {Band.IN: palette.bar, Band.CUT: palette.alarm, Band.OUT: palette.missing}
    made = go.Figure([_trace([e for e in found if e.band is each], each, colors[each]) for each in Band])
    made.add_vline(x=seats + 0.5, line={"color": palette.text, "width": 1.5, "dash": "dash"})
    axis = {"gridcolor": palette.grid, "zeroline": False, "fixedrange": True}
    made.update_layout(
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
    return made


def _trace(lines: Sequence[Line], band: Band, color: str) -> go.Scatter:
    return go.Scatter(
        x=[each.rank for each in lines],
        y=[each.estimate for each in lines],
        error_y={"array": [each.error for each in lines], "thickness": 1.2, "width": 0},
        mode="markers",
        name=words.BANDS[band],
        marker={"color": color, "size": 7},
        customdata=[_told(each) for each in lines],
        hovertemplate=(
            "<b>%{customdata[0]}</b> %{customdata[1]}<br>lugar %{x}, %{y:.1f} ± %{error_y.array:.1f} puntos"
            "<br>probabilidad de un lugar: %{customdata[2]}<br>lecturas: %{customdata[3]}<extra></extra>"
        ),
    )


def _told(line: Line) -> tuple[str, str, str, str]:
    """What stands beside a point; Plotly reads markup, which a title must not be."""
    title = html.escape(line.title or "Sin título")
    return line.folio, title, words.chance(line.chance), number(line.readings)
