"""Addresses where the rubric saves: each click and each pause in writing is a request of its own.

``{call}/{folio}`` names an application; one that is not assigned to the viewer gets the same answer as one
that does not exist. ``409``: based on an older version, with the current one; ``423``: nothing can be written
now; ``422``: not a level of this rubric. ``GET`` returns the viewer's own review.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.access.actor import Actor
from reviewer.core.errors import UserError
from reviewer.jury.reviews import page_notes
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.deadline import ReviewingClosed
from reviewer.jury.reviews.locked_review import StaleItem
from reviewer.jury.reviews.page_notes import Pin
from reviewer.models import NoteKind
from reviewer.web.answers.json_endpoint import Endpoint, json_endpoint, parse_body
from reviewer.web.auth.requests import NO_STORE, refusal_response
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
    """A whole note on a page, under a key that the browser made; a note without text is removed."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{8,40}$")]
    pin: Pin
    version: int


class SubmitBody(_Body):
    """The version of each score that the juror sees."""

    versions: dict[str, int]


class NoBody(_Body):
    """A body without contents: the address says everything."""


Sent = TypeVar("Sent", bound=_Body)
Where = dict[str, str]  # keyword arguments that name an application


def _saving(shape: type[Sent], act: Callable[[Actor, Where, Sent], dict[str, Any]]) -> Endpoint:
    """Returns an endpoint that hands a checked body to ``act``."""
    return json_endpoint(
        lambda actor, request, body: act(actor, _where(request), parse_body(shape, body)), refuse=_refuse
    )


def _where(request: Request) -> Where:
    return {"slug": request.path_params["call"], "folio": request.path_params["folio"]}


def _refuse(error: UserError) -> Response:
    if isinstance(error, StaleItem):
        conflict = {"error": str(error), "current": rubric_state.item_json(error.current)}
        return JSONResponse(conflict, status_code=409, headers=NO_STORE)
    return refusal_response(error, status=423 if isinstance(error, ReviewingClosed) else 422)


def _score(actor: Actor, where: Where, body: ScoreBody) -> dict[str, Any]:
    saved = reviews_service.set_score(actor, **where, criterion=body.criterion, value=body.value, version=body.version)
    return rubric_state.saved_json(saved)


def _note(actor: Actor, where: Where, body: NoteBody) -> dict[str, Any]:
    saved = reviews_service.set_note(actor, **where, kind=body.kind, text=body.text, version=body.version)
    return rubric_state.saved_json(saved)


def _pin(actor: Actor, where: Where, body: PinBody) -> dict[str, Any]:
    item = page_notes.set_pin(actor, **where, key=body.key, pin=body.pin, version=body.version)
    return {"saved_at": rubric_state.item_json(item)["at"], "version": item.version}


def _submit(actor: Actor, where: Where, body: SubmitBody) -> dict[str, Any]:
    return {"next": reviews_service.submit(actor, **where, versions=body.versions)}


def _reopen(actor: Actor, where: Where, _body: NoBody) -> dict[str, Any]:
    reviews_service.reopen(actor, **where)
    return {}


def _skip(actor: Actor, where: Where, _body: NoBody) -> dict[str, Any]:
    return {"next": reviews_service.skip(actor, **where)}


_ADDRESS = "/dictamenes/{call}/{folio:path}"
ROUTES = [
    Route(f"{_ADDRESS}/puntajes", _saving(ScoreBody, _score), methods=["POST"]),
    Route(f"{_ADDRESS}/notas", _saving(NoteBody, _note), methods=["POST"]),
    Route(f"{_ADDRESS}/marcas", _saving(PinBody, _pin), methods=["POST"]),
    Route(f"{_ADDRESS}/enviar", _saving(SubmitBody, _submit), methods=["POST"]),
    Route(f"{_ADDRESS}/reabrir", _saving(NoBody, _reopen), methods=["POST"]),
    Route(f"{_ADDRESS}/omitir", _saving(NoBody, _skip), methods=["POST"]),
    Route(
        _ADDRESS,
        json_endpoint(
            lambda viewer, request, _: rubric_state.review_json(reviews_service.read_review(viewer, **_where(request)))
        ),
    ),
]
