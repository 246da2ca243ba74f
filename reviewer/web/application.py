"""The ASGI application: Streamlit's own, with our routes before it and our headers around it."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool

from reviewer import database
from reviewer.paths import ROOT
from reviewer.web import cookies, workers
from reviewer.web.headers import SecurityHeaders
from reviewer.web.routes import ROUTES
from reviewer.web.told import tell_script_error

log = logging.getLogger("dictamen")


def make_app() -> Any:
    """Builds the application. Raises where the cookie's key is missing (see ``cookies.signing_key``)."""
    cookies.signing_key()
    return st.App(
        ROOT / "reviewer" / "web" / "shell.py",
        lifespan=_lifespan,
        routes=ROUTES,
        middleware=[SecurityHeaders.as_middleware()],
        on_script_error=tell_script_error,
    )


@asynccontextmanager
async def _lifespan(_app: Any) -> AsyncIterator[None]:
    await run_in_threadpool(database.engine)
    # What was imported lives as long as the process: keeping the collector from walking it again after
    # every script run took the 95th percentile of a click by sixty jurors from seconds to milliseconds.
    gc.collect()
    gc.freeze()
    yield
    workers.shut_down()
