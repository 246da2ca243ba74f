"""Our own addresses beside Streamlit's: each checks who asks. The fonts alone are for anybody.

Of two forms that fit, the narrower stands first. What a log-in does not need is loaded late.
"""

from itertools import chain

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from reviewer.paths import ROOT
from reviewer.web.routes import sessions
from reviewer.web.routes.late import Late

_HERE = "reviewer.web.routes"
ROOMS = (
    Late("/descargas/cohorte/{name}", f"{_HERE}.cohort"),
    Late("/descargas/acta/{name}", f"{_HERE}.actas"),
    Late("/descargas/privacidad/{name}", f"{_HERE}.privacy"),
    Late("/descargas/respaldo/{name}", f"{_HERE}.backups"),
    Late("/descargas/{name}", f"{_HERE}.downloads"),
    Late("/documentos/{rest:path}", f"{_HERE}.documents"),
    Late("/dictamenes/{rest:path}", f"{_HERE}.reviews"),
    *(
        Late(f"/cotejo/{{call}}/{{folio:path}}/{verb}", f"{_HERE}.screening")
        for verb in ("hallazgos", "decision", "deshacer")
    ),
    *(Late(address, f"{_HERE}.health") for address in ("/salud", "/salud/viva", "/metricas")),
    Late("/guia/{name}", f"{_HERE}.guides"),
    Late("/cargas", f"{_HERE}.uploads"),
    Late("/cargas/{id}", f"{_HERE}.uploads"),
)
ROUTES: list[BaseRoute] = [
    *sessions.ROUTES,
    *ROOMS,
    Mount("/fuentes", StaticFiles(directory=ROOT / "reviewer" / "web" / "fonts")),
]


def every_route() -> list[BaseRoute]:
    """All of them, each on its own; loads the rooms."""
    rooms = {each.module: each.routes for each in ROOMS}
    return [*sessions.ROUTES, *chain.from_iterable(rooms.values()), ROUTES[-1]]
