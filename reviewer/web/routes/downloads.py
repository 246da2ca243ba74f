"""Tables to take along: ``GET /descargas/{name}.csv`` or ``.xlsx``, for those who may see them, each audited.

Streamlit's own download button would leave the file under ``/media`` for anybody with its address.
"""

from collections.abc import Callable, Mapping
from datetime import UTC

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewer import exports
from reviewer.access import audit, trail
from reviewer.access.actor import Actor
from reviewer.calls import get_call, spec_of
from reviewer.database import writing
from reviewer.errors import NotThere, Refused
from reviewer.intake import history
from reviewer.jury import progress, readings
from reviewer.meanings import OF_SHEETS
from reviewer.screening import tables as letters
from reviewer.tables import Table, to_csv
from reviewer.web import trail_filters
from reviewer.web.guard import NO_STORE
from reviewer.web.links import address, link_to, recorded
from reviewer.web.routes.handing import handing
from reviewer.workbooks import to_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Params = Mapping[str, str]
Maker = Callable[[Actor, Params], Table]


def _show(params: Params) -> readings.Show:
    shown = params.get("ver", readings.Show.ALL)
    if shown not in list(readings.Show):
        raise Refused(f"«ver» tiene que ser una de estas palabras: {', '.join(readings.Show)}.")
    return readings.Show(shown)


def _findings(viewer: Actor, params: Params) -> Table:
    batch = history.batch(viewer, call_slug=params.get("convocatoria", ""), key=params.get("lote", ""))
    return history.findings_table(viewer, sought=history.Sought(batch.key))


def _trail(viewer: Actor, params: Params) -> Table:
    zone = spec_of(get_call(params["convocatoria"])).zone if params.get("convocatoria") else UTC
    return trail.table(viewer, sought=trail_filters.sought_in(params, zone))


def _selection(viewer: Actor, params: Params) -> Table:
    from reviewer.decision.selection import reading  # late: it solves, which takes a library of some size

    return reading.table(viewer, scenario=params.get("escenario", ""))


TABLES: dict[str, Maker] = {
    "avance": lambda viewer, params: progress.table(viewer, call=params.get("convocatoria", "")),
    "hallazgos": _findings,
    "lecturas": lambda viewer, params: readings.table(
        viewer, call=params.get("convocatoria", ""), show=_show(params)
    ),
    "bitacora": _trail,
    "no-elegibles": lambda viewer, params: letters.ineligible(viewer, call=params.get("convocatoria", "")),
    "seleccion": _selection,
    "pedidas": lambda viewer, params: letters.asked(viewer, call=params.get("convocatoria", "")),
    "puntajes": lambda viewer, params: exports.scores_table(viewer, call_slug=params.get("convocatoria", "")),
    "ranking": lambda viewer, params: exports.ranking_table(viewer, call_slug=params.get("convocatoria", "")),
}
"""What can be taken along, by the name in its address. Each maker checks the viewer's permission itself."""


BOOKS: dict[str, Callable[[Actor, Params], dict[str, Table]]] = {
    "ranking": lambda viewer, params: exports.ranking_book(viewer, call_slug=params.get("convocatoria", "")),
}
"""The same for workbooks of several sheets."""


def link(label: str, name: str, **params: str | None) -> None:
    """Draws a link that downloads the table of this name; parameters that are None are left out."""
    link_to(label, address(f"/descargas/{name}.csv", params))


def link_to_book(label: str, name: str, **params: str | None) -> None:
    """The same for a workbook."""
    link_to(label, address(f"/descargas/{name}.xlsx", params))


def _sent(actor: Actor, request: Request) -> Response:
    name, params = request.path_params["name"], dict(request.query_params)
    ending = request.url.path.rpartition(".")[2]
    if ending == "xlsx" and name in BOOKS:
        sheets = BOOKS[name](actor, params)
        content, kind = to_workbook(sheets, OF_SHEETS), XLSX
    elif ending == "csv" and name in TABLES:
        sheets = {name: TABLES[name](actor, params)}
        content, kind = to_csv(sheets[name]), "text/csv; charset=utf-8"
    else:
        raise NotThere("No hay una tabla con ese nombre.")
    rows = sum(len(each.rows) for each in sheets.values())
    with writing() as session:
        audit.record(session, actor, "table.download", "table", name, {**recorded(params), "rows": rows})
    disposition = f'attachment; filename="{name}.{ending}"'
    return Response(content, media_type=kind, headers={**NO_STORE, "Content-Disposition": disposition})


ROUTES = [
    Route(f"/descargas/{{name}}.{ending}", handing(_sent), methods=["GET"]) for ending in ("csv", "xlsx")
]
