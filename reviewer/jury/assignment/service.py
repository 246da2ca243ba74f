"""Assignment of the eligible applications to the jury: previewed first, then carried out."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in, spec_of
from reviewer.call.transactions import write_call
from reviewer.core.database import advisory_lock, read_session
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_count
from reviewer.jury.assignment import plan as assignment_plan
from reviewer.jury.assignment import workload
from reviewer.jury.assignment.greedy import deal, level
from reviewer.jury.assignment.members import jurors_in
from reviewer.jury.assignment.plan import Plan
from reviewer.jury.assignment.rebalancing import Need
from reviewer.jury.assignment.workload import AssignmentState, Pair, load_state
from reviewer.models import Application, Assignment, Call
from reviewer.models.scopes import OPEN_ASSIGNMENT, eligible_of

MAX_AUDITED_FOLIOS = 2_000  # folios that one audit event names
PlanMaker = Callable[[Session, Call], tuple[Plan, AssignmentState]]


@dataclass(frozen=True)
class AssignmentSummary:
    """How far the assignment of a call has come; ``reviews`` is the readings of each application."""

    eligible: int
    assigned: int
    jurors: int
    reviews: int


@verb(Action.ASSIGN)
def assignment_summary(viewer: Actor, *, slug: str) -> AssignmentSummary:
    """Returns the eligible applications, those with all readers, active jurors and promised readers."""
    require(viewer, Action.ASSIGN)
    with read_session() as session:
        call = call_in(session, slug)
        reviews_per_application = spec_of(call).review.reviews_per_application
        fully_assigned = (
            select(Assignment.application_id)
            .where(Assignment.call_id == call.id, OPEN_ASSIGNMENT)
            .group_by(col(Assignment.application_id))
            .having(func.count() >= reviews_per_application)
        )
        eligible = select(func.count()).select_from(Application).where(eligible_of(call))
        return AssignmentSummary(
            eligible=session.exec(eligible).one(),
            assigned=session.exec(eligible.where(col(Application.id).in_(fully_assigned))).one(),
            jurors=len(jurors_in(session, call)),
            reviews=reviews_per_application,
        )


@verb(Action.ASSIGN)
def preview(viewer: Actor, *, slug: str, reviews: int | None = None) -> Plan:
    """Returns what ``assign`` would do now. Raises UserError with fewer jurors than readings."""
    return _preview(viewer, slug, lambda session, call: _plan_assignment(session, call, reviews))


@verb(Action.ASSIGN)
def assign(actor: Actor, *, slug: str, reviews: int | None = None) -> Plan:
    """Gives eligible applications the readers that they lack: ``reviews`` each, or what the call says.

    Loads stay within one of each other as far as limits and conflicts of interest allow. Existing assignments
    stay, so a second time changes nothing; only those that jurors who are away have not begun go to others.
    Raises UserError and changes nothing if an application cannot have all its readers.
    """
    return _carry_out(actor, slug, "deal", lambda session, call: _plan_assignment(session, call, reviews))


@verb(Action.ASSIGN)
def preview_level_loads(viewer: Actor, *, slug: str) -> Plan:
    """Returns what ``level_loads`` would move now."""
    return _preview(viewer, slug, _plan_levelling)


@verb(Action.ASSIGN)
def level_loads(actor: Actor, *, slug: str) -> Plan:
    """Moves as few unbegun applications as needed until loads are even and within limits."""
    return _carry_out(actor, slug, "even", _plan_levelling)


@verb(Action.ASSIGN)
def preview_additional(viewer: Actor, *, slug: str, folios: Sequence[str]) -> Plan:
    """Returns who would become an additional reader of these applications."""
    return _preview(viewer, slug, lambda session, call: _plan_additional(session, call, folios))


@verb(Action.ASSIGN)
def assign_additional(actor: Actor, *, slug: str, folios: Sequence[str]) -> Plan:
    """Gives these applications one more reader each.

    Raises UserError and changes nothing if one of them cannot have another.
    """
    return _carry_out(actor, slug, "further", lambda session, call: _plan_additional(session, call, folios))


def replace_readers(session: Session, call: Call, application_ids: Sequence[int]) -> Plan:
    """Gives applications that lost a reader another one, if there is any, in the caller's transaction."""
    advisory_lock(session, f"assign {call.slug}")
    state = load_state(session, call, only=application_ids)
    needs = {
        application_id: state.need(application_id, application_id not in state.anchors)
        for application_id in state.folios
    }
    plan = _plan_deal(state, needs, reviews=1)
    workload.add_assignments(session, state, plan.pairs)
    return plan


