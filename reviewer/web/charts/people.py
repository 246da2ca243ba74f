"""Who they are and when they came: bars."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from reviewer.answers import Group
from reviewer.cohort.counts import Ages, Arrivals
from reviewer.cohort.shares import FEW
from reviewer.web.charts.palette import Palette, hover_label
from reviewer.words import MONTHS, counted, day, day_and_time, number, percent

HEIGHT = 190
CHARACTER = 7  # pixels, of the words beyond a bar
USUAL_GROUPS = 6  # fewer leave room below rather than swell


def group_bars(groups: tuple[Group, ...], palette: Palette) -> go.Figure:
    """A horizontal bar a group (one at least), from the top, with count and share; no answer in grey."""
    total = sum(group.count for group in groups)
    shown = groups[::-1]
    words = [f" {_with_share(group.count, total)}" for group in shown]
    text = {"color": palette.text, "size": 12}
    bars = {
        "type": "bar",
        "x": [group.count for group in shown],
        "y": [group.label for group in shown],
        "orientation": "h",
        "marker": {"color": [palette.missing if group.missing else palette.bar for group in shown]},
        "text": words,
        "textposition": "outside",
        "textfont": text,
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    layout = {
        "height": HEIGHT,
        "margin": {"l": 0, "r": CHARACTER * max(map(len, words)), "t": 6, "b": 0},
        "showlegend": False,
        "xaxis": {"visible": False, "fixedrange": True, "range": [0, max(group.count for group in groups)]},
        "yaxis": {
            "fixedrange": True,
            "range": [len(groups) - max(len(groups), USUAL_GROUPS) - 0.5, len(groups) - 0.5],
            "showgrid": False,
            "automargin": True,
            "tickfont": text,
        },
    }
    return go.Figure([bars], layout)


def age_bars(ages: Ages, palette: Palette) -> go.Figure:
    """A bar a year of age from the minimum on, and one for all who are under it."""
    known = {age: count for age, count in ages.years if age >= ages.minimum}
    years = range(ages.minimum, max(known, default=ages.minimum) + 1)
    columns = [_Column(f"{age}", known.get(age, 0), f"{age} años") for age in years]
    ticks = {f"{age}": f"{age}" for age in years if age % 10 == 0 and age > ages.minimum + 3}
    if ages.under_age:
        under = f"< {ages.minimum}"
        columns.insert(0, _Column(under, ages.under_age, f"Menos de {ages.minimum} años", alarm=True))
        ticks[under] = under
    else:
        ticks[f"{ages.minimum}"] = f"{ages.minimum}"
    return go.Figure([_bars(columns, palette)], _layout(columns, ticks, palette))


def arrival_bars(arrivals: Arrivals, palette: Palette) -> go.Figure:
    """A bar a day of the window, one before and one after for those outside it, and a line at the closing."""
    columns = [_Column(value.isoformat(), count, day(value)) for value, count in arrivals.days]
    mondays = [value for value, _ in arrivals.days if value.weekday() == 0]
    ticks = {value.isoformat(): f"{value.day} {MONTHS[value.month - 1]}" for value in mondays}
    if arrivals.before:
        columns.insert(0, _Column("antes", arrivals.before, "Antes de abrir", alarm=True))
        ticks["antes"] = "antes"
    closing = len(columns) - 0.5
    if arrivals.after:
        columns.append(_Column("después", arrivals.after, "Después del cierre", alarm=True))
        ticks["después"] = "después"
    layout = _layout(columns, ticks, palette)
    layout["margin"]["t"] = 20
    layout["shapes"] = [
        {
            "type": "line",
            "x0": closing,
            "x1": closing,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": palette.text, "width": 1.5, "dash": "dot"},
        }
    ]
    layout["annotations"] = [_closing_words(arrivals, closing, palette)]
    return go.Figure([_bars(columns, palette)], layout)


@dataclass(frozen=True)
class _Column:
    key: str
    count: int
    label: str
    alarm: bool = False


def _bars(columns: list[_Column], palette: Palette) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [column.key for column in columns],
        "y": [column.count for column in columns],
        "marker": {"color": [palette.alarm if column.alarm else palette.bar for column in columns]},
        "hovertext": [
            f"{column.label}: {counted(column.count, 'postulación', 'postulaciones')}" for column in columns
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _layout(columns: list[_Column], ticks: dict[str, str], palette: Palette) -> dict[str, Any]:
    """``ticks`` are the labels by the keys of the columns that bear one."""
    quiet = {"color": palette.quiet, "size": 12}
    return {
        "height": HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 6, "b": 0},
        "showlegend": False,
        "bargap": 0.12,
        "hoverlabel": hover_label(palette),
        "xaxis": {
            "type": "category",
            "fixedrange": True,
            "showgrid": False,
            "tickangle": 0,
            "tickfont": quiet,
            "tickvals": list(ticks),
            "ticktext": list(ticks.values()),
        },
        "yaxis": {
            "fixedrange": True,
            "gridcolor": palette.grid,
            "nticks": 5,
            "dtick": 1 if max(column.count for column in columns) < 5 else None,
            "tickfont": quiet,
            "tickformat": ",d",
            "rangemode": "tozero",
        },
    }


def _closing_words(arrivals: Arrivals, closing: float, palette: Palette) -> dict[str, Any]:
    return {
        "x": closing,
        "y": 1,
        "yref": "paper",
        "xanchor": "right",
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"cierre: {day_and_time(arrivals.closes)}",
        "font": {"color": palette.text, "size": 12},
    }


def _with_share(count: int, total: int) -> str:
    return number(count) if total < FEW else f"{number(count)} · {percent(count / total)}"
