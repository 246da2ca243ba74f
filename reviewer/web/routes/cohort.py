"""The cohort to take along: ``GET /descargas/cohorte/{name}.{csv|png|svg}`` and the report in print.

With ``publico=1`` what may be published: the whole cohort, small counts reserved.
"""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.cohort.part import Part, counting
from reviewer.database import writing
from reviewer.errors import NotThere
from reviewer.pdf.pictures import png_of
from reviewer.tables import to_csv
from reviewer.web.charts import paper, svg
from reviewer.web.charts.card import Card, framed
from reviewer.web.charts.palette import PAPER
from reviewer.web.cohort import public
from reviewer.web.cohort.figures import MAKERS, Params, choices_in, part_in
from reviewer.web.cohort.report import report
from reviewer.web.guard import NO_STORE
from reviewer.web.routes.handing import handing
from reviewer.web.workers import pdf_workers

SCALE = 3  # pixels of a PNG a pixel of its drawing: sharp in print
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
}


def _made(actor: Actor, request: Request) -> Response:
    name, kind = request.path_params["name"], request.path_params["kind"]
    params = dict(request.query_params)
    make = _maker(name, kind, is_public=params.get("publico") == "1")
    if make is None:
        raise NotThere("No hay una figura con ese nombre.")
    return _sent(actor, name, kind, params, make(actor, params))


def _maker(name: str, kind: str, *, is_public: bool) -> Callable[[Actor, Params], bytes] | None:
    """What makes the file of this name and kind; None where there is none."""
    if (name, kind) == ("informe", "pdf"):
        return lambda actor, params: report(actor, params, is_public=is_public)
    known = public.NAMES if is_public else MAKERS
    if name not in known or kind not in _WRITERS:
        return None
    return lambda actor, params: _WRITERS[kind](_card(actor, name, params, is_public=is_public))


def _card(actor: Actor, name: str, params: Params, *, is_public: bool) -> Card:
    part = Part(params.get("convocatoria", "")) if is_public else part_in(params)
    with counting(actor, part) as open_:
        return public.card(open_, name) if is_public else MAKERS[name](open_, choices_in(params))


def _csv(card: Card) -> bytes:
    return to_csv(card.table)


def _svg(card: Card) -> bytes:
    return svg.file(framed(card, PAPER), page=PAPER.page)


def _png(card: Card) -> bytes:
    drawing = framed(card, PAPER)
    return pdf_workers().run(png_of, paper.pdf(drawing, page=PAPER.page), int(drawing.width * SCALE)).result()


_WRITERS: dict[str, Callable[[Card], bytes]] = {"csv": _csv, "svg": _svg, "png": _png}


def _sent(actor: Actor, name: str, kind: str, params: Params, content: bytes) -> Response:
    what = {key: params[key] for key in ("convocatoria", "publico", "ver", "alcaldia") if key in params}
    with writing() as session:
        audit.record(session, actor, "cohort.download", "figure", f"{name}.{kind}", what)
    public_word = "-publico" if params.get("publico") == "1" else ""
    slug = re.sub(r"[^a-z0-9-]", "", params.get("convocatoria", ""))
    file_name = f"cohorte-{slug}-{name}{public_word}.{kind}"
    disposition = f'attachment; filename="{file_name}"'
    return Response(content, media_type=TYPES[kind], headers={**NO_STORE, "Content-Disposition": disposition})


ROUTES = [Route("/descargas/cohorte/{name}.{kind}", handing(_made), methods=["GET"])]
