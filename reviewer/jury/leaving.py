"""A juror who leaves a call: what she submitted stays, the rest goes to somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused
from reviewer.jury import assignment, plans, sharing
from reviewer.jury.dealing import Need, deal
from reviewer.jury.panel import call_in, member_in
from reviewer.jury.plans import Plan
from reviewer.jury.sharing import Pair, Sharing, gather
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    Person,
    Review,
    ReviewStatus,
    Role,
)


@dataclass(frozen=True)
class Departure:
    """What it means that she leaves. ``plan.short`` are gaps that nobody can fill: they do not keep her."""

    name: str
    submitted: int
    begun: int
    pending: int
    plan: Plan


def preview_leaving(
    viewer: Actor, *, call: str, person_id: int, hand_on_begun: bool, successor: int | None = None
) -> Departure:
    """Who would take what she has not submitted: the ``successor`` as far as she may, else everybody."""
    require(viewer, Action.RUN_JURY)
    with reading() as session:
        return _departure(session, call_in(session, call), person_id, hand_on_begun, successor)[0]


def leave(
    actor: Actor,
    *,
    call: str,
    person_id: int,
    hand_on_begun: bool,
    successor: int | None = None,
    reason: str = "",
) -> Departure:
    """Carries it out. Begun reviews stay hers to finish unless they are handed on; nothing is erased."""
    require(actor, Action.RUN_JURY)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        advisory_lock(session, f"assign {call}")
        departure, found = _departure(session, stored, person_id, hand_on_begun, successor)
        member_in(session, stored, person_id).left_at = clock.now()
        sharing.close(session, departure.plan.taken)
        sharing.give(session, found, departure.plan.pairs)
        facts = {"person": person_id, "successor": successor, "begun": departure.begun, "reason": reason}
        assignment.record(session, actor, "leave", departure.plan, **facts, gaps=len(departure.plan.short))
        return departure


def come_back(actor: Actor, *, call: str, person_id: int) -> None:
    """Lets her read in this call again; what went to others stays with them."""
    require(actor, Action.RUN_JURY)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        _juror(session, person_id)
        member = member_in(session, stored, person_id)
        if member.left_at is not None:
            member.left_at = None
            audit.record(session, actor, "panel.return", "person", person_id, {"call": call})


def _juror(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.role is not Role.JURY:
        raise Refused("Esa persona ya no está en el jurado: recargue la página.")
    return person


def _departure(
    session: Session, call: Call, person_id: int, hand_on_begun: bool, successor: int | None
) -> tuple[Departure, Sharing]:
    person = _juror(session, person_id)
    hers = _hers(session, call, person_id)
    by_status = {status: [pair for pair, its in hers if its is status] for status in (None, *ReviewStatus)}
    begun = by_status[ReviewStatus.BEGUN]
    taken = [*by_status[None], *(begun if hand_on_begun else ())]
    found = gather(session, call, leaving={person_id})
    plan = _handed_on(found, taken, successor)
    counts = (len(by_status[ReviewStatus.SUBMITTED]), len(begun), len(by_status[None]))
    return Departure(person.name, *counts, plan), found


def _handed_on(found: Sharing, taken: Sequence[Pair], successor: int | None) -> Plan:
    """A plan that gives each application taken from her one reader, and moves nothing else."""
    wanted = {application for application, _ in taken} - found.anchors
    needs = {each: found.need(each, each in wanted) for each in found.folios}
    loads = list(found.loads)
    if successor is not None:
        _give_to(found, needs, loads, successor)
    left = [Need(need.lacking, need.readers | set(need.given), need.barred) for need in needs.values()]
    outcome = deal(left, loads, limits=found.limits, seed=found.seed)
    for need, rest in zip(needs.values(), left, strict=True):
        need.given += rest.given
    return plans.made(found, needs, outcome, reviews=1, taken=taken)


def _give_to(found: Sharing, needs: dict[int, Need], loads: list[int], successor: int) -> None:
    place = next((n for n, each in enumerate(found.jurors) if each.person_id == successor), None)
    if place is None:
        raise Refused("Quien la sustituye tiene que estar en el jurado y poder leer.")
    for need in needs.values():
        if need.lacking and need.can_take(place) and loads[place] < found.limits[place]:
            need.given.append(place)
            loads[place] += 1


def _hers(session: Session, call: Call, person_id: int) -> list[tuple[Pair, ReviewStatus | None]]:
    query: Any = (
        select(Assignment.application_id, Assignment.person_id, Review.status)
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(
            Review,
            (col(Review.application_id) == Assignment.application_id)
            & (col(Review.person_id) == Assignment.person_id),
        )
        .where(Assignment.call_id == call.id, Assignment.person_id == person_id)
        .where(col(Assignment.closed_at).is_(None), Application.status == ApplicationStatus.CURRENT)
    )
    return [((application, person), status) for application, person, status in session.exec(query)]
