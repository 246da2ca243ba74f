"""Labels of a call: phases, dates and bounds of rules."""

from datetime import datetime

from reviewer.call.spec import CallSpec, RepresentationRule
from reviewer.core.spanish import format_date_and_time
from reviewer.models import Phase

PHASES = {
    Phase.INTAKE: "Recepción",
    Phase.SCREENING: "Cotejo",
    Phase.REVIEWING: "Dictaminación",
    Phase.DELIBERATION: "Deliberación",
    Phase.DECIDED: "Fallo",
    Phase.ARCHIVED: "Archivo",
}
MEANINGS = {
    Phase.INTAKE: "Se reciben lotes. El jurado puede leer lo que tenga asignado, pero todavía no califica.",
    Phase.SCREENING: (
        "Se resuelve lo que quedó por cotejar y se asignan lecturas. Se siguen admitiendo lotes; "
        "el jurado todavía no califica."
    ),
    Phase.REVIEWING: "El jurado califica, dentro de las fechas de dictaminación. Se admiten lotes.",
    Phase.DELIBERATION: "Los puntajes quedan cerrados para el jurado y la coordinación delibera.",
    Phase.DECIDED: "El fallo está dado: no entran lotes ni cambian cotejos, asignaciones o puntajes.",
    Phase.ARCHIVED: "Solo consulta: el jurado deja de ver lo que leyó.",
}


def format_moment(spec: CallSpec, value: datetime | None) -> str:
    """Returns a moment of the call's file in the call's time zone: «27 sep 2025, 23:59»."""
    if value is None:
        return "sin fecha"
    return format_date_and_time(spec.local(spec.utc(value)))


def format_bounds(rule: RepresentationRule, venues: dict[str, str]) -> str:
    """Returns what a rule demands, as «al menos 1» or «entre 1 y 12, en cada sede»."""
    if rule.at_least is not None and rule.at_most is not None:
        text = f"entre {rule.at_least} y {rule.at_most}"
    elif rule.at_least is not None:
        text = f"al menos {rule.at_least}"
    else:
        text = f"a lo más {rule.at_most}"
    if rule.venue is None:
        return text
    return f"{text}, en {'cada sede' if rule.venue == '*' else venues[rule.venue]}"
