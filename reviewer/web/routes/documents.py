"""A document's pages for the reader: images and words, never the file. Each request is checked.

A person who may not read a document gets the same answer whether it exists or not.
"""

import hashlib
import hmac
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.discussion import flags
from reviewer.jury.reviews import readable_documents
from reviewer.jury.reviews.readable_documents import DocumentNotFound, ReadableDocument
from reviewer.pdf.messages import PdfFailure
from reviewer.web.answers.json_endpoint import json_endpoint, parse_body
from reviewer.web.auth import cookies
from reviewer.web.auth.requests import NO_STORE, is_from_own_page, json_of, refusal_response, viewer_of
from reviewer.web.server import page_cache

# The browser may cache an image but has to revalidate it: after a log-out the next person at the same
# machine is refused.
REVALIDATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}
_reported_documents: set[str] = set()


class PageBody(BaseModel):
    """A page, counted from 1."""

    model_config = ConfigDict(extra="forbid")
    page: int


async def page_image(request: Request) -> Response:
    """``GET /documentos/{document_id}/paginas/{page}.webp?ancho=1200``: see ``page_cache.page_image``."""
    try:
        document = await run_in_threadpool(_readable_page, request)
        width = page_cache.snap_width(_parse_number(request.query_params.get("ancho"), default=1200))
        page = request.path_params["page"]
        read = bool(document.covers) and await page_cache.is_read(document, page)
        tag = _etag(document, page, width, read)
        headers = {**REVALIDATE, "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        image = await page_cache.page_image(document, page=page, width=width, read=read)
    except UserError as error:
        return _refusal(error)
    return Response(image, media_type="image/webp", headers=headers)


async def page_text(request: Request) -> Response:
    """``GET /documentos/{document_id}/texto/{page}``: see ``page_cache.page_text``."""
    try:
        document = await run_in_threadpool(_readable_page, request)
        content = await page_cache.page_text(document, page=request.path_params["page"])
        if document.covers and page_cache.is_unread(content):
            await run_in_threadpool(_report_once, document.public_id)
    except UserError as error:
        return _refusal(error)
    return Response(content, media_type="application/json", headers=NO_STORE)


async def rotate(request: Request) -> Response:
    """``POST /documentos/{document_id}/giro`` ``{"rotation": 90}``: remembered for this person."""
    is_json = request.headers.get("content-type", "").split(";")[0].strip() == "application/json"
    if not is_from_own_page(request) or not is_json:
        return refusal_response(Forbidden())
    try:
        rotation = await _rotation(request)
        await run_in_threadpool(_remember_rotation, request, rotation)
    except UserError as error:
        return _refusal(error)
    return Response(status_code=204, headers=NO_STORE)


def _flag_page(actor: Actor, request: Request, content: bytes) -> dict[str, Any]:
    """``POST /documentos/{document_id}/aviso`` ``{"page": 3}``: tells the coordinators that it cannot be read."""
    page = parse_body(PageBody, content).page
    flags.raise_page_flag(actor, document=request.path_params["document_id"], page=page)
    return {}


def _report_once(document_id: str) -> None:
    """Flags, once, a document in which nothing could be covered."""
    if document_id not in _reported_documents:
        flags.flag_document_without_text(document_id)
        _reported_documents.add(document_id)


def _readable_page(request: Request) -> ReadableDocument:
    document = _readable_document(request)
    if not 1 <= request.path_params["page"] <= document.pages:
        raise DocumentNotFound
    return document


def _readable_document(request: Request) -> ReadableDocument:
    viewer = viewer_of(request)
    if viewer is None:
        raise Forbidden
    return readable_documents.readable_document(viewer, document_id=request.path_params["document_id"])


def _remember_rotation(request: Request, rotation: int) -> None:
    viewer = viewer_of(request)
    if viewer is None:
        raise Forbidden
    readable_documents.remember_rotation(viewer, document_id=request.path_params["document_id"], rotation=rotation)


async def _rotation(request: Request) -> int:
    try:
        body = await json_of(request)
    except ValueError as error:
        raise UserError("Falta el giro.") from error
    rotation = body.get("rotation") if isinstance(body, dict) else None
    if type(rotation) is not int:
        raise UserError("Falta el giro.")
    return rotation


def _parse_number(value: str | None, *, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else default


def _etag(document: ReadableDocument, page: int, width: int, is_read: bool) -> str:
    """Returns a name for an image without drawing it. It is keyed, since covers are names of people."""
    parts = repr((document.sha256, document.covers, page, width, is_read)).encode()
    return f'"{hmac.new(cookies.signing_key().encode(), parts, hashlib.sha256).hexdigest()[:32]}"'


def _refusal(error: UserError) -> Response:
    if isinstance(error, DocumentNotFound):
        return refusal_response(error, status=404)
    if isinstance(error, PdfFailure):
        again = {"Retry-After": "5"} if error.code in page_cache.TEMPORARY_FAILURES else {}
        return PlainTextResponse(str(error), status_code=503, headers={**NO_STORE, **again})
    return refusal_response(error)


ROUTES = [
    Route("/documentos/{document_id}/paginas/{page:int}.webp", page_image),
    Route("/documentos/{document_id}/texto/{page:int}", page_text),
    Route("/documentos/{document_id}/giro", rotate, methods=["POST"]),
    Route("/documentos/{document_id}/aviso", json_endpoint(_flag_page), methods=["POST"]),
]
