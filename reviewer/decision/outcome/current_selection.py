"""The selection in force, with the amendments to the signed acta, for the command line."""

from dataclasses import replace

from sqlmodel import Session

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.call.spec import call_for, spec_of
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.decision.outcome.seat_holders import amended_selection, replacements, seat_holders_of
from reviewer.decision.outcome.substitutions import amended_fingerprint
from reviewer.decision.selection import record
from reviewer.decision.selection.candidates import load_selection_input
from reviewer.decision.selection.finalise import rule_states, seated_cohort
from reviewer.decision.selection.optimisation.rules import parse_rules
from reviewer.decision.selection.record import RuleState, Selection
from reviewer.models import Call, Scenario


@verb(Action.SEE_SELECTION)
def selection_in_force(viewer: Actor, *, slug: str) -> Selection:
    """Returns the selection in force with its amendments, and the rules counted anew with them.

    Raises ``UserError`` where there is none.
    """
    stored = call_for(viewer, Action.SEE_SELECTION, slug)
    with read_session() as session:
        selection = amended_selection(session, stored)
        if selection is None:
            raise UserError(f"En «{slug}» no hay una selección vigente: proponga una con select --propose.")
        if not _is_amended(session, stored, selection):
            return selection
        return replace(selection, rules=_recount_rules(session, stored, selection))


@verb(Action.SEE_SELECTION)
def fingerprint_of(viewer: Actor, *, slug: str, selection: Selection) -> str:
    """Returns the fingerprint that the acta of this selection states, or its last amendment."""
    stored = call_for(viewer, Action.SEE_SELECTION, slug)
    with read_session() as session:
        if _is_amended(session, stored, selection):
            return amended_fingerprint(session, stored, seat_holders_of(session, stored))
        return record.fingerprint(session, stored, selection)


def _is_amended(session: Session, call: Call, selection: Selection) -> bool:
    """Returns whether this is the signed selection with its amendments, and there are any."""
    amended = amended_selection(session, call) if replacements(session, call) else None
    return amended is not None and amended.selected == selection.selected


def _recount_rules(session: Session, call: Call, selection: Selection) -> tuple[RuleState, ...]:
    """Returns the state of the rules with the present seat holders."""
    spec = spec_of(call)
    scenario = session.get_one(Scenario, selection.scenario_id)
    selection_input = load_selection_input(session, call, parse_rules(scenario.solved, spec))
    seats = {place.folio: place.venue for place in selection.selected}
    cohort = seated_cohort(selection_input, spec, seats)
    return tuple(RuleState(**state) for state in rule_states(selection_input.problem.bounds, cohort, spec))
