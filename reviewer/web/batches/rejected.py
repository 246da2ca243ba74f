"""The rows of a batch that could not be stored: as they came, why, and the way to take them up."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.intake import corrections, history
from reviewer.intake.corrections import RejectedRow
from reviewer.intake.history import Sought
from reviewer.web.dossier.data import fields, reason_input
from reviewer.web.lines import table
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import counted, listed

ROWS = 10
TAKEN = "fila-tomada"


def show(actor: Actor, call_slug: str, batch: str) -> None:
    """Every rejected row with its cells; nothing where there is none."""
    folio = st.session_state.pop(TAKEN, None)
    if folio:
        st.success(f"La fila se tomó: es la postulación {folio}.", icon=":material/check:")
    total = corrections.count_rejected(actor, call_slug=call_slug, batch=batch)
    withheld = history.count_findings(actor, sought=Sought(batch, code="withheld_person"))
    if not total and not withheld:
        return
    st.header("Filas que no se tomaron")
    if withheld:
        st.text(_nothing_kept(withheld))
    if not total:
        return
    st.caption("Se conservan como llegaron, con sus archivos. Corríjalas y tómelas: contarán como nuevas.")
    pages = -(-total // ROWS)
    page = st.pagination(pages, key=f"hoja-rechazadas-{batch}") if pages > 1 else 1
    found = corrections.rejected_rows(
        actor, call_slug=call_slug, batch=batch, offset=(page - 1) * ROWS, limit=ROWS
    )
    for each in found:
        with st.container(border=True):
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
            ):
                st.markdown(f"**Fila {each.row}** · {plain(' '.join(each.findings))}", width="stretch")
                if st.button("Corregir y tomar", type="primary", key=f"tomar-{batch}-{each.row}"):
                    st.dialog(f"Fila {each.row}", width="large")(_take_up)(actor, call_slug, batch, each)
            st.text(_said(each))
            with st.expander("Ver la fila como llegó"):
                table(("Columna", "Celda"), [(name, cell) for name, cell in each.raw.items() if cell])


def _nothing_kept(withheld: int) -> str:
    rows = counted(withheld, "fila trae a alguien cuyos", "filas traen a personas cuyos")
    return (
        f"{rows} datos se bloquearon o suprimieron: lo que trae no se guardó. Los hallazgos dicen qué hacer."
    )


def _said(row: RejectedRow) -> str:
    cells = [each for each in row.raw.values() if each][:5]
    files = f" · con {counted(len(row.files), 'archivo', 'archivos')}" if row.files else ""
    return f"{listed(cells)[:200]}{files}"


def _take_up(actor: Actor, call_slug: str, batch: str, row: RejectedRow) -> None:
    st.error(plain(" ".join(row.findings)))
    with st.form(f"fila-{batch}-{row.row}", border=False):
        changed = fields(row.cells, f"fila-{batch}-{row.row}")
        reason = reason_input(f"fila-{batch}-{row.row}")
        sent = st.form_submit_button("Tomar la fila", type="primary")
    if sent:
        with told():
            st.session_state[TAKEN] = corrections.take_up(
                actor, call_slug=call_slug, batch=batch, row=row.row, cells=changed, reason=reason
            )
            st.rerun()
