"""A dry run of a batch: its columns, what would become of each row, and the import."""

import html

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count, format_number
from reviewer.intake.batch import dry_runs
from reviewer.intake.batch.dry_runs import ANY, DryRunView, RowFilter
from reviewer.intake.check.findings import Severity
from reviewer.intake.parse.dates import DateOrder
from reviewer.intake.parse.mapping_file import DATES_SETTING
from reviewer.jobs import runner
from reviewer.jobs.records import JobView
from reviewer.models import Eligibility, JobStatus, RehearsalRow
from reviewer.web.screens.lotes import column_mapping, report
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.screens.lotes.upload import open_dry_run
from reviewer.web.ui.badge import Badge
from reviewer.web.ui.choices import choose_pill
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.job_panel import counted_text, show_jobs, show_progress, stop_button
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import page_offset
from reviewer.web.ui.tables import table_of_safe_html

ROWS = 50
ROWS_PAGE = "hoja-ensayo"
OUTCOMES = {
    "created": Badge("Nueva", "green"),
    "updated": Badge("Se actualiza", "blue"),
    "unchanged": Badge("Sin cambios", "gray"),
    "rejected": Badge("No se toma", "red"),
}
DATE_ORDERS = {DateOrder.DAY_FIRST: "Primero el día", DateOrder.MONTH_FIRST: "Primero el mes"}
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


def show(actor: Actor, slug: str, spec: CallSpec, key: str) -> None:
    """Draws one dry run, from its columns to its confirmation."""
    st.button(
        "Todos los lotes",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=open_dry_run,
        args=(None,),
    )
    view = dry_runs.read(actor, slug=slug, public_id=key)
    _head(view)
    if view.job is not None and view.job.is_under_way:
        job_id = view.job.public_id
        show_jobs(lambda: [runner.view(actor, job_id=job_id)], lambda job: _show_progress(actor, job))
        return
    if view.refusal:
        st.error(escape_markdown(view.refusal["message"]), icon=":material/block:")
    if view.can_be_remapped:
        st.markdown("Diga abajo qué columna es cuál y vuelva a ensayar. Nada se ha guardado.")
        column_mapping.edit(actor, slug, spec, view)
        _discard_button(actor, slug, view)
        return
    if view.refusal or not view.report:
        if view.job is not None and view.job.error and not view.refusal:
            st.error(escape_markdown(view.job.error), icon=":material/error:")
        st.markdown("Corrija el lote y vuelva a subirlo. Nada se ha guardado.")
        _retry_button(actor, slug, view)
        _discard_button(actor, slug, view)
        return
    report.batch_checks(view.report)
    _ask_date_order(actor, slug, spec, view)
    _confirm(actor, slug, view)
    _row_preview(actor, slug, spec, view)
    _columns(actor, slug, spec, view)


