"""What a meeting of the jury requires, and what to know if it meets without all of it."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import get_call
from reviewer.core.database import read_session
from reviewer.core.spanish import format_count
from reviewer.decision.selection import record
from reviewer.models import Application, Assignment, Call, Eligibility, Meeting, Phase, Review
from reviewer.models.scopes import (
    CURRENT_APPLICATION,
    ELIGIBLE_APPLICATION,
    OPEN_ASSIGNMENT,
    REVIEW_OF_ASSIGNMENT,
    SUBMITTED_REVIEW,
    current_of,
)

_EARLIER_PHASES = {
    Phase.INTAKE: "La convocatoria está recibiendo postulaciones.",
    Phase.SCREENING: "La convocatoria está en cotejo.",
    Phase.REVIEWING: "La convocatoria está en dictaminación.",
}


@dataclass(frozen=True)
class Requirement:
    """A condition in words; without a ``is_blocking`` one no meeting can be opened."""

    text: str
    met: bool
    is_blocking: bool = False


@verb(Action.DELIBERATE)
def requirements(viewer: Actor, *, slug: str) -> tuple[Requirement, ...]:
    """Returns what a meeting requires, in the order in which it is usually done."""
    require(viewer, Action.DELIBERATE)
    with read_session() as session:
        stored = get_call(slug)
        return (_phase(stored), _submitted(session, stored), *_optional_requirements(session, stored))


@verb(Action.DELIBERATE)
def had_meeting(viewer: Actor, *, slug: str) -> bool:
    """Returns whether the jury has met already."""
    require(viewer, Action.DELIBERATE)
    with read_session() as session:
        query = select(Meeting.id).join(Call).where(Call.slug == slug, col(Meeting.ended_at).is_not(None))
        return session.exec(query.limit(1)).first() is not None


def _phase(call: Call) -> Requirement:
    if call.phase is Phase.DELIBERATION:
        return Requirement("La convocatoria está en deliberación.", met=True, is_blocking=True)
    if call.phase in _EARLIER_PHASES:
        text = f"{_EARLIER_PHASES[call.phase]} Quien administra la pasa a Deliberación en Convocatoria."
        return Requirement(text, met=False, is_blocking=True)
    return Requirement("La convocatoria ya tiene fallo: para cambiarlo, corrija el acta.", met=False, is_blocking=True)


def _submitted(session: Session, call: Call) -> Requirement:
    submitted = session.exec(
        select(func.count(col(Review.id)))
        .join(Application, col(Application.id) == Review.application_id)
        .where(Review.call_id == call.id, SUBMITTED_REVIEW)
        .where(CURRENT_APPLICATION)
    ).one()
    if not submitted:
        return Requirement("No hay ningún dictamen enviado.", met=False, is_blocking=True)
    return Requirement(
        f"Hay {format_count(submitted, 'dictamen enviado', 'dictámenes enviados')}.",
        met=True,
        is_blocking=True,
    )


def _readings_sent(assigned: int, submitted: int) -> Requirement:
    pending = assigned - submitted
    if not assigned:
        return Requirement("Todavía no se reparten lecturas.", met=False)
    if pending:
        return Requirement(f"{format_count(pending, 'lectura sigue', 'lecturas siguen')} sin enviarse.", met=False)
    return Requirement("Todas las lecturas se enviaron.", met=True)


def _optional_requirements(session: Session, call: Call) -> tuple[Requirement, ...]:
    """Returns the requirements that a jury may meet without."""
    assigned, submitted = session.exec(
        select(func.count(col(Assignment.id)), func.count(col(Review.id)))
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT & SUBMITTED_REVIEW)
        .where(Assignment.call_id == call.id, OPEN_ASSIGNMENT)
        .where(CURRENT_APPLICATION)
        .where(ELIGIBLE_APPLICATION)
    ).one()
    to_check = session.exec(
        select(func.count(col(Application.id))).where(current_of(call), Application.eligibility == Eligibility.TO_CHECK)
    ).one()
    selection = record.in_force(session, call)
    return (
        _readings_sent(assigned, submitted),
        Requirement(
            f"{format_count(to_check, 'postulación está', 'postulaciones están')} sin cotejar: no pueden seleccionarse."
            if to_check
            else "No queda nada por cotejar.",
            met=not to_check,
        ),
        Requirement(
            f"La selección vigente es «{selection.name}»."
            if selection
            else "No hay una selección vigente: calcúlela en Selección para que las decisiones la cambien.",
            met=selection is not None,
        ),
    )
