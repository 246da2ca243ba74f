"""Scenarios: made, their rules edited, named, copied, thrown away, and one of them put in force."""

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
from reviewer.decision.selection.record import Selection, is_signed, selection_of
from reviewer.decision.selection.rules import parse_rule, to_dict
from reviewer.decision.selection.service import compute
from reviewer.decision.selection.transaction import (
    bump_version,
    is_name_taken,
    load_scenario,
    lock_for_change,
    normalise_name,
    record_event,
    require_unsigned,
    unused_name,
)
from reviewer.models import HandChange, Placement, Scenario, require_id
from reviewer.models.scopes import scenario_in_force


@verb(Action.SELECT)
def create(
    actor: Actor, *, slug: str, name: str = "", rules: Sequence[RepresentationRule] | None = None
) -> str:
    """A new scenario with these rules (else the call's own), still without a cohort: its public id."""
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
        record_event(
            session, actor, "scenario.create", scenario, {"name": scenario.name, "rules": len(initial_rules)}
        )
        return scenario.public_id


@verb(Action.SELECT)
def set_rules(actor: Actor, *, public_id: str, rules: Sequence[dict[str, Any]], version: int) -> None:
    """Keeps a scenario's rules as edited; its cohort stays what it was until ``compute``.

    Raises ``UserError`` for a rule without sense, ``Stale`` where somebody changed the scenario meanwhile.
    """
    with write_session() as session:
        scenario, call = lock_for_change(session, actor, public_id, version)
        parsed = [parse_rule(rule, spec_of(call)) for rule in rules]
        scenario.rules = [to_dict(rule) for rule in parsed]
        scenario.report = {key: value for key, value in scenario.report.items() if key != "conflict"}
        bump_version(session, scenario)
        record_event(session, actor, "scenario.rules", scenario, {"rules": len(parsed)})


@verb(Action.SELECT)
def put_in_force(actor: Actor, *, public_id: str) -> None:
    """Makes this scenario the one in force. Refused once an acta was signed, or without a cohort."""
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
    """Gives a scenario another name. Refused where another of the call has it."""
    with write_session() as session:
        scenario, call = lock_for_change(session, actor, public_id, None)
        new_name = normalise_name(name)
        if not new_name:
            raise UserError("Escriba un nombre para el escenario.")
        if new_name != scenario.name and is_name_taken(session, call, new_name):
            raise UserError(f"Ya hay un escenario «{new_name}»: elija otro nombre.")
        record_event(
            session, actor, "scenario.rename", scenario, {"before": scenario.name, "after": new_name}
        )
        scenario.name = new_name
        session.add(scenario)


@verb(Action.SELECT)
def copy(actor: Actor, *, public_id: str, name: str = "") -> str:
    """A new scenario with the same rules, without the changes by hand: its public id."""
    require(actor, Action.SELECT)
    with read_session() as session:
        scenario, call = load_scenario(session, public_id)
    rules = [parse_rule(rule, spec_of(call)) for rule in scenario.rules]
    return create(actor, slug=call.slug, name=name or scenario.name, rules=rules)


@verb(Action.SELECT)
def remove(actor: Actor, *, public_id: str) -> None:
    """Throws a scenario away. Refused for the one in force, and for one that an acta was made from."""
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
    """Computes a cohort by the call's own rules, keeps it as a scenario, in force while none was signed.

    A scenario that says the same already, without changes by hand, is taken rather than made twice.
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
        selections = [
            selection_of(session, scenario) for scenario in session.exec(query.order_by(col(Scenario.id)))
        ]
    for selection in selections:
        if not selection.changes and selection.comparable_content == proposed.comparable_content:
            return selection
    return None
