"""The rules that assign answers to groups, to be read and changed."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.cohort import counts
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.questions import GROUPED_QUESTIONS
from reviewer.core.spanish import join_first
from reviewer.demographics import group_rules
from reviewer.demographics.answer_groups import UNGROUPED
from reviewer.demographics.questions import COHORT, Question

MAX_ANSWERS = 30


def show(actor: Actor, cohort: CohortSession) -> None:
    """Draws the rules in an expander."""
    with st.expander("Cómo se agrupan las respuestas"):
        key = st.selectbox(
            "Pregunta",
            [grouped_question.key for grouped_question in GROUPED_QUESTIONS],
            format_func=lambda question_key: COHORT[question_key].label,
            width=320,
        )
        question = COHORT[key]
        grouping = cohort.groupings[key]
        st.caption(grouping.explanation)
        _show_ungrouped(cohort, question)
        version = group_rules.version_of(cohort.session, key)
        with st.form(f"reglas-{key}-{version}", border=False):
            text = st.text_area(
                "Reglas: un grupo por renglón, dos puntos, y con qué empiezan sus respuestas",
                group_rules.format_rules(grouping),
                height=260,
                help="Ni mayúsculas ni acentos cuentan. Una o dos letras han de ser una palabra entera.",
            )
            with st.container(horizontal=True):
                save = st.form_submit_button("Guardar reglas", type="primary")
                restore = st.form_submit_button("Volver a las originales")
        if save:
            group_rules.change(actor, field=key, text=text, based_on=version)
            st.rerun()
        if restore:
            group_rules.restore(actor, field=key, based_on=version)
            st.rerun()


def _show_ungrouped(cohort: CohortSession, question: Question) -> None:
    """Draws the answers that no rule covers; those to a sensitive question are only counted."""
    ungrouped = next((group for group in counts.by_question(cohort, question) if group.label == UNGROUPED), None)
    if ungrouped is None:
        st.text("Todas las respuestas caen en algún grupo.")
    elif question.is_sensitive:
        st.text(f"{ungrouped.count} respuestas no caen en ningún grupo. Por ser un dato sensible no se muestran.")
    else:
        answers = join_first([f"«{answer}»" for answer in ungrouped.words], MAX_ANSWERS)
        st.text(f"Sin grupo: {answers}.")
