"""What is missing before the jury can meet, and what it should know if it meets all the same."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call
from reviewer.database import reading
from reviewer.decision.selection import record
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    Eligibility,
    Meeting,
    Phase,
    Review,
    ReviewStatus,
)
from reviewer.words import counted

_BEFORE = {
    Phase.INTAKE: "La convocatoria está recibiendo postulaciones.",
    Phase.SCREENING: "La convocatoria está en cotejo.",
    Phase.REVIEWING: "La convocatoria está en dictaminación.",
}


@dataclass(frozen=True)
class Need:
    """A condition in words. ``stops`` says that no meeting can be opened without it."""

    words: str
    met: bool
    stops: bool = False


def needs(viewer: Actor, *, call: str) -> tuple[Need, ...]:
    """What a meeting needs, in the order in which it is settled."""
    require(viewer, Action.DELIBERATE)
    with reading() as session:
        stored = get_call(call)
        return (_phase(stored), _submitted(session, stored), *_whole(session, stored))


def had_meeting(viewer: Actor, *, call: str) -> bool:
    """Whether the jury has met already."""
    require(viewer, Action.DELIBERATE)
    with reading() as session:
        query = select(Meeting.id).join(Call).where(Call.slug == call, col(Meeting.ended_at).is_not(None))
        return session.exec(query.limit(1)).first() is not None


def _phase(call: Call) -> Need:
    if call.phase is Phase.DELIBERATION:
        return Need("La convocatoria está en deliberación.", met=True, stops=True)
    if call.phase in _BEFORE:
        words = f"{_BEFORE[call.phase]} Quien administra la pasa a Deliberación en Convocatoria."
        return Need(words, met=False, stops=True)
    return Need("La convocatoria ya tiene fallo: para cambiarlo, corrija el acta.", met=False, stops=True)


def _submitted(session: Session, call: Call) -> Need:
    submitted = session.exec(
        select(func.count(col(Review.id)))
        .join(Application, col(Application.id) == Review.application_id)
        .where(Review.call_id == call.id, Review.status == ReviewStatus.SUBMITTED)
        .where(Application.status == ApplicationStatus.CURRENT)
    ).one()
    if not submitted:
        return Need("No hay ningún dictamen enviado.", met=False, stops=True)
    return Need(f"Hay {counted(submitted, 'dictamen enviado', 'dictámenes enviados')}.", met=True, stops=True)


def _sent(shared_out: int, submitted: int) -> Need:
    pending = shared_out - submitted
    if not shared_out:
        return Need("Todavía no se reparten lecturas.", met=False)
    if pending:
        return Need(f"{counted(pending, 'lectura sigue', 'lecturas siguen')} sin enviarse.", met=False)
    return Need("Todas las lecturas se enviaron.", met=True)


def _whole(session: Session, call: Call) -> tuple[Need, ...]:
    """What a jury may do without, knowing it."""
    shared_out, submitted = session.exec(
        select(func.count(col(Assignment.id)), func.count(col(Review.id)))
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(
            Review,
            (col(Review.application_id) == Assignment.application_id)
            & (col(Review.person_id) == Assignment.person_id)
            & (col(Review.status) == ReviewStatus.SUBMITTED),
        )
        .where(Assignment.call_id == call.id, col(Assignment.closed_at).is_(None))
        .where(Application.status == ApplicationStatus.CURRENT)
        .where(Application.eligibility == Eligibility.ELIGIBLE)
    ).one()
    to_check = session.exec(
        select(func.count(col(Application.id))).where(
            Application.call_id == call.id,
            Application.status == ApplicationStatus.CURRENT,
            Application.eligibility == Eligibility.TO_CHECK,
        )
    ).one()
    selection = record.in_force(session, call)
    return (
        _sent(shared_out, submitted),
        Need(
            f"{counted(to_check, 'postulación está', 'postulaciones están')} sin cotejar: no pueden "
            "seleccionarse."
            if to_check
            else "No queda nada por cotejar.",
            met=not to_check,
        ),
        Need(
            f"La selección vigente es «{selection.name}»."
            if selection
            else "No hay una selección vigente: calcúlela en Selección para que las decisiones la cambien.",
            met=selection is not None,
        ),
    )
