"""Our own addresses beside Streamlit's. Each checks its viewer; only the fonts are public.

Where two patterns match, the narrower one comes first. Modules that a log-in does not need are loaded late.
"""

from itertools import chain

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from reviewer.core.paths import PACKAGE
from reviewer.web.routes import sessions
from reviewer.web.routes.lazy import LazyRoute

_PACKAGE = "reviewer.web.routes"
LAZY_ROUTES = (
    LazyRoute("/descargas/cohorte/{name}", f"{_PACKAGE}.cohort"),
    LazyRoute("/descargas/acta/{name}", f"{_PACKAGE}.actas"),
    LazyRoute("/descargas/privacidad/{name}", f"{_PACKAGE}.privacy"),
    LazyRoute("/descargas/respaldo/{name}", f"{_PACKAGE}.backups"),
    LazyRoute("/descargas/exportacion/{name}", f"{_PACKAGE}.exports"),
    LazyRoute("/descargas/{name}", f"{_PACKAGE}.downloads"),
    LazyRoute("/documentos/{rest:path}", f"{_PACKAGE}.documents"),
    LazyRoute("/dictamenes/{rest:path}", f"{_PACKAGE}.reviews"),
    *(
        LazyRoute(f"/cotejo/{{call}}/{{folio:path}}/{verb}", f"{_PACKAGE}.screening")
        for verb in ("hallazgos", "decision", "deshacer")
    ),
    *(LazyRoute(address, f"{_PACKAGE}.health") for address in ("/salud", "/salud/viva", "/metricas")),
    LazyRoute("/guia/{name}", f"{_PACKAGE}.guides"),
    LazyRoute("/cargas", f"{_PACKAGE}.uploads"),
    LazyRoute("/cargas/{id}", f"{_PACKAGE}.uploads"),
)
ROUTES: list[BaseRoute] = [
    *sessions.ROUTES,
    *LAZY_ROUTES,
    Mount("/fuentes", StaticFiles(directory=PACKAGE / "web" / "fonts")),
]


def all_routes() -> list[BaseRoute]:
    """Returns every route; loads the modules of all of them."""
    rooms = {route.module: route.routes for route in LAZY_ROUTES}
    return [*sessions.ROUTES, *chain.from_iterable(rooms.values()), ROUTES[-1]]
