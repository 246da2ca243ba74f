"""Requests of access, rectification, cancellation and opposition, from the day they arrive to the answer.

Who decided what, when and on what ground stays with the request, and each step in the audit trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.audit import names_of
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused
from reviewer.models import Application, Call, PrivacyRequest, RequestKind, Ruling
from reviewer.privacy.retention import today_of
from reviewer.privacy.workdays import after_working_days

# Both laws of 20 March 2025 (LGPDPPSO and LFPDPPP) give twenty working days to tell what was decided.
ANSWER_DAYS = 20
_TOO_EARLY = "El plazo no puede terminar antes de recibir la solicitud."


class Which(StrEnum):
    """Which requests a list shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    ALL = "all"


@dataclass(frozen=True)
class Arrived:
    """A request as it is registered. ``identity``: how it was made sure that she is who she says."""

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
    """A request with the names of those who dealt with it."""

    request: PrivacyRequest
    registered_by: str
    ruled_by: str
    answered_by: str
    is_overdue: bool


def due(received_on: date) -> date:
    """The last day for the answer, as the laws count."""
    return after_working_days(received_on, ANSWER_DAYS)


def register(actor: Actor, *, call: str, arrived: Arrived) -> str:
    """Keeps a request that arrived; returns its public id."""
    require(actor, Action.KEEP_PRIVACY)
    found = get_call(call)
    _check(found, arrived)
    with writing() as session:
        advisory_lock(session, f"privacy-{call}")
        _check_folios(session, found, arrived.folios)
        query = select(func.max(PrivacyRequest.number)).where(PrivacyRequest.call_id == found.id)
        made = PrivacyRequest(
            call_id=found.id or 0,
            number=(session.exec(query).one() or 0) + 1,
            registered_by=actor.label,
            **{**vars(arrived), "folios": list(arrived.folios)},
        )
        session.add(made)
        session.flush()
        _record(session, actor, "privacy.register", found, made, {"due": made.due_on.isoformat()})
        return made.public_id


def amend(actor: Actor, *, public_id: str, folios: Sequence[str], due_on: date, reason: str) -> None:
    """Says whose data an open request is about, once that is known; moves the day due, with the reason."""
    require(actor, Action.KEEP_PRIVACY)
    with writing() as session:
        call, request = _open(session, public_id)
        _check_folios(session, call, folios)
        if due_on < request.received_on:
            raise Refused(_TOO_EARLY)
        before = request.due_on
        if due_on != before:
            if not reason.strip():
                raise Refused("Escriba por qué cambia el plazo: la persona debe saberlo antes de que venza.")
            request.due_on, request.due_reason = due_on, reason.strip()
        request.folios = list(folios)
        session.add(request)
        facts = {"folios": request.folios, "before": before.isoformat(), "after": due_on.isoformat()}
        _record(session, actor, "privacy.amend", call, request, facts)


def rule(actor: Actor, *, public_id: str, ruling: Ruling, ground: str) -> None:
    """Decides about a request; until it is answered it may be decided anew."""
    require(actor, Action.KEEP_PRIVACY)
    if not ground.strip():
        raise Refused("Escriba el fundamento: la persona tiene derecho a conocerlo.")
    with writing() as session:
        call, request = _open(session, public_id)
        request.ruling, request.ground = ruling, ground.strip()
        request.ruled_by, request.ruled_at = actor.label, clock.now()
        session.add(request)
        _record(session, actor, "privacy.rule", call, request, {"ruling": ruling.value})


def answer(actor: Actor, *, public_id: str, words: str, answered_on: date) -> None:
    """Writes down the answer that was sent, which closes the request."""
    require(actor, Action.KEEP_PRIVACY)
    with writing() as session:
        call, request = _open(session, public_id)
        if request.ruling is None:
            raise Refused("Antes de anotar la respuesta, decida la solicitud.")
        if not words.strip():
            raise Refused("Escriba qué se respondió y por qué medio.")
        if not request.received_on <= answered_on <= today_of(call):
            raise Refused("La respuesta no puede ser anterior a la solicitud ni posterior a hoy.")
        request.answer, request.answered_on, request.answered_by = words.strip(), answered_on, actor.label
        session.add(request)
        _record(session, actor, "privacy.answer", call, request, {"on": answered_on.isoformat()})


