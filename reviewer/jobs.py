"""Long commands that a page starts: children that outlive the server, with their progress in the database.

The command reports through ``reporting()``; any process can show how far it is. One whose process is gone
without having said how it ended is shown as interrupted and can be continued: they are idempotent.
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

from reviewer import calls, clock, uploads
from reviewer.access import audit
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import Action, require
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import MachineFault, Refused, reason_of
from reviewer.job_rows import (
    ACTIONS,
    BY_WORKERS,
    IMPORT,
    REHEARSE,
    UNDER_WAY,
    JobView,
    can_resume,
    clear_away,
    command_of,
    find,
    find_for,
    log_of,
    mapping_words,
    see_off,
    settle,
    state_of,
    views,
)
from reviewer.models import Job, JobStatus
from reviewer.pace import Pace
from reviewer.paths import ROOT, uploads_folder

ENVIRONMENT = "REVIEWER_JOB"
NICE = 10  # a job that computes in its own process gives way to the server's people
TICK = 1.0  # seconds between two looks at the database, and at least between two writes
BEAT = 5.0  # seconds
_UNSETTLED = (*UNDER_WAY, JobStatus.INTERRUPTED, JobStatus.FAILED)


class Cancelled(Exception):
    """Somebody asked this job to stop, or it was started anew elsewhere."""


class Progress:
    """What a command tells while it works: call it with how much is done, and set ``result`` at the end.

    ``job_id`` is the public id of the job it works for, None where no page started it; ``actor``
    is the operator, at the request of whoever started the job.

    Cheap to call as often as one likes. Raises ``Cancelled`` where somebody asked the job to stop.
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


def start_import(
    actor: Actor,
    *,
    call_slug: str,
    upload: str | None = None,
    source: Path | None = None,
    mapping: dict[str, str] | None = None,
) -> str:
    """Starts the import of one's own whole upload (its id), or of an allowed folder of the server.

    Returns the job's public id; that of the job already there where this source has one under way.
    """
    call = calls.get_call(call_slug)
    require(actor, Action.IMPORT_BATCH, call.phase)
    path, label = uploads.source_of(actor, upload=upload, source=source)
    arguments = {"call": call.slug, "source": str(path), "upload": upload, "mapping": mapping or {}}
    return _start(actor, IMPORT, label, arguments)


def start_rehearsal(
    actor: Actor,
    *,
    call_slug: str,
    source: str,
    label: str,
    mapping: dict[str, str],
    job_id: str,
) -> str:
    """Starts a dry run as the job of this public id."""
    call = calls.get_call(call_slug)
    require(actor, Action.IMPORT_BATCH, call.phase)
    arguments = {"call": call.slug, "source": source, "mapping": mapping}
    return _start(actor, REHEARSE, label, arguments, job_id)


def start_for_call(actor: Actor, *, kind: str, call_slug: str, **more: str) -> str:
    """Starts a job about a whole call, or about none: "". Its public id, or that of the one under way.

    ``more`` is what its command is told beside the call.
    """
    call = calls.get_call(call_slug) if call_slug else None
    require(actor, ACTIONS[kind], call.phase if call else None)
    return _start(actor, kind, call.title if call else "", {"call": call_slug, **more})


def resume(actor: Actor, *, job_id: str) -> None:
    """Runs an interrupted or failed job again; what it had done stays done."""
    with writing() as session:
        job = find_for(session, actor, job_id, in_phase=True)
        if state_of(job) in UNDER_WAY:
            return
        if not can_resume(job):
            raise Refused("El archivo del lote ya no está en el servidor: vuelva a subirlo.")
        job.status, job.pid, job.error, job.cancel_asked = JobStatus.QUEUED, None, None, False
        job.heartbeat_at = clock.now()
        audit.record(session, actor, "job.resume", "job", job_id)
    _launch(job)


