"""Jobs: any process can show one, a dead one is found out, and a person can stop or continue it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from reviewer import calls, clock, job_rows, jobs, uploads
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import reading, writing
from reviewer.errors import Forbidden, MachineFault, Refused
from reviewer.intake import history
from reviewer.job_rows import JobView
from reviewer.models import AuditEvent, Job, JobStatus, Phase, Role
from reviewer.paths import ROOT
from tests.conftest import SLUG, PersonFactory
from tests.test_uploads import whole

pytestmark = pytest.mark.usefixtures("call")
WORK = """
import time
from reviewer import jobs
with jobs.reporting() as report:
    for done in range(1000):
        report(done, 1000)
        time.sleep(0.05)
"""


def queued(actor: Actor, **values: Any) -> Job:
    """A job as the page leaves it, without its process."""
    arguments = {"call": SLUG, "source": "/lote", "upload": None}
    said = {"kind": "import", "label": "lote.zip", **values}
    job = Job(arguments=arguments, started_by=actor.person_id, **said)
    with writing() as session:
        session.add(job)
    return job


def now(job: Job) -> Job:
    """The job's row as it is by now."""
    with reading() as session:
        return session.exec(select(Job).where(Job.id == job.id)).one()


def shown(actor: Actor) -> JobView:
    """The one job that waits for its end or for a decision."""
    (view,) = jobs.current(actor, call_slug=SLUG)
    return view


def until(condition: Any, seconds: float = 30) -> None:
    """Waits for something that another process does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def stand_in(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this process the job's own, with quicker looks at the database and no change of priority."""
    monkeypatch.setattr(jobs, "TICK", 0.02)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setenv(jobs.ENVIRONMENT, job.public_id)


def run(job: Job, monkeypatch: pytest.MonkeyPatch, error: BaseException | None = None) -> None:
    """Does the job's work in this process, as the command would."""
    stand_in(job, monkeypatch)
    with jobs.reporting() as report:
        report(3, 4)
        if error is not None:
            raise error
        report.result = {"batch": "2025-09-28-a1b2c3", "status": "partial"}


@pytest.mark.parametrize(("kind", "gives_way"), [("import", False), ("read", False), ("rank", True)])
def test_an_import_gives_way_by_its_workers_not_while_it_holds_the_lock(
    admin: Actor, monkeypatch: pytest.MonkeyPatch, kind: str, gives_way: bool
) -> None:
    job = queued(admin, kind=kind)
    given: list[int] = []
    stand_in(job, monkeypatch)
    monkeypatch.setattr(os, "nice", given.append)
    with jobs.reporting():
        pass
    assert given == [jobs.NICE] * gives_way


def test_without_a_job_a_command_reports_to_nobody(admin: Actor) -> None:
    with jobs.reporting() as report:
        report(1, 2)
        report.result = {"batch": "x"}
    assert jobs.current(admin, call_slug=SLUG) == jobs.recent(admin, call_slug=SLUG) == []


def test_a_job_ends_with_its_result(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = queued(admin)
    assert shown(admin).status is JobStatus.QUEUED
    run(job, monkeypatch)
    assert jobs.current(admin, call_slug=SLUG) == []
    (view,) = jobs.recent(admin, call_slug=SLUG)
    assert (view.status, view.done, view.total, view.started_by) == (JobStatus.DONE, 3, 4, admin.name)
    assert view.result["batch"] == "2025-09-28-a1b2c3"
    assert jobs.ENVIRONMENT not in os.environ


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Refused("No hay una tabla."), JobStatus.FAILED, "No hay una tabla."),
        (MachineFault("El disco está lleno."), JobStatus.FAILED, "El disco está lleno."),
        (ValueError("Ñáñez, CURP ABC"), JobStatus.FAILED, "Algo falló de nuestro lado (ValueError)"),
        (KeyboardInterrupt(), JobStatus.INTERRUPTED, None),
    ],
)
def test_a_job_ends_with_its_error(
    admin: Actor,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    status: JobStatus,
    words: str | None,
) -> None:
    job = queued(admin)
    with pytest.raises(type(error)):
        run(job, monkeypatch, error)
    assert shown(admin).status is status
    assert (shown(admin).error or "").startswith(words or "")
    assert "Ñáñez" not in (shown(admin).error or "")


