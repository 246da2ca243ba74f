"""A rehearsed batch: how its columns were read, what would become of each row, and the way to take it."""

import html

import streamlit as st

from reviewer import jobs
from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.intake import rehearsals
from reviewer.intake.findings import Severity
from reviewer.intake.rehearsals import ANY, RehearsalView, RowLine, Wanted
from reviewer.models import Eligibility, JobStatus
from reviewer.web.batches import mapping, report, words
from reviewer.web.batches.arrivals import open_rehearsal
from reviewer.web.batches.running import pace
from reviewer.web.lines import table_of_html
from reviewer.web.plain import plain
from reviewer.web.told import told
from reviewer.words import counted, number

ROWS = 50
EVERY = 1.0  # seconds
OUTCOMES = {
    "created": words.Badge("Nueva", "green"),
    "updated": words.Badge("Se actualiza", "blue"),
    "unchanged": words.Badge("Sin cambios", "gray"),
    "rejected": words.Badge("No se toma", "red"),
}
TO_CHECK, INELIGIBLE = Eligibility.TO_CHECK.value, Eligibility.INELIGIBLE.value
_FILTERS = {
    ANY: "Todas",
    "created": "Nuevas",
    "updated": "Se actualizan",
    "unchanged": "Sin cambios",
    "rejected": "No se toman",
    TO_CHECK: "Por cotejar",
    INELIGIBLE: "No elegibles",
}
ELIGIBILITIES = {
    Eligibility.ELIGIBLE.value: "Elegible",
    Eligibility.INELIGIBLE.value: "No elegible",
    Eligibility.TO_CHECK.value: "Por cotejar",
}


def show(actor: Actor, call_slug: str, spec: CallSpec, key: str) -> None:
    """One rehearsal, from its columns to its confirmation."""
    st.button(
        "Todos los lotes",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=open_rehearsal,
        args=(None,),
    )
    view = rehearsals.read(actor, call_slug=call_slug, public_id=key)
    _head(view)
    if view.job is not None and view.job.is_under_way:
        _at_work(actor, call_slug, key)
        return
    if view.refusal:
        st.error(plain(view.refusal["message"]), icon=":material/block:")
    if view.is_curable:
        st.markdown("Diga abajo qué columna es cuál y vuelva a ensayar. Nada se ha guardado.")
        mapping.edit(actor, call_slug, spec, view)
        _throw_away(actor, call_slug, view)
        return
    if view.refusal or not view.report:
        if view.job is not None and view.job.error and not view.refusal:
            st.error(plain(view.job.error), icon=":material/error:")
        st.markdown("Corrija el lote y vuelva a subirlo. Nada se ha guardado.")
        _again(actor, call_slug, view)
        _throw_away(actor, call_slug, view)
        return
    _confirm(actor, call_slug, view)
    _foreseen(actor, call_slug, spec, view)
    _columns(actor, call_slug, spec, view)


