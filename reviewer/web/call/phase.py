"""Where the call stands, and the way to move it on."""

import streamlit as st

from reviewer import call_changes, calls
from reviewer.access.actor import Actor
from reviewer.models import Call, Phase
from reviewer.web.call import changes
from reviewer.web.call.words import MEANINGS, PHASES
from reviewer.web.told import told


def show(actor: Actor, call: Call) -> None:
    """Draws the phases in their order, the present one marked, and the control that changes it."""
    steps = "".join(f"<li{_mark(call.phase, each)}>{PHASES[each]}</li>" for each in Phase)
    st.html(f'<ol class="phases">{steps}</ol>')
    others = [each for each in Phase if each is not call.phase]
    following = min(list(Phase).index(call.phase), len(others) - 1)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(MEANINGS[call.phase])
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            target = st.selectbox(
                "Pasar a",
                others,
                index=following,
                format_func=PHASES.__getitem__,
                label_visibility="collapsed",
                width=190,
                key=f"fase-{call.slug}-{call.phase}",
            )
            if st.button("Cambiar de fase…"):
                _confirm(actor, call, target)


def _mark(present: Phase, phase: Phase) -> str:
    return ' class="now" aria-current="step"' if phase is present else ""


@st.dialog("Cambiar de fase", width="medium")
def _confirm(actor: Actor, call: Call, phase: Phase) -> None:
    st.markdown(f"La convocatoria pasa de **{PHASES[call.phase]}** a **{PHASES[phase]}**.")
    st.markdown(MEANINGS[phase])
    changes.show_turn(call_changes.turn(actor, slug=call.slug, phase=phase), phase)
    st.caption("Vale en cuanto se confirma, para todas las personas. Se puede volver atrás desde aquí mismo.")
    if st.button(f"Pasar a {PHASES[phase]}", type="primary"):
        with told():
            calls.set_phase(actor, slug=call.slug, phase=phase)
            st.rerun()
