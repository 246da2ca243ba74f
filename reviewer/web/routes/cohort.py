"""The cohort to take along: ``GET /descargas/cohorte/{name}.{csv|png|svg}`` and the report in print.

With ``publico=1`` what may be published: the whole cohort, small counts reserved.
"""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.cohort.filters import Subset, open_cohort
from reviewer.core.errors import NotFound
from reviewer.figures import published
from reviewer.figures.figure import Figure
from reviewer.figures.registry import FIGURES, build
from reviewer.tables.csv_files import to_csv
from reviewer.web.answers import file_response
from reviewer.web.screens.cohorte.address import Params, choices_from_params, subset_from_params
from reviewer.web.screens.cohorte.report import render_report
from reviewer.web.server.pdf_pool import pdf_workers


def _respond(actor: Actor, request: Request) -> Response:
    name, kind = request.path_params["name"], request.path_params["kind"]
    params = dict(request.query_params)
    make = _maker(name, kind, is_public=params.get("publico") == "1")
    if make is None:
        raise NotFound("No hay una figura con ese nombre.")
    return _file_response(actor, name, kind, params, make(actor, params))


def _maker(name: str, kind: str, *, is_public: bool) -> Callable[[Actor, Params], bytes] | None:
    """What makes the file of this name and kind; None where there is none."""
    if (name, kind) == ("informe", "pdf"):
        return lambda actor, params: render_report(actor, params, is_public=is_public)
    names = published.PUBLIC_FIGURES if is_public else FIGURES
    if name not in names or kind not in _WRITERS:
        return None
    return lambda actor, params: _WRITERS[kind](_figure(actor, name, params, is_public=is_public))


def _figure(actor: Actor, name: str, params: Params, *, is_public: bool) -> Figure:
    part = Subset(params.get("convocatoria", "")) if is_public else subset_from_params(params)
    with open_cohort(actor, part) as cohort:
        if is_public:
            return published.published(cohort, name)
        return build(name, cohort, choices_from_params(params))


def _csv(figure: Figure) -> bytes:
    return to_csv(figure.table)


def _svg(figure: Figure) -> bytes:
    return pdf_workers().run(_draw, figure, "svg").result()


def _png(figure: Figure) -> bytes:
    return pdf_workers().run(_draw, figure, "png").result()


def _draw(figure: Figure, kind: str) -> bytes:
    from reviewer.web.charts import paper

    return paper.render(figure, kind)


_WRITERS: dict[str, Callable[[Figure], bytes]] = {"csv": _csv, "svg": _svg, "png": _png}


def _file_response(actor: Actor, name: str, kind: str, params: Params, content: bytes) -> Response:
    details = {key: params[key] for key in ("convocatoria", "publico", "ver", "alcaldia") if key in params}
    file_response.record(actor, "cohort.download", "figure", f"{name}.{kind}", details)
    public_word = "-publico" if params.get("publico") == "1" else ""
    slug = re.sub(r"[^a-z0-9-]", "", params.get("convocatoria", ""))
    return file_response.download(content, f"cohorte-{slug}-{name}{public_word}.{kind}")


ROUTES = [Route("/descargas/cohorte/{name}.{kind}", file_response.file_endpoint(_respond), methods=["GET"])]
