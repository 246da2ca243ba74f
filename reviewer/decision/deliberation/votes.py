"""Votes by hand, the item on screen, and the jury's decisions."""

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import get_call
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import StaleWrite, UserError
from reviewer.core.reasons import require_reason
from reviewer.decision.deliberation.meeting import require_deliberating_call, require_open_meeting
from reviewer.decision.selection import record
from reviewer.decision.selection.service import HandChangePlan, apply_change, plan_change
from reviewer.models import (
    AgendaItem,
    Application,
    Attendance,
    ChangeKind,
    Conflict,
    Meeting,
    Person,
    Resolution,
    Role,
    Vote,
    VoteChoice,
    require_id,
)


@verb(Action.DELIBERATE)
def show_item(actor: Actor, *, slug: str, position: int) -> None:
    """Shows an item of the agenda on every screen of the meeting."""
    require(actor, Action.DELIBERATE)
    with write_session() as session:
        meeting = require_open_meeting(session, require_deliberating_call(session, actor, slug))
        if _item_at(session, meeting, position) is not None and meeting.showing != position:
            meeting.showing = position  # no audit event: it is not a decision


@verb(Action.DELIBERATE)
def vote(actor: Actor, *, slug: str, folio: str, person_id: int, choice: VoteChoice | None) -> None:
    """Records a juror's vote on an application; None deletes it.

    Raises ``UserError`` for anybody who is absent, has no vote, or has a conflict of interest with it.
    """
    require(actor, Action.DELIBERATE)
    with write_session() as session:
        meeting = require_open_meeting(session, require_deliberating_call(session, actor, slug))
        item = _item(session, meeting, folio)
        _check_may_vote(session, meeting, item, person_id)
        existing_vote = session.exec(select(Vote).where(Vote.item_id == item.id, Vote.person_id == person_id)).first()
        before = existing_vote.choice if existing_vote else None
        if before is choice:
            return
        if choice is None and existing_vote:
            session.delete(existing_vote)
        elif choice is not None:
            vote_row = existing_vote or Vote(item_id=require_id(item), person_id=person_id, choice=choice)
            vote_row.choice, vote_row.cast_at = choice, clock.now()
            session.add(vote_row)
        facts = {"call": slug, "folio": folio, "person": person_id, "before": before, "after": choice}
        log.record(session, actor, "vote.cast", "agenda_item", item.id, facts)


@verb(Action.DELIBERATE)
def decide(
    actor: Actor, *, slug: str, folio: str, verdict: Resolution, reason: str, version: int, venue: str = ""
) -> None:
    """Records the jury's decision; where the selection differs, it is changed by hand as well.

    ``version`` is that of the item on screen: raises ``StaleWrite`` where it was decided elsewhere meanwhile.
    ``venue`` is that of somebody who enters the selection.
    """
    require(actor, Action.DELIBERATE)
    reason = require_reason(reason, "el motivo de la decisión", use="queda en el acta")
    planned_change = _plan_change(actor, slug, folio, verdict, venue, reason)
    with write_session() as session:
        stored = require_deliberating_call(session, actor, slug)
        meeting = require_open_meeting(session, stored)
        item = _item(session, meeting, folio)
        if item.version != version:
            raise StaleWrite("Esto se decidió en otra pantalla: revise lo que quedó antes de cambiarlo.")
        if planned_change is not None:
            apply_change(session, actor, planned_change)
        facts = {"call": slug, "folio": folio, "before": item.verdict, "after": verdict}
        item.verdict, item.reason, item.version = verdict, reason, item.version + 1
        item.decided_at, item.decided_by = clock.now(), actor.person_id
        log.record(session, actor, "agenda.decide", "agenda_item", item.id, facts)


def _plan_change(
    actor: Actor, slug: str, folio: str, verdict: Resolution, venue: str, reason: str
) -> HandChangePlan | None:
    """Returns the change by hand that the verdict requires; None where the selection agrees."""
    with read_session() as session:
        selection = record.in_force(session, get_call(slug))
    if selection is None:
        raise UserError("No hay una selección vigente: calcúlela en Selección antes de decidir.")
    is_in = any(place.folio == folio for place in selection.selected)
    if is_in == (verdict is Resolution.SELECT):
        return None
    return plan_change(
        actor,
        public_id=selection.public_id,
        folio=folio,
        kind=ChangeKind.OUT if is_in else ChangeKind.IN,
        venue=venue,
        reason=reason,
        version=selection.version,
    )


def _check_may_vote(session: Session, meeting: Meeting, item: AgendaItem, person_id: int) -> None:
    juror = session.exec(
        select(Person)
        .join(Attendance, col(Attendance.person_id) == Person.id)
        .where(Attendance.meeting_id == meeting.id, col(Attendance.left_at).is_(None))
        .where(Person.id == person_id, Person.role == Role.JURY)
    ).first()
    if juror is None:
        raise UserError("Solo vota quien es del jurado y está en la sesión: anótela en Asistencia.")
    conflict = select(Conflict.id).where(
        Conflict.application_id == item.application_id, Conflict.person_id == person_id
    )
    if session.exec(conflict).first() is not None:
        raise UserError(f"{juror.name} se excusó de esta postulación: no participa ni vota.")


def _item(session: Session, meeting: Meeting, folio: str) -> AgendaItem:
    item = session.exec(
        select(AgendaItem).join(Application).where(AgendaItem.meeting_id == meeting.id, Application.folio == folio)
    ).first()
    if item is None:
        raise UserError(f"«{folio}» no está en el orden del día.")
    return item


def _item_at(session: Session, meeting: Meeting, position: int) -> AgendaItem | None:
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.position == position)
    return session.exec(query).first()
