"""A batch's report: what it contained, the findings, and how the columns were read."""

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count, format_day_and_time, format_number, join_words
from reviewer.intake.batch import call_questions
from reviewer.intake.batch import queries as batch_queries
from reviewer.intake.batch.queries import FindingCount, FindingFilter
from reviewer.intake.check.findings import Severity
from reviewer.intake.check.report import ReportLine, alarms
from reviewer.models import Batch
from reviewer.web.routes import downloads
from reviewer.web.screens.lotes import labels as lotes_labels
from reviewer.web.ui.choices import choose_option, choose_pill
from reviewer.web.ui.errors import perform, show_errors
from reviewer.web.ui.links import folio_link
from reviewer.web.ui.markdown_escape import escape_markdown
from reviewer.web.ui.pager import page_offset, search_box
from reviewer.web.ui.tables import html_table, table_of_safe_html

ROWS = 50
FINDINGS_PAGE = "hoja-hallazgos"
PARAMETERS = ("gravedad", "tipo", "buscar", FINDINGS_PAGE)  # of the address
_REJECTED = ("que no se pudo tomar", "que no se pudieron tomar")


def head(batch: Batch, spec: CallSpec) -> None:
    """Draws the batch's name, when it arrived, and its status."""
    badge = lotes_labels.status(batch.status)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.html(f'<h1 class="batch">{html.escape(batch.source_name)}</h1>', width="content")
        badge.draw()
        st.caption(f"{format_day_and_time(spec.local(batch.started_at))} · clave {batch.key}", width="content")


def summary(batch: Batch, *, at_work: bool = False) -> str:
    """Returns a batch's outcome in one or two sentences; ``at_work``: an import is under way."""
    report = batch.report
    if batch.status not in lotes_labels.STATUSES or not report:
        if at_work:
            return "Se está importando."
        return "No se terminó de importar. Lo ya tomado se conserva: suba otra vez el mismo lote y seguirá."
    if batch.status == "refused":
        return "No se guardó nada. Corrija el lote y vuelva a subirlo."
    return rows_summary(report)


def rows_summary(report: dict[str, Any], *, is_dry_run: bool = False) -> str:
    """Returns a sentence about the rows of a report; ``is_dry_run`` for one of a dry run."""
    rejected = ("que no se tomará", "que no se tomarán") if is_dry_run else _REJECTED
    phrases = [
        format_count(report[key], singular, plural)
        for key, singular, plural in (
            ("created", "postulación nueva", "postulaciones nuevas"),
            ("updated", "actualizada", "actualizadas"),
            ("unchanged", "sin cambios", "sin cambios"),
            ("rejected", *rejected),
        )
        if report[key]
    ]
    return f"{format_count(report['rows'], 'fila', 'filas')}: {join_words(phrases) or 'nada que importar'}."


def totals(report: dict[str, Any]) -> None:
    """Draws the report's counts, in three groups."""
    documents, eligibility = report["documents"], report["eligibility"]
    groups = {
        "Filas": (
            (report["created"], "nueva", "nuevas"),
            (report["updated"], "actualizada", "actualizadas"),
            (report["unchanged"], "sin cambios", "sin cambios"),
            (report["rejected"], "no tomada", "no tomadas"),
        ),
        "Documentos": (
            (documents["stored"], "guardado", "guardados"),
            (documents["refused"], "rechazado", "rechazados"),
        ),
        "Elegibilidad": (
            (eligibility["eligible"], "elegible", "elegibles"),
            (eligibility["to_check"], "por cotejar", "por cotejar"),
            (eligibility["ineligible"], "no elegible", "no elegibles"),
        ),
    }
    groups_html = "".join(_count_group(name, counts) for name, counts in groups.items())
    st.html(f'<div class="counts">{groups_html}</div>')


def refusals(viewer: Actor, batch: Batch) -> None:
    """Draws why the whole batch was refused."""
    for line in batch_queries.findings(viewer, criteria=FindingFilter(batch.key, Severity.REFUSAL)):
        st.error(escape_markdown(line.finding.message), icon=":material/block:")


def findings(viewer: Actor, batch: Batch, spec: CallSpec, slug: str) -> None:
    """Draws a page of the findings with their filters, the gravest first."""
    groups = batch_queries.finding_counts(viewer, batch=batch.key)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Hallazgos")
        if groups:
            downloads.link("Descargar CSV", "hallazgos", convocatoria=slug, lote=batch.key)
    if not groups:
        st.success("Nada que señalar: cada fila y cada archivo están en orden.", icon=":material/check:")
        return
    search = _filters(batch.key, groups)
    if search.severity:
        st.caption(lotes_labels.SEVERITY_EXPLANATIONS[search.severity])
    total = batch_queries.count_findings(viewer, criteria=search)
    if not total:
        st.caption("Ninguno coincide con lo que busca.")
        return
    offset = page_offset(total, ROWS, key=FINDINGS_PAGE)
    lines = batch_queries.findings(viewer, criteria=search, offset=offset, limit=ROWS)
    head = ("Fila", "Folio", "Hallazgo", "Qué pasa", "Dónde")
    table_of_safe_html(head, (_cells(line, spec) for line in lines))


