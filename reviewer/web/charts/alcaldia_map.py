"""The map of the alcaldías: our shapes on a plain ground, with names and numbers, offline.

With WebGL it is a ``go.Choroplethmap``; without it the same as ``go.Scatter`` traces.
"""

from functools import cache
from math import cos, radians
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from reviewer.demographics import geography
from reviewer.figures.figure import AlcaldiaMap, Figure
from reviewer.figures.territory import REPRESENTATION_LABELS
from reviewer.web.charts.palette import Palette
from reviewer.web.charts.plotly_theme import SMALL, Browser, layout, plain

HEIGHT = 620
LONGITUDE_SCALE = cos(radians(19.32))  # of a degree of longitude at the city's latitude
# Where the whole city fits: on a telephone, and on a wider screen.
CENTER, ZOOM, NARROW_ZOOM = {"lat": 19.325, "lon": -99.15}, 9.5, 9.0
NAMES_LAYER, LINE_LENGTH = "names", 12
# Longitude and latitude where a name has most room, computed from our shapes: the point farthest from the
# border, where a degree sideways counts less than one upward, since names are wider than high.
LABEL_POINTS = {
    "09002": (-99.185, 19.486),
    "09003": (-99.152, 19.327),
    "09004": (-99.293, 19.353),
    "09005": (-99.105, 19.481),
    "09006": (-99.107, 19.394),
    "09007": (-99.056, 19.351),
    "09008": (-99.287, 19.243),
    "09009": (-99.049, 19.132),
    "09010": (-99.228, 19.365),
    "09011": (-99.015, 19.295),
    "09012": (-99.214, 19.185),
    "09013": (-99.082, 19.249),
    "09014": (-99.162, 19.381),
    "09015": (-99.148, 19.430),
    "09016": (-99.200, 19.434),
    "09017": (-99.092, 19.428),
}
VENUE_OFFSET = 0.024  # degrees of latitude of a venue's mark above the name


def draw(figure: Figure, encoding: AlcaldiaMap, palette: Palette, browser: Browser) -> go.Figure:
    """Returns the map with names, numbers and venues; clicks, box and lasso select alcaldías."""
    if browser.has_webgl:
        chart = _tiles(figure, encoding, palette, is_narrow=browser.is_narrow)
    else:
        chart = _traces(figure, encoding, palette, is_narrow=browser.is_narrow)
    chart.update_layout(layout(palette, height=HEIGHT), margin={"l": 0, "r": 0, "t": 34, "b": 0}, uirevision="mapa")
    chart.update_layout(legend={"y": 1.0, "yanchor": "bottom"}, dragmode="pan")
    if not encoding.classes:
        chart.update_layout(coloraxis=_color_axis(figure, encoding, palette))
    return chart


@cache
def geojson() -> dict[str, Any]:
    """Returns the alcaldías as GeoJSON, whose ids are their INEGI codes."""
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {},
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
        }
        for code, rings in geography.shapes().items()
    ]
    return {"type": "FeatureCollection", "features": features}


def class_colors(encoding: AlcaldiaMap, palette: Palette) -> dict[str, str]:
    """Returns the colour of each class."""
    shades = {label: palette.verdicts[verdict] for verdict, label in REPRESENTATION_LABELS.items()}
    return {label: shades[label] for label in encoding.classes}


def _tiles(figure: Figure, encoding: AlcaldiaMap, palette: Palette, *, is_narrow: bool) -> go.Figure:
    chart = go.Figure()
    for part, appearance in _parts(figure, encoding, palette):
        codes = list(part[encoding.code])
        chart.add_trace(
            go.Choroplethmap(
                geojson=geojson(),
                locations=codes,
                customdata=[[code] for code in codes],
                hovertext=[plain(text) for text in part[encoding.hover]],
                hoverinfo="text",
                marker={"line": {"color": palette.page, "width": 1.5}, "opacity": 1},
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 0.35}},
                selectedpoints=_selected_points(codes, figure),
                below=NAMES_LAYER,
                **appearance,
            )
        )
    if encoding.venues:
        chart.add_trace(_venues(encoding, palette))
    style = _style(figure, encoding, palette, is_narrow=is_narrow)
    chart.update_layout(map={"style": style, "center": CENTER, "zoom": NARROW_ZOOM if is_narrow else ZOOM})
    return chart


