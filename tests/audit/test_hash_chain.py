"""The hash chain of the audit trail: altered, removed, moved and cut-off events are detected."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.audit import integrity, log
from reviewer.audit.log import Changes
from reviewer.core.database import read_session, write_session
from reviewer.models import AuditEvent, AuditHead, Role
from tests.factories.people import PersonFactory

EVENTS = 5
ODD = '100 % of "ñ", \\ :said $1 🎬'  # what an SQL statement could take for its own


@pytest.fixture
def short_trail(installation: Path) -> Path:
    """Installs a short trail whose third event has personal values."""
    for number in range(1, EVENTS + 1):
        changes = Changes({"correo": ("ana@prueba.example", "ana.ñ@prueba.example")}) if number == 3 else None
        with write_session() as session:
            detail: Any = {"n": number, "share": 0.1 * number, 7: "no text is its key", "odd": ODD}
            log.record(session, OPERATOR, "test.step", "test", number, detail, changes=changes)
    return installation


def faults() -> list[str]:
    with read_session(streaming=True) as session:
        return list(integrity.faults(session))


def spoil(statement: str) -> None:
    """Changes the database directly."""
    with write_session() as session:
        session.connection().execute(text(statement))


def test_an_untouched_trail_has_no_faults(short_trail: Path) -> None:
    assert faults() == []
    with read_session() as session:
        numbers = session.exec(select(AuditEvent.number).order_by(col(AuditEvent.id))).all()
        head = session.get_one(AuditHead, 1)
    assert list(numbers) == [1, 2, 3, 4, 5] and head.count == EVENTS


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE auditevent SET object_id = '9' WHERE number = 2", "evento 2"),
        ("UPDATE auditevent SET actor = 'person:1' WHERE number = 5", "evento 5"),
        ("UPDATE auditevent SET detail = '{}' WHERE number = 1", "evento 1"),
        ("UPDATE auditevent SET at = '2020-01-01 00:00:00' WHERE number = 4", "evento 4"),
        ("DELETE FROM auditevent WHERE number = 2", "antes del número 3"),
        ("DELETE FROM auditevent WHERE number = 5", "El final"),
        ("DELETE FROM auditevent WHERE number >= 4", "El final"),
        ("UPDATE audithead SET count = 4", "El final"),
        ("UPDATE auditevent SET number = NULL WHERE number = 4", "no está sellado"),
        ("UPDATE changedvalue SET after = 'otro@prueba.example'", "valores del evento 3"),
    ],
)
def test_tampering_is_detected(short_trail: Path, statement: str, said: str) -> None:
    if "number >= 4" in statement or "DELETE" in statement:
        spoil("DELETE FROM changedvalue")
    spoil(statement)
    assert any(said in fault for fault in faults()), faults()


def test_swapped_events_are_detected(short_trail: Path) -> None:
    spoil("UPDATE auditevent SET number = 99 WHERE number = 1")
    spoil("UPDATE auditevent SET number = 1 WHERE number = 2")
    spoil("UPDATE auditevent SET number = 2 WHERE number = 99")
    assert faults()


def test_purged_values_cause_no_fault(short_trail: Path) -> None:
    with read_session() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.number == 3)).one()
    assert "prueba.example" not in str(event.detail)
    spoil("DELETE FROM changedvalue")
    assert faults() == []


def test_rollback_leaves_no_gap(short_trail: Path) -> None:
    with pytest.raises(ZeroDivisionError), write_session() as session:
        log.record(session, OPERATOR, "test.lost", "test", 1)
        session.flush()
        raise ZeroDivisionError
    with write_session() as session:
        log.record(session, OPERATOR, "test.kept", "test", 1)
    assert faults() == []


def test_many_writers_make_one_chain(installation: Path) -> None:
    def write_ten() -> None:
        for number in range(10):
            with write_session() as session:
                log.record(session, OPERATOR, "test.one", "test", number)
                session.flush()
                log.record(session, OPERATOR, "test.two", "test", number)

    threads = [threading.Thread(target=write_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults() == []
    with read_session() as session:
        assert session.get_one(AuditHead, 1).count == 80


def test_an_event_has_the_origin_of_its_session(person: PersonFactory) -> None:
    admin = person(Role.ADMIN)
    actor = Actor(admin.role, admin.name, admin.person_id, admin.session_id, origin="Firefox en Mac · ::1")
    with write_session() as session:
        log.record(session, actor, "test.where", "test", 1)
    with read_session() as session:
        assert session.exec(select(AuditEvent.origin).where(AuditEvent.action == "test.where")).one() == actor.origin
