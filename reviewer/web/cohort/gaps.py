"""Sentences about stages, crossings and hours: a gap is named only where chance would not make it."""

from datetime import datetime, time, timedelta

from reviewer import geography
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Crossing
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.readings import Readings
from reviewer.cohort.shares import FEW
from reviewer.cohort.stages import LABELS
from reviewer.words import counted, day, number, percent

NAMED = 4  # gaps beyond these are counted, not told
LAST_HOURS = 6


def about_gaps(found: Funnel) -> str:
    """Each gap larger than chance would make it; that there is none, where there is none."""
    if len(found.stages) < 2 or found.totals[0] < FEW:
        return "Son muy pocas para comparar a un grupo con otro."
    said = [_gap(found, group, stage) for group, stage in found.gaps]
    if not said:
        return "Ningún grupo se aparta de los demás más de lo que explica el azar."
    words = " ".join(said[:NAMED])
    more = len(said) - NAMED
    return words + (
        f" Y {counted(more, 'diferencia más', 'diferencias más')}, en la figura." if more > 0 else ""
    )


def about_crossing(found: Crossing) -> str:
    """The fullest cell."""
    if not found.total:
        return "Nadie contestó estas preguntas."
    count, row, column = max(
        (count, row, column)
        for row, counts in zip(found.rows, found.counts, strict=True)
        for column, count in zip(found.columns, counts, strict=True)
    )
    return f"Lo más común: {row.lower()} y {column.lower()}, {number(count)} de {number(found.total)}."


def about_hours(found: Arrivals) -> str:
    """How many came in the last hours before closing."""
    if not found.in_time:
        return "Ninguna postulación lleva fecha de envío dentro del plazo."
    since = found.closes - timedelta(hours=LAST_HOURS)
    late = sum(
        count
        for (value, _), counts in zip(found.days, found.hours, strict=True)
        for hour, count in enumerate(counts)
        if datetime.combine(value, time(hour), since.tzinfo) > since
    )
    total = found.in_time
    said = f"{number(late)} de {number(total)}" if total < FEW else percent(late / total)
    return f"En las últimas {LAST_HOURS} horas del plazo llegó {said}."


def about_last_day(found: Arrivals) -> str:
    """Where the last day weighed most, among alcaldías with enough applications to tell."""
    names = geography.by_code()
    shares = [
        (counts[-1] / sum(counts), sum(counts), names[code].name)
        for code, counts in found.by_place
        if sum(counts) >= FEW
    ]
    if not shares:
        return "Cada alcaldía tiene muy pocas para comparar sus días."
    share, total, name = max(shares)
    return f"Donde más pesó el último día fue {name}: {percent(share)} de sus {number(total)}."


def about_readings(found: Readings) -> str:
    """How many were sent, how many are left, and when they may be done."""
    sent = counted(found.sent, "dictamen enviado", "dictámenes enviados")
    if not found.left:
        return f"{sent}; no queda ninguno pendiente."
    words = f"{sent}; {'queda' if found.left == 1 else 'quedan'} {number(found.left)}."
    if found.forecast is None:
        return f"{words} Al paso de las últimas dos semanas no se puede decir cuándo terminarían."
    words += (
        f" Al paso de las últimas dos semanas terminarían entre {day(found.forecast.first)} "
        f"y {day(found.forecast.last)}"
    )
    if found.closes is None:
        return f"{words}."
    late = found.forecast.last > found.closes.date()
    return (
        f"{words}; el cierre es {day(found.closes.date())}{': es probable que no alcance' if late else ''}."
    )


def _gap(found: Funnel, group: int, stage: int) -> str:
    step = found.step(group, stage)
    own, others = percent(step.rate or 0), percent(step.others_rate or 0)
    stage_name = LABELS[found.stages[stage]]
    compared = f"{own} llegó a «{stage_name}», frente a {others} de los demás"
    return f"{found.groups[group]}: {compared}; el azar no lo explica."
