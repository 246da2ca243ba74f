"""The sentence of the selection's page about a tie."""

from reviewer.decision.selection.record import TieState
from reviewer.web.screens.seleccion.labels import tie


def test_a_tie_names_whom_the_lot_let_in_and_counts_those_beyond_a_few() -> None:
    folios = tuple(f"F{number}" for number in range(12))
    prefix = "Empate que resolvió el sorteo: con el mismo puntaje"
    assert tie(TieState(folios[:2], folios[:1])) == f"{prefix} entra F0 y no F1."
    assert tie(TieState(folios, folios[1:3])) == (
        f"{prefix} entran F1 y F2 y no F0, F3, F4, F5, F6, F7, F8, F9 y 2 más."
    )
