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

from reviewer.core.errors import UserError
from reviewer.storage import documents

FORMAT = 1
LATER_VERSION = "El respaldo es de una versión más nueva de Dictamen: actualice antes de restaurar."
MANIFEST = "manifest.json"
# What Python's reader raises where a byte of the archive is not as it was written.
DAMAGE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(KeyError, ValueError, OverflowError, RuntimeError),
)
_CHUNK_BYTES = 1 << 20
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


_MANIFEST_ADAPTER = TypeAdapter(Manifest)


def table_path(name: str) -> str:
    """Where the lines of a table lie."""
    return f"tables/{name}.jsonl"


def document_path(sha256: str) -> str:
    """Where a document lies."""
    return f"documents/{documents.store_name(sha256)}"


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Raises ``UserError`` where this is not a backup, or one of a later version."""
    try:
        text = archive.read(MANIFEST)
        raw_manifest = json.loads(text)
        if isinstance(raw_manifest, dict) and raw_manifest.get("format", FORMAT) != FORMAT:
            raise UserError(LATER_VERSION)
        manifest = _MANIFEST_ADAPTER.validate_json(text, strict=True)
        if not all(map(_SHA256.fullmatch, manifest.documents)):
            raise ValueError
    except DAMAGE_ERRORS as error:
        raise UserError("El archivo no es un respaldo de Dictamen, o le falta el final.") from error
    return manifest


def check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Raises ``UserError`` unless every table and document is there and just as it was put in."""
    expected_hashes = {table.path: table.sha256 for table in manifest.tables}
    expected_hashes |= {document_path(sha256): sha256 for sha256 in manifest.documents}
    for path, sha256 in expected_hashes.items():
        try:
            with archive.open(path) as file:
                is_intact = _hash(file) == sha256
        except (OSError, *DAMAGE_ERRORS):
            is_intact = False
        if not is_intact:
            raise UserError(damaged_message(path))


def damaged_message(path: str) -> str:
    """What is said of a backup in which this is not as it was put in."""
    return f"El respaldo está dañado ({path}): no se restauró nada."


def copy_and_hash(source: IO[bytes], target: IO[bytes]) -> str:
    """Copies all of ``source`` and returns its SHA-256."""
    digest = hashlib.sha256()
    for chunk in _chunks(source):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _hash(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk
