"""Single sign-on in a real browser with a running provider: only people with an account are let in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core import database
from reviewer.models import Person
from reviewer.web.auth import cookies
from tests import identity_provider
from tests.server import Server

BUTTON = "Entrar con la cuenta de la institución"


@pytest.fixture
def institution() -> Iterator[identity_provider.Provider]:
    with identity_provider.running() as running_provider:
        yield running_provider


@pytest.fixture
def server(
    installation: Path, institution: identity_provider.Provider, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """A server whose operator set the provider up."""
    new_server = Server(installation / "server.log")
    settings = {
        "redirect_uri": f"{new_server.url}/oauth2callback",
        "cookie_secret": "one secret for the tests",
        "client_id": identity_provider.CLIENT,
        "client_secret": identity_provider.SECRET,
        "server_metadata_url": f"{institution.url}/.well-known/openid-configuration",
    }
    lines = [f'{name} = "{value}"' for name, value in settings.items()]
    (installation / "secrets.toml").write_text("\n".join(["[auth]", *lines]), encoding="utf-8")
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(installation / "secrets.toml"))
    new_server.start()
    yield new_server
    new_server.stop()


def cookie_names(page: Page) -> set[str]:
    return {str(cookie.get("name")) for cookie in page.context.cookies()}


def test_only_registered_people_log_in(
    browser: Browser, server: Server, institution: identity_provider.Provider, juror: Actor
) -> None:
    with database.read_session() as session:
        email = session.exec(select(Person.email).where(Person.id == juror.person_id)).one()
    page = browser.new_context(locale="es-MX").new_page()
    for user, message in (
        ({"email": "nadie@prueba.example", "email_verified": True}, "Nadie con el correo de esa cuenta"),
        ({"email": email, "email_verified": False}, "no ha verificado el correo"),
    ):
        institution.user = user
        page.goto(server.url)
        page.get_by_role("button", name=BUTTON).click()
        expect(page.get_by_text(message)).to_be_visible()
        page.get_by_role("button", name="Usar otra cuenta").click()
        expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
        assert cookies.NAME not in cookie_names(page)

    institution.user = {"email": email.upper(), "email_verified": True}
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("link", name="Mi mesa").first).to_be_visible()
    cookies_by_name = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies_by_name[cookies.NAME]["httpOnly"] and cookies_by_name[cookies.NAME]["sameSite"] == "Strict"
    assert not [name for name in cookies_by_name if name.startswith("_streamlit_user")]  # its month is over

    page.goto(f"{server.url}/cuenta")
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Correo")).to_be_visible()
    assert cookies.NAME not in cookie_names(page)
    page.context.close()
