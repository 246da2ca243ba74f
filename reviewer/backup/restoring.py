"""A new installation out of a backup: all of it, into an empty place, or nothing.

One that is killed has kept nothing in the database; the same again goes on with the documents that it put.
"""

import hashlib
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import DatabaseError, OperationalError, StatementError
from sqlmodel import SQLModel

from reviewer import database, documents
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.backup import archive, rows
from reviewer.backup.archive import Manifest
from reviewer.backup.making import Progress
from reviewer.errors import MachineFault, Refused, reason_of


@dataclass(frozen=True)
class Restored:
    """What came back; ``missing`` are documents that the backup itself lacked."""

    made_at: str
    rows: int
    documents: int
    missing: tuple[str, ...]


def restore(actor: Actor, *, path: Path, progress: Progress | None = None) -> Restored:
    """Fills an empty installation from the backup at ``path``, which is checked whole before.

    A backup of an earlier version is brought up to date. Raises ``Refused`` where the place is not empty or
    the file not whole, ``MachineFault`` where disk or database fail; in both cases nothing is left behind.
    """
    require(actor, Action.RESTORE)
    try:
        with _opened(path) as zipped:
            manifest = archive.read_manifest(zipped)
            if not database.knows_revision(manifest.revision):
                raise Refused(archive.LATER_VERSION)
            archive.check(zipped, manifest)
            return _restore(zipped, manifest, progress)
    except OSError as error:
        raise MachineFault(f"No se pudo restaurar: {reason_of(error)}.") from error


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (FileNotFoundError, IsADirectoryError, *archive.DAMAGE) as error:
        raise Refused(f"«{path.name}» no es un respaldo que se pueda leer.") from error


def _restore(zipped: zipfile.ZipFile, manifest: Manifest, progress: Progress | None) -> Restored:
    mark = hashlib.sha256(manifest.to_json().encode()).hexdigest()[:16]
    if not documents.claim(mark):
        raise Refused("La carpeta de documentos no está vacía: solo se restaura en una instalación nueva.")
    kept: list[str] = []
    try:
        with database.untouched() as connection:
            _make_room(connection, {each.name for each in manifest.tables})
            database.migrate(connection, manifest.revision)
            _fill_tables(zipped, manifest, connection)
            database.migrate(connection)
            for number, sha256 in enumerate(manifest.documents, start=1):
                with zipped.open(archive.document_path(sha256)) as source:
                    documents.put(source)  # type: ignore[arg-type]  # only read() is asked of it
                kept.append(sha256)
                if progress:
                    progress(number, len(manifest.documents))
            documents.settle()
    except BaseException:
        for sha256 in kept:
            with suppress(OSError, MachineFault):
                documents.remove(sha256)
        raise
    finally:
        documents.release(mark)
    count = sum(each.rows for each in manifest.tables)
    return Restored(manifest.made_at, count, len(kept), tuple(manifest.missing))


def _make_room(connection: Connection, named: set[str]) -> None:
    """Takes away tables that hold nothing, so that those of the backup's own time can be made.

    ``named`` are those of the backup. Refused where there is any row, or a table of somebody else's.
    """
    found = MetaData()
    found.reflect(connection)
    tables = rows.tables_of(connection)
    if not {each.name for each in tables} <= SQLModel.metadata.tables.keys() | named:
        raise Refused("La base de datos tiene tablas que no son de Dictamen: restaure en una para él solo.")
    if not all(rows.is_empty(connection, each) for each in tables):
        raise Refused("La base de datos no está vacía: solo se restaura en una instalación nueva.")
    found.drop_all(connection)


def _fill_tables(zipped: zipfile.ZipFile, manifest: Manifest, connection: Connection) -> None:
    entries = {each.name: each for each in manifest.tables}
    for table in rows.tables_of(connection):
        entry = entries.get(table.name)
        if entry is None:
            raise Refused(archive.damaged(archive.table_path(table.name)))
        try:
            with zipped.open(entry.path) as lines:
                count = rows.insert_lines(connection, table, entry.columns, lines)
        except OperationalError:
            raise
        except (TypeError, AttributeError, StatementError, DatabaseError, *archive.DAMAGE) as error:
            raise Refused(archive.damaged(entry.path)) from error
        if count != entry.rows:
            raise Refused(archive.damaged(entry.path))
        rows.go_on_counting(connection, table)
