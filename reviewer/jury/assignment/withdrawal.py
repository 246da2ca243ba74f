"""A juror who leaves a call: submitted reviews stay, the other applications go to other jurors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in
from reviewer.call.transactions import write_call
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session
from reviewer.core.errors import UserError
from reviewer.core.reasons import limit_reason
from reviewer.jury.assignment import plan as assignment_plan
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.assignment import workload
from reviewer.jury.assignment.greedy import deal
from reviewer.jury.assignment.members import get_or_add_member, require_juror
from reviewer.jury.assignment.plan import Plan
from reviewer.jury.assignment.rebalancing import Need
from reviewer.jury.assignment.workload import AssignmentState, Pair, load_state
from reviewer.models import Application, Assignment, Call, Review, ReviewStatus
from reviewer.models.scopes import CURRENT_APPLICATION, OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT


@dataclass(frozen=True)
class Withdrawal:
    """What a juror's leaving means. Shortages in ``plan`` do not prevent it."""

    name: str
    submitted: int
    begun: int
    pending: int
    plan: Plan


@verb(Action.RUN_JURY)
def preview_withdrawal(
    viewer: Actor, *, slug: str, person_id: int, hand_on_begun: bool, successor: int | None = None
) -> Withdrawal:
    """Returns who would take what the juror has not submitted.

    The ``successor`` takes as much as limits and conflicts allow, the other jurors take the rest.
    """
    require(viewer, Action.RUN_JURY)
    with read_session() as session:
        return _plan_withdrawal(session, call_in(session, slug), person_id, hand_on_begun, successor)[0]


@verb(Action.RUN_JURY)
def withdraw_juror(
    actor: Actor,
    *,
    slug: str,
    person_id: int,
    hand_on_begun: bool,
    successor: int | None = None,
    reason: str = "",
) -> Withdrawal:
    """Carries it out. Begun reviews stay with the juror unless they are handed on; nothing is deleted."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        reason = limit_reason(reason)
        advisory_lock(session, f"assign {slug}")
        withdrawal, state = _plan_withdrawal(session, call, person_id, hand_on_begun, successor)
        get_or_add_member(session, call, person_id).left_at = clock.now()
        workload.close_assignments(session, withdrawal.plan.withdrawn)
        workload.add_assignments(session, state, withdrawal.plan.pairs)
        facts = {"person": person_id, "successor": successor, "begun": withdrawal.begun, "reason": reason}
        assignment_service.record_plan(
            session, actor, "leave", withdrawal.plan, **facts, gaps=len(withdrawal.plan.shortages)
        )
        return withdrawal


@verb(Action.RUN_JURY)
def reinstate_juror(actor: Actor, *, slug: str, person_id: int) -> None:
    """Lets a juror read in this call again; what went to other jurors stays with them."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        require_juror(session, person_id)
        member = get_or_add_member(session, call, person_id)
        if member.left_at is not None:
            member.left_at = None
            log.record(session, actor, "panel.return", "person", person_id, {"call": slug})


def _plan_withdrawal(
    session: Session, call: Call, person_id: int, hand_on_begun: bool, successor: int | None
) -> tuple[Withdrawal, AssignmentState]:
    person = require_juror(session, person_id)
    open_assignments = _open_assignments(session, call, person_id)
    by_status = {
        status: [pair for pair, pair_status in open_assignments if pair_status is status]
        for status in (None, *ReviewStatus)
    }
    begun = by_status[ReviewStatus.BEGUN]
    reassigned = [*by_status[None], *(begun if hand_on_begun else ())]
    state = load_state(session, call, leaving={person_id})
    plan = _plan_reassignment(state, reassigned, successor)
    counts = (len(by_status[ReviewStatus.SUBMITTED]), len(begun), len(by_status[None]))
    return Withdrawal(person.name, *counts, plan), state


def _plan_reassignment(state: AssignmentState, reassigned: Sequence[Pair], successor: int | None) -> Plan:
    """Returns a plan that gives one reader to each application taken away and moves nothing else."""
    needing_reader = {application_id for application_id, _ in reassigned} - state.anchors
    needs = {
        application_id: state.need(application_id, application_id in needing_reader) for application_id in state.folios
    }
    loads = list(state.loads)
    if successor is not None:
        _assign_to(state, needs, loads, successor)
    remaining_needs = [
        Need(need.still_missing, need.readers | set(need.new_readers), need.barred) for need in needs.values()
    ]
    outcome = deal(remaining_needs, loads, limits=state.limits, seed=state.seed)
    for need, remaining_need in zip(needs.values(), remaining_needs, strict=True):
        need.new_readers += remaining_need.new_readers
    return assignment_plan.build_plan(state, needs, outcome, reviews=1, withdrawn=reassigned)


def _assign_to(state: AssignmentState, needs: dict[int, Need], loads: list[int], successor: int) -> None:
    if successor not in state.numbers:
        raise UserError("Quien la sustituye tiene que estar en el jurado y poder leer.")
    number = state.numbers[successor]
    for need in needs.values():
        if need.still_missing and need.can_be_read_by(number) and loads[number] < state.limits[number]:
            need.new_readers.append(number)
            loads[number] += 1


def _open_assignments(session: Session, call: Call, person_id: int) -> list[tuple[Pair, ReviewStatus | None]]:
    query: Any = (
        select(Assignment.application_id, Assignment.person_id, Review.status)
        .join(Application, col(Application.id) == Assignment.application_id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
        .where(Assignment.call_id == call.id, Assignment.person_id == person_id)
        .where(OPEN_ASSIGNMENT, CURRENT_APPLICATION)
    )
    return [((application, person), status) for application, person, status in session.exec(query)]
