"""The frame around every answer: our headers, which of Streamlit's own addresses answer to whom, faults.

``/metricas`` and ``/_stcore/metrics`` are for who has the token of ``REVIEWER_METRICS_TOKEN``; what sessions
leave behind (``/media``, uploads) is for people who are logged in; the agents' API is for nobody. A websocket
opens to pages of ours alone, and only what they say is heard. What each address gives to a stranger stands in
docs/security.md.
"""

import hmac
import logging
import os
import re
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewer.errors import MachineFault, Refused
from reviewer.web import headers, heard
from reviewer.web.guard import NO_STORE, is_same_origin, refusal, viewer_of
from reviewer.web.navigation import SCREENS
from reviewer.web.routes import ROUTES
from reviewer.web.sentence_page import is_for_a_person, sentence_page
from reviewer.web.told import without_values

log = logging.getLogger("dictamen")
METRICS, AGENTS = ("/_stcore/metrics", "/metricas"), "/_stcore/agent"
LONGEST_PATH = 1000  # ours are short; a number of thousands of digits is none
POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
PAGES = {"", "inicio", "oauth2callback", *(each.address for each in SCREENS)}
ONE_WORD = re.compile(r"[^/.]+")
LOST = "En esta dirección no hay ninguna página."
FOR_PEOPLE = ("/media", "/_stcore/upload_file", "/component")


class Doors:
    """Turns away who has no business at an address, and answers in Spanish where a route of ours breaks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @classmethod
    def as_middleware(cls) -> Middleware:
        """As ``st.App`` takes it."""
        return Middleware(cls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on where it may pass."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket" and not is_same_origin(HTTPConnection(scope)):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            hears = scope["type"] == "websocket"
            await self.app(scope, _hearing(receive) if hears else receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers.put_on(message, scope)
            await send(message)

        try:
            answer = await _turned_away(Request(scope))
            await (answer or self.app)(scope, receive, send_dressed)
        except Exception as error:
            if begun:  # half an answer can't be taken back: the connection breaks, and the browser asks again
                raise
            await _fault(error, Request(scope))(scope, receive, send_dressed)


def _hearing(receive: Receive) -> Receive:
    """What a browser says, without what is not ours to answer."""

    async def receive_ours() -> Message:
        while True:
            message = await receive()
            if not message.get("bytes") or heard.is_ours(message["bytes"]):
                return message

    return receive_ours


async def _turned_away(request: Request) -> Response | None:
    path = request.url.path
    if path.startswith(AGENTS) or len(path) > LONGEST_PATH:
        return _nothing_here()
    if path.startswith(METRICS):
        token = os.environ.get("REVIEWER_METRICS_TOKEN", "")
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return None if token and hmac.compare_digest(given.encode(), token.encode()) else _nothing_here()
    if path.startswith(FOR_PEOPLE) and await run_in_threadpool(viewer_of, request) is None:
        return PlainTextResponse("Entre con su correo y contraseña.", 403, headers=NO_STORE)
    return sentence_page(LOST, 404) if _is_lost(request) else None


def _is_lost(request: Request) -> bool:
    """Whether a browser goes to an address of one word that is no page. Streamlit tells that in English."""
    word = request.url.path.strip("/")
    if not is_for_a_person(request) or word in PAGES or not ONE_WORD.fullmatch(word):
        return False
    return all(each.matches(request.scope)[0] is Match.NONE for each in ROUTES)


def _nothing_here() -> Response:
    return PlainTextResponse("Aquí no hay nada.", 404, headers=NO_STORE)


def _fault(error: Exception, request: Request) -> Response:
    """A refusal, or the machine's lack, in its own words; a fault of ours by a number that is logged."""
    if isinstance(error, Refused):
        said, words = refusal(error), str(error)
    elif isinstance(error, MachineFault):
        words = str(error)
        said = JSONResponse({"error": words}, 503, headers={**NO_STORE, "Retry-After": "2"})
    else:
        number = secrets.token_hex(4)
        log.error("fault %s: %s", number, type(error).__name__, exc_info=without_values(error))
        words = f"Algo falló de nuestro lado y quedó anotado con el número {number}. Vuelva a intentarlo."
        said = JSONResponse({"error": words}, 500, headers=NO_STORE)
    return sentence_page(words, said.status_code) if is_for_a_person(request) else said
