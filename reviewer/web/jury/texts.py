"""The documents that the machine has yet to read through: how many, how far it is, how to start it."""

import streamlit as st

from reviewer import jobs
from reviewer.access.actor import Actor
from reviewer.job_rows import READ, JobView
from reviewer.jury import texts
from reviewer.models import Call, JobStatus
from reviewer.pace import in_words
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import counted, number

EVERY = 2.0  # seconds


def show(actor: Actor, call: Call) -> None:
    """Nothing, where everything was read through; the page is drawn anew when a reading ends."""
    found = jobs.current(actor, call_slug=call.slug, kind=READ)
    at_work = any(each.is_under_way for each in found)

    @st.fragment(run_every=EVERY if at_work else None)
    def panel() -> None:
        now = jobs.current(actor, call_slug=call.slug, kind=READ)
        if at_work and not any(each.is_under_way for each in now):
            st.rerun()
        for each in now[:1]:
            _draw(actor, each)

    if found:
        panel()
        return
    left = texts.pending(actor, call=call.slug)
    if not left:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            f"El sistema no ha leído {counted(left, 'documento', 'documentos')} del jurado: puede haber "
            "páginas en que no se cubre nada, o personas del jurado nombradas.",
            width="stretch",
        )
        if st.button("Leer ahora", icon=":material/find_in_page:", width="content"):
            with told():
                jobs.start_for_call(actor, kind=READ, call_slug=call.slug)
                st.rerun()


def _draw(actor: Actor, job: JobView) -> None:
    if job.is_under_way:
        pace = in_words(job.done, job.total, job.rate)
        so_far = f": {number(job.done)} de {number(job.total)}" if job.total else ""
        words = f"Leyendo documentos{so_far}{' · ' if pace else ''}{pace}. Puede salir de esta página."
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=words)
        return
    stopped = "La lectura de los documentos se interrumpió." if job.status is JobStatus.INTERRUPTED else ""
    st.error(stopped or plain(job.error or "La lectura de los documentos no terminó."))
    if st.button("Continuar", key=f"leer-{job.public_id}"):
        with told():
            jobs.resume(actor, job_id=job.public_id)
            st.rerun()
