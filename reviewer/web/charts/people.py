"""Who they are and when they came: bars."""

from dataclasses import dataclass

import plotly.graph_objects as go

from reviewer.cohort.counts import Ages, Arrivals
from reviewer.cohort.groups import Group
from reviewer.cohort.shares import FEW
from reviewer.web.charts.palette import Palette, hover_label
from reviewer.words import MONTHS, counted, day, day_and_time, number, percent

HEIGHT = 190
USUAL_GROUPS = 6  # fewer leave room below rather than swell


def group_bars(groups: tuple[Group, ...], palette: Palette) -> go.Figure:
    """A horizontal bar a group, in their order from the top, with count and share; no answer in grey."""
    total = sum(group.count for group in groups)
    shown = groups[::-1]
    figure = go.Figure(
        go.Bar(
            x=[group.count for group in shown],
            y=[group.label for group in shown],
            orientation="h",
            marker_color=[palette.missing if group.missing else palette.bar for group in shown],
            text=[f" {_with_share(group.count, total)}" for group in shown],
            textposition="outside",
            cliponaxis=False,
            textfont={"color": palette.text, "size": 12},
            hoverinfo="skip",
        )
    )
    widest = max((group.count for group in groups), default=1)
    figure.update_layout(
        **_frame(),
        xaxis={"visible": False, "fixedrange": True, "range": [0, widest * 1.6]},
        yaxis={
            "fixedrange": True,
            "range": [len(groups) - max(len(groups), USUAL_GROUPS) - 0.5, len(groups) - 0.5],
            "showgrid": False,
            "automargin": True,
            "tickfont": {"color": palette.text, "size": 12},
        },
    )
    return figure


def age_bars(ages: Ages, palette: Palette) -> go.Figure:
    """A bar a year of age from the minimum on, and one for all who are under it."""
    known = {age: count for age, count in ages.years if age >= ages.minimum}
    years = range(ages.minimum, max(known, default=ages.minimum) + 1)
    figure = _columns(
        [_Column(f"{age}", known.get(age, 0), f"{age} años") for age in years], palette.bar, palette
    )
    if ages.under_age:
        few = _Column(f"< {ages.minimum}", ages.under_age, f"Menos de {ages.minimum} años")
        _prepend(figure, few, palette.alarm)
    first = f"< {ages.minimum}" if ages.under_age else f"{ages.minimum}"
    ticks = [first, *(f"{age}" for age in years if age % 10 == 0 and age > ages.minimum + 3)]
    figure.update_xaxes(tickvals=ticks, ticktext=ticks)
    return figure


def arrival_bars(arrivals: Arrivals, palette: Palette) -> go.Figure:
    """A bar a day of the window, one before and one after for those outside it, and a line at the closing."""
    days = [_Column(value.isoformat(), count, day(value)) for value, count in arrivals.days]
    figure = _columns(days, palette.bar, palette)
    if arrivals.before:
        _prepend(figure, _Column("antes", arrivals.before, "Antes de abrir"), palette.alarm)
    last = len(days) + bool(arrivals.before)
    if arrivals.after:
        late = _Column("después", arrivals.after, "Después del cierre")
        figure.add_trace(_bar([late], palette.alarm))
    figure.add_vline(x=last - 0.5, line={"color": palette.text, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=last - 0.5,
        y=1,
        yref="paper",
        yanchor="bottom",
        xanchor="right",
        showarrow=False,
        text=f"cierre: {day_and_time(arrivals.closes)}",
        font={"color": palette.text, "size": 12},
    )
    mondays = [value for value, _ in arrivals.days if value.weekday() == 0]
    ticks = {value.isoformat(): f"{value.day} {MONTHS[value.month - 1]}" for value in mondays}
    if arrivals.before:
        ticks = {"antes": "antes", **ticks}
    if arrivals.after:
        ticks["después"] = "después"
    figure.update_xaxes(tickvals=list(ticks), ticktext=list(ticks.values()))
    figure.update_layout(margin_t=20)
    return figure


@dataclass(frozen=True)
class _Column:
    key: str
    count: int
    label: str


def _columns(columns: list[_Column], color: str, palette: Palette) -> go.Figure:
    quiet = {"color": palette.quiet, "size": 12}
    figure = go.Figure(_bar(columns, color))
    figure.update_layout(
        **_frame(),
        bargap=0.12,
        hoverlabel=hover_label(palette),
        barmode="overlay",
        xaxis={"type": "category", "fixedrange": True, "showgrid": False, "tickangle": 0, "tickfont": quiet},
        yaxis={
            "fixedrange": True,
            "gridcolor": palette.grid,
            "nticks": 5,
            "dtick": 1 if max(column.count for column in columns) < 5 else None,
            "tickfont": quiet,
            "tickformat": ",d",
            "rangemode": "tozero",
        },
    )
    return figure


def _prepend(figure: go.Figure, column: _Column, color: str) -> None:
    figure.add_trace(_bar([column], color))
    figure.data = (figure.data[-1], *figure.data[:-1])


def _bar(columns: list[_Column], color: str) -> go.Bar:
    return go.Bar(
        x=[column.key for column in columns],
        y=[column.count for column in columns],
        marker_color=color,
        hovertext=[
            f"{column.label}: {counted(column.count, 'postulación', 'postulaciones')}" for column in columns
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _frame() -> dict[str, object]:
    return {"height": HEIGHT, "margin": {"l": 0, "r": 0, "t": 6, "b": 0}, "showlegend": False}


def _with_share(count: int, total: int) -> str:
    return number(count) if total < FEW else f"{number(count)} · {percent(count / total)}"
