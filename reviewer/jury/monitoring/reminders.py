"""Messages to jurors who have something left, to be copied or sent on request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core import mail
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.core.mail import Message
from reviewer.core.spanish import format_count
from reviewer.jury.monitoring.progress import JurorProgress, jury_progress
from reviewer.jury.reviews.deadline import format_last_minute
from reviewer.models import AuditEvent

_ACTION = "reminder.send"


@dataclass(frozen=True)
class SendResult:
    """How many messages were sent, and to whom they could not be sent and why."""

    sent: int
    failed: tuple[tuple[str, str], ...]


@verb(Action.RUN_JURY)
def write(viewer: Actor, *, slug: str, person_ids: Sequence[int]) -> list[Message]:
    """Returns a message to each of these jurors who has something left, in the order of ``jury_progress``."""
    require(viewer, Action.RUN_JURY)
    spec = spec_of(get_call(slug))
    chosen_ids = set(person_ids)
    return [
        _message(juror, spec)
        for juror in jury_progress(viewer, slug=slug).jurors
        if juror.person_id in chosen_ids and juror.remaining
    ]


@verb(Action.RUN_JURY)
def send(actor: Actor, *, slug: str, person_ids: Sequence[int]) -> SendResult:
    """Sends these messages by the operator's mail server; records to whom, but not the text.

    Raises UserError if none of them has anything left, or no server is available.
    """
    call = get_call(slug)
    require(actor, Action.RUN_JURY, call.phase)
    messages = write(actor, slug=slug, person_ids=person_ids)
    if not messages:
        raise UserError("Ninguna de esas personas tiene pendientes.")
    failed = mail.send(messages)
    failed_addresses = {message.email for message, _ in failed}
    ids_by_email = {juror.email: juror.person_id for juror in jury_progress(actor, slug=slug).jurors}
    with write_session() as session:
        for message in messages:
            if message.email not in failed_addresses:
                log.record(session, actor, _ACTION, "person", ids_by_email[message.email], {"call": slug})
    return SendResult(len(messages) - len(failed), tuple((message.name, reason) for message, reason in failed))


@verb(Action.SEE_PROGRESS)
def last_sent(viewer: Actor, *, slug: str) -> dict[int, datetime]:
    """Returns when each juror was last sent a reminder."""
    require(viewer, Action.SEE_PROGRESS)
    query = (
        select(AuditEvent.object_id, func.max(AuditEvent.at))
        .where(AuditEvent.action == _ACTION, col(AuditEvent.detail)["call"].as_string() == slug)
        .group_by(col(AuditEvent.object_id))
    )
    with read_session() as session:
        return {int(person_id): at for person_id, at in session.exec(query)}


def _message(juror: JurorProgress, spec: CallSpec) -> Message:
    left = format_count(juror.remaining, "postulación por dictaminar", "postulaciones por dictaminar")
    lines = [
        f"Hola, {juror.name}:",
        "",
        f"Gracias por su trabajo en el jurado de «{spec.title}». Le quedan {left} de {juror.assigned}.",
    ]
    if juror.closes is not None:
        lines.append(
            f"Para usted la dictaminación cierra el {format_last_minute(spec, juror.closes)} ({spec.timezone})."
        )
    lines += [
        "",
        "Entre a Dictamen con su correo y su contraseña: «Continuar», en Mi mesa, la lleva a la siguiente.",
        "Si algo le impide terminar a tiempo, o conoce a quien postula, escríbanos cuanto antes.",
        "",
        "La coordinación",
    ]
    return Message(juror.name, juror.email, f"{spec.title}: le quedan {juror.remaining}", "\n".join(lines))
