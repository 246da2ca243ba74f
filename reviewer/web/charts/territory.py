"""The sixteen alcaldías: a map drawn from our own shapes, and bars beside the population's share.

``go.Choropleth`` would fetch a map of the world from elsewhere; here each alcaldía is a filled line.
"""

import textwrap
from functools import cache
from itertools import pairwise
from math import cos, radians

import plotly.graph_objects as go

from reviewer import geography
from reviewer.cohort.counts import AlcaldiaShare, Territory
from reviewer.cohort.shares import Verdict
from reviewer.cohort.tables import READINGS
from reviewer.geography import Ring
from reviewer.web.charts.palette import Palette, hover_label
from reviewer.words import counted, percent

NARROWING = cos(radians(19.32))  # of a degree of longitude at the city's latitude
STEP = 0.011  # degrees between the points that can be clicked: a little over a kilometre
WIDER = 1.8  # a name is wider than it is high
MAP_HEIGHT = 545
BARS_HEIGHT = 280
MARKS = {Verdict.MORE: "▲ ", Verdict.LESS: "▼ "}


def territory_map(territory: Territory, palette: Palette, *, chosen: str | None = None) -> go.Figure:
    """The map, coloured by verdict. Each point of ``customdata`` holds the code of its alcaldía."""
    figure = go.Figure()
    for place in territory.alcaldias:
        fill = palette.verdicts[place.verdict]
        xs, ys = _outline(geography.shapes()[place.alcaldia.code])
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="lines",
            fill="toself",
            fillcolor=fill,
            line={"color": palette.page, "width": 1.5},
            name=place.alcaldia.name,
            hoverinfo="skip",
            showlegend=False,
        )
    _add_legend(figure, territory, palette)
    if chosen is not None:
        xs, ys = _outline(geography.shapes()[chosen])
        line = {"color": palette.text, "width": 3}
        figure.add_scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    for place in territory.alcaldias:
        _add_click_points(figure, place, territory.total)
        _add_name(figure, place, palette)
    axis = {"visible": False, "fixedrange": True}
    reach_x, reach_y = _frame()
    figure.update_layout(
        height=MAP_HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        hoverdistance=12,
        # Whatever the width, the corner at the upper left stays free for the legend.
        xaxis={**axis, "range": reach_x, "constraintoward": "right"},
        yaxis={**axis, "range": reach_y, "constraintoward": "bottom", "scaleanchor": "x"},
        legend={**_fixed_legend(palette), "title_text": "Frente a su población", "x": 0, "y": 1},
        hoverlabel=hover_label(palette),
    )
    return figure


