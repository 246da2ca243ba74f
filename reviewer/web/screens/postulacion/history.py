"""The history of an application."""

import html

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_day_and_time
from reviewer.intake.corrections import history
from reviewer.intake.corrections.history import Change, Event
from reviewer.models import Eligibility, Verdict
from reviewer.web.screens.cotejo.labels import VERDICTS
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.ui.tables import table_of_safe_html

ACTIONS = {
    "application.create": "Llegó",
    "application.update": "Cambió con un lote",
    "application.supersede": "Otra de la misma persona vale ahora",
    "application.correct": "Se corrigió",
    "row.take_up": "Se tomó una fila corregida",
    "document.replace": "Se reemplazó un documento",
    "duplicate.merged": "Se unió con otra de la misma persona",
    "duplicate.apart": "Se decidió que es de otra persona",
    "duplicate.undo": "Se deshizo lo decidido sobre dos postulaciones",
    "screening.decide": "Se decidió en el cotejo",
    "screening.undo": "Se deshizo una decisión",
}
PURGED = "(dato suprimido)"
SENSITIVE = "cambió (dato sensible: no se muestra)"


def show(viewer: Actor, slug: str, spec: CallSpec, folio: str) -> None:
    """Draws who did what, when, before and after; the latest first."""
    events = history.application_history(viewer, slug=slug, folio=folio)
    table_of_safe_html(("Cuándo", "Quién", "Qué", "Antes y después"), (_cells(event, spec) for event in events))


def _cells(event: Event, spec: CallSpec) -> list[str]:
    changes = "".join(_change_html(change, spec) for change in event.changes)
    return [
        html.escape(format_day_and_time(spec.local(event.at))),
        html.escape(event.by),
        html.escape(_event_text(event)),
        f'<ul class="changes">{changes}</ul>' if changes else "",
    ]


def _event_text(event: Event) -> str:
    text = ACTIONS.get(event.action, event.action)
    if event.action == "application.create":
        return f"{text} en la fila {event.detail['row']} de «{event.detail['source']}»"
    if "verdict" in event.detail:
        text += f": {VERDICTS[Verdict(event.detail['verdict'])]}"
    if "after" in event.detail:
        before, after = (lotes_labels.ELIGIBILITIES[Eligibility(event.detail[key])] for key in ("before", "after"))
        text += f" ({before.text} → {after.text})" if before != after else ""
    if "other" in event.detail:
        text += f" ({event.detail['other']})"
    if "batch" in event.detail:
        text += f" ({event.detail['batch']}, fila {event.detail['row']})"
    return text


def _change_html(change: Change, spec: CallSpec) -> str:
    name = html.escape(lotes_labels.field_label(change.field, spec))
    if change.is_sensitive:
        return f"<li>{name}: {SENSITIVE}</li>"
    if change.before is None or change.after is None:
        return f"<li>{name}: {PURGED}</li>"
    after = html.escape(change.after) or "(vacío)"
    if change.field == "reason":
        return f"<li>{name}: {after}</li>"
    return f"<li>{name}: <del>{html.escape(change.before) or '(vacío)'}</del> → <ins>{after}</ins></li>"
