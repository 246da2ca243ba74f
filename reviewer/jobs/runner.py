"""Long commands started from a page, as child processes that outlive the server.

A command reports its progress to the database through ``reporting()``. A job whose process is gone without
having recorded how it ended is shown as interrupted and can be continued, since the commands are idempotent.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log as audit_log
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import InfrastructureError, UserError, os_fault
from reviewer.core.paths import HOME, uploads_folder
from reviewer.jobs.progress import Pace
from reviewer.jobs.records import (
    ACTIONS,
    DRY_RUN,
    IMPORT,
    JOB_ACTIONS,
    PDF_WORKER_JOBS,
    UNDER_WAY,
    JobView,
    can_resume,
    command_of,
    find,
    find_for,
    log_path,
    mapping_arguments,
    mark_ended,
    reap,
    remove_files,
    state_of,
    to_views,
)
from reviewer.models import Job, JobStatus
from reviewer.storage import uploads

JOB_ID_VARIABLE = "REVIEWER_JOB"
NICENESS = 10  # a job that computes in its own process gives way to the server
TICK = 1.0  # seconds between two reads of the database, and at least between two writes
HEARTBEAT_SECONDS = 5.0
_OPEN_STATUSES = (*UNDER_WAY, JobStatus.INTERRUPTED, JobStatus.FAILED)


class Cancelled(Exception):
    """Somebody asked this job to stop, or it was started again elsewhere."""


class Progress:
    """The progress of a command, which calls it with how much is done and sets ``result`` at the end.

    ``job_id`` is the public id of the command's job, None where no page started it; ``actor`` is the
    operator, at the request of the person who started the job. A call is cheap. It raises ``Cancelled`` where
    somebody asked the job to stop.
    """

    def __init__(self, job_id: str | None = None) -> None:
        self.job_id = job_id
        self.actor = OPERATOR
        self.done, self.total = 0, 0
        self.result: dict[str, Any] = {}
        self.asked_to_stop = False

    def __call__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.asked_to_stop:
            raise Cancelled


@verb(Action.IMPORT_BATCH)
def start_import(
    actor: Actor,
    *,
    slug: str,
    upload: str | None = None,
    source: Path | None = None,
    mapping: dict[str, str] | None = None,
) -> str:
    """Starts the import of a complete upload (by id), or of an allowed folder of the server.

    Returns the job's public id, or that of the job already under way for this source.
    """
    call = spec.get_call(slug)
    require(actor, Action.IMPORT_BATCH, call.phase)
    path, label = uploads.source_of(actor, upload=upload, source=source)
    arguments = {"call": call.slug, "source": str(path), "upload": upload, "mapping": mapping or {}}
    return _start(actor, IMPORT, label, arguments)


@verb(Action.IMPORT_BATCH)
def start_dry_run(
    actor: Actor,
    *,
    slug: str,
    source: str,
    label: str,
    mapping: dict[str, str],
    job_id: str,
) -> str:
    """Starts a dry run as a job with this public id."""
    call = spec.get_call(slug)
    require(actor, Action.IMPORT_BATCH, call.phase)
    arguments = {"call": call.slug, "source": source, "mapping": mapping}
    return _start(actor, DRY_RUN, label, arguments, job_id)


@verb(*JOB_ACTIONS)
def start_for_call(actor: Actor, *, kind: str, slug: str, arguments: dict[str, str] | None = None) -> str:
    """Starts a job about a whole call, or about the installation (``slug`` is "").

    ``arguments`` go to its command, besides the call. Returns the job's public id, or that of the same job
    under way.
    """
    call = spec.get_call(slug) if slug else None
    require(actor, ACTIONS[kind], call.phase if call else None)
    return _start(actor, kind, call.title if call else "", {"call": slug, **(arguments or {})})


@verb(*JOB_ACTIONS)
def resume(actor: Actor, *, job_id: str) -> None:
    """Runs an interrupted or failed job again; it continues after what is done already."""
    with write_session() as session:
        job = find_for(session, actor, job_id, in_phase=True)
        if state_of(job) in UNDER_WAY:
            return
        if not can_resume(job):
            raise UserError("El archivo del lote ya no está en el servidor: vuelva a subirlo.")
        job.status, job.pid, job.error, job.cancel_asked = JobStatus.QUEUED, None, None, False
        job.heartbeat_at = clock.now()
        audit_log.record(session, actor, "job.resume", "job", job_id)
    _launch(job)


@verb(*JOB_ACTIONS)
def cancel(actor: Actor, *, job_id: str) -> None:
    """Asks a running job to stop, or gives up one that stopped and deletes its upload."""
    with write_session() as session:
        job = find_for(session, actor, job_id)
        if job.status not in _OPEN_STATUSES:
            return
        audit_log.record(session, actor, "job.cancel", "job", job_id)
        job.cancel_asked = True
        if state_of(job) in UNDER_WAY:
            return
        mark_ended(job, JobStatus.CANCELLED, job.error)
    remove_files(job)


@verb(*JOB_ACTIONS)
def current(viewer: Actor, *, slug: str, kind: str = IMPORT) -> list[JobView]:
    """Returns a call's jobs that are under way or stopped without a decision, the latest first."""
    require(viewer, ACTIONS[kind])
    with read_session() as session:
        return to_views(session, _open_jobs(session, slug, kind))


