"""Addresses for uploads in pieces: announced, appended at their offset, read, discarded."""

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.core.errors import Forbidden, UserError
from reviewer.models import Upload
from reviewer.storage import uploads
from reviewer.web.answers.json_endpoint import Endpoint, SessionEnded, json_endpoint, require_viewer
from reviewer.web.auth.requests import NO_STORE, is_from_own_page, parse_json, refusal_response

BUFFER_BYTES = 1 << 20  # bytes buffered before each write
MOST_DRAINED_BYTES = 16 << 20
LONGEST_OFFSET = 18  # digits
SESSION_ENDED = "Su sesión terminó. Vuelva a entrar; la carga sigue donde quedó."


def _begin(actor: Actor, _request: Request, content: bytes) -> Response:
    """``POST /cargas`` ``{"name", "size", "call"}``: announces a zip."""
    try:
        body = parse_json(content)
        slug, name, size = str(body["call"]), str(body["name"]), int(body["size"])
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise UserError("La solicitud no se entiende: recargue la página.") from error
    return _state(uploads.begin(actor, slug=slug, name=name, size=size), status=201)


def _show(actor: Actor, request: Request, _content: bytes) -> Response:
    """``GET /cargas/{id}``: how much has arrived."""
    return _state(uploads.find(actor, public_id=_upload_id(request)))


def _discard(actor: Actor, request: Request, _content: bytes) -> dict[str, Any]:
    """``DELETE /cargas/{id}``: removes it."""
    uploads.discard(actor, public_id=_upload_id(request))
    return {"ok": True}


async def append(request: Request) -> Response:
    """``PUT /cargas/{id}?desde=OFFSET``: the next piece, as the body. What arrived of a broken one counts."""
    if not is_from_own_page(request):
        response: Response = refusal_response(Forbidden())
    else:
        try:
            response = await _append(request)
        except SessionEnded as error:
            response = refusal_response(error, status=401)
        except UserError as error:
            response = _refuse(error)
    if response.status_code >= 400:
        await _drain(request)  # else the browser would not read the answer
    return response


async def _append(request: Request) -> Response:
    actor = await run_in_threadpool(require_viewer, request, SESSION_ENDED)
    offset = request.query_params.get("desde", "")
    if not offset.isascii() or not offset.isdigit() or len(offset) > LONGEST_OFFSET:
        raise UserError("Falta desde qué byte sigue la carga: recargue la página.")
    piece = await run_in_threadpool(
        lambda: uploads.open_piece(actor, public_id=_upload_id(request), offset=int(offset))
    )
    try:
        await _receive(request, piece)
    except ClientDisconnect:
        return Response(status_code=400)  # the client has disconnected
    finally:
        upload = await run_in_threadpool(piece.close)
    return _state(upload)


async def _receive(request: Request, piece: uploads.Piece) -> None:
    buffer = bytearray()
    try:
        async for chunk in request.stream():
            buffer += chunk
            if len(buffer) >= BUFFER_BYTES:
                data, buffer = bytes(buffer), bytearray()
                await run_in_threadpool(piece.write, data)
    finally:
        if buffer:
            await run_in_threadpool(piece.write, bytes(buffer))


async def _drain(request: Request) -> None:
    drained = 0
    try:
        async for chunk in request.stream():
            drained += len(chunk)
            if drained > MOST_DRAINED_BYTES:
                return
    except (ClientDisconnect, RuntimeError):
        return  # the client has disconnected, or nothing is left


def _upload_id(request: Request) -> str:
    return str(request.path_params["id"])


def _state(upload: Upload, *, status: int = 200) -> JSONResponse:
    body = {"id": upload.public_id, "received": upload.received, "size": upload.size}
    return JSONResponse(body, status_code=status, headers=NO_STORE)


def _refuse(error: UserError) -> Response:
    if isinstance(error, uploads.WrongOffset):
        conflict = {"error": str(error), "received": error.received}
        return JSONResponse(conflict, status_code=409, headers=NO_STORE)
    status = 507 if isinstance(error, uploads.NoSpace) else 415 if isinstance(error, uploads.NotAZip) else 422
    return refusal_response(error, status=status)


def _endpoint(act: Callable[[Actor, Request, bytes], dict[str, Any] | Response]) -> Endpoint:
    return json_endpoint(act, session_ended=SESSION_ENDED, refuse=_refuse)


ROUTES = [
    Route("/cargas", _endpoint(_begin), methods=["POST"]),
    Route("/cargas/{id}", append, methods=["PUT"]),
    Route("/cargas/{id}", _endpoint(_show), methods=["GET"]),
    Route("/cargas/{id}", _endpoint(_discard), methods=["DELETE"]),
]
