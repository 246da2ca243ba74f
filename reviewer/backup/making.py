"""Making a backup while people work: one moment of the database, and the documents that it names."""

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

from reviewer import clock, documents
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.backup import archive, rows
from reviewer.backup.archive import Manifest, TableEntry
from reviewer.ciphers import Damaged
from reviewer.database import connected, writing
from reviewer.errors import MachineFault, Refused, reason_of
from reviewer.stores import to_disk

Progress = Callable[[int, int], None]
ABANDONED = 3600.0  # seconds without a byte: a backup that is being written grows all the time
_HALF = ".zip.part"


@dataclass(frozen=True)
class Made:
    """What a backup holds; ``missing`` are hashes of documents that the store lacks or holds altered."""

    path: Path
    size: int
    rows: int
    documents: int
    missing: tuple[str, ...]


def back_up(actor: Actor, *, path: Path, progress: Progress | None = None) -> Made:
    """Writes everything to ``path``, which must not exist yet; ``progress`` is told documents done and all.

    The tables are those of one moment; documents never change, so they may be copied after it. Nothing is
    held in memory. Raises ``MachineFault`` where the file can't be written, leaving nothing behind, and
    where it was written and could not be noted.
    """
    require(actor, Action.BACK_UP)
    if path.exists():
        raise _taken(path)
    with _written(path) as zipped:
        manifest = _fill(zipped, progress)
        zipped.writestr(archive.MANIFEST, manifest.to_json())
    made = Made(
        path=path,
        size=path.stat().st_size,
        rows=sum(each.rows for each in manifest.tables),
        documents=len(manifest.documents),
        missing=tuple(manifest.missing),
    )
    _note(actor, made)
    return made


def _note(actor: Actor, made: Made) -> None:
    """A whole backup is kept even where that can't be noted: it may be just what a full disk calls for."""
    facts = {"size": made.size, "documents": made.documents, "missing": len(made.missing)}
    try:
        with writing() as session:
            audit.record(session, actor, "backup.make", "installation", "", facts)
    except MachineFault as error:
        kept = f"El respaldo «{made.path.name}» está completo y se conserva, pero no quedó en la bitácora."
        raise MachineFault(f"{kept} {error}") from error


@contextmanager
def _written(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip that stands under its name only when whole, readable by its owner alone.

    Its name may be given to another meanwhile: whoever ends first keeps it.
    """
    scratch = path.with_name(f".dictamen-{secrets.token_hex(8)}{_HALF}")
    _clear_halves(path.parent)
    try:
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
                yield zipped
            file.flush()
            os.fsync(file.fileno())
        _name(scratch, path)
        to_disk(path.parent)  # its name, too
    except OSError as error:
        raise MachineFault(f"No se pudo escribir el respaldo: {reason_of(error)}.") from error
    finally:
        scratch.unlink(missing_ok=True)


def _name(scratch: Path, path: Path) -> None:
    """Gives the file its name, never in place of another that bears it."""
    try:
        path.hardlink_to(scratch)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:  # a file system without second names
        if path.exists():
            raise _taken(path) from None
        scratch.replace(path)


def _taken(path: Path) -> Refused:
    return Refused(f"«{path.name}» ya existe: elija otro nombre, para no perder un respaldo anterior.")


def _clear_halves(folder: Path) -> None:
    """Takes away what killed backups left behind: they are full of personal data."""
    for each in folder.glob(f".dictamen-*{_HALF}"):
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > ABANDONED:
                each.unlink()


def _fill(zipped: zipfile.ZipFile, progress: Progress | None) -> Manifest:
    with connected() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        made_at = clock.now().isoformat()
        revision = rows.revision_of(connection)
        tables = [_write_table(zipped, connection, table) for table in rows.tables_of(connection)]
        named = (
            "SELECT sha256 FROM document WHERE refused IS NULL "
            "UNION SELECT sha256 FROM blockeddocument WHERE sha256 <> '' ORDER BY sha256"
        )
        wanted = list(connection.execute(text(named)).scalars())
    kept: list[str] = []
    missing: list[str] = []
    for number, sha256 in enumerate(wanted, start=1):
        (kept if _write_document(zipped, sha256) else missing).append(sha256)
        if progress:
            progress(number, len(wanted))
    return Manifest(made_at, revision, tables, kept, missing)


def _write_table(zipped: zipfile.ZipFile, connection: Connection, table: Table) -> TableEntry:
    digest, count = hashlib.sha256(), 0
    with zipped.open(archive.table_path(table.name), "w", force_zip64=True) as target:
        for line in rows.lines_of(connection, table):
            digest.update(line)
            target.write(line)
            count += 1
    return TableEntry(table.name, [each.name for each in table.columns], count, digest.hexdigest())


def _write_document(zipped: zipfile.ZipFile, sha256: str) -> bool:
    """Copies a document as it is (PDFs do not get smaller); whether the store had it unaltered."""
    info = zipfile.ZipInfo(archive.document_path(sha256), date_time=clock.now().timetuple()[:6])
    info.external_attr = 0o600 << 16
    try:
        source = documents.open_document(sha256)
    except FileNotFoundError:
        return False
    with source, zipped.open(info, "w", force_zip64=True) as target:
        try:
            return archive.copy_pieces(source, target) == sha256
        except Damaged:
            return False
