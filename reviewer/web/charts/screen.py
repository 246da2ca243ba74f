"""Figures for the screen: a Plotly figure for each description of ``reviewer/figures``."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from reviewer.core.spanish import format_count, format_day, format_number
from reviewer.figures.figure import (
    RESERVED,
    AlcaldiaMap,
    Bars,
    Comparison,
    Figure,
    Funnel,
    HeatMap,
    Histogram,
    Timeline,
)
from reviewer.web.charts import alcaldia_map, intervals
from reviewer.web.charts.histogram import binned
from reviewer.web.charts.palette import Palette
from reviewer.web.charts.plotly_theme import (
    FONT_SIZE,
    ORDINARY_BROWSER,
    SMALL,
    Browser,
    layout,
    outlines,
    plain,
    short,
)

ROW = 27  # pixels of a row of bars
HEAT_ROW = 24
HOUR = 3_600_000  # milliseconds
DAY = 24 * HOUR
COLUMNS_HEIGHT = 230


def draw(figure: Figure, palette: Palette, browser: Browser = ORDINARY_BROWSER) -> go.Figure:
    """Returns the Plotly figure. Without WebGL the map is drawn as traces instead of tiles."""
    if isinstance(figure.encoding, AlcaldiaMap):
        return alcaldia_map.draw(figure, figure.encoding, palette, browser)
    return _DRAWERS[type(figure.encoding)](figure, figure.encoding, palette)


def _bars(figure: Figure, encoding: Bars, palette: Palette) -> go.Figure:
    frame = figure.frame
    labels = [str(label) for label in frame[encoding.label]]
    counts = [None if pd.isna(count) else int(count) for count in frame[encoding.value]]
    shares = list(frame[encoding.share]) if encoding.share in frame else [None] * len(counts)
    texts = [_count_text(count, share) for count, share in zip(counts, shares, strict=True)]
    colors = [palette.missing if label in encoding.missing else palette.bar for label in labels]
    chart = go.Figure(
        go.Bar(
            x=[count or 0 for count in counts],
            y=[short(label) for label in labels],
            orientation="h",
            text=texts,
            textposition="outside",
            cliponaxis=False,
            textfont={"size": FONT_SIZE, "color": palette.text},
            marker={"color": colors, "line": outlines(labels, figure, palette)},
            customdata=[[label] for label in labels],
            hovertext=[f"{plain(label)}<br>{text}" for label, text in zip(labels, texts, strict=True)],
            hoverinfo="text",
        )
    )
    chart.update_layout(layout(palette, height=46 + ROW * max(len(labels), 3)))
    # Room to the right of the longest bar for its number.
    widest = max(len(text) for text in texts) if texts else 0
    chart.update_xaxes(
        visible=False,
        fixedrange=True,
        range=[0, max(1, *(count or 0 for count in counts)) * (1 + widest / 16)],
    )
    chart.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False, type="category")
    return chart


def _histogram(figure: Figure, encoding: Histogram, palette: Palette) -> go.Figure:
    years = _year_trace(figure, encoding, palette, width=1)
    bins = _year_trace(figure, encoding, palette, width=encoding.bin_width)
    years.visible = False
    chart = go.Figure([bins, years])
    chart.update_layout(layout(palette, height=COLUMNS_HEIGHT), bargap=0.06)
    _add_buttons(chart, palette, (f"Cada {encoding.bin_width} años", [True, False]), ("Cada año", [False, True]))
    chart.update_xaxes(showgrid=False, ticksuffix="", dtick=10, tick0=0)
    chart.update_yaxes(fixedrange=True, rangemode="tozero", tickformat=",d", nticks=5)
    chart.update_layout(dragmode="zoom")
    return chart


def _year_trace(figure: Figure, encoding: Histogram, palette: Palette, *, width: int) -> go.Bar:
    """Returns bars of ``width`` years from the first one on; numbers below it are one bar."""
    rows = binned(figure, encoding, width)
    return go.Bar(
        x=[(first + last + 1) / 2 for first, last, _ in rows],
        y=[count for _, _, count in rows],
        width=[last - first + 1 for first, last, _ in rows],
        marker={
            "color": [palette.alarm if first < encoding.first else palette.bar for first, _, _ in rows],
            "line": {"color": palette.page, "width": 1},
        },
        customdata=[[_band(first, last, encoding)] for first, last, _ in rows],
        hovertext=[
            f"{first if first == last else f'{first} a {last}'} años<br>"
            f"{format_count(count, 'postulación', 'postulaciones')}"
            for first, last, count in rows
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _band(first: int, last: int, encoding: Histogram) -> str:
    """Returns the filter value of the first number of a bin that has one."""
    return next((encoding.filters[number] for number in range(first, last + 1) if number in encoding.filters), "")


def _timeline(figure: Figure, encoding: Timeline, palette: Palette) -> go.Figure:
    traces = [_column_trace(figure.frame, encoding, palette.bar, "%a %d %b")]
    if encoding.detail is not None:
        hours = _column_trace(encoding.detail, encoding, palette.bar, "%a %d %b, %H h")
        hours.visible = False
        traces.append(hours)
    if encoding.forecast is not None:
        traces.append(_column_trace(encoding.forecast, encoding, palette.pale, "%a %d %b, pronóstico"))
    chart = go.Figure(traces)
    chart.update_layout(layout(palette, height=COLUMNS_HEIGHT + 70), bargap=0.12, dragmode="zoom", showlegend=False)
    if encoding.detail is not None:
        _add_buttons(chart, palette, ("Por día", [True, False]), ("Por hora", [False, True]))
    if encoding.span is not None:
        first, last, label = encoding.span
        chart.add_vrect(
            x0=_local(first),
            x1=_local(last),
            fillcolor=palette.ramp[1],
            line_width=0,
            layer="below",
            annotation={"text": label, "font": {"size": SMALL}},
            annotation_position="top left",
        )
    if encoding.deadline is not None:
        x = _local(encoding.deadline)
        chart.add_shape(
            type="line",
            x0=x,
            x1=x,
            y0=0,
            y1=1,
            yref="paper",
            line={"color": palette.text, "width": 1.5, "dash": "dash"},
        )
        chart.add_annotation(
            x=x,
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="right",
            showarrow=False,
            text=plain(encoding.deadline_label),
            font={"size": SMALL},
        )
    chart.update_xaxes(
        type="date",
        showgrid=False,
        tickformat="%-d %b",
        rangeslider={"visible": True, "thickness": 0.14, "bgcolor": palette.ramp[0]},
    )
    chart.update_yaxes(fixedrange=True, rangemode="tozero", tickformat=",d", nticks=5)
    return chart


def _column_trace(frame: pd.DataFrame, encoding: Timeline, color: str, when: str) -> go.Bar:
    counts = [int(count) for count in frame[encoding.count]]
    period = HOUR if " h" in when else DAY
    return go.Bar(
        x=[value.isoformat() for value in frame[encoding.time]],
        xperiod=period,
        xperiodalignment="middle",  # a column stands within its day
        y=counts,
        marker={"color": color},
        hovertemplate=f"%{{x|{when}}}<br>%{{y:,}} {encoding.count.lower()}<extra></extra>",
    )


def _local(moment: Any) -> str:
    """Returns a time of the call's clock without its zone, since Plotly has no zones."""
    return str(moment.replace(tzinfo=None).isoformat())


