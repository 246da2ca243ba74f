"""Figures of time: when applications arrived, and how the jury's reviews go on."""

from datetime import date, datetime, time, timedelta

from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.review_pace import ReviewPace
from reviewer.core.spanish import format_day_and_time, format_day_of_month
from reviewer.demographics import geography
from reviewer.figures import sentences, sentences_gaps
from reviewer.figures.figure import Figure, HeatMap, Size, Timeline, frame_of
from reviewer.tables.csv_files import Cell

DAY, APPLICATIONS, REVIEWS = "Día", "Postulaciones", "Dictámenes"
MAX_FORECAST_DAYS = 60  # a later end is said in the sentence only
PACE_NOTE = (
    "El pronóstico supone que los días que vienen serán como los últimos catorce: se sortean de "
    "entre ellos 2,000 veces (remuestreo, Efron 1979) y se dice entre qué fechas termina en cuatro "
    "de cada cinco sorteos. Las columnas pálidas son el promedio de esos catorce días."
)


def days_of(arrivals: Arrivals, *, now: datetime) -> Figure:
    """Arrivals by day and by hour, up to the deadline."""
    outside = (
        ("Antes de abrir", arrivals.before),
        ("Después del cierre", arrivals.after),
        ("Sin fecha de envío", arrivals.undated),
    )
    hours = [
        (datetime.combine(day, time(hour)), count)
        for (day, _), counts in zip(arrivals.days, arrivals.hours, strict=False)
        for hour, count in enumerate(counts)
    ]
    return Figure(
        name="dias",
        title="Llegada por día y hora",
        sentence=sentences.about_days(arrivals, now=now),
        frame=frame_of((DAY, APPLICATIONS), arrivals.days),
        encoding=Timeline(
            DAY,
            APPLICATIONS,
            deadline=arrivals.closes,
            deadline_label=f"cierre: {format_day_and_time(arrivals.closes)}",
            detail=frame_of((DAY, APPLICATIONS), hours) if hours else None,
        ),
        table_title="Postulaciones por día",
        footer=tuple((label, count) for label, count in outside if count),
        size=Size.WIDE,
    )


def hours_of(arrivals: Arrivals) -> Figure:
    """Each hour of each day of the window as a heat map."""
    columns = tuple(f"{hour} h" for hour in range(24))
    rows = [(day, *counts) for (day, _), counts in zip(arrivals.days, arrivals.hours, strict=True)]
    return Figure(
        name="horas",
        title="Llegada por hora",
        sentence=sentences_gaps.about_hours(arrivals),
        frame=frame_of((DAY, *columns), rows),
        encoding=HeatMap(DAY, columns, APPLICATIONS),
        table_title="Postulaciones por día y hora",
        note="Hora de la convocatoria. Cada renglón es un día del plazo; cada columna, una hora.",
        size=Size.WIDE,
    )


def alcaldia_days_of(arrivals: Arrivals) -> Figure:
    """Each alcaldía's arrivals by day as a heat map."""
    names = geography.by_code()
    days = tuple(format_day_of_month(day) for day, _ in arrivals.days)
    rows = [(names[code].name, *counts) for code, counts in arrivals.by_alcaldia]
    return Figure(
        name="dias-alcaldia",
        title="Llegada por día y alcaldía",
        sentence=sentences_gaps.about_last_day(arrivals),
        frame=frame_of(("Alcaldía", *days), rows),
        encoding=HeatMap("Alcaldía", days, APPLICATIONS),
        table_title="Postulaciones por alcaldía y día",
        size=Size.WIDE,
    )


def pace_of(pace: ReviewPace) -> Figure:
    """Reviews sent by day, then the days to come at the present pace and when they may end."""
    closes = pace.closes
    return Figure(
        name="dictamenes",
        title="Dictámenes por día",
        sentence=sentences_gaps.about_review_pace(pace),
        frame=frame_of((DAY, REVIEWS), pace.days),
        encoding=Timeline(
            DAY,
            REVIEWS,
            deadline=closes,
            deadline_label=f"cierre: {format_day_and_time(closes)}" if closes else "",
            forecast=frame_of((DAY, REVIEWS), rows) if (rows := _forecast_rows(pace)) else None,
            span=_likely_end(pace) if rows else None,
        ),
        table_title="Dictámenes enviados por día",
        note=PACE_NOTE,
        size=Size.WIDE,
    )


def _forecast_rows(pace: ReviewPace) -> list[tuple[Cell, ...]]:
    """Returns the days to come until the last likely one; none where that is far away."""
    forecast = pace.forecast
    if forecast is None or not pace.days:
        return []
    today = pace.days[-1][0]
    days = (forecast.last - today).days
    if days > MAX_FORECAST_DAYS:
        return []
    daily = round(forecast.daily_mean)
    coming = [today + timedelta(days=offset) for offset in range(1, days + 1)]
    return [(day, daily if day <= forecast.median else 0) for day in coming]


def _likely_end(pace: ReviewPace) -> tuple[datetime, datetime, str] | None:
    if pace.forecast is None:
        return None
    first, last = pace.forecast.first, pace.forecast.last
    return _noon(first) - timedelta(hours=12), _noon(last) + timedelta(hours=12), "fin probable"


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))
