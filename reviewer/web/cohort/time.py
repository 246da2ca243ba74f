"""Time's cards: when applications arrived, and how the readings go on."""

from datetime import date, datetime, timedelta

from reviewer import geography
from reviewer.cohort import tables
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.readings import Readings
from reviewer.web.charts.bars import WIDE, Bar, Closing, Span, columns
from reviewer.web.charts.card import Card
from reviewer.web.charts.grids import Cell, grid
from reviewer.web.charts.palette import Palette
from reviewer.web.cohort import gaps, sentences
from reviewer.words import MONTHS, counted, day, day_and_time, number

APPLICATIONS = ("postulación", "postulaciones")
READINGS = ("dictamen", "dictámenes")
MOST_AHEAD = 60  # days to come that are drawn; of a later end the sentence speaks alone


def by_day(found: Arrivals, palette: Palette, *, now: datetime) -> Card:
    """A column a day of the window, one before and one after for those outside it, and the closing."""
    bars = [
        Bar("", count, "", f"{day(value)}\n{counted(count, *APPLICATIONS)}") for value, count in found.days
    ]
    ticks = {
        place: f"{value.day} {MONTHS[value.month - 1]}"
        for place, (value, _) in enumerate(found.days)
        if value.weekday() == 0
    }
    if found.before:
        bars.insert(0, _outside("Antes de abrir", found.before))
        ticks = {0: "antes"} | {place + 1: words for place, words in ticks.items()}
    closing = Closing(len(bars), f"cierre: {day_and_time(found.closes)}")
    if found.after:
        bars.append(_outside("Después del cierre", found.after))
        ticks[len(bars) - 1] = "después"
    return Card(
        name="dias",
        heading="Llegada por día",
        sentence=sentences.about_days(found, now=now),
        drawing=columns(bars, palette, ticks=ticks, width=WIDE, height=220, closing=closing),
        table=tables.of_arrivals(found),
        wide=True,
    )


def by_hour(found: Arrivals, palette: Palette) -> Card:
    """Each hour of each day of the window, from opening to closing."""
    rows = [day(value) for value, _ in found.days]
    cells = [
        [
            Cell(
                count,
                number(count) if count else "",
                f"{row}, {hour}:00 a {hour}:59\n{counted(count, *APPLICATIONS)}",
            )
            for hour, count in enumerate(counts)
        ]
        for row, counts in zip(rows, found.hours, strict=True)
    ]
    return Card(
        name="horas",
        heading="Llegada por hora",
        sentence=gaps.about_hours(found),
        drawing=grid(rows, [f"{hour} h" for hour in range(24)], cells, palette, row_height=19),
        table=tables.of_hours(found),
        note="Hora de la convocatoria. Cada renglón es un día del plazo; cada columna, una hora.",
        wide=True,
    )


def by_place(found: Arrivals, palette: Palette) -> Card:
    """Each alcaldía's arrivals by day."""
    names = geography.by_code()
    rows = [names[code].name for code, _ in found.by_place]
    days = [value for value, _ in found.days]
    cells = [
        [
            Cell(
                count, number(count) if count else "", f"{row}, {day(value)}\n{counted(count, *APPLICATIONS)}"
            )
            for value, count in zip(days, counts, strict=True)
        ]
        for row, (_, counts) in zip(rows, found.by_place, strict=True)
    ]
    return Card(
        name="dias-alcaldia",
        heading="Llegada por día y alcaldía",
        sentence=gaps.about_last_day(found),
        drawing=grid(rows, [f"{value.day} {MONTHS[value.month - 1]}" for value in days], cells, palette),
        table=tables.of_arrivals_by_place(found),
        wide=True,
    )


def of_readings(found: Readings, palette: Palette) -> Card:
    """A column a day of readings sent, then the days to come at the present pace and when they may end."""
    sent = [
        (value, Bar("", count, "", f"{day(value)}\n{counted(count, *READINGS)}"))
        for value, count in found.days
    ]
    ahead, span = _ahead(found)
    days = [*sent, *ahead]
    step = max(1, len(days) // 12)
    ticks = {
        place: f"{value.day} {MONTHS[value.month - 1]}"
        for place, (value, _) in enumerate(days)
        if place % step == 0
    }
    return Card(
        name="dictamenes",
        heading="Dictámenes por día",
        sentence=gaps.about_readings(found),
        drawing=columns(
            [bar for _, bar in days],
            palette,
            ticks=ticks,
            width=WIDE,
            height=200,
            closing=_closing_of(found, [value for value, _ in days]),
            span=span,
        ),
        table=tables.of_readings(found),
        note=(
            "El pronóstico supone que los días que vienen serán como los últimos catorce: se sortean de "
            "entre ellos 2,000 veces (remuestreo, Efron 1979) y se dice entre qué fechas termina en cuatro "
            "de cada cinco sorteos. Las columnas pálidas son el promedio de esos catorce días."
        ),
        wide=True,
    )


def _ahead(found: Readings) -> tuple[list[tuple[date, Bar]], Span | None]:
    """The days to come until the last likely one, each at the present pace; none where that is far away."""
    foreseen = found.forecast
    if foreseen is None or not found.days:
        return [], None
    today = found.days[-1][0]
    until = (foreseen.last - today).days
    if until > MOST_AHEAD:
        return [], None
    pace = round(foreseen.pace)
    columns_ahead = []
    for number_ in range(1, until + 1):
        value = today + timedelta(days=number_)
        count = pace if value <= foreseen.middle else 0
        words = f"{day(value)}, pronóstico\n{'unos ' if count != 1 else ''}{counted(count, *READINGS)}"
        columns_ahead.append((value, Bar("", count, "", words, tone="pale")))
    place = len(found.days) - 1
    first, last = place + (foreseen.first - today).days, place + until
    return columns_ahead, Span(first, last, "fin probable")


def _closing_of(found: Readings, days: list[date]) -> Closing | None:
    if found.closes is None or found.closes.date() not in days:
        return None
    return Closing(days.index(found.closes.date()) + 1, f"cierre: {day_and_time(found.closes)}")


def _outside(words: str, count: int) -> Bar:
    return Bar("", count, "", f"{words}\n{counted(count, *APPLICATIONS)}", tone="alarm")
