"""Log-in and log-out of a browser: a ticket is exchanged for a cookie, a session is ended."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.access import sessions
from reviewer.core.errors import Forbidden
from reviewer.web.auth import cookies
from reviewer.web.auth.requests import NO_STORE, is_from_own_page, json_of, refusal_response
from reviewer.web.auth.user_agent import origin_of


async def begin(request: Request) -> Response:
    """``POST /sesion`` ``{"ticket": …}``: sets a new session's cookie; ends the browser's previous one."""
    if not is_from_own_page(request):
        return refusal_response(Forbidden())
    ticket = await _ticket(request)
    previous_token = cookies.token_in(request.cookies.get(cookies.NAME))
    token = await run_in_threadpool(
        sessions.redeem_ticket, ticket, origin=origin_of(request), previous_token=previous_token
    )
    if token is None:
        return refusal_response(Forbidden("El acceso caducó. Vuelva a escribir su contraseña."))
    response = JSONResponse({"ok": True}, headers=NO_STORE)
    cookies.set_on(response, token, secure=request.url.scheme == "https")
    cookies.clear_provider_cookies(request, response)
    return response


async def end(request: Request) -> Response:
    """``POST /salir``: ends the session in every tab."""
    if not is_from_own_page(request):
        return refusal_response(Forbidden())
    token = cookies.token_in(request.cookies.get(cookies.NAME))
    if token:
        await run_in_threadpool(sessions.log_out, token)
    response = JSONResponse({"ok": True}, headers=NO_STORE)
    cookies.clear_on(response)
    cookies.clear_provider_cookies(request, response)
    return response


async def _ticket(request: Request) -> str:
    """Returns the ticket in the body, or an empty text for any other body."""
    try:
        body = await json_of(request)
    except ValueError:
        return ""
    ticket = body.get("ticket") if isinstance(body, dict) else None
    return ticket if isinstance(ticket, str) else ""


ROUTES = [Route("/sesion", begin, methods=["POST"]), Route("/salir", end, methods=["POST"])]
