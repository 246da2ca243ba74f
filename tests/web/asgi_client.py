"""A client of our routes that needs no server."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from reviewer.access.actor import Actor
from reviewer.web.auth import cookies
from reviewer.web.routes import all_routes
from reviewer.web.server.gateway import Gateway
from tests.factories.people import token_of


@dataclass(frozen=True)
class Answer:
    """An answer; names of ``headers`` are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


async def answer_to(
    routes: Sequence[BaseRoute],
    address: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    middleware: Sequence[Middleware] = (),
) -> Answer:
    """Returns the routes' answer to one request."""
    path, _, query = address.partition("?")
    all_headers = {"host": "prueba.example", "content-length": str(len(body)), **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},  # as uvicorn: a stream need not ask for a hang-up
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),  # as uvicorn hands it over
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in all_headers.items()],
        "server": ("prueba.example", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    messages: list[dict[str, Any]] = []

    body_once = iter([True])

    async def receive() -> dict[str, Any]:
        if not next(body_once, False):
            await asyncio.Event().wait()  # the browser stays on the line until it has its answer
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    await Starlette(routes=routes, middleware=middleware)(scope, receive, send)
    start, *pieces = messages
    return Answer(
        status=start["status"],
        headers={name.decode(): value.decode() for name, value in start["headers"]},
        body=b"".join(piece.get("body", b"") for piece in pieces),
    )


def ask(routes: Sequence[BaseRoute], address: str, **request: Any) -> Answer:
    """Returns the same as ``answer_to``, for callers that are not coroutines."""
    return asyncio.run(answer_to(routes, address, **request))


def cookie(actor: Actor) -> dict[str, str]:
    """Returns the header with a person's session cookie."""
    return {"cookie": f"{cookies.NAME}={cookies.sign(token_of(actor))}"}


class Browser:
    """One person's requests, from a page of ours, to all of our addresses."""

    def __init__(self, actor: Actor) -> None:
        self._headers = {**cookie(actor), "sec-fetch-site": "same-origin", "content-type": "application/json"}
        self._routes = all_routes()

    def ask(self, method: str, address: str, body: Any = b"") -> tuple[Answer, dict[str, Any]]:
        """Returns the answer and its parsed JSON."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        doors = [Gateway.as_middleware()]
        answer = ask(self._routes, address, method=method, headers=self._headers, body=sent, middleware=doors)
        return answer, json.loads(answer.body)
