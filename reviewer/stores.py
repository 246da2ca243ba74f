"""Where documents' bytes lie: a folder of this machine, or a store elsewhere that fsspec speaks to.

What is written stands under its name whole or not at all. A store that can't be reached, or that refuses,
is a ``MachineFault`` in words; a name that is not there is ``FileNotFoundError``.
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

from reviewer.errors import MachineFault, reason_of

HIDDEN = ".incoming-"
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
Incoming = AbstractContextManager[tuple[BinaryIO, Callable[[str], None]]]


class Store(Protocol):
    """A place for files by name (``ab/ab34….pdf``)."""

    def incoming(self) -> Incoming:
        """A file to write, and what puts it under its name once it is whole; else nothing is left of it."""
        ...

    def reach(self) -> None:
        """Returns where the store answers, and ``MachineFault`` else."""
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

    def settle(self) -> None:
        """Returns when all that was put would outlast a power cut."""
        ...


@cache
def store_at(url: str) -> Store:
    """The store of an fsspec URL. Raises ``MachineFault`` where what speaks to it is not installed."""
    if url.startswith("file:"):
        return Disk(Path(fsspec.core.strip_protocol(url)))
    try:
        system, root = fsspec.core.url_to_fs(url, **(S3_OPTIONS if url.startswith(("s3:", "s3a:")) else {}))
    except ImportError as error:
        raise MachineFault(
            "Falta lo que habla con el almacén de documentos: instale requirements-servers.txt."
        ) from error
    except ValueError as error:
        kind = url.partition(":")[0]
        raise MachineFault(f"No se conoce un almacén de documentos «{kind}:».") from error
    return Elsewhere(system, str(root).rstrip("/"))


class Disk:
    """A folder of this machine, without fsspec's detours, which take half the time of storing a document."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def incoming(self) -> Iterator[tuple[BinaryIO, Callable[[str], None]]]:
        """Written beside its place and renamed into it."""
        scratch = self.root / f"{HIDDEN}{secrets.token_hex(8)}"
        is_kept = False

        def keep(name: str) -> None:
            nonlocal is_kept
            file.close()
            try:
                scratch.replace(self.root / name)
            except FileNotFoundError:  # the first of its folder
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                scratch.replace(self.root / name)
            is_kept = True

        try:
            with self._new(scratch) as file:
                yield file, keep
        except OSError as error:
            raise MachineFault(_disk_fault(error)) from error
        finally:
            if not is_kept:
                with suppress(OSError):
                    scratch.unlink(missing_ok=True)

    def reach(self) -> None:
        """The folder itself is made with its first file."""
        self.exists("")

    def exists(self, name: str) -> bool:
        """Whether a file of this name is there."""
        try:
            return (self.root / name).exists()
        except OSError as error:
            raise MachineFault(f"No se puede leer la carpeta de documentos: {reason_of(error)}.") from error

    def names(self) -> Iterator[str]:
        """The names of all files."""
        return (str(each.relative_to(self.root)) for each in self.root.rglob("*") if each.is_file())

    def remove(self, name: str) -> None:
        """Takes it away for good."""
        try:
            (self.root / name).unlink()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise MachineFault(
                f"No se puede borrar de la carpeta de documentos: {reason_of(error)}."
            ) from error

    def open(self, name: str) -> BinaryIO:
        """Its bytes."""
        return (self.root / name).open("rb")

    @contextmanager
    def local_path(self, name: str) -> Iterator[Path]:
        """The file itself."""
        yield self.root / name

    def settle(self) -> None:
        """One call for the whole file system, since files come by the hundred."""
        if self.root.exists():
            to_disk(self.root)

    @staticmethod
    def _new(path: Path) -> BinaryIO:
        try:
            return path.open("wb")
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open("wb")


