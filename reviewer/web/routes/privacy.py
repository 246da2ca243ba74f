"""What leaves under the privacy laws: ``GET /descargas/privacidad/{name}``, for admins alone.

A person's data is gathered into a file without a name, which is gone with the answer.
"""

import base64
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.errors import NotThere
from reviewer.privacy import deletion, person
from reviewer.web.guard import NO_STORE
from reviewer.web.links import address, link_to
from reviewer.web.routes.handing import handing

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


def _sent(actor: Actor, request: Request) -> Response:
    make = MAKERS.get(request.path_params["name"])
    if make is None:
        raise NotThere("No hay un archivo con ese nombre.")
    name, kind, content = make(actor, dict(request.query_params))
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    if isinstance(content, bytes):
        return Response(content, media_type=kind, headers=headers)
    return StreamingResponse(_pieces(content), media_type=kind, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


ROUTES = [Route("/descargas/privacidad/{name}", handing(_sent), methods=["GET"])]
