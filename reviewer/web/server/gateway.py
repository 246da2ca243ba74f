"""The outermost middleware: our headers, access to Streamlit's own addresses, unexpected errors.

``/metricas`` and ``/_stcore/metrics`` require the token of ``REVIEWER_METRICS_TOKEN``; files of sessions
(``/media``, uploads) require a log-in; the agents' API is closed. A websocket is opened to our own pages
only, and only their messages are accepted. docs/security.md lists what each address gives to a stranger.
"""

import hmac
import os
import re

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewer.core.errors import InfrastructureError, UserError
from reviewer.web.answers.error_page import error_page, is_navigation
from reviewer.web.auth.requests import NO_STORE, is_same_origin, refusal_response, viewer_of
from reviewer.web.routes import ROUTES
from reviewer.web.server import security_headers, websocket_filter
from reviewer.web.ui.errors import log_fault
from reviewer.web.ui.navigation import SCREENS

METRICS_PATHS, AGENT_PATH = ("/_stcore/metrics", "/metricas"), "/_stcore/agent"
LONGEST_PATH = 1000  # ours are short; rejects numbers of thousands of digits
POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
PAGE_ADDRESSES = {"", "inicio", "oauth2callback", *(screen.address for screen in SCREENS)}
ONE_WORD = re.compile(r"[^/.]+")
NO_SUCH_PAGE = "En esta dirección no hay ninguna página."
LOGGED_IN_PATHS = ("/media", "/_stcore/upload_file", "/component")


class Gateway:
    """Rejects requests that an address does not accept, and answers unexpected errors in Spanish."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @classmethod
    def as_middleware(cls) -> Middleware:
        """Returns the class in the form that ``st.App`` takes."""
        return Middleware(cls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, unless it is rejected."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket" and not is_same_origin(HTTPConnection(scope)):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            is_websocket = scope["type"] == "websocket"
            await self.app(scope, _filter_messages(receive) if is_websocket else receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                security_headers.add_to(message, scope)
            await send(message)

        try:
            rejection = await _rejection(Request(scope))
            await (rejection or self.app)(scope, receive, send_with_headers)
        except Exception as error:
            if begun:  # the answer has begun: the connection is closed, and the browser may retry
                raise
            await _error_response(error, Request(scope))(scope, receive, send_with_headers)


def _filter_messages(receive: Receive) -> Receive:
    """Returns a ``receive`` that leaves out the messages which pages of ours never send."""

    async def receive_allowed() -> Message:
        while True:
            message = await receive()
            if not message.get("bytes") or websocket_filter.is_allowed(message["bytes"]):
                return message

    return receive_allowed


async def _rejection(request: Request) -> Response | None:
    path = request.url.path
    if path.startswith(AGENT_PATH) or len(path) > LONGEST_PATH:
        return _not_found()
    if path.startswith(METRICS_PATHS):
        token = os.environ.get("REVIEWER_METRICS_TOKEN", "")
        bearer_token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return None if token and hmac.compare_digest(bearer_token.encode(), token.encode()) else _not_found()
    if path.startswith(LOGGED_IN_PATHS) and await run_in_threadpool(viewer_of, request) is None:
        return PlainTextResponse("Entre con su correo y contraseña.", 403, headers=NO_STORE)
    return error_page(NO_SUCH_PAGE, 404) if _is_unknown_page(request) else None


def _is_unknown_page(request: Request) -> bool:
    """Returns whether a browser opens a one-word address that is no page; Streamlit answers it in English."""
    word = request.url.path.strip("/")
    if not is_navigation(request) or word in PAGE_ADDRESSES or not ONE_WORD.fullmatch(word):
        return False
    return all(route.matches(request.scope)[0] is Match.NONE for route in ROUTES)


def _not_found() -> Response:
    return PlainTextResponse("Aquí no hay nada.", 404, headers=NO_STORE)


def _error_response(error: Exception, request: Request) -> Response:
    """Returns a refusal or a failure of the machine in words; any other error by a number that is logged."""
    if isinstance(error, UserError):
        response, message = refusal_response(error), str(error)
    elif isinstance(error, InfrastructureError):
        message = str(error)
        response = JSONResponse({"error": message}, 503, headers={**NO_STORE, "Retry-After": "2"})
    else:
        message = f"{log_fault(error)} Vuelva a intentarlo."
        response = JSONResponse({"error": message}, 500, headers=NO_STORE)
    return error_page(message, response.status_code) if is_navigation(request) else response
