"""Endpoints that answer requests of our own pages with JSON."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviewer.access.actor import Actor
from reviewer.core.errors import Forbidden, UserError
from reviewer.web.auth.requests import NO_STORE, body_of, is_from_own_page, refusal_response, viewer_of

Endpoint = Callable[[Request], Awaitable[Response]]
Body = TypeVar("Body", bound=BaseModel)
NOT_UNDERSTOOD = "La petición no se entiende: recargue la página."


class SessionEnded(UserError):
    """The request comes from nobody who is logged in."""


def json_endpoint(
    act: Callable[[Actor, Request, bytes], dict[str, Any] | Response],
    *,
    session_ended: str = "Su sesión terminó.",
    refuse: Callable[[UserError], Response] = refusal_response,
) -> Endpoint:
    """Returns an endpoint that answers with what ``act`` returns for the actor, the request and its body.

    Requests that may change something are refused from other sites. ``refuse`` makes the answer for an error.
    All of it runs in one worker thread, since each change of threads waits behind the scripts of pages.
    """

    def answer(request: Request, body: bytes) -> Response:
        try:
            actor = require_viewer(request, session_ended)
            result = act(actor, request, body)
        except SessionEnded as error:
            return refusal_response(error, status=401)
        except UserError as error:
            return refuse(error)
        return result if isinstance(result, Response) else JSONResponse(result, headers=NO_STORE)

    async def endpoint(request: Request) -> Response:
        if request.method != "GET" and not is_from_own_page(request):
            return refusal_response(Forbidden())
        return await run_in_threadpool(answer, request, await body_of(request))

    return endpoint


def require_viewer(request: Request, session_ended: str) -> Actor:
    """Returns the actor behind the request's cookie. Raises ``SessionEnded`` with the sentence given."""
    viewer = viewer_of(request)
    if viewer is None:
        raise SessionEnded(session_ended)
    return viewer


def parse_body(shape: type[Body], body: bytes) -> Body:
    """Returns the body in the form ``shape``. Raises ``UserError`` for anything else."""
    try:
        return shape.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise UserError(NOT_UNDERSTOOD) from error
