"""Files under the privacy laws: ``GET /descargas/privacidad/{name}``, for admins only.

A person's data is collected in an unnamed temporary file, which ends with the answer.
"""

import base64
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.core.errors import NotFound
from reviewer.privacy import deletion, subject_export
from reviewer.web.answers.file_response import MEDIA_TYPES, download, file_endpoint, headers_for
from reviewer.web.ui.links import address, link_to

Params = Mapping[str, str]
NamedFile = tuple[str, IO[bytes] | bytes]
_CHUNK_BYTES = 1 << 18


def _person_archive(viewer: Actor, params: Params) -> NamedFile:
    folio = params.get("folio", "")
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it was sent
    try:
        subject_export.export(viewer, slug=params.get("convocatoria", ""), folio=folio, target=file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return f"datos-{folio}.zip", file


def _certificate(viewer: Actor, params: Params) -> NamedFile:
    deletion_record = deletion.deletion_of(viewer, public_id=params.get("clave", ""))
    return f"certificado-{deletion_record.public_id}.pdf", base64.b64decode(deletion_record.document)


def _deleted_list(viewer: Actor, params: Params) -> NamedFile:
    key = params.get("clave", "")
    folios_text = deletion.deleted_items_text(viewer, public_id=key)
    return f"suprimido-{key}.txt", folios_text


FILE_MAKERS: dict[str, Callable[[Actor, Params], NamedFile]] = {
    "persona.zip": _person_archive,
    "certificado.pdf": _certificate,
    "lista.txt": _deleted_list,
}
"""By the end of the address. Each maker checks the viewer's permission itself."""


def link(label: str, name: str, **params: str) -> None:
    """Draws a link to one of ``FILE_MAKERS``."""
    link_to(label, address(f"/descargas/privacidad/{name}", params))


def _respond(actor: Actor, request: Request) -> Response:
    make = FILE_MAKERS.get(request.path_params["name"])
    if make is None:
        raise NotFound("No hay un archivo con ese nombre.")
    name, content = make(actor, dict(request.query_params))
    if isinstance(content, bytes):
        return download(content, name)
    return StreamingResponse(_chunks(content), media_type=MEDIA_TYPES["zip"], headers=headers_for(name))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece


ROUTES = [Route("/descargas/privacidad/{name}", file_endpoint(_respond), methods=["GET"])]
