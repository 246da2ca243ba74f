"""The cohort of a scenario: computed from its rules, and changed by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, delete, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import CallSpec, RepresentationRule, spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import StaleWrite, UserError
from reviewer.core.reasons import require_reason
from reviewer.decision.ranking import service as ranking_service
from reviewer.decision.ranking.calibration import ProgressCallback, no_progress
from reviewer.decision.selection.candidates import SelectionInput, load_selection_input
from reviewer.decision.selection.finalise import apply_changes, placements, rule_states, warnings
from reviewer.decision.selection.optimisation.infeasibility import (
    Explanation,
    Infeasibility,
    InfeasibleRules,
    Relaxation,
    explain,
)
from reviewer.decision.selection.optimisation.problem import Cohort
from reviewer.decision.selection.optimisation.proposal import costs, propose, ties
from reviewer.decision.selection.optimisation.rules import is_sensitive, parse_rules
from reviewer.decision.selection.record import Selection, basis_of, selection_of
from reviewer.decision.selection.transaction import load_scenario, lock_for_change, record_change, record_event
from reviewer.models import Call, ChangeKind, HandChange, Placement, Scenario, require_id


@verb(Action.SELECT)
def compute(actor: Actor, *, public_id: str, on_progress: ProgressCallback = no_progress) -> Selection:
    """Computes a scenario's cohort from its rules and applies its changes by hand to it.

    The ranking is computed first where it is out of date; ``on_progress`` is called with the share of that (0
    to 1). Raises ``InfeasibleRules``, which is stored for the page, or ``UserError`` where nobody can be
    selected.
    """
    require(actor, Action.SELECT)
    with read_session() as session:
        scenario, call = load_scenario(session, public_id)
    require(actor, Action.SELECT, call.phase)
    ranking = ranking_service.compute(actor, slug=call.slug, on_progress=on_progress)
    spec = spec_of(call)
    with read_session() as session:
        rules = parse_rules(scenario.rules, spec)
        basis = basis_of(session, call)
        selection_input = load_selection_input(session, call, rules, ranking)
    outcome = propose(selection_input.problem)
    if isinstance(outcome, Infeasibility):
        explanation = explain(outcome, selection_input.problem, spec)
        _save_conflict(actor, scenario, explanation)
        raise InfeasibleRules(explanation)
    folios, venue_keys = selection_input.problem.pool.folios, list(spec.venue_labels)
    with write_session() as session:
        stored, call = lock_for_change(session, actor, public_id, scenario.version)
        stored.proposal = {
            folios[person]: venue_keys[venue] for person, venue in zip(outcome.people, outcome.venues, strict=True)
        }
        stored.solved, stored.seed, stored.basis = scenario.rules, spec.decision.lottery_seed, basis
        stored.computed_at = clock.now()
        facts = {
            "costs": _cost_entries(selection_input, outcome, rules),
            "ties": _tie_entries(selection_input, outcome),
        }
        _write_placements(session, stored, selection_input, spec, facts)
        record_change(session, actor, "scenario.compute", stored, {"selected": len(stored.proposal)})
        return selection_of(session, stored)


@dataclass(frozen=True)
class HandChangePlan:
    """A change by hand that was checked, with the data it needs, read before the write lock."""

    public_id: str
    folio: str
    kind: ChangeKind
    venue: str
    reason: str
    version: int
    spec: CallSpec
    selection_input: SelectionInput


@verb(Action.SELECT)
def change_by_hand(
    actor: Actor, *, public_id: str, folio: str, kind: ChangeKind, venue: str = "", reason: str, version: int
) -> Selection:
    """Adds or removes somebody, or moves them to another venue, whatever rules that breaks.

    Raises ``UserError`` without a reason, and for somebody who can't be selected (ineligible, or never read).
    """
    plan = plan_change(actor, public_id=public_id, folio=folio, kind=kind, venue=venue, reason=reason, version=version)
    with write_session() as session:
        return apply_change(session, actor, plan)


@verb(Action.SELECT)
def plan_change(
    actor: Actor, *, public_id: str, folio: str, kind: ChangeKind, venue: str = "", reason: str, version: int
) -> HandChangePlan:
    """Checks a change by hand, for functions that apply it in a transaction of their own."""
    require(actor, Action.SELECT)
    reason = require_reason(reason, "el motivo del cambio", use="queda en el acta")
    call, selection_input = _load_input(actor, public_id)
    spec = spec_of(call)
    if kind is not ChangeKind.OUT and venue not in {call_venue.key for call_venue in spec.venues}:
        raise UserError("Elija la sede.")
    if kind is not ChangeKind.OUT and folio not in selection_input.problem.pool.folios:
        raise UserError(f"{folio} no puede seleccionarse: no es elegible o no tiene dictámenes enviados.")
    return HandChangePlan(public_id, folio, kind, venue, reason, version, spec, selection_input)


def apply_change(session: Session, actor: Actor, plan: HandChangePlan) -> Selection:
    """Applies a planned change in the caller's transaction."""
    scenario, _ = lock_for_change(session, actor, plan.public_id, plan.version)
    _check_change(session, scenario, plan.folio, plan.kind, plan.venue)
    session.add(
        HandChange(
            scenario_id=require_id(scenario),
            folio=plan.folio,
            kind=plan.kind,
            venue="" if plan.kind is ChangeKind.OUT else plan.venue,
            reason=plan.reason,
            person_id=actor.person_id,
        )
    )
    session.flush()
    _write_placements(session, scenario, plan.selection_input, plan.spec)
    facts = {"folio": plan.folio, "kind": plan.kind.value, "venue": plan.venue}
    record_change(session, actor, "scenario.by_hand", scenario, facts)
    return selection_of(session, scenario)


