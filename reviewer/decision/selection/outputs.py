"""A selection for a command: the contract's JSON, and lines to read."""

from dataclasses import asdict
from typing import Any

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import reading
from reviewer.decision.selection.record import OUT_OF_DATE, Place, RuleState, Selection, is_current
from reviewer.words import counted


def to_json(selection: Selection, *, call: str, digest: str) -> dict[str, Any]:
    """As the command-line contract writes it: each venue's seats, then each venue's waiting list."""
    return {
        "call": call,
        "scenario": selection.name,
        "selected": [_place(each) for each in selection.selected],
        "waiting": [_place(each) for each in selection.waiting],
        "rules": [{**asdict(each), "met": each.met} for each in selection.rules],
        "fingerprint": digest,
    }


def cautions(viewer: Actor, *, call: str, selection: Selection) -> list[str]:
    """The selection's warnings, the rules that changes by hand broke, and whether it is out of date."""
    stored = get_call(call)
    require(viewer, Action.SEE_SELECTION, stored.phase)
    with reading() as session:
        current = is_current(session, stored, selection)
    said = [*selection.warnings, *(broken_words(each) for each in selection.broken)]
    if not current:
        said.append(OUT_OF_DATE)
    return said


def broken_words(state: RuleState) -> str:
    """«No se cumple «Al menos una…» (Milpa Alta): hay 0 y pide al menos 1.»"""
    asks = []
    if state.at_least is not None and state.count < state.at_least:
        asks.append(f"al menos {state.at_least}")
    if state.at_most is not None and state.count > state.at_most:
        asks.append(f"no más de {state.at_most}")
    return f"No se cumple «{state.label}» ({state.group}): hay {state.count} y pide {' y '.join(asks)}."


def in_words(selection: Selection, *, call: str) -> str:
    """Lines for a terminal: each venue with its folios, and who waits."""
    lines = [f"{selection.name} · {counted(len(selection.selected), 'plaza', 'plazas')}"]
    for venue in spec_of(get_call(call)).venues:
        seated = [each.folio for each in selection.selected if each.venue == venue.key]
        queue = [each.folio for each in selection.waiting if each.venue == venue.key]
        lines += ["", f"{venue.label}: {len(seated)} de {venue.seats}", f"  {' '.join(seated) or 'nadie'}"]
        lines.append(f"  En espera: {' '.join(queue) or 'nadie'}")
    return "\n".join(lines)


def _place(place: Place) -> dict[str, Any]:
    return {"folio": place.folio, "venue": place.venue, "position": place.position}
