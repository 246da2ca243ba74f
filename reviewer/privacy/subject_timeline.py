"""What happened with an application, for the person's export: decision, notices, requests, and events."""

from typing import Any

from sqlmodel import Session, col, select

from reviewer.audit.labels import ACTION_LABELS, VALUE_LABELS
from reviewer.decision.outcome.lists import RESULT_LABELS
from reviewer.models import (
    AgendaItem,
    Application,
    AuditEvent,
    Call,
    Notice,
    Outcome,
    Placement,
    PrivacyRequest,
    Resolution,
    Scenario,
)
from reviewer.models.scopes import scenario_in_force
from reviewer.privacy.retention import DECIDED_PHASES

_OUTCOME_LABELS = {Outcome.SELECTED: "seleccionada", Outcome.WAITING: "lista de espera"}
_RESOLUTION_LABELS = {Resolution.SELECT: "que se seleccione", Resolution.REJECT: "que no se seleccione"}


def timeline_of(session: Session, call: Call, folio: str) -> dict[str, Any]:
    """Returns what happened under a folio, by the names in the file, without who did it."""
    timeline = _decision(session, call, folio) if call.phase in DECIDED_PHASES else {}
    timeline["avisos"] = _notices(session, call, folio)
    timeline["solicitudes"] = _requests(session, call, folio)
    timeline["lo_que_se_hizo"] = _events(session, call, folio)
    return {name: value for name, value in timeline.items() if value}


def _decision(session: Session, call: Call, folio: str) -> dict[str, Any]:
    placements_query = (
        select(Placement)
        .join(Scenario, col(Scenario.id) == Placement.scenario_id)
        .where(scenario_in_force(call))
        .where(Placement.folio == folio)
    )
    votes_query = (
        select(AgendaItem.verdict, AgendaItem.reason)
        .join(Application, col(Application.id) == AgendaItem.application_id)
        .where(Application.call_id == call.id, Application.folio == folio)
        .where(col(AgendaItem.verdict).is_not(None))
    )
    placements = [
        {
            "resultado": _OUTCOME_LABELS[placement.outcome],
            "sede": placement.venue or "orden general",
            "lugar": placement.position,
        }
        for placement in session.exec(placements_query)
    ]
    return {
        "resultado": placements or "no seleccionada",
        "deliberacion": [
            {"el_jurado_decidio": _RESOLUTION_LABELS[Resolution(verdict)], "motivo": reason}
            for verdict, reason in session.exec(votes_query)
            if verdict
        ],
    }


def _notices(session: Session, call: Call, folio: str) -> list[dict[str, Any]]:
    query = (
        select(Notice)
        .join(Application, col(Application.id) == Notice.application_id)
        .where(Notice.call_id == call.id, Application.folio == folio)
        .order_by(col(Notice.id))
    )
    return [
        {
            "resultado": RESULT_LABELS.get(notice.result, notice.result),
            "medio": notice.channel,
            "momento": notice.told_at.isoformat(),
        }
        for notice in session.exec(query)
    ]


def _requests(session: Session, call: Call, folio: str) -> list[dict[str, Any]]:
    query = select(PrivacyRequest).where(PrivacyRequest.call_id == call.id)
    return [
        {
            "numero": request.number,
            "derecho": VALUE_LABELS[request.kind.value],
            "recibida": request.received_on.isoformat(),
            "pide": request.wanted,
            "sentido": VALUE_LABELS[request.ruling.value] if request.ruling else None,
            "fundamento": request.ground,
            "respuesta": request.answer,
            "respondida": request.answered_on.isoformat() if request.answered_on else None,
        }
        for request in session.exec(query.order_by(col(PrivacyRequest.number)))
        if folio in request.folios
    ]


def _events(session: Session, call: Call, folio: str) -> list[dict[str, Any]]:
    """Returns the audited actions on the application, without who did them."""
    query = (
        select(AuditEvent.at, AuditEvent.action)
        .where(AuditEvent.object_type == "application", AuditEvent.object_id == folio)
        .where(col(AuditEvent.detail)["call"].as_string() == call.slug)
        .order_by(col(AuditEvent.id))
    )
    return [{"momento": at.isoformat(), "que": ACTION_LABELS.get(action, action)} for at, action in session.exec(query)]
