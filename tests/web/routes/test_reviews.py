"""The addresses at which the rubric saves: permissions, origin, and the answers of refusals."""

import json
from typing import Any

import pytest

from reviewer.access import sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core.database import write_session
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Application, Call, Phase, Role
from reviewer.web.auth import cookies
from reviewer.web.auth.requests import AUTHOR_HEADER, opaque_name
from reviewer.web.routes.reviews import ROUTES
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory, token_of
from tests.web.asgi_client import Answer, ask, cookie

PLACE = f"/dictamenes/{SLUG}/HIS-0001"
SCORE = {"criterion": "dibujo", "value": 4, "version": 0}
NOTE = {"kind": "private", "text": "Ojo con el final", "version": 0}


def post(actor: Actor | None, address: str, body: object, **headers: str) -> Answer:
    sent = {"sec-fetch-site": "same-origin", **(cookie(actor) if actor else {}), **headers}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(ROUTES, address, method="POST", headers=sent, body=raw)


def read(actor: Actor) -> dict[str, Any]:
    answer = ask(ROUTES, PLACE, headers=cookie(actor))
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    review: dict[str, Any] = json.loads(answer.body)
    return review


def test_a_review_is_written_read_sent_and_reopened(assigned_juror: Actor) -> None:
    saved = json.loads(post(assigned_juror, f"{PLACE}/puntajes", SCORE).body)
    assert (saved["version"], saved["total"]) == (1, 75)
    assert saved["saved_at"].endswith("+00:00") and saved["missing"] == [
        "relato",
        "ritmo",
        "plan",
    ]
    assert post(assigned_juror, f"{PLACE}/notas", NOTE).status == 200
    stands = read(assigned_juror)
    assert (stands["scores"]["dibujo"]["value"], stands["notes"]["private"]["value"]) == (4, NOTE["text"])
    refused = post(assigned_juror, f"{PLACE}/enviar", {"versions": {"dibujo": 1}})
    assert refused.status == 422 and "Falta calificar" in json.loads(refused.body)["error"]
    for criterion in saved["missing"]:
        post(assigned_juror, f"{PLACE}/puntajes", SCORE | {"criterion": criterion})
    versions = {key: score["version"] for key, score in read(assigned_juror)["scores"].items()}
    sent = post(assigned_juror, f"{PLACE}/enviar", {"versions": versions})
    assert json.loads(sent.body) == {"next": "HIS-0002"}
    assert post(assigned_juror, f"{PLACE}/enviar", {"versions": {}}).body == sent.body
    assert post(assigned_juror, f"{PLACE}/puntajes", SCORE | {"value": 1, "version": 1}).status == 423
    assert post(assigned_juror, f"{PLACE}/reabrir", {}).status == 200
    assert read(assigned_juror)["status"] == "begun"
    assert json.loads(post(assigned_juror, f"{PLACE}/omitir", {}).body) == {"next": "HIS-0002"}


def test_nothing_is_written_under_the_name_of_who_logged_in_after_the_page_was_drawn(
    assigned_juror: Actor, person: PersonFactory
) -> None:
    drawn_for = {AUTHOR_HEADER: opaque_name(person(Role.JURY))}
    assert post(assigned_juror, f"{PLACE}/puntajes", SCORE, **drawn_for).status == 401
    assert ask(ROUTES, PLACE, headers=cookie(assigned_juror) | drawn_for).status == 401
    assert not read(assigned_juror)["scores"]
    assert (
        post(assigned_juror, f"{PLACE}/puntajes", SCORE, **{AUTHOR_HEADER: opaque_name(assigned_juror)}).status == 200
    )


def test_a_stale_write_gets_the_stored_value(assigned_juror: Actor) -> None:
    post(assigned_juror, f"{PLACE}/puntajes", SCORE)
    answer = post(assigned_juror, f"{PLACE}/puntajes", SCORE | {"value": 2})
    assert answer.status == 409
    current = json.loads(answer.body)["current"]
    assert (current["value"], current["version"]) == (4, 1)
    assert current["at"]


