"""Long tasks are killed: nothing is half-done, they are shown as interrupted, a second run completes them."""

import os
import zipfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select, update

from reviewer.access.actor import OPERATOR, Actor
from reviewer.backup import archive, create, on_disk
from reviewer.backup.create import back_up
from reviewer.backup.restore import restore
from reviewer.cli import main
from reviewer.core import clock
from reviewer.core.database import engine, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.decision.ranking import cache as kept_rankings
from reviewer.decision.ranking.service import compute
from reviewer.jobs import runner
from reviewer.jobs.records import BACKUP, LOST_AFTER, RANK, command_of
from reviewer.models import Call, Job, JobStatus, KeptRanking, RankedApplication, Role, Score
from reviewer.storage import documents
from tests.backup.test_backup import contents
from tests.backup.test_on_disk import finished
from tests.calls import SLUG
from tests.factories.applications import add_applications, add_document
from tests.factories.people import PersonFactory
from tests.factories.reviews import submit_all
from tests.faults.clicks import assert_consistent
from tests.faults.kills import assert_kills_itself, duration_of, kill_self, on_sqlite, run_and_kill
from tests.stress import SEED, chance, faults, rounds

APPLICATIONS = 24


@pytest.fixture
def scored_call(reviewing_call: Call, person: PersonFactory) -> Call:
    """A call with reviews of three jurors and a document for each application."""
    jury = [person(Role.JURY) for _ in range(3)]
    for number, application in enumerate(add_applications(reviewing_call, APPLICATIONS)):
        add_document(application, "motivos", b"%%PDF-1.4 %d " % number + os.urandom(200_000), pages=1)
    submit_all(reviewing_call, jury)
    return reviewing_call


def test_a_backup_killed_at_any_moment_leaves_none_or_a_whole_one(scored_call: Call, tmp_path: Path) -> None:
    rng, folder = chance(), tmp_path / "respaldos"
    folder.mkdir()
    took = duration_of(lambda: back_up(OPERATOR, path=folder / "dictamen-entero.zip"))
    before = _without_events(contents())
    for number in range(rounds(2, 130)):
        path = folder / f"dictamen-{number}.zip"
        was_killed = run_and_kill(lambda path=path: back_up(OPERATOR, path=path), rng.uniform(0, took))  # type: ignore[misc]
        faults["a backup killed"] += was_killed
        if path.exists():
            with zipfile.ZipFile(path) as zipped:
                archive.check(zipped, archive.read_manifest(zipped))
    assert _without_events(contents()) == before
    assert_consistent()
    partial_files = list(folder.glob(f".*{create._PARTIAL_SUFFIX}"))
    for half in partial_files:
        os.utime(half, (0, 0))
    assert back_up(OPERATOR, path=folder / "dictamen-ultimo.zip").documents == APPLICATIONS
    assert not list(folder.glob(f".*{create._PARTIAL_SUFFIX}"))


