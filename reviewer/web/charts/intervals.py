"""Figures of shares with their intervals: rows compared, and groups through the stages."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from reviewer.core.spanish import format_count
from reviewer.figures.figure import Comparison, Figure, Funnel
from reviewer.figures.territory import REPRESENTATION_LABELS
from reviewer.web.charts.palette import Palette
from reviewer.web.charts.plotly_theme import SMALL, layout, outlines, plain, short

ROW = 27  # pixels of a row of bars
FUNNEL_ROW = 14  # pixels of a stage of a group
MARKS = ("square", "diamond-tall", "line-ns")


def comparison(figure: Figure, encoding: Comparison, palette: Palette) -> go.Figure:
    """Returns bars with intervals and marks for what they are compared with."""
    frame = figure.frame
    labels = [str(label) for label in frame[encoding.label]]
    filters = list(frame[figure.filter_column]) if figure.filter_column else labels
    shades = {label: palette.verdicts[verdict] for verdict, label in REPRESENTATION_LABELS.items()}
    chart = go.Figure()
    for index, series in enumerate(encoding.series):
        values = _numbers(frame[series])
        shared: dict[str, Any] = {
            "x": values,
            "y": [short(label) for label in labels],
            "name": series,
            "customdata": [[value] for value in filters],
            "hovertext": [_comparison_hover(frame, encoding, row) for row in range(len(labels))],
            "hoverinfo": "text",
        }
        if index:
            marker = {
                "symbol": MARKS[index],
                "size": 13,
                "color": (palette.text, palette.alarm)[index - 1],
                "line": {"color": palette.text, "width": 2.5 if MARKS[index] == "line-ns" else 1},
            }
            chart.add_trace(go.Scatter(**shared, mode="markers", marker=marker))
            continue
        error = None
        if encoding.low:
            high, low = _numbers(frame[encoding.high]), _numbers(frame[encoding.low])
            error = {
                "array": [_minus(end, value) for end, value in zip(high, values, strict=True)],
                "arrayminus": [_minus(value, end) for end, value in zip(low, values, strict=True)],
                "color": palette.quiet,
                "thickness": 1.3,
                "width": 3,
            }
        colors = (
            [shades.get(value, palette.bar) for value in frame[encoding.colors]] if encoding.colors else palette.bar
        )
        marker = {"color": colors, "line": outlines(list(map(str, filters)), figure, palette, 1)}
        chart.add_trace(go.Bar(**shared, orientation="h", marker=marker, error_x=error))
    chart.update_layout(layout(palette, height=78 + ROW * max(len(labels), 3)), showlegend=len(encoding.series) > 1)
    chart.update_xaxes(
        fixedrange=True,
        ticksuffix=" %" if encoding.unit == "%" else "",
        zeroline=True,
        zerolinecolor=palette.quiet,
        side="bottom",
        nticks=5,
        tickangle=0,
    )
    chart.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False, type="category")
    return chart


def _comparison_hover(frame: pd.DataFrame, encoding: Comparison, row: int) -> str:
    lines = [plain(frame[encoding.label].iloc[row])]
    for series in encoding.series:
        value = frame[series].iloc[row]
        decimals = 1 if encoding.unit else 2
        lines.append(f"{plain(series)}: {'–' if pd.isna(value) else f'{value:.{decimals}f}'}")
    if encoding.low and not pd.isna(frame[encoding.low].iloc[row]):
        lines.append(f"de {frame[encoding.low].iloc[row]:.1f} a {frame[encoding.high].iloc[row]:.1f}")
    return "<br>".join(lines)


def funnel(figure: Figure, encoding: Funnel, palette: Palette) -> go.Figure:
    """Returns a point and an interval for each group at each stage, one below the other."""
    frame, count = figure.frame, len(encoding.stages)
    groups = [str(group) for group in frame[encoding.label]]
    colors = _stage_colors(count, palette)
    chart = go.Figure()
    for index, stage in enumerate(encoding.stages):
        # Rows are numbers, so that the stages of a group stand one below the other.
        rows = [position + 0.8 * ((index + 0.5) / count - 0.5) for position in range(len(groups))]
        rates = _numbers(frame[f"{stage} %"])
        lows, highs = _numbers(frame[f"{stage} desde %"]), _numbers(frame[f"{stage} hasta %"])
        marks = [encoding.gaps.get((group, stage)) for group in groups]
        chart.add_trace(
            go.Scatter(
                x=rates,
                y=rows,
                name=f"{stage} (raya: todas)",
                mode="markers+text",
                text=["" if mark is None else ("▲" if mark else "▼") for mark in marks],
                textposition="top center",
                textfont={"size": SMALL, "color": palette.alarm},
                marker={
                    "symbol": ("circle", "square", "diamond", "triangle-right", "cross")[index % 5],
                    "size": 9,
                    "color": colors[index],
                },
                error_x={
                    "array": [_minus(high, rate) for high, rate in zip(highs, rates, strict=True)],
                    "arrayminus": [_minus(rate, low) for low, rate in zip(lows, rates, strict=True)],
                    "color": colors[index],
                    "thickness": 1.4,
                    "width": 0,
                },
                hovertext=[_funnel_hover(frame, row, group, stage) for row, group in enumerate(groups)],
                hoverinfo="text",
                legendgroup=stage,
            )
        )
        share = encoding.overall[index]
        if share is not None:
            chart.add_trace(
                go.Scatter(
                    x=[100 * share] * 2,
                    y=[-0.5, len(groups) - 0.5],
                    mode="lines",
                    legendgroup=stage,
                    showlegend=False,
                    hoverinfo="skip",
                    line={"color": colors[index], "width": 1.2, "dash": "dot"},
                )
            )
    height = 100 + max(len(groups) * FUNNEL_ROW * max(count, 2), 90)
    chart.update_layout(layout(palette, height=height))
    chart.update_xaxes(range=[-2, 104], fixedrange=True, ticksuffix=" %", nticks=6)
    chart.update_yaxes(
        tickvals=list(range(len(groups))),
        ticktext=[short(group) for group in groups],
        range=[len(groups) - 0.5, -0.5],
        fixedrange=True,
        showgrid=False,
    )
    return chart


def _funnel_hover(frame: pd.DataFrame, row: int, group: str, stage: str) -> str:
    count = format_count(int(frame[stage].iloc[row]), "postulación", "postulaciones")
    lines = [plain(group), f"{stage}: {count}"]
    rate = frame[f"{stage} %"].iloc[row]
    if not pd.isna(rate):
        low, high = (frame[f"{stage} {end} %"].iloc[row] for end in ("desde", "hasta"))
        lines.append(f"{rate:.1f} %; caben en el azar: de {low:.1f} a {high:.1f} %")
    return "<br>".join(lines)


def _stage_colors(count: int, palette: Palette) -> list[str]:
    colors = (palette.bar, palette.alarm, palette.missing, palette.text, palette.quiet)
    return [colors[index % len(colors)] for index in range(count)]


def _numbers(column: "pd.Series[Any]") -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


def _minus(one: float | None, other: float | None) -> float:
    return 0.0 if one is None or other is None else one - other