@pytest.mark.parametrize(
    "body",
    [
        SCORE | {"value": 6},
        SCORE | {"value": "4"},
        SCORE | {"value": True},
        SCORE | {"value": 4.5},
        SCORE | {"value": 10**30},
        SCORE | {"criterion": "otro"},
        SCORE | {"criterion": None},
        SCORE | {"more": 1},
        {"criterion": "dibujo"},
        [],
        b"",
        b"\xff{",
        b"{" * 100_000,
        b'{"criterion": "dibujo", "value": 4, "version": 0, "x": "' + b"x" * 70_000 + b'"}',
    ],
)
def test_what_is_no_score_is_refused_in_words(assigned_juror: Actor, body: object) -> None:
    answer = post(assigned_juror, f"{PLACE}/puntajes", body)
    assert answer.status == 422
    assert json.loads(answer.body)["error"]
    assert read(assigned_juror)["status"] == "pending"


def test_strangers_others_and_other_sites_get_nothing(assigned_juror: Actor, person: PersonFactory) -> None:
    post(assigned_juror, f"{PLACE}/notas", NOTE)
    assert ask(ROUTES, PLACE).status == 401
    assert post(None, f"{PLACE}/puntajes", SCORE).status == 401
    other_juror = person(Role.JURY)
    outcomes = set()
    for address in (PLACE, f"/dictamenes/{SLUG}/HIS-0404", "/dictamenes/otra/HIS-0001"):
        for actor in (other_juror, person(Role.ADMIN), person(Role.COORDINATOR)):
            assert ask(ROUTES, address, headers=cookie(actor)).status == 403
        answers = [
            ask(ROUTES, address, headers=cookie(other_juror)),
            post(other_juror, f"{address}/puntajes", SCORE),
        ]
        outcomes |= {(answer.status, answer.body) for answer in answers}
    assert len(outcomes) == 1
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        for verb, body in (
            ("puntajes", SCORE),
            ("notas", NOTE),
            ("enviar", {"versions": {}}),
            ("omitir", {}),
        ):
            assert post(assigned_juror, f"{PLACE}/{verb}", body, **headers).status == 403
    assert ask(ROUTES, f"{PLACE}/puntajes", method="POST", headers=cookie(assigned_juror), body=b"{}").status == 403
    assert read(assigned_juror)["scores"] == {}


def test_after_logging_out_the_cookie_saves_nothing(assigned_juror: Actor) -> None:
    token = token_of(assigned_juror)
    headers = {"cookie": f"{cookies.NAME}={cookies.sign(token)}"}
    assert ask(ROUTES, PLACE, headers=headers).status == 200
    sessions.log_out(token)
    assert ask(ROUTES, PLACE, headers=headers).status == 401
    assert post(None, f"{PLACE}/puntajes", SCORE, **headers).status == 401
    assert read(assigned_juror)["scores"] == {}


def test_out_of_its_phase_it_says_so(assigned_juror: Actor) -> None:
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    answer = post(assigned_juror, f"{PLACE}/puntajes", SCORE)
    assert answer.status == 423
    assert json.loads(answer.body) == {"error": "La dictaminación ya terminó."}


def test_nothing_in_the_answers_names_the_applicant(assigned_juror: Actor) -> None:
    for answer in (
        ask(ROUTES, PLACE, headers=cookie(assigned_juror)),
        post(assigned_juror, f"{PLACE}/puntajes", SCORE),
        post(assigned_juror, f"{PLACE}/omitir", {}),
    ):
        text = (answer.body.decode() + repr(answer.headers)).casefold()
        assert not any(word in text for word in ("núñez", "ámbar", "peña", "5512345678"))


def test_a_folio_with_a_slash_has_an_address(reviewing_call: Call, juror: Actor) -> None:
    application = add_applications(reviewing_call, 1)[0]
    with write_session() as session:
        session.get_one(Application, application.id).folio = "HIS 7/ñ"
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    assert ask(ROUTES, f"/dictamenes/{SLUG}/HIS 7/ñ", headers=cookie(juror)).status == 200
    assert post(juror, f"/dictamenes/{SLUG}/HIS 7/ñ/puntajes", SCORE).status == 200
