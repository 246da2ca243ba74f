"""Single pages for the reader: sizes, images, words. Runs inside a worker.

Pages are drawn upright as their own /Rotate and CropBox say. A further turn by the viewer is the browser's
(CSS), so that image and words stay one picture.
"""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from reviewer.pdf.covers import COVERED, spans
from reviewer.pdf.glyphs import Box, Glyphs
from reviewer.pdf.results import PageSize, PageText, PdfFailure, Word

MOST_PAGES = 500
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 16_000  # WebP ends at 16,383
INK_OF_COVERS = (38, 38, 38)


def outline(path: Path) -> tuple[PageSize, ...]:
    """The sizes of the first 500 pages. Raises ``PdfFailure``."""
    with _document(path) as document:
        count = min(len(document), MOST_PAGES)
        return tuple(_size(document, index) for index in range(count))


def draw_page(path: Path, page: int, width: int, quality: int = 70, covers: tuple[str, ...] = ()) -> bytes:
    """Page ``page`` (from 0), ``width`` pixels wide, as WebP; narrower where the page is extremely long.

    ``covers`` are painted over before the picture is encoded. Raises ``PdfFailure``.
    """
    with _document(path) as document, _page(document, page) as opened:
        bars = _bars(opened, covers) if covers else []
        scale = _scale(opened.get_size(), width)
        image = opened.render(scale=scale, rev_byteorder=True).to_pil()
        _paint(image, bars)
        target = io.BytesIO()
        image.save(target, "WEBP", quality=quality, method=2)
        return target.getvalue()


def page_text(path: Path, page: int, covers: tuple[str, ...] = ()) -> PageText:
    """The words of page ``page`` (from 0) where ``draw_page`` shows them. Raises ``PdfFailure``."""
    with _document(path) as document, _page(document, page) as opened:
        glyphs = Glyphs(opened)
        words = tuple(_words(glyphs, covers))
        width, height = opened.get_size()
        return PageText(width, height, words)


@contextmanager
def _document(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise PdfFailure("encrypted" if locked else "unreadable") from error
    try:
        with suppress(pypdfium2.PdfiumError):
            document.init_forms()
        yield document
    finally:
        document.close()


@contextmanager
def _page(document: pypdfium2.PdfDocument, index: int) -> Iterator[pypdfium2.PdfPage]:
    """A page with its form fields and annotations made part of it: what is drawn is also text to cover."""
    if not 0 <= index < len(document):
        raise PdfFailure("no_such_page")
    try:
        page = document[index]
        if pdfium.FPDFPage_GetAnnotCount(page) > 0:
            with suppress(pypdfium2.PdfiumError):
                page.flatten()
            page.close()
            page = document[index]
    except pypdfium2.PdfiumError as error:
        raise PdfFailure("unreadable") from error
    try:
        yield page
    finally:
        page.close()


def _size(document: pypdfium2.PdfDocument, index: int) -> PageSize:
    try:
        return PageSize(*document.get_page_size(index))
    except pypdfium2.PdfiumError:
        return PageSize(612.0, 792.0)  # a page that cannot be read still has its place in the row


def _scale(size: tuple[float, float], width: int) -> float:
    """Pixels a point: the page becomes ``width`` wide, or less where sides or area would grow too large."""
    wide, high = (max(side, 0.01) for side in size)
    return min(width / wide, LONGEST_SIDE / max(wide, high), math.sqrt(MOST_PIXELS / (wide * high)))


def _words(glyphs: Glyphs, covers: tuple[str, ...]) -> Iterator[Word]:
    words = glyphs.words
    ends = dict(spans([word.text for word in words], covers))
    index = 0
    while index < len(words):
        end = ends.get(index)
        if end is None:
            word = words[index]
            yield Word(word.text, *glyphs.upright(word.box), word.line)
            index += 1
            continue
        for bar, line in glyphs.bars(index, end):
            yield Word(COVERED, *glyphs.upright(bar), line)
        index = end


def _bars(page: pypdfium2.PdfPage, covers: tuple[str, ...]) -> list[Box]:
    glyphs = Glyphs(page)
    found = spans([word.text for word in glyphs.words], covers)
    return [glyphs.upright(bar) for first, end in found for bar, _ in glyphs.bars(first, end)]


def _paint(image: Image.Image, bars: list[Box]) -> None:
    if not bars:
        return
    brush = ImageDraw.Draw(image)
    wide, high = image.size
    for x0, y0, x1, y1 in bars:
        pad = 1.0 + 0.06 * (y1 - y0) * high
        corners = (x0 * wide - pad, y0 * high - pad, x1 * wide + pad, y1 * high + pad)
        brush.rectangle(corners, fill=INK_OF_COVERS)
