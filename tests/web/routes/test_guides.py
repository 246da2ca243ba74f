"""The guides' pictures are for people who are logged in; the route serves no other file."""

import pytest

from reviewer.access.actor import Actor
from reviewer.web.routes import ROUTES
from reviewer.web.ui import guides
from tests.web.asgi_client import ask, cookie


def test_a_picture_is_for_who_is_logged_in(juror: Actor) -> None:
    path = next(guides.PICTURES.glob("*.webp"))
    answer = ask(ROUTES, f"/guia/{path.name}", headers=cookie(juror))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.body == path.read_bytes()
    stranger = ask(ROUTES, f"/guia/{path.name}")
    assert stranger.status == 403 and stranger.body != answer.body


@pytest.mark.parametrize("name", ["otra", "..%2fjurado.md", "*", "../img/mesa", ""])
def test_other_names_are_not_found(juror: Actor, name: str) -> None:
    assert ask(ROUTES, f"/guia/{name}.webp", headers=cookie(juror)).status == 404


def test_pictures_and_links_of_a_guide_are_addresses_of_ours() -> None:
    for name in guides.GUIDES:
        text = guides.text(name)
        assert "](img/" not in text and ".md" not in text
    assert "](/guia/cohorte.webp)" in guides.text("coordinacion")
    assert "](/ayuda?guia=coordinacion)" in guides.text("primer-dia")