def _heat_map(figure: Figure, encoding: HeatMap, palette: Palette) -> go.Figure:
    frame = figure.frame
    rows = [_row_label(value) for value in frame[encoding.rows]]
    counts = [[int(count) for count in line] for line in frame[list(encoding.columns)].to_numpy().tolist()]
    is_wide = len(encoding.columns) > 12
    chart = go.Figure(
        go.Heatmap(
            x=[short(column) for column in encoding.columns],
            y=[short(row) for row in rows],
            z=counts,
            zmin=0,
            zmax=max([1, *(count for line in counts for count in line)]),
            colorscale=_scale(palette),
            showscale=False,
            xgap=1.5,
            ygap=1.5,
            text=[["" if is_wide and not count else format_number(count) for count in line] for line in counts],
            texttemplate="%{text}",
            textfont={"size": SMALL, "color": palette.text},
            customdata=[[f"{plain(row)} · {plain(column)}" for column in encoding.columns] for row in rows],
            hovertemplate=f"%{{customdata}}<br>%{{z:,}} {encoding.count.lower()}<extra></extra>",
        )
    )
    chart.update_layout(layout(palette, height=90 + HEAT_ROW * len(rows)))
    chart.update_xaxes(side="top", showgrid=False, type="category", fixedrange=True, tickangle=-40 if is_wide else None)
    chart.update_yaxes(autorange="reversed", showgrid=False, type="category", fixedrange=True)
    return chart


def _add_buttons(chart: go.Figure, palette: Palette, *choices: tuple[str, list[bool]]) -> None:
    """Adds buttons that show some traces and hide the others."""
    buttons = [{"label": label, "method": "restyle", "args": ["visible", visible]} for label, visible in choices]
    chart.update_layout(
        updatemenus=[
            {
                "type": "buttons",
                "direction": "right",
                "buttons": buttons,
                "showactive": True,
                "x": 0,
                "xanchor": "left",
                "y": 1.02,
                "yanchor": "bottom",
                "pad": {"t": 0, "b": 2},
                "bgcolor": palette.ramp[0],
                "bordercolor": palette.quiet,
                "borderwidth": 1,
                "font": {"size": SMALL, "color": palette.text},
            }
        ],
        margin={"t": 44},
    )


def _count_text(count: int | None, share: Any) -> str:
    if count is None:
        return RESERVED
    return format_number(count) if share is None or pd.isna(share) else f"{format_number(count)} · {_percent(share)}"


def _percent(percent: float) -> str:
    return f"{format_number(round(percent) if percent >= 9.95 else percent)} %"


def _row_label(value: Any) -> str:
    return value if isinstance(value, str) else format_day(value)


def _scale(palette: Palette) -> list[tuple[float, str]]:
    """Returns the ramp as Plotly's colour scale: nothing at all has a colour of its own."""
    steps = len(palette.ramp) - 1
    first = (0.0, palette.ramp[0]), (1e-9, palette.ramp[1])
    return [*first, *((index / (steps - 1), palette.ramp[index + 1]) for index in range(1, steps))]


_DRAWERS: dict[type, Callable[[Figure, Any, Palette], go.Figure]] = {
    Bars: _bars,
    Histogram: _histogram,
    Timeline: _timeline,
    HeatMap: _heat_map,
    Comparison: intervals.comparison,
    Funnel: intervals.funnel,
}
