"""The characters of a page, gathered into words with their places. Runs inside a worker."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from reviewer.pdf.results import PdfFailure

MOST_CHARACTERS = 300_000
FINE = 1_000_000  # the grid on which pdfium is asked where a point of the page is shown

DIVIDING_HYPHENS = (0x2, 0xFFFE)  # what pdfium gives for the hyphen of a word divided at a line's end

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageWord:
    """A word, its line, and its box in the page's own coordinates (left, bottom, right, top)."""

    text: str
    box: Box
    line: int
    first: int
    end: int


class Glyphs:
    """The words of an open page in the order in which pdfium reads them.

    Raises ``PdfFailure`` for absurdly much text: what is not read would stand there uncovered.
    """

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        try:
            self._text = page.get_textpage()
        except pypdfium2.PdfiumError as error:
            raise PdfFailure("unreadable") from error
        if self._text.count_chars() > MOST_CHARACTERS:
            raise PdfFailure("unreadable")
        self._place = _placement(page)
        self.words = _gather(self._text)

    def upright(self, box: Box) -> Box:
        """A box of the page's coordinates as fractions of the drawn page, from its upper left corner."""
        xx, xy, x, yx, yy, y = self._place
        corners = [(box[i], box[j]) for i in (0, 2) for j in (1, 3)]
        across = [min(max(xx * px + xy * py + x, 0.0), 1.0) for px, py in corners]
        down = [min(max(yx * px + yy * py + y, 0.0), 1.0) for px, py in corners]
        return min(across), min(down), max(across), max(down)

    def bars(self, first: int, end: int) -> list[tuple[Box, int]]:
        """The boxes that hide the words from ``first`` up to ``end``, with their lines.

        Neighbours share a bar, so that it tells neither how many words nor how many letters are below.
        """
        bars: list[tuple[Box, int]] = []
        for word in self.words[first:end]:
            box = self._ink(word)
            if bars and bars[-1][1] == word.line and _are_neighbours(bars[-1][0], box):
                bars[-1] = (union(bars[-1][0], box), word.line)
            else:
                bars.append((box, word.line))
        return bars

    def _ink(self, word: PageWord) -> Box:
        """What the word's glyphs blacken (slanted or tall ones leave their places), and most of its place."""
        box = _shrunk(word.box)
        sides = [ctypes.c_double() for _ in range(4)]
        left, right, bottom, top = sides
        for index in range(word.first, word.end):
            if pdfium.FPDFText_GetCharBox(self._text, index, left, right, bottom, top):
                box = union(box, (left.value, bottom.value, right.value, top.value))
        return box


def union(one: Box, other: Box) -> Box:
    """The smallest box around both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _shrunk(box: Box) -> Box:
    """A place without the room that fonts leave around it, so that a bar spares the lines above and below."""
    by = 0.12 * min(box[2] - box[0], box[3] - box[1])
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def _gather(text: pypdfium2.PdfTextPage) -> list[PageWord]:
    chars = [_char(text, index) for index in range(text.count_chars())]
    words: list[PageWord] = []
    line = 0
    for first, end, broken in _runs(chars):
        line += broken and bool(words)
        for begin, stop, box in _straight(text, first, end):
            line += begin > first
            words.append(PageWord("".join(chars[begin:stop]), box, line, begin, stop))
    return words


def _char(text: pypdfium2.PdfTextPage, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(text, index)
    if code in DIVIDING_HYPHENS:
        return "-"
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _runs(chars: list[str]) -> Iterator[tuple[int, int, bool]]:
    """First, end, and whether a line break lies before, of each run without blanks."""
    first, broken = 0, False
    for index, char in enumerate([*chars, " "]):
        if not (char.isspace() or char == "\0"):
            continue
        if index > first:
            yield first, index, broken
            broken = False
        broken = broken or char == "\n"
        first = index + 1


def _straight(text: pypdfium2.PdfTextPage, first: int, end: int) -> Iterator[tuple[int, int, Box]]:
    """The parts of a run that stand in one line: a hyphenated word goes on in the next without a blank."""
    opening, closing = _place(text, first), _place(text, end - 1)
    if not _are_apart(opening, closing):
        yield first, end, union(opening, closing)
        return
    begin, box, before = first, opening, opening
    for index in range(first + 1, end):
        here = _place(text, index)
        if _are_apart(before, here):
            yield begin, index, box
            begin, box = index, here
        box, before = union(box, here), here
    yield begin, end, box


def _place(text: pypdfium2.PdfTextPage, index: int) -> Box:
    rect = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, index, rect)
    return rect.left, rect.bottom, rect.right, rect.top


def _are_apart(one: Box, other: Box) -> bool:
    """Whether two characters neighbour neither across nor down, as at the turn of a line."""
    across = other[0] > one[2] or other[2] < one[0]
    down = other[1] > one[3] or other[3] < one[1]
    return across and down


def _are_neighbours(one: Box, other: Box) -> bool:
    high = max(one[3] - one[1], other[3] - other[1])
    near = other[0] - one[2] < 3 * high and one[0] - other[2] < 3 * high
    return near and min(one[3], other[3]) > max(one[1], other[1])


def _placement(page: pypdfium2.PdfPage) -> tuple[float, float, float, float, float, float]:
    """The affine map from the page's coordinates to fractions of the drawn page, as pdfium draws it."""
    left, bottom, right, top = page.get_bbox()
    origin, along, up = (_shown(page, *point) for point in ((left, bottom), (right, bottom), (left, top)))
    wide, high = max(right - left, 1e-6), max(top - bottom, 1e-6)
    xx, yx = ((along[axis] - origin[axis]) / wide for axis in (0, 1))
    xy, yy = ((up[axis] - origin[axis]) / high for axis in (0, 1))
    return xx, xy, origin[0] - xx * left - xy * bottom, yx, yy, origin[1] - yx * left - yy * bottom


def _shown(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, FINE, FINE, 0, x, y, across, down)
    return across.value / FINE, down.value / FINE
