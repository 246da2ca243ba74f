"""Sentences about stages, crossings and hours; a gap is named only where it is significant."""

from datetime import datetime, time, timedelta

from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import CrossTabulation
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.review_pace import ReviewPace
from reviewer.cohort.significance import MIN_FOR_SHARES
from reviewer.cohort.stages import LABELS
from reviewer.core.spanish import format_count, format_day, format_number, format_percent
from reviewer.demographics import geography

MAX_GAPS = 4  # gaps beyond these are only counted
LAST_HOURS = 6


def about_gaps(funnel: Funnel) -> str:
    """Returns each significant gap, or that there is none."""
    if len(funnel.stages) < 2 or funnel.totals[0] < MIN_FOR_SHARES:
        return "Son muy pocas para comparar a un grupo con otro."
    gap_sentences = [_gap_sentence(funnel, group, stage) for group, stage in funnel.gaps]
    if not gap_sentences:
        return "Ningún grupo se aparta de los demás más de lo que explica el azar."
    text = " ".join(gap_sentences[:MAX_GAPS])
    omitted = len(gap_sentences) - MAX_GAPS
    return text + (
        f" Y {format_count(omitted, 'diferencia más', 'diferencias más')}, en la figura." if omitted > 0 else ""
    )


def about_cross_tabulation(cross_tabulation: CrossTabulation) -> str:
    """Returns the largest cell."""
    if not cross_tabulation.total:
        return "Nadie contestó estas preguntas."
    count, row, column = max(
        (count, row, column)
        for row, counts in zip(cross_tabulation.rows, cross_tabulation.counts, strict=True)
        for column, count in zip(cross_tabulation.columns, counts, strict=True)
    )
    return (
        f"Lo más común: {row.lower()} y {column.lower()}, {format_number(count)} de "
        f"{format_number(cross_tabulation.total)}."
    )


def about_hours(arrivals: Arrivals) -> str:
    """Returns how many came in the last hours before closing."""
    if not arrivals.in_time:
        return "Ninguna postulación lleva fecha de envío dentro del plazo."
    since = arrivals.closes - timedelta(hours=LAST_HOURS)
    late = sum(
        count
        for (arrival_day, _), counts in zip(arrivals.days, arrivals.hours, strict=True)
        for hour, count in enumerate(counts)
        if datetime.combine(arrival_day, time(hour), since.tzinfo) > since
    )
    total = arrivals.in_time
    share_text = (
        f"{format_number(late)} de {format_number(total)}" if total < MIN_FOR_SHARES else format_percent(late / total)
    )
    return f"En las últimas {LAST_HOURS} horas del plazo llegó {share_text}."


def about_last_day(arrivals: Arrivals) -> str:
    """Returns where the last day weighed most, among alcaldías with enough applications."""
    names = geography.by_code()
    shares = [
        (counts[-1] / sum(counts), sum(counts), names[code].name)
        for code, counts in arrivals.by_alcaldia
        if sum(counts) >= MIN_FOR_SHARES
    ]
    if not shares:
        return "Cada alcaldía tiene muy pocas para comparar sus días."
    share, total, name = max(shares)
    return f"Donde más pesó el último día fue {name}: {format_percent(share)} de sus {format_number(total)}."


def about_review_pace(pace: ReviewPace) -> str:
    """Returns how many were sent, how many are left, and when they may be done."""
    sent = format_count(pace.sent, "dictamen enviado", "dictámenes enviados")
    if not pace.pending:
        return f"{sent}; no queda ninguno pendiente."
    text = f"{sent}; {'queda' if pace.pending == 1 else 'quedan'} {format_number(pace.pending)}."
    if pace.forecast is None:
        return f"{text} Al paso de las últimas dos semanas no se puede decir cuándo terminarían."
    text += (
        f" Al paso de las últimas dos semanas terminarían entre {format_day(pace.forecast.first)} "
        f"y {format_day(pace.forecast.last)}"
    )
    if pace.closes is None:
        return f"{text}."
    late = pace.forecast.last > pace.closes.date()
    return f"{text}; el cierre es {format_day(pace.closes.date())}{': es probable que no alcance' if late else ''}."


def _gap_sentence(funnel: Funnel, group: int, stage: int) -> str:
    step = funnel.step(group, stage)
    group_rate, others_rate = format_percent(step.rate or 0), format_percent(step.others_rate or 0)
    stage_name = LABELS[funnel.stages[stage]]
    comparison = f"{group_rate} llegó a «{stage_name}», frente a {others_rate} de los demás"
    return f"{funnel.groups[group]}: {comparison}; el azar no lo explica."
