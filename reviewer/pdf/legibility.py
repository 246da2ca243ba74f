"""Whether a document shows what was written: forms and fonts that only some programs can draw. Runs in a worker."""

from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from reviewer.pdf.active_content import resolve

PAGES_CHECKED = 10
MOST_FONTS = 50


def has_unreadable_pages(document: pypdfium2.PdfDocument, reader: PdfReader | None, *, has_text: bool) -> bool:
    """Returns whether a page cannot be read as drawn.

    A dynamic XFA form says "Please wait"; a font without shapes is replaced by another, whose letters are others; a
    page fails; or all of them come out blank.
    """
    if pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_XFA_FULL:
        return True
    if reader is not None and _has_fonts_without_shapes(reader):
        return True
    states = [_object_count(document, index) for index in range(min(len(document), PAGES_CHECKED))]
    return None in states or (not has_text and not any(states))


def _object_count(document: pypdfium2.PdfDocument, index: int) -> int | None:
    """Returns how many things a page shows, None where it cannot be opened."""
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    try:
        return int(pdfium.FPDFPage_CountObjects(page) + pdfium.FPDFPage_GetAnnotCount(page))
    finally:
        page.close()


def _has_fonts_without_shapes(reader: PdfReader) -> bool:
    try:
        return any(map(_lacks_shapes, _fonts(reader)))
    except MemoryError:
        raise
    except Exception:  # a parser may raise anything on a damaged file
        return False


def _fonts(reader: PdfReader) -> Iterator[DictionaryObject]:
    for index in range(min(len(reader.pages), PAGES_CHECKED)):
        resources = resolve(reader.pages[index].get("/Resources"))
        fonts = resolve(resources.get("/Font")) if isinstance(resources, DictionaryObject) else None
        if isinstance(fonts, DictionaryObject):
            yield from (resolve(font) for font in list(fonts.values())[:MOST_FONTS])


def _lacks_shapes(font: DictionaryObject) -> bool:
    """Returns whether a font names its glyphs by numbers of its own and does not contain them."""
    if font.get("/Subtype") != "/Type0" or font.get("/Encoding") not in ("/Identity-H", "/Identity-V"):
        return False
    descendant = resolve(resolve(font["/DescendantFonts"])[0])
    system = resolve(descendant.get("/CIDSystemInfo")) or {}
    descriptor = resolve(descendant.get("/FontDescriptor")) or {}
    has_shapes = any(f"/FontFile{number}" in descriptor for number in ("", "2", "3"))
    return not has_shapes and str(system.get("/Ordering", "Identity")) == "Identity"
