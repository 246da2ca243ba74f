"""The jury's scores side by side: of opened anchors and, from deliberation on, of all that the juror sent."""

import streamlit as st

from reviewer.access.permissions import Action, is_allowed
from reviewer.call.spec import spec_of
from reviewer.jury.discussion import comparison
from reviewer.web.auth import pages
from reviewer.web.screens.comparar import side_by_side
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.pager import page_offset, requested_offset

ROWS = 10

actor = pages.require_access(Action.COMPARE_ANCHORS)
st.title("Comparar")
with show_errors():
    call = pages.require_call(actor)
    applications, count = comparison.compared_applications(
        actor, slug=call.slug, offset=requested_offset(ROWS), limit=ROWS
    )
    if not count:
        st.info(
            "Aquí verá los puntajes de las demás personas junto a los suyos: los de las anclas, cuando haya "
            "enviado todas y la coordinación abra la comparación; los de lo demás que envió, desde la "
            "deliberación. Hasta entonces cada quien califica por su cuenta."
        )
        st.stop()
    if is_allowed(actor, Action.SEE_OTHERS_SCORES, call.phase):
        st.caption("Lo que usted envió, con los puntajes de quienes también lo leyeron. Las anclas van primero.")
    else:
        st.caption("Las anclas, que leyó todo el jurado. Sirven para hablar de la escala, no para uniformarla.")
    page_offset(count, ROWS)
    for application in applications:
        side_by_side.show(application, spec_of(call))
