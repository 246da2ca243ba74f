"""The installed wheel serves every page from an empty folder, with its data in ``./data``."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import reviewer
from reviewer.access.permissions import TABLE
from reviewer.core.paths import ROOT
from reviewer.demo.logins import DEMO_LOGINS, DemoLogin
from reviewer.web.ui.navigation import SCREENS
from tests.browser.conftest import wait_for_script
from tests.network import wait_until

FAULT = "Algo falló de nuestro lado"


@pytest.fixture(scope="module")
def dictamen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console script of an environment that has the wheel, and this environment's dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    venv.create(folder / "env", with_pip=False, symlinks=True)
    site_packages = next((folder / "env").glob("lib/python*/site-packages"))
    dependencies = next(path for path in sys.path if path.endswith("site-packages"))
    (site_packages / "dependencies.pth").write_text(dependencies)
    wheel = next(folder.glob("*.whl"))
    install = ["-m", "pip", "--python", str(folder / "env" / "bin" / "python"), "install", "--quiet"]
    subprocess.run([sys.executable, *install, "--no-deps", str(wheel)], check=True)
    return folder / "env" / "bin" / "dictamen"


@pytest.fixture
def environment() -> dict[str, str]:
    """This environment without the settings of the tests' own installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith("REVIEWER_")}


@pytest.fixture
def address(dictamen: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """A demo started from the wheel in an empty folder; yields its address."""
    command = [str(dictamen), "demo", "--applications", "3"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [str(dictamen), "start", "--demo"],
        cwd=tmp_path,
        env=environment | {"STREAMLIT_SERVER_PORT": str(port)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://localhost:{port}"
    wait_until(lambda: _is_serving(url) or server.poll() is not None, seconds=90)
    assert server.poll() is None
    yield url
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def test_version(dictamen: Path, environment: dict[str, str], tmp_path: Path) -> None:
    command = [str(dictamen), "--version"]
    printed = subprocess.check_output(command, cwd=tmp_path, env=environment, text=True)
    assert printed == f"Dictamen {reviewer.__version__}\n"
    assert not list(tmp_path.iterdir())


def test_every_page_is_served_from_an_empty_folder(address: str, browser: Browser, tmp_path: Path) -> None:
    opened = set()
    for login in DEMO_LOGINS:
        page = browser.new_context(locale="es-MX").new_page()
        _log_in(page, address, login)
        for screen in SCREENS:
            if screen.action is None or login.role in TABLE[screen.action].roles:
                page.goto(f"{address}/{screen.address}")
                wait_for_script(page)
                expect(page.get_by_role("heading").first).to_be_visible()
                assert page.get_by_text(FAULT).count() == 0, screen.address
                assert page.get_by_test_id("stException").count() == 0, screen.address
                opened.add(screen.address)
        page.context.close()
    assert opened == {screen.address for screen in SCREENS}
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert {"reviewer.db", "documents", "cookie.key"} <= {path.name for path in (tmp_path / "data").iterdir()}


def _is_serving(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def _log_in(page: Page, address: str, login: DemoLogin) -> None:
    page.goto(f"{address}/cuenta")
    page.get_by_label("Correo").fill(login.email)
    page.get_by_label("Contraseña", exact=True).fill(login.password)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("button", name="Salir", exact=True)).to_be_visible(timeout=30_000)
