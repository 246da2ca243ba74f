"""Words of the selection's page."""

from reviewer.calls import CallSpec
from reviewer.decision.selection.record import RuleCost, RuleState, TieState
from reviewer.models import ChangeKind
from reviewer.words import counted, listed, number

CHANGES = {
    ChangeKind.IN: "Entra",
    ChangeKind.OUT: "Sale",
    ChangeKind.VENUE: "Cambia de sede",
}


_NAMED = 8


def tie(found: TieState) -> str:
    """To whom the lot gave a seat, and from whom it took it."""
    out = [each for each in found.folios if each not in found.seated]
    return (
        f"Empate que resolvió el sorteo: con el mismo puntaje {_entered(list(found.seated))} y no "
        f"{_some(out)}."
    )


def _entered(folios: list[str]) -> str:
    return f"{'entra' if len(folios) == 1 else 'entran'} {_some(folios)}"


def _some(folios: list[str]) -> str:
    if len(folios) <= _NAMED:
        return listed(folios)
    return listed([*folios[:_NAMED], f"{number(len(folios) - _NAMED)} más"])


def points(merit: float, spec: CallSpec) -> str:
    """A merit on the scale as points out of 100."""
    low, high = spec.scale
    return number(100 * (merit - low) / (high - low))


def venue(key: str, spec: CallSpec) -> str:
    """A venue's label; "" overall."""
    return next((each.label for each in spec.venues if each.key == key), "")


def demand(state: RuleState) -> str:
    """«al menos 1», «no más de 12»."""
    asks = []
    if state.at_least is not None:
        asks.append(f"al menos {state.at_least}")
    if state.at_most is not None:
        asks.append(f"no más de {state.at_most}")
    return " y ".join(asks)


def cost(each: RuleCost, spec: CallSpec) -> str:
    """What a rule costs, in a sentence."""
    if not each.count:
        return "No cambia a nadie: sin ella la propuesta sería la misma."
    low, high = spec.scale
    lost = 100 * each.merit_per_seat / (high - low)
    people = counted(each.count, "persona", "personas")
    swap = f"entra {people} y sale otra" if each.count == 1 else f"entran {people} y salen otras tantas"
    much = f"{lost:.2f}" if lost >= 0.005 else "menos de 0.01"
    return f"Por ella {swap}; cuesta {much} puntos de 100 por plaza."
