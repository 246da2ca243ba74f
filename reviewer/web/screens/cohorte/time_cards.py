"""Time's cards: when applications arrived, and how the readings go on."""

from datetime import date, datetime, timedelta

from reviewer.cohort import tables
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.review_pace import ReviewPace
from reviewer.core.spanish import (
    format_count,
    format_day,
    format_day_and_time,
    format_day_of_month,
    format_number,
)
from reviewer.demographics import geography
from reviewer.web.charts.bars import WIDE, Bar, ClosingLine, Span, columns
from reviewer.web.charts.card import Card
from reviewer.web.charts.grids import HeatmapCell, heatmap
from reviewer.web.charts.palette import Palette
from reviewer.web.screens.cohorte import sentences, sentences_gaps

APPLICATIONS = ("postulación", "postulaciones")
REVIEWS = ("dictamen", "dictámenes")
MAX_FORECAST_DAYS = 60  # days to come that are drawn; of a later end the sentence speaks alone


def by_day(arrivals: Arrivals, palette: Palette, *, now: datetime) -> Card:
    """A column a day of the window, one before and one after for those outside it, and the closing."""
    bars = [
        Bar("", count, "", f"{format_day(value)}\n{format_count(count, *APPLICATIONS)}")
        for value, count in arrivals.days
    ]
    ticks = {
        index: format_day_of_month(value)
        for index, (value, _) in enumerate(arrivals.days)
        if value.weekday() == 0
    }
    if arrivals.before:
        bars.insert(0, _outside_bar("Antes de abrir", arrivals.before))
        ticks = {0: "antes"} | {index + 1: label for index, label in ticks.items()}
    closing = ClosingLine(len(bars), f"cierre: {format_day_and_time(arrivals.closes)}")
    if arrivals.after:
        bars.append(_outside_bar("Después del cierre", arrivals.after))
        ticks[len(bars) - 1] = "después"
    return Card(
        name="dias",
        heading="Llegada por día",
        sentence=sentences.about_days(arrivals, now=now),
        drawing=columns(bars, palette, ticks=ticks, width=WIDE, height=220, closing=closing),
        table=tables.of_arrivals(arrivals),
        wide=True,
    )


def by_hour(arrivals: Arrivals, palette: Palette) -> Card:
    """Each hour of each day of the window, from opening to closing."""
    rows = [format_day(value) for value, _ in arrivals.days]
    cells = [
        [
            HeatmapCell(
                count,
                format_number(count) if count else "",
                f"{row}, {hour}:00 a {hour}:59\n{format_count(count, *APPLICATIONS)}",
            )
            for hour, count in enumerate(counts)
        ]
        for row, counts in zip(rows, arrivals.hours, strict=True)
    ]
    return Card(
        name="horas",
        heading="Llegada por hora",
        sentence=sentences_gaps.about_hours(arrivals),
        drawing=heatmap(rows, [f"{hour} h" for hour in range(24)], cells, palette, row_height=19),
        table=tables.of_hours(arrivals),
        note="Hora de la convocatoria. Cada renglón es un día del plazo; cada columna, una hora.",
        wide=True,
    )


def by_alcaldia(arrivals: Arrivals, palette: Palette) -> Card:
    """Each alcaldía's arrivals by day."""
    names = geography.by_code()
    rows = [names[code].name for code, _ in arrivals.by_alcaldia]
    days = [value for value, _ in arrivals.days]
    cells = [
        [
            HeatmapCell(
                count,
                format_number(count) if count else "",
                f"{row}, {format_day(value)}\n{format_count(count, *APPLICATIONS)}",
            )
            for value, count in zip(days, counts, strict=True)
        ]
        for row, (_, counts) in zip(rows, arrivals.by_alcaldia, strict=True)
    ]
    return Card(
        name="dias-alcaldia",
        heading="Llegada por día y alcaldía",
        sentence=sentences_gaps.about_last_day(arrivals),
        drawing=heatmap(rows, [format_day_of_month(value) for value in days], cells, palette),
        table=tables.of_arrivals_by_alcaldia(arrivals),
        wide=True,
    )


def of_review_pace(pace: ReviewPace, palette: Palette) -> Card:
    """A column a day of readings sent, then the days to come at the present pace and when they may end."""
    sent = [
        (value, Bar("", count, "", f"{format_day(value)}\n{format_count(count, *REVIEWS)}"))
        for value, count in pace.days
    ]
    forecast_bars, span = _forecast_bars(pace)
    days = [*sent, *forecast_bars]
    step = max(1, len(days) // 12)
    ticks = {index: format_day_of_month(value) for index, (value, _) in enumerate(days) if index % step == 0}
    return Card(
        name="dictamenes",
        heading="Dictámenes por día",
        sentence=sentences_gaps.about_review_pace(pace),
        drawing=columns(
            [bar for _, bar in days],
            palette,
            ticks=ticks,
            width=WIDE,
            height=200,
            closing=_closing_line(pace, [value for value, _ in days]),
            span=span,
        ),
        table=tables.of_review_pace(pace),
        note=(
            "El pronóstico supone que los días que vienen serán como los últimos catorce: se sortean de "
            "entre ellos 2,000 veces (remuestreo, Efron 1979) y se dice entre qué fechas termina en cuatro "
            "de cada cinco sorteos. Las columnas pálidas son el promedio de esos catorce días."
        ),
        wide=True,
    )


def _forecast_bars(pace: ReviewPace) -> tuple[list[tuple[date, Bar]], Span | None]:
    """The days to come until the last likely one, each at the present pace; none where that is far away."""
    forecast = pace.forecast
    if forecast is None or not pace.days:
        return [], None
    today = pace.days[-1][0]
    last_offset = (forecast.last - today).days
    if last_offset > MAX_FORECAST_DAYS:
        return [], None
    daily_count = round(forecast.daily_mean)
    bars = []
    for offset in range(1, last_offset + 1):
        value = today + timedelta(days=offset)
        count = daily_count if value <= forecast.median else 0
        tip = (
            f"{format_day(value)}, pronóstico\n{'unos ' if count != 1 else ''}{format_count(count, *REVIEWS)}"
        )
        bars.append((value, Bar("", count, "", tip, tone="pale")))
    last_index = len(pace.days) - 1
    first, last = last_index + (forecast.first - today).days, last_index + last_offset
    return bars, Span(first, last, "fin probable")


def _closing_line(pace: ReviewPace, days: list[date]) -> ClosingLine | None:
    if pace.closes is None or pace.closes.date() not in days:
        return None
    return ClosingLine(days.index(pace.closes.date()) + 1, f"cierre: {format_day_and_time(pace.closes)}")


def _outside_bar(label: str, count: int) -> Bar:
    return Bar("", count, "", f"{label}\n{format_count(count, *APPLICATIONS)}", tone="alarm")
