"""The words read by machine as they are stored: compressed, and encrypted where documents are."""

import base64
import io
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple

from sqlmodel import col, select

from reviewer.core.database import chunks, read_session
from reviewer.models import OcrResult
from reviewer.pdf.messages import OcrPage, OcrWord
from reviewer.storage import encryption


def encode(words: Iterable[OcrWord]) -> str:
    """Returns the words as stored."""
    plain = zlib.compress(json.dumps([astuple(word) for word in words], ensure_ascii=False).encode())
    target = io.BytesIO()
    with encryption.encrypting_writer(target) as writer:
        writer.write(plain)
    return base64.b85encode(target.getvalue()).decode()


def decode(stored: str) -> tuple[OcrWord, ...]:
    """Returns the words of ``encode``.

    Raises ``InfrastructureError`` where their key is not configured, and ``DecryptionError`` where they were altered.
    """
    with encryption.decrypting_reader(io.BytesIO(base64.b85decode(stored))) as source:
        return tuple(OcrWord(*fields) for fields in json.loads(zlib.decompress(source.read())))


def is_read(sha256: str, page: int) -> bool:
    """Returns whether a page (from 1) of a document was read by machine."""
    query = select(OcrResult.page).where(OcrResult.sha256 == sha256, OcrResult.page == page)
    with read_session() as session:
        return session.exec(query.where(col(OcrResult.read_at).is_not(None))).first() is not None


def page_read(sha256: str, page: int) -> OcrPage | None:
    """Returns what was read on a page (from 1) of a document; None where nothing was, or not yet."""
    return pages_read([sha256]).get((sha256, page))


def pages_read(hashes: Iterable[str]) -> Mapping[tuple[str, int], OcrPage]:
    """Returns all pages of these documents that were read by machine, by hash and number (from 1)."""
    pages = {}
    with read_session() as session:
        for part in chunks(sorted(set(hashes))):
            query = select(OcrResult).where(col(OcrResult.sha256).in_(part), col(OcrResult.read_at).is_not(None))
            for row in session.exec(query):
                pages[row.sha256, row.page] = OcrPage(decode(row.words), row.rotation, row.confidence)
    return pages
