"""Why rules can't all hold, and what would free them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.calls import CallSpec, RepresentationRule
from reviewer.decision.selection.conflict import BoundChange, BoundSide, Infeasibility
from reviewer.decision.selection.problem import Bound, Problem
from reviewer.decision.selection.rules import venue_label
from reviewer.errors import UserError
from reviewer.words import format_count


@dataclass(frozen=True)
class Relaxation:
    """A change that helps to free the rules; ``rule`` is the number of the rule to change."""

    rule: int
    is_minimum: bool
    to: int
    text: str


@dataclass(frozen=True)
class Explanation:
    """``core``: demands that can't hold together, and do without any one of them; ``changes`` free all."""

    core: tuple[str, ...]
    changes: tuple[Relaxation, ...]

    @property
    def sentence(self) -> str:
        """All of it in a few lines, for a command."""
        core = "; ".join(self.core)
        changes = "; ".join(change.text for change in self.changes)
        return f"Las reglas no pueden cumplirse a la vez. Chocan: {core}. El menor cambio: {changes}."


class InfeasibleRules(UserError):
    """Rules that can't all hold; nothing of the cohort has changed."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(explanation.sentence)
        self.explanation = explanation


def explain(conflict: Infeasibility, problem: Problem, spec: CallSpec) -> Explanation:
    """A conflict in words."""
    core = [_demand_text(side, problem.bounds, spec) for side in conflict.core]
    if conflict.depends_on_seats:
        core.append(f"hay {format_count(problem.total, 'plaza', 'plazas')}{_seats_by_venue(spec)}")
    return Explanation(
        tuple(core), tuple(_relaxation(change, problem.bounds, spec) for change in conflict.changes)
    )


def relax(rules: Sequence[RepresentationRule], explanation: Explanation) -> list[RepresentationRule]:
    """The rules with the least change; where it touches one group of a rule, all of that rule gives way."""
    relaxed_rules = list(rules)
    for change in explanation.changes:
        rule = relaxed_rules[change.rule]
        if change.is_minimum:
            relaxed_rules[change.rule] = rule.model_copy(
                update={"at_least": min(change.to, rule.at_least or 0)}
            )
        else:
            relaxed_rules[change.rule] = rule.model_copy(
                update={"at_most": max(change.to, rule.at_most or 0)}
            )
    return relaxed_rules


def _seats_by_venue(spec: CallSpec) -> str:
    if len(spec.venues) == 1:
        return ""
    return " (" + ", ".join(f"{venue.seats} en {venue.label}" for venue in spec.venues) + ")"


def _demand_text(side: BoundSide, bounds: Sequence[Bound], spec: CallSpec) -> str:
    bound = bounds[side.bound]
    number = bound.at_least if side.is_minimum else bound.at_most
    return f"«{_bound_name(bound, spec)}» pide {'al menos' if side.is_minimum else 'no más de'} {number}"


def _relaxation(change: BoundChange, bounds: Sequence[Bound], spec: CallSpec) -> Relaxation:
    bound = bounds[change.side.bound]
    before = bound.at_least if change.side.is_minimum else bound.at_most
    verb, kind = ("bajar", "mínimo") if change.side.is_minimum else ("subir", "máximo")
    text = f"{verb} el {kind} de «{_bound_name(bound, spec)}» de {before} a {change.to}"
    return Relaxation(bound.rule, change.side.is_minimum, change.to, text)


def _bound_name(bound: Bound, spec: CallSpec) -> str:
    venue = venue_label(bound.venue, spec)
    parts = [bound.label]
    if bound.group not in bound.label:
        parts.append(bound.group)
    if venue and venue not in bound.label:
        parts.append(venue)
    return ": ".join([parts[0], ", ".join(parts[1:])]) if len(parts) > 1 else parts[0]
