"""For each check, live data is damaged without the application, and only that check reports it."""

import base64
import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR
from reviewer.core import clock, database
from reviewer.core.database import read_session, write_session
from reviewer.core.paths import database_url
from reviewer.models import (
    Acta,
    Application,
    Assignment,
    Batch,
    Call,
    Document,
    Eligibility,
    Outcome,
    Placement,
    Score,
    Withheld,
)
from reviewer.storage import documents
from reviewer.verification.checks import CHECKS, verify
from tests.factories.applications import add_documents
from tests.factories.decisions import DecidedCall, decide_small_call, sign_small_call
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_conflict
from tests.faults.kills import on_sqlite
from tests.stored_rows import overwrite

INDEX_NAME = "ix_loginattempt_who"


def damage_an_index(decided: DecidedCall) -> None:
    """Adds a row that is missing in an index, as after an incomplete write."""
    with _RawDatabase() as raw:
        index = raw.execute("SELECT * FROM sqlite_schema WHERE name = ?", (INDEX_NAME,)).fetchone()
        raw.execute("DELETE FROM sqlite_schema WHERE name = ?", (INDEX_NAME,))
    with _RawDatabase() as raw:
        raw.execute("INSERT INTO loginattempt (who, address, at) VALUES ('a', 'b', '2025-10-01 10:00:00')")
        raw.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", index)


def add_orphan_row(decided: DecidedCall) -> None:
    with _RawDatabase() as raw:
        raw.execute("INSERT INTO loginticket (token_hash, person_id, expires_at) VALUES ('x', 99999, '2025-10-01')")


def store_an_unknown_state(decided: DecidedCall) -> None:
    _execute("UPDATE meeting SET ordering = 'luck'")


def sign_another_document(decided: DecidedCall) -> None:
    content = b"%PDF-1.4 otra acta"
    with write_session() as session:
        acta = session.exec(select(Acta)).one()
        acta.document = base64.b64encode(content).decode()
        acta.document_sha256 = hashlib.sha256(content).hexdigest()


def lose_a_document(decided: DecidedCall) -> None:
    documents.remove(_document().sha256)


def alter_a_document(decided: DecidedCall) -> None:
    overwrite(_document().sha256, b"%PDF-1.4 otra cosa")


def alter_an_event(decided: DecidedCall) -> None:
    _execute("UPDATE auditevent SET object_id = 'otra' WHERE number = 3")


def lose_an_event(decided: DecidedCall) -> None:
    _execute("DELETE FROM changedvalue")
    _execute("DELETE FROM auditevent WHERE number = 3")


def reorder_events(decided: DecidedCall) -> None:
    for statement in ("99 WHERE number = 2", "2 WHERE number = 3", "3 WHERE number = 99"):
        _execute(f"UPDATE auditevent SET number = {statement}")


def miscount_a_batch(decided: DecidedCall) -> None:
    with write_session() as session:
        batch = session.exec(select(Batch)).one()
        batch.finished_at, batch.report = clock.now(), {"rows": 5, "created": 5}


def score_off_the_scale(decided: DecidedCall) -> None:
    with write_session() as session:
        session.exec(select(Score).order_by(col(Score.id))).first().value = 9  # type: ignore[union-attr]


def keep_a_conflict(decided: DecidedCall) -> None:
    with read_session() as session:
        assignment = session.exec(select(Assignment).order_by(col(Assignment.id))).first()
    assert assignment is not None
    folio = next(folio for folio, number in decided.application_ids.items() if number == assignment.application_id)
    juror = next(juror for juror in decided.jury if juror.person_id == assignment.person_id)
    add_conflict(decided.application_ids[folio], juror)


def select_an_ineligible_application(decided: DecidedCall) -> None:
    with write_session() as session:
        chosen = select(Placement.folio).where(Placement.outcome == Outcome.SELECTED).limit(1)
        application = session.exec(select(Application).where(Application.folio == session.exec(chosen).one()))
        application.one().eligibility = Eligibility.INELIGIBLE


def reduce_the_seats(decided: DecidedCall) -> None:
    with write_session() as session:
        call = session.exec(select(Call)).one()
        call.source = call.source.replace("seats = 6", "seats = 3").replace("seats = 2", "seats = 1")


def leave_personal_data(decided: DecidedCall) -> None:
    with write_session() as session:
        session.get_one(Application, decided.application_ids[decided.ranked[-1]]).withheld = Withheld.DELETED


def alter_an_acta(decided: DecidedCall) -> None:
    with write_session() as session:
        acta = session.exec(select(Acta)).one()
        acta.document = base64.b64encode(base64.b64decode(acta.document) + b" ").decode()


DAMAGES: list[tuple[str, bool, Callable[[DecidedCall], None]]] = [
    ("database", True, damage_an_index),
    ("foreign_keys", True, add_orphan_row),
    ("values", True, store_an_unknown_state),
    ("documents", True, lose_a_document),
    ("documents", True, alter_a_document),
    ("audit", True, alter_an_event),
    ("audit", True, lose_an_event),
    ("audit", True, reorder_events),
    ("agreement", True, sign_another_document),
    ("batches", True, miscount_a_batch),
    ("scores", False, score_off_the_scale),
    ("conflicts", True, keep_a_conflict),
    ("selections", False, select_an_ineligible_application),
    ("seats", True, reduce_the_seats),
    ("privacy", True, leave_personal_data),
    ("actas", True, alter_an_acta),
]
"""The check, whether the acta is signed before (its own check reports changed data too), and the damage."""

ON_SQLITE = ("database", "foreign_keys")


def test_every_check_has_a_damage() -> None:
    assert {name for name, _, _ in DAMAGES} == {check.name for check in CHECKS}


@pytest.mark.parametrize(
    ("name", "signed", "damage"),
    [
        pytest.param(name, signed, damage, marks=on_sqlite if name in ON_SQLITE else (), id=damage.__name__)
        for name, signed, damage in DAMAGES
    ],
)
def test_only_the_damaged_check_reports(
    person: PersonFactory, name: str, signed: bool, damage: Callable[[DecidedCall], None]
) -> None:
    decided = sign_small_call(person) if signed else decide_small_call(person)
    with read_session() as session:
        first = session.exec(select(Application).order_by(Application.folio)).first()
    assert first is not None
    add_documents([first], b"%PDF-1.4 stored as it is", pages=1)
    assert _problems() == {}
    damage(decided)
    assert set(_problems()) == {name}


def _problems() -> dict[str, tuple[str, ...]]:
    return {result.check.name: result.problems for result in verify(OPERATOR) if result.problems}


def _document() -> Document:
    with read_session() as session:
        return session.exec(select(Document)).one()


def _execute(statement: str) -> None:
    with write_session() as session:
        session.connection().execute(text(statement))


class _RawDatabase:
    """A connection to the SQLite file with a writable schema, without the application's checks."""

    def __enter__(self) -> sqlite3.Connection:
        database.engine().dispose()
        self._connection = sqlite3.connect(Path(database_url().removeprefix("sqlite:///")))
        self._connection.execute("PRAGMA writable_schema = ON")
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.commit()
        self._connection.close()
