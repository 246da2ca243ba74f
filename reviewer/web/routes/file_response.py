"""How a file is handed out at an address of ours: one frame around what each room makes."""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from reviewer.access.actor import Actor
from reviewer.core.errors import Forbidden, NotFound, UserError
from reviewer.web.auth.requests import NO_STORE, viewer_of
from reviewer.web.routes.error_page import error_page, is_navigation


def file_endpoint(make: Callable[[Actor, Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that answers with what ``make`` gives, run in a worker thread.

    In plain words: 403 to strangers and whoever may not have it, 404 for none, 422 with what to change.
    """

    def answer(request: Request) -> Response:
        actor = viewer_of(request)
        if actor is None:
            return _message_response(
                request, "Su sesión terminó, o no ha entrado. Entre con su correo y contraseña.", 403
            )
        try:
            return make(actor, request)
        except Forbidden as error:
            return _message_response(request, str(error), 403)
        except NotFound as error:
            return _message_response(request, str(error), 404)
        except UserError as error:
            return _message_response(request, str(error), 422)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


def _message_response(request: Request, words: str, status: int) -> Response:
    if is_navigation(request):
        return error_page(words, status)
    return PlainTextResponse(words, status, headers=NO_STORE)
