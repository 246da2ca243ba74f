"""Restores a backup into an empty installation, completely or not at all.

After a kill the database is still empty; a second call continues with the documents stored already.
"""

import hashlib
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import DatabaseError, OperationalError, StatementError
from sqlmodel import SQLModel

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.backup import archive, rows
from reviewer.backup.archive import Manifest
from reviewer.backup.create import Progress
from reviewer.core import database
from reviewer.core.errors import InfrastructureError, UserError, os_fault
from reviewer.export import views
from reviewer.storage import documents


@dataclass(frozen=True)
class RestoreSummary:
    """What was restored; ``missing`` are documents that the backup lacked."""

    made_at: str
    rows: int
    documents: int
    missing: tuple[str, ...]


@verb(Action.RESTORE)
def restore(actor: Actor, *, path: Path, progress: Progress | None = None) -> RestoreSummary:
    """Fills an empty installation from the backup at ``path``, after checking all of it.

    A backup of an earlier version is migrated. Raises ``UserError`` where the installation is not empty or
    the backup is damaged, and ``InfrastructureError`` where the disk or the database fails. In both cases
    nothing is left behind.
    """
    require(actor, Action.RESTORE)
    try:
        with _open_archive(path) as zipped:
            manifest = archive.read_manifest(zipped)
            if not database.is_known_revision(manifest.revision):
                raise UserError(archive.LATER_VERSION)
            archive.check(zipped, manifest)
            return _restore(zipped, manifest, progress)
    except OSError as error:
        raise os_fault("No se pudo restaurar", error) from error


def _open_archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (FileNotFoundError, IsADirectoryError, *archive.DAMAGE_ERRORS) as error:
        raise UserError(f"«{path.name}» no es un respaldo que se pueda leer.") from error


def _restore(zipped: zipfile.ZipFile, manifest: Manifest, progress: Progress | None) -> RestoreSummary:
    mark = hashlib.sha256(manifest.to_json().encode()).hexdigest()[:16]
    if not documents.claim(mark):
        raise UserError("La carpeta de documentos no está vacía: solo se restaura en una instalación nueva.")
    restored_hashes: list[str] = []
    try:
        with database.unmigrated_connection() as connection:
            _drop_empty_tables(connection, {table.name for table in manifest.tables})
            database.migrate(connection, manifest.revision)
            _fill_tables(zipped, manifest, connection)
            database.migrate(connection)
            for number, sha256 in enumerate(manifest.documents, start=1):
                with zipped.open(archive.document_path(sha256)) as source:
                    documents.put(source)  # type: ignore[arg-type]  # only read() is asked of it
                restored_hashes.append(sha256)
                if progress:
                    progress(number, len(manifest.documents))
            documents.sync()
    except BaseException:
        for sha256 in restored_hashes:
            with suppress(OSError, InfrastructureError):
                documents.remove(sha256)
        raise
    finally:
        documents.release(mark)
    row_count = sum(table.rows for table in manifest.tables)
    return RestoreSummary(manifest.made_at, row_count, len(restored_hashes), tuple(manifest.missing))


def _drop_empty_tables(connection: Connection, backup_tables: set[str]) -> None:
    """Drops the empty tables, so that those of the backup's revision can be created.

    ``backup_tables`` are the names of the backup's tables. Raises ``UserError`` where a table has rows or
    does not belong to the application.
    """
    metadata = MetaData()
    metadata.reflect(connection)
    tables = rows.tables_of(connection)
    if not {table.name for table in tables} <= SQLModel.metadata.tables.keys() | backup_tables:
        raise UserError("La base de datos tiene tablas que no son de Dictamen: restaure en una para él solo.")
    if not all(rows.is_empty(connection, table) for table in tables):
        raise UserError("La base de datos no está vacía: solo se restaura en una instalación nueva.")
    views.drop(connection)
    metadata.drop_all(connection)


def _fill_tables(zipped: zipfile.ZipFile, manifest: Manifest, connection: Connection) -> None:
    entries = {entry.name: entry for entry in manifest.tables}
    for table in rows.tables_of(connection):
        entry = entries.get(table.name)
        if entry is None:
            raise UserError(archive.damaged_message(archive.table_path(table.name)))
        try:
            with zipped.open(entry.path) as lines:
                count = rows.insert_lines(connection, table, entry.columns, lines)
        except OperationalError:
            raise
        except (TypeError, AttributeError, StatementError, DatabaseError, *archive.DAMAGE_ERRORS) as error:
            raise UserError(archive.damaged_message(entry.path)) from error
        if count != entry.rows:
            raise UserError(archive.damaged_message(entry.path))
        rows.reset_sequence(connection, table)
