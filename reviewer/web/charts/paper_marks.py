"""The marks of figures on paper: bars, columns, cells, intervals and the map, on axes of matplotlib."""

import textwrap
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from reviewer.core.spanish import format_day, format_day_of_month, format_number
from reviewer.demographics import geography
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
from reviewer.figures.territory import REPRESENTATION_LABELS
from reviewer.web.charts.alcaldia_map import (
    LABEL_POINTS,
    LONGITUDE_SCALE,
    VENUE_OFFSET,
    class_colors,
    highest,
    shade,
)
from reviewer.web.charts.histogram import binned
from reviewer.web.charts.palette import PAPER

dates: Any = import_module("matplotlib.dates")  # its functions have no types
LABEL = 7.5  # points
HALF_DAY = 0.5  # a day's column stands around its midnight


def draw(axes: Axes, figure: Figure) -> None:
    """Draws the figure's data on axes that the caller has placed."""
    _DRAWERS[type(figure.encoding)](axes, figure, figure.encoding)


def _bars(axes: Axes, figure: Figure, encoding: Bars) -> None:
    frame = figure.frame
    labels = [str(label) for label in frame[encoding.label]]
    values = [0 if pd.isna(value) else int(value) for value in frame[encoding.value]]
    colors = [PAPER.missing if label in encoding.missing else PAPER.bar for label in labels]
    axes.barh(range(len(labels)), values, color=colors, height=0.68)
    longest = max([1, *values])
    axes.set_xlim(0, longest * 1.4)
    total = sum(values)
    for row, value in enumerate(values):
        if pd.isna(frame[encoding.value].iloc[row]):
            text = RESERVED
        else:
            share = frame[encoding.share].iloc[row] if encoding.share in frame else None
            text = (
                format_number(value)
                if share is None or pd.isna(share) or not total
                else f"{format_number(value)} · {share:.1f} %"
            )
        axes.text(value + longest * 0.015, row, text, va="center", fontsize=LABEL)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    _rows(axes, labels)


def _histogram(axes: Axes, figure: Figure, encoding: Histogram) -> None:
    bins = binned(figure, encoding, encoding.bin_width)
    for first, last, count in bins:
        color = PAPER.alarm if first < encoding.first else PAPER.bar
        axes.bar(first, count, width=last - first + 0.9, align="edge", color=color)
    axes.xaxis.set_major_locator(mpl.ticker.MultipleLocator(10))
    _counts(axes)


def _timeline(axes: Axes, figure: Figure, encoding: Timeline) -> None:
    days = list(figure.frame[encoding.time])
    axes.bar(days, [int(count) for count in figure.frame[encoding.count]], color=PAPER.bar, width=0.85)
    if encoding.forecast is not None:
        forecast = encoding.forecast
        axes.bar(list(forecast[encoding.time]), list(forecast[encoding.count]), color=PAPER.pale, width=0.85)
    if encoding.span is not None:
        first, last, label = encoding.span
        begin, end = (dates.date2num(moment) - HALF_DAY for moment in (first, last))
        axes.axvspan(begin, end, color=PAPER.ramp[1], zorder=0)
        axes.text(begin, axes.get_ylim()[1], label, va="top", fontsize=LABEL)
    if encoding.deadline is not None:
        end = dates.date2num(encoding.deadline.replace(tzinfo=None)) - HALF_DAY
        axes.axvline(end, color=PAPER.text, linestyle="--", linewidth=1)
        axes.annotate(
            encoding.deadline_label,
            (end, 1),
            xycoords=("data", "axes fraction"),
            ha="right",
            va="bottom",
            fontsize=LABEL,
        )
    axes.xaxis.set_major_formatter(lambda value, _: format_day_of_month(dates.num2date(value)))
    axes.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=9))
    _counts(axes)


def _heat_map(axes: Axes, figure: Figure, encoding: HeatMap) -> None:
    counts = [[int(count) for count in row] for row in figure.frame[list(encoding.columns)].to_numpy().tolist()]
    top = max([1, *(count for row in counts for count in row)])
    colors = mpl.colors.LinearSegmentedColormap.from_list("ramp", PAPER.ramp)
    axes.pcolormesh(counts, cmap=colors, vmin=0, vmax=top, edgecolors=PAPER.page, linewidth=1.2)
    is_wide = len(encoding.columns) > 12
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            if count or not is_wide:
                axes.text(
                    column + 0.5,
                    row + 0.5,
                    format_number(count),
                    ha="center",
                    va="center",
                    fontsize=LABEL - (1.5 if is_wide else 0),
                )
    axes.set_xticks(
        [index + 0.5 for index in range(len(encoding.columns))],
        [textwrap.shorten(column, 22, placeholder="…") for column in encoding.columns],
        rotation=40,
        ha="left",
        fontsize=LABEL - 0.5,
    )
    axes.xaxis.tick_top()
    axes.spines["bottom"].set_visible(False)
    labels = [row_label(value) for value in figure.frame[encoding.rows]]
    axes.set_yticks([index + 0.5 for index in range(len(labels))], labels)
    axes.invert_yaxis()


