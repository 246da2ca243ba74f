"""The acta itself: obstacles, the draft, the signature with the password, versions and corrections."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core import reasons
from reviewer.core.spanish import format_count, format_day_and_time
from reviewer.decision.acta import signing
from reviewer.decision.acta.signing import ActaStatus, SignedVersion
from reviewer.decision.acta.wording import format_fingerprint
from reviewer.web.routes import actas
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown


def show(actor: Actor, standing: ActaStatus, spec: CallSpec) -> None:
    """Draws the signed acta, or what is needed to sign it."""
    if standing.version_in_force is not None:
        _show_signed(actor, standing.version_in_force, spec)
    else:
        _show_unsigned(actor, standing, spec)
    earlier_versions = standing.versions[:-1] if standing.version_in_force else standing.versions
    if earlier_versions:
        st.header("Versiones anteriores")
        for version in reversed(earlier_versions):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(_version_text(version, spec), width="content")
                actas.link("PDF", "firmada.pdf", acta=version.public_id)


def _show_signed(actor: Actor, signed: SignedVersion, spec: CallSpec) -> None:
    st.success(
        f"El acta está firmada (versión {signed.version}) y la decisión ya no cambia.",
        icon=":material/verified:",
    )
    st.text(_version_text(signed, spec))
    if signed.correction:
        st.text(f"Corrige la anterior: {signed.correction}")
    with st.container(horizontal=True, gap="large"):
        actas.link("Abrir el acta (PDF)", "firmada.pdf", acta=signed.public_id)
        actas.link("Descargar para editar (DOCX)", "firmada.docx", acta=signed.public_id)
    st.caption("Huella de folios, puntajes y decisiones")
    st.code(format_fingerprint(signed.fingerprint), language=None)
    if st.button("Corregir el acta…"):
        _correction_dialog(actor, signed, spec)


def _show_unsigned(actor: Actor, standing: ActaStatus, spec: CallSpec) -> None:
    if standing.correction_reason is not None:
        st.warning("Hay una corrección en curso: la decisión está abierta hasta que se firme la versión nueva.")
        st.text(f"Motivo: {standing.correction_reason}")
        if st.button("Dejar la corrección"):
            perform(signing.cancel_correction, actor, slug=spec.slug)
    if standing.obstacles:
        st.header("Antes de firmar falta")
        for obstacle in standing.obstacles:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(":red[:material/block:]", width="content")
                st.text(obstacle, width="stretch")
    for caution in standing.cautions:
        st.warning(escape_markdown(caution))
    if not standing.has_selection:
        return
    with show_errors():
        facts = signing.draft(actor, slug=spec.slug)
        st.header("Borrador")
        selected_count = sum(len(venue.selected) for venue in facts.venues)
        st.write(
            f"{format_count(selected_count, 'persona seleccionada', 'personas seleccionadas')} para "
            f"{format_count(facts.seats, 'lugar', 'lugares')}, "
            f"{format_count(len(facts.resolved), 'decisión en sesión', 'decisiones en sesión')}, "
            f"{format_count(len(facts.changes), 'cambio a mano', 'cambios a mano')}."
            + (" Como se dictaminó a ciegas, el borrador no lleva nombres: se agregan al firmar." * facts.blind)
        )
        with st.container(horizontal=True, gap="large"):
            actas.link("Ver el borrador (PDF)", "borrador.pdf", convocatoria=spec.slug)
            actas.link("Descargar para editar (DOCX)", "borrador.docx", convocatoria=spec.slug)
        if not standing.obstacles:
            _signature_form(actor, spec, facts.fingerprint, facts.version)


def _signature_form(actor: Actor, spec: CallSpec, fingerprint: str, version: int) -> None:
    with st.form("firmar", border=True, clear_on_submit=True):
        st.header("Firmar")
        st.write(
            f"Al firmar, la versión {version} queda como está en el borrador: la selección, los cambios y las sesiones "
            "ya no se pueden tocar, y la convocatoria pasa a tener fallo. Luego solo se corrige con otra versión."
        )
        password = st.text_input("Su contraseña", type="password", autocomplete="current-password")
        submitted = st.form_submit_button("Firmar el acta", type="primary")
    if submitted:
        perform(signing.sign, actor, slug=spec.slug, password=password, fingerprint=fingerprint)


@st.dialog("Corregir el acta", width="medium")
def _correction_dialog(actor: Actor, signed: SignedVersion, spec: CallSpec) -> None:
    st.write(
        "La decisión se abre otra vez: se podrá cambiar la selección y tener otra sesión. La versión nueva nombrará a "
        f"la versión {signed.version} y dirá por qué la corrige. Hasta que la firme no hay acta en vigor."
    )
    reason = st.text_area("Qué se corrige y por qué", max_chars=reasons.MAX_LENGTH)
    if st.button("Abrir la corrección", type="primary"):
        perform(signing.begin_correction, actor, slug=spec.slug, reason=reason)


def _version_text(signed: SignedVersion, spec: CallSpec) -> str:
    at = format_day_and_time(spec.local(signed.signed_at))
    return f"Versión {signed.version}, firmada por {signed.signed_by} el {at}, huella {signed.fingerprint[:12]}"
