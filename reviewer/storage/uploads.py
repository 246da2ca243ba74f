"""Batches that a browser uploads in pieces, or that are in a server folder allowed by the operator.

Each piece is written at the offset where the last one ended and counts once it is on the disk, so that a
broken connection or a killed server loses only the piece under way.
"""

import errno
import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path, PurePosixPath

from sqlmodel import and_, col, delete, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, require, verb
from reviewer.audit import log
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, InfrastructureError, StaleWrite, UserError, os_fault
from reviewer.core.paths import documents_url, uploads_folder
from reviewer.core.spanish import format_size
from reviewer.models import Call, Person, Upload, require_id

ABANDONED_AFTER, UNIMPORTED_AFTER = timedelta(days=3), timedelta(days=30)  # incomplete; complete
ENDINGS = (".zip", ".pdf")
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")  # APPNOTE.TXT 4.3.7, an entry; 4.3.16, an empty archive
_SPARE_BYTES = 64 << 20  # for the database, its journal and logs

_being_written: set[str] = set()
_lock = threading.Lock()


class WrongOffset(StaleWrite):
    """A piece does not begin where the last one ended, after ``received`` bytes."""

    def __init__(self, message: str, received: int) -> None:
        super().__init__(message)
        self.received = received


class NoSpace(UserError):
    """The server's disk has no room for an upload, or no longer."""


class NotAZip(UserError):
    """An upload does not begin like a zip archive; it was deleted."""


class Piece:
    """The piece of an upload that is being written. It has to be closed in any case: what arrived counts."""

    def __init__(self, upload: Upload, descriptor: int) -> None:
        self._upload, self._descriptor, self._end = upload, descriptor, upload.received

    def write(self, data: bytes) -> None:
        """Appends bytes. Raises ``NoSpace`` on a full disk, ``UserError`` past the announced size."""
        if self._end + len(data) > self._upload.size:
            raise UserError("Llegaron más bytes de los anunciados: elija otra vez el archivo.")
        try:
            while data:
                written = os.write(self._descriptor, data)
                self._end += written
                data = data[written:]
        except OSError as error:
            raise _disk_fault(error) from error

    def close(self) -> Upload:
        """Writes the piece to the disk and records how much of the upload was received."""
        upload = self._upload
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise _disk_fault(error) from error
        finally:
            os.close(self._descriptor)
            with _lock:
                _being_written.discard(upload.public_id)
        is_zip = upload.name.lower().endswith(".zip")
        if is_zip and upload.received == 0 and self._end >= 4 and not _has_zip_signature(path_of(upload)):
            _delete_upload(upload)
            raise NotAZip(f"«{upload.name}» no es un zip: comprima la carpeta del lote y elija el .zip.")
        return _record_received(upload, self._end)


@verb(Action.IMPORT_BATCH)
def begin(actor: Actor, *, slug: str, name: str, size: int) -> Upload:
    """Begins the upload of a zip archive or document of ``size`` bytes. Raises ``NoSpace`` on a full disk."""
    call = spec.get_call(slug)
    require(actor, Action.IMPORT_BATCH, call.phase)
    name = _safe_name(name)
    if not name.lower().endswith(ENDINGS) or len(name) < 5:
        raise UserError(f"«{name}» no es un zip: comprima la carpeta del lote en un solo archivo .zip.")
    if size < 22:  # APPNOTE.TXT 4.3.16: an archive without entries; no document is so short
        raise UserError(f"«{name}» está vacío: vuelva a elegirlo o a comprimir la carpeta del lote.")
    _make_folder(uploads_folder())
    delete_abandoned()
    _check_space(name, size)
    upload = Upload(call_id=require_id(call), person_id=actor.require_person_id(), name=name, size=size)
    _make_folder(path_of(upload).parent)
    _create(path_of(upload))
    with write_session() as session:
        session.add(upload)
        session.flush()
        log.record(session, actor, "upload.begin", "upload", upload.public_id, {"size": size})
    return upload


