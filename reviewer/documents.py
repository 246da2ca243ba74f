"""The documents, byte for byte, by content hash (``ab/ab34….pdf``), in the store that the operator chose."""

import hashlib
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from reviewer.paths import documents_url
from reviewer.stores import Store, store_at

CHUNK = 1 << 20


def name_of(sha256: str) -> str:
    """Where a document lies below the store's URL."""
    return f"{sha256[:2]}/{sha256}.pdf"


def put(source: BinaryIO) -> tuple[str, int]:
    """Keeps what ``source`` holds and returns its SHA-256 in hexadecimal and its size in bytes.

    Read in pieces and put in its place when whole: a store never holds half a document.
    """
    digest, size = hashlib.sha256(), 0
    with _store().incoming() as (target, keep):
        while piece := source.read(CHUNK):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
        sha256 = digest.hexdigest()
        keep(name_of(sha256))
    return sha256, size


def put_file(path: Path, *, sha256: str) -> None:
    """Keeps a local file whose hash is known; copies nothing where it is kept already."""
    with path.open("rb") as source:
        _keep(sha256, source)


def put_content(content: bytes, *, sha256: str) -> None:
    """Keeps bytes whose hash is known; writes nothing where they are kept already."""
    _keep(sha256, io.BytesIO(content))


def _keep(sha256: str, source: BinaryIO) -> None:
    if exists(sha256):
        return
    with _store().incoming() as (target, keep):
        shutil.copyfileobj(source, target, CHUNK)
        keep(name_of(sha256))


def exists(sha256: str) -> bool:
    """Whether the store holds a document of this hash."""
    return _store().exists(name_of(sha256))


def is_empty() -> bool:
    """Whether the store holds no document at all."""
    return not any(name.endswith(".pdf") for name in _store().names())


def remove(sha256: str) -> None:
    """Takes a document away for good."""
    _store().remove(name_of(sha256))


def open_document(sha256: str) -> BinaryIO:
    """A document's bytes as a file to read. Raises ``FileNotFoundError``."""
    return _store().open(name_of(sha256))


@contextmanager
def local_path(sha256: str) -> Iterator[Path]:
    """A path of this machine under which the document can be read until the block ends."""
    with _store().local_path(name_of(sha256)) as path:
        yield path


def _store() -> Store:
    return store_at(documents_url())
