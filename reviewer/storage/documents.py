"""Documents by content hash (``ab/ab34….pdf``), in the store that the operator configured.

They are stored as they are or encrypted (see ``encryption``); the name is the hash of the plain bytes either
way.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from reviewer.core.errors import InfrastructureError
from reviewer.core.paths import documents_url
from reviewer.storage import encryption, unnamed_files
from reviewer.storage.backends import Store, store_at

CHUNK = 1 << 20
MISSING, ALTERED = "missing", "altered"


def store_name(sha256: str) -> str:
    """Returns the name of a document in the store."""
    return f"{sha256[:2]}/{sha256}.pdf"


def put(source: BinaryIO) -> tuple[str, int]:
    """Stores the contents of ``source``; returns their SHA-256 in hexadecimal and their size in bytes.

    They are read in pieces, and appear in the store when complete.
    """
    digest, size = hashlib.sha256(), 0
    with _store().staged_file() as (file, commit):
        with encryption.encrypting_writer(file) as target:
            while piece := source.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        sha256 = digest.hexdigest()
        commit(store_name(sha256))
    return sha256, size


def put_file(path: Path, *, sha256: str) -> None:
    """Stores a local file of known hash, unless the store has it already."""
    with path.open("rb") as source:
        _put_if_missing(sha256, source)


def put_content(content: bytes, *, sha256: str) -> None:
    """Stores bytes of known hash, unless the store has them already."""
    _put_if_missing(sha256, io.BytesIO(content))


def _put_if_missing(sha256: str, source: BinaryIO) -> None:
    if exists(sha256):
        return
    with _store().staged_file() as (file, commit):
        with encryption.encrypting_writer(file) as target:
            shutil.copyfileobj(source, target, CHUNK)
        commit(store_name(sha256))


def check_reachable() -> None:
    """Raises ``InfrastructureError`` unless the store answers and can be read."""
    _store().check_reachable()


def exists(sha256: str) -> bool:
    """Returns whether the store has a document with this hash."""
    return _store().exists(store_name(sha256))


def stored_hashes() -> Iterator[str]:
    """Yields the hashes of all documents in the store."""
    return (Path(name).stem for name in _store().names() if name.endswith(".pdf"))


def is_empty() -> bool:
    """Returns whether the store has no files of any kind, except those whose names begin with a dot."""
    return all(name.rpartition("/")[2][:1] in ("", ".") for name in _store().names())


def plain_size(sha256: str) -> int:
    """Returns the size of a document in bytes; 0 where it can't be read."""
    try:
        with open_document(sha256) as source:
            return sum(map(len, iter(lambda: source.read(CHUNK), b"")))
    except (OSError, InfrastructureError):
        return 0


def remove(sha256: str) -> None:
    """Deletes a document."""
    _store().remove(store_name(sha256))


def sync() -> None:
    """Returns when everything stored would survive a power failure; called before a transaction commits."""
    _store().sync()


def delete_unfinished() -> None:
    """Deletes the incomplete documents that killed processes left in a local store."""
    _store().delete_unfinished()


def claim(mark: str) -> bool:
    """Reserves an empty store under this mark. Returns whether it is reserved under it, now or before."""
    if _store().exists(_claim_name(mark)):
        return True
    if not is_empty():
        return False
    with _store().staged_file() as (_, commit):
        commit(_claim_name(mark))
    return True


def release(mark: str) -> None:
    """Ends the reservation under this mark, if there is one."""
    with suppress(FileNotFoundError):
        _store().remove(_claim_name(mark))


def fault_of(sha256: str) -> str | None:
    """Returns ``MISSING`` (or unreadable), ``ALTERED``, or None where the bytes have this hash."""
    try:
        with open_document(sha256) as source:
            return None if hash_of(source) == sha256 else ALTERED
    except encryption.DecryptionError:
        return ALTERED
    except OSError:
        return MISSING


def hash_of(source: IO[bytes]) -> str:
    """Returns the SHA-256, in hexadecimal, of the rest of a file."""
    digest = hashlib.sha256()
    while piece := source.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def open_document(sha256: str) -> BinaryIO:
    """Returns a document's plain bytes as a file to read.

    Raises ``FileNotFoundError`` for an unknown document and ``InfrastructureError`` where its key is not set.
    Reading raises ``DecryptionError``, an ``OSError``, where it is altered.
    """
    return encryption.decrypting_reader(_store().open(store_name(sha256)))


def reencrypt_all(progress: Callable[[int, int], None]) -> int:
    """Rewrites every document that is not encrypted under the first key (or plain, if there is none).

    Returns how many were rewritten. After an interruption, a second call continues.
    """
    names = [name for name in _store().names() if name.endswith(".pdf")]
    count = 0
    for number, name in enumerate(names, start=1):
        with _store().open(name) as file:
            is_current = encryption.is_encrypted_as_configured(file.read(CHUNK))
        if not is_current:
            _reencrypt(name)
            count += 1
        progress(number, len(names))
    return count


@contextmanager
def local_path(sha256: str) -> Iterator[Path]:
    """Gives a local path at which the document can be read until the block ends."""
    with _store().local_path(store_name(sha256)) as path:
        if not _is_encrypted(path):
            yield path
            return
        with _anonymous_file() as (copy, name), encryption.decrypting_reader(path.open("rb")) as source:
            shutil.copyfileobj(source, copy, CHUNK)
            copy.flush()
            yield Path(name)


def _reencrypt(name: str) -> None:
    digest = hashlib.sha256()
    with (
        encryption.decrypting_reader(_store().open(name)) as source,
        _store().staged_file() as (file, commit),
    ):
        with encryption.encrypting_writer(file) as target:
            while piece := source.read(CHUNK):
                digest.update(piece)
                target.write(piece)
        if store_name(digest.hexdigest()) == name:  # an altered one is left for «verify» to find
            file.flush()
            os.fsync(file.fileno())  # it replaces the only other copy
            commit(name)


def _is_encrypted(path: Path) -> bool:
    with suppress(FileNotFoundError), path.open("rb") as file:
        return file.read(len(encryption.MAGIC)) == encryption.MAGIC
    return False


@contextmanager
def _anonymous_file() -> Iterator[tuple[BinaryIO, str]]:
    """Gives a file to write, and the path at which other processes of this user can read it.

    On Linux the file is only in memory, since the store's copy is encrypted. Elsewhere it is a temporary file.
    """
    if not hasattr(os, "memfd_create"):
        with unnamed_files.unnamed_file() as (copy, path):
            yield copy, str(path)
        return
    number = os.memfd_create("dictamen")
    with os.fdopen(number, "wb") as file:
        yield file, f"/proc/{os.getpid()}/fd/{number}"


def _claim_name(mark: str) -> str:
    return f".claimed-{mark}"


def _store() -> Store:
    return store_at(documents_url())
