"""The rows of jobs: the state of their processes, how they end, their commands and files."""

import json
import os
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, require, require_login
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.errors import InfrastructureError, UserError
from reviewer.core.paths import uploads_folder
from reviewer.models import Job, JobStatus, Person, Phase
from reviewer.storage import uploads

SILENCE_LIMIT = timedelta(seconds=20)
LOST_AFTER = timedelta(minutes=2)  # the process number may be another program's by now
IMPORT, DRY_RUN, RANK, READ, OCR = "import", "rehearse", "rank", "read", "ocr"
BLOCK, DELETE = "block", "delete"
BACKUP = "backup"  # of the installation, not of a call
CALL_JOBS = (RANK, READ, OCR)  # their commands take no argument but the call
PDF_WORKER_JOBS = (IMPORT, DRY_RUN, READ, OCR)  # the PDF workers do most of their work
ACTIONS = {  # required to start, see and stop a job of each kind
    IMPORT: Action.IMPORT_BATCH,
    DRY_RUN: Action.IMPORT_BATCH,
    RANK: Action.SEE_RANKING,
    READ: Action.RUN_JURY,
    OCR: Action.READ_SCANS,
    BLOCK: Action.KEEP_PRIVACY,
    DELETE: Action.KEEP_PRIVACY,
    BACKUP: Action.BACK_UP,
}
JOB_ACTIONS = tuple(dict.fromkeys(ACTIONS.values()))
UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True)
class JobView:
    """A job as a page shows it. ``status`` is ``INTERRUPTED`` where the process is gone.

    ``rate`` is in pieces per second over the last minute (see ``Pace``), 0 where unknown. ``can_resume``: it
    stopped, and its source still exists.
    """

    public_id: str
    kind: str
    label: str
    upload: str | None
    status: JobStatus
    done: int
    total: int
    rate: float
    result: dict[str, Any]
    error: str | None
    started_by: str
    can_resume: bool
    cancel_asked: bool
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether its process is waiting or at work, as far as is known."""
        return self.status in UNDER_WAY


def state_of(job: Job) -> JobStatus:
    """Returns a job's status; ``INTERRUPTED`` where its process is gone and did not record how it ended."""
    if job.status not in UNDER_WAY:
        return job.status
    silence = abs(clock.now() - job.heartbeat_at)  # a clock set back must not make a job look alive
    if silence < SILENCE_LIMIT or (silence < LOST_AFTER and _is_alive(job)):
        return job.status
    return JobStatus.INTERRUPTED


def find(session: Session, public_id: str) -> Job:
    """Returns the job with this public id. Raises ``UserError`` where there is none."""
    job = session.exec(select(Job).where(Job.public_id == public_id)).first()
    if job is None:
        raise UserError("Esa tarea ya no está en la lista.")
    return job


@condition("A job is seen, resumed and cancelled by those who may start jobs of its kind.")
def find_for(session: Session, viewer: Actor, public_id: str, *, in_phase: bool = False) -> Job:
    """Returns the job with this public id, for a viewer who may start jobs of its kind.

    ``in_phase``: the phase of its call has to allow that too.
    """
    require_login(viewer)
    job = find(session, public_id)
    require(viewer, ACTIONS[job.kind], phase_of(job) if in_phase else None)
    return job


def mark_ended(job: Job, status: JobStatus, error: str | None = None) -> None:
    """Records how a job ended, in the caller's transaction."""
    job.status, job.error, job.finished_at = status, error, clock.now()


def remove_files(job: Job) -> None:
    """Deletes the files of a job that ended: upload (which holds personal data), log and mapping."""
    if job.arguments.get("upload"):
        uploads.remove(str(job.arguments["upload"]))
    log_path(job).unlink(missing_ok=True)
    mapping_path(job).unlink(missing_ok=True)


def phase_of(job: Job) -> Phase | None:
    """Returns the phase of the job's call; None where it has no call."""
    call = str(job.arguments["call"])
    return spec.get_call(call).phase if call else None


def command_of(job: Job) -> list[str]:
    """Returns the arguments of the command that the job runs."""
    if job.kind == BACKUP:
        return [BACKUP, str(job.arguments["folder"])]
    common = ["--json", "--call", str(job.arguments["call"])]
    if job.kind in CALL_JOBS:
        return [job.kind, *common]
    if job.kind in (BLOCK, DELETE):
        until = ["--until", str(job.arguments["until"])] if job.kind == BLOCK else []
        return ["privacy", job.kind, *common, *until]
    return [IMPORT, str(job.arguments["source"]), *common, *(["--dry-run"] if job.kind == DRY_RUN else [])]


def mapping_arguments(job: Job) -> list[str]:
    """Writes the job's mapping to a file; returns the arguments that pass it to the command."""
    mapping = job.arguments.get("mapping")
    if not mapping:
        return []
    # A JSON string is a TOML string too, except for characters that JSON escapes as surrogate pairs.
    lines = [f"{json.dumps(name)} = {json.dumps(header, ensure_ascii=False)}" for name, header in mapping.items()]
    path = mapping_path(job)
    path.write_text("\n".join(lines), encoding="utf-8")
    return ["--mapping", str(path)]


def mapping_path(job: Job) -> Path:
    """Returns the path of the job's mapping."""
    return uploads_folder() / f"{job.public_id}.toml"


def log_path(job: Job) -> Path:
    """Returns the path of the file that has the job's standard error."""
    return uploads_folder() / f"{job.public_id}.log"


def can_resume(job: Job) -> bool:
    """Returns whether the job stopped and its source still exists."""
    source_exists = "source" not in job.arguments or Path(str(job.arguments["source"])).exists()
    return source_exists and state_of(job) in (JobStatus.INTERRUPTED, JobStatus.FAILED)


def reap(process: subprocess.Popen[bytes], public_id: str) -> None:
    """Waits for a child process, so that it leaves no zombie; records an end that it did not record."""
    process.wait()
    with suppress(InfrastructureError), write_session() as session:  # otherwise its silence shows it
        job = session.exec(select(Job).where(Job.public_id == public_id)).first()
        if job is not None and job.status in UNDER_WAY and job.pid in (None, process.pid):
            last_line = _last_error_line(log_path(job))
            mark_ended(job, JobStatus.FAILED if last_line else JobStatus.INTERRUPTED, last_line)


def _last_error_line(log: Path) -> str | None:
    """Returns the last line of standard error, which has the reason of a refusal; None after a kill."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return None
    nonblank_lines = [line for line in lines if line.strip()]
    return nonblank_lines[-1][:500] if nonblank_lines else None


def _is_alive(job: Job) -> bool:
    if os.name == "nt" or job.pid is None or job.arguments.get("host") != socket.gethostname():
        return False  # unknown on Windows, where a signal would kill it, and on another machine
    try:
        os.kill(job.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def to_views(session: Session, jobs: list[Job]) -> list[JobView]:
    """Returns the jobs as pages show them."""
    starter_ids = {job.started_by for job in jobs}
    names = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(starter_ids))).all())
    return [
        JobView(
            public_id=job.public_id,
            kind=job.kind,
            label=job.label,
            upload=job.arguments.get("upload"),
            status=state_of(job),
            done=job.done,
            total=job.total,
            rate=job.rate,
            result=job.result,
            error=job.error,
            started_by=names.get(job.started_by, ""),
            can_resume=can_resume(job),
            cancel_asked=job.cancel_asked,
            created_at=job.created_at,
            finished_at=job.finished_at,
        )
        for job in jobs
    ]
