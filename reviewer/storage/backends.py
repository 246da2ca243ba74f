"""Stores of documents: a local folder, or a remote store that fsspec supports.

A file appears under its name when it is complete. Methods raise ``InfrastructureError`` where a store can't
be reached or refuses, and ``FileNotFoundError`` for an unknown name.
"""

import ctypes
import errno
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import fsspec

from reviewer.core.errors import InfrastructureError, os_error_reason, os_fault
from reviewer.storage import unnamed_files

STAGING_PREFIX = ".incoming-"
UNFINISHED_AFTER = 3600.0  # seconds without a write; a document is written in a few
# Stores in which an uploaded file becomes visible only when it is complete.
OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})
# Timeouts report an unreachable store within seconds. Listings are not cached: several processes write.
S3_OPTIONS: dict[str, Any] = {
    "use_listings_cache": False,
    "config_kwargs": {
        "connect_timeout": 3,
        "read_timeout": 15,
        "retries": {"mode": "standard", "total_max_attempts": 2},
    },
}
_NO_BUCKET = "El almacén de documentos no existe: revise REVIEWER_DOCUMENTS_URL."
_syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if os.name == "posix" else None
StagedFile = AbstractContextManager[tuple[BinaryIO, Callable[[str], None]]]


class Store(Protocol):
    """A store of files by name (``ab/ab34….pdf``)."""

    def staged_file(self) -> StagedFile:
        """Gives a file to write, and a function that stores it under a name. Without a call it is deleted."""
        ...

    def check_reachable(self) -> None:
        """Raises ``InfrastructureError`` unless the store answers and can be read."""
        ...

    def exists(self, name: str) -> bool:
        """Returns whether there is a file with this name."""
        ...

    def names(self) -> Iterator[str]:
        """Yields the names of all files; none where the store does not exist yet."""
        ...

    def remove(self, name: str) -> None:
        """Deletes a file."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Returns the file opened for reading."""
        ...

    def local_path(self, name: str) -> AbstractContextManager[Path]:
        """Gives a local path at which the file can be read until the block ends."""
        ...

    def delete_unfinished(self) -> None:
        """Deletes files that nobody has written to for an hour and that never got their name."""
        ...

    def sync(self) -> None:
        """Returns when everything stored would survive a power failure."""
        ...


@cache
def store_at(url: str) -> Store:
    """Returns the store of an fsspec URL.

    Raises ``InfrastructureError`` where its library is not installed.
    """
    if url.startswith("file:"):
        return LocalStore(Path(fsspec.core.strip_protocol(url)))
    try:
        filesystem, root = fsspec.core.url_to_fs(url, **(S3_OPTIONS if url.startswith(("s3:", "s3a:")) else {}))
    except ImportError as error:
        raise InfrastructureError(
            "Falta lo que habla con el almacén de documentos: instale requirements-servers.txt."
        ) from error
    except ValueError as error:
        kind = url.partition(":")[0]
        raise InfrastructureError(f"No se conoce un almacén de documentos «{kind}:».") from error
    return RemoteStore(filesystem, str(root).rstrip("/"))


