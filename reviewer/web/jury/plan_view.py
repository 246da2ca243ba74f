"""A plan of who reads what, as it is shown before it is carried out."""

from collections.abc import Callable

import streamlit as st

from reviewer.jury.plans import Load, Plan
from reviewer.web.plain import plain, sentence
from reviewer.words import counted, number

FOLIOS = 300  # that are listed; more are counted
ROWS = 60


def show(plan: Plan, words: str, button: str, carry_out: Callable[[], None]) -> None:
    """Draws the plan with the sentence that says what it makes, and the button that carries it out."""
    st.markdown(words)
    for each in plan.short:
        st.error(sentence(each), icon=":material/block:")
    for each in plan.warnings:
        st.warning(sentence(each))
    if plan.short:
        st.caption("No se reparte nada mientras falte algo de lo prometido.")
    elif st.button(button, type="primary", icon=":material/check:"):
        carry_out()
    folios(plan.folios)
    loads(plan)


def folios(names: tuple[str, ...]) -> None:
    """The folios that a change touches."""
    if not names:
        return
    with st.expander(f"Ver los folios ({number(len(names))})"):
        rest = len(names) - FOLIOS
        st.text(", ".join(names[:FOLIOS]) + (f" y {number(rest)} más" if rest > 0 else ""))


def loads(plan: Plan) -> None:
    """Each juror's part; the first ones of a large jury."""
    shown = sorted(plan.loads, key=lambda each: (-each.added - each.taken, each.name))[:ROWS]
    taken = any(each.taken for each in shown)
    st.table([row(each, taken=taken) for each in shown], hide_index=True, border="horizontal")
    if len(plan.loads) > ROWS:
        st.caption(f"Se muestran {ROWS} de {counted(len(plan.loads), 'persona', 'personas')}.")


def row(load: Load, *, taken: bool) -> dict[str, str]:
    """A juror's line."""
    return {
        "Persona": plain(load.name),
        "Tiene": number(load.before),
        **({"Dejaría": number(load.taken)} if taken else {}),
        "Recibiría": number(load.added),
        "Quedaría con": number(load.total),
    }


def extent(plan: Plan) -> str:
    """«50» or «50 o 51», or a range."""
    totals = [each.total for each in plan.loads]
    low, high = min(totals, default=0), max(totals, default=0)
    if low == high:
        return number(low)
    return f"{number(low)} {'o' if high == low + 1 else 'a'} {number(high)}"