def test_progress_is_told_while_it_works_and_not_at_every_step(
    admin: Actor, monkeypatch: pytest.MonkeyPatch, queries: list[str]
) -> None:
    job = queued(admin)
    stand_in(job, monkeypatch)
    with jobs.reporting() as report:
        queries.clear()
        for done in range(100_000):
            report(done, 100_000)
        until(lambda: shown(admin).done == 99_999)
        assert len([each for each in queries if each.startswith("UPDATE")]) < 100
        assert shown(admin).status is JobStatus.RUNNING


def test_a_killed_one_shows_as_interrupted(admin: Actor, installation: Path) -> None:
    job = queued(admin)
    process = subprocess.Popen(
        [sys.executable, "-c", WORK], cwd=ROOT, env=os.environ | {jobs.ENVIRONMENT: job.public_id}
    )
    until(lambda: shown(admin).done > 0)
    assert now(job).pid == process.pid
    with clock.set_to(clock.now() + job_rows.SILENT + timedelta(seconds=1)):
        assert shown(admin).status is JobStatus.RUNNING  # alive, but waiting for something
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    at = now(job).heartbeat_at
    with clock.set_to(at + job_rows.SILENT - timedelta(seconds=1)):
        assert shown(admin).status is JobStatus.RUNNING
    with clock.set_to(at + job_rows.SILENT):
        assert shown(admin).status is JobStatus.INTERRUPTED


def test_silence_proves_more_than_a_process_number(admin: Actor) -> None:
    here = {"call": SLUG, "source": "/lote", "upload": None, "host": "another machine"}
    job = queued(admin, status=JobStatus.RUNNING, pid=os.getpid())
    with writing() as session:
        session.add(now(job))
        session.exec(select(Job)).one().arguments = here
    with clock.set_to(clock.now() + job_rows.SILENT + timedelta(seconds=1)):
        assert shown(admin).status is JobStatus.INTERRUPTED  # nobody here can ask that machine


