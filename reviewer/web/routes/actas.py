"""The acta's documents: ``GET /descargas/acta/{name}``, for those who may see them, each one audited."""

import html
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.database import writing
from reviewer.decision.acta import signing, wording
from reviewer.decision.acta.blocks import Document
from reviewer.decision.outcome import lists
from reviewer.errors import NotThere
from reviewer.meanings import LETTERS
from reviewer.tables import to_csv
from reviewer.web.guard import NO_STORE
from reviewer.web.links import recorded
from reviewer.web.routes.handing import handing
from reviewer.workbooks import to_workbook

Params = Mapping[str, str]
Made = tuple[str, bytes]
PDF = "application/pdf"
KINDS = {
    "pdf": PDF,
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _call(params: Params) -> str:
    return params.get("convocatoria", "")


# What draws comes late: a server that draws no acta need not hold it.


def _pdf(document: Document) -> bytes:
    from reviewer.decision.acta import pdf

    return pdf.draw(document)


def _word(document: Document) -> bytes:
    from reviewer.decision.acta import docx

    return docx.write(document)


def _draft(viewer: Actor, params: Params, draw: Callable[[Document], bytes]) -> Made:
    facts = signing.draft(viewer, call=_call(params))
    names = signing.draft_names(viewer, facts=facts)
    return f"borrador-acta-{facts.call}", draw(wording.acta(facts, names=names))


def _signed_word(viewer: Actor, params: Params) -> Made:
    facts, names = signing.signed_acta(viewer, public_id=params.get("acta", ""))
    return f"acta-{facts.call}-{facts.version}", _word(wording.acta(facts, names=names))


def _list(viewer: Actor, params: Params, draw: Callable[..., bytes]) -> Made:
    named = params.get("nombres") == "1"
    name = "seleccionadas" if named else "seleccionadas-folios"
    return f"{name}-{_call(params)}", draw(viewer, call=_call(params), named=named)


def _letters(viewer: Actor, params: Params, ending: str) -> Made:
    table = lists.letters(viewer, call=_call(params), result=params.get("resultado"))
    content = to_csv(table) if ending == "csv" else to_workbook({"cartas": table}, {"cartas": LETTERS})
    return f"cartas-{_call(params)}", content


MAKERS: dict[str, Callable[[Actor, Params], Made]] = {
    "borrador.pdf": lambda viewer, params: _draft(viewer, params, _pdf),
    "borrador.docx": lambda viewer, params: _draft(viewer, params, _word),
    "firmada.pdf": lambda viewer, params: signing.signed_document(viewer, public_id=params.get("acta", "")),
    "firmada.docx": _signed_word,
    "lista.pdf": lambda viewer, params: _list(viewer, params, lists.publishable_pdf),
    "lista.csv": lambda viewer, params: _list(
        viewer, params, lambda who, **what: to_csv(lists.publishable(who, **what))
    ),
    "cartas.csv": lambda viewer, params: _letters(viewer, params, "csv"),
    "cartas.xlsx": lambda viewer, params: _letters(viewer, params, "xlsx"),
}
"""What can be taken along, by the end of its address. Each maker checks the viewer's permission itself."""


def link(label: str, name: str, **params: str | None) -> None:
    """Draws a link to one of ``MAKERS``; a PDF opens in a tab of its own."""
    query = urlencode({key: value for key, value in params.items() if value is not None})
    address = html.escape(f"/descargas/acta/{name}?{query}")
    target = "_blank" if name.endswith(".pdf") else "_self"
    st.html(
        f'<a class="download" href="{address}" target="{target}" rel="noopener">{html.escape(label)}</a>',
        width="content",
    )


def _sent(actor: Actor, request: Request) -> Response:
    name, params = request.path_params["name"], dict(request.query_params)
    make = MAKERS.get(name)
    if make is None:
        raise NotThere("No hay un documento con ese nombre.")
    called, content = make(actor, params)
    with writing() as session:
        facts = {**recorded(params), "documento": name}
        audit.record(session, actor, "acta.download", "call", _call(params), facts)
    ending = name.rpartition(".")[2]
    place = "inline" if ending == "pdf" else "attachment"
    disposition = f'{place}; filename="{called.removesuffix(".pdf")}.{ending}"'
    headers = {**NO_STORE, "Content-Disposition": disposition}
    return Response(content, media_type=KINDS[ending], headers=headers)


ROUTES = [Route("/descargas/acta/{name}", handing(_sent), methods=["GET"])]
