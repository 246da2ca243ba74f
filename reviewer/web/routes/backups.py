"""``GET /descargas/respaldo/{name}``: a backup, for admins, from the disk in pieces, each time audited."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.backup import kept
from reviewer.web.guard import NO_STORE
from reviewer.web.routes.handing import file_endpoint


def _respond(actor: Actor, request: Request) -> Response:
    path = kept.path_for_download(actor, name=request.path_params["name"])
    return FileResponse(path, media_type="application/zip", filename=path.name, headers=NO_STORE)


ROUTES = [Route("/descargas/respaldo/{name}", file_endpoint(_respond), methods=["GET"])]