def test_cancelling_stops_the_work_and_throws_the_upload_away(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = whole(admin)
    job = queued(admin)
    with writing() as session:
        session.add(job)
        job.arguments = job.arguments | {"upload": upload.public_id}
    stand_in(job, monkeypatch)
    with pytest.raises(jobs.Cancelled), jobs.reporting() as report:
        jobs.cancel(admin, job_id=job.public_id)
        for done in range(10_000):
            report(done, 10_000)
            time.sleep(0.001)
    (view,) = jobs.recent(admin, call_slug=SLUG)
    assert view.status is JobStatus.CANCELLED and view.done < 9_999
    assert not uploads.path_of(upload).exists()


def test_one_that_was_started_anew_elsewhere_gives_way(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = queued(admin)
    stand_in(job, monkeypatch)
    with pytest.raises(jobs.Cancelled), jobs.reporting() as report:
        with writing() as session:
            session.add(job)
            job.pid = 1
        for done in range(10_000):
            report(done, 10_000)
            time.sleep(0.001)
    assert now(job).status is JobStatus.RUNNING and now(job).done == 0


def test_a_stopped_one_can_be_given_up(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = queued(admin)
    with pytest.raises(Refused):
        run(job, monkeypatch, Refused("No hay una tabla."))
    jobs.cancel(admin, job_id=job.public_id)
    assert jobs.current(admin, call_slug=SLUG) == []
    jobs.cancel(admin, job_id=job.public_id)  # twice is once
    with pytest.raises(Refused, match="ya no está"):
        jobs.resume(admin, job_id=job.public_id)


def test_a_second_click_starts_nothing_new(admin: Actor) -> None:
    upload = whole(admin)
    job_id = jobs.start_import(admin, call_slug=SLUG, upload=upload.public_id)
    assert jobs.start_import(admin, call_slug=SLUG, upload=upload.public_id) == job_id  # a second click
    until(lambda: not (jobs.current(admin, call_slug=SLUG) and shown(admin).is_under_way))
    with reading() as session:
        events = session.exec(select(AuditEvent.actor).where(AuditEvent.action == "job.start")).all()
    assert events == [admin.label]


def test_only_admins_start_see_and_stop_imports(admin: Actor, person: PersonFactory) -> None:
    upload = whole(admin)
    job = queued(admin)
    for role in (Role.JURY, Role.COORDINATOR):
        stranger = person(role)
        for act in (
            lambda who: jobs.start_import(who, call_slug=SLUG, upload=upload.public_id),
            lambda who: jobs.current(who, call_slug=SLUG),
            lambda who: jobs.recent(who, call_slug=SLUG),
            lambda who: jobs.cancel(who, job_id=job.public_id),
            lambda who: jobs.resume(who, job_id=job.public_id),
        ):
            with pytest.raises(Forbidden):
                act(stranger)
    half = uploads.begin(admin, call_slug=SLUG, name="lote.zip", size=100)
    with pytest.raises(Forbidden):  # another admin's, as long as it arrives
        jobs.start_import(person(Role.ADMIN), call_slug=SLUG, upload=half.public_id)
    with pytest.raises(Refused, match="REVIEWER_BATCH_FOLDERS"):
        jobs.start_import(admin, call_slug=SLUG, source=Path("/etc"))


def test_half_an_upload_is_not_imported_nor_one_into_a_decided_call(admin: Actor) -> None:
    half = uploads.begin(admin, call_slug=SLUG, name="lote.zip", size=100)
    with pytest.raises(Refused, match="no ha llegado entero"):
        jobs.start_import(admin, call_slug=SLUG, upload=half.public_id)
    job = queued(admin, status=JobStatus.INTERRUPTED)
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    with pytest.raises(Refused, match="fallo"):
        jobs.start_import(admin, call_slug=SLUG, upload=half.public_id)
    with pytest.raises(Refused, match="fallo"):
        jobs.resume(admin, job_id=job.public_id)


START = """
import os, sys
from pathlib import Path
from reviewer import jobs
from reviewer.access.actor import OPERATOR
print(jobs.start_import(OPERATOR, call_slug=sys.argv[1], source=Path(sys.argv[2])), flush=True)
os._exit(0)
"""


def test_a_real_import_outlives_the_server_and_goes_on_after_a_kill(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = ROOT / "tests" / "real_batch" / "batch"
    monkeypatch.setenv("REVIEWER_BATCH_FOLDERS", str(batch.parent))
    command = [sys.executable, "-c", START, SLUG, str(batch)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    until(lambda: shown(admin).status is JobStatus.RUNNING)
    with reading() as session:
        job = session.exec(select(Job)).one()
    assert job.pid is not None and os.getsid(job.pid) == job.pid  # nobody's terminal or server can end it
    os.kill(job.pid, signal.SIGKILL)
    with clock.set_to(clock.now() + job_rows.SILENT + timedelta(seconds=5)):
        until(lambda: shown(admin).status is JobStatus.INTERRUPTED)
        assert shown(admin).can_resume
    with clock.set_to(clock.now() + job_rows.LOST):
        jobs.resume(admin, job_id=job.public_id)
    until(lambda: jobs.current(admin, call_slug=SLUG) == [], seconds=90)
    (ended,) = jobs.recent(admin, call_slug=SLUG)
    assert (ended.status, ended.done, ended.total) == (JobStatus.DONE, 10, 10)
    assert ended.result["status"] == "partial"
    assert history.batch(admin, call_slug=SLUG, key=ended.result["batch"]).report["created"] == 10
