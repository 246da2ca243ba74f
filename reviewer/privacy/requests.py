"""Requests of access, rectification, cancellation and opposition, from their arrival to the answer.

A request holds who decided what, when and on what ground; each step is in the audit trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.audit.log import actor_names
from reviewer.call.spec import get_call
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.core.reasons import require_reason
from reviewer.models import Application, Call, PrivacyRequest, RequestKind, Ruling, require_id
from reviewer.privacy.retention import add_working_days, today_of

# Working days to answer a request, by both laws of 20 March 2025 (LGPDPPSO and LFPDPPP).
ANSWER_DAYS = 20
_TOO_EARLY = "El plazo no puede terminar antes de recibir la solicitud."


class RequestFilter(StrEnum):
    """Which requests a list shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    ALL = "all"


@dataclass(frozen=True)
class NewRequest:
    """A request as it is registered; ``identity`` says how the requester's identity was verified."""

    kind: RequestKind
    requester: str
    contact: str
    identity: str
    wanted: str
    folios: tuple[str, ...]
    received_on: date
    due_on: date


@dataclass(frozen=True)
class RequestView:
    """A request with the names of the people who handled it."""

    request: PrivacyRequest
    registered_by: str
    ruled_by: str
    answered_by: str
    is_overdue: bool


def due_date(received_on: date) -> date:
    """Returns the last day for the answer."""
    return add_working_days(received_on, ANSWER_DAYS)


@verb(Action.KEEP_PRIVACY)
def register(actor: Actor, *, slug: str, new_request: NewRequest) -> str:
    """Stores a new request; returns its public id."""
    require(actor, Action.KEEP_PRIVACY)
    call = get_call(slug)
    _check_new_request(call, new_request)
    with write_session() as session:
        advisory_lock(session, f"privacy-{slug}")
        _check_folios(session, call, new_request.folios)
        query = select(func.max(PrivacyRequest.number)).where(PrivacyRequest.call_id == call.id)
        request = PrivacyRequest(
            call_id=require_id(call),
            number=(session.exec(query).one() or 0) + 1,
            registered_by=actor.label,
            **{**vars(new_request), "folios": list(new_request.folios)},
        )
        session.add(request)
        session.flush()
        _record(session, actor, "privacy.register", call, request, {"due": request.due_on.isoformat()})
        return request.public_id


@verb(Action.KEEP_PRIVACY)
def amend(actor: Actor, *, public_id: str, folios: Sequence[str], due_on: date, reason: str) -> None:
    """Changes the folios that an open request is about, and its due date, which requires a reason."""
    require(actor, Action.KEEP_PRIVACY)
    with write_session() as session:
        call, request = _open_request(session, public_id)
        _check_folios(session, call, folios)
        if due_on < request.received_on:
            raise UserError(_TOO_EARLY)
        before = request.due_on
        if due_on != before:
            use = "la persona debe saberlo antes de que venza"
            request.due_reason = require_reason(reason, "por qué cambia el plazo", use=use)
            request.due_on = due_on
        request.folios = list(folios)
        session.add(request)
        facts = {"folios": request.folios, "before": before.isoformat(), "after": due_on.isoformat()}
        _record(session, actor, "privacy.amend", call, request, facts)


@verb(Action.KEEP_PRIVACY)
def rule(actor: Actor, *, public_id: str, ruling: Ruling, ground: str) -> None:
    """Records the ruling on a request; it may be changed until the request is answered."""
    require(actor, Action.KEEP_PRIVACY)
    ground = require_reason(ground, "el fundamento", use="la persona tiene derecho a conocerlo")
    with write_session() as session:
        call, request = _open_request(session, public_id)
        request.ruling, request.ground = ruling, ground
        request.ruled_by, request.ruled_at = actor.label, clock.now()
        session.add(request)
        _record(session, actor, "privacy.rule", call, request, {"ruling": ruling.value})


@verb(Action.KEEP_PRIVACY)
def answer(actor: Actor, *, public_id: str, text: str, answered_on: date) -> None:
    """Records the answer that was sent, which closes the request."""
    require(actor, Action.KEEP_PRIVACY)
    with write_session() as session:
        call, request = _open_request(session, public_id)
        if request.ruling is None:
            raise UserError("Antes de anotar la respuesta, decida la solicitud.")
        text = require_reason(text, "qué se respondió y por qué medio")
        if not request.received_on <= answered_on <= today_of(call):
            raise UserError("La respuesta no puede ser anterior a la solicitud ni posterior a hoy.")
        request.answer, request.answered_on, request.answered_by = text, answered_on, actor.label
        session.add(request)
        _record(session, actor, "privacy.answer", call, request, {"on": answered_on.isoformat()})


