"""What became of somebody, for her to know: what was decided, what she was told and asked, what was done."""

from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.trail_words import VALUES, WORDS
from reviewer.decision.outcome.lists import RESULTS
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
from reviewer.privacy.retention import DECIDED

_PLACES = {Outcome.SELECTED: "seleccionada", Outcome.WAITING: "lista de espera"}
_VERDICTS = {Resolution.SELECT: "que se seleccione", Resolution.REJECT: "que no se seleccione"}


def told(session: Session, call: Call, folio: str) -> dict[str, Any]:
    """By folio, in the names of the file. The decision only once there is one; nobody of ours by name."""
    said = _decided(session, call, folio) if call.phase in DECIDED else {}
    said["avisos"] = _notices(session, call, folio)
    said["solicitudes"] = _requests(session, call, folio)
    said["lo_que_se_hizo"] = _events(session, call, folio)
    return {name: value for name, value in said.items() if value}


def _decided(session: Session, call: Call, folio: str) -> dict[str, Any]:
    placed = (
        select(Placement)
        .join(Scenario, col(Scenario.id) == Placement.scenario_id)
        .where(Scenario.call_id == call.id, col(Scenario.in_force_since).is_not(None))
        .where(Placement.folio == folio)
    )
    voted = (
        select(AgendaItem.verdict, AgendaItem.reason)
        .join(Application, col(Application.id) == AgendaItem.application_id)
        .where(Application.call_id == call.id, Application.folio == folio)
        .where(col(AgendaItem.verdict).is_not(None))
    )
    places = [
        {"resultado": _PLACES[each.outcome], "sede": each.venue or "orden general", "lugar": each.position}
        for each in session.exec(placed)
    ]
    return {
        "resultado": places or "no seleccionada",
        "deliberacion": [
            {"el_jurado_decidio": _VERDICTS[Resolution(verdict)], "motivo": reason}
            for verdict, reason in session.exec(voted)
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
            "resultado": RESULTS.get(each.result, each.result),
            "medio": each.channel,
            "momento": each.told_at.isoformat(),
        }
        for each in session.exec(query)
    ]


def _requests(session: Session, call: Call, folio: str) -> list[dict[str, Any]]:
    query = select(PrivacyRequest).where(PrivacyRequest.call_id == call.id)
    return [
        {
            "numero": each.number,
            "derecho": VALUES[each.kind.value],
            "recibida": each.received_on.isoformat(),
            "pide": each.wanted,
            "sentido": VALUES[each.ruling.value] if each.ruling else None,
            "fundamento": each.ground,
            "respuesta": each.answer,
            "respondida": each.answered_on.isoformat() if each.answered_on else None,
        }
        for each in session.exec(query.order_by(col(PrivacyRequest.number)))
        if folio in each.folios
    ]


def _events(session: Session, call: Call, folio: str) -> list[dict[str, Any]]:
    """What was done with the application, its data and its documents, without who did it."""
    query = (
        select(AuditEvent.at, AuditEvent.action)
        .where(AuditEvent.object_type == "application", AuditEvent.object_id == folio)
        .where(col(AuditEvent.detail)["call"].as_string() == call.slug)
        .order_by(col(AuditEvent.id))
    )
    return [
        {"momento": at.isoformat(), "que": WORDS.get(action, action)} for at, action in session.exec(query)
    ]
