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
from reviewer.jury.discussion import flags, manual_covers
from reviewer.jury.reviews import readable_documents
from reviewer.jury.reviews.document_views import Fit, View
from reviewer.jury.reviews.readable_documents import DocumentNotFound, ReadableDocument
from reviewer.pdf.messages import PdfFailure
from reviewer.web.answers.json_endpoint import json_endpoint, parse_body
from reviewer.web.auth import cookies
from reviewer.web.auth.requests import NO_STORE, refusal_response, viewer_of
from reviewer.web.server import page_cache

# The browser may cache an image but has to revalidate it: after a log-out the next person at the same
# machine is refused.
REVALIDATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}
_reported_documents: set[str] = set()


class ViewBody(BaseModel):
    """How a person sees a document now, as in ``document_views.View``."""

    model_config = ConfigDict(extra="forbid")
    rotation: int
    page_rotations: dict[str, int]
    page: int
    top: int
    zoom: int
    fit: Fit


class CoverBody(BaseModel):
    """A box on a page, in ten-thousandths, or a term."""

    model_config = ConfigDict(extra="forbid")
    page: int = 0
    box: list[int] = []
    term: str = ""


class ChangeBody(BaseModel):
    """Whether a cover is withdrawn, or put back."""

    model_config = ConfigDict(extra="forbid")
    withdrawn: bool


class PageBody(BaseModel):
    """A page, counted from 1."""

    model_config = ConfigDict(extra="forbid")
    page: int


async def page_image(request: Request) -> Response:
    """``GET /documentos/{document_id}/paginas/{page}.webp?ancho=1200``: see ``page_cache.page_image``.

    ``&trozo=1-0`` asks for a tile of a larger drawing by column and row.
    """
    try:
        document = await run_in_threadpool(_readable_page, request)
        tile = _parse_tile(request.query_params.get("trozo"))
        width = page_cache.snap_width(_parse_number(request.query_params.get("ancho"), default=1200), tile)
        page = request.path_params["page"]
        read = bool(document.covers) and await page_cache.is_read(document, page)
        tag = _etag(document, page, width, tile, read)
        headers = {**REVALIDATE, "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        image = await page_cache.page_image(document, page=page, width=width, read=read, tile=tile)
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


def _remember_view(actor: Actor, request: Request, content: bytes) -> Response:
    """``POST /documentos/{document_id}/vista``, see ``ViewBody``: remembered for this person."""
    view = View(**parse_body(ViewBody, content).model_dump())
    readable_documents.remember_view(actor, document_id=request.path_params["document_id"], view=view)
    return Response(status_code=204, headers=NO_STORE)


def _version(actor: Actor, request: Request, _content: bytes) -> dict[str, Any]:
    """``GET /documentos/{document_id}/version``: changes with what is covered in the document."""
    document = readable_documents.readable_document(actor, document_id=request.path_params["document_id"])
    return {"version": page_cache.version_of(document)}


def _covers(actor: Actor, request: Request, _content: bytes) -> dict[str, Any]:
    """``GET /documentos/{document_id}/cubiertas``: what persons cover in it."""
    covers = manual_covers.list_covers(actor, document=request.path_params["document_id"])
    return {
        "covers": [
            {"id": row.public_id, "page": row.page, "box": row.box, "term": row.term, "author": row.author or ""}
            for row in covers
        ]
    }


def _add_cover(actor: Actor, request: Request, content: bytes) -> dict[str, Any]:
    """``POST /documentos/{document_id}/cubiertas``, see ``CoverBody``: the covers, and the ``id`` of the new one."""
    body, document = parse_body(CoverBody, content), request.path_params["document_id"]
    if body.term:
        added = manual_covers.add_term(actor, document=document, term=body.term)
    else:
        added = manual_covers.add_box(actor, document=document, page=body.page, box=body.box)
    return {"id": added, **_covers(actor, request, content)}


def _change_cover(actor: Actor, request: Request, content: bytes) -> dict[str, Any]:
    """``POST /documentos/{document_id}/cubiertas/{cover_id}/estado`` ``{"withdrawn": true}``: the covers."""
    change = manual_covers.withdraw if parse_body(ChangeBody, content).withdrawn else manual_covers.put_back
    change(actor, cover_id=request.path_params["cover_id"])
    return _covers(actor, request, content)


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


def _parse_number(value: str | None, *, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else default


def _parse_tile(value: str | None) -> page_cache.Tile:
    column, _, row = (value or "").partition("-")
    return (_parse_number(column, default=0), _parse_number(row, default=0)) if value else None


def _etag(document: ReadableDocument, page: int, width: int, tile: page_cache.Tile, is_read: bool) -> str:
    """Returns a name for an image without drawing it. It is keyed, since covers are names of people."""
    covers = (document.covers, page_cache.boxes_on(document, page))
    parts = repr((document.sha256, covers, page, width, tile, is_read)).encode()
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
    Route("/documentos/{document_id}/vista", json_endpoint(_remember_view), methods=["POST"]),
    Route("/documentos/{document_id}/version", json_endpoint(_version)),
    Route("/documentos/{document_id}/cubiertas", json_endpoint(_covers)),
    Route("/documentos/{document_id}/cubiertas", json_endpoint(_add_cover), methods=["POST"]),
    Route("/documentos/{document_id}/cubiertas/{cover_id}/estado", json_endpoint(_change_cover), methods=["POST"]),
    Route("/documentos/{document_id}/aviso", json_endpoint(_flag_page), methods=["POST"]),
]
