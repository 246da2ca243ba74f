"""A juror's day: how many submitted, at what pace, until when, and when to rest."""

from datetime import datetime, timedelta

from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count, format_day
from reviewer.jury.reviews.juror_statistics import Pace

MINUTE = timedelta(minutes=1)


def day_text(pace: Pace, spec: CallSpec, closes: datetime | None) -> str:
    """Returns how many today, the usual interval, and the forecast; ``closes`` is the juror's deadline."""
    today = format_count(pace.submitted_today, "dictamen", "dictámenes") if pace.submitted_today else ""
    sentences = [f"Hoy ha enviado {today}." if today else "Hoy no ha enviado ninguno todavía."]
    if pace.usual_interval:
        minutes = max(round(pace.usual_interval / MINUTE), 1)
        sentences.append(f"Entre uno y otro pasan por lo común {format_count(minutes, 'minuto', 'minutos')}.")
    if pace.done_at:
        late = closes is not None and pace.done_at > closes
        sentences.append(
            f"Al ritmo de los últimos siete días terminaría el {format_day(spec.local(pace.done_at))}"
            f"{': después del cierre' if late else ''}."
        )
    return " ".join(sentences)


def rest_text(pace: Pace) -> str:
    """Returns a suggestion to rest, or an empty text while there is no need."""
    if not pace.should_rest:
        return ""
    hours, minutes = divmod(round(pace.without_pause / MINUTE), 60)
    spent = f"{hours} h {minutes} min"
    return f"Lleva {spent} sin pausa: un descanso le hará bien a su lectura. Todo está guardado."
