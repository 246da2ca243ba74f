"""The call's tables over HTTP: for administrators, in every format, and recorded."""

import csv
import io
import json

import openpyxl
import pytest
from pyarrow import parquet
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core.database import read_session
from reviewer.models import AuditEvent, Call
from reviewer.web.routes.exports import ROUTES
from reviewer.web.screens.convocatoria import exports
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.web.asgi_client import Answer, ask, cookie


def get(name: str, viewer: Actor | None, slug: str = SLUG) -> Answer:
    headers = cookie(viewer) if viewer else {}
    return ask(ROUTES, f"/descargas/exportacion/{name}?convocatoria={slug}", headers=headers)


def events() -> list[AuditEvent]:
    with read_session() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.action == "export")))


def test_an_administrator_takes_every_table_along_in_every_format(call: Call, admin: Actor) -> None:
    add_applications(call, 3)
    folios = ["HIS-0001", "HIS-0002", "HIS-0003"]
    answer = get("applications.csv", admin)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="applications.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert [row["folio"] for row in csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))] == folios
    assert [row["folio"] for row in json.loads(get("applications.json", admin).body)] == folios
    table = parquet.read_table(io.BytesIO(get("applications.parquet", admin).body))
    assert table.column("folio").to_pylist() == folios
    book = openpyxl.load_workbook(io.BytesIO(get("tablas.xlsx", admin).body))
    assert {*exports._TABLES} < {*book.sheetnames} and book["applications"].max_row == 4
    recorded = events()
    assert [event.detail["applications"] for event in recorded] == [3] * 4
    assert {event.actor for event in recorded} == {f"person:{admin.person_id}"}
    assert all(get(f"{name}.{ending}", admin).status == 200 for name in exports._TABLES for ending in exports._FORMATS)


@pytest.mark.parametrize("name", ["applications.csv", "scores.json", "ranking.parquet", "tablas.xlsx", "otra.csv"])
def test_nobody_else_gets_any(call: Call, juror: Actor, coordinator: Actor, name: str) -> None:
    assert [get(name, viewer).status for viewer in (None, juror, coordinator)] == [403] * 3
    assert not events()


def test_what_does_not_exist_is_a_sentence(call: Call, admin: Actor) -> None:
    for name in ("otra.csv", "applications.exe", "applications", "..%2Fapplications.csv"):
        assert get(name, admin).status == 404
    answer = get("applications.csv", admin, "otra")
    assert answer.status == 422 and "No hay una convocatoria «otra»" in answer.body.decode()
    assert not events()
