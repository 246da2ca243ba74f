"""Changes by hand: made with a reason, always shown, and taken back."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec, spec_of
from reviewer.decision.selection import reading
from reviewer.decision.selection.computing import change_by_hand, undo_change
from reviewer.decision.selection.reading import Detail
from reviewer.decision.selection.record import Change
from reviewer.models import Call, ChangeKind
from reviewer.web.plain import plain
from reviewer.web.selection import words
from reviewer.web.told import told
from reviewer.words import day_and_time


def show(viewer: Actor, call: Call, shown: Detail) -> None:
    """Draws the changes made, and the form for another unless the acta was signed."""
    changes, frozen = shown.selection.changes, shown.selection.signed_at is not None
    if frozen and not changes:
        return
    title = f"Cambios a mano ({len(changes)})" if changes else "Cambiar a mano"
    with st.expander(title, expanded=bool(changes), key="a-mano"):
        for each in changes:
            _line(viewer, shown, each, spec_of(call), frozen=frozen)
        if not frozen:
            _form(viewer, call, shown)


def _line(viewer: Actor, shown: Detail, change: Change, spec: CallSpec, *, frozen: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        where = words.venue(change.venue, spec)
        by = f" · {change.made_by}" if change.made_by else ""
        what = words.CHANGES[change.kind].lower() + (f" a {plain(where)}" if where else "")
        st.markdown(f"**{change.folio}** · {what} · «{plain(change.reason)}»")
        st.caption(f"{day_and_time(spec.local(change.made_at))}{plain(by)}", width="content")
        if not frozen and st.button("Quitar", key=f"quitar-cambio-{change.id}"):
            with told():
                undo_change(
                    viewer,
                    scenario=shown.selection.public_id,
                    change=change.id,
                    version=shown.selection.version,
                )
                st.rerun()


def _form(viewer: Actor, call: Call, shown: Detail) -> None:
    spec = spec_of(call)
    st.caption(
        "Siempre se permite y siempre se muestra: aquí, junto a las reglas que rompa, y en el acta con su "
        "motivo."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Cambio",
            list(ChangeKind),
            format_func=words.CHANGES.__getitem__,
            default=ChangeKind.IN,
            required=True,
            key="cambio",
        )
        kind = kind or ChangeKind.IN
        folios = _folios(viewer, call, shown, kind)
        folio = st.selectbox("Folio", folios, key=f"folio-{kind}", width=180, placeholder="Ninguno")
        venue = ""
        if kind is not ChangeKind.OUT:
            labels = {each.key: each.label for each in spec.venues}
            venue = st.selectbox("Sede", list(labels), format_func=labels.__getitem__, key="sede", width=200)
        reason = st.text_input("Motivo", key=f"motivo-{shown.selection.version}", max_chars=300)
    if st.button("Hacer el cambio", disabled=not folio, icon=":material/swap_horiz:"):
        with told():
            change_by_hand(
                viewer,
                scenario=shown.selection.public_id,
                folio=folio,
                kind=kind,
                venue=venue,
                reason=reason,
                version=shown.selection.version,
            )
            st.rerun()


def _folios(viewer: Actor, call: Call, shown: Detail, kind: ChangeKind) -> list[str]:
    if kind is ChangeKind.IN:
        return reading.who_can_come_in(viewer, call=call.slug, scenario=shown.selection.public_id)
    return sorted(each.folio for each in shown.selection.selected)
