"""The guides' pictures: ``GET /guia/{name}.webp``, for everybody who is logged in."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from reviewer.web.auth.requests import NO_STORE, viewer_of
from reviewer.web.ui.guides import PICTURES


async def picture(request: Request) -> Response:
    """Returns a picture; 403 for strangers, 404 where there is none."""
    if await run_in_threadpool(viewer_of, request) is None:
        return PlainTextResponse("Entre con su correo y contraseña.", 403, headers=NO_STORE)
    path = PICTURES / f"{request.path_params['name']}.webp"
    if path not in PICTURES.glob("*.webp"):
        return PlainTextResponse("No hay una imagen con ese nombre.", 404, headers=NO_STORE)
    return FileResponse(path, headers={"Cache-Control": "private, max-age=3600"})


ROUTES = [Route("/guia/{name}.webp", picture, methods=["GET"])]
