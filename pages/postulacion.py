"""One application, for corrections: its data, documents, findings and history."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action
from reviewer.call.spec import spec_of
from reviewer.core.paths import ROOT
from reviewer.models import Call
from reviewer.screening import cases
from reviewer.screening.cases import Case
from reviewer.web.auth import pages
from reviewer.web.screens.cotejo.labels import badge
from reviewer.web.screens.lotes import guide
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.screens.postulacion import documents, form, history, withdrawal
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.tables import html_table

BATCHES_PAGE = ROOT / "pages" / "lotes.py"
SCREENING_PAGE = ROOT / "pages" / "cotejo.py"
NO_ANSWER = "No respondió si acepta el aviso de privacidad."
PARTS = {"datos": "Datos", "documentos": "Documentos", "hallazgos": "Hallazgos", "historia": "Historia"}


def head(actor: Actor, call: Call, case: Case) -> None:
    """Draws whose application it is, its state, and links to other pages."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title(f"{escape_markdown(case.folio)} · {escape_markdown(case.name)}", width="content")
        badge(case.eligibility, case.state).draw()
        st.space("stretch")
        withdrawal.button(actor, call, case)
        link_options = {"width": "content", "query_params": {"folio": case.folio, "parte": "todas"}}
        st.page_link(SCREENING_PAGE, label="Cotejarla", icon=":material/fact_check:", **link_options)  # type: ignore[arg-type]
        st.page_link(BATCHES_PAGE, label="Lotes", icon=":material/upload_file:", width="content")


def findings(case: Case) -> None:
    """Draws the findings of the checks, the gravest first."""
    if not case.findings:
        st.success("Nada que señalar.", icon=":material/check:")
        return
    rows = [
        (
            lotes_labels.SEVERITIES[finding.severity].text,
            lotes_labels.CODES.get(finding.code, finding.code),
            finding.message,
        )
        for finding in case.findings
    ]
    html_table(("Gravedad", "Hallazgo", "Qué pasa"), rows)


def consent_line(case: Case) -> str:
    """Returns what was answered about the privacy notice, and which one was in force."""
    answer, notice = case.privacy_consent, escape_markdown(case.privacy_notice)
    if answer is None:
        said = "No consta si aceptó el aviso de privacidad: ninguna columna lo pregunta."
    else:
        said = f"Sobre el aviso de privacidad respondió: «{escape_markdown(answer)}»." if answer else NO_ANSWER
    return f"{said} El de la convocatoria, al recibirla, era la versión {notice}." if notice else said


def show(actor: Actor, call: Call, folio: str) -> None:
    """Draws the application in four parts."""
    spec = spec_of(call)
    case = cases.read_case(actor, slug=call.slug, folio=folio)
    head(actor, call, case)
    saved = st.session_state.pop(form.SAVED_MESSAGE, None)
    if saved:
        st.success(saved, icon=":material/check:")
    part = choose_tab(PARTS, key="parte", label="Parte")
    if part == "datos":
        st.caption(consent_line(case))
        form.correction_form(actor, call.slug, folio)
        form.unclaimed(actor, call.slug, folio)
    elif part == "documentos":
        documents.show(actor, call.slug, spec, folio, case.application_id)
    elif part == "hallazgos":
        findings(case)
    else:
        history.show(actor, call.slug, spec, folio)


actor = pages.require_access(Action.CORRECT)
guide.style()
with show_errors():
    call = pages.current_call(actor)
    folio = st.query_params.get("folio")
    if call is None or folio is None:
        st.title("Postulación")
        st.info("Elija una postulación en Lotes: búsquela por folio, nombre o correo.")
        st.page_link(BATCHES_PAGE, label="Ir a Lotes", icon=":material/arrow_forward:")
    else:
        show(actor, call, folio)
