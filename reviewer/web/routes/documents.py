"""A document's pages for the reader: images and words, never the file. Each request is checked by itself.

Who may not read a document gets the same answer for one that exists as for one that does not.
"""

import hashlib
import hmac

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from reviewer.errors import Forbidden, Refused
from reviewer.jury import flags, reading
from reviewer.jury.reading import NoSuchDocument, ReadableDocument
from reviewer.pdf.results import PdfFailure
from reviewer.web import cookies, drawn
from reviewer.web.guard import NO_STORE, is_own_page, json_of, refusal, viewer_of

# The browser may keep an image but has to ask before it shows it again: after a log-out the next person
# at the same machine is refused.
ASK_FIRST = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}
_told: set[str] = set()


async def page_image(request: Request) -> Response:
    """``GET /documentos/{document_id}/paginas/{page}.webp?ancho=1200``: see ``drawn.image``."""
    try:
        document = await run_in_threadpool(_readable_page, request)
        width = drawn.snapped(_number(request.query_params.get("ancho"), default=1200))
        tag = _tag(document, request.path_params["page"], width)
        headers = {**ASK_FIRST, "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        image = await drawn.image(document, page=request.path_params["page"], width=width)
    except Refused as error:
        return _refused(error)
    return Response(image, media_type="image/webp", headers=headers)


async def page_text(request: Request) -> Response:
    """``GET /documentos/{document_id}/texto/{page}``: see ``drawn.text``."""
    try:
        document = await run_in_threadpool(_readable_page, request)
        words = await drawn.text(document, page=request.path_params["page"])
        if document.covers and drawn.is_unread(words):
            await run_in_threadpool(_tell_once, document.public_id)
    except Refused as error:
        return _refused(error)
    return Response(words, media_type="application/json", headers=NO_STORE)


async def turn(request: Request) -> Response:
    """``POST /documentos/{document_id}/giro`` ``{"rotation": 90}``: remembered for this person."""
    is_json = request.headers.get("content-type", "").split(";")[0].strip() == "application/json"
    if not is_own_page(request) or not is_json:
        return refusal(Forbidden())
    try:
        rotation = await _rotation(request)
        await run_in_threadpool(_remember, request, rotation)
    except Refused as error:
        return _refused(error)
    return Response(status_code=204, headers=NO_STORE)


def _tell_once(document_id: str) -> None:
    """Tells the coordinators, once, of a document in which nothing could be covered."""
    if document_id not in _told:
        flags.note_without_text(document_id)
        _told.add(document_id)


def _readable_page(request: Request) -> ReadableDocument:
    document = _readable(request)
    if not 1 <= request.path_params["page"] <= document.pages:
        raise NoSuchDocument
    return document


def _readable(request: Request) -> ReadableDocument:
    viewer = viewer_of(request)
    if viewer is None:
        raise Forbidden
    return reading.readable_document(viewer, document_id=request.path_params["document_id"])


def _remember(request: Request, rotation: int) -> None:
    viewer = viewer_of(request)
    if viewer is None:
        raise Forbidden
    reading.remember_rotation(viewer, document_id=request.path_params["document_id"], rotation=rotation)


async def _rotation(request: Request) -> int:
    try:
        body = await json_of(request)
    except ValueError as error:
        raise Refused("Falta el giro.") from error
    rotation = body.get("rotation") if isinstance(body, dict) else None
    if type(rotation) is not int:
        raise Refused("Falta el giro.")
    return rotation


def _number(value: str | None, *, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else default


def _tag(document: ReadableDocument, page: int, width: int) -> str:
    """Names what is drawn without drawing it. Keyed, since covers are names."""
    parts = repr((document.sha256, document.covers, page, width)).encode()
    return f'"{hmac.new(cookies.signing_key().encode(), parts, hashlib.sha256).hexdigest()[:32]}"'


def _refused(error: Refused) -> Response:
    if isinstance(error, NoSuchDocument):
        return refusal(error, status=404)
    if isinstance(error, PdfFailure):
        again = {"Retry-After": "5"} if error.code in drawn.PASSING else {}
        return PlainTextResponse(str(error), status_code=503, headers={**NO_STORE, **again})
    return refusal(error)


ROUTES = [
    Route("/documentos/{document_id}/paginas/{page:int}.webp", page_image),
    Route("/documentos/{document_id}/texto/{page:int}", page_text),
    Route("/documentos/{document_id}/giro", turn, methods=["POST"]),
]
