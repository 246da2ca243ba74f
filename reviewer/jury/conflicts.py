"""Conflicts of interest: who has one with an application never reads it."""

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.jury import desk
from reviewer.models import Application, Assignment, Conflict

KINDS = {
    "kinship": "Parentesco hasta el cuarto grado",
    "partner": "Pareja, actual o anterior",
    "friendship": "Amistad o enemistad",
    "teaching": "Relación de docencia",
    "work": "Trabajo en común",
    "other": "Otro motivo",
}
ORIGINS = {
    "opening": "Al abrirla",
    "advance": "Declarado de antemano",
    "suggestion": "Señalado por el sistema y confirmado por la coordinación",
}
SWORN = (
    "Declaro, bajo protesta de decir verdad, que tengo con esta persona o su proyecto la relación que indico "
    "y me excuso de leer su postulación y de deliberar sobre ella."
)
LONGEST_STATEMENT = 2_000


def declare_conflict(actor: Actor, *, call: str, folio: str, kind: str, statement: str) -> str | None:
    """Recuses a juror from an application given to her: it leaves her desk. Returns her next folio.

    ``kind`` is a key of ``KINDS``; ``statement`` says in her words what it is about and may be empty,
    but for ``other``. It is signed with her name, under ``SWORN``.
    """
    require(actor, Action.DECLARE_CONFLICT)
    statement = statement.strip()
    if kind not in KINDS:
        raise Refused("Elija el motivo del conflicto.")
    if kind == "other" and not statement:
        raise Refused("Diga en pocas palabras cuál es el motivo.")
    if len(statement) > LONGEST_STATEMENT:
        raise Refused(f"La declaración pasa de {LONGEST_STATEMENT:,} caracteres: acórtela.")
    with writing() as session:
        query = desk.hers(actor, call, Assignment, Application).where(Application.folio == folio)
        found = session.exec(query).first()
        if found is None:
            raise Forbidden("Esta postulación no está entre las suyas.")
        assignment, application = found
        session.add(
            Conflict(
                application_id=application.id or 0,
                person_id=actor.person_id or 0,
                kind=kind,
                statement=statement,
                signed_as=actor.name,
            )
        )
        assignment.closed_at = clock.now()
        facts = {"call": call, "folio": folio, "kind": kind}
        audit.record(session, actor, "conflict.declare", "application", application.id, facts)
        session.flush()
        return desk.next_in(session, actor, call=call)
