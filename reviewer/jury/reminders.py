"""Messages to jurors who have something left: ready to be copied, or sent when somebody asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from reviewer import mail
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import reading, writing
from reviewer.errors import Refused
from reviewer.jury.progress import JurorProgress, progress
from reviewer.jury.window import last_minute
from reviewer.mail import Message
from reviewer.models import AuditEvent
from reviewer.words import counted

_ACTION = "reminder.send"


@dataclass(frozen=True)
class Sent:
    """What became of messages: how many left, and to whom they could not be sent and why."""

    sent: int
    failed: tuple[tuple[str, str], ...]


def write(viewer: Actor, *, call: str, person_ids: Sequence[int]) -> list[Message]:
    """A message to each of these jurors who has something left, in the order of ``progress``."""
    require(viewer, Action.RUN_JURY)
    spec = spec_of(get_call(call))
    wanted = set(person_ids)
    return [
        _message(each, spec)
        for each in progress(viewer, call=call).jurors
        if each.person_id in wanted and each.left
    ]


def send(actor: Actor, *, call: str, person_ids: Sequence[int]) -> Sent:
    """Sends these messages through the operator's mail server and notes to whom, never what was written.

    Raises ``Refused`` where nobody of them has anything left, or no server can be used.
    """
    stored = get_call(call)
    require(actor, Action.RUN_JURY, stored.phase)
    messages = write(actor, call=call, person_ids=person_ids)
    if not messages:
        raise Refused("Ninguna de esas personas tiene pendientes.")
    failed = mail.send(messages)
    missed = {each.email for each, _ in failed}
    number = {each.email: each.person_id for each in progress(actor, call=call).jurors}
    with writing() as session:
        for each in messages:
            if each.email not in missed:
                audit.record(session, actor, _ACTION, "person", number[each.email], {"call": call})
    return Sent(len(messages) - len(failed), tuple((each.name, why) for each, why in failed))


def last_sent(viewer: Actor, *, call: str) -> dict[int, datetime]:
    """When each juror was last sent a reminder from here."""
    require(viewer, Action.SEE_PROGRESS)
    query = (
        select(AuditEvent.object_id, func.max(AuditEvent.at))
        .where(AuditEvent.action == _ACTION, col(AuditEvent.detail)["call"].as_string() == call)
        .group_by(col(AuditEvent.object_id))
    )
    with reading() as session:
        return {int(person): at for person, at in session.exec(query)}


def _message(juror: JurorProgress, spec: CallSpec) -> Message:
    left = counted(juror.left, "postulación por dictaminar", "postulaciones por dictaminar")
    lines = [
        f"Hola, {juror.name}:",
        "",
        f"Gracias por su trabajo en el jurado de «{spec.title}». Le quedan {left} de {juror.assigned}.",
    ]
    if juror.closes is not None:
        lines.append(
            f"Para usted la dictaminación cierra el {last_minute(spec, juror.closes)} ({spec.timezone})."
        )
    lines += [
        "",
        "Entre a Dictamen con su correo y su contraseña: «Continuar», en Mi mesa, la lleva a la siguiente.",
        "Si algo le impide terminar a tiempo, o conoce a quien postula, escríbanos cuanto antes.",
        "",
        "La coordinación",
    ]
    return Message(juror.name, juror.email, f"{spec.title}: le quedan {juror.left}", "\n".join(lines))
