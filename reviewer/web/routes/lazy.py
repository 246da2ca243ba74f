"""Routes whose module is loaded at the first request, or by the server when it is idle."""

from functools import cached_property
from importlib import import_module

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match, Router, compile_path
from starlette.types import Receive, Scope, Send

from reviewer.web.auth.requests import NO_STORE


class LazyRoute(BaseRoute):
    """The ``ROUTES`` of a module, for every address that matches ``path``; 404 where none of them matches."""

    def __init__(self, path: str, module: str) -> None:
        self.path, self.module = path, module
        self._pattern = compile_path(path)[0]

    @property
    def routes(self) -> list[BaseRoute]:
        """The module's routes; loads the module."""
        return list(import_module(self.module).ROUTES)

    def load(self) -> None:
        """Loads the module."""
        _ = self._router

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Compares the address only: the module may not be loaded yet."""
        is_match = scope["type"] == "http" and self._pattern.match(scope["path"])
        return (Match.FULL if is_match else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the module's route does."""
        await run_in_threadpool(self.load)
        await self._router(scope, receive, send)

    @cached_property
    def _router(self) -> Router:
        return Router(self.routes, redirect_slashes=False, default=_not_found)


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("Aquí no hay nada.", 404, headers=NO_STORE)(scope, receive, send)
