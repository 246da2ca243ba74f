"""One request: what was asked, whose data it concerns, the ruling, and the answer."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import spec_of
from reviewer.core import clock, reasons
from reviewer.core.paths import ROOT
from reviewer.core.spanish import format_day_and_time, format_day_and_year
from reviewer.demographics.questions import SENSITIVE
from reviewer.intake.corrections import rows as corrections_rows
from reviewer.models import Call, PrivacyRequest, RequestKind, Ruling
from reviewer.privacy import blocking, requests, subject_export
from reviewer.privacy.requests import RequestView
from reviewer.web.routes import privacy as files
from reviewer.web.screens.lotes.labels import canonical_label
from reviewer.web.screens.privacidad.inputs import deletion_day_input, require_day
from reviewer.web.screens.privacidad.labels import FOLIOS_EXAMPLE, KINDS, RULINGS, split_folios, state_of
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.tables import html_table

APPLICATION_PAGE = ROOT / "pages" / "postulacion.py"
BLOCKING_KINDS = (RequestKind.CANCELLATION, RequestKind.OPPOSITION)


def show(actor: Actor, call: Call, public_id: str) -> None:
    """Draws the request, and what is to be done next."""
    view = requests.get_request(actor, slug=call.slug, public_id=public_id)
    request = view.request
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"Solicitud {request.number} · {KINDS[request.kind]}", width="content")
        state_of(view).draw()
        st.space("stretch")
        if st.button("Todas las solicitudes", icon=":material/arrow_back:", type="tertiary"):
            del st.query_params["solicitud"]
            st.rerun()
    left, right = st.columns([3, 2], gap="large")
    with left:
        _facts(call, view)
        if not request.answered_on:
            _amendment_form(actor, request)
        _data(actor, call, request)
    with right:
        _ruling(actor, call, view)
        if request.ruling:
            _answer(actor, call, view)


def _facts(call: Call, view: RequestView) -> None:
    request = view.request
    at = format_day_and_time(spec_of(call).local(request.registered_at))
    rows = [
        ("Quién lo solicita", request.requester),
        ("Recibe la respuesta en", request.contact or "–"),
        ("Identidad", request.identity),
        ("Qué pide", request.wanted or "–"),
        ("Recibida", format_day_and_year(request.received_on)),
        ("Responder a más tardar", format_day_and_year(request.due_on)),
        *((("Por qué se movió el plazo", request.due_reason),) if request.due_reason else ()),
        ("Registró", f"{view.registered_by}, {at}"),
    ]
    html_table(("", ""), rows)


def _amendment_form(actor: Actor, request: PrivacyRequest) -> None:
    with st.expander("Anotar el folio o mover el plazo", expanded=not request.folios):
        left, right = st.columns([3, 2])
        folios = left.text_input("Folios", ", ".join(request.folios), max_chars=200, placeholder=FOLIOS_EXAMPLE)
        due = right.date_input("Responder a más tardar", request.due_on, format="DD/MM/YYYY")
        reason = st.text_input("Por qué se mueve el plazo, si se mueve", max_chars=reasons.MAX_LENGTH)
        if st.button("Guardar los cambios"):
            with show_errors():
                requests.amend(
                    actor,
                    public_id=request.public_id,
                    folios=split_folios(folios),
                    due_on=require_day(due),
                    reason=reason,
                )
                st.rerun()


def _data(actor: Actor, call: Call, request: PrivacyRequest) -> None:
    st.subheader("Sus datos")
    if not request.folios:
        st.info(
            "La solicitud todavía no dice de qué folio se trata. Búsquelo en «Datos de una persona» por su "
            "correo o su CURP, y anótelo arriba."
        )
    for folio in request.folios:
        for application in subject_export.find(actor, slug=call.slug, text=folio):
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{escape_markdown(application.folio)}** {escape_markdown(application.name)}",
                    width="content",
                )
                st.caption(f"datos {application.state_label}", width="content")
                st.space("stretch")
                _data_actions(actor, call, request, application)


def _data_actions(actor: Actor, call: Call, request: PrivacyRequest, application: subject_export.SubjectMatch) -> None:
    """Draws what can be done with the person's data under the right that they exercise."""
    files.link("Descargar sus datos", "persona.zip", convocatoria=call.slug, folio=application.folio)
    if application.state is None and request.kind is RequestKind.RECTIFICATION:
        st.page_link(APPLICATION_PAGE, label="Corregir", query_params={"folio": application.folio})
        if not request.answered_on and st.button("Datos sensibles…", key=f"sensibles-{application.folio}"):
            _sensitive_dialog(actor, call, request, application.folio)
    may_block = application.state is None and request.kind in BLOCKING_KINDS and not request.answered_on
    if may_block and st.button("Bloquear sus datos", key=f"bloquear-{application.folio}"):
        _block_dialog(actor, call, request, application.folio)


