"""Violations that axe reports on all pages of all roles, light and dark; Streamlit's own are listed."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from reviewer.access.actor import Actor
from reviewer.access.permissions import is_allowed
from reviewer.models import Call
from reviewer.web.ui.navigation import SCREENS
from tests.browser.conftest import Opener, wait_for_script
from tests.factories.applications import add_applicants

# See docs/accessibility.md: each of these stands in Streamlit's own markup, which has no setting for it.
STREAMLITS_OWN: dict[str, str] = {}
PEOPLE = [{"alcaldia": "09012", "gender": "Mujer", "disability": "Visual"}] * 12 + [{"alcaldia": "09007"}] * 30
VIEWS = ("", "?vista=personas", "?vista=cruces", "?vista=recorrido", "?vista=tiempo", "?vista=llevar")


def axe_violations(page: Page) -> list[str]:
    """Violations as «rule: element», without Streamlit's own."""
    wait_for_script(page)
    return _violations(page) and _violations_after_fade(page)


def _violations_after_fade(page: Page) -> list[str]:
    """Checks twice, because text has little contrast while Streamlit fades it in."""
    page.wait_for_timeout(1000)
    return _violations(page)


def _violations(page: Page) -> list[str]:
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
        if STREAMLITS_OWN.get(violation["id"], "\0") not in node["html"]
    ]


@pytest.mark.parametrize("role", ["juror", "coordinator", "admin"])
def test_axe_finds_nothing(open_page: Opener, reviewing_call: Call, request: pytest.FixtureRequest, role: str) -> None:
    add_applicants(reviewing_call, PEOPLE)
    actor: Actor = request.getfixturevalue(role)
    page = open_page("/cuenta", actor)
    base = page.url.removesuffix("/cuenta")
    violations = {}
    allowed_screens = (screen for screen in SCREENS if screen.action is None or is_allowed(actor, screen.action))
    for screen in allowed_screens:
        for view in VIEWS if screen.address == "cohorte" and role == "coordinator" else ("",):
            page.goto(f"{base}/{screen.address}{view}")
            violations[f"/{screen.address}{view}"] = axe_violations(page)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{base}/{'cohorte' if role == 'coordinator' else 'ayuda'}")
    violations["dark"] = axe_violations(page)
    assert not {address: elements for address, elements in violations.items() if elements}
