"""Why rules can't all hold, and what would free them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.calls import CallSpec, RepresentationRule
from reviewer.decision.selection.conflict import Change, Conflict, Side
from reviewer.decision.selection.problem import Bound, Problem
from reviewer.decision.selection.rules import venue_words
from reviewer.errors import Refused
from reviewer.words import counted


@dataclass(frozen=True)
class Relaxation:
    """A change that helps to free the rules; ``rule`` is the number of the rule to change."""

    rule: int
    is_minimum: bool
    to: int
    words: str


@dataclass(frozen=True)
class Explanation:
    """``core``: demands that can't hold together, and do without any one of them; ``changes`` free all."""

    core: tuple[str, ...]
    changes: tuple[Relaxation, ...]

    @property
    def sentence(self) -> str:
        """All of it in a few lines, for a command."""
        core = "; ".join(self.core)
        changes = "; ".join(each.words for each in self.changes)
        return f"Las reglas no pueden cumplirse a la vez. Chocan: {core}. El menor cambio: {changes}."


class Conflicting(Refused):
    """Rules that can't all hold; nothing of the cohort has changed."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(explanation.sentence)
        self.explanation = explanation


def explained(conflict: Conflict, problem: Problem, spec: CallSpec) -> Explanation:
    """A conflict in words."""
    core = [_demand(each, problem.bounds, spec) for each in conflict.core]
    if conflict.for_seats:
        core.append(f"hay {counted(problem.total, 'plaza', 'plazas')}{_by_venue(spec)}")
    return Explanation(tuple(core), tuple(_change(each, problem.bounds, spec) for each in conflict.changes))


def relaxed(rules: Sequence[RepresentationRule], why: Explanation) -> list[RepresentationRule]:
    """The rules with the least change; where it touches one group of a rule, all of that rule gives way."""
    changed = list(rules)
    for each in why.changes:
        rule = changed[each.rule]
        if each.is_minimum:
            changed[each.rule] = rule.model_copy(update={"at_least": min(each.to, rule.at_least or 0)})
        else:
            changed[each.rule] = rule.model_copy(update={"at_most": max(each.to, rule.at_most or 0)})
    return changed


def _by_venue(spec: CallSpec) -> str:
    if len(spec.venues) == 1:
        return ""
    return " (" + ", ".join(f"{each.seats} en {each.label}" for each in spec.venues) + ")"


def _demand(side: Side, bounds: Sequence[Bound], spec: CallSpec) -> str:
    bound = bounds[side.bound]
    number = bound.at_least if side.is_minimum else bound.at_most
    return f"«{_name(bound, spec)}» pide {'al menos' if side.is_minimum else 'no más de'} {number}"


def _change(change: Change, bounds: Sequence[Bound], spec: CallSpec) -> Relaxation:
    bound = bounds[change.side.bound]
    before = bound.at_least if change.side.is_minimum else bound.at_most
    verb, kind = ("bajar", "mínimo") if change.side.is_minimum else ("subir", "máximo")
    words = f"{verb} el {kind} de «{_name(bound, spec)}» de {before} a {change.to}"
    return Relaxation(bound.rule, change.side.is_minimum, change.to, words)


def _name(bound: Bound, spec: CallSpec) -> str:
    venue = venue_words(bound.venue, spec)
    parts = [bound.label]
    if bound.group not in bound.label:
        parts.append(bound.group)
    if venue and venue not in bound.label:
        parts.append(venue)
    return ": ".join([parts[0], ", ".join(parts[1:])]) if len(parts) > 1 else parts[0]