def territory_bars(territory: Territory, palette: Palette, *, chosen: str | None = None) -> go.Figure:
    """A column an alcaldía, the most populous first: its share with its interval, and the population's."""
    places = sorted(territory.alcaldias, key=lambda each: -each.population_share)
    names = [_wrapped(each.alcaldia.name, bold=each.alcaldia.code == chosen) for each in places]
    fills = [palette.verdicts[each.verdict] for each in places]
    tallest = 104 * max(max(each.high, each.population_share) for each in places)
    figure = go.Figure()
    figure.add_bar(
        x=names,
        y=[100 * each.share for each in places],
        marker={"color": fills, "line": {"color": palette.quiet, "width": 1}},
        error_y={
            "symmetric": False,
            "array": [100 * (each.high - each.share) for each in places],
            "arrayminus": [100 * (each.share - each.low) for each in places],
            "color": palette.quiet,
            "thickness": 1,
            "width": 3,
        },
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(  # the columns' own colours say something else
        x=[None],
        y=[None],
        mode="markers",
        marker={
            "symbol": "square",
            "size": 12,
            "color": palette.page,
            "line": {"color": palette.quiet, "width": 1},
        },
        name="Parte de las postulaciones, con lo que cabe en el azar",
    )
    figure.add_scatter(
        x=names,
        y=[100 * each.population_share for each in places],
        mode="markers",
        marker={"symbol": "line-ew", "size": 30, "line": {"color": palette.text, "width": 3}},
        name="Parte de la población total (2020)",
        hoverinfo="skip",
    )
    untouched = {"marker": {"opacity": 1}}
    figure.add_bar(  # the whole column answers to a click
        x=names,
        y=[tallest] * len(places),
        marker_color="rgba(0,0,0,0)",
        customdata=[each.alcaldia.code for each in places],
        hovertext=[_hover(each, territory.total) for each in places],
        hovertemplate="%{hovertext}<extra></extra>",
        selected=untouched,
        unselected=untouched,
        showlegend=False,
    )
    text = {"color": palette.text, "size": 11}
    figure.update_layout(
        height=BARS_HEIGHT,
        margin={"l": 0, "r": 0, "t": 26, "b": 0},
        barmode="overlay",
        bargap=0.3,
        hovermode="closest",
        xaxis={
            "fixedrange": True,
            "range": [-0.5, len(places) - 0.5],
            "tickfont": text,
            "tickangle": 0,
            "showgrid": False,
        },
        yaxis={
            "fixedrange": True,
            "range": [0, tallest],
            "ticksuffix": "\N{NO-BREAK SPACE}%",
            "gridcolor": palette.grid,
            "tickfont": {"color": palette.quiet},
        },
        legend={**_fixed_legend(palette), "orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        hoverlabel=hover_label(palette),
    )
    return figure


def _add_click_points(figure: go.Figure, place: AlcaldiaShare, total: int) -> None:
    """Points that can't be seen all over the alcaldía: filled lines themselves don't answer to clicks."""
    xs, ys = _inside(place.alcaldia.code)
    unseen = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="markers",
        marker={"size": 9, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        customdata=[place.alcaldia.code] * len(xs),
        hovertemplate=f"{_hover(place, total)}<extra></extra>",
        showlegend=False,
    )


def _add_name(figure: go.Figure, place: AlcaldiaShare, palette: Palette) -> None:
    x, y = _middle(place.alcaldia.code)
    figure.add_annotation(
        x=x,
        y=y,
        text=f"{_wrapped(place.alcaldia.name)}<br><b>{MARKS.get(place.verdict, '')}{place.count:,}</b>",
        showarrow=False,
        font={"color": palette.text, "size": 11},
    )


def _add_legend(figure: go.Figure, territory: Territory, palette: Palette) -> None:
    present = {place.verdict for place in territory.alcaldias}
    for verdict, words in READINGS.items():
        if verdict in present:
            marker = {"symbol": "square", "size": 12, "color": palette.verdicts[verdict]}
            figure.add_scatter(
                x=[None], y=[None], mode="markers", marker=marker, name=MARKS.get(verdict, "") + words
            )


def _fixed_legend(palette: Palette) -> dict[str, object]:
    font = {"color": palette.text, "size": 12}
    return {"itemclick": False, "itemdoubleclick": False, "font": font, "title_font": font}


def _wrapped(name: str, *, bold: bool = False) -> str:
    lines = "<br>".join(textwrap.wrap(name, 12))
    return f"<b>{lines}</b>" if bold else lines


def _hover(place: AlcaldiaShare, total: int) -> str:
    lines = [f"<b>{place.alcaldia.name}</b>", counted(place.count, "postulación", "postulaciones")]
    if total:
        lines[1] += f", {percent(place.share)} de las de la ciudad"
        lines.append(f"{percent(place.population_share)} de la población total")
        lines.append(f"Caben en el azar: de {percent(place.low)} a {percent(place.high)}")
    return "<br>".join(lines)


def _outline(rings: tuple[Ring, ...]) -> tuple[list[float | None], list[float | None]]:
    """The rings one after another, a gap between them, projected."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in rings:
        xs += [None] * bool(xs) + [round(lon * NARROWING, 5) for lon, _ in ring]
        ys += [None] * bool(ys) + [lat for _, lat in ring]
    return xs, ys


@cache
def _frame() -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the city reaches, projected, with room for its outline."""
    points = [point for rings in geography.shapes().values() for ring in rings for point in ring]
    lons, lats = [lon * NARROWING for lon, _ in points], [lat for _, lat in points]
    room = 0.004
    return (min(lons) - room, max(lons) + room), (min(lats) - room, max(lats) + room)


@cache
def _inside(code: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A grid of points within an alcaldía, its inner point first, projected."""
    place = geography.by_code()[code]
    points = [(place.inner_lon, place.inner_lat)]
    for ring in geography.shapes()[code]:
        lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
        points += [
            (lon, lat)
            for lon in _steps(min(lons), max(lons))
            for lat in _steps(min(lats), max(lats))
            if _holds(ring, lon, lat)
        ]
    return tuple(round(lon * NARROWING, 5) for lon, _ in points), tuple(round(lat, 5) for _, lat in points)


@cache
def _middle(code: str) -> tuple[float, float]:
    """Where the name has most room: the point farthest from the border, which sideways counts for less."""
    border = [
        (lon * NARROWING / WIDER, lat) for ring in geography.shapes()[code] for lon, lat in _dense(ring)
    ]

    def room(point: tuple[float, float]) -> float:
        return min((point[0] / WIDER - x) ** 2 + (point[1] - y) ** 2 for x, y in border)

    return max(zip(*_inside(code), strict=True), key=room)


def _dense(ring: Ring) -> Ring:
    """The ring with points added, so that long straight sides have some along them."""
    parts = 6
    return tuple(
        (lon_a + (lon_b - lon_a) * part / parts, lat_a + (lat_b - lat_a) * part / parts)
        for (lon_a, lat_a), (lon_b, lat_b) in pairwise(ring)
        for part in range(parts)
    )


def _steps(low: float, high: float) -> list[float]:
    first = round(low / STEP)
    return [number * STEP for number in range(first, round(high / STEP) + 1)]


def _holds(ring: Ring, lon: float, lat: float) -> bool:
    """Whether a ring holds a point: a ray to the east crosses it an odd number of times."""
    crossings = (
        (lon_b - lon_a) * (lat - lat_a) / (lat_b - lat_a) + lon_a > lon
        for (lon_a, lat_a), (lon_b, lat_b) in zip(ring, ring[1:] + ring[:1], strict=True)
        if (lat_a > lat) != (lat_b > lat)
    )
    return sum(crossings) % 2 == 1