def cancel(actor: Actor, *, job_id: str) -> None:
    """Asks a running job to stop, or gives up one that stopped; its upload is thrown away."""
    with writing() as session:
        job = find_for(session, actor, job_id)
        if job.status not in _UNSETTLED:
            return
        audit.record(session, actor, "job.cancel", "job", job_id)
        job.cancel_asked = True
        if state_of(job) in UNDER_WAY:
            return
        settle(job, JobStatus.CANCELLED, job.error)
    clear_away(job)


def current(viewer: Actor, *, call_slug: str, kind: str = IMPORT) -> list[JobView]:
    """A call's jobs that are under way or wait for a decision, the latest first."""
    require(viewer, ACTIONS[kind])
    with reading() as session:
        return views(session, _unsettled(session, call_slug, kind))


def view(viewer: Actor, *, job_id: str) -> JobView:
    """One job. Refused where there is none."""
    with reading() as session:
        job = find_for(session, viewer, job_id)
        return views(session, [job])[0]


def rehearsed(viewer: Actor, *, job_ids: Collection[str]) -> dict[str, JobView]:
    """The dry runs among these jobs, by their public ids."""
    require(viewer, Action.IMPORT_BATCH)
    query = select(Job).where(Job.kind == REHEARSE, col(Job.public_id).in_(job_ids))
    with reading() as session:
        return {each.public_id: each for each in views(session, list(session.exec(query)))}


def recent(viewer: Actor, *, call_slug: str, limit: int = 5) -> list[JobView]:
    """A call's jobs that ended, the one that ended last first."""
    require(viewer, Action.IMPORT_BATCH)
    query = (
        _of_call(call_slug, IMPORT)
        .where(col(Job.status).in_((JobStatus.DONE, JobStatus.CANCELLED)))
        .order_by(col(Job.finished_at).desc())
        .limit(limit)
    )
    with reading() as session:
        return views(session, list(session.exec(query)))


@contextmanager
def reporting() -> Iterator[Progress]:
    """What a command reports its progress to; where no page started it, to nobody.

    Ends the job with ``Progress.result``, or with the error that passes through.
    """
    public_id = os.environ.pop(ENVIRONMENT, None)
    if public_id is None:
        yield Progress()
        return
    progress = Progress(public_id)
    job = _take_up(public_id)
    progress.actor = replace(OPERATOR, asked_by=job.started_by)
    with _beating(job, progress):
        try:
            yield progress
        except BaseException as error:
            ended, sentence = _ending(error)
            # What was refused once would be refused again.
            _finish(job, progress, ended, sentence, spent=isinstance(error, Refused | Cancelled))
            raise
        _finish(job, progress, JobStatus.DONE, None, spent=True)


def _start(
    actor: Actor,
    kind: str,
    label: str,
    arguments: dict[str, Any],
    job_id: str | None = None,
) -> str:
    """Starts a job unless the same one is under way; one that had stopped gives way to it.

    One that was given its public id is never the same as another.
    """
    with writing() as session:
        advisory_lock(session, "jobs")
        job = Job(kind=kind, arguments=arguments, label=label, started_by=actor.person_id)
        job.public_id = job_id or job.public_id
        same = [
            each
            for each in _unsettled(session, arguments["call"], kind)
            if command_of(each) == command_of(job) and job_id is None
        ]
        for each in same:
            if state_of(each) in UNDER_WAY:
                return each.public_id
            settle(each, JobStatus.CANCELLED, each.error)
        session.add(job)
        facts = {"kind": kind, "call": arguments["call"]}
        audit.record(session, actor, "job.start", "job", job.public_id, facts)
    _launch(job)
    return job.public_id


