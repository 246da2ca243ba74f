"""Our own addresses beside Streamlit's: each checks who asks. The fonts alone are for anybody."""

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from reviewer.paths import ROOT
from reviewer.web.routes import actas, cohort, documents, downloads, reviews, screening, sessions, uploads

ROUTES: list[BaseRoute] = [
    *cohort.ROUTES,
    *downloads.ROUTES,
    *actas.ROUTES,
    *documents.ROUTES,
    *reviews.ROUTES,
    *screening.ROUTES,
    *sessions.ROUTES,
    *uploads.ROUTES,
    Mount("/fuentes", StaticFiles(directory=ROOT / "reviewer" / "web" / "fonts")),
]
