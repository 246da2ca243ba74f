"""A selection for the command line: the contract's JSON, and text."""

from dataclasses import asdict
from typing import Any

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.call.spec import call_for, get_call, spec_of
from reviewer.core.database import read_session
from reviewer.core.spanish import format_count
from reviewer.decision.selection.optimisation.rules import limits_text
from reviewer.decision.selection.record import OUT_OF_DATE, Place, RuleState, Selection, is_current


def to_json(selection: Selection, *, slug: str, fingerprint: str) -> dict[str, Any]:
    """Returns the selection as the command-line contract defines it."""
    return {
        "call": slug,
        "scenario": selection.name,
        "selected": [_place_json(place) for place in selection.selected],
        "waiting": [_place_json(place) for place in selection.waiting],
        "rules": [{**asdict(rule), "met": rule.met} for rule in selection.rules],
        "fingerprint": fingerprint,
    }


@verb(Action.SEE_SELECTION)
def all_warnings(viewer: Actor, *, slug: str, selection: Selection) -> list[str]:
    """Returns the selection's warnings, the rules it breaks, and whether it is out of date."""
    call = call_for(viewer, Action.SEE_SELECTION, slug)
    with read_session() as session:
        is_up_to_date = is_current(session, call, selection)
    messages = [*selection.warnings, *(broken_rule_text(state) for state in selection.broken_rules)]
    if not is_up_to_date:
        messages.append(OUT_OF_DATE)
    return messages


def broken_rule_text(state: RuleState) -> str:
    """Returns «No se cumple «Al menos una…» (Milpa Alta): hay 0 y pide al menos 1.»"""
    is_short = state.at_least is not None and state.count < state.at_least
    broken_limit = limits_text(state.at_least, None) if is_short else limits_text(None, state.at_most)
    return f"No se cumple «{state.label}» ({state.group}): hay {state.count} y pide {broken_limit}."


def to_text(selection: Selection, *, slug: str) -> str:
    """Returns lines for a terminal: each venue with its folios and waiting list."""
    lines = [f"{selection.name} · {format_count(len(selection.selected), 'plaza', 'plazas')}"]
    for venue in spec_of(get_call(slug)).venues:
        seated = [place.folio for place in selection.selected if place.venue == venue.key]
        waiting = [place.folio for place in selection.waiting if place.venue == venue.key]
        lines += ["", f"{venue.label}: {len(seated)} de {venue.seats}", f"  {' '.join(seated) or 'nadie'}"]
        lines.append(f"  En espera: {' '.join(waiting) or 'nadie'}")
    return "\n".join(lines)


def _place_json(place: Place) -> dict[str, Any]:
    return {"folio": place.folio, "venue": place.venue, "position": place.position}
