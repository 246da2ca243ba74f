"""The acta: draft, signature and corrections; the lists and letters made from it; what follows."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.call.spec import spec_of
from reviewer.decision.acta import signing
from reviewer.decision.outcome import replies
from reviewer.web.auth import pages
from reviewer.web.screens.acta import document, follow_up, lists_and_letters
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.errors import show_errors

VIEWS = {"acta": "Acta", "listas": "Lista y cartas", "despues": "Después de publicar"}

actor = pages.require_access(Action.SEE_ACTA)
st.title("Acta")
with show_errors():
    call = pages.require_call(actor)
    spec = spec_of(call)
    view = choose_tab(VIEWS, key="parte", label="Parte")
    standing = signing.acta_status(actor, slug=call.slug)
    if view == "acta":
        document.show(actor, standing, spec)
    elif standing.version_in_force is None:
        st.info("Las listas, las cartas y las respuestas empiezan con el acta firmada.")
    elif view == "listas":
        lists_and_letters.show(replies.follow_up(actor, slug=call.slug), spec)
    else:
        followed = replies.follow_up(actor, slug=call.slug)
        follow_up.show(actor, followed, spec, signing.amendments(actor, slug=call.slug))