def _style(figure: Figure, encoding: AlcaldiaMap, palette: Palette, *, is_narrow: bool) -> dict[str, Any]:
    """Returns a MapLibre style: a plain ground, and a name and a number in each alcaldía, over the shapes.

    Plotly's own text would leave out names that come close to others. A style without glyphs makes MapLibre
    draw letters with the page's fonts, so that nothing is requested. Plotly compares styles by their id.
    """
    frame = figure.frame
    features = []
    for code, name, text in zip(frame[encoding.code], frame[encoding.name], frame[encoding.text], strict=True):
        point = {"type": "Point", "coordinates": LABEL_POINTS[code]}
        words = {"name": "\n".join(_name_lines(code, name, is_narrow=is_narrow)), "text": text}
        features.append({"type": "Feature", "geometry": point, "properties": words})
    return {
        "id": f"names-{palette.page}-{is_narrow}-{hash(tuple(frame[encoding.text]))}",
        "version": 8,
        "sources": {"names": {"type": "geojson", "data": {"type": "FeatureCollection", "features": features}}},
        "layers": [
            {"id": "ground", "type": "background", "paint": {"background-color": palette.page}},
            {
                "id": NAMES_LAYER,
                "type": "symbol",
                "source": "names",
                "layout": {
                    "text-field": [
                        "format",
                        ["get", "name"],
                        {},
                        "\n",
                        {},
                        ["get", "text"],
                        {"font-scale": 1.15},
                    ],
                    "text-font": ["Atkinson"],
                    "text-size": SMALL,
                    "text-line-height": 1.1,
                    "text-max-width": 20,
                    "text-allow-overlap": True,
                    "text-ignore-placement": True,
                },
                "paint": {"text-color": palette.text},
            },
        ],
    }


def _venues(encoding: AlcaldiaMap, palette: Palette) -> go.Scattermap:
    points = [LABEL_POINTS[code] for code in encoding.venues]
    return go.Scattermap(
        lat=[lat + VENUE_OFFSET for _, lat in points],
        lon=[lon for lon, _ in points],
        mode="markers",
        marker={"size": 11, "color": palette.alarm},
        name="Sede",
        text=[plain(label) for label in encoding.venues.values()],
        hoverinfo="text",
    )


def _traces(figure: Figure, encoding: AlcaldiaMap, palette: Palette, *, is_narrow: bool) -> go.Figure:
    """Returns the map for a browser without WebGL: an outline each, and points that can be selected."""
    chart = go.Figure()
    frame = figure.frame
    largest = highest(frame, encoding)
    for row in frame.to_dict("records"):
        x, y = _outline(row[encoding.code])
        chart.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="lines",
                fill="toself",
                fillcolor=shade(row[encoding.value], largest, encoding, palette),
                line={"color": palette.page, "width": 1.5},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    codes = list(frame[encoding.code])
    points = [LABEL_POINTS[code] for code in codes]
    chart.add_trace(
        go.Scatter(
            x=[lon * LONGITUDE_SCALE for lon, _ in points],
            y=[lat for _, lat in points],
            mode="markers+text",
            text=[
                f"{'<br>'.join(_name_lines(code, name, is_narrow=is_narrow))}<br><b>{plain(text)}</b>"
                for code, name, text in zip(codes, frame[encoding.name], frame[encoding.text], strict=True)
            ],
            textfont={"size": SMALL, "color": palette.text},
            marker={"size": 44, "color": "rgba(0,0,0,0)"},
            customdata=[[code] for code in codes],
            hovertext=[plain(text) for text in frame[encoding.hover]],
            hoverinfo="text",
            selectedpoints=_selected_points(codes, figure),
            unselected={"textfont": {"color": palette.quiet}},
            showlegend=False,
        )
    )
    if encoding.venues:
        points = [LABEL_POINTS[code] for code in encoding.venues]
        chart.add_trace(
            go.Scatter(
                x=[lon * LONGITUDE_SCALE for lon, _ in points],
                y=[lat + VENUE_OFFSET for _, lat in points],
                mode="markers",
                marker={"size": 10, "symbol": "diamond", "color": palette.alarm},
                name="Sede",
                text=[plain(label) for label in encoding.venues.values()],
                hoverinfo="text",
            )
        )
    chart.update_layout(xaxis={"visible": False}, yaxis={"visible": False, "scaleanchor": "x"})
    return chart


