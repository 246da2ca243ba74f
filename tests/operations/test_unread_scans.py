"""The reading of scans that a server of the demo starts by itself."""

import pytest

from reviewer.jobs import runner
from reviewer.models import Call
from reviewer.operations import unread_scans
from tests.calls import SLUG
from tests.factories.applications import add_application, add_document
from tests.factories.pdfs import pages_pdf


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    jobs: list[tuple[str, str]] = []
    monkeypatch.setattr(runner, "start_for_call", lambda _actor, *, kind, slug: jobs.append((kind, slug)))
    return jobs


def test_a_demos_server_reads_what_is_not_read(
    reviewing_call: Call, started: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(unread_scans.VARIABLE, "1")
    unread_scans.start_reading()
    assert started == [], "there is nothing to read"
    add_document(add_application(reviewing_call, "HIS-0001"), "motivos", pages_pdf(["Uno"]), pages=1)
    unread_scans.start_reading()
    assert started == [("ocr", SLUG)]


def test_other_servers_start_no_reading(reviewing_call: Call, started: list[tuple[str, str]]) -> None:
    add_document(add_application(reviewing_call, "HIS-0001"), "motivos", pages_pdf(["Uno"]), pages=1)
    unread_scans.start_reading()
    assert started == []
