"""Sizes, images and words of single pages. Runs in a worker.

Pages are drawn upright according to their own /Rotate and CropBox. The browser applies the viewer's rotation
(in CSS) to image and words together.
"""

import ctypes
import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from reviewer.blinding.redaction import COVER_TEXT, covered_spans
from reviewer.pdf.annotations import note_words
from reviewer.pdf.drawn_covers import without_boxes
from reviewer.pdf.glyphs import Box, Glyphs
from reviewer.pdf.messages import OcrPage, OcrWord, PageSize, PageText, PdfFailure, Word
from reviewer.pdf.ocr_words import SURE_CONFIDENCE, beside, covered_words, redact_words
from reviewer.pdf.open import open_pdf
from reviewer.pdf.tiles import Frame, frame_of

MOST_PAGES = 500
LETTER = PageSize(612.0, 792.0)  # for a page that cannot be read
ENOUGH_LETTERS = 200  # with as many letters, the page has text of its own
FEW_LETTERS = 20
MANY_STROKES = 40  # drawn letters have as many; rules and frames have fewer
LEAST_DECLARED, MOST_DECLARED = 4, 200  # letters
EDGE_FRACTION = 0.02  # of the page: a word nearer to the edge may continue beyond it
COVER_COLOR = (38, 38, 38)


def page_sizes(path: Path) -> tuple[PageSize, ...]:
    """Returns the sizes of the first 500 pages. Raises PdfFailure."""
    with open_pdf(path) as document:
        sizes = [_size(document, index) for index in range(min(len(document), MOST_PAGES))]
    while sizes and sizes[-1] is None:  # a damaged file may count more pages than it has
        sizes.pop()
    return tuple(size or LETTER for size in sizes)


def draw_page(
    path: Path,
    page: int,
    width: int,
    quality: int = 70,
    covers: tuple[str, ...] = (),
    read: tuple[OcrWord, ...] = (),
    tile: tuple[int, int] | None = None,
    boxes: tuple[Box, ...] = (),
) -> bytes:
    """Returns page ``page`` (from 0) as WebP, ``width`` pixels wide, or narrower if it is extremely long.

    With a ``tile``, only that part of the drawing; see ``frame_of``. ``covers`` are painted over before encoding, in
    the page's text and in what was ``read`` on it by machine; so are ``boxes``, in fractions of the page.
    Raises PdfFailure.
    """
    with open_pdf(path) as document:
        with open_page(document, page) as pdf_page:
            frame = frame_of(pdf_page.get_size(), width, tile)
            image = pdf_page.render(scale=frame.scale, crop=frame.crop, rev_byteorder=True).to_pil()
            found = _cover_boxes(pdf_page, covers)
            notes = note_words(pdf_page, Glyphs(pdf_page)) if covers else []
            annotated = pdfium.FPDFPage_GetAnnotCount(pdf_page) > 0
        if covers and annotated:
            with flattened_page(document, page) as pdf_page:
                found += _cover_boxes(pdf_page, covers)
    found += [word.box for word in (*covered_words(read, covers), *covered_words(notes, covers))]
    _paint_covers(image, [*found, *boxes], frame)
    target = io.BytesIO()
    image.save(target, "WEBP", quality=quality, method=0)  # slower methods save only a tenth of the bytes
    return target.getvalue()


def page_text(
    path: Path,
    page: int,
    covers: tuple[str, ...] = (),
    read: OcrPage | None = None,
    boxes: tuple[Box, ...] = (),
) -> PageText:
    """Returns the words of page ``page`` (from 0) at their places in ``draw_page``. Raises PdfFailure.

    ``covers`` and ``boxes`` as there. What was ``read`` by machine follows the page's own text, where that has no
    words.
    """
    with open_pdf(path) as document:
        with open_page(document, page) as pdf_page:
            notes = note_words(pdf_page, Glyphs(pdf_page)) if pdfium.FPDFPage_GetAnnotCount(pdf_page) else []
        with flattened_page(document, page) as pdf_page:
            text = _page_text(pdf_page, covers, read, notes)
    return replace(text, words=without_boxes(text.words, boxes))


def _page_text(
    pdf_page: pypdfium2.PdfPage, covers: tuple[str, ...], read: OcrPage | None, notes: list[OcrWord]
) -> PageText:
    width, height = pdf_page.get_size()
    glyphs = Glyphs(pdf_page)
    letters = "".join(word.text for word in glyphs.words)
    words = list(_redacted_words(glyphs, covers))
    may_hide = is_unread(pdf_page, letters)
    words += redact_words(notes, covers, first_line=words[-1].line + 1 if words else 0)
    added = beside(read.words, words) if read else []
    shown = redact_words(added, covers, first_line=words[-1].line + 1 if words else 0)
    sure = read is not None and read.confidence >= SURE_CONFIDENCE
    confidence = read.confidence if read and shown else None
    return PageText(width, height, (*words, *shown), may_hide and not sure, confidence)


