"""Which part of a page is drawn: the whole of it, or a square tile of a larger drawing. Runs in a worker."""

import math
from dataclasses import dataclass

from reviewer.pdf.messages import TILE_PIXELS, PdfFailure

MOST_PIXELS = 24_000_000  # of a whole page
LONGEST_SIDE = 16_000  # of a whole page; the maximum of WebP is 16,383


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of a page: ``scale`` is pixels per point, ``size`` that of the whole page in pixels.

    ``corner`` is the part's left and top in pixels, ``crop`` what it leaves out at the left, bottom, right and top, in
    points.
    """

    scale: float
    size: tuple[float, float]
    corner: tuple[int, int] = (0, 0)
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


def frame_of(size: tuple[float, float], width: int, tile: tuple[int, int] | None) -> Frame:
    """Returns the frame of a page of this size in points, drawn ``width`` pixels wide.

    Without a ``tile`` (column and row, from 0) the whole page, less wide if it is extremely long. Raises PdfFailure for
    a tile outside of the page.
    """
    wide, high = (max(side, 0.01) for side in size)
    if tile is None:
        scale = min(width / wide, LONGEST_SIDE / max(wide, high), math.sqrt(MOST_PIXELS / (wide * high)))
        return Frame(scale, (wide * scale, high * scale))
    scale = width / wide
    left, top = (place * TILE_PIXELS for place in tile)
    whole = (math.ceil(wide * scale), math.ceil(high * scale))
    if not (0 <= left < whole[0] and 0 <= top < whole[1]):
        raise PdfFailure("no_such_page")
    right, bottom = (max(side - start - TILE_PIXELS, 0) for side, start in zip(whole, (left, top), strict=True))
    points = [max(pixels - 0.5, 0.0) / scale for pixels in (left, bottom, right, top)]  # pdfium rounds them up
    return Frame(scale, whole, (left, top), (points[0], points[1], points[2], points[3]))
