"""The sixteen alcaldías: a map drawn from our own shapes, and bars beside the population's share.

``go.Choropleth`` would fetch a map of the world from elsewhere; here each alcaldía is a filled line.
"""

import textwrap
from typing import Any

import plotly.graph_objects as go

from reviewer.cohort.counts import AlcaldiaShare, Territory
from reviewer.cohort.shares import Verdict
from reviewer.cohort.tables import READINGS
from reviewer.web.charts import outline
from reviewer.web.charts.palette import Palette, hover_label
from reviewer.words import NBSP, counted, number, percent

MAP_HEIGHT = 545
BARS_HEIGHT = 280
Trace = dict[str, Any]
MARKS = {Verdict.MORE: "▲ ", Verdict.LESS: "▼ "}


def territory_map(territory: Territory, palette: Palette, *, chosen: str | None = None) -> go.Figure:
    """The map, coloured by verdict. Each point of ``customdata`` holds the code of its alcaldía."""
    places = territory.alcaldias
    traces = [_shape(place, palette) for place in places]
    if territory.comparable:
        traces += _legend_entries(territory, palette)
    if chosen is not None:
        traces.append(_line(chosen, color=palette.text, width=3))
    traces += [_click_points(place, _hover(place, territory)) for place in places]
    axis = {"visible": False, "fixedrange": True}
    reach_x, reach_y = outline.frame()
    layout = {
        "height": MAP_HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "annotations": [_name(place, palette) for place in places],
        "hoverdistance": 16,
        # Whatever the width, the corner at the upper left stays free for the legend.
        "xaxis": {**axis, "range": reach_x, "constraintoward": "right"},
        "yaxis": {**axis, "range": reach_y, "constraintoward": "bottom", "scaleanchor": "x"},
        "legend": {**_legend(palette), "title_text": "Frente a su población", "x": 0, "y": 1},
        "hoverlabel": hover_label(palette),
    }
    return go.Figure(traces, layout)  # made at once: adding parts one by one takes three times as long


def territory_bars(territory: Territory, palette: Palette, *, chosen: str | None = None) -> go.Figure:
    """A column an alcaldía, the most populous first: its share with its interval, and the population's."""
    places = sorted(territory.alcaldias, key=lambda each: -each.population_share)
    names = [_wrapped(each.alcaldia.name, bold=each.alcaldia.code == chosen) for each in places]
    tallest = 104 * max(max(each.high, each.population_share) for each in places)
    traces = [
        {"x": names, **_share_columns(places, palette)},
        _share_entry(palette),
        {"x": names, **_population_marks(places, palette)},
        {"x": names, "y": [tallest] * len(places), **_click_columns(places, territory)},
    ]
    layout = {
        "height": BARS_HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 26, "b": 0},
        "barmode": "overlay",
        "bargap": 0.3,
        "hovermode": "closest",
        "xaxis": {
            "fixedrange": True,
            "range": [-0.5, len(places) - 0.5],
            "tickfont": {"color": palette.text, "size": 11},
            "showgrid": False,
        },
        "yaxis": {
            "fixedrange": True,
            "range": [0, tallest],
            "ticksuffix": f"{NBSP}%",
            "gridcolor": palette.grid,
            "tickfont": {"color": palette.quiet},
        },
        "legend": {**_legend(palette), "orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        "hoverlabel": hover_label(palette),
    }
    return go.Figure(traces, layout)


