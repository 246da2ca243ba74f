"""Endpoints that answer with a file, and the answers to those who can't have it."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from reviewer.access.actor import Actor
from reviewer.audit import log
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, NotFound, UserError
from reviewer.web.answers.error_page import error_page, is_navigation
from reviewer.web.auth.requests import NO_STORE, viewer_of

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def file_endpoint(make: Callable[[Actor, Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Returns an endpoint that answers with what ``make`` returns, run in a worker thread.

    Refusals are a sentence: 403 for strangers and people who may not have the file, 404 where there is none,
    422 with what to change.
    """

    def answer(request: Request) -> Response:
        actor = viewer_of(request)
        if actor is None:
            message = "Su sesión terminó, o no ha entrado. Entre con su correo y contraseña."
            return _message_response(request, message, 403)
        try:
            return make(actor, request)
        except UserError as error:
            status = 403 if isinstance(error, Forbidden) else 404 if isinstance(error, NotFound) else 422
            return _message_response(request, str(error), status)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


def download(content: bytes, file_name: str, *, inline: bool = False) -> Response:
    """Returns a file as an answer; the browser shows it itself if ``inline``, otherwise it saves it."""
    ending = file_name.rpartition(".")[2]
    return Response(content, media_type=MEDIA_TYPES[ending], headers=headers_for(file_name, inline=inline))


def headers_for(file_name: str, *, inline: bool = False) -> dict[str, str]:
    """Returns the headers of a file with this name."""
    disposition = "inline" if inline else "attachment"
    return {**NO_STORE, "Content-Disposition": f'{disposition}; filename="{file_name}"'}


def record(actor: Actor, action: str, object_type: str, object_id: str, facts: dict[str, Any]) -> None:
    """Records a download in the audit trail."""
    with write_session() as session:
        log.record(session, actor, action, object_type, object_id, facts)


def _message_response(request: Request, message: str, status: int) -> Response:
    if is_navigation(request):
        return error_page(message, status)
    return PlainTextResponse(message, status, headers=NO_STORE)
