"""Changes to scenarios: create, edit rules, rename, copy, delete, put in force."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import RepresentationRule, call_for, get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import InfrastructureError, UserError
from reviewer.decision.selection.optimisation.rules import parse_rules, to_dict
from reviewer.decision.selection.record import Selection, is_signed, selection_of
from reviewer.decision.selection.service import compute
from reviewer.decision.selection.transaction import (
    is_name_taken,
    load_scenario,
    lock_for_change,
    normalise_name,
    record_change,
    record_event,
    require_unsigned,
    unused_name,
)
from reviewer.models import HandChange, Placement, Scenario, require_id
from reviewer.models.scopes import scenario_in_force


@verb(Action.SELECT)
def create(actor: Actor, *, slug: str, name: str = "", rules: Sequence[RepresentationRule] | None = None) -> str:
    """Creates a scenario with these rules, or the call's own, and without a cohort; returns its public id."""
    call = call_for(actor, Action.SELECT, slug)
    spec = spec_of(call)
    initial_rules = spec.representation if rules is None else rules
    with write_session() as session:
        advisory_lock(session, f"selection {slug}")
        scenario = Scenario(
            call_id=require_id(call),
            name=unused_name(session, call, name),
            rules=[to_dict(rule) for rule in initial_rules],
            seed=spec.decision.lottery_seed,
            created_by=actor.person_id,
        )
        session.add(scenario)
        session.flush()
        facts = {"name": scenario.name, "rules": len(initial_rules)}
        record_event(session, actor, "scenario.create", scenario, facts)
        return scenario.public_id


@verb(Action.SELECT)
def set_rules(actor: Actor, *, public_id: str, rules: Sequence[dict[str, Any]], version: int) -> None:
    """Stores a scenario's edited rules; its cohort stays the same until ``compute``.

    Raises ``UserError`` for a faulty rule, ``StaleWrite`` where somebody changed the scenario meanwhile.
    """
    with write_session() as session:
        scenario, call = lock_for_change(session, actor, public_id, version)
        parsed = parse_rules(rules, spec_of(call))
        scenario.rules = [to_dict(rule) for rule in parsed]
        scenario.report = {key: value for key, value in scenario.report.items() if key != "conflict"}
        record_change(session, actor, "scenario.rules", scenario, {"rules": len(parsed)})


@verb(Action.SELECT)
def put_in_force(actor: Actor, *, public_id: str) -> None:
    """Puts this scenario in force. Raises ``UserError`` once an acta was signed, or without a cohort."""
    require(actor, Action.SELECT)
    with write_session() as session:
        advisory_lock(session, f"selection {load_scenario(session, public_id)[1].slug}")
        scenario, call = lock_for_change(session, actor, public_id, None)
        require_unsigned(session, call)
        if not scenario.proposal:
            raise UserError("Este escenario todavía no tiene una propuesta: calcúlela primero.")
        in_force = select(Scenario).where(scenario_in_force(call), Scenario.id != scenario.id)
        for previous in session.exec(in_force):
            previous.in_force_since = None
            session.add(previous)
        session.flush()
        scenario.in_force_since = scenario.in_force_since or clock.now()
        session.add(scenario)
        record_event(session, actor, "scenario.in_force", scenario, {"name": scenario.name})


@verb(Action.SELECT)
def rename(actor: Actor, *, public_id: str, name: str) -> None:
    """Renames a scenario. Raises ``UserError`` where another one of the call has the name."""
    with write_session() as session:
        scenario, call = lock_for_change(session, actor, public_id, None)
        new_name = normalise_name(name)
        if not new_name:
            raise UserError("Escriba un nombre para el escenario.")
        if new_name != scenario.name and is_name_taken(session, call, new_name):
            raise UserError(f"Ya hay un escenario «{new_name}»: elija otro nombre.")
        facts = {"before": scenario.name, "after": new_name}
        record_event(session, actor, "scenario.rename", scenario, facts)
        scenario.name = new_name
        session.add(scenario)


@verb(Action.SELECT)
def copy(actor: Actor, *, public_id: str, name: str = "") -> str:
    """Creates a scenario with the same rules and no changes by hand; returns its public id."""
    require(actor, Action.SELECT)
    with read_session() as session:
        scenario, call = load_scenario(session, public_id)
    rules = parse_rules(scenario.rules, spec_of(call))
    return create(actor, slug=call.slug, name=name or scenario.name, rules=rules)


@verb(Action.SELECT)
def remove(actor: Actor, *, public_id: str) -> None:
    """Deletes a scenario. Raises ``UserError`` for the one in force, and for one that an acta refers to."""
    with _refuse_if_in_acta(), write_session() as session:
        scenario, _ = lock_for_change(session, actor, public_id, None)
        if scenario.in_force_since is not None:
            raise UserError("El escenario vigente no se puede borrar: ponga antes otro en vigor.")
        record_event(session, actor, "scenario.remove", scenario, {"name": scenario.name})
        for table in (Placement, HandChange):
            session.exec(delete(table).where(col(table.scenario_id) == scenario.id))
        session.delete(scenario)


@contextmanager
def _refuse_if_in_acta() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise UserError("Hay un acta hecha con este escenario: se conserva.") from error


@verb(Action.SELECT)
def propose_for_call(actor: Actor, *, slug: str) -> Selection:
    """Computes a cohort by the call's own rules and stores it as a scenario.

    It is put in force while no acta was signed. A scenario with the same content and without changes by hand
    is reused.
    """
    public_id = create(actor, slug=slug)
    try:
        selection = compute(actor, public_id=public_id)
    except (UserError, InfrastructureError):
        remove(actor, public_id=public_id)
        raise
    existing = _equal_selection(selection, slug)
    if existing is not None:
        remove(actor, public_id=public_id)
        selection = existing
    with read_session() as session:
        signed = is_signed(session, get_call(slug))
    if not signed:
        put_in_force(actor, public_id=selection.public_id)
    return selection


def _equal_selection(proposed: Selection, slug: str) -> Selection | None:
    with read_session() as session:
        call = get_call(slug)
        query = select(Scenario).where(Scenario.call_id == call.id, Scenario.id != proposed.scenario_id)
        selections = [selection_of(session, scenario) for scenario in session.exec(query.order_by(col(Scenario.id)))]
    for selection in selections:
        if not selection.changes and selection.comparable_content == proposed.comparable_content:
            return selection
    return None
