"""Where the rubric saves: each click and each pause in writing is a request of its own.

``{call}/{folio}`` names an application; one that was not given to the viewer gets the same answer as one
that does not exist. ``409``: based on an older version, with what stands; ``423``: nothing can be written
now; ``422``: not a level of this rubric.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.reviews import page_notes
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.deadline import ReviewingClosed
from reviewer.jury.reviews.locked_review import StaleItem
from reviewer.jury.reviews.page_notes import Pin
from reviewer.models import NoteKind
from reviewer.web.auth.requests import NO_STORE, body_of, is_from_own_page, refusal_response, viewer_of
from reviewer.web.components.rubric import state as rubric_state


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScoreBody(_Body):
    """A level for a criterion, based on this version of it."""

    criterion: str
    value: int
    version: int


class NoteBody(_Body):
    """A note's whole text, based on this version of it."""

    kind: NoteKind
    text: str
    version: int


class PinBody(_Body):
    """A note on a page, whole, under the browser's own name for it; without text it is taken away."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{8,40}$")]
    pin: Pin
    version: int


class SubmitBody(_Body):
    """The version of each score that the juror sees."""

    versions: dict[str, int]


class NoBody(_Body):
    """Nothing more to say than the address."""


Sent = TypeVar("Sent", bound=_Body)
Endpoint = Callable[[Request], Awaitable[Response]]


def _json_endpoint(
    shape: type[Sent], act: Callable[[Actor, dict[str, str], Sent], dict[str, Any]]
) -> Endpoint:
    """A route that hands a checked body to ``act`` in a worker thread and answers with what it returns.

    One worker thread for all of it: each change of threads waits for its turn behind the pages' scripts.
    """

    def answer(request: Request, body: bytes) -> Response:
        viewer = viewer_of(request)
        if viewer is None:
            return _session_ended()
        try:
            parsed = shape.model_validate_json(body, strict=True)
        except ValidationError:
            return refusal_response(UserError("La petición no se entiende: recargue la página."))
        return _answer(request, viewer, lambda actor, where: act(actor, where, parsed))

    async def endpoint(request: Request) -> Response:
        if not is_from_own_page(request):
            return refusal_response(Forbidden())
        return await run_in_threadpool(answer, request, await body_of(request))

    return endpoint


def state(request: Request) -> Response:
    """``GET /dictamenes/{call}/{folio}``: the viewer's own review as it stands."""
    viewer = viewer_of(request)
    return _session_ended() if viewer is None else _answer(request, viewer, _state)


def _session_ended() -> Response:
    return refusal_response(UserError("Su sesión terminó."), status=401)


def _answer(
    request: Request, viewer: Actor, act: Callable[[Actor, dict[str, str]], dict[str, Any]]
) -> Response:
    where = {"slug": request.path_params["call"], "folio": request.path_params["folio"]}
    try:
        return JSONResponse(act(viewer, where), headers=NO_STORE)
    except StaleItem as error:
        conflict = {"error": str(error), "current": rubric_state.item_json(error.current)}
        return JSONResponse(conflict, status_code=409, headers=NO_STORE)
    except ReviewingClosed as error:
        return refusal_response(error, status=423)
    except UserError as error:
        return refusal_response(error)


def _state(viewer: Actor, where: dict[str, str]) -> dict[str, Any]:
    return rubric_state.review_json(reviews_service.read_review(viewer, **where))


def _score(actor: Actor, where: dict[str, str], body: ScoreBody) -> dict[str, Any]:
    saved = reviews_service.set_score(
        actor, **where, criterion=body.criterion, value=body.value, version=body.version
    )
    return rubric_state.saved_json(saved)


def _note(actor: Actor, where: dict[str, str], body: NoteBody) -> dict[str, Any]:
    saved = reviews_service.set_note(actor, **where, kind=body.kind, text=body.text, version=body.version)
    return rubric_state.saved_json(saved)


def _pin(actor: Actor, where: dict[str, str], body: PinBody) -> dict[str, Any]:
    item = page_notes.set_pin(actor, **where, key=body.key, pin=body.pin, version=body.version)
    return {"saved_at": rubric_state.item_json(item)["at"], "version": item.version}


def _submit(actor: Actor, where: dict[str, str], body: SubmitBody) -> dict[str, Any]:
    return {"next": reviews_service.submit(actor, **where, versions=body.versions)}


def _reopen(actor: Actor, where: dict[str, str], _body: NoBody) -> dict[str, Any]:
    reviews_service.reopen(actor, **where)
    return {}


def _skip(actor: Actor, where: dict[str, str], _body: NoBody) -> dict[str, Any]:
    return {"next": reviews_service.skip(actor, **where)}


_ADDRESS = "/dictamenes/{call}/{folio:path}"
ROUTES = [
    Route(f"{_ADDRESS}/puntajes", _json_endpoint(ScoreBody, _score), methods=["POST"]),
    Route(f"{_ADDRESS}/notas", _json_endpoint(NoteBody, _note), methods=["POST"]),
    Route(f"{_ADDRESS}/marcas", _json_endpoint(PinBody, _pin), methods=["POST"]),
    Route(f"{_ADDRESS}/enviar", _json_endpoint(SubmitBody, _submit), methods=["POST"]),
    Route(f"{_ADDRESS}/reabrir", _json_endpoint(NoBody, _reopen), methods=["POST"]),
    Route(f"{_ADDRESS}/omitir", _json_endpoint(NoBody, _skip), methods=["POST"]),
    Route(_ADDRESS, state),
]
