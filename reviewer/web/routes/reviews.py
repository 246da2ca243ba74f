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
from reviewer.errors import Forbidden, Refused
from reviewer.jury import pins, reviews
from reviewer.jury.own import StaleItem
from reviewer.jury.pins import Pin
from reviewer.jury.window import Closed
from reviewer.models import NoteKind
from reviewer.web.components import rubric_state
from reviewer.web.guard import NO_STORE, body_of, is_own_page, refusal, viewer_of


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


def _taking(shape: type[Sent], act: Callable[[Actor, dict[str, str], Sent], dict[str, Any]]) -> Endpoint:
    """A route that hands a checked body to ``act`` in a worker thread and answers with what it returns.

    One worker thread for all of it: each change of threads waits for its turn behind the pages' scripts.
    """

    def answer(request: Request, body: bytes) -> Response:
        viewer = viewer_of(request)
        if viewer is None:
            return _ended()
        try:
            sent = shape.model_validate_json(body, strict=True)
        except ValidationError:
            return refusal(Refused("La petición no se entiende: recargue la página."))
        return _answer(request, viewer, lambda actor, where: act(actor, where, sent))

    async def endpoint(request: Request) -> Response:
        if not is_own_page(request):
            return refusal(Forbidden())
        return await run_in_threadpool(answer, request, await body_of(request))

    return endpoint


def state(request: Request) -> Response:
    """``GET /dictamenes/{call}/{folio}``: the viewer's own review as it stands."""
    viewer = viewer_of(request)
    return _ended() if viewer is None else _answer(request, viewer, _state)


def _ended() -> Response:
    return refusal(Refused("Su sesión terminó."), status=401)


def _answer(
    request: Request, viewer: Actor, act: Callable[[Actor, dict[str, str]], dict[str, Any]]
) -> Response:
    where = {name: request.path_params[name] for name in ("call", "folio")}
    try:
        return JSONResponse(act(viewer, where), headers=NO_STORE)
    except StaleItem as error:
        stands = {"error": str(error), "current": rubric_state.of_item(error.current)}
        return JSONResponse(stands, status_code=409, headers=NO_STORE)
    except Closed as error:
        return refusal(error, status=423)
    except Refused as error:
        return refusal(error)


def _state(viewer: Actor, where: dict[str, str]) -> dict[str, Any]:
    return rubric_state.of_state(reviews.read_review(viewer, **where))


def _score(actor: Actor, where: dict[str, str], sent: ScoreBody) -> dict[str, Any]:
    saved = reviews.set_score(
        actor, **where, criterion=sent.criterion, value=sent.value, version=sent.version
    )
    return rubric_state.of_saved(saved)


def _note(actor: Actor, where: dict[str, str], sent: NoteBody) -> dict[str, Any]:
    saved = reviews.set_note(actor, **where, kind=sent.kind, text=sent.text, version=sent.version)
    return rubric_state.of_saved(saved)


def _pin(actor: Actor, where: dict[str, str], sent: PinBody) -> dict[str, Any]:
    item = pins.set_pin(actor, **where, key=sent.key, pin=sent.pin, version=sent.version)
    return {"saved_at": rubric_state.of_item(item)["at"], "version": item.version}


def _submit(actor: Actor, where: dict[str, str], sent: SubmitBody) -> dict[str, Any]:
    return {"next": reviews.submit(actor, **where, versions=sent.versions)}


def _reopen(actor: Actor, where: dict[str, str], _sent: NoBody) -> dict[str, Any]:
    reviews.reopen(actor, **where)
    return {}


def _skip(actor: Actor, where: dict[str, str], _sent: NoBody) -> dict[str, Any]:
    return {"next": reviews.skip(actor, **where)}


_PLACE = "/dictamenes/{call}/{folio:path}"
ROUTES = [
    Route(f"{_PLACE}/puntajes", _taking(ScoreBody, _score), methods=["POST"]),
    Route(f"{_PLACE}/notas", _taking(NoteBody, _note), methods=["POST"]),
    Route(f"{_PLACE}/marcas", _taking(PinBody, _pin), methods=["POST"]),
    Route(f"{_PLACE}/enviar", _taking(SubmitBody, _submit), methods=["POST"]),
    Route(f"{_PLACE}/reabrir", _taking(NoBody, _reopen), methods=["POST"]),
    Route(f"{_PLACE}/omitir", _taking(NoBody, _skip), methods=["POST"]),
    Route(_PLACE, state),
]
