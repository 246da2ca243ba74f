"""The selection in force as of now, for a command: with the amendments to the signed acta."""

from dataclasses import replace

from sqlmodel import Session

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import reading
from reviewer.decision.outcome.cohort import cohort_of, replacements, selection_now
from reviewer.decision.outcome.replacing import fingerprint, seated_of
from reviewer.decision.selection import record
from reviewer.decision.selection.people import standing_of
from reviewer.decision.selection.record import RuleState, Selection
from reviewer.decision.selection.rules import parse_rule
from reviewer.decision.selection.settling import rule_states
from reviewer.errors import Refused
from reviewer.models import Call, Scenario


def selection_in_force(viewer: Actor, *, call: str) -> Selection:
    """The selection in force, its amendments and what they made of the rules included.

    Raises ``Refused`` while there is none.
    """
    stored = get_call(call)
    require(viewer, Action.SEE_SELECTION, stored.phase)
    with reading() as session:
        selection = selection_now(session, stored)
        if selection is None:
            raise Refused(f"En «{call}» no hay una selección vigente: proponga una con select --propose.")
        if not _is_amended(session, stored, selection):
            return selection
        return replace(selection, rules=_recounted(session, stored, selection))


def fingerprint_of(viewer: Actor, *, call: str, selection: Selection) -> str:
    """What the acta of this selection states, or its last amendment, where it has any."""
    stored = get_call(call)
    require(viewer, Action.SEE_SELECTION, stored.phase)
    with reading() as session:
        if _is_amended(session, stored, selection):
            return fingerprint(session, stored, cohort_of(session, stored))
        return record.fingerprint(session, stored, selection)


def _is_amended(session: Session, call: Call, selection: Selection) -> bool:
    """Whether this is the signed selection with its amendments, not as it was signed, nor another."""
    now = selection_now(session, call) if replacements(session, call) else None
    return now is not None and now.selected == selection.selected


def _recounted(session: Session, call: Call, selection: Selection) -> tuple[RuleState, ...]:
    """What became of the rules with whoever has the seats now."""
    spec = spec_of(call)
    scenario = session.get_one(Scenario, selection.scenario_id)
    standing = standing_of(session, call, [parse_rule(each, spec) for each in scenario.solved])
    seats = {each.folio: each.venue for each in selection.selected}
    cohort = seated_of(standing, [each.key for each in spec.venues], seats)
    return tuple(RuleState(**each) for each in rule_states(standing.problem.bounds, cohort, spec))