def count(viewer: Actor, *, call: str, which: Which = Which.ALL, kind: RequestKind | None = None) -> int:
    """How many of these there are."""
    require(viewer, Action.KEEP_PRIVACY)
    found = get_call(call)
    query = select(func.count(col(PrivacyRequest.id))).where(*_conditions(found, which, kind))
    with reading() as session:
        return session.exec(query).one()


def requests(
    viewer: Actor,
    *,
    call: str,
    which: Which = Which.ALL,
    kind: RequestKind | None = None,
    offset: int = 0,
    limit: int = 20,
) -> list[RequestView]:
    """Some of these: the open ones first, by the day they are due; then the last answered."""
    require(viewer, Action.KEEP_PRIVACY)
    found = get_call(call)
    query = (
        select(PrivacyRequest)
        .where(*_conditions(found, which, kind))
        .order_by(
            col(PrivacyRequest.answered_on).is_not(None),
            col(PrivacyRequest.answered_on).desc(),
            col(PrivacyRequest.due_on),
            col(PrivacyRequest.number),
        )
    )
    with reading() as session:
        return _views(session, found, session.exec(query.offset(offset).limit(limit)).all())


def request(viewer: Actor, *, call: str, public_id: str) -> RequestView:
    """One of them. Refused where the call has none of this id."""
    require(viewer, Action.KEEP_PRIVACY)
    found = get_call(call)
    query = select(PrivacyRequest).where(
        PrivacyRequest.call_id == found.id, PrivacyRequest.public_id == public_id
    )
    with reading() as session:
        views = _views(session, found, session.exec(query).all())
    if not views:
        raise Refused("No hay una solicitud con esa clave en esta convocatoria.")
    return views[0]


def _check(call: Call, arrived: Arrived) -> None:
    for words, missing in (
        (arrived.requester, "Escriba quién lo solicita."),
        (arrived.identity, "Escriba cómo se comprobó su identidad."),
    ):
        if not words.strip():
            raise Refused(missing)
    if arrived.received_on > today_of(call):
        raise Refused("El día en que se recibió no puede ser posterior a hoy.")
    if arrived.due_on < arrived.received_on:
        raise Refused(_TOO_EARLY)


def _check_folios(session: Session, call: Call, folios: Sequence[str]) -> None:
    query = select(Application.folio).where(
        Application.call_id == call.id, col(Application.folio).in_(folios)
    )
    unknown = sorted(set(folios).difference(session.exec(query).all()))
    if unknown:
        raise Refused(f"No hay una postulación con este folio: {', '.join(unknown)}.")


def _open(session: Session, public_id: str) -> tuple[Call, PrivacyRequest]:
    query = (
        select(Call, PrivacyRequest)
        .join(PrivacyRequest, col(PrivacyRequest.call_id) == Call.id)
        .where(PrivacyRequest.public_id == public_id)
    )
    found = session.exec(query).first()
    if found is None:
        raise Refused("No hay una solicitud con esa clave.")
    if found[1].answered_on:
        raise Refused("La solicitud ya se respondió.")
    return found


def _record(
    session: Session, actor: Actor, action: str, call: Call, request: PrivacyRequest, facts: dict[str, Any]
) -> None:
    """An event that names the request by its number and kind, nobody by name."""
    about = {"call": call.slug, "number": request.number, "kind": request.kind.value, **facts}
    audit.record(session, actor, action, "request", request.public_id, about)


def _conditions(call: Call, which: Which, kind: RequestKind | None) -> list[Any]:
    found: list[Any] = [PrivacyRequest.call_id == call.id]
    answered = col(PrivacyRequest.answered_on)
    if kind:
        found.append(PrivacyRequest.kind == kind)
    if which is Which.ANSWERED:
        found.append(answered.is_not(None))
    if which in (Which.OPEN, Which.OVERDUE):
        found.append(answered.is_(None))
    if which is Which.OVERDUE:
        found.append(PrivacyRequest.due_on < today_of(call))
    return found


def _views(session: Session, call: Call, found: Sequence[PrivacyRequest]) -> list[RequestView]:
    labels = {label for each in found for label in (each.registered_by, each.ruled_by, each.answered_by)}
    names = {"": ""} | names_of(session, labels - {""})
    today = today_of(call)
    return [
        RequestView(
            request=each,
            registered_by=names[each.registered_by],
            ruled_by=names[each.ruled_by],
            answered_by=names[each.answered_by],
            is_overdue=each.answered_on is None and each.due_on < today,
        )
        for each in found
    ]
