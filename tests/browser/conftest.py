"""A real server in a process of its own, and a real Chromium."""

import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from reviewer.access.actor import Actor
from reviewer.web.auth import cookies
from tests.factories.people import token_of
from tests.server import Server

HERE = Path(__file__).parent
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
CHROMIUMS = (
    *("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
NO_BROWSER = "NO HAY CHROMIUM: las pruebas en el navegador no corrieron. En Debian: apt-get install chromium"
POLICY = "Content Security Policy"  # as Chromium tells of what it blocked
Opener = Callable[..., Page]
expect.set_options(timeout=20_000)  # milliseconds: what is expected comes late on a machine with other work


def chromium() -> str | None:
    """The path of a Chromium or Chrome of this machine; best the one that draws no windows."""
    names = (shutil.which(program) for program in CHROMIUMS)
    return next((name for name in names if name), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what lies here; skips it with one loud line where there is no browser, unless in CI.

    It comes last: while a browser is driven, an event loop runs in the tests' own thread, where no other
    can be started.
    """
    del config
    browser_tests = [item for item in items if HERE in item.path.parents]
    for item in browser_tests:
        item.add_marker("browser")
    items.sort(key=lambda item: HERE in item.path.parents)
    if browser_tests and chromium() is None and not os.environ.get("CI"):
        for item in browser_tests:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the line."""
    if chromium() is None:
        terminalreporter.write_line(f"\n!!! {NO_BROWSER}", red=True, bold=True)


@pytest.fixture(scope="session")
def port() -> int:
    """The port of each test's server: under one address, a browser need not load Streamlit's own files anew.

    It lies below those that the system gives to whoever asks for any.
    """
    for _ in range(100):
        chosen = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", chosen))
            return chosen
    raise AssertionError("no port is free")


@pytest.fixture
def server(installation: Path, port: int) -> Iterator[Server]:
    """A fresh server on the test's own installation."""
    new_server = Server(installation / "server.log", port)
    new_server.start()
    yield new_server
    new_server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = chromium()
    assert path is not None, NO_BROWSER
    with sync_playwright() as playwright:
        new_browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield new_browser
        new_browser.close()


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> "Profiles":
    """The browser's profiles, for one test after another."""
    return Profiles(browser)


@pytest.fixture
def open_page(profiles: "Profiles", server: Server) -> Iterator[Opener]:
    """``open_page("/mesa", actor)``: an empty profile with that person's cookie, or a stranger's without."""
    blocked: list[str] = []

    def opener(address: str, actor: Actor | None = None, *, width: int = 1440, height: int = 900) -> Page:
        page = profiles.new_page(server.url)
        page.set_viewport_size({"width": width, "height": height})
        if actor is not None:
            value = cookies.sign(token_of(actor))
            page.context.add_cookies(
                [
                    {
                        "name": cookies.NAME,
                        "value": value,
                        "url": server.url,
                        "httpOnly": True,
                        "sameSite": "Strict",
                    }
                ]
            )
        page.on("console", lambda message: blocked.append(message.text) if POLICY in message.text else None)
        page.goto(server.url + address)
        wait_for_script(page)
        return page

    yield opener
    profiles.close_pages()
    assert not blocked, "nothing that we show needs what our headers forbid"


class Profiles:
    """Profiles that share nothing, kept over the tests for what they hold of the server's unchanging files:
    a new one would load and compile all of Streamlit's scripts anew, for seconds."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._profiles: list[BrowserContext] = []

    def new_page(self, origin: str) -> Page:
        """A page of a profile that has none, with nothing left in it of this address."""
        profile = next((existing for existing in self._profiles if not existing.pages), None)
        if profile is None:
            profile = self._browser.new_context(locale="es-MX", timezone_id="America/Mexico_City")
            self._profiles.append(profile)
        page = profile.new_page()
        profile.clear_cookies()
        line = profile.new_cdp_session(page)
        line.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        line.detach()
        return page

    def close_pages(self) -> None:
        """Closes the pages that a test left open."""
        for profile in self._profiles:
            profile.set_offline(False)
            for page in profile.pages:
                page.close()


def wait_for_script(page: Page) -> None:
    """Waits until the script has run."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def press(page: Page, name: str, *, exact: bool = True) -> None:
    """Clicks the first button of this name and waits until the script has run."""
    page.get_by_role("button", name=name, exact=exact).first.click()
    wait_for_script(page)
