"""The cohort: who applied, from where and when, and who is being selected; for coordinators."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.cohort import counts, stages
from reviewer.cohort.filters import CohortSession, Subset, open_cohort
from reviewer.cohort.questions import FILTER_QUESTIONS
from reviewer.cohort.stages import Stage
from reviewer.figures import sentences
from reviewer.web.auth import pages
from reviewer.web.charts import card
from reviewer.web.screens.cohorte import filters, tabs
from reviewer.web.screens.cohorte.filters import CohortTab
from reviewer.web.ui.errors import show_errors

actor = pages.require_access(Action.SEE_COHORT)


def show_totals(totals: counts.Totals, is_whole_call: bool) -> None:
    """Draws the line of totals."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        card.show_total(totals.received, "recibidas")
        card.show_total(totals.eligible, "elegibles")
        card.show_total(totals.to_check, "por cotejar")
        card.show_total(totals.ineligible, "no elegibles")
        if totals.withdrawn:
            card.show_total(totals.withdrawn, "retiradas")
        if is_whole_call:
            card.show_total(totals.seats, sentences.about_seats(totals))


def show(call_counting: CohortSession) -> None:
    """Draws the page of a call."""
    labels = {group.key: call_counting.labels(group) for group in FILTER_QUESTIONS}
    available_stages = stages.available(call_counting.session, call_counting.call)
    view, part = filters.show_header(call_counting.call.slug, available_stages, labels)
    part_counting = call_counting.with_subset(part)
    totals = counts.totals(part_counting)
    applicant_count = totals.received if part.stage is Stage.RECEIVED else part_counting.total()
    empty_message = "" if applicant_count else sentences.about_nobody(totals, part)
    if empty_message and part.is_whole_cohort and not totals.received:
        st.info(empty_message)
        st.stop()
    if view is not CohortTab.DOWNLOADS:
        show_totals(totals, part.is_whole_cohort)
    tabs.show(view, actor, part_counting, filters.figure_choices(view), empty_message)


with show_errors():
    call = pages.require_call(actor)
    with open_cohort(actor, Subset(call.slug)) as whole_call:
        show(whole_call)
