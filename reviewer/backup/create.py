"""Makes a backup while people work: one state of the database, and the documents that it refers to."""

import hashlib
import os
import secrets
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, text

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.backup import archive, rows
from reviewer.backup.archive import Manifest, TableEntry
from reviewer.core import clock
from reviewer.core.database import read_connection, write_session
from reviewer.core.errors import InfrastructureError, UserError, os_fault
from reviewer.storage import documents
from reviewer.storage.backends import sync_filesystem
from reviewer.storage.encryption import DecryptionError

Progress = Callable[[int, int], None]
ABANDONED_AFTER_SECONDS = 3600.0  # without a write: a backup under way grows all the time
_PARTIAL_SUFFIX = ".zip.part"


@dataclass(frozen=True)
class BackupSummary:
    """The contents of a backup; ``missing`` are hashes of documents that the store lacks or holds altered."""

    path: Path
    size: int
    rows: int
    documents: int
    missing: tuple[str, ...]


@verb(Action.BACK_UP)
def back_up(actor: Actor, *, path: Path, progress: Progress | None = None) -> BackupSummary:
    """Writes everything to ``path``, which must not exist yet.

    ``progress`` is called with the number of documents copied and of all. The tables are in the state of one
    moment; documents never change and are copied after it. Nothing is held in memory. Raises
    ``InfrastructureError`` where the file can't be written, leaving nothing behind, and where a complete
    backup could not be recorded in the audit trail.
    """
    require(actor, Action.BACK_UP)
    if path.exists():
        raise _name_taken_error(path)
    with _new_zip(path) as zipped:
        manifest = _write_contents(zipped, progress)
        zipped.writestr(archive.MANIFEST, manifest.to_json())
    summary = BackupSummary(
        path=path,
        size=path.stat().st_size,
        rows=sum(table.rows for table in manifest.tables),
        documents=len(manifest.documents),
        missing=tuple(manifest.missing),
    )
    _record_backup(actor, summary)
    return summary


def _record_backup(actor: Actor, summary: BackupSummary) -> None:
    """Records the backup. Without success it is kept all the same: on a full disk it may be needed."""
    facts = {"size": summary.size, "documents": summary.documents, "missing": len(summary.missing)}
    try:
        with write_session() as session:
            log.record(session, actor, "backup.make", "installation", "", facts)
    except InfrastructureError as error:
        message = f"El respaldo «{summary.path.name}» está completo y se conserva, pero no quedó en la bitácora."
        raise InfrastructureError(f"{message} {error}") from error


@contextmanager
def _new_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip that appears under its name only when complete, readable by its owner alone.

    Of two backups with the same name, the one that ends first keeps it.
    """
    partial_path = path.with_name(f".dictamen-{secrets.token_hex(8)}{_PARTIAL_SUFFIX}")
    _remove_abandoned(path.parent)
    try:
        with os.fdopen(os.open(partial_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
                yield zipped
            file.flush()
            os.fsync(file.fileno())
        _publish(partial_path, path)
        sync_filesystem(path.parent)  # for its name
    except OSError as error:
        raise os_fault("No se pudo escribir el respaldo", error) from error
    finally:
        partial_path.unlink(missing_ok=True)


def _publish(partial_path: Path, path: Path) -> None:
    """Gives the file its name, and never replaces another file."""
    try:
        path.hardlink_to(partial_path)
    except FileExistsError:
        raise _name_taken_error(path) from None
    except OSError:  # a file system without hard links
        if path.exists():
            raise _name_taken_error(path) from None
        partial_path.replace(path)


def _name_taken_error(path: Path) -> UserError:
    return UserError(f"«{path.name}» ya existe: elija otro nombre, para no perder un respaldo anterior.")


def _remove_abandoned(folder: Path) -> None:
    """Deletes what killed backups left behind, since it holds personal data."""
    for path in folder.glob(f".dictamen-*{_PARTIAL_SUFFIX}"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                path.unlink()


def _write_contents(zipped: zipfile.ZipFile, progress: Progress | None) -> Manifest:
    with read_connection() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        made_at = clock.now().isoformat()
        revision = rows.revision_of(connection)
        tables = [_write_table(zipped, connection, table) for table in rows.tables_of(connection)]
        hashes = sorted(rows.document_hashes(connection))
    copied_hashes: list[str] = []
    missing: list[str] = []
    for number, sha256 in enumerate(hashes, start=1):
        (copied_hashes if _write_document(zipped, sha256) else missing).append(sha256)
        if progress:
            progress(number, len(hashes))
    return Manifest(made_at, revision, tables, copied_hashes, missing)


def _write_table(zipped: zipfile.ZipFile, connection: Connection, table: Table) -> TableEntry:
    digest, count = hashlib.sha256(), 0
    with zipped.open(archive.table_path(table.name), "w", force_zip64=True) as target:
        for line in rows.lines_of(connection, table):
            digest.update(line)
            target.write(line)
            count += 1
    return TableEntry(table.name, [column.name for column in table.columns], count, digest.hexdigest())


def _write_document(zipped: zipfile.ZipFile, sha256: str) -> bool:
    """Copies a document, without compression; returns whether the store had it unaltered."""
    info = zipfile.ZipInfo(archive.document_path(sha256), date_time=clock.now().timetuple()[:6])
    info.external_attr = 0o600 << 16
    try:
        source = documents.open_document(sha256)
    except FileNotFoundError:
        return False
    with source, zipped.open(info, "w", force_zip64=True) as target:
        try:
            return archive.copy_and_hash(source, target) == sha256
        except DecryptionError:
            return False
