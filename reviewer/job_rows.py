"""The row of a job: whether its process is alive, how it is ended, and what it leaves lying about."""

import os
import socket
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, select

from reviewer import clock, uploads
from reviewer.access.permissions import Action
from reviewer.errors import Refused
from reviewer.models import Job, JobStatus
from reviewer.paths import uploads_folder

SILENT = timedelta(seconds=20)
LOST = timedelta(minutes=2)  # a process number alone proves nothing: it may be another program's by now
IMPORT, RANK = "import", "rank"
ACTIONS = {IMPORT: Action.IMPORT_BATCH, RANK: Action.SEE_RANKING}  # who may start, see and stop each kind
UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)


def state_of(job: Job) -> JobStatus:
    """A job's status, ``INTERRUPTED`` where its process is gone without saying how it ended."""
    if job.status not in UNDER_WAY:
        return job.status
    silence = clock.now() - job.heartbeat_at
    if silence < SILENT or (silence < LOST and _is_alive(job)):
        return job.status
    return JobStatus.INTERRUPTED


def find(session: Session, public_id: str) -> Job:
    """The job of this public id. Refused where there is none."""
    job = session.exec(select(Job).where(Job.public_id == public_id)).first()
    if job is None:
        raise Refused("Esa tarea ya no está en la lista.")
    return job


def settle(job: Job, status: JobStatus, error: str | None = None) -> None:
    """Writes down, in the caller's transaction, how a job ended."""
    job.status, job.error, job.finished_at = status, error, clock.now()


def clear_away(job: Job) -> None:
    """Throws away what nobody needs any more: the upload, which is full of personal data, and the log."""
    if job.arguments.get("upload"):
        uploads.remove(str(job.arguments["upload"]))
    log_of(job).unlink(missing_ok=True)


def command_of(job: Job) -> list[str]:
    """The words of the command that the job runs."""
    source = [str(job.arguments["source"])] if job.kind == IMPORT else []
    return [job.kind, *source, "--json", "--call", str(job.arguments["call"])]


def log_of(job: Job) -> Path:
    """Where the job's standard error goes."""
    return uploads_folder() / f"{job.public_id}.log"


def can_resume(job: Job) -> bool:
    """Whether it stopped and what it works on is still there."""
    there = job.kind != IMPORT or Path(str(job.arguments["source"])).exists()
    return there and state_of(job) in (JobStatus.INTERRUPTED, JobStatus.FAILED)


def _is_alive(job: Job) -> bool:
    if os.name == "nt" or job.pid is None or job.arguments.get("host") != socket.gethostname():
        return False  # Windows has no harmless question; on another machine one can't ask
    try:
        os.kill(job.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