def _comparison(axes: Axes, figure: Figure, encoding: Comparison) -> None:
    frame = figure.frame
    labels = [str(label) for label in frame[encoding.label]]
    shades = {label: PAPER.verdicts[verdict] for verdict, label in REPRESENTATION_LABELS.items()}
    rows = range(len(labels))
    first, *others = encoding.series
    values = frame[first].astype(float)
    colors = [shades.get(value, PAPER.bar) for value in frame[encoding.colors]] if encoding.colors else PAPER.bar
    errors = None
    if encoding.low:
        errors = [values - frame[encoding.low].astype(float), frame[encoding.high].astype(float) - values]
    axes.barh(
        rows,
        values,
        color=colors,
        height=0.68,
        label=first,
        xerr=errors,
        error_kw={"ecolor": PAPER.quiet, "elinewidth": 0.9},
    )
    for series, marker, color in zip(others, ("D", "|"), (PAPER.text, PAPER.alarm), strict=False):
        axes.plot(frame[series].astype(float), list(rows), marker, color=color, label=series, markersize=6)
    if others:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=LABEL)
    axes.axvline(0, color=PAPER.quiet, linewidth=0.6)
    axes.grid(axis="x", color=PAPER.grid, linewidth=0.5)
    axes.set_axisbelow(True)
    if encoding.unit == "%":
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
    _rows(axes, labels)


def _funnel(axes: Axes, figure: Figure, encoding: Funnel) -> None:
    frame, count = figure.frame, len(encoding.stages)
    groups = [str(group) for group in frame[encoding.label]]
    colors = (PAPER.bar, PAPER.alarm, PAPER.missing, PAPER.text, PAPER.quiet)
    for index, stage in enumerate(encoding.stages):
        color = colors[index % len(colors)]
        rows = [position + 0.8 * ((index + 0.5) / count - 0.5) for position in range(len(groups))]
        rates = frame[f"{stage} %"].astype(float)
        ends = [
            rates - frame[f"{stage} desde %"].astype(float),
            frame[f"{stage} hasta %"].astype(float) - rates,
        ]
        axes.errorbar(
            rates,
            rows,
            xerr=ends,
            fmt="osDv^"[index % 5],
            color=color,
            markersize=3.5,
            elinewidth=0.9,
            label=stage,
        )
        share = encoding.overall[index]
        if share is not None:
            axes.axvline(100 * share, color=color, linestyle=":", linewidth=0.8)
        for row, group in enumerate(groups):
            if (rising := encoding.gaps.get((group, stage))) is not None and not pd.isna(rates.iloc[row]):
                axes.plot(
                    [rates.iloc[row]],
                    [rows[row] - 0.22],
                    "^" if rising else "v",
                    color=PAPER.alarm,
                    markersize=4,
                )
    axes.set_xlim(-2, 104)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
    axes.grid(axis="x", color=PAPER.grid, linewidth=0.5)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False, fontsize=LABEL)
    _rows(axes, groups)


def _map(axes: Axes, figure: Figure, encoding: AlcaldiaMap) -> None:
    largest = highest(figure.frame, encoding)
    for row in figure.frame.to_dict("records"):
        place = geography.by_code().get(row[encoding.code])
        if place is None:  # a row of a published table that is no alcaldía
            continue
        for ring in geography.shapes()[place.code]:
            points = [(lon * LONGITUDE_SCALE, lat) for lon, lat in ring]
            color = shade(row[encoding.value], largest, encoding, PAPER)
            axes.add_patch(PathPatch(Outline(points), facecolor=color, edgecolor=PAPER.page, linewidth=0.8))
        lon, y = LABEL_POINTS[place.code]
        x = lon * LONGITUDE_SCALE
        name = "\n".join(textwrap.wrap(place.name, 12))
        axes.text(x, y, name, ha="center", va="bottom", fontsize=5.6, linespacing=1)
        axes.text(x, y, row[encoding.text], ha="center", va="top", fontsize=6.6, weight="bold")
        if place.code in encoding.venues:
            axes.plot([x], [y + VENUE_OFFSET], "D", color=PAPER.alarm, markersize=4)
    axes.autoscale_view()
    axes.set_aspect("equal")
    axes.set_anchor("NW")
    axes.set_axis_off()
    for index, (label, color) in enumerate(class_colors(encoding, PAPER).items()):
        axes.text(0, -0.02 - index * 0.035, f"■ {label}", color=color, transform=axes.transAxes, fontsize=LABEL)


def _rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), [textwrap.shorten(label, 44, placeholder="…") for label in labels])
    axes.set_ylim(max(len(labels), 3) - 0.5, -0.5)


def _counts(axes: Axes) -> None:
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: format_number(value))
    axes.grid(axis="y", color=PAPER.grid, linewidth=0.5)
    axes.set_axisbelow(True)


def row_label(value: Any) -> str:
    """Returns the label of a row of a heat map, which may be a day."""
    return value if isinstance(value, str) else format_day(value)


_DRAWERS: dict[type, Callable[[Axes, Figure, Any], None]] = {
    Bars: _bars,
    Histogram: _histogram,
    Timeline: _timeline,
    HeatMap: _heat_map,
    Comparison: _comparison,
    Funnel: _funnel,
    AlcaldiaMap: _map,
}
