"""Progress: how far the jury has come, who needs a word, and when it may be done."""

import streamlit as st

from reviewer import clock
from reviewer.access.permissions import Action
from reviewer.calls import CallSpec, spec_of
from reviewer.jury.progress import JurorProgress, Progress, progress
from reviewer.jury.window import closing_words
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.web import gate
from reviewer.web.routes import downloads
from reviewer.web.told import told
from reviewer.words import counted, day, day_and_time, listed, number, percent

NAMED = 6


def overall(seen: Progress, spec: CallSpec) -> None:
    """The bar, and the date or why there is none."""
    share = seen.submitted / seen.assigned
    words = f"{number(seen.submitted)} de {number(seen.assigned)} lecturas enviadas · {percent(share)}"
    closing = closing_words(spec)
    st.progress(share, text=f"{words} · cierra {closing}" if closing else words)
    st.write(forecast(seen, spec))


def forecast(seen: Progress, spec: CallSpec) -> str:
    """When it may be done, said only as far as the figures carry."""
    if seen.submitted == seen.assigned:
        return "Todo el jurado terminó."
    if seen.stalled:
        names = [each.name for each in seen.stalled[:NAMED]]
        rest = len(seen.stalled) - len(names)
        who = listed([*names, *([counted(rest, "persona más", "personas más")] if rest else [])])
        others = f" Los demás terminan el {day(spec.local(seen.done_at))}." if seen.done_at else ""
        return f"Sin fecha: tienen pendientes y no han enviado nada en siete días {who}.{others}"
    if seen.done_at is None:
        return "Sin fecha: todavía no hay un ritmo."
    done = (
        f"Al ritmo de los últimos siete días, la última persona termina el {day(spec.local(seen.done_at))}."
    )
    late = spec.review_closes is not None and seen.done_at > spec.review_closes > clock.now()
    return f"{done} **Es después del cierre.**" if late else done


def by_readings(seen: Progress) -> None:
    """Applications by how many readings came back."""
    st.header("Postulaciones según sus lecturas enviadas")
    with st.container(horizontal=True):
        for readings, count in seen.by_readings.items():
            st.metric(counted(readings, "lectura", "lecturas"), number(count), border=True, width=150)


def by_juror(seen: Progress, spec: CallSpec, call: Call) -> None:
    """The jury, the one with most left first."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.header("Por persona", width="content")
        downloads.link("Descargar CSV", "avance", convocatoria=call.slug)
    st.table([row(each, spec) for each in seen.jurors], hide_index=True, border="horizontal")


def row(each: JurorProgress, spec: CallSpec) -> dict[str, str]:
    """A juror's line."""
    last, done = each.last_activity, each.done_at
    ending = "Terminó" if not each.left else day(spec.local(done)) if done else "Sin ritmo"
    return {
        "Persona": each.name,
        "Asignadas": number(each.assigned),
        "Empezadas": number(each.begun),
        "Enviadas": f"{number(each.submitted)} ({percent(each.submitted / each.assigned)})",
        "Última actividad": day_and_time(spec.local(last)) if last else "Todavía ninguna",
        "Por día": number(each.pace) if each.pace else "–",
        "Terminaría": ending,
    }


actor = gate.page(Action.SEE_PROGRESS)
st.title("Avance")
with told():
    call = gate.current_call(actor)
    if call is None:
        st.info("Todavía no hay una convocatoria: quien administra puede instalarla en Convocatoria.")
        st.stop()
    seen = progress(actor, call=call.slug)
    if not seen.jurors:
        st.info("Todavía no se reparte nada. El avance aparecerá aquí cuando el jurado tenga postulaciones.")
        st.page_link(ROOT / "pages" / "asignacion.py", label="Ir a Asignación")
        st.stop()
    overall(seen, spec_of(call))
    by_readings(seen)
    by_juror(seen, spec_of(call), call)