@verb(*JOB_ACTIONS)
def view(viewer: Actor, *, job_id: str) -> JobView:
    """Returns the job with this public id. Raises ``UserError`` where there is none."""
    with read_session() as session:
        job = find_for(session, viewer, job_id)
        return to_views(session, [job])[0]


@verb(Action.IMPORT_BATCH)
def dry_runs(viewer: Actor, *, job_ids: Collection[str]) -> dict[str, JobView]:
    """Returns the dry runs among these jobs, by their public ids."""
    require(viewer, Action.IMPORT_BATCH)
    query = select(Job).where(Job.kind == DRY_RUN, col(Job.public_id).in_(job_ids))
    with read_session() as session:
        return {job.public_id: job for job in to_views(session, list(session.exec(query)))}


@verb(Action.IMPORT_BATCH)
def recent(viewer: Actor, *, slug: str, limit: int = 5) -> list[JobView]:
    """Returns a call's jobs that ended, the one that ended last first."""
    require(viewer, Action.IMPORT_BATCH)
    query = (
        _jobs_of_call(slug, IMPORT)
        .where(col(Job.status).in_((JobStatus.DONE, JobStatus.CANCELLED)))
        .order_by(col(Job.finished_at).desc())
        .limit(limit)
    )
    with read_session() as session:
        return to_views(session, list(session.exec(query)))


@contextmanager
def reporting() -> Iterator[Progress]:
    """Gives a command the ``Progress`` of its job, or an unused one where no page started it.

    At the end it records ``Progress.result``, or the exception that leaves the block.
    """
    public_id = os.environ.pop(JOB_ID_VARIABLE, None)
    if public_id is None:
        yield Progress()
        return
    progress = Progress(public_id)
    job = _claim(public_id)
    progress.actor = replace(OPERATOR, asked_by=job.started_by)
    with _heartbeat_thread(job, progress):
        try:
            yield progress
        except BaseException as error:
            status, sentence = _outcome_of(error)
            # After a refusal the job is not resumed, since it would be refused again.
            _finish(job, progress, status, sentence, removes_files=isinstance(error, UserError | Cancelled))
            raise
        _finish(job, progress, JobStatus.DONE, None, removes_files=True)


def _start(
    actor: Actor,
    kind: str,
    label: str,
    arguments: dict[str, Any],
    job_id: str | None = None,
) -> str:
    """Starts a job and returns its public id, or that of the same job under way.

    A stopped job with the same command is cancelled. A job with a given public id is never the same as
    another.
    """
    with write_session() as session:
        advisory_lock(session, "jobs")
        job = Job(kind=kind, arguments=arguments, label=label, started_by=actor.person_id)
        job.public_id = job_id or job.public_id
        same_jobs = [
            earlier_job
            for earlier_job in _open_jobs(session, arguments["call"], kind)
            if command_of(earlier_job) == command_of(job) and job_id is None
        ]
        for earlier_job in same_jobs:
            if state_of(earlier_job) in UNDER_WAY:
                return earlier_job.public_id
            mark_ended(earlier_job, JobStatus.CANCELLED, earlier_job.error)
        session.add(job)
        facts = {"kind": kind, "call": arguments["call"]}
        audit_log.record(session, actor, "job.start", "job", job.public_id, facts)
    _launch(job)
    return job.public_id


