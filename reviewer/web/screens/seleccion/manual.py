"""Changes to a selection by hand, each with a reason."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core import reasons
from reviewer.core.spanish import format_day_and_time
from reviewer.decision.selection import queries as selection_queries
from reviewer.decision.selection.queries import ScenarioDetail
from reviewer.decision.selection.record import HandChangeEntry
from reviewer.decision.selection.service import change_by_hand, undo_change
from reviewer.models import Call, ChangeKind
from reviewer.web.screens.seleccion import labels as seleccion_labels
from reviewer.web.ui.errors import perform
from reviewer.web.ui.markdown_escape import escape_markdown


def show(viewer: Actor, call: Call, detail: ScenarioDetail) -> None:
    """Draws the changes, and the form for another unless the acta is signed."""
    changes, frozen = detail.selection.changes, detail.selection.signed_at is not None
    if frozen and not changes:
        return
    title = f"Cambios a mano ({len(changes)})" if changes else "Cambiar a mano"
    with st.expander(title, expanded=bool(changes), key="a-mano"):
        for change in changes:
            _line(viewer, detail, change, spec_of(call), frozen=frozen)
        if not frozen:
            _form(viewer, call, detail)


def _line(viewer: Actor, detail: ScenarioDetail, change: HandChangeEntry, spec: CallSpec, *, frozen: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        venue_label = seleccion_labels.venue(change.venue, spec)
        by = f" · {change.made_by}" if change.made_by else ""
        description = seleccion_labels.CHANGES[change.kind].lower() + (
            f" a {escape_markdown(venue_label)}" if venue_label else ""
        )
        st.markdown(f"**{change.folio}** · {description} · «{escape_markdown(change.reason)}»")
        st.caption(f"{format_day_and_time(spec.local(change.made_at))}{escape_markdown(by)}", width="content")
        if not frozen and st.button("Quitar", key=f"quitar-cambio-{change.id}"):
            perform(
                undo_change,
                viewer,
                public_id=detail.selection.public_id,
                change_id=change.id,
                version=detail.selection.version,
            )


def _form(viewer: Actor, call: Call, detail: ScenarioDetail) -> None:
    spec = spec_of(call)
    st.caption(
        "Siempre se permite y siempre se muestra: aquí, junto a las reglas que rompa, y en el acta con su motivo."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Cambio",
            list(ChangeKind),
            format_func=seleccion_labels.CHANGES.__getitem__,
            default=ChangeKind.IN,
            required=True,
            key="cambio",
        )
        kind = kind or ChangeKind.IN
        folios = _folios(viewer, call, detail, kind)
        folio = st.selectbox("Folio", folios, key=f"folio-{kind}", width=180, placeholder="Ninguno")
        venue_key = ""
        if kind is not ChangeKind.OUT:
            venue_labels = spec.venue_labels
            venue_key = st.selectbox(
                "Sede", list(venue_labels), format_func=venue_labels.__getitem__, key="sede", width=200
            )
        reason = st.text_input("Motivo", key=f"motivo-{detail.selection.version}", max_chars=reasons.MAX_LENGTH)
    if st.button("Hacer el cambio", disabled=not folio, icon=":material/swap_horiz:"):
        perform(
            change_by_hand,
            viewer,
            public_id=detail.selection.public_id,
            folio=folio,
            kind=kind,
            venue=venue_key,
            reason=reason,
            version=detail.selection.version,
        )


def _folios(viewer: Actor, call: Call, detail: ScenarioDetail, kind: ChangeKind) -> list[str]:
    if kind is ChangeKind.IN:
        return selection_queries.addable_folios(viewer, slug=call.slug, public_id=detail.selection.public_id)
    return sorted(place.folio for place in detail.selection.selected)
