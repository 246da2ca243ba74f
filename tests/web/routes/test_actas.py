"""The acta's documents over HTTP: permissions, and the audit event of every download."""

import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core.database import read_session
from reviewer.decision.acta import signing
from reviewer.models import AuditEvent, Role
from reviewer.web.routes.actas import DOCUMENT_MAKERS, ROUTES
from tests.calls import SLUG
from tests.factories.applications import FIRST_NAMES
from tests.factories.decisions import DecidedCall, decide_small_call, hold_meeting
from tests.factories.people import PASSWORD, PersonFactory
from tests.web.asgi_client import Answer, ask, cookie


@pytest.fixture
def signed(person: PersonFactory) -> DecidedCall:
    decided = decide_small_call(person)
    hold_meeting(decided)
    drafted = signing.draft(decided.coordinator, slug=SLUG)
    signing.sign(decided.coordinator, slug=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)
    return decided


def get(name: str, viewer: Actor | None, query: str) -> Answer:
    return ask(ROUTES, f"/descargas/acta/{name}?{query}", headers=cookie(viewer) if viewer else {})


def test_documents_are_for_coordinators_and_downloads_are_audited(signed: DecidedCall, person: PersonFactory) -> None:
    standing = signing.acta_status(signed.coordinator, slug=SLUG).version_in_force
    assert standing is not None
    query = f"convocatoria={SLUG}&acta={standing.public_id}&nombres=1"
    other_viewers = (None, person(Role.JURY), person(Role.ADMIN))
    for name in DOCUMENT_MAKERS:
        assert [get(name, viewer, query).status for viewer in other_viewers] == [403, 403, 403], name
        answer = get(name, signed.coordinator, query)
        assert answer.status == 200 and answer.headers["cache-control"] == "no-store", name
    with read_session() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "acta.download")).all()
    assert [event.detail["documento"] for event in events] == list(DOCUMENT_MAKERS)
    assert FIRST_NAMES not in repr([event.detail for event in events])


def test_what_comes_is_what_it_says(signed: DecidedCall) -> None:
    query = f"convocatoria={SLUG}&nombres=1"
    listed = PdfReader(io.BytesIO(get("lista.pdf", signed.coordinator, query).body))
    assert FIRST_NAMES in listed.pages[0].extract_text()
    alone = get("lista.csv", signed.coordinator, f"convocatoria={SLUG}").body.decode("utf-8-sig")
    assert signed.ranked[0] in alone and FIRST_NAMES not in alone
    book = load_workbook(io.BytesIO(get("cartas.xlsx", signed.coordinator, query).body))
    assert book["cartas"].max_row == 13
    assert get("otra.pdf", signed.coordinator, query).status == 404
    assert get("firmada.pdf", signed.coordinator, "acta=otra").status == 403
