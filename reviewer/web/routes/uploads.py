"""Uploads in pieces: announced, appended at their offset, asked after, thrown away."""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.core.errors import Forbidden, UserError
from reviewer.models import Upload
from reviewer.storage import uploads
from reviewer.web.auth.requests import NO_STORE, is_from_own_page, json_of, refusal_response, viewer_of

BUFFER_BYTES = 1 << 20  # bytes gathered before each trip to the disk
MOST_DRAINED_BYTES = 16 << 20
LONGEST_OFFSET = 18  # digits


async def begin(request: Request) -> Response:
    """``POST /cargas`` ``{"name", "size", "call"}``: announces a zip."""

    async def act(actor: Actor) -> Response:
        try:
            body = await json_of(request)
            slug, name, size = str(body["call"]), str(body["name"]), int(body["size"])
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise UserError("La solicitud no se entiende: recargue la página.") from error
        upload = await run_in_threadpool(lambda: uploads.begin(actor, slug=slug, name=name, size=size))
        return _state(upload, status=201)

    return await _answer(request, act)


async def append(request: Request) -> Response:
    """``PUT /cargas/{id}?desde=OFFSET``: the next piece, as the body. What arrived of a broken one counts."""

    async def act(actor: Actor) -> Response:
        offset = request.query_params.get("desde", "")
        if not offset.isascii() or not offset.isdigit() or len(offset) > LONGEST_OFFSET:
            raise UserError("Falta desde qué byte sigue la carga: recargue la página.")
        piece = await run_in_threadpool(
            lambda: uploads.open_piece(actor, public_id=_upload_id(request), offset=int(offset))
        )
        try:
            await _receive(request, piece)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is left to read it
        finally:
            upload = await run_in_threadpool(piece.close)
        return _state(upload)

    return await _answer(request, act)


async def show(request: Request) -> Response:
    """``GET /cargas/{id}``: how much has arrived."""

    async def act(actor: Actor) -> Response:
        return _state(await run_in_threadpool(lambda: uploads.find(actor, public_id=_upload_id(request))))

    return await _answer(request, act)


async def discard(request: Request) -> Response:
    """``DELETE /cargas/{id}``: throws it away."""

    async def act(actor: Actor) -> Response:
        await run_in_threadpool(lambda: uploads.discard(actor, public_id=_upload_id(request)))
        return JSONResponse({"ok": True}, headers=NO_STORE)

    return await _answer(request, act)


async def _answer(request: Request, act: Callable[[Actor], Awaitable[Response]]) -> Response:
    """Acts, or tells what went wrong once the body is out of the way: else the browser would not read it."""
    response = await _act(request, act)
    if response.status_code >= 400 and request.method == "PUT":
        await _drain(request)
    return response


async def _act(request: Request, act: Callable[[Actor], Awaitable[Response]]) -> Response:
    """Checks who asks and from where, and turns refusals into answers."""
    if request.method != "GET" and not is_from_own_page(request):
        return refusal_response(Forbidden())
    actor = await run_in_threadpool(viewer_of, request)
    if actor is None:
        return refusal_response(
            UserError("Su sesión terminó. Vuelva a entrar; la carga sigue donde quedó."), status=401
        )
    try:
        return await act(actor)
    except uploads.WrongOffset as error:
        return _error(str(error), 409, received=error.received)
    except uploads.NoSpace as error:
        return _error(str(error), 507)
    except uploads.NotAZip as error:
        return _error(str(error), 415)
    except UserError as error:
        return refusal_response(error)


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
        return  # nobody is there, or nothing is left


def _upload_id(request: Request) -> str:
    return str(request.path_params["id"])


def _state(upload: Upload, *, status: int = 200) -> JSONResponse:
    body = {"id": upload.public_id, "received": upload.received, "size": upload.size}
    return JSONResponse(body, status_code=status, headers=NO_STORE)


def _error(sentence: str, status: int, **more: int) -> JSONResponse:
    return JSONResponse({"error": sentence, **more}, status_code=status, headers=NO_STORE)


ROUTES = [
    Route("/cargas", begin, methods=["POST"]),
    Route("/cargas/{id}", append, methods=["PUT"]),
    Route("/cargas/{id}", show, methods=["GET"]),
    Route("/cargas/{id}", discard, methods=["DELETE"]),
]
