"""The acta's documents: ``GET /descargas/acta/{name}``. Every download is recorded."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.core.errors import NotFound
from reviewer.decision.acta import signing, wording
from reviewer.decision.acta.document_model import Document
from reviewer.decision.outcome import lists
from reviewer.export.data_dictionary import LETTERS
from reviewer.tables.csv_files import to_csv
from reviewer.tables.xlsx import to_workbook
from reviewer.web.answers import file_response
from reviewer.web.ui.links import address, link_to, recorded_params

Params = Mapping[str, str]
NamedContent = tuple[str, bytes]


def _slug(params: Params) -> str:
    return params.get("convocatoria", "")


# The renderers are imported late: a server that renders no acta does not load them.


def _pdf(document: Document) -> bytes:
    from reviewer.decision.acta import pdf

    return pdf.render(document)


def _docx(document: Document) -> bytes:
    from reviewer.decision.acta import docx

    return docx.render(document)


def _draft(viewer: Actor, params: Params, draw: Callable[[Document], bytes]) -> NamedContent:
    facts = signing.draft(viewer, slug=_slug(params))
    names = signing.draft_names(viewer, facts=facts)
    return f"borrador-acta-{facts.call}", draw(wording.acta(facts, names=names))


def _signed_docx(viewer: Actor, params: Params) -> NamedContent:
    facts, names = signing.signed_acta(viewer, public_id=params.get("acta", ""))
    return f"acta-{facts.call}-{facts.version}", _docx(wording.acta(facts, names=names))


def _selected_list(viewer: Actor, params: Params, draw: Callable[..., bytes]) -> NamedContent:
    named = params.get("nombres") == "1"
    name = "seleccionadas" if named else "seleccionadas-folios"
    return f"{name}-{_slug(params)}", draw(viewer, slug=_slug(params), with_names=named)


def _letters(viewer: Actor, params: Params, ending: str) -> NamedContent:
    table = lists.letters(viewer, slug=_slug(params), result=params.get("resultado"))
    content = to_csv(table) if ending == "csv" else to_workbook({"cartas": table}, {"cartas": LETTERS})
    return f"cartas-{_slug(params)}", content


DOCUMENT_MAKERS: dict[str, Callable[[Actor, Params], NamedContent]] = {
    "borrador.pdf": lambda viewer, params: _draft(viewer, params, _pdf),
    "borrador.docx": lambda viewer, params: _draft(viewer, params, _docx),
    "firmada.pdf": lambda viewer, params: signing.signed_document(viewer, public_id=params.get("acta", "")),
    "firmada.docx": _signed_docx,
    "lista.pdf": lambda viewer, params: _selected_list(viewer, params, lists.publication_pdf),
    "lista.csv": lambda viewer, params: _selected_list(
        viewer, params, lambda actor, **options: to_csv(lists.publication_table(actor, **options))
    ),
    "cartas.csv": lambda viewer, params: _letters(viewer, params, "csv"),
    "cartas.xlsx": lambda viewer, params: _letters(viewer, params, "xlsx"),
}
"""What can be taken along, by the end of its address. Each maker checks the viewer's permission itself."""


def link(label: str, name: str, **params: str | None) -> None:
    """Draws a link to one of ``DOCUMENT_MAKERS``; a PDF opens in a tab of its own."""
    link_to(label, address(f"/descargas/acta/{name}", params), new_tab=name.endswith(".pdf"))


def _respond(actor: Actor, request: Request) -> Response:
    name, params = request.path_params["name"], dict(request.query_params)
    make = DOCUMENT_MAKERS.get(name)
    if make is None:
        raise NotFound("No hay un documento con ese nombre.")
    file_name, content = make(actor, params)
    facts = {**recorded_params(params), "documento": name}
    file_response.record(actor, "acta.download", "call", _slug(params), facts)
    ending = name.rpartition(".")[2]
    return file_response.download(content, f"{file_name.removesuffix('.pdf')}.{ending}", inline=ending == "pdf")


ROUTES = [Route("/descargas/acta/{name}", file_response.file_endpoint(_respond), methods=["GET"])]