def record_plan(session: Session, actor: Actor, action: str, plan: Plan, **facts: object) -> None:
    """Records the audit event of a plan that was carried out."""
    detail: dict[str, object] = {
        "reviews": plan.reviews,
        "created": len(plan.pairs),
        "taken": len(plan.withdrawn),
        "jurors": sum(bool(load.added or load.withdrawn) for load in plan.loads),
    }
    if len(plan.folios) <= MAX_AUDITED_FOLIOS:
        detail["folios"] = list(plan.folios)
    log.record(session, actor, f"assignment.{action}", "call", plan.slug, {**detail, **facts})


def _preview(viewer: Actor, slug: str, make: PlanMaker) -> Plan:
    require(viewer, Action.ASSIGN)
    with read_session() as session:
        return make(session, call_in(session, slug))[0]


def _carry_out(actor: Actor, slug: str, action: str, make: PlanMaker) -> Plan:
    with write_call(actor, Action.ASSIGN, slug) as (session, call):
        advisory_lock(session, f"assign {slug}")
        plan, state = make(session, call)
        if plan.shortages:
            raise UserError(" ".join(plan.shortages))
        if plan.has_changes:
            workload.remove_unbegun(session, plan.withdrawn)
            workload.add_assignments(session, state, plan.pairs)
            record_plan(session, actor, action, plan)
        return plan


def _plan_assignment(session: Session, call: Call, reviews: int | None) -> tuple[Plan, AssignmentState]:
    reviews_per_application = reviews if reviews is not None else spec_of(call).review.reviews_per_application
    if reviews_per_application < 1:
        raise UserError("Cada postulación necesita al menos una lectura.")
    state = load_state(session, call)
    if len(state.jurors) < reviews_per_application:
        raise UserError(
            f"Cada postulación pide {format_count(reviews_per_application, 'lectura', 'lecturas')} "
            f"y en el jurado hay {format_count(len(state.jurors), 'persona activa', 'personas activas')}: "
            "agregue jurado o pida menos lecturas."
        )
    needs = {
        application_id: state.promised_need(application_id, reviews_per_application) for application_id in state.folios
    }
    return _plan_deal(state, needs, reviews=reviews_per_application, withdrawn=state.released), state


def _plan_additional(session: Session, call: Call, folios: Sequence[str]) -> tuple[Plan, AssignmentState]:
    state = load_state(session, call)
    ids_by_folio = {folio: application_id for application_id, folio in state.folios.items()}
    unknown = [folio for folio in folios if folio not in ids_by_folio]
    if unknown:
        raise UserError(f"No son postulaciones elegibles de esta convocatoria: {assignment_plan.join_first(unknown)}.")
    chosen_ids = {ids_by_folio[folio] for folio in folios}
    needs = {
        application_id: state.need(application_id, application_id in chosen_ids) for application_id in state.folios
    }
    return replace(_plan_deal(state, needs, reviews=1), applications=len(chosen_ids)), state


def _plan_levelling(session: Session, call: Call) -> tuple[Plan, AssignmentState]:
    state = load_state(session, call)
    movable_ids = state.folios.keys() - state.anchors
    movable = sorted(pair for pair in state.pending if pair[0] in movable_ids)
    movable_jurors: dict[int, list[int]] = defaultdict(list)
    for application_id, person_id in movable:
        movable_jurors[application_id].append(state.numbers[person_id])
        state.readers[application_id].discard(state.numbers[person_id])
    needs = {}
    for application_id in state.folios:
        needs[application_id] = state.need(application_id, len(movable_jurors[application_id]))
        needs[application_id].new_readers = movable_jurors[application_id]
    outcome = level(list(needs.values()), state.loads, limits=state.limits)
    assigned_pairs = {
        (application_id, state.jurors[number].person_id)
        for application_id, need in needs.items()
        for number in need.new_readers
    }
    withdrawn = [pair for pair in movable if pair not in assigned_pairs]
    return assignment_plan.build_plan(state, needs, outcome, reviews=1, withdrawn=withdrawn, existing=movable), state


def _plan_deal(state: AssignmentState, needs: dict[int, Need], *, reviews: int, withdrawn: Sequence[Pair] = ()) -> Plan:
    outcome = deal(list(needs.values()), state.loads, limits=state.limits, seed=state.seed)
    return assignment_plan.build_plan(state, needs, outcome, reviews=reviews, withdrawn=withdrawn)
