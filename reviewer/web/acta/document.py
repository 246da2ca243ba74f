"""The document: what hinders it, its draft, the signature with the password, versions and corrections."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.decision.acta import signing
from reviewer.decision.acta.signing import Signed, Standing
from reviewer.decision.acta.wording import grouped
from reviewer.web.plain import plain
from reviewer.web.routes import actas
from reviewer.web.told import told
from reviewer.words import counted, day_and_time


def show(actor: Actor, standing: Standing, spec: CallSpec) -> None:
    """The signed acta, or the way to it."""
    if standing.signed is not None:
        _signed(actor, standing.signed, spec)
    else:
        _unsigned(actor, standing, spec)
    earlier = standing.versions[:-1] if standing.signed else standing.versions
    if earlier:
        st.header("Versiones anteriores")
        for each in reversed(earlier):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(_words(each, spec), width="content")
                actas.link("PDF", "firmada.pdf", acta=each.public_id)


def _signed(actor: Actor, signed: Signed, spec: CallSpec) -> None:
    st.success(
        f"El acta está firmada (versión {signed.version}) y la decisión ya no cambia.",
        icon=":material/verified:",
    )
    st.text(_words(signed, spec))
    if signed.correction:
        st.text(f"Corrige la anterior: {signed.correction}")
    with st.container(horizontal=True, gap="large"):
        actas.link("Abrir el acta (PDF)", "firmada.pdf", acta=signed.public_id)
        actas.link("Descargar para editar (DOCX)", "firmada.docx", acta=signed.public_id)
    st.caption("Huella de folios, puntajes y decisiones")
    st.code(grouped(signed.fingerprint), language=None)
    if st.button("Corregir el acta…"):
        _correct(actor, signed, spec)


def _unsigned(actor: Actor, standing: Standing, spec: CallSpec) -> None:
    if standing.correcting is not None:
        st.warning(
            "Hay una corrección en curso: la decisión está abierta hasta que se firme la versión nueva."
        )
        st.text(f"Motivo: {standing.correcting}")
        if st.button("Dejar la corrección"):
            with told():
                signing.give_up_correction(actor, call=spec.slug)
                st.rerun()
    if standing.obstacles:
        st.header("Antes de firmar falta")
        for each in standing.obstacles:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(":red[:material/block:]", width="content")
                st.text(each, width="stretch")
    for each in standing.cautions:
        st.warning(plain(each))
    if not standing.has_selection:
        return
    with told():
        facts = signing.draft(actor, call=spec.slug)
        st.header("Borrador")
        taken = sum(len(each.selected) for each in facts.venues)
        st.write(
            f"{counted(taken, 'persona seleccionada', 'personas seleccionadas')} para "
            f"{counted(facts.seats, 'lugar', 'lugares')}, "
            f"{counted(len(facts.resolved), 'decisión en sesión', 'decisiones en sesión')}, "
            f"{counted(len(facts.changes), 'cambio a mano', 'cambios a mano')}."
            + (
                " Como se dictaminó a ciegas, el borrador no lleva nombres: se agregan al firmar."
                * facts.blind
            )
        )
        with st.container(horizontal=True, gap="large"):
            actas.link("Ver el borrador (PDF)", "borrador.pdf", convocatoria=spec.slug)
            actas.link("Descargar para editar (DOCX)", "borrador.docx", convocatoria=spec.slug)
        if not standing.obstacles:
            _sign(actor, spec, facts.fingerprint, facts.version)


def _sign(actor: Actor, spec: CallSpec, fingerprint: str, version: int) -> None:
    with st.form("firmar", border=True, clear_on_submit=True):
        st.header("Firmar")
        st.write(
            f"Al firmar, la versión {version} queda como está en el borrador: la selección, los cambios y "
            "las sesiones ya no se pueden tocar, y la convocatoria pasa a tener fallo. Luego solo se corrige "
            "con otra versión."
        )
        password = st.text_input("Su contraseña", type="password", autocomplete="current-password")
        signed = st.form_submit_button("Firmar el acta", type="primary")
    if signed:
        with told():
            signing.sign(actor, call=spec.slug, password=password, fingerprint=fingerprint)
            st.rerun()


@st.dialog("Corregir el acta", width="medium")
def _correct(actor: Actor, signed: Signed, spec: CallSpec) -> None:
    st.write(
        f"La decisión se abre otra vez: se podrá cambiar la selección y tener otra sesión. La versión nueva "
        f"nombrará a la versión {signed.version} y dirá por qué la corrige. Hasta que la firme no hay acta "
        "en vigor."
    )
    reason = st.text_area("Qué se corrige y por qué", max_chars=signing.LONGEST_CORRECTION)
    if st.button("Abrir la corrección", type="primary"):
        with told():
            signing.begin_correction(actor, call=spec.slug, reason=reason)
            st.rerun()


def _words(signed: Signed, spec: CallSpec) -> str:
    at = day_and_time(spec.local(signed.signed_at))
    return (
        f"Versión {signed.version}, firmada por {signed.signed_by} el {at}, huella {signed.fingerprint[:12]}"
    )
