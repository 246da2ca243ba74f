"""Two applications that may be one person's, side by side; merging them, keeping them apart, and undoing it."""

import html

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import spec_of
from reviewer.core import reasons
from reviewer.core.spanish import format_count, format_day_and_time, join_words
from reviewer.models import Call, DuplicateVerdict
from reviewer.screening import duplicates
from reviewer.screening.cases import Case
from reviewer.screening.duplicates import Comparison, DecisionRow
from reviewer.web.components.reader import reader
from reviewer.web.screens.cotejo.labels import case_facts
from reviewer.web.screens.revisar import documents
from reviewer.web.ui import address, keyboard
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import page_offset
from reviewer.web.ui.tables import table_of_safe_html

OTHER = "con"  # the parameter of the address that names the other application
ROWS = 10
_VERDICTS = {DuplicateVerdict.MERGED: "unidas", DuplicateVerdict.APART: "dos personas"}


def notice(viewer: Actor, slug: str, folio: str) -> None:
    """Draws a line for each application that may be of the same person as this one."""
    for other in duplicates.possible_duplicates(viewer, slug=slug, folio=folio):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge("Quizá la misma persona", color="orange")
            st.text(f"{other}: el mismo nombre, y la misma fecha de nacimiento o el mismo teléfono", width="content")
            if st.button("Comparar y decidir", key=f"comparar-{other}"):
                address.change({OTHER: other})
                st.rerun()


def show(actor: Actor, call: Call, folio: str, other: str) -> None:
    """Draws both applications side by side, and the decision about them."""
    if st.button("Volver al cotejo", icon=":material/arrow_back:"):
        address.change({OTHER: None})
        st.rerun()
    pair = duplicates.compare(actor, slug=call.slug, folio=folio, other=other)
    st.header(f"¿Son de la misma persona la {folio} y la {other}?")
    _facts_table(pair, call)
    _decide(actor, call.slug, pair)
    for column, case in zip(st.columns(2, gap="medium"), pair.cases, strict=True):
        with column:
            st.markdown(f"**{escape_markdown(case.folio)}**")
            case_documents = documents.load(actor, case.application_id)
            keys = keyboard.is_enabled(actor)
            reader(
                key=f"par-{case.folio}",
                documents=case_documents,
                label=f"Documentos de la {case.folio}",
                below=documents.BELOW,
                keys=keys,
            )


def show_decisions(actor: Actor, call: Call) -> None:
    """Draws a page of the decisions in force about pairs, each with a button that undoes it."""
    total = duplicates.count_decisions(actor, slug=call.slug)
    if not total:
        return
    label = format_count(total, "decisión", "decisiones")
    with st.expander(f"{label} sobre posibles duplicados", icon=":material/group:"):
        offset = page_offset(total, ROWS, key="hoja-pares")
        for row in duplicates.decision_rows(actor, slug=call.slug, offset=offset, limit=ROWS):
            _show_decision(actor, call, row)


def _facts_table(pair: Comparison, call: Call) -> None:
    one, other = pair.cases
    rows = []
    for mine, theirs in zip(case_facts(one), case_facts(other), strict=True):
        cells = [html.escape(mine["label"]), html.escape(mine["value"] or "—"), html.escape(theirs["value"] or "—")]
        if mine["key"] in pair.different:
            cells = [f"<strong>{cell}</strong>" for cell in cells]
        rows.append(cells)
    sent = (format_count(pair.sent_reviews[case.folio], "enviado", "enviados") for case in pair.cases)
    rows.append(["Dictámenes", *sent])
    rows.append(["Cotejo", *(html.escape(_decision_text(case, call)) for case in pair.cases)])
    table_of_safe_html(("", html.escape(one.folio), html.escape(other.folio)), rows)
    st.caption("En negritas, lo que difiere.")


def _decision_text(case: Case, call: Call) -> str:
    decision = case.decision
    if decision is None:
        return "Sin decidir"
    return f"{decision.reason} ({decision.by}, {format_day_and_time(spec_of(call).local(decision.at))})"


def _decide(actor: Actor, slug: str, pair: Comparison) -> None:
    folios = [case.folio for case in pair.cases]
    earlier = next(folio for folio in folios if folio != pair.later)
    lost = pair.sent_reviews[earlier]
    with st.form("duplicado", border=True):
        consequence = f"Si las une, vale la {pair.later}, que llegó después; la {earlier} deja de contar"
        if lost:
            consequence += f", con {format_count(lost, 'dictamen enviado', 'dictámenes enviados')}"
        st.text(f"{consequence}. Todo vuelve como estaba si se deshace, en la lista de Cotejo.")
        reason = st.text_input("Por qué (queda en la historia de las dos postulaciones)", max_chars=reasons.MAX_LENGTH)
        with st.container(horizontal=True):
            merged = st.form_submit_button(f"Es la misma persona: unirlas en la {pair.later}", type="primary")
            apart = st.form_submit_button("Son dos personas")
    if not merged and not apart:
        return
    with show_errors():
        verb = duplicates.merge if merged else duplicates.keep_apart
        verb(actor, slug=slug, folios=folios, reason=reason, seen=pair.seen)
        address.change({OTHER: None, "folio": pair.later if merged else folios[0]})
        done = f"La {earlier} quedó unida a la {pair.later}." if merged else f"{join_words(folios)}: dos personas."
        st.toast(escape_markdown(f"{done} Se deshace en la lista de Cotejo."))
        st.rerun()


def _show_decision(actor: Actor, call: Call, row: DecisionRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        at = format_day_and_time(spec_of(call).local(row.at))
        st.text(
            f"{row.folio} y {row.other_folio}: {_VERDICTS[row.verdict]}. {row.reason} ({row.by}, {at})",
            width="stretch",
        )
        if st.button("Deshacer", key=f"deshacer-par-{row.id}", icon=":material/undo:"):
            perform(duplicates.undo, actor, slug=call.slug, decision_id=row.id)
