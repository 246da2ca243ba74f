"""The whole application in one process, with a log-in in place of the browser's cookie."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import Actor
from reviewer.core.paths import ROOT
from reviewer.web.auth import pages
from tests.decision.selection.conftest import applications, small  # noqa: F401

Screens = Callable[..., AppTest]


@pytest.fixture(scope="package", autouse=True)
def _packages_are_scanned_once() -> Iterator[None]:
    """Replaces Streamlit's search of all installed packages, which runs with every script."""
    with pytest.MonkeyPatch.context() as patch:
        cached_scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", cached_scan)
        yield


@pytest.fixture
def screen(installation: object, monkeypatch: pytest.MonkeyPatch) -> Screens:
    """``screen("mesa", actor, folio=…)``: a page as this person sees it."""

    def open_screen(address: str, actor: Actor | None, **query: str) -> AppTest:
        monkeypatch.setattr(pages, "current_actor", lambda: actor)
        test = AppTest.from_file(ROOT / "reviewer" / "web" / "app_script.py", default_timeout=60)
        test.switch_page(str(ROOT / "pages" / f"{address}.py"))
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception, test.exception
        return test

    return open_screen


def page_text(test: AppTest) -> str:
    """Returns the text of a page outside our own components."""
    parts = [
        *test.title,
        *test.header,
        *test.subheader,
        *test.markdown,
        *test.text,
        *test.caption,
        *test.info,
    ]
    parts += [*test.warning, *test.error, *test.success]
    return "\n".join(str(part.value) for part in parts)


def page_html(test: AppTest) -> str:
    """Returns the HTML that a page draws itself."""
    return "\n".join(str(element.value) for element in test.get("html"))  # type: ignore[union-attr]


def press(test: AppTest, label: str) -> AppTest:
    """Clicks the first button with this label, and reruns the page."""
    next(button for button in test.button if button.label == label).click().run()
    assert not test.exception, test.exception
    return test
