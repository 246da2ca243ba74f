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
from reviewer.calls import get_call, spec_of
from reviewer.errors import Forbidden, MachineFault, Refused
from reviewer.jury import reading
from reviewer.jury.reading import ReadableDocument
from reviewer.models import Verdict
from reviewer.pdf.results import PdfFailure
from reviewer.screening import cases, decisions, queue
from reviewer.screening.cases import Case
from reviewer.screening.evidence import Evidence, PageWords, look_for
from reviewer.screening.queue import Part
from reviewer.web import drawn
from reviewer.web.guard import NO_STORE, body_of, is_own_page, refusal, viewer_of

PAGES_READ = 6  # of each document: an identification has two, a bill four

Answer = Callable[[Actor, str, str], Awaitable[dict[str, Any]]]


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
        case, papers = await run_in_threadpool(_case, viewer, call, folio)
        asked = [(paper, page) for paper in papers for page in range(1, min(paper.pages, PAGES_READ) + 1)]
        pages = [await _words(paper, page) for paper, page in asked]
        spoken = [each for each in pages if each.words]
        found = look_for(
            spoken, name=case.name, curp=case.curp, postal_code=case.postal_code, born=case.birth_date
        )
        return {
            "facts": {each.fact: _of(each) for each in found},
            "silent": [
                each.label for each in papers if each.public_id not in {page.document for page in spoken}
            ],
            "labels": {each.public_id: each.label for each in papers},
        }

    return await _answer(request, act)


async def decide(request: Request) -> Response:
    """``POST /cotejo/{call}/{folio}/decision``: see ``DecisionBody``; the answer names the next folio."""
    if not is_own_page(request):
        return refusal(Forbidden())

    async def act(actor: Actor, call: str, folio: str) -> dict[str, Any]:
        try:
            sent = DecisionBody.model_validate_json(await body_of(request))
        except ValidationError as error:
            raise Refused("La petición no se entiende: recargue la página.") from error
        return await run_in_threadpool(_decided, actor, call, folio, sent)

    return await _answer(request, act)


def _decided(actor: Actor, call: str, folio: str, sent: DecisionBody) -> dict[str, Any]:
    decisions.decide(actor, call=call, folio=folio, verdict=sent.verdict, reason=sent.reason, seen=sent.seen)
    return {"next": queue.next_folio(actor, call=call, part=sent.part, after=folio)}


async def undo(request: Request) -> Response:
    """``POST /cotejo/{call}/{folio}/deshacer``: takes one's own decision back."""
    if not is_own_page(request):
        return refusal(Forbidden())

    def act(actor: Actor, call: str, folio: str) -> dict[str, Any]:
        decisions.undo(actor, call=call, folio=folio)
        return {"next": folio}

    return await _answer(request, _in_thread(act))


def _in_thread(act: Callable[[Actor, str, str], dict[str, Any]]) -> Answer:
    async def answer(actor: Actor, call: str, folio: str) -> dict[str, Any]:
        return await run_in_threadpool(act, actor, call, folio)

    return answer


async def _answer(request: Request, act: Answer) -> Response:
    actor = await run_in_threadpool(viewer_of, request)
    if actor is None:
        return refusal(Refused("Su sesión terminó: entre de nuevo y decida otra vez."), status=401)
    try:
        told = await act(actor, request.path_params["call"], request.path_params["folio"])
    except Refused as error:
        return refusal(error)
    except MachineFault as error:
        return JSONResponse({"error": str(error)}, status_code=500, headers=NO_STORE)
    return JSONResponse(told, headers=NO_STORE)


def _case(viewer: Actor, call: str, folio: str) -> tuple[Case, list[ReadableDocument]]:
    case = cases.read_case(viewer, call=call, folio=folio)
    kinds = {each.key for each in spec_of(get_call(call)).documents if each.audience == "admin"}
    papers = reading.readable_documents(viewer, application_id=case.application_id)
    return case, [each for each in papers if each.kind in kinds]


async def _words(paper: ReadableDocument, page: int) -> PageWords:
    """The words of a page; none where it can't be read."""
    try:
        lines = json.loads(await drawn.text(paper, page=page))["lines"]
    except PdfFailure:
        lines = []
    words = tuple((word, (x0, y0, x1, y1)) for line in lines for word, x0, y0, x1, y1 in line)
    return PageWords(paper.public_id, page, words)


def _of(found: Evidence) -> dict[str, Any]:
    places = [{"document": each.document, "page": each.page, "boxes": each.boxes} for each in found.places]
    return {"sign": found.sign.value, "other": found.other, "places": places}


_PLACE = "/cotejo/{call}/{folio:path}"
ROUTES = [
    Route(f"{_PLACE}/hallazgos", evidence),
    Route(f"{_PLACE}/decision", decide, methods=["POST"]),
    Route(f"{_PLACE}/deshacer", undo, methods=["POST"]),
]
