"""Scenarios: made, their rules edited, named, copied, thrown away, and one of them put in force."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import RepresentationRule, get_call, spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.decision.selection.computing import compute
from reviewer.decision.selection.keeping import (
    audited,
    changed,
    found_in,
    free_name,
    is_taken,
    refuse_signed,
    tidy,
    to_change,
)
from reviewer.decision.selection.record import Selection, is_signed, selection_of
from reviewer.decision.selection.rules import parse_rule, to_raw
from reviewer.errors import MachineFault, Refused
from reviewer.models import HandChange, Placement, Scenario


def create(
    actor: Actor, *, call: str, name: str = "", rules: Sequence[RepresentationRule] | None = None
) -> str:
    """A new scenario with these rules (else the call's own), still without a cohort: its public id."""
    stored = get_call(call)
    require(actor, Action.SELECT, stored.phase)
    spec = spec_of(stored)
    wanted = spec.representation if rules is None else rules
    with writing() as session:
        advisory_lock(session, f"selection {call}")
        scenario = Scenario(
            call_id=stored.id or 0,
            name=free_name(session, stored, name),
            rules=[to_raw(each) for each in wanted],
            seed=spec.decision.lottery_seed,
            created_by=actor.person_id,
        )
        session.add(scenario)
        session.flush()
        audited(session, actor, "scenario.create", scenario, {"name": scenario.name, "rules": len(wanted)})
        return scenario.public_id


def set_rules(actor: Actor, *, scenario: str, rules: Sequence[dict[str, Any]], version: int) -> None:
    """Keeps a scenario's rules as edited; its cohort stays what it was until ``compute``.

    Raises ``Refused`` for a rule without sense, ``Stale`` where somebody changed the scenario meanwhile.
    """
    with writing() as session:
        found, call = to_change(session, actor, scenario, version)
        parsed = [parse_rule(each, spec_of(call)) for each in rules]
        found.rules = [to_raw(each) for each in parsed]
        found.report = {key: value for key, value in found.report.items() if key != "conflict"}
        changed(session, found)
        audited(session, actor, "scenario.rules", found, {"rules": len(parsed)})


def put_in_force(actor: Actor, *, scenario: str) -> None:
    """Makes this scenario the one in force. Refused once an acta was signed, or without a cohort."""
    require(actor, Action.SELECT)
    with writing() as session:
        advisory_lock(session, f"selection {found_in(session, scenario)[1].slug}")
        found, call = to_change(session, actor, scenario, None)
        refuse_signed(session, call)
        if not found.proposal:
            raise Refused("Este escenario todavía no tiene una propuesta: calcúlela primero.")
        others = select(Scenario).where(
            Scenario.call_id == call.id, col(Scenario.in_force_since).is_not(None), Scenario.id != found.id
        )
        for other in session.exec(others):
            other.in_force_since = None
            session.add(other)
        session.flush()
        found.in_force_since = found.in_force_since or clock.now()
        session.add(found)
        audited(session, actor, "scenario.in_force", found, {"name": found.name})


def rename(actor: Actor, *, scenario: str, name: str) -> None:
    """Gives a scenario another name. Refused where another of the call has it."""
    with writing() as session:
        found, call = to_change(session, actor, scenario, None)
        wanted = tidy(name)
        if not wanted:
            raise Refused("Escriba un nombre para el escenario.")
        if wanted != found.name and is_taken(session, call, wanted):
            raise Refused(f"Ya hay un escenario «{wanted}»: elija otro nombre.")
        audited(session, actor, "scenario.rename", found, {"before": found.name, "after": wanted})
        found.name = wanted
        session.add(found)


def copy(actor: Actor, *, scenario: str, name: str = "") -> str:
    """A new scenario with the same rules, without the changes by hand: its public id."""
    require(actor, Action.SELECT)
    with reading() as session:
        found, call = found_in(session, scenario)
    rules = [parse_rule(each, spec_of(call)) for each in found.rules]
    return create(actor, call=call.slug, name=name or found.name, rules=rules)


def remove(actor: Actor, *, scenario: str) -> None:
    """Throws a scenario away. Refused for the one in force, and for one that an acta was made from."""
    with _kept_by_an_acta(), writing() as session:
        found, _ = to_change(session, actor, scenario, None)
        if found.in_force_since is not None:
            raise Refused("El escenario vigente no se puede borrar: ponga antes otro en vigor.")
        audited(session, actor, "scenario.remove", found, {"name": found.name})
        for table in (Placement, HandChange):
            session.exec(delete(table).where(col(table.scenario_id) == found.id))
        session.delete(found)


@contextmanager
def _kept_by_an_acta() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Refused("Hay un acta hecha con este escenario: se conserva.") from error


def propose_for_call(actor: Actor, *, call: str) -> Selection:
    """Computes a cohort by the call's own rules, keeps it as a scenario, in force while none was signed.

    A scenario that says the same already, without changes by hand, is taken rather than made twice.
    """
    public_id = create(actor, call=call)
    try:
        made = compute(actor, scenario=public_id)
    except (Refused, MachineFault):
        remove(actor, scenario=public_id)
        raise
    same = _same(made, call)
    if same is not None:
        remove(actor, scenario=public_id)
        made = same
    with reading() as session:
        signed = is_signed(session, get_call(call))
    if not signed:
        put_in_force(actor, scenario=made.public_id)
    return made


def _same(made: Selection, call: str) -> Selection | None:
    with reading() as session:
        stored = get_call(call)
        query = select(Scenario).where(Scenario.call_id == stored.id, Scenario.id != made.scenario_id)
        others = [selection_of(session, each) for each in session.exec(query.order_by(col(Scenario.id)))]
    for each in others:
        if not each.changes and each.what_it_says == made.what_it_says:
            return each
    return None
