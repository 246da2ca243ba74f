"""The call's phase, and changing it."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call import changes as call_changes
from reviewer.call import spec
from reviewer.models import Call, Phase
from reviewer.web.screens.convocatoria import changes as convocatoria_changes
from reviewer.web.screens.convocatoria.labels import MEANINGS, PHASES
from reviewer.web.ui.errors import perform


def show(actor: Actor, call: Call) -> None:
    """Draws the phases in their order with the current one marked, and the control that changes it."""
    steps = "".join(f"<li{_mark(call.phase, phase)}>{PHASES[phase]}</li>" for phase in Phase)
    st.html(f'<ol class="phases">{steps}</ol>')
    other_phases = [phase for phase in Phase if phase is not call.phase]
    next_index = min(list(Phase).index(call.phase), len(other_phases) - 1)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(MEANINGS[call.phase])
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            target = st.selectbox(
                "Pasar a",
                other_phases,
                index=next_index,
                format_func=PHASES.__getitem__,
                label_visibility="collapsed",
                width=190,
                key=f"fase-{call.slug}-{call.phase}",
            )
            if st.button("Cambiar de fase…"):
                _confirm(actor, call, target)


def _mark(current_phase: Phase, phase: Phase) -> str:
    return ' class="now" aria-current="step"' if phase is current_phase else ""


@st.dialog("Cambiar de fase", width="medium")
def _confirm(actor: Actor, call: Call, phase: Phase) -> None:
    st.markdown(f"La convocatoria pasa de **{PHASES[call.phase]}** a **{PHASES[phase]}**.")
    st.markdown(MEANINGS[phase])
    convocatoria_changes.show_phase_change(call_changes.phase_change(actor, slug=call.slug, phase=phase), phase)
    st.caption("Vale en cuanto se confirma, para todas las personas. Se puede volver atrás desde aquí mismo.")
    if st.button(f"Pasar a {PHASES[phase]}", type="primary"):
        perform(spec.set_phase, actor, slug=call.slug, phase=phase)
