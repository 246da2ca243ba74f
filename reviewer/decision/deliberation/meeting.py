"""Opening and closing a meeting of the jury, and who is at it."""

from typing import Any

from sqlmodel import Session, col, func, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, spec_of
from reviewer.database import advisory_lock, writing
from reviewer.decision.call_ranking import compute, ranking_of
from reviewer.decision.lots import lot
from reviewer.decision.ranking import Ranked, Ranking
from reviewer.errors import Refused
from reviewer.models import (
    AgendaItem,
    Application,
    ApplicationStatus,
    Attendance,
    Call,
    Meeting,
    Ordering,
    PanelMember,
    Person,
    Role,
)

LONGEST_PLACE, LONGEST_NAME = 200, 120
CAPACITIES = {Role.JURY: "Jurado", Role.COORDINATOR: "Coordinación", Role.ADMIN: "Administración"}


def open_meeting(actor: Actor, *, call: str, place: str, ordering: Ordering, around: int) -> None:
    """Opens a meeting whose agenda is the ``around`` applications on each side of the cut line.

    The agenda's order is fixed here: by ranking, by lot (from the published seed), or by folio. Refused
    where one is open already, or nothing was ranked.
    """
    require(actor, Action.DELIBERATE)
    place = place.strip()
    if not place or len(place) > LONGEST_PLACE:
        raise Refused(f"Escriba el lugar de la sesión, en menos de {LONGEST_PLACE} caracteres.")
    if around < 0:
        raise Refused("A cada lado del corte van cero o más postulaciones.")
    compute(actor, call=call)  # kept from here on, so that the transaction only reads it
    with writing() as session:
        stored = call_to_change(session, actor, call)
        advisory_lock(session, f"meeting {call}")
        if open_in(session, stored) is not None:
            raise Refused("Ya hay una sesión abierta: recargue la página para entrar en ella.")
        ranking = ranking_of(session, stored)
        if ranking is None:
            raise Refused("No hay ningún dictamen enviado: no hay nada que deliberar.")
        meeting = Meeting(call_id=stored.id or 0, place=place, ordering=ordering, opened_by=actor.person_id)
        session.add(meeting)
        session.flush()
        near = _in_order(_near_the_cut(ranking, around), ordering, spec_of(stored))
        add_items(session, stored, meeting, near, first=1)
        meeting.showing = 1 if near else 0
        facts = {"ordering": ordering.value, "around": around, "items": len(near)}
        audit.record(session, actor, "meeting.open", "call", call, facts)


def close_meeting(actor: Actor, *, call: str) -> None:
    """Ends the open meeting; what was not decided stays as the selection has it."""
    require(actor, Action.DELIBERATE)
    with writing() as session:
        stored = call_to_change(session, actor, call)
        meeting = the_open(session, stored)
        meeting.ended_at = clock.now()
        audit.record(session, actor, "meeting.close", "call", call, {"meeting": meeting.id})


def set_present(actor: Actor, *, call: str, person_id: int, present: bool) -> None:
    """Notes that somebody came, or left. Who came back counts as present from when she first came."""
    require(actor, Action.DELIBERATE)
    with writing() as session:
        stored = call_to_change(session, actor, call)
        meeting = the_open(session, stored)
        person = session.get(Person, person_id)
        if person is None or (present and not _may_come(session, stored, person)):
            raise Refused("Esa persona no es parte del jurado de esta convocatoria ni de la coordinación.")
        advisory_lock(session, f"attendance {meeting.id}")
        known = session.exec(
            select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.person_id == person_id)
        ).first()
        if present == (known is not None and known.left_at is None):
            return
        if known is None:
            capacity = CAPACITIES[person.role]
            known = Attendance(
                meeting_id=meeting.id or 0, person_id=person_id, name=person.name, capacity=capacity
            )
        known.left_at = None if present else clock.now()
        session.add(known)
        what = "attendance.arrive" if present else "attendance.leave"
        audit.record(session, actor, what, "person", person_id, {"call": call})


def panel_of(call: Call) -> Any:
    """The ids of who is on a call's jury, as a subquery: every juror who may enter and did not leave it."""
    left = select(PanelMember.person_id).where(
        PanelMember.call_id == call.id, col(PanelMember.left_at).is_not(None)
    )
    return select(Person.id).where(Person.role == Role.JURY, col(Person.active), col(Person.id).not_in(left))


def _may_come(session: Session, call: Call, person: Person) -> bool:
    if person.role is Role.COORDINATOR:
        return person.active
    return session.exec(panel_of(call).where(Person.id == person.id)).first() is not None


