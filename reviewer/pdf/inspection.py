"""Looks a received file over: is it a PDF that can be taken, and what must a person know of it.

Runs inside a worker. Taken is what the reader can show, if need be after a repair; pypdf reads the structure.
"""

import io
import re
from pathlib import Path
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import ArrayObject, StreamObject

from reviewer.pdf.active import is_active, looks_active, resolved
from reviewer.pdf.opening import opened
from reviewer.pdf.results import Inspection, PdfFailure, Problem

HEADER_WITHIN = 1024  # bytes of leading junk that Acrobat tolerates (ISO 32000-1, Annex H, note 13)
FIRST_OBJECT = re.compile(rb"\s*(?:%[^\r\n]{0,99}\s+)?\d{1,10}\s+\d{1,5}\s+obj\b")
IN_MEMORY = 64 << 20  # bytes; larger files are read where they lie
MOST_PAGES_READ = 500
SHOWN_TEXT = re.compile(rb"[^\s(<\[\x00]\s*[)>][^\[\]()<>]{0,20}\]?\s*T[jJ]\b")
PICTURE_INSIDE = re.compile(rb"\bBI\b[^()]{0,400}?\bID\s")  # its bytes may look like anything
PLAINLY_TEXT = 3  # shown strings; with fewer it may be a blank that a scanner left
REFUSALS: dict[str, Problem] = {"encrypted": "encrypted_pdf", "no_pages": "empty_pdf"}


def inspect(path: Path) -> Inspection:
    """Looks at the content, never at the name. Raises ``OSError`` when the file itself cannot be read."""
    if path.stat().st_size <= IN_MEMORY:
        return inspect_content(path.read_bytes())
    with path.open("rb") as file:
        return _inspect(file, path)


def inspect_content(content: bytes) -> Inspection:
    """The same of a file that was read already."""
    return _inspect(io.BytesIO(content), content) if content else _refused("empty_pdf")


def _inspect(file: BinaryIO, source: Path | bytes) -> Inspection:
    """``file`` is the content of ``source``."""
    head = file.read(HEADER_WITHIN)
    if b"%PDF-" in head:
        return _inspect_pdf(file, source)
    found = _inspect_pdf(file, source) if FIRST_OBJECT.match(head) else _refused("not_a_pdf")
    return _refused("not_a_pdf") if found.problem else found


def _inspect_pdf(file: BinaryIO, source: Path | bytes) -> Inspection:
    """What says that it is a PDF or, its first line lost, begins with an object as only a PDF does."""
    reader, pages, problem = _structure(file)
    try:
        with opened(source) as document:
            has_text = reader is not None and pages > 0 and _is_plainly_text(reader)
            if not has_text:
                pages = _drawable_pages(document, pages)
                has_text = _has_text(document)
            active = is_active(reader) if reader else looks_active(source) or _carries(document)
    except PdfFailure as failure:
        return _refused(REFUSALS.get(failure.code) or problem or "corrupt_pdf")
    if not pages:
        return _refused(problem or "corrupt_pdf")
    return Inspection(pages, has_text, active)


def _refused(problem: Problem) -> Inspection:
    return Inspection(pages=0, has_text=False, active_content=False, problem=problem)


def _structure(file: BinaryIO) -> tuple[PdfReader | None, int, Problem | None]:
    """pypdf's view: the reader where there is one, the number of pages, and what is wrong."""
    try:
        reader = PdfReader(file, strict=False)
        pages = len(reader.pages)
    except (FileNotDecryptedError, NotImplementedError):
        return None, 0, "encrypted_pdf"
    except MemoryError:
        raise
    except Exception:  # a parser fed with rubbish fails in any way; what it says does not matter here
        return None, 0, "corrupt_pdf"
    return reader, pages, None if pages else "empty_pdf"


def _is_plainly_text(reader: PdfReader) -> bool:
    """Whether the first page shows several strings: ten times as fast as gathering its text."""
    try:
        page = reader.pages[0]
        contents, resources = resolved(page["/Contents"]), resolved(page["/Resources"])
        first = resolved(contents[0]) if isinstance(contents, ArrayObject) else contents
        if not isinstance(first, StreamObject) or "/Font" not in resources:
            return False
        content = first.get_data()
        if PICTURE_INSIDE.search(content):
            return False
        found = SHOWN_TEXT.finditer(content)
        return sum(1 for _ in zip(found, range(PLAINLY_TEXT), strict=False)) == PLAINLY_TEXT
    except MemoryError:
        raise
    except Exception:  # then pdfium reads it
        return False


def _drawable_pages(document: pypdfium2.PdfDocument, counted: int) -> int:
    """The number of pages, or 0 when none of the first ones can be drawn."""
    some = any(_page(document, index) for index in range(min(len(document), 10)))
    return (counted or len(document)) if some else 0


def _carries(document: pypdfium2.PdfDocument) -> bool:
    """Whether pdfium finds files or scripts, also where the bytes are packed or encrypted."""
    files, scripts = (
        pdfium.FPDFDoc_GetAttachmentCount(document),
        pdfium.FPDFDoc_GetJavaScriptActionCount(document),
    )
    return bool(max(files, scripts) > 0)


def _has_text(document: pypdfium2.PdfDocument) -> bool:
    return any(_page_has_text(document, index) for index in range(min(len(document), MOST_PAGES_READ)))


def _page(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage | None:
    try:
        return document[index]
    except pypdfium2.PdfiumError:
        return None


def _page_has_text(document: pypdfium2.PdfDocument, index: int) -> bool:
    page = _page(document, index)
    if page is None:
        return False
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return False
    codes = (pdfium.FPDFText_GetUnicode(text, char) for char in range(min(text.count_chars(), 2000)))
    found = any(code and not chr(min(code, 0x10FFFF)).isspace() for code in codes)
    page.close()
    return found
