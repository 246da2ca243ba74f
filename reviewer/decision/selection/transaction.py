"""What every change to a scenario begins and ends with: checks, version and audit event."""

from typing import Any

from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.audit import log
from reviewer.core.errors import StaleWrite, UserError
from reviewer.decision.selection.record import is_signed
from reviewer.models import Call, Scenario

MAX_NAME_LENGTH = 60


def load_scenario(session: Session, public_id: str) -> tuple[Scenario, Call]:
    """Returns a scenario and its call. Raises ``UserError`` where it does not exist any more."""
    row = session.exec(
        select(Scenario, Call).join(Call, col(Call.id) == Scenario.call_id).where(Scenario.public_id == public_id)
    ).first()
    if row is None:
        raise UserError("Ese escenario ya no está: elija otro.")
    return row[0], row[1]


def lock_for_change(session: Session, actor: Actor, public_id: str, version: int | None) -> tuple[Scenario, Call]:
    """Returns the scenario, locked, and its call.

    Raises ``Forbidden``, ``UserError`` where it is signed, ``StaleWrite`` where ``version`` is not its
    version.
    """
    require(actor, Action.SELECT)
    scenario, call = load_scenario(session, public_id)
    require(actor, Action.SELECT, call.phase)
    session.refresh(scenario, with_for_update=True)
    if scenario.signed_at is not None:
        raise UserError("El acta de esta selección está firmada: ya no cambia. Una corrección empieza en Acta.")
    if version is not None and scenario.version != version:
        raise StaleWrite("Alguien más cambió este escenario. Vuelva a cargar la página para verlo como está.")
    return scenario, call


def require_unsigned(session: Session, call: Call) -> None:
    """Raises ``UserError`` once an acta of the call was signed."""
    if is_signed(session, call):
        raise UserError("Hay un acta firmada: la selección vigente ya no cambia.")


def unused_name(session: Session, call: Call, name: str) -> str:
    """Returns the name, with a number where it is taken; «Propuesta 1» and so on for none."""
    base = normalise_name(name)
    if base and not is_name_taken(session, call, base):
        return base
    base = base or "Propuesta"
    number = 1 if base == "Propuesta" else 2
    while is_name_taken(session, call, f"{base} {number}"):
        number += 1
    return f"{base} {number}"


def is_name_taken(session: Session, call: Call, name: str) -> bool:
    """Returns whether a scenario of the call has this name."""
    query = select(func.count()).where(Scenario.call_id == call.id, Scenario.name == name)
    return bool(session.exec(query).one())


def normalise_name(name: str) -> str:
    """Returns a name as it is stored."""
    return " ".join(name.split())[:MAX_NAME_LENGTH]


def record_change(session: Session, actor: Actor, action: str, scenario: Scenario, detail: dict[str, Any]) -> None:
    """Raises the version, by which other pages detect that the scenario changed, and records the event."""
    scenario.version += 1
    session.add(scenario)
    record_event(session, actor, action, scenario, detail)
    session.flush()


def record_event(session: Session, actor: Actor, action: str, scenario: Scenario, detail: dict[str, Any]) -> None:
    """Records an audit event on a scenario in the transaction of the change."""
    log.record(session, actor, action, "scenario", scenario.public_id, detail)