def _launch(job: Job) -> None:
    """Starts the command in a session of its own, with no file open but its log."""
    command = [sys.executable, "-m", "reviewer", *command_of(job)]
    try:
        uploads_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        command += mapping_arguments(job)
        with os.fdopen(os.open(log_path(job), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
            process = subprocess.Popen(  # noqa: S603  # a fixed list of arguments, no shell
                command,
                cwd=HOME,
                env=os.environ | {JOB_ID_VARIABLE: job.public_id},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        with write_session() as session:
            mark_ended(find(session, job.public_id), JobStatus.FAILED, "El servidor no pudo iniciar la tarea.")
        raise os_fault("El servidor no pudo iniciar la tarea", error) from error
    threading.Thread(target=reap, args=(process, job.public_id), daemon=True).start()


def _claim(public_id: str) -> Job:
    """Records that this process runs the job."""
    with write_session() as session:
        job = find(session, public_id)
        job.status, job.pid, job.heartbeat_at = JobStatus.RUNNING, os.getpid(), clock.now()
        job.arguments = job.arguments | {"host": socket.gethostname()}
    # A slow process that holds the database's write lock would slow down everybody: no niceness for imports.
    if job.kind not in PDF_WORKER_JOBS and hasattr(os, "nice"):
        os.nice(NICENESS)
    return job


@contextmanager
def _heartbeat_thread(job: Job, progress: Progress) -> Iterator[None]:
    """Updates the job's row from a thread, whatever the command is busy with."""
    stop = threading.Event()
    thread = threading.Thread(target=_send_heartbeats, args=(job, progress, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _send_heartbeats(job: Job, progress: Progress, stop: threading.Event) -> None:
    # Monotonic times: the clock may be set back.
    last_reported, reported_at, pace = (0, 0), time.monotonic(), Pace()
    while not stop.wait(TICK):
        try:
            progress.asked_to_stop = progress.asked_to_stop or _must_stop(job)
            current = (progress.done, progress.total)
            rate = pace.update(progress.done)
            if current != last_reported or time.monotonic() - reported_at >= HEARTBEAT_SECONDS:
                _write_heartbeat(job, *current, rate)
                last_reported, reported_at = current, time.monotonic()
        except (SQLAlchemyError, InfrastructureError):
            continue  # the database is busy or unreachable: the next beat reports it


def _must_stop(job: Job) -> bool:
    with read_session() as session:
        cancel_asked = session.exec(select(Job.cancel_asked).where(Job.id == job.id)).first()
    return cancel_asked is not False or not _is_own_process(job)


def _is_own_process(job: Job) -> bool:
    with read_session() as session:
        return session.exec(select(Job.pid).where(Job.id == job.id)).first() == os.getpid()


def _write_heartbeat(job: Job, done: int, total: int, rate: float) -> None:
    with write_session() as session:
        session.exec(
            update(Job)
            .where(col(Job.id) == job.id, col(Job.pid) == os.getpid())
            .values(done=done, total=total, rate=rate, heartbeat_at=clock.now())
        )


def _outcome_of(error: BaseException) -> tuple[JobStatus, str | None]:
    if isinstance(error, Cancelled):
        return JobStatus.CANCELLED, None
    if isinstance(error, UserError | InfrastructureError):
        return JobStatus.FAILED, str(error)
    if isinstance(error, KeyboardInterrupt):
        return JobStatus.INTERRUPTED, None
    return (
        JobStatus.FAILED,
        f"Algo falló de nuestro lado ({type(error).__name__}). Lo hecho hasta ahí se conserva.",
    )


def _finish(job: Job, progress: Progress, status: JobStatus, error: str | None, *, removes_files: bool) -> None:
    """Records how the job ended, after deleting its files, so that nobody is offered a deleted upload."""
    if not _is_own_process(job):
        return  # it was started again elsewhere
    if removes_files:
        remove_files(job)
    with write_session() as session:
        row = find(session, job.public_id)
        row.done, row.total, row.result = progress.done, progress.total, progress.result
        mark_ended(row, status, error)


def _jobs_of_call(slug: str, kind: str) -> SelectOfScalar[Job]:
    return select(Job).where(Job.kind == kind, col(Job.arguments)["call"].as_string() == slug)


def _open_jobs(session: Session, slug: str, kind: str) -> list[Job]:
    query = _jobs_of_call(slug, kind).where(col(Job.status).in_(_OPEN_STATUSES)).order_by(col(Job.id).desc())
    return list(session.exec(query))
