"""One request: what was asked, whose data it is about, what was decided, and the answer."""

from datetime import date, timedelta

import streamlit as st

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.calls import spec_of
from reviewer.errors import Refused
from reviewer.intake import corrections
from reviewer.models import Call, PrivacyRequest, RequestKind, Ruling
from reviewer.paths import ROOT
from reviewer.privacy import blocking, person, requests
from reviewer.privacy.requests import RequestView
from reviewer.web.batches.words import spoken
from reviewer.web.lines import table
from reviewer.web.plain import plain
from reviewer.web.privacy.words import BLOCK_TIME, FOLIOS, KINDS, RULINGS, folios_in, in_full, state_of
from reviewer.web.routes import privacy as files
from reviewer.web.told import told
from reviewer.words import day_and_time

APPLICATION = ROOT / "pages" / "postulacion.py"
SENSITIVE = ("pueblo_indigena", "afromexicana", "discapacidad")
BLOCKING = (RequestKind.CANCELLATION, RequestKind.OPPOSITION)


def show(actor: Actor, call: Call, public_id: str) -> None:
    """The request, and what is to be done next."""
    view = requests.request(actor, call=call.slug, public_id=public_id)
    one = view.request
    words, color = state_of(view)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"Solicitud {one.number} · {KINDS[one.kind]}", width="content")
        st.badge(words, color=color, width="content")  # type: ignore[arg-type]
        st.space("stretch")
        if st.button("Todas las solicitudes", icon=":material/arrow_back:", type="tertiary"):
            del st.query_params["solicitud"]
            st.rerun()
    left, right = st.columns([3, 2], gap="large")
    with left:
        _facts(call, view)
        if not one.answered_on:
            _amending(actor, one)
        _data(actor, call, one)
    with right:
        _ruling(actor, call, view)
        if one.ruling:
            _answer(actor, call, view)


def _facts(call: Call, view: RequestView) -> None:
    one = view.request
    at = day_and_time(spec_of(call).local(one.registered_at))
    rows = [
        ("Quién lo solicita", one.requester),
        ("Recibe la respuesta en", one.contact or "–"),
        ("Identidad", one.identity),
        ("Qué pide", one.wanted or "–"),
        ("Recibida", in_full(one.received_on)),
        ("Responder a más tardar", in_full(one.due_on)),
        *((("Por qué se movió el plazo", one.due_reason),) if one.due_reason else ()),
        ("Registró", f"{view.registered_by}, {at}"),
    ]
    table(("", ""), rows)


def _amending(actor: Actor, one: PrivacyRequest) -> None:
    with st.expander("Anotar el folio o mover el plazo", expanded=not one.folios):
        left, right = st.columns([3, 2])
        folios = left.text_input("Folios", ", ".join(one.folios), max_chars=200, placeholder=FOLIOS)
        due = right.date_input("Responder a más tardar", one.due_on, format="DD/MM/YYYY")
        reason = st.text_input("Por qué se mueve el plazo, si se mueve", max_chars=300)
        if st.button("Guardar los cambios"):
            with told():
                if not isinstance(due, date):
                    raise Refused("Elija un día.")
                requests.amend(
                    actor, public_id=one.public_id, folios=folios_in(folios), due_on=due, reason=reason
                )
                st.rerun()


def _data(actor: Actor, call: Call, one: PrivacyRequest) -> None:
    st.subheader("Sus datos")
    if not one.folios:
        st.info(
            "La solicitud todavía no dice de qué folio se trata. Búsquelo en «Datos de una persona» por su "
            "correo o su CURP, y anótelo arriba."
        )
    for folio in one.folios:
        for found in person.find(actor, call=call.slug, words=folio):
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(found.folio)}** {plain(found.name)}", width="content")
                st.caption(f"datos {found.state_in_words}", width="content")
                st.space("stretch")
                _ways(actor, call, one, found)


def _ways(actor: Actor, call: Call, one: PrivacyRequest, found: person.Found) -> None:
    """What can be done with her data under the right that she exercises."""
    files.link("Descargar sus datos", "persona.zip", convocatoria=call.slug, folio=found.folio)
    if found.state is None and one.kind is RequestKind.RECTIFICATION:
        st.page_link(APPLICATION, label="Corregir", query_params={"folio": found.folio})
        if not one.answered_on and st.button("Datos sensibles…", key=f"sensibles-{found.folio}"):
            _sensitive(actor, call, one, found.folio)
    may_block = found.state is None and one.kind in BLOCKING and not one.answered_on
    if may_block and st.button("Bloquear sus datos", key=f"bloquear-{found.folio}"):
        _block(actor, call, one, found.folio)


