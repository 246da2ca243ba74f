"""A case in the words of the screen, as the component takes it."""

from datetime import date, datetime
from typing import Any

from reviewer.calls import CallSpec
from reviewer.intake.findings import Severity
from reviewer.models import Eligibility, ScreeningState, Verdict
from reviewer.screening.cases import Case, DecisionLine
from reviewer.screening.decisions import OwnDecision
from reviewer.web.batches import words
from reviewer.words import MONTHS, counted, day_and_time

SEARCHED = ("nombre", "curp", "fecha_nacimiento", "codigo_postal")
ELIGIBILITIES = {
    Eligibility.ELIGIBLE: words.Badge("Elegible", "green"),
    Eligibility.INELIGIBLE: words.Badge("No elegible", "red"),
    Eligibility.TO_CHECK: words.Badge("Por cotejar", "orange"),
}
STATES = {
    ScreeningState.ASKED: words.Badge("Se le pidió algo", "blue"),
    ScreeningState.CHANGED: words.Badge("Cambió después de decidir", "orange"),
}
VERDICTS = {
    Verdict.ELIGIBLE: "elegible",
    Verdict.INELIGIBLE: "no elegible",
    Verdict.ASKED: "se volvió a pedir",
}
_READY = {
    "ineligible": (
        "La identificación no es de quien postula.",
        "El comprobante no es de un domicilio en la Ciudad de México.",
    ),
    "asked": ("No se puede leer.", "Está incompleto.", "No está vigente."),
}
_USUAL = "Los datos coinciden con los documentos."


def badge(eligibility: Eligibility, state: ScreeningState) -> words.Badge:
    """How an application stands, in a word or two."""
    return STATES.get(state) or ELIGIBILITIES[eligibility]


def shown(case: Case, spec: CallSpec, *, held: str, last: OwnDecision | None, told: str) -> dict[str, Any]:
    """The component's data: all of it words, none of it markup."""
    stands = badge(case.eligibility, case.state)
    decision = case.decision
    ineligible = [each for each in case.findings if each.severity is Severity.INELIGIBLE]
    return {
        "name": case.name,
        "seen": case.seen,
        "badge": {"words": stands.words, "color": stands.color},
        "by": f"{decision.by}, {day_and_time(spec.local(decision.at))}" if decision else "",
        "held": f"{held} la está cotejando." if held else "",
        "facts": [{"key": "nombre", "label": "Nombre", "value": case.name, "note": ""}, *_facts(case)],
        "searched": SEARCHED,
        "findings": _findings(case, spec),
        "history": [_decision(each, spec) for each in case.decisions],
        "last": {"folio": last.folio, "words": f"{last.folio} · {VERDICTS[last.verdict]}"} if last else None,
        "ready": _ready(case, spec),
        "overrules": bool(ineligible),
        "usual": _USUAL,
        "told": told,
    }


def spoken_date(value: date) -> str:
    """«1 may 1990»."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def _facts(case: Case) -> list[dict[str, str]]:
    lines = []
    for key, value in case.facts.items():
        said, note = value, ""
        if key == "fecha_nacimiento" and case.birth_date:
            said = spoken_date(case.birth_date)
            note = f"{counted(case.age or 0, 'año', 'años')} al cierre"
        elif key == "enviado_en" and value:
            sent = datetime.fromisoformat(value)
            said = f"{spoken_date(sent)}, {sent:%H:%M:%S}"
        lines.append({"key": key, "label": words.spoken(key), "value": said, "note": note})
    return lines


def _findings(case: Case, spec: CallSpec) -> list[dict[str, str]]:
    """What needs a look comes first; what is only worth knowing, last."""
    lines = [
        {"words": each.message, "color": words.SEVERITIES[each.severity].color} for each in case.findings
    ]
    if case.state is ScreeningState.CHANGED:
        lines.insert(0, {"words": "Los datos cambiaron después de la última decisión.", "color": "orange"})
    said = {each.field for each in case.findings}
    lines += [
        {"words": f"{words.column(each.kind, spec)}: «{each.name}» no se tomó.", "color": "red"}
        for each in case.refused
        if each.kind not in said
    ]
    return lines


def _decision(decision: DecisionLine, spec: CallSpec) -> dict[str, Any]:
    when = day_and_time(spec.local(decision.at))
    verdict = VERDICTS[decision.verdict]
    undone = " (deshecha)" if decision.withdrawn_at else ""
    return {
        "words": f"{when} · {decision.by}: {verdict}{undone}. {decision.reason}",
        "gone": decision.withdrawn_at is not None,
    }


def _ready(case: Case, spec: CallSpec) -> dict[str, list[str]]:
    """Reasons at hand: what the checks say against it, and what is often the case."""
    against = [each.message for each in case.findings if each.severity is Severity.INELIGIBLE]
    papers = [each.label for each in spec.documents if each.audience == "admin" or each.key in case.missing]
    return {
        "eligible": [_USUAL],
        "ineligible": [*against, *_READY["ineligible"]],
        "asked": [*(f"Envíe de nuevo: {label}." for label in papers), *_READY["asked"]],
    }
