"""The store of PDFs: by content hash, byte for byte, on any fsspec URL (``ab/ab34….pdf``)."""

import errno
import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import fsspec

from reviewer.errors import MachineFault, reason_of
from reviewer.paths import documents_url

CHUNK = 1 << 20


def name_of(sha256: str) -> str:
    """Where a document lies below the store's URL."""
    return f"{sha256[:2]}/{sha256}.pdf"


def put(source: BinaryIO) -> tuple[str, int]:
    """Keeps what ``source`` holds and returns its SHA-256 in hexadecimal and its size in bytes.

    Read in pieces and renamed into place when whole: a store never holds half a document.
    """
    store, root = _store(documents_url())
    scratch = f"{root}/.incoming-{secrets.token_hex(8)}"
    digest, size = hashlib.sha256(), 0
    try:
        with _opened(store, scratch) as target:
            while piece := source.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        sha256 = digest.hexdigest()
        _settle(store, scratch, f"{root}/{name_of(sha256)}")
    except OSError as error:
        _forget(store, scratch)
        raise MachineFault(_fault(error)) from error
    return sha256, size


def put_file(path: Path, *, sha256: str) -> None:
    """Keeps a local file whose hash is known; copies nothing where it is kept already."""
    with path.open("rb") as source:
        _keep(sha256, lambda target: shutil.copyfileobj(source, target, CHUNK))


def put_content(content: bytes, *, sha256: str) -> None:
    """Keeps bytes whose hash is known; writes nothing where they are kept already."""
    _keep(sha256, lambda target: target.write(content))


def _keep(sha256: str, write: Callable[[BinaryIO], object]) -> None:
    store, root = _store(documents_url())
    final = f"{root}/{name_of(sha256)}"
    if store.exists(final):
        return
    scratch = f"{root}/.incoming-{secrets.token_hex(8)}"
    try:
        with _opened(store, scratch) as target:
            write(target)
        _settle(store, scratch, final)
    except OSError as error:
        _forget(store, scratch)
        raise MachineFault(_fault(error)) from error


def exists(sha256: str) -> bool:
    """Whether the store holds a document of this hash."""
    store, root = _store(documents_url())
    return bool(store.exists(f"{root}/{name_of(sha256)}"))


def is_empty() -> bool:
    """Whether the store holds no document at all."""
    store, root = _store(documents_url())
    return not (store.exists(root) and any(name.endswith(".pdf") for name in store.find(root)))


def remove(sha256: str) -> None:
    """Takes a document away for good."""
    store, root = _store(documents_url())
    store.rm_file(f"{root}/{name_of(sha256)}")


def open_document(sha256: str) -> BinaryIO:
    """A document's bytes as a file to read. Raises ``FileNotFoundError``."""
    store, root = _store(documents_url())
    opened: BinaryIO = store.open(f"{root}/{name_of(sha256)}", "rb")
    return opened


@contextmanager
def local_path(sha256: str) -> Iterator[Path]:
    """A path of this machine under which the document can be read until the block ends."""
    store, root = _store(documents_url())
    if "file" in _protocols(store):
        yield Path(root) / name_of(sha256)
        return
    with tempfile.NamedTemporaryFile(prefix="dictamen-", suffix=".pdf") as copy:
        with open_document(sha256) as source:
            shutil.copyfileobj(source, copy, CHUNK)
        copy.flush()
        yield Path(copy.name)


@cache
def _store(url: str) -> tuple[Any, str]:
    options = {"auto_mkdir": True} if url.startswith("file:") else {}
    store, root = fsspec.core.url_to_fs(url, **options)
    return store, str(root).rstrip("/")


def _protocols(store: Any) -> tuple[str, ...]:
    return (store.protocol,) if isinstance(store.protocol, str) else tuple(store.protocol)


def _opened(store: Any, scratch: str) -> BinaryIO:
    """A new file to write; on this machine's disk without the library's detours, which take half the time."""
    if "file" not in _protocols(store):
        opened: BinaryIO = store.open(scratch, "wb")
        return opened
    try:
        return Path(scratch).open("wb")
    except FileNotFoundError:
        Path(scratch).parent.mkdir(parents=True, exist_ok=True)
        return Path(scratch).open("wb")


def _settle(store: Any, scratch: str, final: str) -> None:
    """Moves a whole document into its place; on this machine's disk in one step."""
    if "file" in _protocols(store):
        Path(final).parent.mkdir(parents=True, exist_ok=True)
        Path(scratch).replace(final)
    elif store.exists(final):
        store.rm_file(scratch)
    else:
        store.makedirs(store._parent(final), exist_ok=True)
        store.mv(scratch, final)


def _forget(store: Any, scratch: str) -> None:
    """Takes a half-written document away; where even that fails, its name begins with a dot."""
    with suppress(OSError):
        store.rm_file(scratch)


def _fault(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "El disco de los documentos está lleno: libere espacio y vuelva a intentarlo."
    return f"No se puede escribir en la carpeta de documentos: {reason_of(error)}."
