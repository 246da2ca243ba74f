"""The backup's file: a zip of ``tables/NAME.jsonl``, ``documents/ab/ab34….pdf`` and, last, ``manifest.json``.

The manifest gives the revision of the tables, and for each its columns, its number of rows and the SHA-256 of
its lines. A document is named by its own hash.
"""

import hashlib
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import IO

from pydantic import TypeAdapter

from reviewer import documents
from reviewer.errors import Refused

FORMAT = 1
LATER_VERSION = "El respaldo es de una versión más nueva de Dictamen: actualice antes de restaurar."
MANIFEST = "manifest.json"
# What Python's reader raises where a byte of the archive is not as it was written.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(KeyError, ValueError, OverflowError, RuntimeError),
)
_PIECE = 1 << 20
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class TableEntry:
    """A table in the archive."""

    name: str
    columns: list[str]
    rows: int
    sha256: str

    @property
    def path(self) -> str:
        """Where its lines lie."""
        return table_path(self.name)


@dataclass(frozen=True)
class Manifest:
    """What the archive holds. ``missing`` are documents that the store no longer had, or not unaltered."""

    made_at: str
    revision: str
    tables: list[TableEntry]
    documents: list[str]
    missing: list[str]

    def to_json(self) -> str:
        """As it stands in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


_MANIFEST = TypeAdapter(Manifest)


def table_path(name: str) -> str:
    """Where the lines of a table lie."""
    return f"tables/{name}.jsonl"


def document_path(sha256: str) -> str:
    """Where a document lies."""
    return f"documents/{documents.name_of(sha256)}"


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Raises ``Refused`` where this is not a backup, or one of a later version."""
    try:
        text = archive.read(MANIFEST)
        found = json.loads(text)
        if isinstance(found, dict) and found.get("format", FORMAT) != FORMAT:
            raise Refused(LATER_VERSION)
        manifest = _MANIFEST.validate_json(text, strict=True)
        if not all(map(_SHA256.fullmatch, manifest.documents)):
            raise ValueError
    except DAMAGE as error:
        raise Refused("El archivo no es un respaldo de Dictamen, o le falta el final.") from error
    return manifest


def check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Raises ``Refused`` unless every table and document is there and just as it was put in."""
    wanted = {each.path: each.sha256 for each in manifest.tables}
    wanted |= {document_path(each): each for each in manifest.documents}
    for path, sha256 in wanted.items():
        try:
            with archive.open(path) as file:
                whole = _hash(file) == sha256
        except (OSError, *DAMAGE):
            whole = False
        if not whole:
            raise Refused(damaged(path))


def damaged(path: str) -> str:
    """What is said of a backup in which this is not as it was put in."""
    return f"El respaldo está dañado ({path}): no se restauró nada."


def copy_pieces(source: IO[bytes], target: IO[bytes]) -> str:
    """Copies all of ``source`` and returns its SHA-256."""
    digest = hashlib.sha256()
    for piece in _pieces(source):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _hash(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(file):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