def _head(view: RehearsalView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.html(f'<h1 class="batch">Ensayo de {html.escape(view.label)}</h1>', width="content")
        st.badge("Todavía no se ha guardado nada", color="blue", width="content")
        if view.rows:
            st.caption(counted(view.rows, "fila", "filas"), width="content")


def _at_work(actor: Actor, call_slug: str, key: str) -> None:
    """Progress until the dry run has ended; one may leave and come back."""

    @st.fragment(run_every=EVERY)
    def panel() -> None:
        view = rehearsals.read(actor, call_slug=call_slug, public_id=key)
        job = view.job
        if job is None or not job.is_under_way:
            st.rerun()
        share = min(1.0, job.done / job.total) if job.total else 0.0
        told_words = f"Ensayando: {number(job.done)} de {number(job.total)} filas{pace(job)}"
        with st.container(horizontal=True, vertical_alignment="center", gap="large"):
            st.progress(share, text=told_words if job.total else "Leyendo el lote…")
            if job.cancel_asked:
                st.caption("Deteniendo…", width="content")
            elif st.button("Detener", key="detener-ensayo"):
                with told():
                    jobs.cancel(actor, job_id=job.public_id)
                    st.rerun()
        st.caption("Puede salir de esta página: el ensayo sigue y aquí estará lo que diga.")

    panel()


def _confirm(actor: Actor, call_slug: str, view: RehearsalView) -> None:
    """What would happen, in a sentence, and the button that makes it happen."""
    said = view.report
    taken = said["rows"] - said["rejected"]
    keep = False
    with st.container(border=True):
        st.markdown(f"**Si importa este lote:** {report.of_rows(said, is_ahead=True)}")
        report.totals(said)
        if view.is_saved_mapping:
            st.caption("Las columnas se leyeron con las correspondencias guardadas de un lote anterior.")
        with st.container(horizontal=True, vertical_alignment="center"):
            label = f"Importar {counted(taken, 'postulación', 'postulaciones')}"
            confirmed = st.button(label, type="primary", key="confirmar", icon=":material/check:")
            _throw_away(actor, call_slug, view)
            if view.mapping and not view.is_saved_mapping:
                keep = st.checkbox(
                    "Guardar las correspondencias de columnas para los lotes que siguen", value=True
                )
    if confirmed:
        with told():
            rehearsals.confirm(
                actor,
                call_slug=call_slug,
                public_id=view.public_id,
                keep_mapping=keep or view.is_saved_mapping,
            )
            open_rehearsal(None)
            st.rerun()


def _throw_away(actor: Actor, call_slug: str, view: RehearsalView) -> None:
    if st.button("Descartar el lote", key="descartar-ensayo"):
        with told():
            rehearsals.discard(actor, call_slug=call_slug, public_id=view.public_id)
            open_rehearsal(None)
            st.rerun()


def _again(actor: Actor, call_slug: str, view: RehearsalView) -> None:
    """The dry run was stopped or broken off: the same once more."""
    stopped = view.job is not None and view.job.status in (
        JobStatus.CANCELLED,
        JobStatus.INTERRUPTED,
        JobStatus.FAILED,
    )
    if stopped and not view.refusal and st.button("Ensayar otra vez", type="primary", key="otra-vez"):
        with told():
            rehearsals.remap(actor, call_slug=call_slug, public_id=view.public_id, mapping=view.mapping)
            st.rerun()


def _foreseen(actor: Actor, call_slug: str, spec: CallSpec, view: RehearsalView) -> None:
    """Every row with what would become of it."""
    st.header("Fila por fila")
    wanted = _filter(view)
    total = rehearsals.count_rows(actor, call_slug=call_slug, public_id=view.public_id, wanted=wanted)
    if not total:
        st.caption("Ninguna fila es así.")
    else:
        pages = -(-total // ROWS)
        page = st.pagination(pages, key=f"hoja-ensayo-{wanted}") if pages > 1 else 1
        found = rehearsals.rows(
            actor,
            call_slug=call_slug,
            public_id=view.public_id,
            wanted=wanted,
            offset=(page - 1) * ROWS,
            limit=ROWS,
        )
        head = ("Fila", "Folio", "Nombre", "Qué pasará", "Quedará", "Qué se encontró")
        table_of_html(head, (_cells(each, spec) for each in found))
    whole = [each for each in view.report["findings"] if each["row"] is None]
    if whole:
        st.markdown("**Del lote entero**")
        table_of_html(("",), ([html.escape(each["message"])] for each in whole[:ROWS]))
        if len(whole) > ROWS:
            st.caption(f"Y {number(len(whole) - ROWS)} más: el informe del lote los lleva todos.")


def _filter(view: RehearsalView) -> Wanted:
    said = view.report
    counts = {ANY: said["rows"], **{each: said[each] for each in OUTCOMES}}
    counts |= {each: said["eligibility"][each] for each in (TO_CHECK, INELIGIBLE)}
    chosen = st.pills(
        "Qué filas",
        [each for each, count in counts.items() if count or each == ANY],
        default=ANY,
        format_func=lambda each: f"{_FILTERS[each]} · {number(counts[each])}",
        key=f"filas-{view.public_id}",
        label_visibility="collapsed",
    )
    if chosen in OUTCOMES:
        return Wanted(outcome=chosen or ANY)
    return Wanted(eligibility=chosen or ANY)


def _cells(line: RowLine, spec: CallSpec) -> list[str]:
    outcome = OUTCOMES[line.outcome]
    changed = ", ".join(words.of_ours(each, spec) for each in line.changed)
    found = [
        f'<span class="mark {words.SEVERITIES[Severity(each["severity"])].color}"></span>'
        f"{html.escape(each['message'])}"
        for each in line.findings
        if each["severity"] != Severity.INFO
    ]
    return [
        number(line.row),
        f'<span class="folio">{html.escape(line.folio)}</span>',
        html.escape(line.name),
        f'<span class="whole"><span class="mark {outcome.color}"></span>{outcome.words}</span>'
        + (f"<br><small>{html.escape(changed)}</small>" if changed else ""),
        f'<span class="whole">{html.escape(ELIGIBILITIES.get(line.eligibility, ""))}</span>',
        "<br>".join(found),
    ]


def _columns(actor: Actor, call_slug: str, spec: CallSpec, view: RehearsalView) -> None:
    used = sum(1 for each in view.columns if each["name"])
    label = f"Cómo se leyó cada columna: {number(used)} reconocidas"
    if used < len(view.columns):
        label += f", {number(len(view.columns) - used)} sin usar"
    with st.expander(label):
        mapping.edit(actor, call_slug, spec, view)
