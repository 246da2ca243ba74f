"""The file of a backup: a zip of ``tables/NAME.jsonl``, ``documents/ab/ab34….pdf`` and ``manifest.json``.

The manifest has the revision of the tables, and the columns, number of rows and SHA-256 of each. A document
is named by its own hash.
"""

import hashlib
import json
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import asdict, dataclass
from typing import IO

from pydantic import TypeAdapter

from reviewer.core.errors import UserError
from reviewer.storage import documents

FORMAT = 1
LATER_VERSION = "El respaldo es de una versión más nueva de Dictamen: actualice antes de restaurar."
MANIFEST = "manifest.json"
# What Python's zip reader raises for an archive in which some byte was altered.
DAMAGE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(KeyError, ValueError, OverflowError, RuntimeError),
)
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class TableEntry:
    """A table in the archive; ``sha256`` is the hash of its lines."""

    name: str
    columns: list[str]
    rows: int
    sha256: str

    @property
    def path(self) -> str:
        """The path of the table's lines in the archive."""
        return table_path(self.name)


@dataclass(frozen=True)
class Manifest:
    """The contents of an archive. ``missing`` are documents that the store no longer had, or had altered."""

    made_at: str
    revision: str
    tables: list[TableEntry]
    documents: list[str]
    missing: list[str]

    def to_json(self) -> str:
        """Returns the text of the archive's ``manifest.json``."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


_MANIFEST_ADAPTER = TypeAdapter(Manifest)


def table_path(name: str) -> str:
    """Returns the path of a table's lines in the archive."""
    return f"tables/{name}.jsonl"


def document_path(sha256: str) -> str:
    """Returns the path of a document in the archive."""
    return f"documents/{documents.store_name(sha256)}"


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Returns the manifest. Raises ``UserError`` where this is no backup, or one of a later version."""
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
    """Raises ``UserError`` unless every table and document is present and unaltered."""
    expected_hashes = {table.path: table.sha256 for table in manifest.tables}
    expected_hashes |= {document_path(sha256): sha256 for sha256 in manifest.documents}
    for path, sha256 in expected_hashes.items():
        try:
            with archive.open(path) as file:
                is_intact = documents.hash_of(file) == sha256
        except (OSError, *DAMAGE_ERRORS):
            is_intact = False
        if not is_intact:
            raise UserError(damaged_message(path))


def damaged_message(path: str) -> str:
    """Returns the message about a backup in which the file ``path`` is missing or altered."""
    return f"El respaldo está dañado ({path}): no se restauró nada."


def copy_and_hash(source: IO[bytes], target: IO[bytes]) -> str:
    """Copies the rest of ``source`` and returns its SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    while chunk := source.read(documents.CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()