def add_guest(actor: Actor, *, call: str, name: str, capacity: str) -> None:
    """Notes somebody without log-in who is at the meeting, such as an observer; she has no vote."""
    require(actor, Action.DELIBERATE)
    name, capacity = name.strip(), capacity.strip()
    if not name or not capacity or max(len(name), len(capacity)) > LONGEST_NAME:
        raise Refused(
            f"Escriba el nombre y en qué calidad asiste, en menos de {LONGEST_NAME} caracteres cada uno."
        )
    with writing() as session:
        meeting = the_open(session, call_to_change(session, actor, call))
        session.add(Attendance(meeting_id=meeting.id or 0, name=name, capacity=capacity))
        audit.record(session, actor, "attendance.guest", "call", call)


def remove_guest(actor: Actor, *, call: str, attendance_id: int) -> None:
    """Takes away a guest who was noted by mistake."""
    require(actor, Action.DELIBERATE)
    with writing() as session:
        meeting = the_open(session, call_to_change(session, actor, call))
        guest = session.get(Attendance, attendance_id)
        if guest is None or guest.meeting_id != meeting.id or guest.person_id is not None:
            raise Refused("Esa persona ya no está en la lista.")
        session.delete(guest)
        audit.record(session, actor, "attendance.remove", "call", call)


def call_to_change(session: Session, actor: Actor, slug: str) -> Call:
    """The call, where its phase lets this actor deliberate now."""
    call = session.exec(select(Call).where(Call.slug == slug)).first()
    if call is None:
        raise Refused(f"No hay una convocatoria «{slug}».")
    require(actor, Action.DELIBERATE, call.phase)
    return call


def open_in(session: Session, call: Call) -> Meeting | None:
    """The open meeting of a call."""
    query = select(Meeting).where(Meeting.call_id == call.id, col(Meeting.ended_at).is_(None))
    return session.exec(query).first()


def the_open(session: Session, call: Call) -> Meeting:
    """The open meeting of a call; refused where there is none."""
    meeting = open_in(session, call)
    if meeting is None:
        raise Refused("La sesión ya terminó: abra otra para seguir.")
    return meeting


def add_items(session: Session, call: Call, meeting: Meeting, ranked: list[Ranked], *, first: int) -> None:
    """Puts applications on the agenda, from position ``first`` on, in the order given."""
    folios = [each.application for each in ranked]
    query = select(Application.folio, Application.id).where(
        Application.call_id == call.id,
        Application.status == ApplicationStatus.CURRENT,
        col(Application.folio).in_(folios),
    )
    numbers: dict[str, Any] = dict(session.exec(query).all())
    session.add_all(
        AgendaItem(
            meeting_id=meeting.id or 0,
            application_id=numbers[each.application],
            position=position,
            rank=each.rank,
            estimate=each.estimate,
            raw_mean=each.raw_mean,
            p_selected=each.p_selected,
            readings=each.reviews,
        )
        for position, each in enumerate(ranked, start=first)
    )


def add_to_agenda(actor: Actor, *, call: str, folio: str) -> int:
    """Puts one more application at the agenda's end; its position, where it is there already that one."""
    require(actor, Action.DELIBERATE)
    folio = folio.strip().upper()
    with writing() as session:
        stored = call_to_change(session, actor, call)
        meeting = the_open(session, stored)
        advisory_lock(session, f"agenda {meeting.id}")
        known = session.exec(
            select(AgendaItem.position)
            .join(Application)
            .where(AgendaItem.meeting_id == meeting.id, Application.folio == folio)
        ).first()
        if known is not None:
            return known
        ranking = ranking_of(session, stored)
        found = [each for each in (ranking.ranking if ranking else ()) if each.application == folio]
        if not found:
            raise Refused(f"«{folio}» no está en el ranking: revise el folio.")
        last = session.exec(
            select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id)
        ).one()
        position = (last or 0) + 1
        add_items(session, stored, meeting, found, first=position)
        audit.record(session, actor, "agenda.add", "call", call, {"folio": folio, "position": position})
        return position


def _near_the_cut(ranking: Ranking, around: int) -> list[Ranked]:
    return [each for each in ranking.ranking if ranking.seats - around < each.rank <= ranking.seats + around]


def _in_order(near: list[Ranked], ordering: Ordering, spec: CallSpec) -> list[Ranked]:
    if ordering is Ordering.FOLIO:
        return sorted(near, key=lambda each: each.application)
    if ordering is Ordering.LOTTERY:
        seed = spec.decision.lottery_seed
        return sorted(near, key=lambda each: (-lot(seed, each.application), each.application))
    return near
