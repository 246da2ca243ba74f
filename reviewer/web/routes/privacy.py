"""What leaves under the privacy laws: ``GET /descargas/privacidad/{name}``, for admins alone.

A person's data is gathered into a file without a name, which is gone with the answer.
"""

import base64
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.errors import Forbidden, Refused
from reviewer.privacy import deletion, person
from reviewer.web.guard import NO_STORE, viewer_of
from reviewer.web.links import address, link_to

Params = Mapping[str, str]
Made = tuple[str, str, IO[bytes] | bytes]
_PIECE = 1 << 18


def _person(viewer: Actor, params: Params) -> Made:
    folio = params.get("folio", "")
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it was sent
    try:
        person.export(viewer, call=params.get("convocatoria", ""), folio=folio, target=file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return f"datos-{folio}.zip", "application/zip", file


def _certificate(viewer: Actor, params: Params) -> Made:
    found = deletion.deletion_of(viewer, public_id=params.get("clave", ""))
    return f"certificado-{found.public_id}.pdf", "application/pdf", base64.b64decode(found.document)


def _list(viewer: Actor, params: Params) -> Made:
    key = params.get("clave", "")
    listed = deletion.list_of(viewer, public_id=key)
    return f"suprimido-{key}.txt", "text/plain; charset=utf-8", listed


MAKERS: dict[str, Callable[[Actor, Params], Made]] = {
    "persona.zip": _person,
    "certificado.pdf": _certificate,
    "lista.txt": _list,
}
"""By the end of the address. Each maker checks the viewer's permission itself."""


def link(label: str, name: str, **params: str) -> None:
    """Draws a link to one of ``MAKERS``."""
    link_to(label, address(f"/descargas/privacidad/{name}", params))


async def download(request: Request) -> Response:
    """Answers with the file; 403 to whoever may not have it, 404 for none, 422 with what to change."""
    return await run_in_threadpool(_answer, request)


def _answer(request: Request) -> Response:
    actor = viewer_of(request)
    if actor is None:
        return _told("Su sesión terminó, o no ha entrado. Entre con su correo y contraseña.", 403)
    make = MAKERS.get(request.path_params["name"])
    if make is None:
        return _told("No hay un archivo con ese nombre.", 404)
    try:
        name, kind, content = make(actor, dict(request.query_params))
    except Forbidden as error:
        return _told(str(error), 403)
    except Refused as error:
        return _told(str(error), 422)
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    if isinstance(content, bytes):
        return Response(content, media_type=kind, headers=headers)
    return StreamingResponse(_pieces(content), media_type=kind, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _told(words: str, status: int) -> Response:
    return PlainTextResponse(words, status, headers=NO_STORE)


ROUTES = [Route("/descargas/privacidad/{name}", download, methods=["GET"])]
