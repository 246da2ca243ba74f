"""What axe finds on every page of every role, light and dark; Streamlit's own is named, with its reason."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from reviewer.access.actor import Actor
from reviewer.access.permissions import allowed
from reviewer.models import Call
from reviewer.web.navigation import SCREENS
from tests.browser.conftest import Opener, settle
from tests.cohort.made import apply

# See docs/accessibility.md: each of these stands in Streamlit's own markup, which has no setting for it.
STREAMLITS_OWN: dict[str, str] = {}
PEOPLE = [{"alcaldia": "09012", "gender": "Mujer", "disability": "Visual"}] * 12 + [
    {"alcaldia": "09007"}
] * 30
VIEWS = ("", "?vista=Personas", "?vista=Cruces", "?vista=Recorrido", "?vista=Tiempo", "?vista=Para+llevar")


def found(page: Page) -> list[str]:
    """Violations as «rule: element», without Streamlit's own."""
    settle(page)
    return _violations(page) and _again(page)


def _again(page: Page) -> list[str]:
    """A second look: while Streamlit fades an element in, its words are pale."""
    page.wait_for_timeout(1000)
    return _violations(page)


def _violations(page: Page) -> list[str]:
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in Axe().run(page).response["violations"]
        for node in each["nodes"]
        if STREAMLITS_OWN.get(each["id"], "\0") not in node["html"]
    ]


@pytest.mark.parametrize("role", ["juror", "coordinator", "admin"])
def test_axe_finds_nothing(
    open_page: Opener, reviewing_call: Call, request: pytest.FixtureRequest, role: str
) -> None:
    apply(reviewing_call, PEOPLE)
    actor: Actor = request.getfixturevalue(role)
    page = open_page("/cuenta", actor)
    base = page.url.removesuffix("/cuenta")
    violations = {}
    hers = (each for each in SCREENS if each.action is None or allowed(actor, each.action))
    for screen in hers:
        for view in VIEWS if screen.address == "cohorte" and role == "coordinator" else ("",):
            page.goto(f"{base}/{screen.address}{view}")
            violations[f"/{screen.address}{view}"] = found(page)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{base}/{'cohorte' if role == 'coordinator' else 'ayuda'}")
    violations["dark"] = found(page)
    assert not {address: each for address, each in violations.items() if each}
