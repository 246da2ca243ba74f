"""The withdrawal of an application by its applicant: registered with a reason, and taken back."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.models import Call, Eligibility, Verdict
from reviewer.screening import decisions
from reviewer.screening.cases import Case
from reviewer.web.ui.errors import perform


def button(actor: Actor, call: Call, case: Case) -> None:
    """Draws the button that registers a withdrawal, or takes back one."""
    if case.eligibility is not Eligibility.WITHDRAWN:
        if st.button("Registrar retiro…", icon=":material/person_remove:", width="content"):
            _dialog(actor, call, case)
    elif st.button("Deshacer el retiro", icon=":material/undo:", width="content"):
        perform(decisions.undo, actor, slug=call.slug, folio=case.folio)


@st.dialog("Registrar retiro")
def _dialog(actor: Actor, call: Call, case: Case) -> None:
    st.markdown(
        f"La **{case.folio}** saldrá del concurso porque así lo pidió quien la envió: el jurado dejará de verla y se "
        "contará aparte de las no elegibles. Sus datos y lo que ya se dictaminó se conservan, y se puede deshacer."
    )
    reason = st.text_area("Cuándo y cómo lo pidió", key="motivo-retiro")
    if st.button("Registrar el retiro", type="primary"):
        perform(decisions.decide, actor, slug=call.slug, folio=case.folio, verdict=Verdict.WITHDRAWN, reason=reason)
