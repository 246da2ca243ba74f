"""Faults while a juror clicks: no acknowledged click is lost, and nothing is half-written.

Seeded by ``DICTAMEN_SEED``, otherwise at random; the seed is printed.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from reviewer.access import sessions
from reviewer.access.actor import Actor
from reviewer.cli import main
from reviewer.core import clock, database
from reviewer.core.errors import InfrastructureError
from reviewer.jury.reviews import service as reviews_service
from reviewer.storage import uploads
from tests.calls import CRITERIA, SLUG
from tests.factories.batches import document_files, folder, valid_row
from tests.factories.people import token_of
from tests.faults.clicks import (
    FOLIO,
    Click,
    acknowledged_clicks,
    assert_consistent,
    assert_nothing_lost,
    stored_clicks,
)
from tests.faults.kills import kill, on_sqlite, output_of
from tests.faults.privileges import as_root, drop_capabilities, give_away
from tests.stress import chance, faults, only_under_stress, rounds

CLICK: Click = {"slug": SLUG, "folio": FOLIO, "criterion": CRITERIA[0], "value": 4, "version": 0}


def test_killed_at_any_moment(assigned_juror: Actor) -> None:
    rng = chance()
    for _ in range(rounds(2, 450)):
        before = stored_clicks(assigned_juror)
        after = rng.random() ** 3 * 0.4  # mostly soon, now and then late enough for SQLite to fold its log in
        acknowledged = acknowledged_clicks(assigned_juror, rng.randrange(10**9), partial(kill, after=after))
        faults["a process killed while it kept clicks"] += 1
        assert_nothing_lost(assigned_juror, before + acknowledged)


@on_sqlite
@as_root
def test_a_read_only_folder_is_reported(assigned_juror: Actor, installation: Path) -> None:
    give_away(installation)
    code, output = output_of(lambda: click_without_privileges(assigned_juror))
    assert code == 0 and len(output.splitlines()) == 1, output
    assert "No se puede leer la base" in output or "solo lectura" in output
    assert stored_clicks(assigned_juror) == []
    faults["a read-only disk or folder"] += 1
    assert reviews_service.set_score(assigned_juror, **CLICK).item.version == 1


def click_without_privileges(juror: Actor) -> int:
    """Prints the answer to the juror's click where the server may only read."""
    drop_capabilities()
    try:
        reviews_service.set_score(juror, **CLICK)
    except InfrastructureError as error:
        print(error)
    return 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Shortens the wait for a locked database from a minute to a moment."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    database._engine.cache_clear()
    yield
    database.engine().dispose()
    database._engine.cache_clear()


@on_sqlite
def test_a_database_locked_too_long_is_reported_and_work_resumes(
    assigned_juror: Actor,
    admin: Actor,
    installation: Path,
    tmp_path: Path,
    impatient: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    batch, token = folder(tmp_path / "lote", [valid_row(2)], document_files(2)), token_of(assigned_juror)
    other_engine = create_engine(f"sqlite:///{installation / 'reviewer.db'}")
    with other_engine.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        with pytest.raises(InfrastructureError, match="ocupada: no se guardó"):
            reviews_service.set_score(assigned_juror, **CLICK)
        assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 3
        assert "ocupada: no se guardó" in capsys.readouterr().err
        with pytest.raises(InfrastructureError, match="ocupada: no se guardó"):
            uploads.begin(admin, slug=SLUG, name="lote.zip", size=1000)
        with clock.set_to(clock.now() + timedelta(minutes=5)):
            assert stored_clicks(assigned_juror) == [], "reading goes on"
            assert sessions.actor_of(token) is not None
        connection.rollback()
    faults["a database locked for too long"] += 3
    other_engine.dispose()
    assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 0
    saved = reviews_service.set_score(assigned_juror, **CLICK)  # as the browser repeats it
    assert_nothing_lost(assigned_juror, [{**CLICK, "version": saved.item.version}])


@on_sqlite
@only_under_stress
def test_a_database_locked_for_a_minute_fails_only_the_longest_wait(assigned_juror: Actor, installation: Path) -> None:
    other_engine = create_engine(f"sqlite:///{installation / 'reviewer.db'}")
    with ThreadPoolExecutor(2) as browsers, other_engine.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        first = browsers.submit(reviews_service.set_score, assigned_juror, **CLICK)
        time.sleep(5)
        later = browsers.submit(reviews_service.set_score, assigned_juror, **(CLICK | {"criterion": CRITERIA[1]}))
        with pytest.raises(InfrastructureError, match="ocupada: no se guardó"):
            first.result()
        connection.rollback()
        assert later.result().item.version == 1
    other_engine.dispose()
    faults["a database locked for a minute"] += 1
    assert [click["criterion"] for click in stored_clicks(assigned_juror)] == [CRITERIA[1]]
    assert reviews_service.set_score(assigned_juror, **CLICK).item.version == 1
    assert_consistent()


def test_a_clock_that_jumps_loses_no_click_and_extends_no_session(assigned_juror: Actor) -> None:
    token, now = token_of(assigned_juror), clock.now()
    acknowledged = []
    for number, jump in enumerate((timedelta(0), timedelta(hours=-5), timedelta(hours=3))):
        with clock.set_to(now + jump):
            saved = reviews_service.set_score(
                assigned_juror,
                slug=SLUG,
                folio=FOLIO,
                criterion=CRITERIA[0],
                value=number + 1,
                version=number,
            )
            acknowledged.append({**CLICK, "value": number + 1, "version": saved.item.version})
            assert_nothing_lost(assigned_juror, acknowledged)
            faults["a clock that jumps"] += jump != timedelta(0)
    with clock.set_to(now + sessions.MAX_AGE + timedelta(seconds=1)):
        assert sessions.actor_of(token) is None
    with clock.set_to(now - timedelta(days=400)):
        sessions.actor_of(token)
    with clock.set_to(now + sessions.MAX_IDLE + timedelta(hours=4)):
        assert sessions.actor_of(token) is None, "a clock set back and forth has not made it younger"
