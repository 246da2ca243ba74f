"""Start and log-in on the demo's installation: from process start to a usable log-in page, from log-in to a
usable desk, and the server's memory then."""

import time

import psutil
from playwright.sync_api import sync_playwright

from benchmarks.browser import launch, log_in, serving
from benchmarks.place import command, installation, told
from reviewer.demo.logins import DEMO_LOGINS

ROUNDS = 5


def run() -> list[str]:
    """Prints three figures."""
    starts, logins, memory = [], [], 0.0
    with installation() as folder, sync_playwright() as playwright:
        command("demo")
        browser = launch(playwright)
        for _ in range(ROUNDS):
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
    print(f"server memory after log-in: {memory:.0f} MiB (target 300 MiB)")
    missed = [] if memory <= 300 else [f"server memory {memory:.0f} MiB, target 300 MiB"]
    return [
        *told("process start to a usable log-in page", starts, target=4),
        *told("log-in to a usable desk", logins, target=1.2),
        *missed,
    ]