def _head(view: DryRunView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.html(f'<h1 class="batch">Ensayo de {html.escape(view.label)}</h1>', width="content")
        st.badge("Todavía no se ha guardado nada", color="blue", width="content")
        if view.row_count:
            st.caption(format_count(view.row_count, "fila", "filas"), width="content")


def _show_progress(actor: Actor, job: JobView) -> None:
    text = f"Ensayando{counted_text(job, 'filas')}"
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        show_progress(job, text if job.total else "Leyendo el lote…")
        stop_button(actor, job)
    st.caption("Puede salir de esta página: el ensayo sigue y aquí estará lo que diga.")


def _ask_date_order(actor: Actor, slug: str, spec: CallSpec, view: DryRunView) -> None:
    """Draws the question which of day and month comes first, for each column where that can't be told."""
    for finding in view.report["findings"]:
        if finding["code"] != "ambiguous_dates":
            continue
        name = finding["field"]
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{lotes_labels.column_label(name, spec)}**: ¿qué va primero?", width="content")
            for order, label in DATE_ORDERS.items():
                if st.button(label, key=f"fechas-{view.public_id}-{name}-{order}"):
                    mapping = {**view.mapping, f"{DATES_SETTING}:{name}": str(order)}
                    perform(dry_runs.remap, actor, slug=slug, public_id=view.public_id, mapping=mapping)


def _confirm(actor: Actor, slug: str, view: DryRunView) -> None:
    """Draws what would happen, and the button that imports."""
    report_data = view.report
    accepted_count = report_data["rows"] - report_data["rejected"]
    keep_mapping = False
    with st.container(border=True):
        st.markdown(f"**Si importa este lote:** {report.rows_summary(report_data, is_dry_run=True)}")
        report.totals(report_data)
        if view.is_saved_mapping:
            st.caption("Las columnas se leyeron con las correspondencias guardadas de un lote anterior.")
        with st.container(horizontal=True, vertical_alignment="center"):
            label = f"Importar {format_count(accepted_count, 'postulación', 'postulaciones')}"
            confirmed = st.button(label, type="primary", key="confirmar", icon=":material/check:")
            _discard_button(actor, slug, view)
            if view.mapping and not view.is_saved_mapping:
                keep_mapping = st.checkbox(
                    "Guardar las correspondencias de columnas para los lotes que siguen", value=True
                )
    if confirmed:
        with show_errors():
            dry_runs.confirm(
                actor,
                slug=slug,
                public_id=view.public_id,
                keep_mapping=keep_mapping or view.is_saved_mapping,
            )
            open_dry_run(None)
            st.rerun()


def _discard_button(actor: Actor, slug: str, view: DryRunView) -> None:
    if st.button("Descartar el lote", key="descartar-ensayo"):
        with show_errors():
            dry_runs.discard(actor, slug=slug, public_id=view.public_id)
            open_dry_run(None)
            st.rerun()


def _retry_button(actor: Actor, slug: str, view: DryRunView) -> None:
    """Draws a button that repeats a dry run which was stopped or interrupted."""
    stopped = view.job is not None and view.job.status in (
        JobStatus.CANCELLED,
        JobStatus.INTERRUPTED,
        JobStatus.FAILED,
    )
    if stopped and not view.refusal and st.button("Ensayar otra vez", type="primary", key="otra-vez"):
        perform(dry_runs.remap, actor, slug=slug, public_id=view.public_id, mapping=view.mapping)


def _row_preview(actor: Actor, slug: str, spec: CallSpec, view: DryRunView) -> None:
    """Draws a page of the rows with what would become of them."""
    st.header("Fila por fila")
    row_filter = _filter(view)
    total = dry_runs.count_rows(actor, slug=slug, public_id=view.public_id, criteria=row_filter)
    if not total:
        st.caption("Ninguna fila es así.")
    else:
        offset = page_offset(total, ROWS, key=ROWS_PAGE)
        rows = dry_runs.rows(
            actor,
            slug=slug,
            public_id=view.public_id,
            criteria=row_filter,
            offset=offset,
            limit=ROWS,
        )
        head = ("Fila", "Folio", "Nombre", "Qué pasará", "Quedará", "Qué se encontró")
        table_of_safe_html(head, (_cells(line, spec) for line in rows))
    batch_findings = [
        finding
        for finding in view.report["findings"]
        if finding["row"] is None and finding["severity"] != Severity.CHECK  # those stand above
    ]
    if batch_findings:
        st.markdown("**Del lote entero**")
        table_of_safe_html(("",), ([html.escape(finding["message"])] for finding in batch_findings[:ROWS]))
        if len(batch_findings) > ROWS:
            st.caption(f"Y {format_number(len(batch_findings) - ROWS)} más: el informe del lote los lleva todos.")


def _filter(view: DryRunView) -> RowFilter:
    report_data = view.report
    counts = {ANY: report_data["rows"], **{outcome: report_data[outcome] for outcome in OUTCOMES}}
    counts |= {eligibility: report_data["eligibility"][eligibility] for eligibility in (TO_CHECK, INELIGIBLE)}
    options = {
        option: f"{_FILTERS[option]} · {format_number(count)}"
        for option, count in counts.items()
        if count or option == ANY
    }
    chosen = choose_pill(
        options,
        key="filas",
        label="Qué filas",
        default=ANY,
        words=_FILTERS,
        resets=(ROWS_PAGE,),
    )
    if chosen in OUTCOMES:
        return RowFilter(outcome=chosen or ANY)
    return RowFilter(eligibility=chosen or ANY)


def _cells(line: RehearsalRow, spec: CallSpec) -> list[str]:
    outcome = OUTCOMES[line.outcome]
    eligibility = lotes_labels.ELIGIBILITIES[Eligibility(line.eligibility)].text if line.eligibility else ""
    changed_columns = ", ".join(lotes_labels.field_label(column, spec) for column in line.changed)
    findings_html = [
        lotes_labels.SEVERITIES[Severity(finding["severity"])]._replace(text=finding["message"]).html()
        for finding in line.findings
        if finding["severity"] != Severity.INFO
    ]
    return [
        format_number(line.row),
        f'<span class="folio">{html.escape(line.folio)}</span>',
        html.escape(line.name),
        f'<span class="whole">{outcome.html()}</span>'
        + (f"<br><small>{html.escape(changed_columns)}</small>" if changed_columns else ""),
        f'<span class="whole">{html.escape(eligibility)}</span>',
        "<br>".join(findings_html),
    ]


def _columns(actor: Actor, slug: str, spec: CallSpec, view: DryRunView) -> None:
    used_count = sum(1 for column in view.columns if column["name"])
    label = f"Cómo se leyó cada columna: {format_number(used_count)} reconocidas"
    if used_count < len(view.columns):
        label += f", {format_number(len(view.columns) - used_count)} que ninguna pregunta reclama"
    with st.expander(label):
        column_mapping.edit(actor, slug, spec, view)
