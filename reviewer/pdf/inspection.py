"""Inspection of a received file: whether it is an acceptable PDF, and what a person must know of it.

A file is accepted if it can be shown, if necessary after a repair; pypdf reads the structure. Runs in a
worker.
"""

import hashlib
import io
import re
from pathlib import Path
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import ArrayObject, StreamObject

from reviewer.pdf.active_content import is_active, looks_active, resolve
from reviewer.pdf.legibility import has_unreadable_pages
from reviewer.pdf.messages import InspectedFile, Inspection, PdfFailure, Problem
from reviewer.pdf.open import open_pdf
from reviewer.storage import documents

HEADER_WITHIN = 1024  # bytes of leading junk that Acrobat tolerates (ISO 32000-1, Annex H, note 13)
FIRST_OBJECT = re.compile(rb"\s*(?:%[^\r\n]{0,99}\s+)?\d{1,10}\s+\d{1,5}\s+obj\b")
IN_MEMORY_BYTES = 64 << 20  # larger files are read from disk
MOST_PAGES_READ = 500
TEXT_OPERATOR = re.compile(rb"[^\s(<\[\x00]\s*[)>][^\[\]()<>]{0,20}\]?\s*T[jJ]\b")
INLINE_IMAGE = re.compile(rb"\bBI\b[^()]{0,400}?\bID\s")  # its bytes may look like operators
ENOUGH_STRINGS = 3  # with fewer, it may be a blank left by a scanner
REFUSALS: dict[str, Problem] = {"encrypted": "encrypted_pdf", "no_pages": "empty_pdf"}


def inspect(path: Path) -> Inspection:
    """Inspects the content, never the name. Raises OSError if the file cannot be read."""
    if path.stat().st_size <= IN_MEMORY_BYTES:
        return inspect_content(path.read_bytes())
    with path.open("rb") as file:
        return _inspect(file, path)


def inspect_content(content: bytes) -> Inspection:
    """Does the same with content in memory."""
    return _inspect(io.BytesIO(content), content) if content else _refusal("empty_pdf")


def _inspect(file: BinaryIO, source: Path | bytes) -> Inspection:
    """Inspects ``file``, which is open on the content of ``source``."""
    head = file.read(HEADER_WITHIN)
    if b"%PDF-" in head:
        return _inspect_pdf(file, source)
    inspection = _inspect_pdf(file, source) if FIRST_OBJECT.match(head) else _refusal("not_a_pdf")
    return _refusal("not_a_pdf") if inspection.problem else inspection


def _inspect_pdf(file: BinaryIO, source: Path | bytes) -> Inspection:
    """Inspects a file with a PDF header, or without one but beginning with an object as only a PDF does."""
    reader, pages, problem = _read_structure(file)
    try:
        with open_pdf(source) as document:
            has_text = reader is not None and pages > 0 and _has_plain_text(reader)
            if not has_text:
                pages = _drawable_pages(document, pages)
                has_text = _has_text(document)
            unreadable = has_unreadable_pages(document, reader, has_text=has_text)
            active = is_active(reader) if reader else looks_active(source) or _has_attachments_or_scripts(document)
    except PdfFailure as failure:
        return _refusal(REFUSALS.get(failure.code) or problem or "corrupt_pdf")
    if not pages:
        return _refusal(problem or "corrupt_pdf")
    return Inspection(pages, has_text, active, unreadable_pages=unreadable)


def _refusal(problem: Problem) -> Inspection:
    return Inspection(pages=0, has_text=False, active_content=False, problem=problem)


def _read_structure(file: BinaryIO) -> tuple[PdfReader | None, int, Problem | None]:
    """Returns pypdf's reader if it has one, the number of pages, and what is wrong."""
    try:
        reader = PdfReader(file, strict=False)
        pages = len(reader.pages)
    except (FileNotDecryptedError, NotImplementedError):
        return None, 0, "encrypted_pdf"
    except MemoryError:
        raise
    except Exception:  # a parser may raise anything on a damaged file
        return None, 0, "corrupt_pdf"
    return reader, pages, None if pages else "empty_pdf"


def _has_plain_text(reader: PdfReader) -> bool:
    """Returns whether the first page shows several strings: ten times as fast as extracting its text."""
    try:
        page = reader.pages[0]
        contents, resources = resolve(page["/Contents"]), resolve(page["/Resources"])
        first = resolve(contents[0]) if isinstance(contents, ArrayObject) else contents
        if not isinstance(first, StreamObject) or "/Font" not in resources:
            return False
        content = first.get_data()
        if INLINE_IMAGE.search(content):
            return False
        matches = TEXT_OPERATOR.finditer(content)
        return sum(1 for _ in zip(matches, range(ENOUGH_STRINGS), strict=False)) == ENOUGH_STRINGS
    except MemoryError:
        raise
    except Exception:  # then pdfium reads it
        return False


def _drawable_pages(document: pypdfium2.PdfDocument, page_count: int) -> int:
    """Returns the number of pages, or 0 if none of the first ten can be drawn."""
    is_drawable = any(_open_page(document, index) for index in range(min(len(document), 10)))
    return (page_count or len(document)) if is_drawable else 0


def _has_attachments_or_scripts(document: pypdfium2.PdfDocument) -> bool:
    """Returns whether pdfium finds files or scripts, also in compressed or encrypted bytes."""
    files = pdfium.FPDFDoc_GetAttachmentCount(document)
    return bool(files > 0 or pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0)


def _has_text(document: pypdfium2.PdfDocument) -> bool:
    return any(_page_has_text(document, index) for index in range(min(len(document), MOST_PAGES_READ)))


def _open_page(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage | None:
    try:
        return document[index]
    except pypdfium2.PdfiumError:
        return None


def _page_has_text(document: pypdfium2.PdfDocument, index: int) -> bool:
    page = _open_page(document, index)
    if page is None:
        return False
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return False
    codes = (pdfium.FPDFText_GetUnicode(text, char) for char in range(min(text.count_chars(), 2000)))
    has_text = any(code and not chr(min(code, 0x10FFFF)).isspace() for code in codes)
    page.close()
    return has_text


def receive(path: Path, *, keep: bool) -> InspectedFile:
    """Inspects a file that fits into memory and, with ``keep``, stores it if it is acceptable.

    Raises OSError if it cannot be read, and InfrastructureError if it cannot be stored.
    """
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    inspection = inspect_content(content)
    if keep and not inspection.problem:
        documents.put_content(content, sha256=sha256)
    return InspectedFile(sha256, len(content), inspection)
