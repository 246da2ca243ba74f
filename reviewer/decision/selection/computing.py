"""A scenario's cohort: solved from its rules, and changed by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, delete, select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, RepresentationRule, spec_of
from reviewer.database import reading, writing
from reviewer.decision import call_ranking
from reviewer.decision.calibration import Tell, in_silence
from reviewer.decision.selection.conflict import Conflict
from reviewer.decision.selection.explanation import Conflicting, Explanation, Relaxation, explained
from reviewer.decision.selection.keeping import audited, changed, found_in, to_change
from reviewer.decision.selection.people import Standing, standing_of
from reviewer.decision.selection.problem import Cohort
from reviewer.decision.selection.proposal import costs, propose
from reviewer.decision.selection.record import Selection, basis_of, selection_of
from reviewer.decision.selection.rules import is_sensitive, parse_rule
from reviewer.decision.selection.settling import placements, rule_states, settle, warnings
from reviewer.decision.selection.ties import ties
from reviewer.errors import Refused, Stale
from reviewer.models import Call, ChangeKind, HandChange, Placement, Scenario


def compute(actor: Actor, *, scenario: str, tell: Tell = in_silence) -> Selection:
    """Solves a scenario's rules anew, its changes by hand kept on top.

    Raises ``Conflicting`` where the rules can't all hold (kept too, to be read on the page), ``Refused``
    where there is nobody to select. The ranking is computed first where it was not; ``tell`` hears which
    share of that is done.
    """
    require(actor, Action.SELECT)
    with reading() as session:
        found, call = found_in(session, scenario)
    require(actor, Action.SELECT, call.phase)
    ranking = call_ranking.compute(actor, call=call.slug, tell=tell)
    spec = spec_of(call)
    with reading() as session:
        rules = [parse_rule(each, spec) for each in found.rules]
        basis = basis_of(session, call)
        standing = standing_of(session, call, rules, ranking)
    outcome = propose(standing.problem)
    if isinstance(outcome, Conflict):
        explanation = explained(outcome, standing.problem, spec)
        _keep_conflict(actor, found, explanation)
        raise Conflicting(explanation)
    found_out = {"costs": _costs(standing, outcome, rules), "ties": _ties(standing, outcome)}
    with writing() as session:
        fresh, call = to_change(session, actor, scenario, found.version)
        keys = [each.key for each in spec.venues]
        folios = standing.problem.pool.folios
        fresh.proposal = {folios[p]: keys[v] for p, v in zip(outcome.people, outcome.venues, strict=True)}
        fresh.solved, fresh.seed, fresh.basis = found.rules, spec.decision.lottery_seed, basis
        fresh.computed_at = clock.now()
        _settle(session, fresh, standing, spec, found_out)
        changed(session, fresh)
        audited(session, actor, "scenario.compute", fresh, {"selected": len(fresh.proposal)})
        session.flush()
        return selection_of(session, fresh)


@dataclass(frozen=True)
class HandPlan:
    """A change by hand that may be carried out; what it needs is read before the write lock is taken."""

    scenario: str
    folio: str
    kind: ChangeKind
    venue: str
    reason: str
    version: int
    spec: CallSpec
    standing: Standing


def change_by_hand(
    actor: Actor, *, scenario: str, folio: str, kind: ChangeKind, venue: str = "", reason: str, version: int
) -> Selection:
    """Lets somebody in, takes her out, or sends her to another venue; whatever rules that breaks is shown.

    Raises ``Refused`` without a reason, and for somebody who can't be selected (ineligible, or never read).
    """
    plan = plan_change(
        actor, scenario=scenario, folio=folio, kind=kind, venue=venue, reason=reason, version=version
    )
    with writing() as session:
        return change_in(session, actor, plan)


def plan_change(
    actor: Actor, *, scenario: str, folio: str, kind: ChangeKind, venue: str = "", reason: str, version: int
) -> HandPlan:
    """``change_by_hand`` up to its transaction, for verbs that make a change in one of their own."""
    require(actor, Action.SELECT)
    if not reason.strip():
        raise Refused("Escriba el motivo del cambio: queda en el acta.")
    call, standing = _standing(actor, scenario)
    spec = spec_of(call)
    if kind is not ChangeKind.OUT and venue not in {each.key for each in spec.venues}:
        raise Refused("Elija la sede.")
    if kind is not ChangeKind.OUT and folio not in standing.problem.pool.folios:
        raise Refused(f"{folio} no puede seleccionarse: no es elegible o no tiene dictámenes enviados.")
    return HandPlan(scenario, folio, kind, venue, reason.strip(), version, spec, standing)


def change_in(session: Session, actor: Actor, plan: HandPlan) -> Selection:
    """Carries a planned change out in the caller's transaction."""
    found, _ = to_change(session, actor, plan.scenario, plan.version)
    _check_sense(session, found, plan.folio, plan.kind, plan.venue)
    session.add(
        HandChange(
            scenario_id=found.id or 0,
            folio=plan.folio,
            kind=plan.kind,
            venue="" if plan.kind is ChangeKind.OUT else plan.venue,
            reason=plan.reason,
            person_id=actor.person_id,
        )
    )
    session.flush()
    _settle(session, found, plan.standing, plan.spec)
    changed(session, found)
    facts = {"folio": plan.folio, "kind": plan.kind.value, "venue": plan.venue}
    audited(session, actor, "scenario.by_hand", found, facts)
    session.flush()
    return selection_of(session, found)


