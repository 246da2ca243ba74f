"""Addresses where the screening page saves, and asks what the documents say of the applicant.

``{call}/{folio}`` names an application. ``409``: it has changed since the person looked at it; ``422``: what
to change. A decision may be sent again: it is made once.
"""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.call.spec import get_call, spec_of
from reviewer.core.errors import UserError
from reviewer.jury.reviews import readable_documents
from reviewer.jury.reviews.readable_documents import ReadableDocument
from reviewer.models import Verdict
from reviewer.pdf.messages import PdfFailure
from reviewer.screening import cases, decisions, queue
from reviewer.screening.cases import Case
from reviewer.screening.evidence import Evidence, PageWords, find_evidence
from reviewer.screening.queue import Part
from reviewer.web.answers.json_endpoint import SessionEnded, json_endpoint, parse_body, require_viewer
from reviewer.web.auth.requests import NO_STORE, refusal_response
from reviewer.web.server import page_cache

SESSION_ENDED = "Su sesión terminó: entre de nuevo y decida otra vez."
PAGES_READ = 6  # of each document: an identification has two, a bill four


class DecisionBody(BaseModel):
    """A verdict on what was ``seen``, and the part of the list that the person goes through."""

    model_config = ConfigDict(extra="forbid")
    verdict: Verdict
    reason: str
    seen: str
    part: Part


async def evidence(request: Request) -> Response:
    """``GET /cotejo/{call}/{folio}/hallazgos``: what the documents say of the applicant."""
    try:
        viewer = await run_in_threadpool(require_viewer, request, SESSION_ENDED)
        case, papers = await run_in_threadpool(_read_case, viewer, *_where(request))
        pages = [
            await _page_words(paper, page) for paper in papers for page in range(1, min(paper.pages, PAGES_READ) + 1)
        ]
    except UserError as error:
        return refusal_response(error, status=401 if isinstance(error, SessionEnded) else 422)
    pages_with_text = [page_words for page_words in pages if page_words.words]
    with_text = {page.document for page in pages_with_text}
    evidence_list = find_evidence(
        pages_with_text, name=case.name, curp=case.curp, postal_code=case.postal_code, born=case.birth_date
    )
    result = {
        "facts": {item.fact: _evidence_json(item) for item in evidence_list},
        "silent": [paper.label for paper in papers if paper.public_id not in with_text],
        "labels": {paper.public_id: paper.label for paper in papers},
    }
    return JSONResponse(result, headers=NO_STORE)


def _decide(actor: Actor, request: Request, content: bytes) -> dict[str, Any]:
    """``POST /cotejo/{call}/{folio}/decision``: see ``DecisionBody``; the answer names the next folio."""
    body, (slug, folio) = parse_body(DecisionBody, content), _where(request)
    decisions.decide(actor, slug=slug, folio=folio, verdict=body.verdict, reason=body.reason, seen=body.seen)
    return {"next": queue.next_folio(actor, slug=slug, part=body.part, after=folio)}


def _undo(actor: Actor, request: Request, _content: bytes) -> dict[str, Any]:
    """``POST /cotejo/{call}/{folio}/deshacer``: withdraws the person's own decision."""
    slug, folio = _where(request)
    decisions.undo(actor, slug=slug, folio=folio)
    return {"next": folio}


def _where(request: Request) -> tuple[str, str]:
    return request.path_params["call"], request.path_params["folio"]


def _read_case(viewer: Actor, slug: str, folio: str) -> tuple[Case, list[ReadableDocument]]:
    case = cases.read_case(viewer, slug=slug, folio=folio)
    kinds = {kind.key for kind in spec_of(get_call(slug)).documents if kind.audience == "admin"}
    papers = readable_documents.readable_documents(viewer, application_id=case.application_id)
    return case, [paper for paper in papers if paper.kind in kinds]


async def _page_words(paper: ReadableDocument, page: int) -> PageWords:
    """Returns the words of a page; none where it can't be read."""
    try:
        lines = json.loads(await page_cache.page_text(paper, page=page))["lines"]
    except PdfFailure:
        lines = []
    words = tuple((word, (x0, y0, x1, y1)) for line in lines for word, x0, y0, x1, y1 in line)
    return PageWords(paper.public_id, page, words)


def _evidence_json(item: Evidence) -> dict[str, Any]:
    places = [{"document": place.document, "page": place.page, "boxes": place.boxes} for place in item.places]
    return {"sign": item.status.value, "other": item.other, "places": places}


_ADDRESS = "/cotejo/{call}/{folio:path}"
ROUTES = [
    Route(f"{_ADDRESS}/hallazgos", evidence),
    Route(f"{_ADDRESS}/decision", json_endpoint(_decide, session_ended=SESSION_ENDED), methods=["POST"]),
    Route(f"{_ADDRESS}/deshacer", json_endpoint(_undo, session_ended=SESSION_ENDED), methods=["POST"]),
]
