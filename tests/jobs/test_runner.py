"""Jobs: any process can show them, dead ones are detected, people can stop and continue them."""

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

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, InfrastructureError, UserError
from reviewer.core.paths import ROOT
from reviewer.intake.batch import queries as batch_queries
from reviewer.jobs import records, runner
from reviewer.jobs.records import JobView
from reviewer.models import AuditEvent, Job, JobStatus, Phase, Role
from reviewer.storage import uploads
from tests.calls import SLUG
from tests.factories.people import PersonFactory
from tests.network import wait_until
from tests.storage.test_uploads import upload_whole

pytestmark = pytest.mark.usefixtures("call")
WORK = """
import time
from reviewer.jobs import runner
with runner.reporting() as report:
    for done in range(1000):
        report(done, 1000)
        time.sleep(0.05)
"""


def add_job(actor: Actor, **values: Any) -> Job:
    """Adds a job without a process."""
    arguments = {"call": SLUG, "source": "/lote", "upload": None}
    fields = {"kind": "import", "label": "lote.zip", **values}
    job = Job(arguments=arguments, started_by=actor.person_id, **fields)
    with write_session() as session:
        session.add(job)
    return job


def reload(job: Job) -> Job:
    """Returns the job's present row."""
    with read_session() as session:
        return session.exec(select(Job).where(Job.id == job.id)).one()


def current_job(actor: Actor) -> JobView:
    """Returns the only job that is under way or stopped."""
    (view,) = runner.current(actor, slug=SLUG)
    return view


