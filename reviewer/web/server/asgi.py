"""The parts of the ASGI application: our routes before Streamlit's own, our headers around all answers.

``app.py`` itself must call ``st.App``: ``streamlit run`` looks for that call in its text.
"""

import asyncio
import gc
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from reviewer.core import database
from reviewer.core.paths import PACKAGE
from reviewer.operations import leftovers, unread_scans
from reviewer.web.auth import cookies
from reviewer.web.routes import LAZY_ROUTES, ROUTES
from reviewer.web.server import pdf_pool
from reviewer.web.server.gateway import Gateway
from reviewer.web.server.metrics import RequestMetrics
from reviewer.web.ui.errors import log_task_error, redact_logs, show_script_error

SCRIPT = PACKAGE / "web" / "app_script.py"
PRELOADED_MODULES = (
    "numpy",
    "PIL.Image",
    "reviewer.web.auth.login_form",
    "reviewer.jury.reviews.queue",
    "reviewer.jury.reviews.juror_statistics",
)
# Logs a warning for streamlit-authenticator's fields, which are declared on import, outside of a script.
SCRIPT_LOG = "streamlit.runtime.scriptrunner_utils.script_run_context"
IDLE_DELAY_SECONDS = 8.0  # seconds after the start, during which the first people log in


def app_options() -> dict[str, Any]:
    """Returns the keyword arguments of ``st.App``. Raises ``UserError`` where the cookie's key is missing."""
    os.umask(0o077)  # for whoever starts it without ``python -m reviewer``, too
    cookies.signing_key()
    redact_logs()
    return {
        "lifespan": _lifespan,
        "routes": ROUTES,
        "middleware": [Middleware(RequestMetrics), Gateway.as_middleware()],
        "on_script_error": show_script_error,
    }


@asynccontextmanager
async def _lifespan(_app: Any) -> AsyncIterator[None]:
    asyncio.get_running_loop().set_exception_handler(log_task_error)
    await run_in_threadpool(database.engine)
    _freeze_gc()
    tasks = [asyncio.create_task(_preload()), asyncio.create_task(_delete_leftovers())]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    pdf_pool.shut_down()


async def _delete_leftovers() -> None:
    while True:
        await run_in_threadpool(leftovers.delete_leftovers)
        await asyncio.sleep(leftovers.SWEEP_SECONDS)


async def _preload() -> None:
    """Loads the log-in while the browser still loads Streamlit, and the rest when the server is idle."""
    logging.getLogger(SCRIPT_LOG).setLevel(logging.ERROR)
    await run_in_threadpool(_import_modules, *PRELOADED_MODULES)
    await asyncio.sleep(IDLE_DELAY_SECONDS)
    await run_in_threadpool(pdf_pool.start)
    await run_in_threadpool(_import_modules, *{route.module for route in LAZY_ROUTES}, "pandas")
    _freeze_gc()
    await run_in_threadpool(unread_scans.start_reading)


def _import_modules(*modules: str) -> None:
    for module in modules:
        import_module(module)


def _freeze_gc() -> None:
    """Excludes the modules loaded so far from garbage collection.

    In addition to ``runner.postScriptGC = false``: Streamlit would otherwise collect after each script,
    which at a busy start took three quarters of the server's time.
    """
    gc.collect()
    gc.freeze()
