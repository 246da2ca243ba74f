"""Where documents' bytes lie: a folder of this machine, or a store elsewhere that fsspec speaks to.

What is written stands under its name whole or not at all. A store that can't be reached, or that refuses,
is a ``InfrastructureError`` in words; a name that is not there is ``FileNotFoundError``.
"""

import ctypes
import errno
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import fsspec

from reviewer.core.errors import InfrastructureError, os_error_reason

STAGING_PREFIX = ".incoming-"
# What is put there is seen when it is whole, and never before.
OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})
# A store that is away is said within seconds; several processes write, so that no listing may be remembered.
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
    """A place for files by name (``ab/ab34….pdf``)."""

    def staged_file(self) -> StagedFile:
        """A file to write, and what puts it under its name once it is whole; else nothing is left of it."""
        ...

    def check_reachable(self) -> None:
        """Returns where the store answers, and ``InfrastructureError`` else."""
        ...

    def exists(self, name: str) -> bool:
        """Whether a file of this name is there."""
        ...

    def names(self) -> Iterator[str]:
        """The names of all files; none where the store does not exist yet."""
        ...

    def remove(self, name: str) -> None:
        """Takes it away for good."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Its bytes."""
        ...

    def local_path(self, name: str) -> AbstractContextManager[Path]:
        """A path of this machine under which it can be read until the block ends."""
        ...

    def sync(self) -> None:
        """Returns when all that was put would outlast a power cut."""
        ...


@cache
def store_at(url: str) -> Store:
    """The store of an fsspec URL. Raises ``InfrastructureError`` where what speaks to it is not installed."""
    if url.startswith("file:"):
        return LocalStore(Path(fsspec.core.strip_protocol(url)))
    try:
        filesystem, root = fsspec.core.url_to_fs(
            url, **(S3_OPTIONS if url.startswith(("s3:", "s3a:")) else {})
        )
    except ImportError as error:
        raise InfrastructureError(
            "Falta lo que habla con el almacén de documentos: instale requirements-servers.txt."
        ) from error
    except ValueError as error:
        kind = url.partition(":")[0]
        raise InfrastructureError(f"No se conoce un almacén de documentos «{kind}:».") from error
    return RemoteStore(filesystem, str(root).rstrip("/"))


class LocalStore:
    """A folder of this machine, without fsspec's detours, which take half the time of storing a document."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def staged_file(self) -> Iterator[tuple[BinaryIO, Callable[[str], None]]]:
        """Written beside its place and renamed into it."""
        staging_path = self.root / f"{STAGING_PREFIX}{secrets.token_hex(8)}"
        is_kept = False

        def commit(name: str) -> None:
            nonlocal is_kept
            file.close()
            try:
                staging_path.replace(self.root / name)
            except FileNotFoundError:  # the first of its folder
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
        """Whether a file of this name is there."""
        try:
            return (self.root / name).exists()
        except OSError as error:
            raise InfrastructureError(
                f"No se puede leer la carpeta de documentos: {os_error_reason(error)}."
            ) from error

    def names(self) -> Iterator[str]:
        """The names of all files."""
        return (str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())

    def remove(self, name: str) -> None:
        """Takes it away for good."""
        try:
            (self.root / name).unlink()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise InfrastructureError(
                f"No se puede borrar de la carpeta de documentos: {os_error_reason(error)}."
            ) from error

    def open(self, name: str) -> BinaryIO:
        """Its bytes."""
        return (self.root / name).open("rb")

    @contextmanager
    def local_path(self, name: str) -> Iterator[Path]:
        """The file itself."""
        yield self.root / name

    def sync(self) -> None:
        """One call for the whole file system, since files come by the hundred."""
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
    """A store of another machine. Files go there and come from there whole, by way of one of this machine."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self._filesystem, self._root = filesystem, root
        protocols = (
            {filesystem.protocol} if isinstance(filesystem.protocol, str) else set(filesystem.protocol)
        )
        self._is_object_store = bool(protocols & OBJECT_STORES)

    @contextmanager
    def staged_file(self) -> Iterator[tuple[BinaryIO, Callable[[str], None]]]:
        """Gathered here, and sent when it is whole."""

        def commit(name: str) -> None:
            file.flush()
            with _translate_store_errors("guardar el documento"):
                try:
                    self._upload(file.name, f"{self._root}/{name}")
                except FileNotFoundError as error:
                    raise InfrastructureError(_NO_BUCKET) from error

        try:
            with tempfile.NamedTemporaryFile(prefix="dictamen-", suffix=".pdf") as file:
                yield file, commit  # type: ignore[misc]  # a file in all but name
        except OSError as error:
            raise InfrastructureError(_disk_fault(error)) from error

    def check_reachable(self) -> None:
        """A bucket must be there; a folder is made with its first file."""
        with _translate_store_errors("usarlo"):
            try:
                self._filesystem.find(f"{self._root}/{STAGING_PREFIX}")
            except FileNotFoundError as error:
                if self._is_object_store:
                    raise InfrastructureError(_NO_BUCKET) from error

    def exists(self, name: str) -> bool:
        """Whether a file of this name is there."""
        with _translate_store_errors("buscar el documento"):
            return bool(self._filesystem.exists(f"{self._root}/{name}"))

    def names(self) -> Iterator[str]:
        """The names of all files."""
        with _translate_store_errors("ver lo que guarda"), suppress(FileNotFoundError):
            for path in self._filesystem.find(self._root):
                yield str(path).removeprefix(f"{self._root}/")

    def remove(self, name: str) -> None:
        """Takes it away for good."""
        with _translate_store_errors("borrar el documento"):
            self._filesystem.rm_file(f"{self._root}/{name}")

    def open(self, name: str) -> BinaryIO:
        """A copy that is gone when it is closed."""
        copy = self._download(name)
        copy.seek(0)
        return copy

    @contextmanager
    def local_path(self, name: str) -> Iterator[Path]:
        """A copy that is gone after the block."""
        with self._download(name) as copy:
            yield Path(copy.name)

    def sync(self) -> None:
        """Such a store answers when it has what it was sent."""

    def _download(self, name: str) -> BinaryIO:
        copy = tempfile.NamedTemporaryFile(prefix="dictamen-", suffix=".pdf")  # noqa: SIM115  # it is returned
        try:
            with _translate_store_errors("leer el documento"):
                self._filesystem.get_file(f"{self._root}/{name}", copy.name)
        except BaseException:
            copy.close()
            raise
        return copy  # type: ignore[return-value]  # a file in all but name

    def _upload(self, path: str, final: str) -> None:
        if self._is_object_store:
            self._filesystem.put_file(path, final)
            return
        staging_path = f"{self._root}/{STAGING_PREFIX}{secrets.token_hex(8)}"
        self._filesystem.makedirs(self._filesystem._parent(final), exist_ok=True)
        try:
            self._filesystem.put_file(path, staging_path)
            self._filesystem.mv(staging_path, final)
        except BaseException:
            with suppress(Exception):
                self._filesystem.rm_file(staging_path)
            raise


def sync_filesystem(folder: Path) -> None:
    """Makes sure that all files of the folder's file system, and their names, are on the disk.

    Raises ``InfrastructureError`` where the disk fails. Where the system has no call for one file system (it is
    Linux's), all of them are told to write.
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
    """Says in words what went wrong with a store elsewhere; each library of fsspec's has its own errors."""
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