def _name_lines(code: str, name: str, *, is_narrow: bool) -> list[str]:
    """Returns the name in lines, or its abbreviation where there is no room for names."""
    return [geography.by_code()[code].abbreviation] if is_narrow else wrap(name, LINE_LENGTH)


def shade(value: Any, largest: float, encoding: AlcaldiaMap, palette: Palette) -> str:
    """Returns the fill of an alcaldía where the colours are not Plotly's: in traces and on paper."""
    if encoding.classes:
        return class_colors(encoding, palette).get(value, palette.grid)
    if pd.isna(value):
        return palette.grid
    if value <= 0:
        return palette.ramp[0]
    steps = len(palette.ramp) - 1
    return palette.ramp[min(steps, 1 + int(steps * (float(value) - 1e-9) / largest))]


def _parts(figure: Figure, encoding: AlcaldiaMap, palette: Palette) -> list[tuple[pd.DataFrame, dict[str, Any]]]:
    """Returns the alcaldías of each trace with its appearance: one for a scale, one for each class."""
    frame = figure.frame
    if not encoding.classes:
        values = [None if pd.isna(value) else float(value) for value in frame[encoding.value]]
        return [(frame, {"z": values, "coloraxis": "coloraxis", "showlegend": False})]
    parts = []
    for label, color in class_colors(encoding, palette).items():
        part = frame[frame[encoding.value] == label]
        if len(part):
            scale = [[0, color], [1, color]]
            parts.append(
                (
                    part,
                    {
                        "z": [1] * len(part),
                        "colorscale": scale,
                        "showscale": False,
                        "name": label,
                        "showlegend": True,
                    },
                )
            )
    return parts


def _color_axis(figure: Figure, encoding: AlcaldiaMap, palette: Palette) -> dict[str, Any]:
    steps = len(palette.ramp) - 1
    scale = [[index / (steps - 1), color] for index, color in enumerate(palette.ramp[1:])]
    return {
        "colorscale": scale,
        "cmin": 0,
        "cmax": highest(figure.frame, encoding),
        "colorbar": {
            "title": {"text": encoding.legend, "side": "top", "font": {"size": SMALL}},
            "orientation": "h",
            "thickness": 10,
            "len": 0.5,
            "x": 0,
            "xanchor": "left",
            "y": 0.01,
            "yanchor": "bottom",
            "tickfont": {"size": SMALL},
            "outlinewidth": 0,
            "nticks": 4,
        },
    }


def highest(frame: pd.DataFrame, encoding: AlcaldiaMap) -> float:
    """Returns the end of the colour scale."""
    if encoding.classes:
        return 1.0
    return max([float(value) for value in frame[encoding.value] if not pd.isna(value)], default=0.0) or 1.0


def _selected_points(codes: list[str], figure: Figure) -> list[int] | None:
    if not figure.chosen:
        return None
    return [index for index, code in enumerate(codes) if code in figure.chosen]


@cache
def _outline(code: str) -> tuple[list[float | None], list[float | None]]:
    """Returns the rings of an alcaldía, projected, with a gap between them."""
    x: list[float | None] = []
    y: list[float | None] = []
    for ring in geography.shapes()[code]:
        x += [*(round(lon * LONGITUDE_SCALE, 5) for lon, _ in ring), None]
        y += [*(lat for _, lat in ring), None]
    return x, y
