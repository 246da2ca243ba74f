"""What the ASGI application is made of: our routes before Streamlit's own, our headers around all.

``app.py`` itself must call ``st.App``: ``streamlit run`` looks for that call in its text.
"""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool

from reviewer import database
from reviewer.paths import ROOT
from reviewer.web import cookies, workers
from reviewer.web.doors import Doors
from reviewer.web.routes import ROUTES
from reviewer.web.told import tell_script_error

SCRIPT = ROOT / "reviewer" / "web" / "shell.py"


def parts() -> dict[str, Any]:
    """What ``st.App`` takes beside the script. Raises where the cookie's key is missing."""
    cookies.signing_key()
    return {
        "lifespan": _lifespan,
        "routes": ROUTES,
        "middleware": [Doors.as_middleware()],
        "on_script_error": tell_script_error,
    }


@asynccontextmanager
async def _lifespan(_app: Any) -> AsyncIterator[None]:
    await run_in_threadpool(database.engine)
    # What was imported lives as long as the process: keeping the collector from walking it again after
    # every script run took the 95th percentile of a click by sixty jurors from seconds to milliseconds.
    gc.collect()
    gc.freeze()
    drawing = asyncio.create_task(run_in_threadpool(workers.start))  # or the first page waits
    yield
    await drawing
    workers.shut_down()