@condition("An upload is continued only by the person who began it; once complete, any admin may import it.")
@verb(Action.IMPORT_BATCH)
def find(viewer: Actor, *, public_id: str) -> Upload:
    """Returns the viewer's own upload. Raises ``Forbidden`` for any other, whether it exists or not."""
    upload = _find(viewer, public_id)
    if upload is None or upload.person_id != viewer.person_id:
        raise Forbidden("Esa carga no existe o es de otra persona.")
    return upload


@verb(Action.IMPORT_BATCH)
def find_usable(viewer: Actor, *, public_id: str) -> Upload:
    """Returns the viewer's own upload, or a complete batch of another administrator."""
    upload = _find(viewer, public_id)
    if upload is not None and upload.complete_at and upload.name.lower().endswith(".zip"):
        return upload
    return find(viewer, public_id=public_id)


@verb(Action.IMPORT_BATCH)
def open_piece(actor: Actor, *, public_id: str, offset: int) -> Piece:
    """Opens an upload to append at ``offset`` (bytes). Raises ``WrongOffset`` if it does not end there."""
    upload = find(actor, public_id=public_id)
    with _lock:
        if public_id in _being_written:
            raise WrongOffset("Este archivo ya se está recibiendo en otra ventana.", upload.received)
        _being_written.add(public_id)
    try:
        upload = find(actor, public_id=public_id)  # again, now that nobody else writes
        if offset != upload.received:
            raise WrongOffset(f"Lo recibido llega al byte {upload.received}.", upload.received)
        return Piece(upload, _open_at(path_of(upload), offset))
    except BaseException:
        with _lock:
            _being_written.discard(public_id)
        raise


@verb(Action.IMPORT_BATCH)
def source_of(actor: Actor, *, upload: str | None, source: Path | None) -> tuple[Path, str]:
    """Returns the path and name of a batch: a complete upload (by id), or an allowed folder of the server."""
    if upload is None:
        path = allowed_source(source or Path())
        return path, path.name
    source_upload = find_usable(actor, public_id=upload)
    if source_upload.complete_at is None:
        raise UserError(f"«{source_upload.name}» no ha llegado entero: termine de subirlo.")
    return path_of(source_upload), source_upload.name


@verb(Action.IMPORT_BATCH)
def complete_batches(viewer: Actor, *, slug: str) -> list[tuple[Upload, str]]:
    """Returns the complete zip archives of a call, each with the sender's name, the latest first."""
    require(viewer, Action.IMPORT_BATCH)
    query = (
        select(Upload, Person.name)
        .join(Call)
        .join(Person)
        .where(Call.slug == slug)
        .where(col(Upload.complete_at).is_not(None), col(Upload.name).iendswith(".zip"))
        .order_by(col(Upload.complete_at).desc())
    )
    with read_session() as session:
        return list(session.exec(query))


@verb(Action.IMPORT_BATCH)
def discard(actor: Actor, *, public_id: str) -> None:
    """Deletes the actor's own upload, or a complete batch."""
    _delete_upload(find_usable(actor, public_id=public_id))


def remove(public_id: str) -> None:
    """Deletes an upload that was imported or abandoned, if it exists."""
    with read_session() as session:
        upload = session.exec(select(Upload).where(Upload.public_id == public_id)).first()
    if upload is not None:
        _delete_upload(upload)


def path_of(upload: Upload) -> Path:
    """Returns the path of an upload: under its own name, which reports show, in a folder of random name."""
    return uploads_folder() / upload.public_id / upload.name


def server_batches() -> list[Path]:
    """Returns the batches on the server: folders and zip archives in the operator's allowed folders."""
    paths = [
        path
        for root in _allowed_roots()
        if root.is_dir()
        for path in sorted(root.iterdir())
        if not path.name.startswith(".") and (path.is_dir() or path.suffix.lower() == ".zip")
    ]
    return [path for path in paths if _is_allowed(path)]


def allowed_source(path: Path) -> Path:
    """Returns a batch's real path on the server. Raises ``UserError`` outside of the allowed folders."""
    if not _is_allowed(path):
        raise UserError("Esa carpeta no está entre las que permitió quien opera el servidor (REVIEWER_BATCH_FOLDERS).")
    return path.resolve()


