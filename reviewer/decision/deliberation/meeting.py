"""Opening and closing a meeting of the jury, its agenda and attendance."""

from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, require, verb
from reviewer.audit import log
from reviewer.call.spec import CallSpec, call_in, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, write_session
from reviewer.core.errors import UserError
from reviewer.decision.lottery.lots import lot
from reviewer.decision.ranking.ranking import Ranking, RankingEntry
from reviewer.decision.ranking.service import compute, ranking_of
from reviewer.models import (
    AgendaItem,
    Application,
    Attendance,
    Call,
    Meeting,
    Ordering,
    PanelMember,
    Person,
    Role,
    require_id,
)
from reviewer.models.scopes import current_of

LONGEST_PLACE, LONGEST_NAME = 200, 120
CAPACITIES = {Role.JURY: "Jurado", Role.COORDINATOR: "Coordinación", Role.ADMIN: "Administración"}


@verb(Action.DELIBERATE)
def open_meeting(actor: Actor, *, slug: str, place: str, ordering: Ordering, per_side: int) -> None:
    """Opens a meeting whose agenda is the ``per_side`` applications on each side of the cut line.

    The order of the agenda is fixed here: by rank, by lot (from the published seed), or by folio. Raises
    ``UserError`` where a meeting is open already, or nothing was ranked.
    """
    require(actor, Action.DELIBERATE)
    place = place.strip()
    if not place or len(place) > LONGEST_PLACE:
        raise UserError(f"Escriba el lugar de la sesión, en menos de {LONGEST_PLACE} caracteres.")
    if per_side < 0:
        raise UserError("A cada lado del corte van cero o más postulaciones.")
    compute(actor, slug=slug)  # before the transaction, which then only reads the kept ranking
    with write_session() as session:
        stored = require_deliberating_call(session, actor, slug)
        advisory_lock(session, f"meeting {slug}")
        if find_open_meeting(session, stored) is not None:
            raise UserError("Ya hay una sesión abierta: recargue la página para entrar en ella.")
        ranking = ranking_of(session, stored)
        if ranking is None:
            raise UserError("No hay ningún dictamen enviado: no hay nada que deliberar.")
        opened_by = actor.person_id
        meeting = Meeting(call_id=require_id(stored), place=place, ordering=ordering, opened_by=opened_by)
        session.add(meeting)
        session.flush()
        near = _in_order(_near_the_cut(ranking, per_side), ordering, spec_of(stored))
        add_agenda_items(session, stored, meeting, near, first=1)
        meeting.showing = 1 if near else 0
        facts = {"ordering": ordering.value, "around": per_side, "items": len(near)}
        log.record(session, actor, "meeting.open", "call", slug, facts)


@verb(Action.DELIBERATE)
def close_meeting(actor: Actor, *, slug: str) -> None:
    """Ends the open meeting; what was not decided stays as in the selection."""
    require(actor, Action.DELIBERATE)
    with write_session() as session:
        stored = require_deliberating_call(session, actor, slug)
        meeting = require_open_meeting(session, stored)
        meeting.ended_at = clock.now()
        log.record(session, actor, "meeting.close", "call", slug, {"meeting": meeting.id})


@verb(Action.DELIBERATE)
def set_present(actor: Actor, *, slug: str, person_id: int, present: bool) -> None:
    """Records that somebody arrived or left; who returns counts from their first arrival."""
    require(actor, Action.DELIBERATE)
    with write_session() as session:
        stored = require_deliberating_call(session, actor, slug)
        meeting = require_open_meeting(session, stored)
        person = session.get(Person, person_id)
        if person is None or (present and not _may_attend(session, stored, person)):
            raise UserError("Esa persona no es parte del jurado de esta convocatoria ni de la coordinación.")
        advisory_lock(session, f"attendance {meeting.id}")
        attendance = session.exec(
            select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.person_id == person_id)
        ).first()
        if present == (attendance is not None and attendance.left_at is None):
            return
        if attendance is None:
            capacity = CAPACITIES[person.role]
            attendance = Attendance(
                meeting_id=require_id(meeting), person_id=person_id, name=person.name, capacity=capacity
            )
        attendance.left_at = None if present else clock.now()
        session.add(attendance)
        event_kind = "attendance.arrive" if present else "attendance.leave"
        log.record(session, actor, event_kind, "person", person_id, {"call": slug})


def panel_person_ids(call: Call) -> SelectOfScalar[int] | SelectOfScalar[None]:
    """Returns a query for the ids of the call's jurors: active and not withdrawn from it."""
    left_ids = select(PanelMember.person_id).where(
        PanelMember.call_id == call.id, col(PanelMember.left_at).is_not(None)
    )
    return select(Person.id).where(Person.role == Role.JURY, col(Person.active), col(Person.id).not_in(left_ids))


def _may_attend(session: Session, call: Call, person: Person) -> bool:
    if person.role is Role.COORDINATOR:
        return person.active
    return session.exec(panel_person_ids(call).where(Person.id == person.id)).first() is not None