def batch_checks(report: Mapping[str, Any]) -> None:
    """Draws what a person has to look at in the batch as a whole, such as dates that can be read in two ways."""
    for sentence in alarms(report):
        st.error(escape_markdown(sentence), icon=":material/error:")
    for finding in report.get("findings") or ():
        if finding["row"] is None and finding["severity"] == Severity.CHECK:
            st.warning(escape_markdown(finding["message"]), icon=":material/warning:")


def columns(actor: Actor, batch: Batch, spec: CallSpec) -> None:
    """Draws how each header was read, unknown ones first, and makes questions of those."""
    names_by_header = batch.report.get("columns") or {}
    unused = [header for header, name in names_by_header.items() if not name]
    label = f"Cómo se leyeron las columnas: {format_number(len(names_by_header) - len(unused))} reconocidas"
    if unused:
        label += f", {format_number(len(unused))} que ninguna pregunta reclama"
    with st.expander(label):
        if encoding := batch.report.get("encoding"):
            st.caption(f"La tabla venía en {lotes_labels.ENCODINGS.get(encoding, encoding)}.")
        rows = [(header, "Se conserva con cada fila; se ve en Postulación") for header in unused]
        rows += [(header, lotes_labels.column_label(name, spec)) for header, name in names_by_header.items() if name]
        html_table(("En el archivo", "Se leyó como"), rows)
        if unused:
            _question_form(actor, spec.slug, unused)
    with show_errors():
        _added_questions(actor, spec.slug)


def _added_questions(actor: Actor, slug: str) -> None:
    """Draws the questions that were added to the call, each with a button that takes it back."""
    for question in call_questions.added(actor, slug=slug):
        with st.container(horizontal=True, vertical_alignment="center"):
            text = f"Pregunta añadida: **{escape_markdown(question.label)}**"
            st.markdown(f"{text}, de la columna «{escape_markdown(question.header)}».", width="content")
            if st.button("Quitarla", key=f"quitar-{question.key}", help="Sus respuestas se conservan en cada fila."):
                perform(call_questions.remove, actor, slug=slug, key=question.key)


def _question_form(actor: Actor, slug: str, unused: list[str]) -> None:
    """Draws the form that makes a question of the call of a column."""
    with st.form("pregunta-de-columna", border=False):
        left, middle, right = st.columns([3, 3, 2], vertical_alignment="bottom")
        header = left.selectbox("Columna que ninguna pregunta reclama", unused)
        label = middle.text_input(
            "Nombre de la pregunta", max_chars=call_questions.LONGEST_LABEL, placeholder="El de la columna"
        )
        sent = right.form_submit_button("Hacerla pregunta")
    st.caption("Sus respuestas, también las ya guardadas, salen en Postulación y al exportar. Se puede quitar.")
    if sent:
        perform(call_questions.add, actor, slug=slug, header=header, label=label or header)


def _filters(key: str, groups: Sequence[FindingCount]) -> FindingFilter:
    """Draws the filters of the findings: severity, kind and words."""
    counts: dict[Severity, int] = {}
    for group in groups:
        counts[group.severity] = counts.get(group.severity, 0) + group.count
    left, middle, right = st.columns([3, 1.3, 1.3], vertical_alignment="bottom")
    with left:
        severity = choose_pill(
            {
                severity: f"{lotes_labels.SEVERITIES[severity].text} · {format_number(count)}"
                for severity, count in counts.items()
            },
            key="gravedad",
            label="Gravedad",
            words={severity: lotes_labels.SEVERITIES[severity].text for severity in counts},
            resets=("tipo", FINDINGS_PAGE),
        )
    kinds: dict[str, int] = {}
    for group in groups:
        if severity in (None, group.severity):
            kinds[group.code] = kinds.get(group.code, 0) + group.count
    labels = {code: f"{lotes_labels.CODES.get(code, code)} · {count}" for code, count in kinds.items()}
    with middle:
        code = choose_option(
            {"": "Todos los tipos"} | labels,
            key="tipo",
            label="Tipo de hallazgo",
            words=lotes_labels.CODES,
            resets=(FINDINGS_PAGE,),
            label_visible=False,
        )
    with right:
        query = search_box("Folio, archivo o palabra", resets=FINDINGS_PAGE)
    return FindingFilter(key, severity, code or None, query)


def _cells(line: ReportLine, spec: CallSpec) -> list[str]:
    finding = line.finding
    severity = lotes_labels.SEVERITIES[finding.severity]
    location = [lotes_labels.column_label(finding.field, spec), finding.file or ""]
    return [
        format_number(finding.row) if finding.row else "",
        folio_link(line.folio, "postulacion", folio=line.folio) if line.folio else "",
        f'<span class="mark {severity.color}" title="{severity.text}"></span>'
        f"{html.escape(lotes_labels.CODES.get(finding.code, finding.code))}",
        html.escape(finding.message),
        html.escape(" · ".join(part for part in location if part)),
    ]


def _count_group(name: str, counts: Iterable[tuple[int, str, str]]) -> str:
    counts_html = "".join(
        f"<span><b>{format_number(count)}</b> {singular if count == 1 else plural}</span>"
        for count, singular, plural in counts
    )
    return f"<div><h2>{name}</h2>{counts_html}</div>"