def _find(viewer: Actor, public_id: str) -> Upload | None:
    require(viewer, Action.IMPORT_BATCH)
    with read_session() as session:
        return session.exec(select(Upload).where(Upload.public_id == public_id)).first()


def _allowed_roots() -> list[Path]:
    setting = os.environ.get("REVIEWER_BATCH_FOLDERS", "")
    return [Path(folder).resolve() for folder in setting.split(os.pathsep) if folder.strip()]


def _is_allowed(path: Path) -> bool:
    real = path.resolve()
    return real.exists() and any(root in real.parents for root in _allowed_roots())


def _safe_name(name: str) -> str:
    """Returns the bare file name, without characters that could confuse a list, a log or a file system."""
    base_name = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(char for char in base_name if char.isprintable() and char not in '<>:"|?*').strip()
    stem, dot, ending = printable.rpartition(".")
    return f"{stem.strip(' .')[:60]}{dot}{ending[:10]}" if stem.strip(" .") else printable[:60]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise os_fault("No se puede crear la carpeta de cargas", error) from error


def _check_space(name: str, size: int) -> None:
    """Raises ``NoSpace`` unless there is room for the archive and the documents extracted from it."""
    free = shutil.disk_usage(uploads_folder()).free
    copies = 2 if documents_url().startswith("file:") else 1
    if free < copies * size + _SPARE_BYTES:
        beside = " y sus documentos" if copies == 2 else ""
        raise NoSpace(
            f"No hay lugar para «{name}» ({format_size(size)}){beside}: en el disco del servidor quedan "
            f"{format_size(free)}. Libere espacio o divida el lote en varios zip."
        )


def _create(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise _disk_fault(error) from error


def _open_at(path: Path, offset: int) -> int:
    """Opens the file at ``offset`` and cuts off what an uncounted piece left after it."""
    try:
        descriptor = os.open(path, os.O_RDWR)
        if os.fstat(descriptor).st_size > offset:
            os.ftruncate(descriptor, offset)
        os.lseek(descriptor, offset, os.SEEK_SET)
    except FileNotFoundError as error:
        raise Forbidden("Esa carga ya no está en el servidor: elija otra vez el archivo.") from error
    except OSError as error:
        raise _disk_fault(error) from error
    return descriptor


def _record_received(upload: Upload, end: int) -> Upload:
    values: dict[str, object] = {"received": end}
    if end == upload.size:
        values["complete_at"] = clock.now()
    with write_session() as session:
        session.exec(
            update(Upload).where(col(Upload.id) == upload.id, col(Upload.received) == upload.received).values(**values)
        )
        return session.exec(select(Upload).where(Upload.id == upload.id)).one()


def _has_zip_signature(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _ZIP_SIGNATURES


def _delete_upload(upload: Upload) -> None:
    with write_session() as session:
        session.exec(delete(Upload).where(col(Upload.id) == upload.id))
    shutil.rmtree(path_of(upload).parent, ignore_errors=True)


def delete_abandoned() -> None:
    """Deletes uploads that nobody continued, or imported: they hold personal data without a purpose."""
    incomplete = and_(col(Upload.complete_at).is_(None), col(Upload.created_at) < clock.now() - ABANDONED_AFTER)
    query = select(Upload).where(or_(incomplete, col(Upload.complete_at) < clock.now() - UNIMPORTED_AFTER))
    _delete_all(query)


def delete_of_call(call_id: int) -> None:
    """Deletes what was uploaded for a call and never imported."""
    _delete_all(select(Upload).where(Upload.call_id == call_id))


def _delete_all(query: SelectOfScalar[Upload]) -> None:
    with read_session() as session:
        uploads = session.exec(query).all()
    for upload in uploads:
        _delete_upload(upload)


def _disk_fault(error: OSError) -> UserError | InfrastructureError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NoSpace("El disco del servidor se llenó. Lo recibido se conserva: libere espacio y reanude la carga.")
    return os_fault("No se puede escribir en la carpeta de cargas", error)