@verb(Action.DELIBERATE)
def add_guest(actor: Actor, *, slug: str, name: str, capacity: str) -> None:
    """Records the attendance of somebody without an account, such as an observer, who has no vote."""
    require(actor, Action.DELIBERATE)
    name, capacity = name.strip(), capacity.strip()
    if not name or not capacity or max(len(name), len(capacity)) > LONGEST_NAME:
        limit = f"en menos de {LONGEST_NAME} caracteres cada uno"
        raise UserError(f"Escriba el nombre y en qué calidad asiste, {limit}.")
    with write_session() as session:
        meeting = require_open_meeting(session, require_deliberating_call(session, actor, slug))
        session.add(Attendance(meeting_id=require_id(meeting), name=name, capacity=capacity))
        log.record(session, actor, "attendance.guest", "call", slug)


@verb(Action.DELIBERATE)
def remove_guest(actor: Actor, *, slug: str, attendance_id: int) -> None:
    """Deletes a guest who was recorded by mistake."""
    require(actor, Action.DELIBERATE)
    with write_session() as session:
        meeting = require_open_meeting(session, require_deliberating_call(session, actor, slug))
        guest = session.get(Attendance, attendance_id)
        if guest is None or guest.meeting_id != meeting.id or guest.person_id is not None:
            raise UserError("Esa persona ya no está en la lista.")
        session.delete(guest)
        log.record(session, actor, "attendance.remove", "call", slug)


def require_deliberating_call(session: Session, actor: Actor, slug: str) -> Call:
    """Returns the call. Raises as ``require`` does where the actor can't deliberate in it now."""
    call = call_in(session, slug)
    require(actor, Action.DELIBERATE, call.phase)
    return call


def find_open_meeting(session: Session, call: Call) -> Meeting | None:
    """Returns the open meeting of a call; None where there is none."""
    query = select(Meeting).where(Meeting.call_id == call.id, col(Meeting.ended_at).is_(None))
    return session.exec(query).first()


@condition("Cases, attendance, votes and decisions are recorded only while a meeting of the committee is open.")
def require_open_meeting(session: Session, call: Call) -> Meeting:
    """Returns the open meeting of a call. Raises ``UserError`` where there is none."""
    meeting = find_open_meeting(session, call)
    if meeting is None:
        raise UserError("La sesión ya terminó: abra otra para seguir.")
    return meeting


def add_agenda_items(session: Session, call: Call, meeting: Meeting, ranked: list[RankingEntry], *, first: int) -> None:
    """Adds applications to the agenda in this order, from position ``first`` on."""
    folios = [row.application for row in ranked]
    query = select(Application.folio, Application.id).where(current_of(call), col(Application.folio).in_(folios))
    application_ids: dict[str, Any] = dict(session.exec(query).all())
    session.add_all(
        AgendaItem(
            meeting_id=require_id(meeting),
            application_id=application_ids[row.application],
            position=position,
            rank=row.rank,
            estimate=row.estimate,
            raw_mean=row.raw_mean,
            p_selected=row.p_selected,
            readings=row.reviews,
        )
        for position, row in enumerate(ranked, start=first)
    )


@verb(Action.DELIBERATE)
def add_to_agenda(actor: Actor, *, slug: str, folio: str) -> int:
    """Adds an application at the end of the agenda; returns its position, old or new."""
    require(actor, Action.DELIBERATE)
    folio = folio.strip().upper()
    with write_session() as session:
        stored = require_deliberating_call(session, actor, slug)
        meeting = require_open_meeting(session, stored)
        advisory_lock(session, f"agenda {meeting.id}")
        item = select(AgendaItem.position).where(AgendaItem.meeting_id == meeting.id)
        existing = session.exec(item.join(Application).where(Application.folio == folio)).first()
        if existing is not None:
            return existing
        ranking = ranking_of(session, stored)
        matching_rows = [row for row in (ranking.ranking if ranking else ()) if row.application == folio]
        if not matching_rows:
            raise UserError(f"«{folio}» no está en el ranking: revise el folio.")
        last = select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id)
        position = (session.exec(last).one() or 0) + 1
        add_agenda_items(session, stored, meeting, matching_rows, first=position)
        log.record(session, actor, "agenda.add", "call", slug, {"folio": folio, "position": position})
        return position


def _near_the_cut(ranking: Ranking, per_side: int) -> list[RankingEntry]:
    return [row for row in ranking.ranking if ranking.seats - per_side < row.rank <= ranking.seats + per_side]


def _in_order(near: list[RankingEntry], ordering: Ordering, spec: CallSpec) -> list[RankingEntry]:
    if ordering is Ordering.FOLIO:
        return sorted(near, key=lambda row: row.application)
    if ordering is Ordering.LOTTERY:
        seed = spec.decision.lottery_seed
        return sorted(near, key=lambda row: (-lot(seed, row.application), row.application))
    return near
