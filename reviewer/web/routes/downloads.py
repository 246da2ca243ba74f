"""Tables: ``GET /descargas/{name}.csv`` or ``.xlsx``, and a call's template. Every download is recorded.

Streamlit's own download button would leave the file under ``/media`` for anybody who has its address.
"""

from collections.abc import Callable, Mapping
from datetime import UTC

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.audit import queries as audit_queries
from reviewer.call.spec import get_call, spec_of
from reviewer.core.errors import NotFound, UserError
from reviewer.export import bundle
from reviewer.export.data_dictionary import BY_SHEET
from reviewer.intake.batch import queries as batch_queries
from reviewer.intake.batch import template
from reviewer.jury.monitoring import coverage, progress
from reviewer.screening import exports as letters
from reviewer.tables.csv_files import Table, to_csv
from reviewer.tables.xlsx import to_workbook
from reviewer.web.answers import file_response
from reviewer.web.screens.bitacora import filters
from reviewer.web.ui.links import address, link_to, recorded_params

Params = Mapping[str, str]
Maker = Callable[[Actor, Params], Table]


def _readings_filter(params: Params) -> coverage.CoverageFilter:
    choice = params.get("ver", coverage.CoverageFilter.ALL)
    if choice not in list(coverage.CoverageFilter):
        raise UserError(f"«ver» tiene que ser una de estas palabras: {', '.join(coverage.CoverageFilter)}.")
    return coverage.CoverageFilter(choice)


def _findings(viewer: Actor, params: Params) -> Table:
    batch = batch_queries.batch(viewer, slug=params.get("convocatoria", ""), key=params.get("lote", ""))
    return batch_queries.findings_table(viewer, criteria=batch_queries.FindingFilter(batch.key))


def _trail(viewer: Actor, params: Params) -> Table:
    zone = spec_of(get_call(params["convocatoria"])).zone if params.get("convocatoria") else UTC
    return audit_queries.events_table(viewer, filters=filters.parse_filters(params, zone))


def _selection(viewer: Actor, params: Params) -> Table:
    from reviewer.decision.selection import queries as selection_queries

    return selection_queries.table(viewer, public_id=params.get("escenario", ""))


TABLES: dict[str, Maker] = {
    "avance": lambda viewer, params: progress.progress_table(viewer, slug=params.get("convocatoria", "")),
    "hallazgos": _findings,
    "lecturas": lambda viewer, params: coverage.coverage_table(
        viewer, slug=params.get("convocatoria", ""), show=_readings_filter(params)
    ),
    "bitacora": _trail,
    "no-elegibles": lambda viewer, params: letters.ineligible(viewer, slug=params.get("convocatoria", "")),
    "seleccion": _selection,
    "pedidas": lambda viewer, params: letters.asked_again(viewer, slug=params.get("convocatoria", "")),
    "puntajes": lambda viewer, params: bundle.scores_table(viewer, slug=params.get("convocatoria", "")),
    "ranking": lambda viewer, params: bundle.ranking_table(viewer, slug=params.get("convocatoria", "")),
}
"""What can be taken along, by the name in its address. Each maker checks the viewer's permission itself."""


WORKBOOKS: dict[str, Callable[[Actor, Params], dict[str, Table]]] = {
    "ranking": lambda viewer, params: bundle.ranking_workbook(viewer, slug=params.get("convocatoria", "")),
}
"""The same for workbooks of several sheets."""


FILES: dict[str, tuple[Callable[..., bytes], str]] = {
    "plantilla": (template.template, "xlsx"),
    "lote-de-muestra": (template.sample_batch, "zip"),
}
"""Files that are no tables, by the name in their address, with what makes them and their ending."""


def link_to_file(label: str, name: str, **params: str | None) -> None:
    """Draws a link that downloads the file of this name."""
    link_to(label, address(f"/descargas/{name}.{FILES[name][1]}", params))


def link(label: str, name: str, **params: str | None) -> None:
    """Draws a link that downloads the table of this name; parameters that are None are left out."""
    link_to(label, address(f"/descargas/{name}.csv", params))


def link_to_workbook(label: str, name: str, **params: str | None) -> None:
    """Draws a link that downloads the workbook of this name."""
    link_to(label, address(f"/descargas/{name}.xlsx", params))


def _respond(actor: Actor, request: Request) -> Response:
    name, params = request.path_params["name"], dict(request.query_params)
    ending = request.url.path.rpartition(".")[2]
    if name in FILES and ending == FILES[name][1]:
        content = FILES[name][0](actor, slug=params.get("convocatoria", ""))
        file_response.record(actor, "table.download", "table", name, recorded_params(params))
        return file_response.download(content, f"{name}.{ending}")
    if ending == "xlsx" and name in WORKBOOKS:
        sheets = WORKBOOKS[name](actor, params)
        content = to_workbook(sheets, BY_SHEET)
    elif ending == "csv" and name in TABLES:
        sheets = {name: TABLES[name](actor, params)}
        content = to_csv(sheets[name])
    else:
        raise NotFound("No hay una tabla con ese nombre.")
    rows = sum(len(sheet.rows) for sheet in sheets.values())
    file_response.record(actor, "table.download", "table", name, {**recorded_params(params), "rows": rows})
    return file_response.download(content, f"{name}.{ending}")


ROUTES = [
    Route(f"/descargas/{{name}}.{ending}", file_response.file_endpoint(_respond), methods=["GET"])
    for ending in ("csv", "xlsx", "zip")
]
