"""Sharing the eligible applications out among the jury: seen first, then carried out."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, func, select

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused
from reviewer.jury import plans, sharing
from reviewer.jury.dealing import Need, deal, level
from reviewer.jury.panel import call_in, jurors_in
from reviewer.jury.plans import Plan
from reviewer.jury.sharing import Pair, Sharing, gather, is_eligible
from reviewer.models import Application, Assignment, Call
from reviewer.words import counted

MOST_FOLIOS = 2_000  # folios that one audit event names
Maker = Callable[[Session, Call], tuple[Plan, Sharing]]


@dataclass(frozen=True)
class Standing:
    """How far the sharing out of a call has come."""

    eligible: int
    assigned: int
    jurors: int
    reviews: int


def standing(viewer: Actor, *, call: str) -> Standing:
    """Eligible applications, how many of them have all their readers, active jurors, readers wanted."""
    require(viewer, Action.ASSIGN)
    with reading() as session:
        stored = call_in(session, call)
        wanted = spec_of(stored).review.reviews_per_application
        open_ones = col(Assignment.closed_at).is_(None)
        full = (
            select(Assignment.application_id)
            .where(Assignment.call_id == stored.id, open_ones)
            .group_by(col(Assignment.application_id))
            .having(func.count() >= wanted)
        )
        eligible = select(func.count()).select_from(Application).where(*is_eligible(stored))
        return Standing(
            eligible=session.exec(eligible).one(),
            assigned=session.exec(eligible.where(col(Application.id).in_(full))).one(),
            jurors=len(jurors_in(session, stored)),
            reviews=wanted,
        )


def preview(viewer: Actor, *, call: str, reviews: int | None = None) -> Plan:
    """What ``assign`` would make now. Raises ``Refused`` where there are fewer jurors than readings."""
    return _preview(viewer, call, lambda session, stored: _promised(session, stored, reviews))


def assign(actor: Actor, *, call: str, reviews: int | None = None) -> Plan:
    """Gives each eligible application the readers it lacks (``reviews`` each, else as the call says).

    Loads stay within one of each other as far as limits and conflicts of interest let them. What was given
    stays as it is, so that a second time changes nothing; only what jurors who are away never began goes to
    others. Raises ``Refused`` where an application can't have all its readers, having changed nothing.
    """
    return _carry_out(actor, call, "deal", lambda session, stored: _promised(session, stored, reviews))


def preview_levelling(viewer: Actor, *, call: str) -> Plan:
    """What ``even_out`` would move now."""
    return _preview(viewer, call, _levelled)


def even_out(actor: Actor, *, call: str) -> Plan:
    """Moves what nobody began, and as little of it as it takes, until loads are even and within limits."""
    return _carry_out(actor, call, "even", _levelled)


def preview_further(viewer: Actor, *, call: str, folios: Sequence[str]) -> Plan:
    """Who would be drawn as a further reader of each of these."""
    return _preview(viewer, call, lambda session, stored: _further(session, stored, folios))


def draw_further(actor: Actor, *, call: str, folios: Sequence[str]) -> Plan:
    """Gives each of these applications one reader more than it has.

    Raises ``Refused`` where one of them can't have another, having changed nothing.
    """
    return _carry_out(actor, call, "further", lambda session, stored: _further(session, stored, folios))


def pass_on(session: Session, call: Call, applications: Sequence[int]) -> Plan:
    """Gives applications that lost a reader another one at once, as far as there is anybody.

    For verbs that took it from her, in their transaction.
    """
    advisory_lock(session, f"assign {call.slug}")
    found = gather(session, call, only=applications)
    needs = {each: found.need(each, each not in found.anchors) for each in found.folios}
    plan = _dealt(found, needs, reviews=1)
    sharing.give(session, found, plan.pairs)
    return plan


def record(session: Session, actor: Actor, action: str, plan: Plan, **facts: object) -> None:
    """The audit event of a plan carried out."""
    known: dict[str, object] = {
        "reviews": plan.reviews,
        "created": len(plan.pairs),
        "taken": len(plan.taken),
        "jurors": sum(bool(each.added or each.taken) for each in plan.loads),
    }
    if len(plan.folios) <= MOST_FOLIOS:
        known["folios"] = list(plan.folios)
    audit.record(session, actor, f"assignment.{action}", "call", plan.call, {**known, **facts})


def _preview(viewer: Actor, call: str, make: Maker) -> Plan:
    require(viewer, Action.ASSIGN)
    with reading() as session:
        return make(session, call_in(session, call))[0]


def _carry_out(actor: Actor, call: str, action: str, make: Maker) -> Plan:
    require(actor, Action.ASSIGN)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.ASSIGN, stored.phase)
        advisory_lock(session, f"assign {call}")
        plan, found = make(session, stored)
        if plan.short:
            raise Refused(" ".join(plan.short))
        if plan.changes:
            sharing.withdraw(session, plan.taken)
            sharing.give(session, found, plan.pairs)
            record(session, actor, action, plan)
        return plan


def _promised(session: Session, call: Call, reviews: int | None) -> tuple[Plan, Sharing]:
    wanted = reviews if reviews is not None else spec_of(call).review.reviews_per_application
    if wanted < 1:
        raise Refused("Cada postulación necesita al menos una lectura.")
    found = gather(session, call)
    if len(found.jurors) < wanted:
        raise Refused(
            f"Cada postulación pide {counted(wanted, 'lectura', 'lecturas')} y en el jurado hay "
            f"{counted(len(found.jurors), 'persona activa', 'personas activas')}: "
            "agregue jurado o pida menos lecturas."
        )
    needs = {each: found.promised(each, wanted) for each in found.folios}
    return _dealt(found, needs, reviews=wanted, taken=found.released), found


def _further(session: Session, call: Call, folios: Sequence[str]) -> tuple[Plan, Sharing]:
    found = gather(session, call)
    numbers = {folio: number for number, folio in found.folios.items()}
    unknown = [each for each in folios if each not in numbers]
    if unknown:
        raise Refused(f"No son postulaciones elegibles de esta convocatoria: {plans.named(unknown)}.")
    wanted = {numbers[each] for each in folios}
    needs = {each: found.need(each, each in wanted) for each in found.folios}
    return replace(_dealt(found, needs, reviews=1), applications=len(wanted)), found


def _levelled(session: Session, call: Call) -> tuple[Plan, Sharing]:
    found = gather(session, call)
    place = {each.person_id: number for number, each in enumerate(found.jurors)}
    movable = [
        pair for pair in sorted(found.pending) if pair[0] in found.folios and pair[0] not in found.anchors
    ]
    held: dict[int, list[int]] = defaultdict(list)
    for application, person in movable:
        held[application].append(place[person])
        found.readers[application].discard(place[person])
    needs = {}
    for each in found.folios:
        needs[each] = found.need(each, len(held[each]))
        needs[each].given = held[each]
    outcome = level(list(needs.values()), found.loads, limits=found.limits)
    given = {(each, found.jurors[juror].person_id) for each, need in needs.items() for juror in need.given}
    taken = [pair for pair in movable if pair not in given]
    return plans.made(found, needs, outcome, reviews=1, taken=taken, kept=movable), found


def _dealt(found: Sharing, needs: dict[int, Need], *, reviews: int, taken: Sequence[Pair] = ()) -> Plan:
    outcome = deal(list(needs.values()), found.loads, limits=found.limits, seed=found.seed)
    return plans.made(found, needs, outcome, reviews=reviews, taken=taken)