@st.dialog("Corregir datos sensibles")
def _sensitive_dialog(actor: Actor, call: Call, request: PrivacyRequest, folio: str) -> None:
    """Asks for sensitive data, which no other page sets.

    The current values are not shown, since they need not be known to be corrected.
    """
    st.write(f"Escriba lo que la persona pide que diga su postulación ({escape_markdown(folio)}). Lo vacío no cambia.")
    entered = {
        name: st.text_input(canonical_label(name), max_chars=200, key=f"{name}-{folio}", autocomplete="off")
        for name in SENSITIVE
    }
    if st.button("Guardar la corrección", type="primary"):
        with show_errors():
            _, version = corrections_rows.read_cells(actor, slug=call.slug, folio=folio)
            corrections_rows.correct_application(
                actor,
                slug=call.slug,
                folio=folio,
                cells={name: value.strip() for name, value in entered.items() if value.strip()},
                reason=f"Solicitud {request.number} de rectificación",
                based_on=version,
            )
            st.rerun()


@st.dialog("Bloquear sus datos")
def _block_dialog(actor: Actor, call: Call, request: PrivacyRequest, folio: str) -> None:
    today = spec_of(call).local(clock.now()).date()
    st.write(
        f"Los datos y documentos de {escape_markdown(folio)} dejan de verse en todas las pantallas, listas y archivos. "
        "Si la convocatoria no tiene fallo la postulación queda fuera. Pasado el plazo podrán suprimirse. Mientras, se "
        "puede deshacer en «Datos de una persona»."
    )
    until = deletion_day_input(today, spec_of(call).decision.retention_days)
    if st.button("Bloquear", type="primary"):
        with show_errors():
            ground = f"Solicitud {request.number} de {KINDS[request.kind].lower()}"
            blocking.block(actor, slug=call.slug, folios=[folio], ground=ground, delete_after=require_day(until))
            st.rerun()


def _ruling(actor: Actor, call: Call, view: RequestView) -> None:
    request = view.request
    st.subheader("Decisión")
    if request.ruling and request.ruled_at:
        at = format_day_and_time(spec_of(call).local(request.ruled_at))
        st.markdown(f"**{RULINGS[request.ruling]}**")
        st.text(request.ground)
        st.caption(f"{escape_markdown(view.ruled_by)}, {at}")
    if request.answered_on:
        return
    with st.expander("Cambiar la decisión") if request.ruling else st.container():
        ruling = st.segmented_control(
            "Sentido",
            list(Ruling),
            format_func=RULINGS.__getitem__,
            default=request.ruling or Ruling.GRANTED,
            required=True,
            label_visibility="collapsed",
        )
        ground = st.text_area("Fundamento y motivo", request.ground, max_chars=reasons.MAX_LENGTH, height=110)
        if st.button("Guardar la decisión", type="secondary" if request.ruling else "primary"):
            perform(requests.rule, actor, public_id=request.public_id, ruling=Ruling(ruling), ground=ground)


def _answer(actor: Actor, call: Call, view: RequestView) -> None:
    request = view.request
    st.subheader("Respuesta")
    if request.answered_on:
        st.text(request.answer)
        st.caption(f"{format_day_and_year(request.answered_on)}; la anotó {escape_markdown(view.answered_by)}")
        return
    today = spec_of(call).local(clock.now()).date()
    answered_on = st.date_input(
        "Enviada el", today, min_value=request.received_on, max_value=today, format="DD/MM/YYYY"
    )
    answer_text = st.text_area(
        "Qué se respondió y por qué medio",
        max_chars=reasons.MAX_LENGTH,
        height=90,
        placeholder="Por ejemplo: oficio 12/2026, enviado por correo con el archivo de sus datos",
    )
    if st.button("Anotar la respuesta y cerrar", type="primary"):
        with show_errors():
            requests.answer(actor, public_id=request.public_id, text=answer_text, answered_on=require_day(answered_on))
            st.rerun()
