"""``GET /descargas/respaldo/{name}``: a backup, for admins, each time audited."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from reviewer.backup import kept
from reviewer.errors import Forbidden, Refused
from reviewer.web.guard import NO_STORE, viewer_of


async def download(request: Request) -> Response:
    """Answers with the file, from the disk in pieces; 403 to whoever may not have it, 404 for none."""
    return await run_in_threadpool(_answer, request)


def _answer(request: Request) -> Response:
    actor = viewer_of(request)
    if actor is None:
        return _told("Su sesión terminó, o no ha entrado. Entre con su correo y contraseña.", 403)
    try:
        path = kept.hand_out(actor, name=request.path_params["name"])
    except Forbidden as error:
        return _told(str(error), 403)
    except Refused as error:
        return _told(str(error), 404)
    return FileResponse(path, media_type="application/zip", filename=path.name, headers=NO_STORE)


def _told(words: str, status: int) -> Response:
    return PlainTextResponse(words, status, headers=NO_STORE)


ROUTES = [Route("/descargas/respaldo/{name}", download, methods=["GET"])]
