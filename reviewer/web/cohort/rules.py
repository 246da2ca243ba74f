"""The rules that gather answers into groups, to be read and changed."""

import streamlit as st

from reviewer import grouping_rules
from reviewer.access.actor import Actor
from reviewer.answers import UNKNOWN
from reviewer.cohort import counts
from reviewer.cohort.part import Counting
from reviewer.cohort.traits import GATHERED, TRAITS, Trait
from reviewer.words import listed

SHOWN = 30


def show(actor: Actor, counting: Counting) -> None:
    """A closed section: nobody needs the rules to read the figures."""
    with st.expander("Cómo se agrupan las respuestas"):
        key = st.selectbox(
            "Pregunta",
            [each.key for each in GATHERED],
            format_func=lambda each: TRAITS[each].label,
            width=320,
        )
        trait = TRAITS[key]
        grouping = counting.groupings[key]
        st.caption(grouping.explained)
        _ungrouped(counting, trait)
        version = grouping_rules.version_of(counting.session, key)
        with st.form(f"reglas-{key}-{version}", border=False):
            text = st.text_area(
                "Reglas: un grupo por renglón, dos puntos, y con qué empiezan sus respuestas",
                grouping_rules.as_text(grouping),
                height=260,
                help="Ni mayúsculas ni acentos cuentan. Una o dos letras han de ser una palabra entera.",
            )
            with st.container(horizontal=True):
                save = st.form_submit_button("Guardar reglas", type="primary")
                restore = st.form_submit_button("Volver a las originales")
        if save:
            grouping_rules.change(actor, field=key, text=text, based_on=version)
            st.rerun()
        if restore:
            grouping_rules.restore(actor, field=key, based_on=version)
            st.rerun()


def _ungrouped(counting: Counting, trait: Trait) -> None:
    """The answers that no rule knows yet. Those of a sensitive trait stay unsaid."""
    found = next((each for each in counts.by_trait(counting, trait) if each.label == UNKNOWN), None)
    if found is None:
        st.text("Todas las respuestas caen en algún grupo.")
    elif trait.sensitive:
        st.text(f"{found.count} respuestas no caen en ningún grupo. Por ser un dato sensible no se muestran.")
    else:
        more = len(found.words) - SHOWN
        words = listed([f"«{each}»" for each in found.words[:SHOWN]])
        st.text(f"Sin grupo: {words}{f', y {more} más' if more > 0 else ''}.")
