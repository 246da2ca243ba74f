"""Flags of the jury and of the automatic scan, and the comments to the committee, for coordinators."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.call.spec import spec_of
from reviewer.core.spanish import format_count, format_day_and_time
from reviewer.jury.discussion import comments, flags
from reviewer.jury.discussion.flags import FlagRow
from reviewer.models import Call
from reviewer.web.auth import pages as auth_pages
from reviewer.web.screens.avance import document_scan
from reviewer.web.screens.avisos import dialogs, several
from reviewer.web.screens.revisar.comments import conversation
from reviewer.web.ui import errors
from reviewer.web.ui.address import connect, slug
from reviewer.web.ui.choices import choose_tab
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import page_offset

ROWS = 10
TABS = {slug(label): label for label in ("Por resolver", "Resueltos", "Comité")}
KINDS = {**flags.JUROR_KINDS, **flags.DETECTED_KINDS}
ALL = "todos"


def show_open(actor: Actor, call: Call) -> None:
    """Draws a page of the open flags, of one kind or of all."""
    counts = flags.open_counts(actor, slug=call.slug)
    total = sum(counts.values())
    if not total:
        st.info(
            "No hay avisos por resolver. Cuando alguien del jurado avise de algo, o el sistema encuentre un "
            "documento sin texto en una lectura ciega, uno con texto escondido, o uno que cambió después de "
            "dictaminarse, aparecerá aquí."
        )
        return
    kinds = {slug(label): kind for kind, label in KINDS.items() if counts.get(kind)}
    labels = {ALL: f"Todos {total}"} | {word: f"{KINDS[kind]} {counts[kind]}" for word, kind in kinds.items()}
    kind = kinds.get(choose_tab(labels, key="tipo", label="Mostrar"))
    offset = page_offset(counts[kind] if kind else total, ROWS)
    several.undo_last(actor)
    rows = flags.rows(actor, call=call, kind=kind, offset=offset, limit=ROWS)
    for flag in rows:
        show_flag(actor, call, flag)
    if kind:
        several.resolve(actor, rows)


def show_resolved(actor: Actor, call: Call) -> None:
    """Draws a page of the resolved flags, the latest first."""
    total = flags.resolved_count(actor, slug=call.slug)
    if not total:
        st.info("Todavía no se resuelve ninguno.")
    offset = page_offset(total, ROWS, key="hoja-resueltos")
    for flag in flags.rows(actor, call=call, resolved=True, offset=offset, limit=ROWS):
        show_flag(actor, call, flag)


def show_flag(actor: Actor, call: Call, flag: FlagRow) -> None:
    """Draws a flag: what, where, who, and its resolution."""
    spec = spec_of(call)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            if not flag.resolved_at:
                several.tick(flag)
            st.badge(KINDS[flag.kind], color="gray" if flag.resolved_at else "orange")
            reporter = flag.author or "El sistema"
            about = [flag.folio, flag.label, reporter, format_day_and_time(spec.local(flag.raised_at))]
            st.text(" · ".join(filter(None, about)), width="stretch")
            if flag.withheld:
                st.badge("Retirado del jurado", color="red")
        st.text(flag.words)
        if flag.resolved_at:
            at = format_day_and_time(spec.local(flag.resolved_at))
            st.caption(f"Resuelto el {at} por {escape_markdown(flag.resolved_by or 'la operación')}")
            st.text(flag.resolution)
        with st.container(horizontal=True):
            if flag.document and st.button("Ver el documento", key=f"ver-{flag.public_id}"):
                dialogs.show_document(actor, call, flag)
            label = "Cambiar la resolución" if flag.resolved_at else "Resolver"
            if st.button(label, key=f"resolver-{flag.public_id}", type="primary"):
                dialogs.resolve(actor, flag)
            if flag.resolved_at and st.button("Volver a abrir", key=f"abrir-{flag.public_id}"):
                errors.perform(flags.open_again, actor, flag_ids=[flag.public_id])


def show_committee(actor: Actor, call: Call) -> None:
    """Draws the comments to the committee about one application."""
    if not is_allowed(actor, Action.SEE_DISCUSSION, call.phase):
        st.info("El comité conversa desde que empieza la deliberación. Entonces se leerá aquí.")
        return
    comment_counts = comments.remark_counts(actor, slug=call.slug)
    chosen_folio = st.selectbox(
        f"Postulación ({format_count(len(comment_counts), 'tiene', 'tienen')} comentarios)",
        list(comment_counts),
        format_func=lambda folio: f"{folio} · {comment_counts[folio]}",
        placeholder="Elija o escriba un folio",
        accept_new_options=True,
        index=None,
        key="folio-comite",
    )
    if chosen_folio:
        with errors.show_errors():
            conversation(actor, call, chosen_folio.strip().upper())


actor = auth_pages.require_access(Action.RESOLVE_FLAG)
st.title("Avisos")
with errors.show_errors():
    call = auth_pages.require_call(actor)
    flags.flag_all_without_text(actor, slug=call.slug)
    flags.flag_all_changed(actor, slug=call.slug)
    document_scan.show(actor, call)
    open_tab, resolved_tab, committee_tab = st.tabs(
        list(TABS.values()),
        **connect("parte", default=TABS["por-resolver"], parse=TABS.get, text=slug),
    )
    with open_tab:
        show_open(actor, call)
    with resolved_tab:
        show_resolved(actor, call)
    with committee_tab:
        show_committee(actor, call)
