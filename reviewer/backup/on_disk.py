"""The backups in the installation's folder: making one from a page, listing and downloading them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.errors import NotFound, os_fault
from reviewer.core.paths import backups_folder
from reviewer.jobs import runner
from reviewer.jobs.records import BACKUP

_NAME_PATTERN = re.compile(r"dictamen-\d{8}T\d{6}Z\.zip")


@dataclass(frozen=True)
class BackupFile:
    """The file of a backup; ``size`` in bytes."""

    name: str
    size: int
    at: datetime


def new_path(folder: Path) -> Path:
    """Returns the path of a backup that is made now."""
    return folder / f"dictamen-{clock.now():%Y%m%dT%H%M%SZ}.zip"


@verb(Action.BACK_UP)
def start_backup(actor: Actor) -> str:
    """Starts a backup; returns the job's public id, or that of the backup under way."""
    require(actor, Action.BACK_UP)
    folder = backups_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise os_fault("No se puede usar la carpeta de respaldos", error) from error
    return runner.start_for_call(actor, kind=BACKUP, slug="", arguments={"folder": str(folder)})


@verb(Action.BACK_UP)
def list_backups(viewer: Actor, *, limit: int = 5) -> list[BackupFile]:
    """Returns the latest backups, the newest first."""
    require(viewer, Action.BACK_UP)
    paths = (path for path in backups_folder().glob("dictamen-*.zip") if _NAME_PATTERN.fullmatch(path.name))
    return [_backup_file(path) for path in sorted(paths, reverse=True)[:limit]]


@verb(Action.BACK_UP)
def path_for_download(actor: Actor, *, name: str) -> Path:
    """Returns the path of a backup and records its download. Raises ``NotFound``."""
    require(actor, Action.BACK_UP)
    path = backups_folder() / name
    if not _NAME_PATTERN.fullmatch(name) or not path.is_file():
        raise NotFound("Ese respaldo ya no está en el servidor.")
    with write_session() as session:
        facts = {"name": name, "size": path.stat().st_size}
        log.record(session, actor, "backup.download", "installation", "", facts)
    return path


def _backup_file(path: Path) -> BackupFile:
    stat = path.stat()
    return BackupFile(path.name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))
