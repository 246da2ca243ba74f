"""One application, for those who set right what came wrong: its data, documents, findings and history."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.calls import spec_of
from reviewer.models import Call
from reviewer.paths import ROOT
from reviewer.screening import cases
from reviewer.screening.cases import Case
from reviewer.web import gate
from reviewer.web.batches import guide, words
from reviewer.web.dossier import data, documents, story
from reviewer.web.lines import table
from reviewer.web.plain import plain
from reviewer.web.screening.shown import badge
from reviewer.web.told import told

BATCHES = ROOT / "pages" / "lotes.py"
SCREENING = ROOT / "pages" / "cotejo.py"
NO_NOTICE = "No consta qué versión del aviso de privacidad aceptó."
PARTS = ("Datos", "Documentos", "Hallazgos", "Historia")


def head(case: Case) -> None:
    """Whose it is, how it stands, and the ways to other pages."""
    stands = badge(case.eligibility, case.state)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title(f"{plain(case.folio)} · {plain(case.name)}", width="content")
        st.badge(stands.words, color=stands.color, width="content")
        st.space("stretch")
        link = {"width": "content", "query_params": {"folio": case.folio, "parte": "todas"}}
        st.page_link(SCREENING, label="Cotejarla", icon=":material/fact_check:", **link)  # type: ignore[arg-type]
        st.page_link(BATCHES, label="Lotes", icon=":material/upload_file:", width="content")


def findings(case: Case) -> None:
    """What the checks hold against it, the gravest first."""
    if not case.findings:
        st.success("Nada que señalar.", icon=":material/check:")
        return
    rows = [
        (words.SEVERITIES[each.severity].words, words.CODES.get(each.code, each.code), each.message)
        for each in case.findings
    ]
    table(("Gravedad", "Hallazgo", "Qué pasa"), rows)


def show(actor: Actor, call: Call, folio: str) -> None:
    """The application in four parts."""
    spec = spec_of(call)
    case = cases.read_case(actor, call=call.slug, folio=folio)
    head(case)
    saved = st.session_state.pop(data.SAVED, None)
    if saved:
        st.success(saved, icon=":material/check:")
    part = st.segmented_control(
        "Parte", PARTS, default=PARTS[0], required=True, key="parte-postulacion", label_visibility="collapsed"
    )
    if part == "Datos":
        notice = plain(case.privacy_notice)
        st.caption(f"Aceptó el aviso de privacidad, versión {notice}." if notice else NO_NOTICE)
        data.correct(actor, call.slug, folio)
    elif part == "Documentos":
        documents.show(actor, call.slug, spec, folio)
    elif part == "Hallazgos":
        findings(case)
    else:
        story.show(actor, call.slug, spec, folio)


actor = gate.page(Action.CORRECT)
guide.style()
with told():
    call = gate.current_call(actor)
    folio = st.query_params.get("folio")
    if call is None or folio is None:
        st.title("Postulación")
        st.info("Elija una postulación en Lotes: búsquela por folio, nombre o correo.")
        st.page_link(BATCHES, label="Ir a Lotes", icon=":material/arrow_forward:")
    else:
        show(actor, call, folio)
