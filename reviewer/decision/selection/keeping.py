"""Where every verb on a scenario begins and ends: found, allowed, not signed, not stale; then noted."""

from typing import Any

from sqlmodel import Session, col, func, select

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.decision.selection.record import is_signed
from reviewer.errors import Refused, Stale
from reviewer.models import Call, Scenario

LONGEST_NAME = 60


def found_in(session: Session, public_id: str) -> tuple[Scenario, Call]:
    """A scenario and its call. Raises ``Refused`` where it is gone."""
    row = session.exec(
        select(Scenario, Call)
        .join(Call, col(Call.id) == Scenario.call_id)
        .where(Scenario.public_id == public_id)
    ).first()
    if row is None:
        raise Refused("Ese escenario ya no está: elija otro.")
    return row[0], row[1]


def to_change(session: Session, actor: Actor, public_id: str, version: int | None) -> tuple[Scenario, Call]:
    """The scenario, after every reason not to let it change."""
    require(actor, Action.SELECT)
    found, call = found_in(session, public_id)
    require(actor, Action.SELECT, call.phase)
    session.refresh(found, with_for_update=True)
    if found.signed_at is not None:
        raise Refused("El acta de esta selección está firmada: ya no cambia. Una corrección empieza en Acta.")
    if version is not None and found.version != version:
        raise Stale("Alguien más cambió este escenario. Vuelva a cargar la página para verlo como está.")
    return found, call


def refuse_signed(session: Session, call: Call) -> None:
    """Raises ``Refused`` once an acta of the call was signed."""
    if is_signed(session, call):
        raise Refused("Hay un acta firmada: la selección vigente ya no cambia.")


def free_name(session: Session, call: Call, wanted: str) -> str:
    """The wanted name, numbered where it is taken; «Propuesta 1» and so on where none is wanted."""
    base = tidy(wanted)
    if base and not is_taken(session, call, base):
        return base
    base = base or "Propuesta"
    number = 1 if base == "Propuesta" else 2
    while is_taken(session, call, f"{base} {number}"):
        number += 1
    return f"{base} {number}"


def is_taken(session: Session, call: Call, name: str) -> bool:
    """Whether a scenario of the call bears this name."""
    query = select(func.count()).where(Scenario.call_id == call.id, Scenario.name == name)
    return bool(session.exec(query).one())


def tidy(name: str) -> str:
    """A name as it is kept."""
    return " ".join(name.split())[:LONGEST_NAME]


def changed(session: Session, found: Scenario) -> None:
    """Counts a change, so that a page that shows the scenario as it was can be told."""
    found.version += 1
    session.add(found)


def audited(session: Session, actor: Actor, action: str, found: Scenario, detail: dict[str, Any]) -> None:
    """Notes what was done to a scenario, in the transaction of the change."""
    audit.record(session, actor, action, "scenario", found.public_id, detail)