def _launch(job: Job) -> None:
    """Starts the command free of the server: own session, no descriptors but its log."""
    command = [sys.executable, "-m", "reviewer", *command_of(job)]
    try:
        uploads_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        command += mapping_words(job)
        with os.fdopen(os.open(log_of(job), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
            process = subprocess.Popen(  # noqa: S603  # a list of ours, no shell
                command,
                cwd=ROOT,
                env=os.environ | {ENVIRONMENT: job.public_id},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        with writing() as session:
            settle(find(session, job.public_id), JobStatus.FAILED, "El servidor no pudo iniciar la tarea.")
        raise MachineFault(f"El servidor no pudo iniciar la tarea: {reason_of(error)}.") from error
    threading.Thread(target=see_off, args=(process, job.public_id), daemon=True).start()


def _take_up(public_id: str) -> Job:
    """Marks the job as this process's own."""
    with writing() as session:
        job = find(session, public_id)
        job.status, job.pid, job.heartbeat_at = JobStatus.RUNNING, os.getpid(), clock.now()
        job.arguments = job.arguments | {"host": socket.gethostname()}
    # One that gives way while it holds the database's write lock makes everybody else give way to it.
    if job.kind not in BY_WORKERS and hasattr(os, "nice"):
        os.nice(NICE)
    return job


@contextmanager
def _beating(job: Job, progress: Progress) -> Iterator[None]:
    """Keeps the job's row fresh from a thread, whatever the command is busy with."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, progress, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(job: Job, progress: Progress, stop: threading.Event) -> None:
    told, at, pace = (0, 0), time.monotonic(), Pace()  # a clock of its own: the other may be set back
    while not stop.wait(TICK):
        try:
            progress.asked_to_stop = progress.asked_to_stop or _is_unwanted(job)
            now = (progress.done, progress.total)
            rate = pace.note(progress.done)
            if now != told or time.monotonic() - at >= BEAT:
                _tell(job, *now, rate)
                told, at = now, time.monotonic()
        except (SQLAlchemyError, MachineFault):
            continue  # a database that is busy or away for a moment: the next beat tells it


def _is_unwanted(job: Job) -> bool:
    with reading() as session:
        asked = session.exec(select(Job.cancel_asked).where(Job.id == job.id)).first()
    return asked is not False or not _is_ours(job)


def _is_ours(job: Job) -> bool:
    with reading() as session:
        return session.exec(select(Job.pid).where(Job.id == job.id)).first() == os.getpid()


def _tell(job: Job, done: int, total: int, rate: float) -> None:
    with writing() as session:
        session.exec(
            update(Job)
            .where(col(Job.id) == job.id, col(Job.pid) == os.getpid())
            .values(done=done, total=total, rate=rate, heartbeat_at=clock.now())
        )


def _ending(error: BaseException) -> tuple[JobStatus, str | None]:
    if isinstance(error, Cancelled):
        return JobStatus.CANCELLED, None
    if isinstance(error, Refused | MachineFault):
        return JobStatus.FAILED, str(error)
    if isinstance(error, KeyboardInterrupt):
        return JobStatus.INTERRUPTED, None
    return (
        JobStatus.FAILED,
        f"Algo falló de nuestro lado ({type(error).__name__}). Lo hecho hasta ahí se conserva.",
    )


def _finish(job: Job, progress: Progress, status: JobStatus, error: str | None, *, spent: bool) -> None:
    """Says how the job ended; before that a ``spent`` upload goes, so that nobody is offered it."""
    if not _is_ours(job):
        return  # it was started anew elsewhere, which will say how it ended
    if spent:
        clear_away(job)
    with writing() as session:
        found = find(session, job.public_id)
        found.done, found.total, found.result = progress.done, progress.total, progress.result
        settle(found, status, error)


def _of_call(call_slug: str, kind: str) -> Any:
    return select(Job).where(Job.kind == kind, col(Job.arguments)["call"].as_string() == call_slug)


def _unsettled(session: Session, call_slug: str, kind: str) -> list[Job]:
    query = _of_call(call_slug, kind).where(col(Job.status).in_(_UNSETTLED)).order_by(col(Job.id).desc())
    return list(session.exec(query))
