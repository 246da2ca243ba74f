"""Addresses that Streamlit serves to anybody, and the answer of a route that fails."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from reviewer.access.actor import Actor
from reviewer.core.errors import InfrastructureError
from reviewer.web.server.gateway import Gateway
from tests.web.asgi_client import ask, cookie

SECRET = "cell of somebody's row"


async def _broken(_request: Request) -> Response:
    raise ValueError(SECRET)


async def _busy(_request: Request) -> Response:
    raise InfrastructureError("La base de datos está ocupada.")


async def _ok(_request: Request) -> Response:
    return PlainTextResponse("there")


ROUTES = [
    Mount(
        "/",
        Gateway(
            Mount(
                "/",
                routes=[Route("/rota", _broken), Route("/ocupada", _busy), Route("/{rest:path}", _ok)],
            )
        ),
    )
]


@pytest.mark.parametrize("address", ["/_stcore/agent/mcp", "/_stcore/agent/openapi.json", "/_stcore/metrics"])
def test_agent_and_metrics_addresses_are_not_found(installation: Path, admin: Actor, address: str) -> None:
    assert ask(ROUTES, address).status == 404
    assert ask(ROUTES, address, headers=cookie(admin)).status == 404


def test_metrics_are_for_who_has_the_token(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_METRICS_TOKEN", "a token")
    assert ask(ROUTES, "/_stcore/metrics", headers={"authorization": "Bearer a token"}).body == b"there"
    for wrong in ("Bearer another", "Bearer ", "a tokeñ", ""):
        assert ask(ROUTES, "/_stcore/metrics", headers={"authorization": wrong}).status == 404


@pytest.mark.parametrize("address", ["/media/ab12.pdf", "/_stcore/upload_file/s/f", "/component/x/y.js"])
def test_what_sessions_leave_is_for_people_who_are_logged_in(juror: Actor, address: str) -> None:
    assert ask(ROUTES, address).status == 403
    assert ask(ROUTES, address, headers={"cookie": "dictamen_sesion=made-up.x"}).status == 403
    assert ask(ROUTES, address, headers=cookie(juror)).body == b"there"


def test_the_rest_is_passed_on(installation: Path) -> None:
    assert ask(ROUTES, "/_stcore/health").body == b"there"


def test_a_fault_is_a_spanish_sentence_with_a_number_and_nothing_of_what_was_written(
    installation: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(ROUTES, "/rota")
    assert answer.status == 500 and "quedó anotado con el número" in answer.body.decode()
    assert SECRET not in answer.body.decode() + caplog.text
    assert "ValueError" in caplog.text
    assert ask(ROUTES, "/ocupada").status == 503
    assert "ocupada" in ask(ROUTES, "/ocupada").body.decode()