@on_sqlite
def test_a_restore_killed_at_any_moment_is_ended_by_the_same_again(
    scored_call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rng = _without_events(contents()), chance()
    path, other_path = (back_up(OPERATOR, path=tmp_path / name).path for name in ("todo.zip", "otro.zip"))
    took = _restored_in(tmp_path / "entero", path, monkeypatch)
    for number in range(rounds(1, 40)):
        _turn_to(tmp_path / str(number), monkeypatch)
        for _ in range(rounds(2, 4)):  # each goes on where the one before was cut off
            was_killed = run_and_kill(lambda: restore(OPERATOR, path=path), rng.uniform(0, took))
            faults["a restore killed"] += was_killed
        if not documents.is_empty():
            with pytest.raises(UserError, match="no está vacía"):
                restore(OPERATOR, path=other_path)
        with suppress(UserError):  # where the last one was killed as it had just ended
            restore(OPERATOR, path=path)
        assert _without_events(contents()) == before, SEED
        assert_consistent()


def test_a_ranking_killed_at_any_moment_leaves_none_or_a_whole_one(scored_call: Call) -> None:
    rng = chance()
    took = duration_of(lambda: compute(OPERATOR, slug=SLUG))
    for _ in range(rounds(2, 130)):
        _change_a_score()
        faults["a ranking killed"] += run_and_kill(lambda: compute(OPERATOR, slug=SLUG), rng.uniform(0, took))
        assert set(_ranked().values()) <= {APPLICATIONS}, (SEED, _ranked())
    assert_consistent()
    fresh = compute(OPERATOR, slug=SLUG)
    assert len(fresh.ranking) == APPLICATIONS and list(_ranked().values()) == [APPLICATIONS]


def test_a_killed_backup_is_listed_as_interrupted_and_goes_through_again(
    scored_call: Call, admin: Actor, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (installation / "backups").mkdir()
    job = _queued(admin, BACKUP, {"call": "", "folder": str(installation / "backups")})
    with monkeypatch.context() as patch:
        patch.setattr(create, "_write_document", kill_self)
        assert_kills_itself(lambda: _work(job))
    _is_interrupted_then_done(admin, job)
    (backup,) = on_disk.list_backups(admin)
    with zipfile.ZipFile(installation / "backups" / backup.name) as zipped:
        assert len(archive.read_manifest(zipped).documents) == APPLICATIONS


def test_a_killed_ranking_is_listed_as_interrupted_and_goes_through_again(
    scored_call: Call, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _queued(coordinator, RANK, {"call": SLUG})
    keep = kept_rankings.save
    with monkeypatch.context() as patch:
        patch.setattr(kept_rankings, "save", lambda *a, **b: kill_self(keep(*a, **b)))
        assert_kills_itself(lambda: _work(job))  # all of it is written, and nothing is committed
    assert not _ranked()
    _is_interrupted_then_done(coordinator, job)
    assert list(_ranked().values()) == [APPLICATIONS]


def _queued(actor: Actor, kind: str, arguments: dict[str, object]) -> Job:
    job = Job(kind=kind, label="", arguments=arguments, started_by=actor.person_id)
    with write_session() as session:
        session.add(job)
    return job


def _work(job: Job) -> None:
    """Runs the job's command, as the process that a page starts."""
    os.environ[runner.JOB_ID_VARIABLE] = job.public_id
    main(command_of(job))


def _is_interrupted_then_done(actor: Actor, job: Job) -> None:
    # A heartbeat before the clock was set back, and one two minutes ago.
    for heartbeat_offset in (timedelta(hours=3), -LOST_AFTER):
        with write_session() as session:
            session.exec(update(Job).values(heartbeat_at=clock.now() + heartbeat_offset))
        view = runner.view(actor, job_id=job.public_id)
        assert view.status is JobStatus.INTERRUPTED and view.can_resume
    (listed,) = runner.current(actor, slug=str(job.arguments["call"]), kind=job.kind)
    assert listed.public_id == job.public_id
    runner.resume(actor, job_id=job.public_id)
    assert finished(actor, job.public_id).status is JobStatus.DONE


def _ranked() -> dict[int, int]:
    """Returns the number of applications of each stored ranking."""
    lines = (
        select(KeptRanking.id, func.count(col(RankedApplication.application_id)))
        .outerjoin(RankedApplication, col(RankedApplication.ranking_id) == KeptRanking.id)
        .group_by(col(KeptRanking.id))
    )
    with read_session() as session:
        return {number or 0: count for number, count in session.exec(lines)}


def _change_a_score() -> None:
    with write_session() as session:
        score = session.exec(select(Score).order_by(col(Score.id))).first()
        assert score is not None
        score.value = score.value % 5 + 1


def _turn_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine().dispose()
    folder.mkdir()
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{folder / 'reviewer.db'}")
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{folder / 'documents'}")


def _restored_in(folder: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> float:
    _turn_to(folder, monkeypatch)
    return duration_of(lambda: restore(OPERATOR, path=path))


def _without_events(tables: dict[str, list[bytes]]) -> dict[str, list[bytes]]:
    return {name: lines for name, lines in tables.items() if not name.startswith("audit")}
