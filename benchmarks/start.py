"""Start and log-in on the demo's installation, and the server's memory after log-in.

Measures from process start to a usable log-in page, and from log-in to a usable start page. A bare Streamlit
application, started in turn, gives the scale.
"""

import time
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser, sync_playwright

from benchmarks.browser import launch, log_in, serving
from benchmarks.place import command, installation, report_seconds
from reviewer.demo.logins import DEMO_LOGINS

ROUNDS = 5
BARE_SCRIPT = 'import streamlit as st\n\nst.write("hola")\n'


def run() -> list[str]:
    """Prints five figures."""
    starts, bare, logins, memory = [], [], [], 0.0
    with installation() as folder, sync_playwright() as playwright:
        command("demo")
        script = folder / "bare.py"
        script.write_text(BARE_SCRIPT, encoding="utf-8")
        browser = launch(playwright)
        for _ in range(ROUNDS):
            bare.append(_time_bare_start(browser, folder, str(script)))
            begun = time.perf_counter()
            with serving(folder) as server:
                page = browser.new_page()
                page.goto(server.url)
                page.get_by_label("Correo").wait_for()
                starts.append(time.perf_counter() - begun)
                logins.append(log_in(page, DEMO_LOGINS[0]))
                memory = psutil.Process(server.pid).memory_info().rss / 2**20
                page.close()
        browser.close()
    report_seconds("process start to the page of a bare Streamlit application", bare)
    print(f"a start against a bare one's: {median(starts) / median(bare):.2f} ×")
    print(f"server memory after log-in: {memory:.0f} MiB (target 300 MiB)")
    missed = [] if memory <= 300 else [f"server memory {memory:.0f} MiB, target 300 MiB"]
    return [
        *report_seconds("process start to a usable log-in page", starts, target=4),
        *report_seconds("log-in to a usable start page", logins, target=1.2),
        *missed,
    ]


def _time_bare_start(browser: Browser, folder: Path, script: str) -> float:
    """Returns the seconds from process start to the text of a bare application."""
    begun = time.perf_counter()
    with serving(folder, script) as server:
        page = browser.new_page()
        page.goto(server.url)
        page.get_by_text("hola").wait_for()
        seconds = time.perf_counter() - begun
        page.close()
    return seconds
