"""The rows of a batch that could not be stored, why, and storing them once corrected."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.spanish import format_count, join_words
from reviewer.intake.batch import queries as batch_queries
from reviewer.intake.batch.queries import FindingFilter
from reviewer.intake.corrections import rows as corrections_rows
from reviewer.intake.corrections.rows import RejectedRow
from reviewer.web.screens.postulacion.form import fields, reason_input
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import page_offset
from reviewer.web.ui.tables import html_table

ROWS = 10
PARAMETERS = ("hoja-filas",)  # of the address
TAKEN_FOLIO = "fila-tomada"


def show(actor: Actor, slug: str, batch: str) -> None:
    """Draws a page of the rejected rows; nothing where there is none."""
    folio = st.session_state.pop(TAKEN_FOLIO, None)
    if folio:
        st.success(f"La fila se tomó: es la postulación {folio}.", icon=":material/check:")
    total = corrections_rows.count_rejected(actor, slug=slug, batch=batch)
    withheld_count = batch_queries.count_findings(actor, criteria=FindingFilter(batch, code="withheld_person"))
    if not total and not withheld_count:
        return
    st.header("Filas que no se tomaron")
    if withheld_count:
        st.text(_withheld_text(withheld_count))
    if not total:
        return
    st.caption("Se conservan como llegaron, con sus archivos. Corríjalas y tómelas: contarán como nuevas.")
    offset = page_offset(total, ROWS, key="hoja-filas")
    rejected_rows = corrections_rows.rejected_rows(actor, slug=slug, batch=batch, offset=offset, limit=ROWS)
    for row in rejected_rows:
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**Fila {row.row}** · {escape_markdown(' '.join(row.findings))}", width="stretch")
                if st.button("Corregir y tomar", type="primary", key=f"tomar-{batch}-{row.row}"):
                    st.dialog(f"Fila {row.row}", width="large")(_correction_dialog)(actor, slug, batch, row)
            st.text(_row_text(row))
            with st.expander("Ver la fila como llegó"):
                html_table(("Columna", "Celda"), [(name, cell) for name, cell in row.raw.items() if cell])


def _withheld_text(withheld_count: int) -> str:
    rows = format_count(withheld_count, "fila trae a alguien cuyos", "filas traen a personas cuyos")
    return f"{rows} datos se bloquearon o suprimieron: lo que trae no se guardó. Los hallazgos dicen qué hacer."


def _row_text(row: RejectedRow) -> str:
    cells = [cell for cell in row.raw.values() if cell][:5]
    files = f" · con {format_count(len(row.files), 'archivo', 'archivos')}" if row.files else ""
    return f"{join_words(cells)[:200]}{files}"


def _correction_dialog(actor: Actor, slug: str, batch: str, row: RejectedRow) -> None:
    st.error(escape_markdown(" ".join(row.findings)))
    with st.form(f"fila-{batch}-{row.row}", border=False):
        changed = fields(row.cells, f"fila-{batch}-{row.row}")
        reason = reason_input(f"fila-{batch}-{row.row}")
        sent = st.form_submit_button("Tomar la fila", type="primary")
    if sent:
        with show_errors():
            st.session_state[TAKEN_FOLIO] = corrections_rows.store_corrected_row(
                actor, slug=slug, batch=batch, row=row.row, cells=changed, reason=reason
            )
            st.rerun()
