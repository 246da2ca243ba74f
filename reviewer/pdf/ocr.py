"""Optical character recognition of pages that are pictures. Runs in a worker of its own limits.

RapidOCR (PP-OCRv6 through ONNX Runtime) reads lines of Spanish without a network: its wheel contains the two models.
Its own classifier of turned lines turns lines that are upright, so that the turn is found for the page as a whole.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from reviewer.pdf.glyphs import Box
from reviewer.pdf.messages import OcrPage, OcrWord, PdfFailure
from reviewer.pdf.ocr_words import SURE_CONFIDENCE
from reviewer.pdf.open import open_pdf
from reviewer.pdf.rendering import MOST_PAGES, flattened_page, is_unread, open_page

if TYPE_CHECKING:
    from rapidocr import RapidOCR

Image = NDArray[Any]  # height × width × 3, of bytes
DOTS_PER_POINT = 150 / 72
SIDES = (1500, 2400)  # pixels of a page's longer side: small identifications are enlarged, posters reduced
DETECTION_SIDE = 1000  # pixels; enough to find lines, not to read them
LINES_TRIED = 6  # lines read both ways to find a page's turn
LEAST_PICTURE = 0.004  # of the page: smaller pictures are rules and bullets
MEMORY_FAULTS = ("bad_alloc", "bad allocation", "Failed to allocate", "OutOfMemory", "Insufficient memory")


def pages_with_pictures(path: Path) -> tuple[int, ...]:
    """Returns the pages (from 1) that show a picture, or writing without text. Raises PdfFailure."""
    with open_pdf(path) as document:
        return tuple(page + 1 for page in range(min(len(document), MOST_PAGES)) if _needs_reading(document, page))


def read_page(path: Path, page: int) -> OcrPage:
    """Returns what page ``page`` (from 1) shows as writing. Raises PdfFailure.

    An exception of the engine is replaced, since unpickling it would load the models into the server. Where memory
    ran out, the process ends, because what the engine holds is not freed.
    """
    try:
        return _read_image(_page_image(path, page))
    except PdfFailure:
        raise
    except MemoryError:
        os._exit(1)
    except Exception as error:
        if any(fault in str(error) for fault in MEMORY_FAULTS):
            os._exit(1)
        raise PdfFailure("unreadable") from None


def _needs_reading(document: pypdfium2.PdfDocument, index: int) -> bool:
    try:
        with flattened_page(document, index) as page:
            text = page.get_textpage().get_text_range()
            return is_unread(page, "".join(text.split())) or _has_picture(page)
    except (PdfFailure, pypdfium2.PdfiumError):
        return False


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    wide, high = page.get_size()
    for page_object in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = page_object.get_bounds()
        if (right - left) * (top - bottom) > LEAST_PICTURE * wide * high:
            return True
    return False


def _page_image(path: Path, page: int) -> Image:
    """Returns the page as RGB, as a reader sees it."""
    with open_pdf(path) as document, open_page(document, page - 1) as pdf_page:
        side = max(pdf_page.get_size())
        pixels = min(max(side * DOTS_PER_POINT, SIDES[0]), SIDES[1])
        return np.ascontiguousarray(pdf_page.render(scale=pixels / max(side, 1)).to_numpy()[:, :, :3])


def _read_image(image: Image) -> OcrPage:
    quarter_turns = _quarter_turns(image)
    best = _read_turned(image, quarter_turns)
    if best.words and best.confidence < SURE_CONFIDENCE:
        others = (_read_turned(image, quarter_turns + more) for more in (1, 2, 3))
        best = max((best, *others), key=_certain_letters)
    return best


def _certain_letters(page: OcrPage) -> float:
    return sum(len(word.text) * max(word.confidence - 0.5, 0) for word in page.words)


def _quarter_turns(image: Image) -> int:
    """Returns by how many quarter turns counter-clockwise the writing stands upright (see ``numpy.rot90``).

    The shape of its lines gives the axis; the longest ones, read both ways, the sense.
    """
    high, wide = image.shape[:2]
    scale = min(1.0, DETECTION_SIDE / max(high, wide))
    boxes = _run(cv2.resize(image, None, fx=scale, fy=scale), use_rec=False, use_det=True).boxes
    if not boxes:
        return 0
    sizes = [(float(np.ptp(box[:, 0])), float(np.ptp(box[:, 1]))) for box in boxes]
    is_sideways = sum(max(size) * (1 if size[1] > size[0] else -1) for size in sizes) > 0
    longest = sorted(range(len(sizes)), key=lambda index: -max(sizes[index]))[:LINES_TRIED]
    lines = [_crop(image, boxes[index] / scale) for index in longest]
    upright = [np.rot90(line, 1) if is_sideways else line for line in lines]
    scores = [sum(map(_line_score, turned)) for turned in (upright, [np.rot90(line, 2) for line in upright])]
    return int(is_sideways) + 2 * (scores[1] > scores[0])


def _crop(image: Image, box: NDArray[np.float32]) -> Image:
    (left, top), (right, bottom) = np.floor(box.min(axis=0)).astype(int), np.ceil(box.max(axis=0)).astype(int)
    return image[max(top, 0) : max(bottom, top + 1), max(left, 0) : max(right, left + 1)]


def _line_score(line: Image) -> float:
    result = _run(np.ascontiguousarray(line), use_det=False, use_rec=True)
    return sum(len(text) * score for text, score in zip(result.texts, result.scores, strict=True))


def _read_turned(image: Image, quarter_turns: int) -> OcrPage:
    turns = quarter_turns % 4
    turned = np.ascontiguousarray(np.rot90(image, turns))
    result = _run(turned, use_det=True, use_rec=True)
    to_page = _turn_back(turns, *turned.shape[:2])
    words = tuple(
        OcrWord(text, *_bounds(box, to_page), line=line, confidence=round(float(score), 3))
        for line, line_words in enumerate(result.words)
        for text, score, box in line_words
        if text.strip()
    )
    letters = [len(text) for text in result.texts]
    confidence = float(np.average(result.scores, weights=letters)) if sum(letters) else 0.0
    return OcrPage(words, rotation=90 * turns, confidence=round(confidence, 3))


@dataclass(frozen=True)
class _Lines:
    """Lines of text: their corners (4 × 2 pixels), texts, scores (0 to 1), and words with scores and corners."""

    boxes: tuple[NDArray[np.float32], ...]
    texts: tuple[str, ...]
    scores: tuple[float, ...]
    words: tuple[tuple[tuple[str, float, Any], ...], ...]


def _run(image: Image, *, use_det: bool, use_rec: bool) -> _Lines:
    """Finds lines, reads the image as one line, or does both."""
    result: Any = _engine()(image, use_det=use_det, use_rec=use_rec)
    boxes, words = getattr(result, "boxes", None), getattr(result, "word_results", None)
    return _Lines(
        tuple(boxes) if boxes is not None else (),
        tuple(getattr(result, "txts", None) or ()),
        tuple(getattr(result, "scores", None) or ()),
        tuple(words or ()) if use_det else (),
    )


def _turn_back(turns: int, high: int, wide: int) -> Callable[[float, float], tuple[float, float]]:
    """Returns the map from pixels of an image turned by ``numpy.rot90`` to fractions of the page."""

    def to_page(x: float, y: float) -> tuple[float, float]:
        across, down = x / wide, y / high
        return ((across, down), (1 - down, across), (1 - across, 1 - down), (down, 1 - across))[turns]

    return to_page


def _bounds(box: Any, to_page: Callable[[float, float], tuple[float, float]]) -> Box:
    corners = [to_page(float(x), float(y)) for x, y in box]
    xs, ys = ([round(min(max(value, 0.0), 1.0), 5) for value in axis] for axis in zip(*corners, strict=True))
    return min(xs), min(ys), max(xs), max(ys)


@cache
def _engine() -> "RapidOCR":
    """Returns the engine: one thread, one line at a time (which halves its memory), models of the wheel."""
    import rapidocr

    cv2.setNumThreads(1)
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.max_side_len": SIDES[1],
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Rec.rec_batch_num": 1,
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),  # a missing one would be downloaded
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        }
    )