class LocalStore:
    """A local folder. It does not use fsspec, which would double the time of storing a document."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def staged_file(self) -> Iterator[tuple[BinaryIO, Callable[[str], None]]]:
        """Writes a file in the same folder and renames it."""
        staging_path = self.root / f"{STAGING_PREFIX}{secrets.token_hex(8)}"
        is_kept = False

        def commit(name: str) -> None:
            nonlocal is_kept
            file.close()
            try:
                staging_path.replace(self.root / name)
            except FileNotFoundError:  # the first file of its folder
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                staging_path.replace(self.root / name)
            is_kept = True

        try:
            with self._create(staging_path) as file:
                yield file, commit
        except OSError as error:
            raise InfrastructureError(_disk_fault(error)) from error
        finally:
            if not is_kept:
                with suppress(OSError):
                    staging_path.unlink(missing_ok=True)

    def check_reachable(self) -> None:
        """A folder that does not exist yet is created with its first file."""
        if self.exists("") and not os.access(self.root, os.R_OK | os.X_OK):
            raise InfrastructureError("No se puede leer la carpeta de documentos: falta permiso.")

    def exists(self, name: str) -> bool:
        try:
            return (self.root / name).exists()
        except OSError as error:
            raise os_fault("No se puede leer la carpeta de documentos", error) from error

    def names(self) -> Iterator[str]:
        return (str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())

    def remove(self, name: str) -> None:
        try:
            (self.root / name).unlink()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise os_fault("No se puede borrar de la carpeta de documentos", error) from error

    def open(self, name: str) -> BinaryIO:
        return (self.root / name).open("rb")

    @contextmanager
    def local_path(self, name: str) -> Iterator[Path]:
        """Gives the path of the file itself."""
        yield self.root / name

    def delete_unfinished(self) -> None:
        for path in self.root.glob(f"{STAGING_PREFIX}*"):
            with suppress(OSError):  # another process may finish or delete it
                if path.stat().st_mtime < time.time() - UNFINISHED_AFTER:
                    path.unlink()

    def sync(self) -> None:
        """Syncs the whole file system with one call, since files come by the hundred."""
        if self.root.exists():
            sync_filesystem(self.root)

    @staticmethod
    def _create(path: Path) -> BinaryIO:
        try:
            return path.open("wb")
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open("wb")


class RemoteStore:
    """A store on another machine, to which whole files are copied from this machine and back."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self._filesystem, self._root = filesystem, root
        protocols = {filesystem.protocol} if isinstance(filesystem.protocol, str) else set(filesystem.protocol)
        self._is_object_store = bool(protocols & OBJECT_STORES)

    @contextmanager
    def staged_file(self) -> Iterator[tuple[BinaryIO, Callable[[str], None]]]:
        """Writes a local temporary file, which is uploaded when it is complete."""

        def commit(name: str) -> None:
            file.flush()
            with _translate_store_errors("guardar el documento"):
                try:
                    self._upload(path, f"{self._root}/{name}")
                except FileNotFoundError as error:
                    raise InfrastructureError(_NO_BUCKET) from error

        try:
            with unnamed_files.unnamed_file() as (file, path):
                yield file, commit
        except OSError as error:
            raise InfrastructureError(_disk_fault(error)) from error

    def check_reachable(self) -> None:
        """A bucket has to exist; a folder is created with its first file."""
        with _translate_store_errors("usarlo"):
            try:
                self._filesystem.find(f"{self._root}/{STAGING_PREFIX}")
            except FileNotFoundError as error:
                if self._is_object_store:
                    raise InfrastructureError(_NO_BUCKET) from error

    def exists(self, name: str) -> bool:
        with _translate_store_errors("buscar el documento"):
            return bool(self._filesystem.exists(f"{self._root}/{name}"))

    def names(self) -> Iterator[str]:
        with _translate_store_errors("ver lo que guarda"), suppress(FileNotFoundError):
            for path in self._filesystem.find(self._root):
                yield str(path).removeprefix(f"{self._root}/")

    def remove(self, name: str) -> None:
        with _translate_store_errors("borrar el documento"):
            self._filesystem.rm_file(f"{self._root}/{name}")

    def open(self, name: str) -> BinaryIO:
        """Returns a local copy that is deleted when it is closed."""
        copy, _ = self._download(name)
        copy.seek(0)
        return copy

    @contextmanager
    def local_path(self, name: str) -> Iterator[Path]:
        """Gives the path of a local copy that is deleted after the block."""
        copy, path = self._download(name)
        with copy:
            yield path

    def delete_unfinished(self) -> None:
        """Does nothing: object stores hold complete files only, and other ones are not listed on each call."""

    def sync(self) -> None:
        """Does nothing: a remote store answers after it has stored a file."""

    def _download(self, name: str) -> tuple[BinaryIO, Path]:
        copy, path = unnamed_files.create()
        try:
            with _translate_store_errors("leer el documento"):
                self._filesystem.get_file(f"{self._root}/{name}", str(path))
        except BaseException:
            copy.close()
            raise
        return copy, path

    def _upload(self, path: Path, final: str) -> None:
        if self._is_object_store:
            self._filesystem.put_file(str(path), final)
            return
        staging_path = f"{self._root}/{STAGING_PREFIX}{secrets.token_hex(8)}"
        self._filesystem.makedirs(self._filesystem._parent(final), exist_ok=True)
        try:
            self._filesystem.put_file(str(path), staging_path)
            self._filesystem.mv(staging_path, final)
        except BaseException:
            with suppress(Exception):
                self._filesystem.rm_file(staging_path)
            raise


def sync_filesystem(folder: Path) -> None:
    """Writes all files of the folder's file system, and their names, to the disk.

    Raises ``InfrastructureError`` where the disk fails. Only Linux can sync a single file system; elsewhere
    all of them are synced.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if _syncfs is None:
            os.sync()
        elif _syncfs(descriptor):
            number = ctypes.get_errno()
            raise InfrastructureError(_disk_fault(OSError(number, os.strerror(number))))
    finally:
        os.close(descriptor)


@contextmanager
def _translate_store_errors(purpose: str) -> Iterator[None]:
    """Raises ``InfrastructureError`` for a remote store's errors, which differ between fsspec's libraries."""
    try:
        yield
    except (FileNotFoundError, InfrastructureError):
        raise
    except PermissionError as error:
        raise InfrastructureError(f"El almacén de documentos no dio permiso para {purpose}.") from error
    except Exception as error:
        raise InfrastructureError(
            f"El almacén de documentos no responde y no se pudo {purpose}. Vuelva a intentarlo en un momento."
        ) from error


def _disk_fault(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "El disco de los documentos está lleno: libere espacio y vuelva a intentarlo."
    return f"No se puede escribir en la carpeta de documentos: {os_error_reason(error)}."