def is_unread(page: pypdfium2.PdfPage, text: str) -> bool:
    """Returns whether there may be writing without text: a scan, drawn letters, no Unicode, or a text that is declared.

    The line that scanning programs print below an image does not count as text.
    """
    letters = sum(char.isalnum() for char in text)
    nameless = sum(_is_nameless(char) for char in text)
    if nameless > letters or has_declared_text(page):
        return True
    if letters >= ENOUGH_LETTERS:
        return False
    wide, high = page.get_size()
    pictures = strokes = 0
    for page_object in page.get_objects(max_depth=3):
        if page_object.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = page_object.get_bounds()
            pictures += (right - left) * (top - bottom) > wide * high / 8
        strokes += page_object.type == pdfium.FPDF_PAGEOBJ_PATH
    return bool(pictures) or (letters < FEW_LETTERS and strokes > MANY_STROKES)


def has_declared_text(page: pypdfium2.PdfPage) -> bool:
    """Returns whether the file declares a text for what it draws (``/ActualText``), which pdfium reads instead.

    Declared blanks, hyphens and ligatures are usual; a declared word may be another than the drawn one.
    """
    return any(
        sum(map(str.isalpha, _declared_text(page_object))) >= LEAST_DECLARED
        for page_object in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=3)
    )


def _declared_text(page_object: pypdfium2.PdfObject) -> str:
    content, size = (ctypes.c_ushort * MOST_DECLARED)(), ctypes.c_ulong()
    for number in range(pdfium.FPDFPageObj_CountMarks(page_object)):
        mark = pdfium.FPDFPageObj_GetMark(page_object, number)
        if pdfium.FPDFPageObjMark_GetParamStringValue(
            mark, ctypes.create_string_buffer(b"ActualText"), content, ctypes.sizeof(content), size
        ):
            return bytes(content)[: size.value].decode("utf-16-le", "replace").rstrip("\0")
    return ""


def _is_nameless(char: str) -> bool:
    return char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc")


@contextmanager
def open_page(document: pypdfium2.PdfDocument, index: int) -> Iterator[pypdfium2.PdfPage]:
    if not 0 <= index < len(document):
        raise PdfFailure("no_such_page")
    try:
        with suppress(pypdfium2.PdfiumError):  # the rest can be read without a broken form
            document.init_forms()
        page = document[index]
        if not all(page.get_size()):  # the CropBox lies outside of the MediaBox
            page.set_cropbox(*page.get_mediabox())
            page.close()
            page = document[index]
    except pypdfium2.PdfiumError as error:
        raise PdfFailure("unreadable") from error
    try:
        yield page
    finally:
        page.close()


@contextmanager
def flattened_page(document: pypdfium2.PdfDocument, index: int) -> Iterator[pypdfium2.PdfPage]:
    """Yields the page with its form fields and annotations made part of its text.

    It is only read, never drawn: flattening loses parts of some damaged files.
    """
    with open_page(document, index) as page:
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    with open_page(document, index) as page:
        yield page


def _size(document: pypdfium2.PdfDocument, index: int) -> PageSize | None:
    try:
        size = document.get_page_size(index)
        if not all(size):
            with open_page(document, index) as page:
                size = page.get_size()
        return PageSize(*size)
    except (pypdfium2.PdfiumError, PdfFailure):
        return None


def _redacted_words(glyphs: Glyphs, covers: tuple[str, ...]) -> Iterator[Word]:
    words = glyphs.words
    ends = dict(_spans_to_cover(glyphs, covers))
    index = 0
    while index < len(words):
        end = ends.get(index)
        if end is None:
            word = words[index]
            yield Word(word.text, *glyphs.to_page_fractions(word.box), word.line)
            index += 1
            continue
        for bar, line in glyphs.cover_boxes(index, end):
            yield Word(COVER_TEXT, *glyphs.to_page_fractions(bar), line)
        index = end


def _spans_to_cover(glyphs: Glyphs, covers: tuple[str, ...]) -> list[tuple[int, int]]:
    """Returns the runs of words to cover; programs leave out letters beyond the page's edge."""
    cut = [index for index, word in enumerate(glyphs.words) if _is_at_edge(glyphs.to_page_fractions(word.box))]
    return covered_spans([word.text for word in glyphs.words], covers, cut_indices=cut)


def _is_at_edge(box: Box) -> bool:
    return min(box[:2]) < EDGE_FRACTION or max(box[2:]) > 1 - EDGE_FRACTION


def _cover_boxes(page: pypdfium2.PdfPage, covers: tuple[str, ...]) -> list[Box]:
    if not covers:
        return []
    glyphs = Glyphs(page)
    return [
        glyphs.to_page_fractions(bar)
        for first, end in _spans_to_cover(glyphs, covers)
        for bar, _ in glyphs.cover_boxes(first, end)
    ]


def _paint_covers(image: Image.Image, boxes: list[Box], frame: Frame) -> None:
    brush = ImageDraw.Draw(image)
    wide, high = frame.size
    left, top = frame.corner
    for x0, y0, x1, y1 in boxes:
        pad = 1.0 + 0.06 * min((x1 - x0) * wide, (y1 - y0) * high)
        corners = (x0 * wide - pad - left, y0 * high - pad - top, x1 * wide + pad - left, y1 * high + pad - top)
        brush.rectangle(corners, fill=COVER_COLOR)


def render_png(content: bytes, width: int) -> bytes:
    """Returns the first page of a PDF made by this application as PNG, ``width`` pixels wide."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        image = page.render(scale=width / page.get_width(), rev_byteorder=True).to_pil()
        page.close()
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()
