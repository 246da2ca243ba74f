"""A batch's report, read aloud: what came in, what is wrong with it, how the columns were read."""

import html
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.intake import history
from reviewer.intake.findings import Severity
from reviewer.intake.history import BatchLine, FindingGroup, FindingLine, Sought
from reviewer.web.batches import words
from reviewer.web.lines import table, table_of_html
from reviewer.web.plain import plain
from reviewer.web.routes import downloads
from reviewer.words import counted, day_and_time, listed, number

ROWS = 50
_REJECTED = ("que no se pudo tomar", "que no se pudieron tomar")


def head(batch: BatchLine, spec: CallSpec) -> None:
    """Its name, when it came, and how it ended."""
    badge = words.status(batch.status)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.html(f'<h1 class="batch">{html.escape(batch.source_name)}</h1>', width="content")
        st.badge(badge.words, color=badge.color, width="content")
        st.caption(f"{day_and_time(spec.local(batch.started_at))} · clave {batch.key}", width="content")


def sentence(batch: BatchLine, *, at_work: bool = False) -> str:
    """What came of a batch, in one or two sentences. ``at_work``: some import of the call is under way."""
    report = batch.report
    if batch.status not in words.STATUSES or not report:
        if at_work:
            return "Se está importando."
        return "No se terminó de importar. Lo ya tomado se conserva: suba otra vez el mismo lote y seguirá."
    if batch.status == "refused":
        return "No se guardó nada. Corrija el lote y vuelva a subirlo."
    return of_rows(report)


def of_rows(report: dict[str, Any], *, is_ahead: bool = False) -> str:
    """What a report's counts say of the rows; ``is_ahead`` of a rehearsal."""
    rejected = ("que no se tomará", "que no se tomarán") if is_ahead else _REJECTED
    said = [
        counted(report[key], one, many)
        for key, one, many in (
            ("created", "postulación nueva", "postulaciones nuevas"),
            ("updated", "actualizada", "actualizadas"),
            ("unchanged", "sin cambios", "sin cambios"),
            ("rejected", *rejected),
        )
        if report[key]
    ]
    return f"{counted(report['rows'], 'fila', 'filas')}: {listed(said) or 'nada que importar'}."


def totals(report: dict[str, Any]) -> None:
    """The report's counts, in three groups."""
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
    drawn = "".join(_group(name, counts) for name, counts in groups.items())
    st.html(f'<div class="counts">{drawn}</div>')


def refusals(viewer: Actor, batch: BatchLine) -> None:
    """Why the batch as a whole was refused."""
    for each in history.findings(viewer, sought=Sought(batch.key, Severity.REFUSAL)):
        st.error(plain(each.message), icon=":material/block:")


def findings(viewer: Actor, batch: BatchLine, spec: CallSpec, call_slug: str) -> None:
    """What was found, the gravest first, with its filters."""
    groups = history.groups(viewer, batch=batch.key)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Hallazgos")
        if groups:
            downloads.link("Descargar CSV", "hallazgos", convocatoria=call_slug, lote=batch.key)
    if not groups:
        st.success("Nada que señalar: cada fila y cada archivo están en orden.", icon=":material/check:")
        return
    sought = _filters(batch.key, groups)
    if sought.severity:
        st.caption(words.EXPLAINED[sought.severity])
    total = history.count_findings(viewer, sought=sought)
    if not total:
        st.caption("Ninguno coincide con lo que busca.")
        return
    pages = -(-total // ROWS)
    page = st.pagination(pages, key=f"hallazgos-{sought}") if pages > 1 else 1
    lines = history.findings(viewer, sought=sought, offset=(page - 1) * ROWS, limit=ROWS)
    head = ("Fila", "Folio", "Hallazgo", "Qué pasa", "Dónde")
    table_of_html(head, (_cells(each, spec) for each in lines))


def columns(batch: BatchLine, spec: CallSpec) -> None:
    """How each header was read; those that nobody knew stand first."""
    read = batch.report.get("columns") or {}
    unused = [header for header, name in read.items() if not name]
    label = f"Cómo se leyeron las columnas: {number(len(read) - len(unused))} reconocidas"
    if unused:
        label += f", {number(len(unused))} sin usar"
    with st.expander(label):
        rows = [(header, "No se usó") for header in unused]
        rows += [(header, words.column(name, spec)) for header, name in read.items() if name]
        table(("En el archivo", "Se leyó como"), rows)


def _filters(key: str, groups: Sequence[FindingGroup]) -> Sought:
    """The controls over the findings: severity, kind, words."""
    counts: dict[Severity, int] = {}
    for each in groups:
        counts[each.severity] = counts.get(each.severity, 0) + each.count
    left, middle, right = st.columns([3, 1.3, 1.3], vertical_alignment="bottom")
    severity = left.pills(
        "Gravedad",
        list(counts),
        format_func=lambda each: f"{words.SEVERITIES[each].words} · {number(counts[each])}",
        key=f"gravedad-{key}",
        label_visibility="collapsed",
    )
    kinds: dict[str, int] = {}
    for each in groups:
        if severity in (None, each.severity):
            kinds[each.code] = kinds.get(each.code, 0) + each.count
    code = middle.selectbox(
        "Tipo de hallazgo",
        [None, *kinds],
        format_func=lambda each: (
            f"{words.CODES.get(each, each)} · {kinds[each]}" if each else "Todos los tipos"
        ),
        key=f"tipo-{key}-{severity}",
        label_visibility="collapsed",
    )
    sought = right.text_input(
        "Buscar",
        placeholder="Folio, archivo o palabra",
        key=f"buscar-{key}",
        label_visibility="collapsed",
        icon=":material/search:",
    )
    return Sought(key, severity, code, sought)


def _cells(line: FindingLine, spec: CallSpec) -> list[str]:
    severity = words.SEVERITIES[line.severity]
    place = [words.column(line.field, spec), line.file or ""]
    return [
        number(line.row) if line.row else "",
        _folio(line.folio),
        f'<span class="mark {severity.color}" title="{severity.words}"></span>'
        f"{html.escape(words.CODES.get(line.code, line.code))}",
        html.escape(line.message),
        html.escape(" · ".join(each for each in place if each)),
    ]


def _folio(folio: str | None) -> str:
    """A link to the application's page."""
    if not folio:
        return ""
    address = html.escape(f"/postulacion?folio={quote(folio)}", quote=True)
    return f'<a class="folio" href="{address}" target="_self">{html.escape(folio)}</a>'


def _group(name: str, counts: Iterable[tuple[int, str, str]]) -> str:
    shown = "".join(
        f"<span><b>{number(count)}</b> {one if count == 1 else many}</span>" for count, one, many in counts
    )
    return f"<div><h2>{name}</h2>{shown}</div>"
