"""A plan of assignments, drawn before it is carried out."""

from collections.abc import Callable

import streamlit as st

from reviewer.core.spanish import format_count, format_number, join_first
from reviewer.jury.assignment.plan import JurorLoad, Plan
from reviewer.web.ui.markdown_escape import escape_markdown, escape_sentence

MAX_FOLIOS = 300  # that are listed; more are counted
ROWS = 60


def show(plan: Plan, summary: str, button_label: str, carry_out: Callable[[], None]) -> None:
    """Draws the plan with a sentence that sums it up, and the button that carries it out."""
    st.markdown(summary)
    for shortfall in plan.shortages:
        st.error(escape_sentence(shortfall), icon=":material/block:")
    for warning in plan.warnings:
        st.warning(escape_sentence(warning))
    if plan.shortages:
        st.caption("No se reparte nada mientras falte algo de lo prometido.")
    elif st.button(button_label, type="primary", icon=":material/check:"):
        carry_out()
    show_folios(plan.folios)
    show_loads(plan)


def show_folios(folios: tuple[str, ...]) -> None:
    """Draws the folios that a change affects."""
    if not folios:
        return
    with st.expander(f"Ver los folios ({format_number(len(folios))})"):
        st.text(join_first(folios, MAX_FOLIOS))


def show_loads(plan: Plan) -> None:
    """Draws each juror's load; of a large jury, the first ones."""
    first_loads = sorted(plan.loads, key=lambda load: (-load.added - load.withdrawn, load.name))[:ROWS]
    with_taken = any(load.withdrawn for load in first_loads)
    st.table([load_row(load, with_taken=with_taken) for load in first_loads], hide_index=True, border="horizontal")
    if len(plan.loads) > ROWS:
        st.caption(f"Se muestran {ROWS} de {format_count(len(plan.loads), 'persona', 'personas')}.")


def load_row(load: JurorLoad, *, with_taken: bool) -> dict[str, str]:
    """Returns the cells of a juror's load."""
    return {
        "Persona": escape_markdown(load.name),
        "Tiene": format_number(load.before),
        **({"Dejaría": format_number(load.withdrawn)} if with_taken else {}),
        "Recibiría": format_number(load.added),
        "Quedaría con": format_number(load.total),
    }


def load_range(plan: Plan) -> str:
    """Returns «50», «50 o 51», or a range."""
    totals = [load.total for load in plan.loads]
    low, high = min(totals, default=0), max(totals, default=0)
    if low == high:
        return format_number(low)
    return f"{format_number(low)} {'o' if high == low + 1 else 'a'} {format_number(high)}"
