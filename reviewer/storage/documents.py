"""The documents by content hash (``ab/ab34….pdf``), in the store that the operator chose.

They lie there byte for byte or encrypted (see ``ciphers``), named by their plain bytes' hash either way.
"""

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from reviewer.core.errors import InfrastructureError
from reviewer.core.paths import documents_url
from reviewer.storage import encryption
from reviewer.storage.backends import Store, store_at

CHUNK = 1 << 20
MISSING, ALTERED = "missing", "altered"


def store_name(sha256: str) -> str:
    """Where a document lies below the store's URL."""
    return f"{sha256[:2]}/{sha256}.pdf"


def put(source: BinaryIO) -> tuple[str, int]:
    """Keeps what ``source`` holds and returns its SHA-256 in hexadecimal and its size in bytes.

    Read in pieces and put in its place when whole: a store never holds half a document.
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
    """Keeps a local file whose hash is known; copies nothing where it is kept already."""
    with path.open("rb") as source:
        _put_if_missing(sha256, source)


def put_content(content: bytes, *, sha256: str) -> None:
    """Keeps bytes whose hash is known; writes nothing where they are kept already."""
    _put_if_missing(sha256, io.BytesIO(content))


def _put_if_missing(sha256: str, source: BinaryIO) -> None:
    if exists(sha256):
        return
    with _store().staged_file() as (file, commit):
        with encryption.encrypting_writer(file) as target:
            shutil.copyfileobj(source, target, CHUNK)
        commit(store_name(sha256))


def check_reachable() -> None:
    """Returns where documents could be kept and read, and ``InfrastructureError`` else."""
    _store().check_reachable()


def exists(sha256: str) -> bool:
    """Whether the store holds a document of this hash."""
    return _store().exists(store_name(sha256))


def stored_hashes() -> Iterator[str]:
    """The hashes of all documents that the store holds."""
    return (Path(name).stem for name in _store().names() if name.endswith(".pdf"))


def is_empty() -> bool:
    """Whether nothing lies in the store, ours or another's, but what begins with a dot."""
    return all(name.rpartition("/")[2][:1] in ("", ".") for name in _store().names())


def plain_size(sha256: str) -> int:
    """How many bytes a document has; 0 where it can't be read."""
    try:
        with open_document(sha256) as source:
            return sum(map(len, iter(lambda: source.read(CHUNK), b"")))
    except (OSError, InfrastructureError):
        return 0


def remove(sha256: str) -> None:
    """Takes a document away for good."""
    _store().remove(store_name(sha256))


def sync() -> None:
    """Returns when what was put would outlast a power cut: before a transaction says that it is kept."""
    _store().sync()


def claim(mark: str) -> bool:
    """Makes an empty store the place of what is put under this mark; whether it is, or was already."""
    if _store().exists(_claim_name(mark)):
        return True
    if not is_empty():
        return False
    with _store().staged_file() as (_, commit):
        commit(_claim_name(mark))
    return True


def release(mark: str) -> None:
    """Ends a claim, if there is one."""
    with suppress(FileNotFoundError):
        _store().remove(_claim_name(mark))


def fault_of(sha256: str) -> str | None:
    """``MISSING`` (or not to be read), ``ALTERED``, or None where the bytes are those of the hash."""
    try:
        with open_document(sha256) as source:
            return None if hash_of(source) == sha256 else ALTERED
    except encryption.DecryptionError:
        return ALTERED
    except OSError:
        return MISSING


def hash_of(source: BinaryIO) -> str:
    """The SHA-256, in hexadecimal, of all that there is to read."""
    digest = hashlib.sha256()
    while piece := source.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def open_document(sha256: str) -> BinaryIO:
    """A document's plain bytes as a file to read. Raises ``FileNotFoundError``.

    Raises ``InfrastructureError`` where its key is not set; reading raises ``OSError`` where it does not open.
    """
    return encryption.decrypting_reader(_store().open(store_name(sha256)))


def reencrypt_all(progress: Callable[[int, int], None]) -> int:
    """Writes every document anew that is not as it would be written now: how many.

    Under the first key, or plain where there is none. Interrupted, the same again goes on.
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
    """A path of this machine under which the document can be read until the block ends."""
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
        if store_name(digest.hexdigest()) == name:  # an altered one stays as it is, for «verify» to find
            file.flush()
            os.fsync(file.fileno())  # what gives way must not be lost with what takes its place
            commit(name)


def _is_encrypted(path: Path) -> bool:
    with suppress(FileNotFoundError), path.open("rb") as file:
        return file.read(len(encryption.MAGIC)) == encryption.MAGIC
    return False


@contextmanager
def _anonymous_file() -> Iterator[tuple[BinaryIO, str]]:
    """A file to write, and where other processes of ours can read it.

    On Linux it lies in memory alone: nothing is left of it however this process ends. Elsewhere it is a
    temporary file of this user's.
    """
    if not hasattr(os, "memfd_create"):
        with tempfile.NamedTemporaryFile(prefix="dictamen-", suffix=".pdf") as copy:
            yield copy, copy.name  # type: ignore[misc]  # a file in all but name
        return
    number = os.memfd_create("dictamen")
    with os.fdopen(number, "wb") as file:
        yield file, f"/proc/{os.getpid()}/fd/{number}"


def _claim_name(mark: str) -> str:
    return f".claimed-{mark}"


def _store() -> Store:
    return store_at(documents_url())