def act_as_job(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this process that of the job, with a short tick and without a change of priority."""
    monkeypatch.setattr(runner, "TICK", 0.02)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setenv(runner.JOB_ID_VARIABLE, job.public_id)


def run_job(job: Job, monkeypatch: pytest.MonkeyPatch, error: BaseException | None = None) -> None:
    """Runs the job's work in this process, as its command would."""
    act_as_job(job, monkeypatch)
    with runner.reporting() as report:
        report(3, 4)
        if error is not None:
            raise error
        report.result = {"batch": "2025-09-28-a1b2c3", "status": "partial"}


@pytest.mark.parametrize(("kind", "gives_way"), [("import", False), ("read", False), ("rank", True)])
def test_only_the_workers_of_an_import_have_low_priority(
    admin: Actor, monkeypatch: pytest.MonkeyPatch, kind: str, gives_way: bool
) -> None:
    job = add_job(admin, kind=kind)
    niceness_calls: list[int] = []
    act_as_job(job, monkeypatch)
    monkeypatch.setattr(os, "nice", niceness_calls.append)
    with runner.reporting():
        pass
    assert niceness_calls == [runner.NICENESS] * gives_way


def test_without_a_job_a_command_reports_to_nobody(admin: Actor) -> None:
    with runner.reporting() as report:
        report(1, 2)
        report.result = {"batch": "x"}
    assert runner.current(admin, slug=SLUG) == runner.recent(admin, slug=SLUG) == []


def test_a_job_ends_with_its_result(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = add_job(admin)
    assert current_job(admin).status is JobStatus.QUEUED
    run_job(job, monkeypatch)
    assert runner.current(admin, slug=SLUG) == []
    (view,) = runner.recent(admin, slug=SLUG)
    assert (view.status, view.done, view.total, view.started_by) == (JobStatus.DONE, 3, 4, admin.name)
    assert view.result["batch"] == "2025-09-28-a1b2c3"
    assert runner.JOB_ID_VARIABLE not in os.environ


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (UserError("No hay una tabla."), JobStatus.FAILED, "No hay una tabla."),
        (InfrastructureError("El disco está lleno."), JobStatus.FAILED, "El disco está lleno."),
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
    job = add_job(admin)
    with pytest.raises(type(error)):
        run_job(job, monkeypatch, error)
    assert current_job(admin).status is status
    assert (current_job(admin).error or "").startswith(words or "")
    assert "Ñáñez" not in (current_job(admin).error or "")


def test_progress_is_written_during_work_but_not_at_every_step(
    admin: Actor, monkeypatch: pytest.MonkeyPatch, queries: list[str]
) -> None:
    job = add_job(admin)
    act_as_job(job, monkeypatch)
    with runner.reporting() as report:
        queries.clear()
        for done in range(100_000):
            report(done, 100_000)
        wait_until(lambda: current_job(admin).done == 99_999)
        assert len([query for query in queries if query.startswith("UPDATE")]) < 100
        assert current_job(admin).status is JobStatus.RUNNING


def test_a_killed_job_is_shown_as_interrupted(admin: Actor, installation: Path) -> None:
    job = add_job(admin)
    process = subprocess.Popen(
        [sys.executable, "-c", WORK], cwd=ROOT, env=os.environ | {runner.JOB_ID_VARIABLE: job.public_id}
    )
    wait_until(lambda: current_job(admin).done > 0)
    assert reload(job).pid == process.pid
    with clock.set_to(clock.now() + records.SILENCE_LIMIT + timedelta(seconds=1)):
        assert current_job(admin).status is JobStatus.RUNNING  # alive, but waiting for something
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    at = reload(job).heartbeat_at
    with clock.set_to(at + records.SILENCE_LIMIT - timedelta(seconds=1)):
        assert current_job(admin).status is JobStatus.RUNNING
    with clock.set_to(at + records.SILENCE_LIMIT):
        assert current_job(admin).status is JobStatus.INTERRUPTED


def test_a_process_number_of_another_machine_proves_nothing(admin: Actor) -> None:
    arguments = {"call": SLUG, "source": "/lote", "upload": None, "host": "another machine"}
    job = add_job(admin, status=JobStatus.RUNNING, pid=os.getpid())
    with write_session() as session:
        session.add(reload(job))
        session.exec(select(Job)).one().arguments = arguments
    with clock.set_to(clock.now() + records.SILENCE_LIMIT + timedelta(seconds=1)):
        assert current_job(admin).status is JobStatus.INTERRUPTED  # nobody here can ask that machine


def test_cancelling_stops_the_work_and_deletes_the_upload(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = upload_whole(admin)
    job = add_job(admin)
    with write_session() as session:
        session.add(job)
        job.arguments = job.arguments | {"upload": upload.public_id}
    act_as_job(job, monkeypatch)
    with pytest.raises(runner.Cancelled), runner.reporting() as report:
        runner.cancel(admin, job_id=job.public_id)
        for done in range(10_000):
            report(done, 10_000)
            time.sleep(0.001)
    (view,) = runner.recent(admin, slug=SLUG)
    assert view.status is JobStatus.CANCELLED and view.done < 9_999
    assert not uploads.path_of(upload).exists()


def test_a_job_that_was_started_again_elsewhere_stops(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = add_job(admin)
    act_as_job(job, monkeypatch)
    with pytest.raises(runner.Cancelled), runner.reporting() as report:
        with write_session() as session:
            session.add(job)
            job.pid = 1
        for done in range(10_000):
            report(done, 10_000)
            time.sleep(0.001)
    assert reload(job).status is JobStatus.RUNNING and reload(job).done == 0


def test_a_stopped_job_can_be_given_up(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = add_job(admin)
    with pytest.raises(UserError):
        run_job(job, monkeypatch, UserError("No hay una tabla."))
    runner.cancel(admin, job_id=job.public_id)
    assert runner.current(admin, slug=SLUG) == []
    runner.cancel(admin, job_id=job.public_id)  # twice is once
    with pytest.raises(UserError, match="ya no está"):
        runner.resume(admin, job_id=job.public_id)


def test_a_second_click_starts_nothing_new(admin: Actor) -> None:
    upload = upload_whole(admin)
    job_id = runner.start_import(admin, slug=SLUG, upload=upload.public_id)
    assert runner.start_import(admin, slug=SLUG, upload=upload.public_id) == job_id  # a second click
    wait_until(lambda: not (runner.current(admin, slug=SLUG) and current_job(admin).is_under_way))
    with read_session() as session:
        events = session.exec(select(AuditEvent.actor).where(AuditEvent.action == "job.start")).all()
    assert events == [admin.label]


def test_only_admins_start_see_and_stop_imports(admin: Actor, person: PersonFactory) -> None:
    upload = upload_whole(admin)
    job = add_job(admin)
    for role in (Role.JURY, Role.COORDINATOR):
        stranger = person(role)
        for act in (
            lambda actor: runner.start_import(actor, slug=SLUG, upload=upload.public_id),
            lambda actor: runner.current(actor, slug=SLUG),
            lambda actor: runner.recent(actor, slug=SLUG),
            lambda actor: runner.cancel(actor, job_id=job.public_id),
            lambda actor: runner.resume(actor, job_id=job.public_id),
        ):
            with pytest.raises(Forbidden):
                act(stranger)
    half = uploads.begin(admin, slug=SLUG, name="lote.zip", size=100)
    with pytest.raises(Forbidden):  # another admin's, as long as it arrives
        runner.start_import(person(Role.ADMIN), slug=SLUG, upload=half.public_id)
    with pytest.raises(UserError, match="REVIEWER_BATCH_FOLDERS"):
        runner.start_import(admin, slug=SLUG, source=Path("/etc"))


def test_half_an_upload_is_not_imported_nor_one_into_a_decided_call(admin: Actor) -> None:
    half = uploads.begin(admin, slug=SLUG, name="lote.zip", size=100)
    with pytest.raises(UserError, match="no ha llegado entero"):
        runner.start_import(admin, slug=SLUG, upload=half.public_id)
    job = add_job(admin, status=JobStatus.INTERRUPTED)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    with pytest.raises(UserError, match="fallo"):
        runner.start_import(admin, slug=SLUG, upload=half.public_id)
    with pytest.raises(UserError, match="fallo"):
        runner.resume(admin, job_id=job.public_id)


START = """
import os, sys
from pathlib import Path
from reviewer.access.actor import OPERATOR
from reviewer.jobs import runner
print(runner.start_import(OPERATOR, slug=sys.argv[1], source=Path(sys.argv[2])), flush=True)
os._exit(0)
"""


def test_a_real_import_outlives_the_server_and_goes_on_after_a_kill(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = ROOT / "tests" / "real_batch" / "batch"
    monkeypatch.setenv("REVIEWER_BATCH_FOLDERS", str(batch.parent))
    command = [sys.executable, "-c", START, SLUG, str(batch)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    wait_until(lambda: current_job(admin).status is JobStatus.RUNNING)
    with read_session() as session:
        job = session.exec(select(Job)).one()
    assert job.pid is not None and os.getsid(job.pid) == job.pid  # nobody's terminal or server can end it
    os.kill(job.pid, signal.SIGKILL)
    with clock.set_to(clock.now() + records.SILENCE_LIMIT + timedelta(seconds=5)):
        wait_until(lambda: current_job(admin).status is JobStatus.INTERRUPTED)
        assert current_job(admin).can_resume
    with clock.set_to(clock.now() + records.LOST_AFTER):
        runner.resume(admin, job_id=job.public_id)
    wait_until(lambda: runner.current(admin, slug=SLUG) == [], seconds=90)
    (ended,) = runner.recent(admin, slug=SLUG)
    assert (ended.status, ended.done, ended.total) == (JobStatus.DONE, 10, 10)
    assert ended.result["status"] == "partial"
    assert batch_queries.batch(admin, slug=SLUG, key=ended.result["batch"]).report["created"] == 10
