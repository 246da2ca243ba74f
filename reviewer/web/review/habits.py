"""A juror's day in words: how much, at what pace, until when, and when a pause would do her good."""

from datetime import datetime, timedelta

from reviewer.calls import CallSpec
from reviewer.jury.pace import Pace
from reviewer.words import counted, day

MINUTE = timedelta(minutes=1)


def of_day(pace: Pace, spec: CallSpec, closes: datetime | None) -> str:
    """How many today, the usual time of each, and when she will be done; ``closes`` is her deadline."""
    today = counted(pace.today, "dictamen", "dictámenes") if pace.today else ""
    said = [f"Hoy ha enviado {today}." if today else "Hoy no ha enviado ninguno todavía."]
    if pace.each:
        minutes = max(round(pace.each / MINUTE), 1)
        said.append(f"Entre uno y otro pasan por lo común {counted(minutes, 'minuto', 'minutos')}.")
    if pace.done_at:
        late = closes is not None and pace.done_at > closes
        said.append(
            f"Al ritmo de los últimos siete días terminaría el {day(spec.local(pace.done_at))}"
            f"{': después del cierre' if late else ''}."
        )
    return " ".join(said)


def rest(pace: Pace) -> str:
    """A suggestion to rest; empty while there is no need."""
    if not pace.should_rest:
        return ""
    hours, minutes = divmod(round(pace.at_it / MINUTE), 60)
    spent = f"{hours} h {minutes} min"
    return f"Lleva {spent} sin pausa: un descanso le hará bien a su lectura. Todo está guardado."
