"""Texts of the selection's page."""

from reviewer.call import points as call_points
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count, format_number, join_first
from reviewer.decision.selection.optimisation.rules import limits_text
from reviewer.decision.selection.record import RuleCost, RuleState, TieState
from reviewer.models import ChangeKind

CHANGES = {
    ChangeKind.IN: "Entra",
    ChangeKind.OUT: "Sale",
    ChangeKind.VENUE: "Cambia de sede",
}


_MAX_NAMED = 8


def tie(tie_state: TieState) -> str:
    """Returns who got a seat by lot, and who did not."""
    left_out = [folio for folio in tie_state.folios if folio not in tie_state.seated]
    verb = "entra" if len(tie_state.seated) == 1 else "entran"
    return (
        f"Empate que resolvió el sorteo: con el mismo puntaje {verb} "
        f"{join_first(tie_state.seated, _MAX_NAMED)} y no {join_first(left_out, _MAX_NAMED)}."
    )


def points(merit: float, spec: CallSpec) -> str:
    """Returns a merit on the call's scale as points of 100."""
    return format_number(call_points.from_scale(merit, spec))


def venue(key: str, spec: CallSpec) -> str:
    """Returns a venue's label; "" for "overall"."""
    return spec.venue_labels.get(key, "")


def demand(state: RuleState) -> str:
    """Returns «al menos 1» or «no más de 12»."""
    return limits_text(state.at_least, state.at_most)


def cost(rule_cost: RuleCost, spec: CallSpec) -> str:
    """Returns what a rule costs, in a sentence."""
    if not rule_cost.count:
        return "No cambia a nadie: sin ella la propuesta sería la misma."
    lost = call_points.points_per_level(spec) * rule_cost.merit_per_seat
    people = format_count(rule_cost.count, "persona", "personas")
    swap = f"entra {people} y sale otra" if rule_cost.count == 1 else f"entran {people} y salen otras tantas"
    cost_text = f"{lost:.2f}" if lost >= 0.005 else "menos de 0.01"
    return f"Por ella {swap}; cuesta {cost_text} puntos de 100 por plaza."
