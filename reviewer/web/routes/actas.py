"""The acta's documents: ``GET /descargas/acta/{name}``, for those who may see them, each one audited."""

import html
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.audit import log
from reviewer.core.csv_files import to_csv
from reviewer.core.database import write_session
from reviewer.core.errors import NotFound
from reviewer.core.xlsx import to_workbook
from reviewer.decision.acta import signing, wording
from reviewer.decision.acta.document_model import Document
from reviewer.decision.outcome import lists
from reviewer.export.data_dictionary import LETTERS
from reviewer.web.auth.requests import NO_STORE
from reviewer.web.routes.file_response import file_endpoint
from reviewer.web.ui.links import recorded_params

Params = Mapping[str, str]
NamedContent = tuple[str, bytes]
PDF = "application/pdf"
MEDIA_TYPES = {
    "pdf": PDF,
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _slug(params: Params) -> str:
    return params.get("convocatoria", "")


# What draws comes late: a server that draws no acta need not hold it.


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
    query = urlencode({key: value for key, value in params.items() if value is not None})
    address = html.escape(f"/descargas/acta/{name}?{query}")
    target = "_blank" if name.endswith(".pdf") else "_self"
    st.html(
        f'<a class="download" href="{address}" target="{target}" rel="noopener">{html.escape(label)}</a>',
        width="content",
    )


def _respond(actor: Actor, request: Request) -> Response:
    name, params = request.path_params["name"], dict(request.query_params)
    make = DOCUMENT_MAKERS.get(name)
    if make is None:
        raise NotFound("No hay un documento con ese nombre.")
    file_name, content = make(actor, params)
    with write_session() as session:
        details = {**recorded_params(params), "documento": name}
        log.record(session, actor, "acta.download", "call", _slug(params), details)
    ending = name.rpartition(".")[2]
    disposition_type = "inline" if ending == "pdf" else "attachment"
    disposition = f'{disposition_type}; filename="{file_name.removesuffix(".pdf")}.{ending}"'
    headers = {**NO_STORE, "Content-Disposition": disposition}
    return Response(content, media_type=MEDIA_TYPES[ending], headers=headers)


ROUTES = [Route("/descargas/acta/{name}", file_endpoint(_respond), methods=["GET"])]
