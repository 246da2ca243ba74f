"""The cohort: who applied, from where and when, and who is being chosen; for coordinators."""

import streamlit as st

from reviewer.access.permissions import Action
from reviewer.cohort import counts, stages
from reviewer.cohort.part import Counting, Part, counting
from reviewer.cohort.stages import Stage
from reviewer.web import gate
from reviewer.web.charts import card
from reviewer.web.cohort import controls, sentences, views
from reviewer.web.cohort.controls import View
from reviewer.web.told import told

actor = gate.page(Action.SEE_COHORT)


def show_totals(found: counts.Totals, whole: bool) -> None:
    """The line of totals."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        card.show_total(found.received, "recibidas")
        card.show_total(found.eligible, "elegibles")
        card.show_total(found.to_check, "por cotejar")
        card.show_total(found.ineligible, "no elegibles")
        if whole:
            card.show_total(found.seats, sentences.about_seats(found))


def show(open_: Counting) -> None:
    """The page, once it is known which call it is about."""
    labels = {each.key: open_.labels(each) for each in controls.GROUPS}
    there = stages.available(open_.session, open_.call)
    view, part = controls.head(open_.call.slug, there, labels)
    counted = open_.of(part)
    totals = counts.totals(counted)
    anybody = totals.received if part.stage is Stage.RECEIVED else counted.total()
    nobody = "" if anybody else sentences.about_nobody(totals, part)
    if nobody and part.whole and not totals.received:
        st.info(nobody)
        st.stop()
    if view is not View.FILES:
        show_totals(totals, part.whole)
    views.show(view, actor, counted, controls.choices(view), nobody)


with told():
    call = gate.the_call(actor)
    with counting(actor, Part(call.slug)) as whole_call:
        show(whole_call)
