"""``GET /descargas/respaldo/{name}``: a backup, for admins, streamed from the disk and recorded."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.backup import on_disk
from reviewer.web.answers.file_response import file_endpoint
from reviewer.web.auth.requests import NO_STORE


def _respond(actor: Actor, request: Request) -> Response:
    path = on_disk.path_for_download(actor, name=request.path_params["name"])
    return FileResponse(path, media_type="application/zip", filename=path.name, headers=NO_STORE)


ROUTES = [Route("/descargas/respaldo/{name}", file_endpoint(_respond), methods=["GET"])]
