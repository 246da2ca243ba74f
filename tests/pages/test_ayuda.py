"""Help opens at the guide of the viewer's role, with links to the other guides."""

import pytest

from reviewer.access.actor import Actor
from tests.pages.conftest import Screens, page_text

HEADS = {
    "juror": "# Guía del jurado",
    "coordinator": "# Guía de la coordinación",
    "admin": "# Guía de la administración",
}


@pytest.mark.parametrize("role", HEADS)
def test_help_opens_at_the_guide_of_the_role(screen: Screens, request: pytest.FixtureRequest, role: str) -> None:
    actor: Actor = request.getfixturevalue(role)
    assert page_text(screen("ayuda", actor)).startswith(HEADS[role])


def test_the_first_day_has_an_address(screen: Screens, juror: Actor) -> None:
    page = screen("ayuda", juror, guia="Primer día")
    assert page_text(page).startswith("# Primer día de una convocatoria")
    assert "/guia/lotes.webp" in page_text(page)
