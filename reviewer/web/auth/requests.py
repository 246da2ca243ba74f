"""The sender of a request to our routes: the actor behind the cookie, and whether a page of ours sent it."""

import hashlib
import hmac
import json
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse

from reviewer.access import sessions
from reviewer.access.actor import Actor
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.web.auth import cookies

LONGEST_BODY = 64 * 1024
NO_STORE = {"Cache-Control": "no-store"}
AUTHOR_HEADER = "x-dictamen-autoria"


def viewer_of(request: Request) -> Actor | None:
    """Returns the actor behind the request's cookie. Reads the database: call it in a worker thread.

    Returns None also for a person who has to choose a password first, and for a page that was drawn for
    somebody else (``AUTHOR_HEADER``), before another person logged in on this browser: what is written there
    must not bear the name of that other person.
    """
    actor = sessions.actor_of(cookies.token_in(request.cookies.get(cookies.NAME)))
    if actor is None or actor.must_change_password:
        return None
    if request.headers.get(AUTHOR_HEADER) not in (None, opaque_name(actor)):
        return None
    return actor


def opaque_name(actor: Actor) -> str:
    """Returns a name for the person that a page was drawn for; it identifies nobody to others."""
    message = f"rubric {actor.person_id}".encode()
    return hmac.new(cookies.signing_key().encode(), message, hashlib.sha256).hexdigest()[:16]


def is_from_own_page(request: Request) -> bool:
    """Returns whether a request that changes something comes from a page of ours.

    In addition to the cookie's SameSite=Strict. Browsers send ``Sec-Fetch-Site``, older ones ``Origin``.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return "origin" in request.headers and is_same_origin(request)


def is_same_origin(request: HTTPConnection) -> bool:
    """Returns whether the ``Origin`` of a request, if there is one, is the host that it was sent to."""
    origin = request.headers.get("origin")
    return origin is None or origin.split("://", 1)[-1] == request.headers.get("host")


async def body_of(request: Request) -> bytes:
    """Returns a request's small body; empty where it is longer than ``LONGEST_BODY``."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_BODY:
            return b""
    return body


async def json_of(request: Request) -> Any:
    """Returns a request's small body as JSON; see ``parse_json``."""
    return parse_json(await body_of(request))


def parse_json(body: bytes) -> Any:
    """Returns JSON. Raises ``ValueError`` for anything else, also for half a character or deep nesting."""
    try:
        data = json.loads(body)
        json.dumps(data, ensure_ascii=False).encode()
        return data
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def refusal_response(error: UserError, *, status: int = 422) -> JSONResponse:
    """Returns a refused action as JSON: ``{"error": sentence}``."""
    if isinstance(error, Forbidden):
        status = 403
    elif isinstance(error, StaleWrite):
        status = 409
    return JSONResponse({"error": str(error)}, status_code=status, headers=NO_STORE)
