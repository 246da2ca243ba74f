"""Where the screening page saves, and asks what the documents say of the person.

``{call}/{folio}`` names an application. ``409``: it is no longer as it was looked at; ``422``: what to
change. A decision may be sent again: it is made once.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.call.spec import get_call, spec_of
from reviewer.core.errors import Forbidden, InfrastructureError, UserError
from reviewer.jury.reviews import readable_documents
from reviewer.jury.reviews.readable_documents import ReadableDocument
from reviewer.models import Verdict
from reviewer.pdf.messages import PdfFailure
from reviewer.screening import cases, decisions, queue
from reviewer.screening.cases import Case
from reviewer.screening.evidence import Evidence, PageWords, find_evidence
from reviewer.screening.queue import Part
from reviewer.web.auth.requests import NO_STORE, body_of, is_from_own_page, refusal_response, viewer_of
from reviewer.web.server import page_cache

PAGES_READ = 6  # of each document: an identification has two, a bill four

Handler = Callable[[Actor, str, str], Awaitable[dict[str, Any]]]


class DecisionBody(BaseModel):
    """A verdict on what was ``seen``, and which applications one goes through."""

    model_config = ConfigDict(extra="forbid")
    verdict: Verdict
    reason: str
    seen: str
    part: Part


async def evidence(request: Request) -> Response:
    """``GET /cotejo/{call}/{folio}/hallazgos``: what her papers say of a person."""

    async def act(viewer: Actor, call: str, folio: str) -> dict[str, Any]:
        case, papers = await run_in_threadpool(_read_case, viewer, call, folio)
        pages_to_read = [
            (paper, page) for paper in papers for page in range(1, min(paper.pages, PAGES_READ) + 1)
        ]
        pages = [await _page_words(paper, page) for paper, page in pages_to_read]
        pages_with_text = [page_words for page_words in pages if page_words.words]
        evidence_list = find_evidence(
            pages_with_text,
            name=case.name,
            curp=case.curp,
            postal_code=case.postal_code,
            born=case.birth_date,
        )
        return {
            "facts": {item.fact: _evidence_json(item) for item in evidence_list},
            "silent": [
                paper.label
                for paper in papers
                if paper.public_id not in {page.document for page in pages_with_text}
            ],
            "labels": {paper.public_id: paper.label for paper in papers},
        }

    return await _answer(request, act)


async def decide(request: Request) -> Response:
    """``POST /cotejo/{call}/{folio}/decision``: see ``DecisionBody``; the answer names the next folio."""
    if not is_from_own_page(request):
        return refusal_response(Forbidden())

    async def act(actor: Actor, call: str, folio: str) -> dict[str, Any]:
        try:
            body = DecisionBody.model_validate_json(await body_of(request))
        except ValidationError as error:
            raise UserError("La petición no se entiende: recargue la página.") from error
        return await run_in_threadpool(_record_decision, actor, call, folio, body)

    return await _answer(request, act)


def _record_decision(actor: Actor, slug: str, folio: str, body: DecisionBody) -> dict[str, Any]:
    decisions.decide(actor, slug=slug, folio=folio, verdict=body.verdict, reason=body.reason, seen=body.seen)
    return {"next": queue.next_folio(actor, slug=slug, part=body.part, after=folio)}


async def undo(request: Request) -> Response:
    """``POST /cotejo/{call}/{folio}/deshacer``: takes one's own decision back."""
    if not is_from_own_page(request):
        return refusal_response(Forbidden())

    def act(actor: Actor, call: str, folio: str) -> dict[str, Any]:
        decisions.undo(actor, slug=call, folio=folio)
        return {"next": folio}

    return await _answer(request, _in_thread(act))


def _in_thread(act: Callable[[Actor, str, str], dict[str, Any]]) -> Handler:
    async def answer(actor: Actor, call: str, folio: str) -> dict[str, Any]:
        return await run_in_threadpool(act, actor, call, folio)

    return answer


async def _answer(request: Request, act: Handler) -> Response:
    actor = await run_in_threadpool(viewer_of, request)
    if actor is None:
        return refusal_response(UserError("Su sesión terminó: entre de nuevo y decida otra vez."), status=401)
    try:
        body = await act(actor, request.path_params["call"], request.path_params["folio"])
    except UserError as error:
        return refusal_response(error)
    except InfrastructureError as error:
        return JSONResponse({"error": str(error)}, status_code=500, headers=NO_STORE)
    return JSONResponse(body, headers=NO_STORE)


def _read_case(viewer: Actor, slug: str, folio: str) -> tuple[Case, list[ReadableDocument]]:
    case = cases.read_case(viewer, slug=slug, folio=folio)
    kinds = {kind.key for kind in spec_of(get_call(slug)).documents if kind.audience == "admin"}
    papers = readable_documents.readable_documents(viewer, application_id=case.application_id)
    return case, [paper for paper in papers if paper.kind in kinds]


async def _page_words(paper: ReadableDocument, page: int) -> PageWords:
    """The words of a page; none where it can't be read."""
    try:
        lines = json.loads(await page_cache.page_text(paper, page=page))["lines"]
    except PdfFailure:
        lines = []
    words = tuple((word, (x0, y0, x1, y1)) for line in lines for word, x0, y0, x1, y1 in line)
    return PageWords(paper.public_id, page, words)


def _evidence_json(found: Evidence) -> dict[str, Any]:
    places = [
        {"document": place.document, "page": place.page, "boxes": place.boxes} for place in found.places
    ]
    return {"sign": found.status.value, "other": found.other, "places": places}


_ADDRESS = "/cotejo/{call}/{folio:path}"
ROUTES = [
    Route(f"{_ADDRESS}/hallazgos", evidence),
    Route(f"{_ADDRESS}/decision", decide, methods=["POST"]),
    Route(f"{_ADDRESS}/deshacer", undo, methods=["POST"]),
]
