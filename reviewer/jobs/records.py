"""The row of a job: whether its process is alive, how it is ended, and what it leaves lying about."""

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
LOST_AFTER = timedelta(minutes=2)  # a process number alone proves nothing: it may be another program's by now
IMPORT, DRY_RUN, RANK, READ = "import", "rehearse", "rank", "read"
BLOCK, DELETE = "block", "delete"
BACKUP = "backup"  # of the installation, whatever the call
CALL_JOBS = (RANK, READ)  # they need no more than the call
PDF_WORKER_JOBS = (IMPORT, DRY_RUN, READ)  # whose work is done by the PDF workers
ACTIONS = {  # who may start, see and stop each kind
    IMPORT: Action.IMPORT_BATCH,
    DRY_RUN: Action.IMPORT_BATCH,
    RANK: Action.SEE_RANKING,
    READ: Action.RUN_JURY,
    BLOCK: Action.KEEP_PRIVACY,
    DELETE: Action.KEEP_PRIVACY,
    BACKUP: Action.BACK_UP,
}
JOB_ACTIONS = tuple(dict.fromkeys(ACTIONS.values()))
UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True)
class JobView:
    """A job as a page shows it. ``status`` tells an interrupted one from a running one, as of now.

    ``rate`` is in pieces a second over the last minute (see ``pace``), 0 where it is not known.
    ``can_resume``: it stopped, and what it works on is still there.
    """

    public_id: str
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
        """Whether its process is at work, as far as one can tell."""
        return self.status in UNDER_WAY


def state_of(job: Job) -> JobStatus:
    """A job's status, ``INTERRUPTED`` where its process is gone without saying how it ended."""
    if job.status not in UNDER_WAY:
        return job.status
    silence = abs(clock.now() - job.heartbeat_at)  # a clock that was set back makes nobody live longer
    if silence < SILENCE_LIMIT or (silence < LOST_AFTER and _is_alive(job)):
        return job.status
    return JobStatus.INTERRUPTED


def find(session: Session, public_id: str) -> Job:
    """The job of this public id. Refused where there is none."""
    job = session.exec(select(Job).where(Job.public_id == public_id)).first()
    if job is None:
        raise UserError("Esa tarea ya no está en la lista.")
    return job


@condition("A job is seen, resumed and cancelled by those who may start jobs of its kind.")
def find_for(session: Session, viewer: Actor, public_id: str, *, in_phase: bool = False) -> Job:
    """The job, for who may start its kind. Who may start none is not told whether there is one.

    ``in_phase``: the phase of its call has to allow it too.
    """
    require_login(viewer)
    job = find(session, public_id)
    require(viewer, ACTIONS[job.kind], phase_of(job) if in_phase else None)
    return job


def mark_ended(job: Job, status: JobStatus, error: str | None = None) -> None:
    """Writes down, in the caller's transaction, how a job ended."""
    job.status, job.error, job.finished_at = status, error, clock.now()


def remove_files(job: Job) -> None:
    """Throws away what nobody needs any more: the upload, which is full of personal data, and the log."""
    if job.arguments.get("upload"):
        uploads.remove(str(job.arguments["upload"]))
    log_path(job).unlink(missing_ok=True)
    mapping_path(job).unlink(missing_ok=True)


def phase_of(job: Job) -> Phase | None:
    """The phase of its call, which may forbid it; None where it is about no call."""
    call = str(job.arguments["call"])
    return spec.get_call(call).phase if call else None


def command_of(job: Job) -> list[str]:
    """The words of the command that the job runs."""
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
    """The words that hand the command its mapping, which is written to a file of its own."""
    mapping = job.arguments.get("mapping")
    if not mapping:
        return []
    # JSON's strings are strings of TOML as well, but for what JSON escapes as two halves.
    lines = [
        f"{json.dumps(name)} = {json.dumps(header, ensure_ascii=False)}" for name, header in mapping.items()
    ]
    path = mapping_path(job)
    path.write_text("\n".join(lines), encoding="utf-8")
    return ["--mapping", str(path)]


def mapping_path(job: Job) -> Path:
    """Where the job's mapping lies while it works."""
    return uploads_folder() / f"{job.public_id}.toml"


def log_path(job: Job) -> Path:
    """Where the job's standard error goes."""
    return uploads_folder() / f"{job.public_id}.log"


def can_resume(job: Job) -> bool:
    """Whether it stopped and what it works on is still there."""
    source_exists = "source" not in job.arguments or Path(str(job.arguments["source"])).exists()
    return source_exists and state_of(job) in (JobStatus.INTERRUPTED, JobStatus.FAILED)


def reap(process: subprocess.Popen[bytes], public_id: str) -> None:
    """Waits for a child, so that it leaves no zombie, and says so if it ended without a word."""
    process.wait()
    with suppress(InfrastructureError), write_session() as session:  # else its silence will say so
        job = session.exec(select(Job).where(Job.public_id == public_id)).first()
        if job is not None and job.status in UNDER_WAY and job.pid in (None, process.pid):
            last_line = _last_error_line(log_path(job))
            mark_ended(job, JobStatus.FAILED if last_line else JobStatus.INTERRUPTED, last_line)


def _last_error_line(log: Path) -> str | None:
    """The line that a refused command leaves on its standard error; a killed one leaves none."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return None
    nonblank_lines = [line for line in lines if line.strip()]
    return nonblank_lines[-1][:500] if nonblank_lines else None


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


def to_views(session: Session, jobs: list[Job]) -> list[JobView]:
    """The jobs as a page shows them."""
    starter_ids = {job.started_by for job in jobs}
    names = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(starter_ids))).all())
    return [
        JobView(
            public_id=job.public_id,
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
