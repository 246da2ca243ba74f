"""Opens a PDF for drawing, a damaged one after a repair in memory. Runs inside a worker."""

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
    """Raises ``PdfFailure`` with the code encrypted, no_pages or unreadable."""
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
    """The library follows a link before it opens it; one to a file in memory alone leads nowhere."""
    return source.read_bytes() if isinstance(source, Path) and source.is_symlink() else source


def _read_bytes(source: Path | bytes) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes()


def _has_first_page(document: pypdfium2.PdfDocument) -> bool:
    """Whether the first page is where the file says; its content is not looked at."""
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
    """What pdfium's code means. For a file without pages it leaves the code of an earlier file standing."""
    locked = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
    if locked and b"/Encrypt" in data:
        return PdfFailure("encrypted")
    return PdfFailure("no_pages" if locked or error.err_code == pdfium.FPDF_ERR_SUCCESS else "unreadable")


def _with_header(data: bytes) -> bytes:
    """A file without its first line, or with a table of objects that lies: moved, pdfium looks for them."""
    return b"%PDF-1.7\n" + data


def _with_trailer(data: bytes) -> bytes:
    """A file that lost no more than its end: pdfium finds the objects again when told which is the catalog.

    Nothing is mended where objects may be missing, lest a part of a document pass for the whole.
    """
    end = data.rfind(b"endobj") + len(b"endobj")
    complete = data[end:].lstrip().startswith(b"xref") and b"/Encrypt" not in data
    catalogs = CATALOG.findall(data) if complete else []
    if not catalogs:
        return b""
    return data[:end] + b"\ntrailer\n<</Root %b %b R>>\nstartxref\n0\n%%%%EOF\n" % catalogs[-1]


def _rewritten_by_pypdf(data: bytes) -> bytes:
    """What pypdf, which forgives other damage than pdfium, makes of the file."""
    from pypdf import PdfReader, PdfWriter

    target = io.BytesIO()
    try:
        PdfWriter(clone_from=PdfReader(io.BytesIO(data), strict=False)).write(target)
    except MemoryError:
        raise
    except Exception:  # a parser fed with rubbish fails in any way
        return b""
    return target.getvalue()
