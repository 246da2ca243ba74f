"""Opening of PDFs for drawing, of damaged ones after a repair in memory. Runs in a worker."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from reviewer.pdf.messages import PdfFailure

CATALOG = re.compile(rb"(\d{1,10})\s+(\d{1,5})\s+obj\b(?:(?!endobj)[\s\S]){0,4000}?/Type\s*/Catalog\b")


@contextmanager
def open_pdf(source: Path | bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Opens a document. Raises PdfFailure with the code encrypted, no_pages or unreadable."""
    document = _load(source)
    try:
        yield document
    finally:
        document.close()


def _load(source: Path | bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(_openable_source(source))
    except pypdfium2.PdfiumError as error:
        data = _read_bytes(source)
        failure = _failure(error, data)
        repaired = _repair(data) if failure.code == "unreadable" else None
        if repaired is None:
            raise failure from error
        return repaired
    return document if _has_first_page(document) else _repair(_read_bytes(source)) or document


def _openable_source(source: Path | bytes) -> Path | bytes:
    """Returns the content instead of a symbolic link, whose target may exist in memory only."""
    return source.read_bytes() if isinstance(source, Path) and source.is_symlink() else source


def _read_bytes(source: Path | bytes) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes()


def _has_first_page(document: pypdfium2.PdfDocument) -> bool:
    """Returns whether the first page is where the file says, without reading its content."""
    try:
        document.get_page_size(0)
    except pypdfium2.PdfiumError:
        return False
    return True


def _repair(data: bytes) -> pypdfium2.PdfDocument | None:
    for repair in (_with_header, _with_trailer, _rewritten_by_pypdf):
        with suppress(pypdfium2.PdfiumError):
            document = pypdfium2.PdfDocument(repair(data))
            if _has_first_page(document):
                return document
            document.close()
    return None


def _failure(error: pypdfium2.PdfiumError, data: bytes) -> PdfFailure:
    """Returns what pdfium's code means; for a file without pages it is the code of an earlier file."""
    locked = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
    if locked and b"/Encrypt" in data:
        return PdfFailure("encrypted")
    return PdfFailure("no_pages" if locked or error.err_code == pdfium.FPDF_ERR_SUCCESS else "unreadable")


def _with_header(data: bytes) -> bytes:
    """Returns the file moved by a header line, which makes pdfium search for its objects."""
    return b"%PDF-1.7\n" + data


def _with_trailer(data: bytes) -> bytes:
    """Returns a file that lost only its end, with a trailer: pdfium finds the objects from the catalog.

    Returns nothing if objects may be missing, so that a part is never taken for the whole document.
    """
    end = data.rfind(b"endobj") + len(b"endobj")
    complete = data[end:].lstrip().startswith(b"xref") and b"/Encrypt" not in data
    catalogs = CATALOG.findall(data) if complete else []
    if not catalogs:
        return b""
    return data[:end] + b"\ntrailer\n<</Root %b %b R>>\nstartxref\n0\n%%%%EOF\n" % catalogs[-1]


def _rewritten_by_pypdf(data: bytes) -> bytes:
    """Returns the file rewritten by pypdf, which tolerates other damage than pdfium."""
    from pypdf import PdfReader, PdfWriter

    target = io.BytesIO()
    try:
        PdfWriter(clone_from=PdfReader(io.BytesIO(data), strict=False)).write(target)
    except MemoryError:
        raise
    except Exception:  # a parser may raise anything on a damaged file
        return b""
    return target.getvalue()
