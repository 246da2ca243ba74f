"""An application in screening, as the data of the component."""

from datetime import datetime
from typing import Any

from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count, format_date, format_day_and_time
from reviewer.intake.check.findings import Severity
from reviewer.models import Eligibility, ScreeningState, Verdict
from reviewer.screening.cases import Case, DecisionLine
from reviewer.screening.decisions import OwnDecision
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.ui.badge import Badge

SEARCHED = ("nombre", "curp", "fecha_nacimiento", "codigo_postal")
STATES = {
    ScreeningState.ASKED: Badge("Se le pidió algo", "blue"),
    ScreeningState.CHANGED: Badge("Cambió después de decidir", "orange"),
}
VERDICTS = {
    Verdict.ELIGIBLE: "elegible",
    Verdict.INELIGIBLE: "no elegible",
    Verdict.ASKED: "se volvió a pedir",
    Verdict.WITHDRAWN: "retirada por quien postula",
}
_COMMON_REASONS = {
    "ineligible": (
        "La identificación no es de quien postula.",
        "El comprobante no es de un domicilio en la Ciudad de México.",
    ),
    "asked": ("No se puede leer.", "Está incompleto.", "No está vigente."),
}
NO_APPLICATIONS = "Todavía no hay postulaciones: llegan en los lotes que sube la administración."
_USUAL_REASON = "Los datos coinciden con los documentos."


def badge(eligibility: Eligibility, state: ScreeningState) -> Badge:
    """Returns an application's state."""
    return STATES.get(state) or lotes_labels.ELIGIBILITIES[eligibility]


def reasons_text(codes: str) -> str:
    """Returns the codes of checks, which semicolons separate, in words."""
    texts = (lotes_labels.CODES.get(code, "") for code in codes.split(";"))
    return ", ".join(text for text in texts if text)


def case_data(
    case: Case, spec: CallSpec, *, holder: str, last_decision: OwnDecision | None, message: str
) -> dict[str, Any]:
    """Returns the component's data; all of it is plain text."""
    status_badge = badge(case.eligibility, case.state)
    current_decision = case.decision
    ineligible = [finding for finding in case.findings if finding.severity is Severity.INELIGIBLE]
    return {
        "name": case.name,
        "seen": case.seen,
        "badge": {"words": status_badge.text, "color": status_badge.color},
        "by": f"{current_decision.by}, {format_day_and_time(spec.local(current_decision.at))}"
        if current_decision
        else "",
        "held": f"{holder} la está cotejando." if holder else "",
        "facts": case_facts(case),
        "searched": SEARCHED,
        "findings": _findings(case, spec),
        "history": [_decision(decision, spec) for decision in case.decisions],
        "last": {
            "folio": last_decision.folios[0],
            "words": f"{last_decision.folios[0]} · {VERDICTS[last_decision.verdict]}",
        }
        if last_decision and len(last_decision.folios) == 1
        else None,
        "ready": _suggested_reasons(case, spec),
        "overrules": bool(ineligible),
        "usual": _USUAL_REASON,
        "told": message,
    }


def case_facts(case: Case) -> list[dict[str, str]]:
    """Returns the name and the facts of a case in reading order, each with its label and a note."""
    lines = [{"key": "nombre", "label": "Nombre", "value": case.name, "note": ""}]
    for key, value in case.facts.items():
        text, note = value, ""
        if key == "fecha_nacimiento" and case.birth_date:
            text = format_date(case.birth_date)
            note = f"{format_count(case.age or 0, 'año', 'años')} al cierre"
        elif key == "enviado_en" and value:
            sent = datetime.fromisoformat(value)
            text = f"{format_date(sent)}, {sent:%H:%M:%S}"
        lines.append({"key": key, "label": lotes_labels.canonical_label(key), "value": text, "note": note})
    return lines


def _findings(case: Case, spec: CallSpec) -> list[dict[str, str]]:
    """Returns the findings, those that need a look first, mere notices last."""
    lines = [
        {"words": finding.message, "color": lotes_labels.SEVERITIES[finding.severity].color}
        for finding in case.findings
    ]
    if case.state is ScreeningState.CHANGED:
        lines.insert(0, {"words": "Los datos cambiaron después de la última decisión.", "color": "orange"})
    reported_fields = {finding.field for finding in case.findings}
    lines += [
        {
            "words": f"{lotes_labels.column_label(document.kind, spec)}: «{document.name}» no se tomó.",
            "color": "red",
        }
        for document in case.refused
        if document.kind not in reported_fields
    ]
    return lines


def _decision(decision: DecisionLine, spec: CallSpec) -> dict[str, Any]:
    when = format_day_and_time(spec.local(decision.at))
    verdict = VERDICTS[decision.verdict]
    undone = " (deshecha)" if decision.withdrawn_at else ""
    return {
        "words": f"{when} · {decision.by}: {verdict}{undone}. {decision.reason}",
        "gone": decision.withdrawn_at is not None,
    }


def _suggested_reasons(case: Case, spec: CallSpec) -> dict[str, list[str]]:
    """Returns suggested reasons by verdict: from the checks, and common ones."""
    against = [finding.message for finding in case.findings if finding.severity is Severity.INELIGIBLE]
    document_labels = [
        document.label for document in spec.documents if document.audience == "admin" or document.key in case.missing
    ]
    return {
        "eligible": [_USUAL_REASON],
        "ineligible": [*against, *_COMMON_REASONS["ineligible"]],
        "asked": [*(f"Envíe de nuevo: {label}." for label in document_labels), *_COMMON_REASONS["asked"]],
    }