@verb(Action.KEEP_PRIVACY)
def count(
    viewer: Actor,
    *,
    slug: str,
    request_filter: RequestFilter = RequestFilter.ALL,
    kind: RequestKind | None = None,
) -> int:
    """Returns how many requests match."""
    require(viewer, Action.KEEP_PRIVACY)
    call = get_call(slug)
    query = select(func.count(col(PrivacyRequest.id))).where(*_conditions(call, request_filter, kind))
    with read_session() as session:
        return session.exec(query).one()


@verb(Action.KEEP_PRIVACY)
def list_requests(
    viewer: Actor,
    *,
    slug: str,
    request_filter: RequestFilter = RequestFilter.ALL,
    kind: RequestKind | None = None,
    offset: int = 0,
    limit: int = 20,
) -> list[RequestView]:
    """Returns a page of requests: the open ones first, by due date, then the latest answered."""
    require(viewer, Action.KEEP_PRIVACY)
    call = get_call(slug)
    query = (
        select(PrivacyRequest)
        .where(*_conditions(call, request_filter, kind))
        .order_by(
            col(PrivacyRequest.answered_on).is_not(None),
            col(PrivacyRequest.answered_on).desc(),
            col(PrivacyRequest.due_on),
            col(PrivacyRequest.number),
        )
    )
    with read_session() as session:
        return _views(session, call, session.exec(query.offset(offset).limit(limit)).all())


@verb(Action.KEEP_PRIVACY)
def get_request(viewer: Actor, *, slug: str, public_id: str) -> RequestView:
    """Returns a request. Raises UserError if the call has none with this id."""
    require(viewer, Action.KEEP_PRIVACY)
    call = get_call(slug)
    query = select(PrivacyRequest).where(PrivacyRequest.call_id == call.id, PrivacyRequest.public_id == public_id)
    with read_session() as session:
        views = _views(session, call, session.exec(query).all())
    if not views:
        raise UserError("No hay una solicitud con esa clave en esta convocatoria.")
    return views[0]


def _check_new_request(call: Call, new_request: NewRequest) -> None:
    for value, message in (
        (new_request.requester, "Escriba quién lo solicita."),
        (new_request.identity, "Escriba cómo se comprobó su identidad."),
    ):
        if not value.strip():
            raise UserError(message)
    if new_request.received_on > today_of(call):
        raise UserError("El día en que se recibió no puede ser posterior a hoy.")
    if new_request.due_on < new_request.received_on:
        raise UserError(_TOO_EARLY)


def _check_folios(session: Session, call: Call, folios: Sequence[str]) -> None:
    query = select(Application.folio).where(Application.call_id == call.id, col(Application.folio).in_(folios))
    unknown = sorted(set(folios).difference(session.exec(query).all()))
    if unknown:
        raise UserError(f"No hay una postulación con este folio: {', '.join(unknown)}.")


def _open_request(session: Session, public_id: str) -> tuple[Call, PrivacyRequest]:
    query = (
        select(Call, PrivacyRequest)
        .join(PrivacyRequest, col(PrivacyRequest.call_id) == Call.id)
        .where(PrivacyRequest.public_id == public_id)
    )
    row = session.exec(query).first()
    if row is None:
        raise UserError("No hay una solicitud con esa clave.")
    if row[1].answered_on:
        raise UserError("La solicitud ya se respondió.")
    return row


def _record(
    session: Session, actor: Actor, action: str, call: Call, request: PrivacyRequest, facts: dict[str, Any]
) -> None:
    """Records an event that holds no personal data."""
    event_facts = {"call": call.slug, "number": request.number, "kind": request.kind.value, **facts}
    log.record(session, actor, action, "request", request.public_id, event_facts)


def _conditions(call: Call, request_filter: RequestFilter, kind: RequestKind | None) -> list[ColumnElement[bool]]:
    conditions = [col(PrivacyRequest.call_id) == call.id]
    answered = col(PrivacyRequest.answered_on)
    if kind:
        conditions.append(col(PrivacyRequest.kind) == kind)
    if request_filter is RequestFilter.ANSWERED:
        conditions.append(answered.is_not(None))
    if request_filter in (RequestFilter.OPEN, RequestFilter.OVERDUE):
        conditions.append(answered.is_(None))
    if request_filter is RequestFilter.OVERDUE:
        conditions.append(col(PrivacyRequest.due_on) < today_of(call))
    return conditions


def _views(session: Session, call: Call, requests: Sequence[PrivacyRequest]) -> list[RequestView]:
    labels = {label for request in requests for label in (request.registered_by, request.ruled_by, request.answered_by)}
    names = {"": ""} | actor_names(session, labels - {""})
    today = today_of(call)
    return [
        RequestView(
            request=request,
            registered_by=names[request.registered_by],
            ruled_by=names[request.ruled_by],
            answered_by=names[request.answered_by],
            is_overdue=request.answered_on is None and request.due_on < today,
        )
        for request in requests
    ]
