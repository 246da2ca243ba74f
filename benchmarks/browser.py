"""A server and a Chromium for the benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from reviewer.core.paths import ROOT
from reviewer.demo.logins import DemoLogin

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-sync"),
)


@dataclass(frozen=True)
class Serving:
    """A running server: its address and process id."""

    url: str
    pid: int


@contextmanager
def serving(folder: Path, script: str = "app.py") -> Iterator[Serving]:
    """Runs the application, or another Streamlit script, on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}"]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--server.address=localhost"], cwd=ROOT, stdout=log, stderr=log, env=os.environ.copy()
        )
    url = f"http://localhost:{port}"
    try:
        _wait_for(url)
        yield Serving(url, process.pid)
    finally:
        process.terminate()
        process.wait(15)


def launch(playwright: Playwright) -> Browser:
    """Launches the machine's own Chromium."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("No hay Chromium en esta máquina.")
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))


def log_in(page: Page, who: DemoLogin) -> float:
    """Logs in with the form on the page; returns the seconds from click to a usable start page."""
    page.get_by_label("Correo").fill(who.email)
    page.get_by_label("Contraseña", exact=True).fill(who.password)
    begun = time.perf_counter()
    page.get_by_role("button", name="Entrar").click()
    page.get_by_text("Continuar").first.wait_for()
    return time.perf_counter() - begun


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
