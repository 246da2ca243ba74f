"""The acta: drafted, signed, corrected; the lists and letters made from it; what comes after publishing."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.decision.acta import signing
from reviewer.decision.outcome import replies
from reviewer.web import gate
from reviewer.web.acta import after, document, letters
from reviewer.web.told import told
from reviewer.web.views import choose_view

VIEWS = {"acta": "Acta", "listas": "Lista y cartas", "despues": "Después de publicar"}

actor = gate.page(Action.SEE_ACTA)
st.title("Acta")
with told():
    call = gate.the_call(actor)
    spec = spec_of(call)
    view = choose_view(VIEWS, key="parte", of="Parte")
    standing = signing.standing(actor, call=call.slug)
    if view == "acta":
        document.show(actor, standing, spec)
    elif standing.signed is None:
        st.info("Las listas, las cartas y las respuestas empiezan con el acta firmada.")
    elif view == "listas":
        letters.show(replies.follow_up(actor, call=call.slug), spec)
    else:
        followed = replies.follow_up(actor, call=call.slug)
        after.show(actor, followed, spec, signing.amendments(actor, call=call.slug))
