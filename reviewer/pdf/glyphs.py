"""The words of a page and their places. Runs in a worker."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from reviewer.pdf.messages import PdfFailure

MOST_CHARACTERS = 300_000
DEVICE_GRID = 1_000_000  # pixels of the grid in which pdfium gives the place of a point

DIVIDING_HYPHENS = (0x2, 0xFFFE)  # what pdfium returns for a hyphen at the end of a line

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageWord:
    """A word, its line, and its box in page coordinates (left, bottom, right, top)."""

    text: str
    box: Box
    line: int
    first_char: int
    end_char: int


class Glyphs:
    """The words of an open page, in pdfium's reading order.

    Raises PdfFailure for too much text: text that is not read would remain uncovered.
    """

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        try:
            self._text = page.get_textpage()
        except pypdfium2.PdfiumError as error:
            raise PdfFailure("unreadable") from error
        if self._text.count_chars() > MOST_CHARACTERS:
            raise PdfFailure("unreadable")
        self._transform = _page_transform(page)
        self.words = _gather_words(self._text)

    def to_page_fractions(self, box: Box) -> Box:
        """Returns a box in page coordinates as fractions of the drawn page, from its upper left corner."""
        xx, xy, x, yx, yy, y = self._transform
        corners = [(box[i], box[j]) for i in (0, 2) for j in (1, 3)]
        x_values = [min(max(xx * px + xy * py + x, 0.0), 1.0) for px, py in corners]
        y_values = [min(max(yx * px + yy * py + y, 0.0), 1.0) for px, py in corners]
        return min(x_values), min(y_values), max(x_values), max(y_values)

    def cover_boxes(self, first: int, end: int) -> list[tuple[Box, int]]:
        """Returns boxes that hide the words from ``first`` to before ``end``, with their lines.

        Neighbouring words share a bar, which hides how many words and letters there are.
        """
        boxes: list[tuple[Box, int]] = []
        for word in self.words[first:end]:
            box = self._ink_box(word)
            if boxes and boxes[-1][1] == word.line and _are_neighbours(boxes[-1][0], box):
                boxes[-1] = (union(boxes[-1][0], box), word.line)
            else:
                boxes.append((box, word.line))
        return boxes

    def _ink_box(self, word: PageWord) -> Box:
        """Returns the box of the word's glyphs, which slanted or tall ones exceed, and most of its place."""
        box = _shrink(word.box)
        sides = [ctypes.c_double() for _ in range(4)]
        left, right, bottom, top = sides
        for index in range(word.first_char, word.end_char):
            if pdfium.FPDFText_GetCharBox(self._text, index, left, right, bottom, top):
                box = union(box, (left.value, bottom.value, right.value, top.value))
        return box


def union(one: Box, other: Box) -> Box:
    """Returns the smallest box around both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _shrink(box: Box) -> Box:
    """Returns a box without the space that fonts leave around it, so that a bar spares other lines."""
    by = 0.12 * min(box[2] - box[0], box[3] - box[1])
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def _gather_words(text: pypdfium2.PdfTextPage) -> list[PageWord]:
    chars = [_char(text, index) for index in range(text.count_chars())]
    words: list[PageWord] = []
    line = 0
    for first, end, broken in _text_runs(chars):
        line += broken and bool(words)
        for begin, stop, box in _split_at_line_ends(text, first, end):
            line += begin > first
            words.append(PageWord("".join(chars[begin:stop]), box, line, begin, stop))
    return words


def _char(text: pypdfium2.PdfTextPage, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(text, index)
    if code in DIVIDING_HYPHENS:
        return "-"
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _text_runs(chars: list[str]) -> Iterator[tuple[int, int, bool]]:
    """Yields first, end and whether a line break precedes, of each run without whitespace."""
    first, broken = 0, False
    for index, char in enumerate([*chars, " "]):
        if not (char.isspace() or char == "\0"):
            continue
        if index > first:
            yield first, index, broken
            broken = False
        broken = broken or char == "\n"
        first = index + 1


def _split_at_line_ends(text: pypdfium2.PdfTextPage, first: int, end: int) -> Iterator[tuple[int, int, Box]]:
    """Yields the parts of a run by line: a hyphenated word continues in the next without a blank."""
    first_box, last_box = _char_box(text, first), _char_box(text, end - 1)
    if not _are_apart(first_box, last_box):
        yield first, end, union(first_box, last_box)
        return
    begin, box, previous_box = first, first_box, first_box
    for index in range(first + 1, end):
        char_box = _char_box(text, index)
        if _are_apart(previous_box, char_box):
            yield begin, index, box
            begin, box = index, char_box
        box, previous_box = union(box, char_box), char_box
    yield begin, end, box


def _char_box(text: pypdfium2.PdfTextPage, index: int) -> Box:
    rect = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, index, rect)
    return rect.left, rect.bottom, rect.right, rect.top


def _are_apart(one: Box, other: Box) -> bool:
    """Returns whether two characters are apart both across and down, as at a line break."""
    across = other[0] > one[2] or other[2] < one[0]
    down = other[1] > one[3] or other[3] < one[1]
    return across and down


def _are_neighbours(one: Box, other: Box) -> bool:
    high = max(one[3] - one[1], other[3] - other[1])
    near = other[0] - one[2] < 3 * high and one[0] - other[2] < 3 * high
    return near and min(one[3], other[3]) > max(one[1], other[1])


def _page_transform(page: pypdfium2.PdfPage) -> tuple[float, float, float, float, float, float]:
    """Returns the affine map from page coordinates to fractions of the drawn page, as pdfium draws it."""
    left, bottom, right, top = page.get_bbox()
    origin, along, up = (_device_position(page, *point) for point in ((left, bottom), (right, bottom), (left, top)))
    wide, high = max(right - left, 1e-6), max(top - bottom, 1e-6)
    xx, yx = ((along[axis] - origin[axis]) / wide for axis in (0, 1))
    xy, yy = ((up[axis] - origin[axis]) / high for axis in (0, 1))
    return xx, xy, origin[0] - xx * left - xy * bottom, yx, yy, origin[1] - yx * left - yy * bottom


def _device_position(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, DEVICE_GRID, DEVICE_GRID, 0, x, y, across, down)
    return across.value / DEVICE_GRID, down.value / DEVICE_GRID