def _share_columns(places: list[AlcaldiaShare], palette: Palette) -> Trace:
    return {
        "type": "bar",
        "y": [100 * each.share for each in places],
        "marker": {
            "color": [palette.verdicts[each.verdict] for each in places],
            "line": {"color": palette.quiet, "width": 1},
        },
        "error_y": {
            "symmetric": False,
            "array": [100 * (each.high - each.share) for each in places],
            "arrayminus": [100 * (each.share - each.low) for each in places],
            "color": palette.quiet,
            "thickness": 1,
            "width": 3,
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _share_entry(palette: Palette) -> Trace:
    """The columns' entry in the legend, in no colour: their own say something else."""
    line = {"color": palette.quiet, "width": 1}
    return {
        **_entry(palette.page, "Parte de las postulaciones, con lo que cabe en el azar"),
        "marker": {"symbol": "square", "size": 12, "color": palette.page, "line": line},
    }


def _population_marks(places: list[AlcaldiaShare], palette: Palette) -> Trace:
    return {
        "type": "scatter",
        "y": [100 * each.population_share for each in places],
        "mode": "markers",
        "marker": {"symbol": "line-ew", "size": 30, "line": {"color": palette.text, "width": 3}},
        "name": "Parte de la población total (2020)",
        "hoverinfo": "skip",
    }


def _click_columns(places: list[AlcaldiaShare], territory: Territory) -> Trace:
    """Columns that can't be seen, as high as the figure: a low one is hard to hit."""
    untouched = {"marker": {"opacity": 1}}
    return {
        "type": "bar",
        "marker": {"color": "rgba(0,0,0,0)"},
        "customdata": [each.alcaldia.code for each in places],
        "hovertext": [_hover(each, territory) for each in places],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": untouched,
        "unselected": untouched,
        "showlegend": False,
    }


def _shape(place: AlcaldiaShare, palette: Palette) -> Trace:
    return {
        **_line(place.alcaldia.code, color=palette.page, width=1.5),
        "fill": "toself",
        "fillcolor": palette.verdicts[place.verdict],
        "name": place.alcaldia.name,
    }


def _line(code: str, *, color: str, width: float) -> Trace:
    xs, ys = outline.outline(code)
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _click_points(place: AlcaldiaShare, words: str) -> Trace:
    """Points that can't be seen all over the alcaldía: filled lines themselves don't answer to clicks."""
    xs, ys = outline.inside(place.alcaldia.code)
    unseen = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "markers",
        "marker": {"size": 9, "opacity": 0},
        "selected": unseen,
        "unselected": unseen,
        "customdata": [place.alcaldia.code] * len(xs),
        "hovertemplate": f"{words}<extra></extra>",
        "showlegend": False,
    }


def _name(place: AlcaldiaShare, palette: Palette) -> dict[str, Any]:
    x, y = outline.middle(place.alcaldia.code)
    count = f"{MARKS.get(place.verdict, '')}{number(place.count)}"
    return {
        "x": x,
        "y": y,
        "text": f"{_wrapped(place.alcaldia.name)}<br><b>{count}</b>",
        "showarrow": False,
        "font": {"color": palette.text, "size": 10.5},
    }


def _legend_entries(territory: Territory, palette: Palette) -> list[Trace]:
    present = {place.verdict for place in territory.alcaldias}
    return [
        _entry(palette.verdicts[verdict], MARKS.get(verdict, "") + words)
        for verdict, words in READINGS.items()
        if verdict in present
    ]


def _entry(color: str, words: str) -> Trace:
    marker = {"symbol": "square", "size": 12, "color": color}
    return {"type": "scatter", "x": [None], "y": [None], "mode": "markers", "marker": marker, "name": words}


def _legend(palette: Palette) -> dict[str, Any]:
    font = {"color": palette.text, "size": 12}
    return {"itemclick": False, "itemdoubleclick": False, "font": font, "title_font": font}


def _wrapped(name: str, *, bold: bool = False) -> str:
    lines = "<br>".join(textwrap.wrap(name, 12))
    return f"<b>{lines}</b>" if bold else lines


def _hover(place: AlcaldiaShare, territory: Territory) -> str:
    lines = [f"<b>{place.alcaldia.name}</b>", counted(place.count, "postulación", "postulaciones")]
    if territory.comparable:
        lines[1] += f", {percent(place.share)} de las de la ciudad"
        lines.append(f"{percent(place.population_share)} de la población total")
        lines.append(f"Caben en el azar: de {percent(place.low)} a {percent(place.high)}")
    return "<br>".join(lines)
