"""The acta's documents over HTTP: whose they are, and that each download is written down."""

import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.database import reading
from reviewer.decision.acta import signing
from reviewer.models import AuditEvent, Role
from reviewer.web.routes.actas import MAKERS, ROUTES
from tests.conftest import PASSWORD, SLUG, PersonFactory
from tests.decision.decided import Decided, decide_small_call, hold_meeting
from tests.jury.cases import FIRST
from tests.web.asking import Answer, ask, cookie


@pytest.fixture
def signed(person: PersonFactory) -> Decided:
    decided = decide_small_call(person)
    hold_meeting(decided)
    drafted = signing.draft(decided.coordinator, call=SLUG)
    signing.sign(decided.coordinator, call=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)
    return decided


def get(name: str, viewer: Actor | None, query: str) -> Answer:
    return ask(ROUTES, f"/descargas/acta/{name}?{query}", headers=cookie(viewer) if viewer else {})


def test_each_document_is_for_coordinators_alone_and_written_down(
    signed: Decided, person: PersonFactory
) -> None:
    standing = signing.standing(signed.coordinator, call=SLUG).signed
    assert standing is not None
    query = f"convocatoria={SLUG}&acta={standing.public_id}&nombres=1"
    others = (None, person(Role.JURY), person(Role.ADMIN))
    for name in MAKERS:
        assert [get(name, each, query).status for each in others] == [403, 403, 403], name
        answer = get(name, signed.coordinator, query)
        assert answer.status == 200 and answer.headers["cache-control"] == "no-store", name
    with reading() as session:
        taken = session.exec(select(AuditEvent).where(AuditEvent.action == "acta.download")).all()
    assert [each.detail["documento"] for each in taken] == list(MAKERS)
    assert FIRST not in repr([each.detail for each in taken])


def test_what_comes_is_what_it_says(signed: Decided) -> None:
    query = f"convocatoria={SLUG}&nombres=1"
    listed = PdfReader(io.BytesIO(get("lista.pdf", signed.coordinator, query).body))
    assert FIRST in listed.pages[0].extract_text()
    alone = get("lista.csv", signed.coordinator, f"convocatoria={SLUG}").body.decode("utf-8-sig")
    assert signed.ranked[0] in alone and FIRST not in alone
    book = load_workbook(io.BytesIO(get("cartas.xlsx", signed.coordinator, query).body))
    assert book["cartas"].max_row == 13
    assert get("otra.pdf", signed.coordinator, query).status == 404
    assert get("firmada.pdf", signed.coordinator, "acta=otra").status == 403
