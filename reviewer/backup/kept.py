"""The backups in the installation's own folder: made from a page, listed, and handed to admins."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reviewer import clock, jobs
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import writing
from reviewer.errors import MachineFault, NotThere, reason_of
from reviewer.job_rows import BACKUP
from reviewer.paths import backups_folder

_NAME = re.compile(r"dictamen-\d{8}T\d{6}Z\.zip")


@dataclass(frozen=True)
class Kept:
    """A backup's file; ``size`` in bytes."""

    name: str
    size: int
    at: datetime


def new_path(folder: Path) -> Path:
    """Where a backup that is made now goes."""
    return folder / f"dictamen-{clock.now():%Y%m%dT%H%M%SZ}.zip"


def start(actor: Actor) -> str:
    """Starts a backup into the folder; returns the job's public id, or that of the one under way."""
    require(actor, Action.BACK_UP)
    folder = backups_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise MachineFault(f"No se puede usar la carpeta de respaldos: {reason_of(error)}.") from error
    return jobs.start_for_call(actor, kind=BACKUP, call_slug="", folder=str(folder))


def listing(viewer: Actor, *, limit: int = 5) -> list[Kept]:
    """The backups that lie there, the latest first."""
    require(viewer, Action.BACK_UP)
    found = (each for each in backups_folder().glob("dictamen-*.zip") if _NAME.fullmatch(each.name))
    return [_kept(each) for each in sorted(found, reverse=True)[:limit]]


def hand_out(actor: Actor, *, name: str) -> Path:
    """The path of a backup that an admin takes along; it is noted that she did. Raises ``NotThere``."""
    require(actor, Action.BACK_UP)
    path = backups_folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotThere("Ese respaldo ya no está en el servidor.")
    with writing() as session:
        facts = {"name": name, "size": path.stat().st_size}
        audit.record(session, actor, "backup.download", "installation", "", facts)
    return path


def _kept(path: Path) -> Kept:
    stat = path.stat()
    return Kept(path.name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))