def undo_change(actor: Actor, *, scenario: str, change: int, version: int) -> Selection:
    """Takes a change by hand back."""
    call, standing = _standing(actor, scenario)
    with writing() as session:
        found, _ = to_change(session, actor, scenario, version)
        made = session.get(HandChange, change)
        if made is None or made.scenario_id != found.id:
            raise Stale("Ese cambio ya no está: vuelva a cargar la página.")
        session.delete(made)
        session.flush()
        _settle(session, found, standing, spec_of(call))
        changed(session, found)
        audited(session, actor, "scenario.undo", found, {"folio": made.folio, "kind": made.kind.value})
        session.flush()
        return selection_of(session, found)


def _check_sense(session: Session, found: Scenario, folio: str, kind: ChangeKind, venue: str) -> None:
    seats = {each.folio: each.venue for each in selection_of(session, found).selected}
    if kind is ChangeKind.IN and folio in seats:
        raise Refused(f"{folio} ya está en la selección.")
    if kind is not ChangeKind.IN and folio not in seats:
        raise Refused(f"{folio} no está en la selección.")
    if kind is ChangeKind.VENUE and seats[folio] == venue:
        raise Refused(f"{folio} ya está en esa sede.")


def _standing(actor: Actor, public_id: str) -> tuple[Call, Standing]:
    """What a scenario's cohort was computed from, as it is now; read before the write lock is taken."""
    require(actor, Action.SELECT)
    with reading() as session:
        found, call = found_in(session, public_id)
        require(actor, Action.SELECT, call.phase)
        if not found.proposal:
            raise Refused("Calcule primero la propuesta: los cambios a mano se hacen sobre ella.")
        spec = spec_of(call)
        return call, standing_of(session, call, [parse_rule(each, spec) for each in found.solved])


def _settle(
    session: Session,
    found: Scenario,
    standing: Standing,
    spec: CallSpec,
    of_proposal: dict[str, Any] | None = None,
) -> None:
    """Writes the placements and the report of a scenario, from its proposal and its changes by hand."""
    changes = session.exec(
        select(HandChange).where(HandChange.scenario_id == found.id).order_by(col(HandChange.id))
    ).all()
    settled = settle(standing, spec, found.proposal, changes)
    session.exec(delete(Placement).where(col(Placement.scenario_id) == found.id))
    session.add_all(placements(standing, spec, settled, found.id or 0))
    found.report = {
        "rules": rule_states(standing.problem.bounds, settled.cohort, spec),
        **(of_proposal or {key: found.report.get(key, []) for key in ("costs", "ties")}),
        "warnings": warnings(standing, spec, settled),
    }


def _costs(standing: Standing, cohort: Cohort, rules: Sequence[RepresentationRule]) -> list[dict[str, Any]]:
    if len(standing.problem.pool) <= standing.problem.total:
        return []
    folios = standing.problem.pool.folios
    priced = []
    for each in costs(standing.problem, cohort):
        entry: dict[str, Any] = {
            "rule": each.rule,
            "count": len(each.enters),
            "merit_per_seat": each.merit_per_seat,
        }
        if not is_sensitive(rules[each.rule]):
            entry["enters"] = [folios[person] for person in each.enters]
            entry["leaves"] = [folios[person] for person in each.leaves]
        priced.append(entry)
    return priced


def _ties(standing: Standing, cohort: Cohort) -> list[list[list[str]]]:
    folios = standing.problem.pool.folios
    return [
        [[folios[person] for person in each.people], [folios[person] for person in each.people[each.seated]]]
        for each in ties(standing.problem, cohort)
    ]


def _keep_conflict(actor: Actor, found: Scenario, explanation: Explanation) -> None:
    kept = {
        "core": list(explanation.core),
        "changes": [[each.rule, each.is_minimum, each.to, each.words] for each in explanation.changes],
    }
    with writing() as session:
        fresh, _ = to_change(session, actor, found.public_id, found.version)
        fresh.report = fresh.report | {"conflict": kept}
        session.add(fresh)
        audited(session, actor, "scenario.conflict", fresh, {"rules": len(explanation.core)})


def conflict_of(scenario: Scenario) -> Explanation | None:
    """Why the rules of a scenario, as edited, can't all hold; None where that is not known."""
    kept = scenario.report.get("conflict")
    if kept is None:
        return None
    return Explanation(tuple(kept["core"]), tuple(Relaxation(*each) for each in kept["changes"]))