@st.dialog("Corregir datos sensibles")
def _sensitive(actor: Actor, call: Call, one: PrivacyRequest, folio: str) -> None:
    """What no other page sets; what stands now is not shown, since it need not be known to be put right."""
    st.write(f"Escriba lo que la persona pide que diga su postulación ({plain(folio)}). Lo vacío no cambia.")
    entered = {
        name: st.text_input(spoken(name), max_chars=200, key=f"{name}-{folio}", autocomplete="off")
        for name in SENSITIVE
    }
    if st.button("Guardar la corrección", type="primary"):
        with told():
            _, seen = corrections.read_cells(actor, call_slug=call.slug, folio=folio)
            corrections.correct(
                actor,
                call_slug=call.slug,
                folio=folio,
                cells={name: value.strip() for name, value in entered.items() if value.strip()},
                reason=f"Solicitud {one.number} de rectificación",
                seen=seen,
            )
            st.rerun()


@st.dialog("Bloquear sus datos")
def _block(actor: Actor, call: Call, one: PrivacyRequest, folio: str) -> None:
    today = spec_of(call).local(clock.now()).date()
    st.write(
        f"Los datos y documentos de {plain(folio)} dejan de verse en todas las pantallas, listas y archivos. "
        "Si la convocatoria no tiene fallo la postulación queda fuera. Pasado el plazo podrán suprimirse. "
        "Mientras, se puede deshacer en «Datos de una persona»."
    )
    days = spec_of(call).decision.retention_days
    until = st.date_input(
        "Podrán suprimirse desde el",
        today + timedelta(days=days),
        min_value=today,
        format="DD/MM/YYYY",
    )
    st.caption(BLOCK_TIME)
    if st.button("Bloquear", type="primary"):
        with told():
            if not isinstance(until, date):
                raise Refused("Elija un día.")
            ground = f"Solicitud {one.number} de {KINDS[one.kind].lower()}"
            blocking.block(actor, call=call.slug, folios=[folio], ground=ground, delete_after=until)
            st.rerun()


def _ruling(actor: Actor, call: Call, view: RequestView) -> None:
    one = view.request
    st.subheader("Decisión")
    if one.ruling and one.ruled_at:
        at = day_and_time(spec_of(call).local(one.ruled_at))
        st.markdown(f"**{RULINGS[one.ruling]}**")
        st.text(one.ground)
        st.caption(f"{plain(view.ruled_by)}, {at}")
    if one.answered_on:
        return
    with st.expander("Cambiar la decisión") if one.ruling else st.container():
        ruling = st.segmented_control(
            "Sentido",
            list(Ruling),
            format_func=RULINGS.__getitem__,
            default=one.ruling or Ruling.GRANTED,
            required=True,
            label_visibility="collapsed",
        )
        ground = st.text_area("Fundamento y motivo", one.ground, max_chars=2000, height=110)
        if st.button("Guardar la decisión", type="secondary" if one.ruling else "primary"):
            with told():
                requests.rule(actor, public_id=one.public_id, ruling=Ruling(ruling), ground=ground)
                st.rerun()


def _answer(actor: Actor, call: Call, view: RequestView) -> None:
    one = view.request
    st.subheader("Respuesta")
    if one.answered_on:
        st.text(one.answer)
        st.caption(f"{in_full(one.answered_on)}; la anotó {plain(view.answered_by)}")
        return
    today = spec_of(call).local(clock.now()).date()
    on = st.date_input("Enviada el", today, min_value=one.received_on, max_value=today, format="DD/MM/YYYY")
    words = st.text_area(
        "Qué se respondió y por qué medio",
        max_chars=2000,
        height=90,
        placeholder="Por ejemplo: oficio 12/2026, enviado por correo con el archivo de sus datos",
    )
    if st.button("Anotar la respuesta y cerrar", type="primary"):
        with told():
            if not isinstance(on, date):
                raise Refused("Elija un día.")
            requests.answer(actor, public_id=one.public_id, words=words, answered_on=on)
            st.rerun()