@verb(Action.SELECT)
def undo_change(actor: Actor, *, public_id: str, change_id: int, version: int) -> Selection:
    """Deletes a change by hand."""
    call, selection_input = _load_input(actor, public_id)
    with write_session() as session:
        scenario, _ = lock_for_change(session, actor, public_id, version)
        hand_change = session.get(HandChange, change_id)
        if hand_change is None or hand_change.scenario_id != scenario.id:
            raise StaleWrite("Ese cambio ya no está: vuelva a cargar la página.")
        session.delete(hand_change)
        session.flush()
        _write_placements(session, scenario, selection_input, spec_of(call))
        facts = {"folio": hand_change.folio, "kind": hand_change.kind.value}
        record_change(session, actor, "scenario.undo", scenario, facts)
        return selection_of(session, scenario)


def _check_change(session: Session, scenario: Scenario, folio: str, kind: ChangeKind, venue: str) -> None:
    seats = {place.folio: place.venue for place in selection_of(session, scenario).selected}
    if kind is ChangeKind.IN and folio in seats:
        raise UserError(f"{folio} ya está en la selección.")
    if kind is not ChangeKind.IN and folio not in seats:
        raise UserError(f"{folio} no está en la selección.")
    if kind is ChangeKind.VENUE and seats[folio] == venue:
        raise UserError(f"{folio} ya está en esa sede.")


def _load_input(actor: Actor, public_id: str) -> tuple[Call, SelectionInput]:
    """Returns the input of a scenario's cohort as it is now, read before the write lock is taken."""
    require(actor, Action.SELECT)
    with read_session() as session:
        scenario, call = load_scenario(session, public_id)
        require(actor, Action.SELECT, call.phase)
        if not scenario.proposal:
            raise UserError("Calcule primero la propuesta: los cambios a mano se hacen sobre ella.")
        spec = spec_of(call)
        return call, load_selection_input(session, call, parse_rules(scenario.solved, spec))


def _write_placements(
    session: Session,
    scenario: Scenario,
    selection_input: SelectionInput,
    spec: CallSpec,
    proposal_facts: dict[str, Any] | None = None,
) -> None:
    """Writes placements and report of a scenario from its proposal and its changes by hand."""
    changes = session.exec(
        select(HandChange).where(HandChange.scenario_id == scenario.id).order_by(col(HandChange.id))
    ).all()
    final_cohort = apply_changes(selection_input, spec, scenario.proposal, changes)
    session.exec(delete(Placement).where(col(Placement.scenario_id) == scenario.id))
    session.add_all(placements(selection_input, spec, final_cohort, require_id(scenario)))
    scenario.report = {
        "rules": rule_states(selection_input.problem.bounds, final_cohort.cohort, spec),
        **(proposal_facts or {key: scenario.report.get(key, []) for key in ("costs", "ties")}),
        "warnings": warnings(selection_input, spec, final_cohort),
    }


def _cost_entries(
    selection_input: SelectionInput, cohort: Cohort, rules: Sequence[RepresentationRule]
) -> list[dict[str, Any]]:
    if len(selection_input.problem.pool) <= selection_input.problem.total:
        return []
    folios = selection_input.problem.pool.folios
    entries: list[dict[str, Any]] = []
    for cost in costs(selection_input.problem, cohort):
        entries.append({"rule": cost.rule, "count": len(cost.enters), "merit_per_seat": cost.merit_per_seat})
        if not is_sensitive(rules[cost.rule]):
            entries[-1]["enters"] = [folios[person] for person in cost.enters]
            entries[-1]["leaves"] = [folios[person] for person in cost.leaves]
    return entries


def _tie_entries(selection_input: SelectionInput, cohort: Cohort) -> list[list[list[str]]]:
    folios = selection_input.problem.pool.folios
    return [
        [[folios[person] for person in tie.people], [folios[person] for person in tie.people[tie.seated]]]
        for tie in ties(selection_input.problem, cohort)
    ]


def _save_conflict(actor: Actor, scenario: Scenario, explanation: Explanation) -> None:
    changes = [[change.rule, change.is_minimum, change.to, change.text] for change in explanation.changes]
    conflict = {"core": list(explanation.core), "changes": changes}
    with write_session() as session:
        stored, _ = lock_for_change(session, actor, scenario.public_id, scenario.version)
        stored.report = stored.report | {"conflict": conflict}
        record_event(session, actor, "scenario.conflict", stored, {"rules": len(explanation.core)})


def stored_explanation(scenario: Scenario) -> Explanation | None:
    """Returns why the edited rules of a scenario can't all hold; None where that is not known."""
    conflict = scenario.report.get("conflict")
    if conflict is None:
        return None
    return Explanation(tuple(conflict["core"]), tuple(Relaxation(*change) for change in conflict["changes"]))
