"""``GET /salud``: whether this process can work; ``GET /metricas``: its figures, for operators.

A stranger learns the names of the checks that fail, and nothing else.
"""

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.operations import health
from reviewer.web.auth.requests import NO_STORE
from reviewer.web.server import metrics, pdf_pool

CACHE_SECONDS = 2.0  # frequent requests must not slow down the application
_last: tuple[float, list[str]] = (float("-inf"), [])


async def alive(_request: Request) -> Response:
    """``GET /salud/viva``: the process answers, whatever else fails; a restart would not help."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def ready(_request: Request) -> Response:
    """``GET /salud``: 200, or 503 with the names of the checks that fail."""
    global _last  # noqa: PLW0603
    if time.monotonic() - _last[0] > CACHE_SECONDS:
        _last = (time.monotonic(), _last[1])  # simultaneous requests get the previous result
        _last = (
            time.monotonic(),
            await run_in_threadpool(health.failing_checks, {"workers": pdf_pool.is_healthy}),
        )
    broken = _last[1]
    if broken:
        return JSONResponse({"status": "failing", "failing": broken}, 503, headers=NO_STORE)
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def figures(_request: Request) -> Response:
    """``GET /metricas``: see ``metrics``; ``gateway`` checks the token."""
    return Response(await run_in_threadpool(metrics.text), media_type="text/plain; version=0.0.4; charset=utf-8")


ROUTES = [Route("/salud", ready), Route("/salud/viva", alive), Route("/metricas", figures)]
