"""What really goes wrong while a juror clicks: no acknowledged click is lost, nothing is half-written.

Seeded by ``DICTAMEN_SEED``, else by chance, and printed.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from reviewer import clock, database, uploads
from reviewer.access import sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.cli import main
from reviewer.errors import MachineFault
from reviewer.jury import assignment, reviews
from reviewer.models import Call
from tests.conftest import SLUG, token_of
from tests.faults.clicking import CRITERIA, FOLIO, Told, clicked_until, nothing_lost, nothing_wrong, standing
from tests.faults.killing import kill, on_sqlite, said_by
from tests.intake.made import folder, papers, someone
from tests.jury.cases import add_applications
from tests.stress import chance, faults, rounds, seldom

NOBODY = 65534
CLICK: Told = {"call": SLUG, "folio": FOLIO, "criterion": CRITERIA[0], "value": 4, "version": 0}


@pytest.fixture
def hers(reviewing_call: Call, juror: Actor) -> Actor:
    """A juror who was given an application."""
    add_applications(reviewing_call, 1)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    return juror


def test_killed_at_any_moment(hers: Actor) -> None:
    rng = chance()
    for _ in range(rounds(2, 450)):
        before = standing(hers)
        after = rng.random() ** 3 * 0.4  # mostly soon, now and then late enough for SQLite to fold its log in
        acknowledged = clicked_until(hers, rng.randrange(10**9), partial(kill, after=after))
        faults["a process killed while it kept clicks"] += 1
        nothing_lost(hers, before + acknowledged)


@on_sqlite
@pytest.mark.skipif(os.geteuid() != 0, reason="who may write everything has to become somebody who may not")
def test_a_read_only_folder_is_told(hers: Actor, installation: Path) -> None:
    opened = [each for each in (installation, *installation.parents) if each.stat().st_mode & 0o005 != 0o005]
    modes = {each: each.stat().st_mode for each in opened}
    try:
        for each in opened:
            each.chmod(0o755)
        code, said = said_by(lambda: click_as_nobody(hers))
    finally:
        for each, mode in modes.items():
            each.chmod(mode)
    assert code == 0 and len(said.splitlines()) == 1, said
    assert "No se puede leer la base" in said or "solo lectura" in said
    assert standing(hers) == []
    faults["a read-only disk or folder"] += 1
    assert reviews.set_score(hers, **CLICK).item.version == 1


def click_as_nobody(hers: Actor) -> int:
    """Says what her click is answered with where the server may only read."""
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    try:
        reviews.set_score(hers, **CLICK)
    except MachineFault as error:
        print(error)
    return 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database waits a moment where it would wait a minute."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    database._engine.cache_clear()
    yield
    database.engine().dispose()
    database._engine.cache_clear()


@on_sqlite
def test_a_database_locked_for_too_long_is_told_and_all_comes_through_afterwards(
    hers: Actor,
    admin: Actor,
    installation: Path,
    tmp_path: Path,
    impatient: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    batch, token = folder(tmp_path / "lote", [someone(2)], papers(2)), token_of(hers)
    other = create_engine(f"sqlite:///{installation / 'reviewer.db'}")
    with other.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        with pytest.raises(MachineFault, match="ocupada: no se guardó"):
            reviews.set_score(hers, **CLICK)
        assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 3
        assert "ocupada: no se guardó" in capsys.readouterr().err
        with pytest.raises(MachineFault, match="ocupada: no se guardó"):
            uploads.begin(admin, call_slug=SLUG, name="lote.zip", size=1000)
        with clock.set_to(clock.now() + timedelta(minutes=5)):
            assert standing(hers) == [], "reading goes on"
            assert sessions.actor_of(token) is not None
        connection.rollback()
    faults["a database locked for too long"] += 3
    other.dispose()
    assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 0
    saved = reviews.set_score(hers, **CLICK)  # as the browser repeats it
    nothing_lost(hers, [{**CLICK, "version": saved.item.version}])


@on_sqlite
@seldom
def test_a_database_locked_for_over_a_minute_keeps_who_waits_less_and_tells_who_waited_a_minute(
    hers: Actor, installation: Path
) -> None:
    other = create_engine(f"sqlite:///{installation / 'reviewer.db'}")
    with ThreadPoolExecutor(2) as browsers, other.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        first = browsers.submit(reviews.set_score, hers, **CLICK)
        time.sleep(5)
        later = browsers.submit(reviews.set_score, hers, **(CLICK | {"criterion": CRITERIA[1]}))
        with pytest.raises(MachineFault, match="ocupada: no se guardó"):
            first.result()
        connection.rollback()
        assert later.result().item.version == 1
    other.dispose()
    faults["a database locked for a minute"] += 1
    assert [each["criterion"] for each in standing(hers)] == [CRITERIA[1]]
    assert reviews.set_score(hers, **CLICK).item.version == 1
    nothing_wrong()


def test_a_clock_that_jumps_loses_nothing_and_lets_nobody_stay(hers: Actor) -> None:
    token, now = token_of(hers), clock.now()
    acknowledged = []
    for number, jump in enumerate((timedelta(0), timedelta(hours=-5), timedelta(hours=3))):
        with clock.set_to(now + jump):
            saved = reviews.set_score(
                hers, call=SLUG, folio=FOLIO, criterion=CRITERIA[0], value=number + 1, version=number
            )
            acknowledged.append({**CLICK, "value": number + 1, "version": saved.item.version})
            nothing_lost(hers, acknowledged)
            faults["a clock that jumps"] += jump != timedelta(0)
    with clock.set_to(now + sessions.ABSOLUTE + timedelta(seconds=1)):
        assert sessions.actor_of(token) is None
    with clock.set_to(now - timedelta(days=400)):
        sessions.actor_of(token)
    with clock.set_to(now + sessions.IDLE + timedelta(hours=4)):
        assert sessions.actor_of(token) is None, "a clock set back and forth has not made it younger"
