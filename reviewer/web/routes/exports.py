"""The call's tables for administrators: ``GET /descargas/exportacion/{name}``, streamed. Every download is recorded.

``name`` is a table with the ending of a format (``applications.parquet``), or ``tablas.xlsx`` with all of them.
"""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.core.errors import NotFound
from reviewer.export import bundle
from reviewer.export.formats import Format
from reviewer.web.answers import file_response

WORKBOOK = "tablas.xlsx"


def _respond(actor: Actor, request: Request) -> Response:
    require(actor, Action.EXPORT)
    file_name, slug = request.path_params["name"], request.query_params.get("convocatoria", "")
    if file_name == WORKBOOK:
        return file_response.download(bundle.workbook(actor, slug=slug), f"{slug}.xlsx")
    name, _, ending = file_name.rpartition(".")
    if ending not in list(Format):
        raise NotFound("No hay una tabla con ese nombre.")
    chunks = bundle.table_file(actor, slug=slug, name=name, file_format=Format(ending))
    headers = file_response.headers_for(file_name)
    return StreamingResponse(chunks, media_type=file_response.MEDIA_TYPES[ending], headers=headers)


ROUTES = [Route("/descargas/exportacion/{name}", file_response.file_endpoint(_respond), methods=["GET"])]