class Elsewhere:
    """A store of another machine. Files go there and come from there whole, by way of one of this machine."""

    def __init__(self, system: Any, root: str) -> None:
        self._system, self._root = system, root
        protocols = {system.protocol} if isinstance(system.protocol, str) else set(system.protocol)
        self._is_object_store = bool(protocols & OBJECT_STORES)

    @contextmanager
    def incoming(self) -> Iterator[tuple[BinaryIO, Callable[[str], None]]]:
        """Gathered here, and sent when it is whole."""

        def keep(name: str) -> None:
            file.flush()
            with _reaching("guardar el documento"):
                try:
                    self._send(file.name, f"{self._root}/{name}")
                except FileNotFoundError as error:
                    raise MachineFault(_NO_BUCKET) from error

        try:
            with tempfile.NamedTemporaryFile(prefix="dictamen-", suffix=".pdf") as file:
                yield file, keep  # type: ignore[misc]  # a file in all but name
        except OSError as error:
            raise MachineFault(_disk_fault(error)) from error

    def reach(self) -> None:
        """A bucket must be there; a folder is made with its first file."""
        with _reaching("usarlo"):
            try:
                self._system.find(f"{self._root}/{HIDDEN}")
            except FileNotFoundError as error:
                if self._is_object_store:
                    raise MachineFault(_NO_BUCKET) from error

    def exists(self, name: str) -> bool:
        """Whether a file of this name is there."""
        with _reaching("buscar el documento"):
            return bool(self._system.exists(f"{self._root}/{name}"))

    def names(self) -> Iterator[str]:
        """The names of all files."""
        with _reaching("ver lo que guarda"), suppress(FileNotFoundError):
            for path in self._system.find(self._root):
                yield str(path).removeprefix(f"{self._root}/")

    def remove(self, name: str) -> None:
        """Takes it away for good."""
        with _reaching("borrar el documento"):
            self._system.rm_file(f"{self._root}/{name}")

    def open(self, name: str) -> BinaryIO:
        """A copy that is gone when it is closed."""
        copy = self._copy(name)
        copy.seek(0)
        return copy

    @contextmanager
    def local_path(self, name: str) -> Iterator[Path]:
        """A copy that is gone after the block."""
        with self._copy(name) as copy:
            yield Path(copy.name)

    def settle(self) -> None:
        """Such a store answers when it has what it was sent."""

    def _copy(self, name: str) -> BinaryIO:
        copy = tempfile.NamedTemporaryFile(prefix="dictamen-", suffix=".pdf")  # noqa: SIM115  # it is returned
        try:
            with _reaching("leer el documento"):
                self._system.get_file(f"{self._root}/{name}", copy.name)
        except BaseException:
            copy.close()
            raise
        return copy  # type: ignore[return-value]  # a file in all but name

    def _send(self, path: str, final: str) -> None:
        if self._is_object_store:
            self._system.put_file(path, final)
            return
        scratch = f"{self._root}/{HIDDEN}{secrets.token_hex(8)}"
        self._system.makedirs(self._system._parent(final), exist_ok=True)
        try:
            self._system.put_file(path, scratch)
            self._system.mv(scratch, final)
        except BaseException:
            with suppress(Exception):
                self._system.rm_file(scratch)
            raise


def to_disk(folder: Path) -> None:
    """Makes sure that all files of the folder's file system, and their names, are on the disk.

    Raises ``MachineFault`` where the disk fails. Where the system has no call for one file system (it is
    Linux's), all of them are told to write.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if _syncfs is None:
            os.sync()
        elif _syncfs(descriptor):
            number = ctypes.get_errno()
            raise MachineFault(_disk_fault(OSError(number, os.strerror(number))))
    finally:
        os.close(descriptor)


@contextmanager
def _reaching(purpose: str) -> Iterator[None]:
    """Says in words what went wrong with a store elsewhere; each library of fsspec's has its own errors."""
    try:
        yield
    except (FileNotFoundError, MachineFault):
        raise
    except PermissionError as error:
        raise MachineFault(f"El almacén de documentos no dio permiso para {purpose}.") from error
    except Exception as error:
        raise MachineFault(
            f"El almacén de documentos no responde y no se pudo {purpose}. Vuelva a intentarlo en un momento."
        ) from error


def _disk_fault(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "El disco de los documentos está lleno: libere espacio y vuelva a intentarlo."
    return f"No se puede escribir en la carpeta de documentos: {reason_of(error)}."
