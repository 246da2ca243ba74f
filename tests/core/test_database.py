"""Writes are atomic, wait for one another, and report infrastructure errors."""

import os
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import select

from reviewer.core import clock, database
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import InfrastructureError
from reviewer.core.paths import ROOT
from reviewer.models import AuditEvent, Setting
from reviewer.models.columns import public_id

ON_SQLITE = os.environ.get("DICTAMEN_TEST_DATABASE") != "postgresql"


def test_a_write_that_fails_leaves_nothing(installation: Path) -> None:
    with pytest.raises(ZeroDivisionError), write_session() as session:
        session.add(Setting(key="half", value="1"))
        session.flush()
        raise ZeroDivisionError
    with read_session() as session:
        assert session.get(Setting, "half") is None


def test_writers_wait_for_one_another(installation: Path) -> None:
    """Forty transactions read and then write; without the lock at their start some would fail."""
    with write_session() as session:
        session.add(Setting(key="count", value="0"))

    def add_ten() -> None:
        for _ in range(10):
            with write_session() as session:
                database.advisory_lock(session, "count")
                counter = session.get(Setting, "count", with_for_update=True)
                assert counter is not None
                counter.value = str(int(counter.value) + 1)

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read_session() as session:
        assert session.exec(select(Setting.value)).one() == "40"


@pytest.mark.skipif(not ON_SQLITE, reason="PostgreSQL has many writers at a time")
def test_waiting_too_long_for_another_writer_is_reported(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)

    def write() -> None:
        with pytest.raises(InfrastructureError, match="ocupada"), write_session():
            pass
        finished.set()

    finished = threading.Event()
    with write_session() as session:
        session.add(Setting(key="mine", value="1"))
        threading.Thread(target=write).start()
        assert finished.wait(20)
    with read_session() as session:
        assert session.get(Setting, "mine") is not None, "the one who was first is not disturbed"


def test_times_come_back_in_utc(installation: Path) -> None:
    moment = clock.now()
    with write_session() as session:
        session.add(AuditEvent(at=moment, actor="cli", action="x", object_type="x", object_id="1"))
    with read_session() as session:
        assert session.exec(select(AuditEvent.at)).one() == moment


def test_a_public_id_can_be_in_a_components_key() -> None:
    """Streamlit refuses keys of components with «__», which one in 400 random names would have."""
    names = [public_id() for _ in range(4000)]
    assert not any("_" in name for name in names) and len({*names}) == 4000


@pytest.mark.parametrize("url", ["nada", "postgresql://a@b:puerto/c", "mysql://a/b", "sqlite://"])
def test_an_invalid_url_is_reported(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REVIEWER_DATABASE_URL", url)
    with pytest.raises(InfrastructureError, match="REVIEWER_DATABASE_URL"):
        database.engine()


@pytest.mark.skipif(ON_SQLITE, reason="SQLite has no connections that a server could end")
def test_closed_connections_are_reopened(installation: Path) -> None:
    """As after a restart of PostgreSQL: idle connections that were closed cause no error."""
    end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = ANY(%s)"
    number = text("SELECT pg_backend_pid()")
    with read_session() as first, read_session() as second, read_session() as third:
        before = [session.execute(number).scalar() for session in (first, second, third)]
    with psycopg.connect(os.environ["REVIEWER_DATABASE_URL"], autocommit=True) as operator:
        assert operator.execute(end, [before]).fetchall() == [(True,)] * 3
    with read_session() as first, write_session() as second:
        assert {session.execute(number).scalar() for session in (first, second)}.isdisjoint(before)


@pytest.mark.skipif(not ON_SQLITE, reason="a limit of SQLite's file")
def test_a_full_disk_is_reported_and_nothing_is_half_written(installation: Path) -> None:
    with write_session() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
        session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(InfrastructureError, match="lleno"), write_session() as session:
        for number in range(500):
            session.add(Setting(key=f"{number}", value="x" * 4000))
    with read_session() as session:
        assert session.exec(select(Setting)).all() == []


def test_an_unreachable_database_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_DATABASE_URL", "sqlite:////proc/nowhere/reviewer.db")
    with pytest.raises(InfrastructureError, match="carpeta de la base de datos"):
        database.engine()


def test_the_head_revision_is_known_without_alembic(installation: Path) -> None:
    from alembic.script import ScriptDirectory

    head = ScriptDirectory(str(ROOT / "reviewer" / "migrations")).get_current_head()
    with write_session() as session:
        version = session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        assert version == head and database._is_current()
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert not database._is_current()
