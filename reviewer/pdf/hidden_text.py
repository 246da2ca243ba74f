"""Text that a page holds and does not show: white, tiny, invisible, or under a picture. Runs in a worker.

Programs that recognise text put it, invisible, below or above the picture of a scanned page; that shows the same words
and is not meant here.
"""

import ctypes

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from reviewer.pdf.glyphs import Box, Glyphs

ENOUGH_LETTERS = 12  # fewer are a stray word, or a mark of a program
TINY_POINTS = 2.0  # height of letters that nobody reads
SCAN_SHARE = 0.8  # of a page: a picture as large is the scan whose text was recognised
WIDTH = 900  # pixels of the drawing in which the ink of words is looked for
LEAST_CONTRAST = 24  # of 255: paler letters are not seen on their ground
WHITE = 225  # of 255: a colour that may be that of the paper


def hides_text(page: pypdfium2.PdfPage) -> bool:
    """Returns whether a page holds text that its reader does not see.

    Only a page with suspicious text is drawn, since most have none.
    """
    if _is_scan(page):
        return False
    if _covered_letters(page) >= ENOUGH_LETTERS:
        return True
    if not any(_is_suspicious(page_object) for page_object in page.get_objects(max_depth=4)):
        return False
    return _unseen_letters(page) >= ENOUGH_LETTERS


def _is_scan(page: pypdfium2.PdfPage) -> bool:
    wide, high = page.get_size()
    images = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
    return any(_area(image.get_bounds()) > SCAN_SHARE * wide * high for image in images)


def _is_suspicious(page_object: pypdfium2.PdfObject) -> bool:
    """Returns whether the text of an object may be invisible, as pale as paper, or tiny."""
    if page_object.type != pdfium.FPDF_PAGEOBJ_TEXT:
        return False
    if pdfium.FPDFTextObj_GetTextRenderMode(page_object) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    left, bottom, right, top = page_object.get_bounds()
    if min(right - left, top - bottom) < TINY_POINTS:
        return True
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(page_object, red, green, blue, alpha):
        return False
    return min(red.value, green.value, blue.value) >= WHITE or alpha.value < LEAST_CONTRAST


def _covered_letters(page: pypdfium2.PdfPage) -> int:
    """Returns how many letters lie under pictures that are drawn after them."""
    objects = list(page.get_objects(max_depth=1))
    pictures = [index for index, item in enumerate(objects) if item.type == pdfium.FPDF_PAGEOBJ_IMAGE]
    if not pictures:
        return 0
    boxes = [(index, objects[index].get_bounds()) for index in pictures]
    text_page = page.get_textpage()
    letters = 0
    for index, item in enumerate(objects):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            box = item.get_bounds()
            if any(after > index and _contains(picture, box) for after, picture in boxes):
                letters += sum(map(str.isalnum, text_page.get_text_bounded(*box)))
    return letters


def _unseen_letters(page: pypdfium2.PdfPage) -> int:
    glyphs = Glyphs(page)
    image = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil()
    points = page.get_height()
    return sum(
        sum(map(str.isalnum, word.text))
        for word in glyphs.words
        if _is_unseen(glyphs.to_page_fractions(word.box), image, points)
    )


def _is_unseen(box: Box, image: Image.Image, points: float) -> bool:
    x0, y0, x1, y1 = box
    if (y1 - y0) * points < TINY_POINTS:
        return True
    wide, high = image.size
    left, top = int(x0 * wide), int(y0 * high)
    part = image.crop((left, top, max(int(x1 * wide), left + 1), max(int(y1 * high), top + 1)))
    values = part.tobytes()
    return max(values) - min(values) < LEAST_CONTRAST


def _contains(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
